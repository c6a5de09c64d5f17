// Connection::read_schema and read_schema_changes: the rows of sqlite_schema, which is the table tree at page
// 1 of every database: all of them as an index that connections share, or a few that have changed.
#include "btree/cursor.h"
#include "btree/page_layout.h"
#include "engine/connection.h"
#include "record/record.h"

namespace ringlite {
namespace {

constexpr Pgno kSchemaRoot = 1;
constexpr uint32_t kNewestFormat = 4;

bool is_encoding(uint32_t number) { return number >= 1 && number <= 3; }

/** Keeps a read transaction open; ends it only if there was none before. */
class ReadScope {
 public:
  explicit ReadScope(Btree& btree) : btree_(btree), was_open_(btree.in_transaction()) {}
  ~ReadScope() {
    if (began_ && !was_open_) btree_.end_read();
  }
  Status begin() {
    RETURN_IF_ERROR(btree_.begin_read());
    began_ = true;
    return kOk;
  }

 private:
  Btree& btree_;
  bool was_open_;
  bool began_ = false;
};

SchemaHeader read_header(const Btree& btree) {
  return {btree.get_meta(Meta::kSchemaCookie), btree.get_meta(Meta::kTextEncoding),
          btree.get_meta(Meta::kFileFormat)};
}

Status read_row(Cursor& cursor, TextEncoding encoding, Buffer* payload, SchemaRow* row) {
  const uint32_t size = cursor.payload_size();
  RETURN_IF_ERROR(payload->resize(size));
  RETURN_IF_ERROR(cursor.payload(0, size, payload->data()));
  row->rowid = cursor.rowid();
  return decode_schema_row(payload->data(), size, encoding, row);
}

/** False for damaged trees. An empty one is read as a query reads it, so that a concurrent transaction knows.
 */
Status is_tree_empty(Btree& btree, Pgno root, bool* empty) {
  *empty = false;
  PageRef page;
  RETURN_IF_ERROR(btree.pager().get(root, &page));
  const uint8_t* node = page.data() + (root == kSchemaRoot ? file_header::kSize : 0);
  const bool is_table = node[tree_page::kKind] == tree_page::kLeafTable;
  const bool is_leaf = is_table || node[tree_page::kKind] == tree_page::kLeafIndex;
  if (!is_leaf || load_be16(node + tree_page::kCellCount) != 0) return kOk;
  page.reset();
  const KeyInfo key_info;
  Cursor cursor;
  RETURN_IF_ERROR(cursor.open(btree, root, false, is_table ? nullptr : &key_info));
  return cursor.first(empty);
}

}  // namespace

Status Connection::read_schema_header(size_t database, Btree& btree, SchemaHeader* header) {
  *header = read_header(btree);
  if (header->format > kNewestFormat) return Code::kError;
  if (!is_encoding(header->encoding)) header->encoding = static_cast<uint32_t>(state_->encoding);
  if (database == 0) state_->encoding = static_cast<TextEncoding>(header->encoding);
  return kOk;
}

Status Connection::read_schema(size_t database, std::shared_ptr<const SchemaIndex>* out) {
  SchemaHeader header;
  header.encoding = static_cast<uint32_t>(state_->encoding);
  Database& contents = state_->databases[database];
  contents.schema_changes.forget();
  Btree* btree = contents.btree.get();
  if (btree == nullptr) return SchemaIndex::read_none(header, out);
  ReadScope scope(*btree);
  RETURN_IF_ERROR(scope.begin());
  RETURN_IF_ERROR(read_schema_header(database, *btree, &header));
  RETURN_IF_ERROR(SchemaIndex::of(*btree, header, out));
  contents.schema_changes.read(header.cookie);
  return kOk;
}

Status Connection::read_schema_changes(size_t database, SchemaHeader* header, SchemaVisitor visitor,
                                       void* context, bool* are_enough) {
  *are_enough = false;
  Database& contents = state_->databases[database];
  Btree* btree = contents.btree.get();
  if (btree == nullptr) return kOk;
  ReadScope scope(*btree);
  RETURN_IF_ERROR(scope.begin());
  RETURN_IF_ERROR(read_schema_header(database, *btree, header));
  if (btree->page_count() == 0 || !contents.schema_changes.are_enough(header->cookie)) return kOk;
  RETURN_IF_ERROR(visit_rows(*btree, *header, contents.schema_changes.rows(), visitor, context));
  contents.schema_changes.read(header->cookie);
  *are_enough = true;
  return kOk;
}

Status Connection::find_filled_trees(size_t database, const std::vector<int64_t>& roots,
                                     std::vector<bool>* filled) {
  filled->assign(roots.size(), false);
  Btree* btree = state_->databases[database].btree.get();
  if (btree == nullptr) return kOk;
  ReadScope scope(*btree);
  RETURN_IF_ERROR(scope.begin());
  for (size_t i = 0; i < roots.size(); i++) {
    if (roots[i] < 1) continue;
    bool empty = false;
    if (roots[i] <= btree->page_count())
      RETURN_IF_ERROR(is_tree_empty(*btree, static_cast<Pgno>(roots[i]), &empty));
    (*filled)[i] = !empty;
  }
  return kOk;
}

Status Connection::read_cookie(size_t database, uint32_t* cookie) {
  *cookie = 0;
  Btree* btree = state_->databases[database].btree.get();
  if (btree == nullptr) return kOk;
  ReadScope scope(*btree);
  RETURN_IF_ERROR(scope.begin());
  *cookie = btree->get_meta(Meta::kSchemaCookie);
  return kOk;
}

Status Connection::visit_rows(Btree& btree, const SchemaHeader& header, std::span<const int64_t> rowids,
                              SchemaVisitor visitor, void* context) {
  const auto encoding = static_cast<TextEncoding>(header.encoding);
  Cursor cursor;
  RETURN_IF_ERROR(cursor.open(btree, kSchemaRoot, false, nullptr));
  Buffer payload;
  for (const int64_t rowid : rowids) {
    SchemaRow row;
    row.rowid = rowid;
    int result = 0;
    RETURN_IF_ERROR(cursor.seek_rowid(rowid, &result));
    if (result == 0) RETURN_IF_ERROR(read_row(cursor, encoding, &payload, &row));
    row.exists = result == 0;
    visitor(context, row);
  }
  return kOk;
}

}  // namespace ringlite
