#include "engine/connection.h"

#include <cstdio>
#include <new>

#include "engine/uri.h"
#include "pager/pager.h"

namespace ringlite {
namespace {

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++)
    if (fold(a[i]) != fold(b[i])) return false;
  return true;
}

/** Extended codes of a failed open are reported as they are; the text names the file. */
void describe_open_failure(Status status, std::string_view file, String* message) {
  if (status.primary() == static_cast<int32_t>(Code::kNomem)) {
    *message = String::literal("out of memory");
  } else {
    // Without memory for the text the code says enough.
    ignore_status(message->assign({"unable to open database: ", file}));
  }
}

}  // namespace

Status Connection::open(Io& io, const std::string& file, const ConnectionOptions& options,
                        std::unique_ptr<Connection>* out, String* message) {
  std::unique_ptr<Connection> connection(new (std::nothrow) Connection(io));
  if (!connection) return Code::kNomem;
  connection->options_ = options;
  connection->state_.reset(new (std::nothrow) ConnectionState(io));
  if (!connection->state_) return Code::kNomem;
  ConnectionState& state = *connection->state_;
  state.hooks = {connection.get(), attach_hook, detach_hook, open_output_hook};
  state.set_value(Setting::kBusyTimeout, options.timeout_ms);
  String text;
  if (options.descriptors)
    RETURN_IF_ERROR(io.files().adopt(*options.descriptors, &connection->adopted_name_));
  const std::string& name = options.descriptors ? connection->adopted_name_ : file;
  const Status opened = connection->open_database(name, options, &state.databases[0], &text);
  if (!opened.ok() && message) message->swap(text);
  RETURN_IF_ERROR(opened);
  *out = std::move(connection);
  return kOk;
}

Connection::~Connection() {
  state_.reset();
  if (!adopted_name_.empty()) io_.files().release(adopted_name_);
}

bool Connection::is_reserved_name(std::string_view file) const {
  constexpr std::string_view kPrefix = "fd:";
  return !adopted_name_.empty() && file.starts_with(kPrefix) && file.size() > kPrefix.size() &&
         file[kPrefix.size()] >= '0' && file[kPrefix.size()] <= '9';
}

Status Connection::open_database(std::string_view file, const ConnectionOptions& options, Database* database,
                                 String* message) {
  FileUri name;
  name.access = {.is_readonly = options.is_readonly,
                 .may_create = !options.must_exist && !options.is_readonly};
  if (options.uses_uris && is_uri(file))
    RETURN_IF_ERROR(parse_uri(file, name.access, &name, message));
  else
    RETURN_IF_ERROR(name.path.assign(file));
  PagerOpenOptions pager_options;
  pager_options.memory = name.is_memory || name.path.view() == ":memory:";
  pager_options.temporary = name.path.empty() && !name.is_memory;
  pager_options.readonly = name.access.is_readonly;
  pager_options.create = name.access.may_create;
  pager_options.no_locks = name.has_no_locks;
  pager_options.immutable = name.is_immutable;
  pager_options.adopted = !adopted_name_.empty() && name.path.view() == adopted_name_;
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(state_->io, name.path.c_str(), pager_options, &pager));
  RETURN_IF_ERROR(Btree::open(std::move(pager), &database->btree));
  state_->adopt(*database);
  return kOk;
}

Status Connection::load(const uint8_t* image, size_t size, std::unique_ptr<Statement>* out) {
  std::shared_ptr<const Program> program;
  RETURN_IF_ERROR(Program::load(image, size, state_->encoding, &program));
  return Statement::create(*state_, std::move(program), out);
}

int Connection::find_database(std::string_view name) const {
  for (size_t i = 0; i < state_->databases.size(); i++)
    if (same_name(state_->databases[i].name, name)) return static_cast<int>(i);
  return same_name(name, "main") ? 0 : -1;
}

