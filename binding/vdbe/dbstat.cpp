// dbstat: how the trees of a database fill its pages, one row for each page (or, with aggregate=TRUE, for
// each tree). Columns: name, path, pageno, pagetype, ncell, payload, unused, mx_payload, pgoffset, pgsize,
// and the hidden schema and aggregate. Corrupt pages are rows too: nothing here trusts a page.
//
// Invariants
//  1. The names and roots of all trees are read when a scan starts; pages when they are reached.
//  2. `path_` (pages from the root to the present one) is at most kMaxDepth long.
#include <algorithm>
#include <cstdio>
#include <new>
#include <string_view>

#include "base/array.h"
#include "base/endian.h"
#include "base/memory.h"
#include "base/pod_array.h"
#include "base/string.h"
#include "base/varint.h"
#include "btree/cursor.h"
#include "btree/page_layout.h"
#include "functions/arguments.h"
#include "record/affinity.h"
#include "record/record.h"
#include "vdbe/connection_state.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

namespace {

enum Column : uint32_t {
  kName,
  kPath,
  kPageNumber,
  kPageType,
  kCellCount,
  kPayload,
  kUnused,
  kLargestPayload,
  kPageOffset,
  kPageSize,
  kSchema,
  kAggregate
};

/** Bits of the plan; the arguments come in this order (lib/catalog/native-modules.ts). */
enum Plan : int64_t { kHasSchema = 1, kHasName = 2, kHasAggregate = 4, kByName = 8 };

/** Deeper trees are corrupt; more than any tree needs (as SQLite has it). */
constexpr size_t kMaxPath = 32;
constexpr uint32_t kSchemaTableName = 1;
constexpr uint32_t kSchemaTableRoot = 3;

struct Tree {
  String name;
  Pgno root = 0;
};

struct CellSize {
  Pgno child = 0;
  uint32_t local = 0;
  Pgno first_overflow = 0;
  uint32_t overflow_pages = 0;
  uint32_t last_overflow = 0;  // bytes on the last overflow page
};

/** A page on the way from the root to the present page. */
struct PageState {
  Pgno pgno = 0;
  String path;
  uint8_t kind = 0;  // 0: corrupt
  PodArray<CellSize> cells;
  size_t cell = 0;        // the one whose overflow pages or child come next
  uint32_t overflow = 0;  // its overflow pages already seen
  Pgno next_overflow = 0;
  Pgno right_child = 0;
  int64_t unused = 0;
  int64_t largest_payload = 0;
};

class DbstatScan : public ScanState {
 public:
  DbstatScan(ConnectionState& connection, size_t database) : connection_(connection), home_(database) {}

  Status filter(FunctionContext& context, int64_t plan, const Value* arguments);
  Status next();
  bool at_end() const { return at_end_; }
  Status column(FunctionContext& context, uint32_t column);
  int64_t rowid() const { return page_number_; }

 private:
  struct Counts {
    int64_t cells = 0;
    int64_t payload = 0;
    int64_t unused = 0;
    int64_t largest_payload = 0;
    int64_t size = 0;
    int64_t pages = 0;
  };

  Btree* btree() const { return btree_; }
  Status read_trees(const std::string_view* only);
  Status begin_tree(bool* is_done);
  /** Goes to the next page of the tree; `*is_row`: a row is complete. */
  Status step_tree(bool* is_row);
  Status step_overflow(PageState& page, const CellSize& cell);
  Status enter(Pgno pgno, std::string_view parent, std::string_view step);
  void count_page(const PageState& page);
  void add_size();

