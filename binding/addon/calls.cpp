#include "addon/calls.h"

#include <iterator>
#include <string>

#include "addon/call.h"
#include "io/adopted_files.h"
#include "io/posix_io.h"
#include "pager/pager.h"

namespace ringlite {
namespace {

namespace reply = border::reply;
namespace request = border::request;

Environment* environment_of(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  return static_cast<Environment*>(data);
}

/** execute(): the request words say what. Returns the batch's Latin-1 text, undefined when there is none. */
napi_value execute(napi_env env, napi_callback_info info) {
  Environment* environment = environment_of(env, info);
  Border& border = environment->border();
  if (!border.is_attached()) [[unlikely]]
    return nullptr;
  Statement* statement = environment->statement(border.request(request::kStatement));
  if (statement == nullptr) [[unlikely]] {
    border.error_message.clear();
    border.reply(reply::kErrorCode, static_cast<int32_t>(Code::kMisuse));
    border.reply(reply::kOutcome, static_cast<int32_t>(border::Outcome::kError));
    return nullptr;
  }
  statement->execute(border);
  if (border.latin1.empty()) return nullptr;
  napi_value text = nullptr;
  napi_create_string_latin1(env, reinterpret_cast<const char*>(border.latin1.data()), border.latin1.size(),
                            &text);
  return text;
}

/** wideText(): the batch's UTF-16 text. */
napi_value wide_text(napi_env env, napi_callback_info info) {
  const Border& border = environment_of(env, info)->border();
  napi_value text = nullptr;
  napi_create_string_utf16(env, border.wide.data(), border.wide.size(), &text);
  return text;
}

/** errorMessage(): of the last call that reported an error; empty when the code says it all. */
napi_value error_message(napi_env env, napi_callback_info info) {
  const Border& border = environment_of(env, info)->border();
  napi_value text = nullptr;
  const char* bytes = border.error_message.empty() ? "" : border.error_message.text().data();
  napi_create_string_utf8(env, bytes, border.error_message.size(), &text);
  return text;
}

/** farValue(column): a text or blob of the last row that the batch has no room for. */
napi_value far_value(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  const Border& border = call.environment->border();
  const uint32_t column = static_cast<uint32_t>(call.integer(0));
  if (column >= border.far_count) return nullptr;
  const Value& value = border.far_values[column];
  napi_value result = nullptr;
  if (value.is_text()) {
    napi_create_string_utf8(env, reinterpret_cast<const char*>(value.data()), value.size(), &result);
  } else if (value.is_blob()) {
    void* bytes = nullptr;
    if (napi_create_buffer(env, value.blob_size(), &bytes, &result) != napi_ok) return nullptr;
    if (value.size() > 0) std::memcpy(bytes, value.data(), value.size());
    std::memset(static_cast<uint8_t*>(bytes) + value.size(), 0, value.zero_tail());
  }
  return result;
}

/** setFar(statement, index, value, isText): a parameter, or with index -1 the answer to a host call. `value`
   is a string or a Uint8Array (with isText: of UTF-8). */
napi_value set_far(napi_env env, napi_callback_info info) {
  Call<4> call(env, info);
  Statement* statement = call.statement(0);
  Value* value = statement ? statement->far_parameter(call.integer(1)) : nullptr;
  if (value == nullptr) {
    call.report(Code::kMisuse);
    return nullptr;
  }
  napi_valuetype type = napi_undefined;
  napi_typeof(env, call.arguments[2], &type);
  if (type != napi_string) {
    void* bytes = nullptr;
    size_t size = 0;
    napi_get_buffer_info(env, call.arguments[2], &bytes, &size);
    const uint32_t size32 = static_cast<uint32_t>(size);
    call.report(call.boolean(3) ? value->copy_text(bytes, size32) : value->copy_blob(bytes, size32));
    return nullptr;
  }
  size_t size = 0;
  napi_get_value_string_utf8(env, call.arguments[2], nullptr, 0, &size);
  uint8_t* bytes = nullptr;
  // One byte more: Node-API ends the text with a NUL.
  const Status status = value->prepare_text(static_cast<uint32_t>(size) + 1, &bytes);
  if (status.ok()) {
    napi_get_value_string_utf8(env, call.arguments[2], reinterpret_cast<char*>(bytes), size + 1, &size);
    value->truncate(static_cast<uint32_t>(size));
  }
  call.report(status);
  return nullptr;
}

/** attachBuffer(arrayBuffer): what all later calls read and write. */
napi_value attach_buffer(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  if (call.environment->attach_buffer(call.arguments[0]) != napi_ok)
    napi_throw_type_error(env, nullptr, "expected an ArrayBuffer");
  return nullptr;
}

/** descriptorFault(database, journal, isReadonly): why they cannot be opened; '' when they can. */
napi_value descriptor_fault(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  const char* fault = find_descriptor_fault({call.integer(0), call.integer(1)}, call.boolean(2));
  napi_value text = nullptr;
  napi_create_string_utf8(env, fault ? fault : "", NAPI_AUTO_LENGTH, &text);
  return text;
}

/** open(file, isReadonly, mustExist, timeout, usesUris, database, journal): the connection's number. The last
   two are descriptors to open instead of the file, -1 without. */
napi_value open(napi_env env, napi_callback_info info) {
  Call<7> call(env, info);
  ConnectionOptions options;
  options.is_readonly = call.boolean(1);
  options.must_exist = call.boolean(2);
  options.timeout_ms = call.integer(3);
  options.uses_uris = call.boolean(4);
  const DescriptorPair descriptors{call.integer(5), call.integer(6)};
  if (descriptors.database >= 0) options.descriptors = descriptors;
  std::unique_ptr<Connection> connection;
  String message;
  const Status status = Connection::open(posix_io(), call.text(0), options, &connection, &message);
  call.report(status, message);
  return call.number(status.ok() ? call.environment->add_connection(std::move(connection)) : -1);
}

/** deserialize(connection, image): the content of a database file becomes the main database. */
napi_value deserialize(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Connection* connection = call.connection(0);
  void* image = nullptr;
  size_t size = 0;
  Status status = Code::kMisuse;
  if (connection && napi_get_buffer_info(env, call.arguments[1], &image, &size) == napi_ok)
    status = connection->deserialize(static_cast<const uint8_t*>(image), size);
  call.report(status);
  return nullptr;
}

/** serialize(connection, name): a Buffer, undefined on failure. */
napi_value serialize(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Connection* connection = call.connection(0);
  Buffer image;
  const Status status = connection ? connection->serialize(call.text(1), &image) : Status(Code::kMisuse);
  call.report(status);
  napi_value result = nullptr;
  if (status.ok()) napi_create_buffer_copy(env, image.size(), image.data(), nullptr, &result);
  return result;
}

/** openBackup(connection, database, file, removeUnfinished): the backup's number. */
napi_value open_backup(napi_env env, napi_callback_info info) {
  Call<4> call(env, info);
  Connection* connection = call.connection(0);
  std::unique_ptr<Backup> backup;
  String message;
  Status status = Code::kMisuse;
  if (connection)
    status = Backup::create(*connection, call.text(1), call.text(2), call.boolean(3), &backup, &message);
  call.report(status, message);
  return call.number(status.ok() ? call.environment->add_backup(call.integer(0), std::move(backup)) : -1);
}

/** stepBackup(backup, pages): [pages of the database, pages that remain]. The error code says whether that
 * worked. */
napi_value step_backup(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Backup* backup = call.environment->backup(call.integer(0));
  call.report(backup ? backup->step(call.integer(1)) : Status(Code::kMisuse));
  if (backup == nullptr) return nullptr;
  const Pgno figures[] = {backup->total_pages(), backup->remaining_pages()};
  return call.array(figures);
}

/** closeBackup(backup) */
napi_value close_backup(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  call.environment->remove_backup(call.integer(0));
  return nullptr;
}

/** close(connection) */
napi_value close(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  call.environment->close_connection(call.integer(0));
  return nullptr;
}

/** load(connection, image): the number of a statement that runs the program. */
napi_value load(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Connection* connection = call.connection(0);
  void* image = nullptr;
  size_t size = 0;
  std::unique_ptr<Statement> statement;
  Status status = Code::kMisuse;
  if (connection && napi_get_buffer_info(env, call.arguments[1], &image, &size) == napi_ok)
    status = connection->load(static_cast<const uint8_t*>(image), size, &statement);
  call.report(status);
  return call.number(status.ok() ? call.environment->add_statement(call.integer(0), std::move(statement))
                                 : -1);
}

/** clone(statement): the number of another statement that runs the same program. */
napi_value clone(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Statement* original = call.statement(0);
  std::unique_ptr<Statement> statement;
  Status status = Code::kMisuse;
  if (original) status = Statement::create(original->connection(), original->program(), &statement);
  call.report(status);
  if (!status.ok()) return call.number(-1);
  const int32_t connection = call.environment->connection_of(call.integer(0));
  return call.number(call.environment->add_statement(connection, std::move(statement)));
}

/** reset(statement): ends its run. Replies inTransaction and schemaChanges. */
napi_value reset(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Statement* statement = call.statement(0);
  if (statement == nullptr) return nullptr;
  statement->reset();
  Border& border = call.environment->border();
  border.reply(reply::kInTransaction, statement->connection().is_in_transaction());
  border.reply(reply::kSchemaChanges, static_cast<int32_t>(statement->connection().schema_changes));
  return nullptr;
}

/** finalize(statement) */
napi_value finalize(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  call.environment->remove_statement(call.integer(0));
  return nullptr;
}

/** databases(connection): of each database in order its schema name, its file ('' without one, null for a
   temp database that is not open yet), and how often its schema has changed. */
napi_value databases(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Connection* connection = call.connection(0);
  napi_value result = nullptr;
  napi_create_array(env, &result);
  if (connection == nullptr) return result;
  uint32_t index = 0;
  for (const Database& database : connection->state().databases) {
    napi_value name = nullptr;
    napi_value file = nullptr;
    napi_value generation = nullptr;
    napi_create_string_utf8(env, database.name.data(), database.name.size(), &name);
    napi_get_null(env, &file);
    if (database.btree) {
      const std::string& path = database.btree->pager().file_name();
      napi_create_string_utf8(env, path.data(), path.size(), &file);
    }
    napi_create_double(env, static_cast<double>(database.schema_generation), &generation);
    napi_set_element(env, result, index++, name);
    napi_set_element(env, result, index++, file);
    napi_set_element(env, result, index++, generation);
  }
  return result;
}

/** settings(connection): the values of all settings that are numbers, by setting number. */
napi_value settings(napi_env env, napi_callback_info info) {
  Call<1> call(env, info);
  Connection* connection = call.connection(0);
  napi_value result = nullptr;
  napi_create_array_with_length(env, kSettingCount, &result);
  if (connection == nullptr) return result;
  for (int i = 0; i < kSettingCount; i++) {
    napi_value value = nullptr;
    napi_create_double(env, static_cast<double>(connection->state().value(static_cast<Setting>(i))), &value);
    napi_set_element(env, result, static_cast<uint32_t>(i), value);
  }
  return result;
}

napi_status define(napi_env env, napi_value exports, Environment* environment, const CallDefinition* calls,
                   size_t count) {
  for (size_t i = 0; i < count; i++) {
    napi_value function = nullptr;
    napi_status status =
        napi_create_function(env, calls[i].name, NAPI_AUTO_LENGTH, calls[i].function, environment, &function);
    if (status == napi_ok) status = napi_set_named_property(env, exports, calls[i].name, function);
    if (status != napi_ok) return status;
  }
  return napi_ok;
}

}  // namespace

napi_status define_calls(napi_env env, napi_value exports, Environment* environment) {
  const CallDefinition calls[] = {
      {"execute", execute},
      {"wideText", wide_text},
      {"errorMessage", error_message},
      {"farValue", far_value},
      {"setFar", set_far},
      {"attachBuffer", attach_buffer},
      {"descriptorFault", descriptor_fault},
      {"open", open},
      {"close", close},
      {"load", load},
      {"clone", clone},
      {"reset", reset},
      {"finalize", finalize},
      {"databases", databases},
      {"settings", settings},
      {"serialize", serialize},
      {"deserialize", deserialize},
      {"openBackup", open_backup},
      {"stepBackup", step_backup},
      {"closeBackup", close_backup},
  };
  napi_status status = define(env, exports, environment, calls, std::size(calls));
  if (status == napi_ok) status = define(env, exports, environment, kSchemaCalls, kSchemaCallCount);
  return status;
}

}  // namespace ringlite