Status Connection::attach(std::string_view file, std::string_view name, String* message) {
  if (state_->databases.size() >= static_cast<size_t>(state_->limits.attached) + 2) {
    char limit[12];
    std::snprintf(limit, sizeof limit, "%d", state_->limits.attached);
    RETURN_IF_ERROR(message->assign({"too many attached databases - max ", limit}));
    return Code::kError;
  }
  if (find_database(name) >= 0) {
    RETURN_IF_ERROR(message->assign({"database ", name, " is already in use"}));
    return Code::kError;
  }
  Database database;
  RETURN_IF_ERROR(database.name.assign(name));
  const Status opened =
      is_reserved_name(file) ? Status(Code::kCantopen) : open_database(file, options_, &database, message);
  // What is wrong with a URI is an error of the function that attaches.
  if (!opened.ok() && !message->empty()) return Code::kError;
  if (!opened.ok()) {
    describe_open_failure(opened, file, message);
    return opened;
  }
  RETURN_IF_ERROR(check_attached(database, file, message));
  count_schema_change(&database);
  state_->databases.push_back(std::move(database));
  return kOk;
}

void Connection::count_schema_change(Database* database) {
  constexpr int kShift = 20;
  database->schema_generation = ++attached_count_ << kShift;
  state_->schema_changes++;
}

/** The file must be a database, in the encoding of main. */
Status Connection::check_attached(Database& database, std::string_view file, String* message) {
  Btree& btree = *database.btree;
  uint32_t encoding = 0;
  Status status = btree.begin_read();
  if (status.ok()) {
    encoding = btree.get_meta(Meta::kTextEncoding);
    btree.end_read();
  }
  if (!status.ok()) {
    if (!status.is(Code::kNotadb) && !status.is(Code::kBusy)) describe_open_failure(status, file, message);
    return status;
  }
  if (encoding != 0 && encoding != static_cast<uint32_t>(state_->encoding)) {
    *message = String::literal("attached databases must use the same text encoding as main database");
    return Code::kError;
  }
  return kOk;
}

Status Connection::detach(std::string_view name, String* message) {
  const int index = find_database(name);
  if (index < 0 || !state_->databases[static_cast<size_t>(index)].btree) {
    RETURN_IF_ERROR(message->assign({"no such database: ", name}));
    return Code::kError;
  }
  if (index < 2) {
    RETURN_IF_ERROR(message->assign({"cannot detach database ", name}));
    return Code::kError;
  }
  const Database& database = state_->databases[static_cast<size_t>(index)];
  if (database.btree->in_transaction() || database.btree->pager().is_watched()) {
    RETURN_IF_ERROR(message->assign({"database ", name, " is locked"}));
    return Code::kError;
  }
  state_->databases.erase(static_cast<size_t>(index));
  state_->detached_count++;
  state_->schema_changes++;
  return kOk;
}

Status Connection::open_output(std::string_view file, std::unique_ptr<Btree>* btree, String* message) {
  Database database;
  ConnectionOptions options;
  options.timeout_ms = options_.timeout_ms;
  options.uses_uris = options_.uses_uris;
  const Status opened =
      is_reserved_name(file) ? Status(Code::kCantopen) : open_database(file, options, &database, message);
  if (!opened.ok() && !message->empty()) return Code::kError;
  if (!opened.ok()) {
    describe_open_failure(opened, file, message);
    return opened;
  }
  RETURN_IF_ERROR(database.btree->begin_read());
  const Pgno pages = database.btree->page_count();
  database.btree->end_read();
  if (pages > 0) {
    *message = String::literal("output file already exists");
    return Code::kError;
  }
  *btree = std::move(database.btree);
  return kOk;
}

Status Connection::attach_hook(void* context, std::string_view file, std::string_view name, String* message) {
  return static_cast<Connection*>(context)->attach(file, name, message);
}

Status Connection::detach_hook(void* context, std::string_view name, String* message) {
  return static_cast<Connection*>(context)->detach(name, message);
}

Status Connection::open_output_hook(void* context, std::string_view file, std::unique_ptr<Btree>* btree,
                                    String* message) {
  return static_cast<Connection*>(context)->open_output(file, btree, message);
}

}  // namespace ringlite