  ConnectionState& connection_;
  size_t home_;
  // The database that is read: not by number, which DETACH of another one may change.
  Btree* btree_ = nullptr;
  String schema_;
  uint32_t shown_page_size_ = 0;
  bool is_aggregate_ = false;
  bool at_end_ = true;
  Array<Tree> trees_;
  size_t tree_ = 0;  // the one after the present
  Array<PageState> path_;
  // The row.
  Counts counts_;
  Pgno page_number_ = 0;
  int64_t offset_ = 0;
  const char* page_type_ = "";
  String row_path_;
};

/** Index of the database named so, or the number of databases. */
size_t find_database(const ConnectionState& connection, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  size_t index = 0;
  for (; index < connection.databases.size(); index++) {
    const std::string_view known = connection.databases[index].name;
    if (known.size() != name.size()) continue;
    if (std::equal(known.begin(), known.end(), name.begin(),
                   [&](char a, char b) { return lower(a) == lower(b); }))
      break;
  }
  return index;
}

/** Reads names and roots from sqlite_schema, whose own tree comes first; with `only` just the trees of that
 * name. */
Status DbstatScan::read_trees(const std::string_view* only) {
  trees_.clear();
  const auto add = [&](std::string_view name, Pgno root) {
    if (only && *only != name) return Status();
    Tree tree;
    tree.root = root;
    RETURN_IF_ERROR(tree.name.assign(name));
    return trees_.push_back(std::move(tree));
  };
  RETURN_IF_ERROR(add("sqlite_schema", 1));
  if (btree()->page_count() == 0) return kOk;
  Cursor cursor;
  RETURN_IF_ERROR(cursor.open(*btree(), 1, false, nullptr));
  bool is_empty;
  RETURN_IF_ERROR(cursor.first(&is_empty));
  Buffer record;
  for (Status status = is_empty ? Status(Code::kDone) : kOk; !status.is(Code::kDone);
       status = cursor.next()) {
    RETURN_IF_ERROR(status);
    const uint32_t size = cursor.payload_size();
    RETURN_IF_ERROR(record.resize(size));
    RETURN_IF_ERROR(cursor.payload(0, size, record.data()));
    Value name, root;
    bool is_present;
    const TextEncoding encoding = connection_.encoding;
    RETURN_IF_ERROR(decode_record_field(record.data(), size, kSchemaTableName, encoding, &name, &is_present));
    RETURN_IF_ERROR(decode_record_field(record.data(), size, kSchemaTableRoot, encoding, &root, &is_present));
    if (name.is_text() && root.is_integer() && root.integer() != 0)
      RETURN_IF_ERROR(add(name.text(), static_cast<Pgno>(root.integer())));
  }
  return kOk;
}

Status DbstatScan::filter(FunctionContext& context, int64_t plan, const Value* arguments) {
  at_end_ = true;
  path_.clear();
  btree_ = nullptr;
  size_t database = home_;
  if (plan & kHasSchema) {
    TextArgument schema;
    RETURN_IF_ERROR(schema.init(context, *arguments++));
    database = find_database(connection_, schema.until_nul());
    if (schema.is_null()) return kOk;
  }
  if (database >= connection_.databases.size()) return kOk;
  std::string_view name;
  TextArgument text;
  bool has_name = false;
  if (plan & kHasName) {
    RETURN_IF_ERROR(text.init(context, *arguments++));
    has_name = !text.is_null();
    name = text.until_nul();
  }
  is_aggregate_ = plan & kHasAggregate ? value_as_real(*arguments) != 0 : false;
  btree_ = connection_.databases[database].btree.get();
  if (!btree_) return kOk;
  RETURN_IF_ERROR(schema_.assign(connection_.databases[database].name));
  shown_page_size_ = btree_->page_size();
  if (home_ < connection_.databases.size() && connection_.databases[home_].btree)
    shown_page_size_ = connection_.databases[home_].btree->page_size();
  uint32_t cookie;
  if (!btree_->in_transaction()) RETURN_IF_ERROR(connection_.begin(static_cast<int>(database), 0, &cookie));
  RETURN_IF_ERROR(read_trees(has_name ? &name : nullptr));
  if (plan & kByName)
    std::stable_sort(trees_.begin(), trees_.end(),
                     [](const Tree& a, const Tree& b) { return a.name.view() < b.name.view(); });
  tree_ = 0;
  at_end_ = false;
  return next();
}

Status DbstatScan::next() {
  for (;;) {
    if (path_.empty()) {
      bool is_done;
      RETURN_IF_ERROR(begin_tree(&is_done));
      if (is_done) {
        at_end_ = true;
        return kOk;
      }
      if (!is_aggregate_) return kOk;
    }
    bool is_row;
    RETURN_IF_ERROR(step_tree(&is_row));
    if (is_row) return kOk;
  }
}

Status DbstatScan::begin_tree(bool* is_done) {
  *is_done = tree_ >= trees_.size() || btree()->page_count() == 0;
  if (*is_done) return kOk;
  counts_ = Counts();
  return enter(trees_[tree_++].root, "", is_aggregate_ ? "" : "/");
}

Status DbstatScan::step_tree(bool* is_row) {
  PageState& page = path_.back();
  *is_row = !is_aggregate_;
  if (!is_aggregate_) counts_ = Counts();
  while (page.cell < page.cells.size()) {
    const CellSize& cell = page.cells[page.cell];
    if (page.overflow < cell.overflow_pages) return step_overflow(page, cell);
    if (page.right_child != 0) break;
    page.cell++;
    page.overflow = 0;
  }
  if (page.right_child == 0 || page.cell > page.cells.size()) {
    path_.pop_back();
    // A tree is done; its sum is the row.
    *is_row = is_aggregate_ && path_.empty();
    return kOk;
  }
  if (path_.size() >= kMaxPath) return CORRUPT();
  const Pgno child = page.cell == page.cells.size() ? page.right_child : page.cells[page.cell].child;
  char step[16] = "";
  if (!is_aggregate_) std::snprintf(step, sizeof step, "%.3x/", static_cast<unsigned>(page.cell));
  page.cell++;
  page.overflow = 0;
  return enter(child, page.path, step);
}

Status DbstatScan::step_overflow(PageState& page, const CellSize& cell) {
  const int64_t room = static_cast<int64_t>(btree()->usable_size()) - 4;
  if (page.overflow == 0) page.next_overflow = cell.first_overflow;
  const Pgno pgno = page.next_overflow;
  counts_.pages++;
  // The offset shown is that of the page before, as SQLite shows it.
  add_size();
  if (!is_aggregate_) page_number_ = pgno;
  const bool is_last = page.overflow + 1 == cell.overflow_pages;
  counts_.payload += is_last ? cell.last_overflow : room;
  if (is_last) {
    counts_.unused += room - cell.last_overflow;
  } else {
    PageRef reference;
    RETURN_IF_ERROR(btree()->pager().get(pgno, &reference));
    page.next_overflow = load_be32(reference.data());
  }
  if (!is_aggregate_) {
    char step[32];
    std::snprintf(step, sizeof step, "%.3x+%.6x", static_cast<unsigned>(page.cell), page.overflow);
    RETURN_IF_ERROR(row_path_.assign({page.path, step}));
    page_type_ = "overflow";
  }
  page.overflow++;
  return kOk;
}

/** Reads the cells of a page. `*is_sound` false: the page is corrupt; what was found before that stays. */
class PageReader {
 public:
  PageReader(const Btree& btree, const uint8_t* data, PageState* page)
      : data_(data), page_size_(btree.page_size()), usable_(btree.usable_size()), page_(page) {}

