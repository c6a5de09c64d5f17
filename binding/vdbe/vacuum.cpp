// VACUUM and VACUUM INTO: rebuilds a database tree by tree in a temporary file (or the output file), without
// running SQL.
//
// The order of the new file is what recreating the schema by its statements gives: tables with their
// automatic indexes, sqlite_sequence behind the first AUTOINCREMENT table, then indexes, then what has no
// root page. Rowids of tables stay, but of those whose rows are numbered anew.
#include <algorithm>

#include "btree/btree.h"
#include "btree/cursor.h"
#include "pager/pager.h"
#include "record/affinity.h"
#include "record/record.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

constexpr Pgno kSchemaRoot = 1;
constexpr uint32_t kSchemaColumns = 5;  // type, name, tbl_name, rootpage, sql
constexpr uint8_t kTableLeaf = 13, kTableInterior = 5;

struct SchemaRow {
  Value columns[kSchemaColumns];
  bool is_copied = false;

  bool is_type(std::string_view type) const { return columns[0].is_text() && columns[0].text() == type; }
  std::string_view name() const { return columns[1].is_text() ? columns[1].text() : std::string_view(); }
  std::string_view table() const { return columns[2].is_text() ? columns[2].text() : std::string_view(); }
  int64_t root() const { return value_as_integer(columns[3]); }
  bool has_sql() const { return columns[4].is_text(); }
};

/** Whether the statement has the word AUTOINCREMENT; only decides where sqlite_sequence goes. */
bool mentions_autoincrement(const SchemaRow& row) {
  constexpr std::string_view kWord = "autoincrement";
  if (!row.has_sql()) return false;
  const std::string_view sql = row.columns[4].text();
  for (size_t start = 0; start + kWord.size() <= sql.size(); start++) {
    size_t same = 0;
    while (same < kWord.size() && (sql[start + same] | 0x20) == kWord[same]) same++;
    if (same == kWord.size()) return true;
  }
  return false;
}

class Rebuild {
 public:
  /** `renumbered`: roots, in order, of tables whose rows are numbered from 1; null for none. */
  Rebuild(Btree& from, Btree& to, TextEncoding encoding, const IntArray* renumbered)
      : from_(from), to_(to), encoding_(encoding), renumbered_(renumbered) {}

  Status run() {
    RETURN_IF_ERROR(read_schema());
    RETURN_IF_ERROR(schema_cursor_.open(to_, kSchemaRoot, true, nullptr));
    RETURN_IF_ERROR(copy_all());
    schema_cursor_.close();
    return copy_header();
  }

  /** Rowid of the last view, trigger or virtual table in the new schema, 0 without any. SQLite copies these
   * by an INSERT, which last_insert_rowid() shows. */
  int64_t last_rowid_without_tree() const { return last_rowid_without_tree_; }

 private:
  Status read_schema() {
    Cursor cursor;
    RETURN_IF_ERROR(cursor.open(from_, kSchemaRoot, false, nullptr));
    bool is_empty;
    RETURN_IF_ERROR(cursor.first(&is_empty));
    if (is_empty) return kOk;
    for (Status status; status.ok(); status = cursor.next()) {
      Buffer record;
      RETURN_IF_ERROR(record.resize(cursor.payload_size()));
      RETURN_IF_ERROR(cursor.payload(0, cursor.payload_size(), record.data()));
      RETURN_IF_ERROR(rows_.push_back(SchemaRow()));
      for (uint32_t i = 0; i < kSchemaColumns; i++) {
        Value& value = rows_.back().columns[i];
        bool is_present;
        RETURN_IF_ERROR(decode_record_field(record.data(), static_cast<uint32_t>(record.size()), i, encoding_,
                                            &value, &is_present));
        RETURN_IF_ERROR(value.make_persistent());
      }
      if (rows_.size() > kRowLimit) return CORRUPT();
    }
    return kOk;
  }

  Status copy_all() {
    for (size_t i = 0; i < rows_.size(); i++) {
      SchemaRow& row = rows_[i];
      if (!row.is_type("table") || row.root() <= 0 || row.name() == "sqlite_sequence") continue;
      RETURN_IF_ERROR(copy_row(row));
      for (SchemaRow& index : rows_)
        if (index.is_type("index") && !index.has_sql() && index.table() == row.name())
          RETURN_IF_ERROR(copy_row(index));
      if (mentions_autoincrement(row))
        RETURN_IF_ERROR(copy_where(
            [](const SchemaRow& each) { return each.is_type("table") && each.name() == "sqlite_sequence"; }));
    }
    RETURN_IF_ERROR(copy_where([](const SchemaRow& row) { return row.is_type("table") && row.root() > 0; }));
    RETURN_IF_ERROR(copy_where([](const SchemaRow& row) { return row.is_type("index"); }));
    return copy_where([](const SchemaRow&) { return true; });
  }

  template <typename Predicate>
  Status copy_where(Predicate wanted) {
    for (SchemaRow& row : rows_)
      if (wanted(row)) RETURN_IF_ERROR(copy_row(row));
    return kOk;
  }

  /** Copies the tree of a row, then the row with its new root page. */
  Status copy_row(SchemaRow& row) {
    if (row.is_copied) return kOk;
    row.is_copied = true;
    if (row.root() > 0) {
      CORRUPT_IF(row.root() > UINT32_MAX);
      Pgno root = 0;
      RETURN_IF_ERROR(copy_tree(static_cast<Pgno>(row.root()), &root));
      row.columns[3].set_integer(root);
    }
    Value record;
    RecordEncoding encoding;
    encoding.text = encoding_;
    RETURN_IF_ERROR(encode_record(row.columns, kSchemaColumns, encoding, &record));
    Entry entry;
    entry.data = record.data();
    entry.size = record.size();
    entry.rowid = ++row_count_;
    if (row.root() <= 0) last_rowid_without_tree_ = entry.rowid;
    return schema_cursor_.insert(entry, kInsertAppend, 0);
  }

  Status copy_tree(Pgno root, Pgno* new_root) {
    bool is_table = false;
    {
      PageRef page;
      CORRUPT_IF(root > from_.page_count());
      RETURN_IF_ERROR(from_.pager().get(root, &page));
      const uint8_t type = page.data()[root == kSchemaRoot ? 100 : 0];
      is_table = type == kTableLeaf || type == kTableInterior;
    }
    RETURN_IF_ERROR(to_.create_tree(is_table ? TreeKind::kTable : TreeKind::kIndex, new_root));
    // Entries arrive in order, so that keys are never compared.
    static constexpr KeyField kField = {};
    KeyInfo key_info;
    key_info.key_field_count = key_info.all_field_count = 1;
    key_info.encoding = encoding_;
    key_info.fields = &kField;
    Cursor source, target;
    RETURN_IF_ERROR(source.open(from_, root, false, is_table ? nullptr : &key_info));
    RETURN_IF_ERROR(target.open(to_, *new_root, true, is_table ? nullptr : &key_info));
    bool is_empty;
    RETURN_IF_ERROR(source.first(&is_empty));
    if (is_empty) return kOk;
    const bool keeps_rowids = !is_renumbered(root);
    int64_t row_number = 0;
    Status status;
    while (status.ok()) {
      row_number++;
      if (!target.is_valid()) RETURN_IF_ERROR(target.last(&is_empty));
      RETURN_IF_ERROR(
          target.transfer(source, is_table ? (keeps_rowids ? source.rowid() : row_number) : 0, -1));
      status = source.next();
    }
    return status.is(Code::kDone) ? kOk : status;
  }

  bool is_renumbered(Pgno root) const {
    return renumbered_ != nullptr &&
           std::binary_search(renumbered_->values, renumbered_->values + renumbered_->size,
                              static_cast<int32_t>(root));
  }