  /** SQLITE_NOMEM. */
  Status read(bool* is_sound) {
    *is_sound = false;
    const uint8_t* header = data_ + (page_->pgno == 1 ? file_header::kSize : 0);
    page_->kind = header[tree_page::kKind];
    const bool is_leaf = (page_->kind & tree_page::kLeafBit) != 0;
    const uint8_t form = page_->kind & static_cast<uint8_t>(~tree_page::kLeafBit);
    if (form != tree_page::kInteriorIndex && form != tree_page::kInteriorTable) return kOk;
    const int64_t array =
        (header - data_) + (is_leaf ? tree_page::kLeafHeaderSize : tree_page::kInteriorHeaderSize);
    const uint32_t count = load_be16(header + tree_page::kCellCount);
    if (!count_unused(header, array + 2 * static_cast<int64_t>(count))) return kOk;
    if (!is_leaf) page_->right_child = load_be32(header + tree_page::kRightChild);
    for (uint32_t i = 0; i < count; i++) {
      const int64_t pointer = array + 2 * static_cast<int64_t>(i);
      if (pointer + 2 > page_size_) return kOk;
      const uint32_t offset = load_be16(data_ + pointer);
      if (offset < array || offset >= page_size_) return kOk;
      CellSize cell;
      if (!read_cell(offset, &cell)) return kOk;
      RETURN_IF_ERROR(page_->cells.push_back(cell));
    }
    *is_sound = true;
    return kOk;
  }