  /** Fields of page 1 that belong to the application; the schema cookie moves on. */
  Status copy_header() {
    constexpr Meta kFields[] = {Meta::kFileFormat, Meta::kDefaultCacheSize, Meta::kTextEncoding,
                                Meta::kUserVersion, Meta::kApplicationId};
    RETURN_IF_ERROR(to_.update_meta(Meta::kSchemaCookie, from_.get_meta(Meta::kSchemaCookie) + 1));
    for (const Meta field : kFields) RETURN_IF_ERROR(to_.update_meta(field, from_.get_meta(field)));
    return kOk;
  }

  /** More schema rows than any schema can have. */
  static constexpr size_t kRowLimit = 10'000'000;

  Btree& from_;
  Btree& to_;
  TextEncoding encoding_;
  const IntArray* renumbered_;
  Array<SchemaRow> rows_;
  Cursor schema_cursor_;
  int64_t row_count_ = 0;
  int64_t last_rowid_without_tree_ = 0;
};

Status open_temporary(ConnectionState& connection, std::unique_ptr<Btree>* btree) {
  PagerOpenOptions options;
  options.temporary = true;
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(connection.io, "", options, &pager));
  JournalMode mode;
  RETURN_IF_ERROR(pager->set_journal_mode(JournalMode::kOff, &mode));
  return Btree::open(std::move(pager), btree);
}

}  // namespace

Status VmOps::vacuum(Vm& vm, const Instruction& op) {
  ConnectionState& connection = vm.connection_;
  if (!connection.autocommit) return fail(vm, Code::kError, "cannot VACUUM from within a transaction");
  if (connection.active_statements > 1)
    return fail(vm, Code::kError, "cannot VACUUM - SQL statements in progress");
  if (op.p1 == 1) return kOk;
  Database* database;
  RETURN_IF_ERROR(get_database(vm, op.p1, &database));
  const bool is_into = op.p2 > 0;
  if (is_into && !vm.registers_[op.p2].is_text()) return fail(vm, Code::kError, "non-text filename");
  RETURN_IF_ERROR(connection.begin(op.p1, is_into ? 0 : 1, nullptr));
  Btree& from = *database->btree;
  const IntArray* renumbered = op.p4.int_array;
  if (renumbered != nullptr && from.get_meta(Meta::kSchemaCookie) != static_cast<uint32_t>(op.p3))
    return Code::kSchema;

  std::unique_ptr<Btree> to;
  if (is_into) {
    if (!connection.hooks.open_output) return Code::kInternal;
    RETURN_IF_ERROR(connection.hooks.open_output(connection.hooks.context, vm.registers_[op.p2].text(), &to,
                                                 &vm.message_));
  } else {
    RETURN_IF_ERROR(open_temporary(connection, &to));
  }
  const bool keeps_page_size = from.pager().is_memory() || (!is_into && from.pager().is_wal());
  const uint32_t page_size =
      keeps_page_size || connection.next_page_size == 0 ? from.page_size() : connection.next_page_size;
  RETURN_IF_ERROR(to->set_page_size(page_size, static_cast<int>(from.reserved_bytes()), false));
  const AutoVacuum auto_vacuum = connection.next_auto_vacuum >= 0
                                     ? static_cast<AutoVacuum>(connection.next_auto_vacuum)
                                     : from.auto_vacuum();
  RETURN_IF_ERROR(to->set_auto_vacuum(auto_vacuum));
  RETURN_IF_ERROR(to->begin_write());
  Rebuild rebuild(from, *to, connection.encoding, renumbered);
  RETURN_IF_ERROR(rebuild.run());
  if (rebuild.last_rowid_without_tree() > 0) connection.last_insert_rowid = rebuild.last_rowid_without_tree();
  if (is_into) return to->commit();
  RETURN_IF_ERROR(from.copy_from(*to));
  // The header says whether the file is read with a WAL; that of the copy doesn't know.
  if (from.pager().is_wal()) RETURN_IF_ERROR(from.set_version(2));
  if (from.page_size() > to->page_size())
    from.pager().cut_file(static_cast<uint64_t>(to->page_count()) * to->page_size());
  database->schema_changes.forget();
  connection.note_schema_change(op.p1);
  connection.next_page_size = 0;
  connection.next_auto_vacuum = -1;
  return kOk;
}

}  // namespace ringlite