 private:
  bool count_unused(const uint8_t* header, int64_t array_end) {
    int64_t unused =
        load_be16(header + tree_page::kContentStart) - array_end + header[tree_page::kFragmentedBytes];
    for (uint32_t at = load_be16(header + tree_page::kFirstFreeblock); at != 0;) {
      if (at >= page_size_) return false;
      unused += load_be16(data_ + at + 2);
      const uint32_t following = load_be16(data_ + at);
      if (following != 0 && following < at + tree_page::kFreeblockHeaderSize) return false;
      at = following;
    }
    page_->unused = unused;
    return true;
  }

  bool read_cell(uint32_t offset, CellSize* cell) {
    if (!(page_->kind & tree_page::kLeafBit)) {
      cell->child = load_be32(data_ + offset);
      offset += 4;
    }
    if (page_->kind == tree_page::kInteriorTable) return true;
    uint32_t payload;
    offset += static_cast<uint32_t>(read_varint32(data_ + offset, &payload));
    const bool is_table = page_->kind == tree_page::kLeafTable;
    uint64_t rowid;
    if (is_table) offset += static_cast<uint32_t>(read_varint(data_ + offset, &rowid));
    if (payload > page_->largest_payload) page_->largest_payload = payload;
    const uint32_t most = is_table ? max_local_leaf_table(usable_) : max_local_index(usable_);
    cell->local = payload <= most ? payload : spilled_local_size(payload, usable_, most, min_local(usable_));
    if (payload <= cell->local) return true;
    if (offset + cell->local + 4 > usable_ || payload > INT32_MAX) return false;
    const uint32_t spilled = payload - cell->local;
    cell->overflow_pages = (spilled + usable_ - 5) / (usable_ - 4);
    cell->last_overflow = spilled - (cell->overflow_pages - 1) * (usable_ - 4);
    cell->first_overflow = load_be32(data_ + offset + cell->local);
    return true;
  }

  const uint8_t* data_;
  uint32_t page_size_;
  uint32_t usable_;
  PageState* page_;
};

/** Goes to page `pgno` and counts it. */
Status DbstatScan::enter(Pgno pgno, std::string_view parent, std::string_view step) {
  PageRef reference;
  RETURN_IF_ERROR(btree()->pager().get(pgno, &reference));
  PageState page;
  page.pgno = pgno;
  RETURN_IF_ERROR(page.path.assign({parent, step}));
  bool is_sound;
  RETURN_IF_ERROR(PageReader(*btree(), reference.data(), &page).read(&is_sound));
  if (!is_sound) {
    page.kind = 0;
    page.cells.clear();
  }
  page_number_ = pgno;
  counts_.pages++;
  count_page(page);
  if (!is_aggregate_) RETURN_IF_ERROR(row_path_.assign(page.path));
  return path_.push_back(std::move(page));
}

void DbstatScan::count_page(const PageState& page) {
  add_size();
  page_type_ = page.kind == 0 ? "corrupted" : (page.kind & tree_page::kLeafBit) != 0 ? "leaf" : "internal";
  counts_.cells += static_cast<int64_t>(page.cells.size());
  counts_.unused += page.unused;
  counts_.largest_payload = std::max(counts_.largest_payload, page.largest_payload);
  for (const CellSize& cell : page.cells) counts_.payload += cell.local;
}

/** Another database than the table's own is shown with the page size of the table's, as in SQLite. */
void DbstatScan::add_size() {
  counts_.size += shown_page_size_;
  offset_ = counts_.size * (static_cast<int64_t>(page_number_) - 1);
}

Status DbstatScan::column(FunctionContext& context, uint32_t column) {
  Value& result = *context.result;
  switch (column) {
    case kName:
      return context.return_text(trees_[tree_ - 1].name);
    case kPath:
      return is_aggregate_ ? kOk : context.return_text(row_path_);
    case kPageNumber:
      result.set_integer(is_aggregate_ ? counts_.pages : int64_t{page_number_});
      return kOk;
    case kPageType:
      return is_aggregate_ ? kOk : context.return_literal(page_type_);
    case kCellCount:
      result.set_integer(counts_.cells);
      return kOk;
    case kPayload:
      result.set_integer(counts_.payload);
      return kOk;
    case kUnused:
      result.set_integer(counts_.unused);
      return kOk;
    case kLargestPayload:
      result.set_integer(counts_.largest_payload);
      return kOk;
    case kPageOffset:
      if (!is_aggregate_) result.set_integer(offset_);
      return kOk;
    case kPageSize:
      result.set_integer(counts_.size);
      return kOk;
    case kSchema:
      return context.return_text(schema_);
    default:
      result.set_integer(is_aggregate_);
      return kOk;
  }
}

/** The name as an argument of CREATE VIRTUAL TABLE, without its quotes. */
Status unquote(std::string_view name, Buffer* plain) {
  if (name.size() < 2) return plain->append(name);
  const char quote = name[0] == '[' ? ']' : name[0];
  if ((quote != '"' && quote != '\'' && quote != '`' && quote != ']') || name.back() != quote)
    return plain->append(name);
  for (size_t i = 1; i + 1 < name.size(); i++) {
    RETURN_IF_ERROR(plain->append_byte(static_cast<uint8_t>(name[i])));
    if (name[i] == quote) i++;
  }
  return kOk;
}

Status open(ConnectionState& connection, FunctionContext& context, const VirtualTableReference& table,
            ScanState** state) {
  size_t database = 0;
  if (table.arguments.size() > 3) {
    Buffer name;
    RETURN_IF_ERROR(unquote(table.arguments[3], &name));
    database = find_database(connection, name.text());
    if (database == connection.databases.size()) {
      String message;
      RETURN_IF_ERROR(message.assign({"no such database: ", table.arguments[3]}));
      return context.fail(message);
    }
  }
  void* memory = mem_alloc(sizeof(DbstatScan));
  if (!memory) return Code::kNomem;
  *state = new (memory) DbstatScan(connection, database);
  return kOk;
}

DbstatScan& scan_of(ScanState* state) { return *static_cast<DbstatScan*>(state); }

void close(ScanState* state) {
  DbstatScan& scan = scan_of(state);
  scan.~DbstatScan();
  mem_free(&scan);
}

Status filter(ScanState* state, FunctionContext& context, int64_t plan, uint32_t argument_count,
              const Value* arguments) {
  const uint32_t needed =
      ((plan & kHasSchema) != 0) + ((plan & kHasName) != 0) + ((plan & kHasAggregate) != 0);
  return argument_count < needed ? Status(Code::kInternal) : scan_of(state).filter(context, plan, arguments);
}

Status next(ScanState* state, FunctionContext&) { return scan_of(state).next(); }
bool at_end(const ScanState* state) { return static_cast<const DbstatScan*>(state)->at_end(); }
Status column(ScanState* state, FunctionContext& context, uint32_t column) {
  return scan_of(state).column(context, column);
}
int64_t rowid(const ScanState* state) { return static_cast<const DbstatScan*>(state)->rowid(); }

}  // namespace

const VirtualTableModule* dbstat_module() {
  static constexpr VirtualTableModule module = {"dbstat", open, close, filter, next, at_end, column, rowid};
  return &module;
}

}  // namespace ringlite
