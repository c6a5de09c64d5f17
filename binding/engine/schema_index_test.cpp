// SchemaIndex over schema tables that are written row by row: which rows its questions find, and until when
// connections share one.
#include "engine/schema_index.h"

#include <string>
#include <vector>

#include "btree/cursor.h"
#include "io/memory_io.h"
#include "record/record.h"
#include "testing/test.h"

namespace ringlite {
namespace {

using Question = SchemaIndex::Question;
using Index = std::shared_ptr<const SchemaIndex>;

std::unique_ptr<Btree> open_database(Io& io, const char* path) {
  std::unique_ptr<Pager> pager;
  std::unique_ptr<Btree> btree;
  CHECK_OK(Pager::open(io, path, PagerOpenOptions(), &pager));
  CHECK_OK(Btree::open(std::move(pager), &btree));
  return btree;
}

void begin_write(Btree& btree) {
  CHECK_OK(btree.begin_read());
  CHECK_OK(btree.begin_write());
}

/** Writes one row of sqlite_schema; an empty `type` stands for NULL. */
void put(Btree& btree, int64_t rowid, const char* type, std::string_view name, std::string_view table,
         std::string_view sql, int64_t root = 2) {
  Value values[5];
  if (*type != '\0') values[0].set_text(type, Storage::kStatic);
  values[1].set_text(name, Storage::kStatic);
  values[2].set_text(table, Storage::kStatic);
  values[3].set_integer(root);
  if (!sql.empty()) values[4].set_text(sql, Storage::kStatic);
  Value record;
  CHECK_OK(encode_record(values, 5, {}, &record));
  Cursor cursor;
  CHECK_OK(cursor.open(btree, 1, true, nullptr));
  Entry entry;
  entry.data = record.data();
  entry.size = record.size();
  entry.rowid = rowid;
  CHECK_OK(cursor.insert(entry, kInsertDefault, 0));
}

/** As the connection of `btree` sees it now, in a transaction of its own. */
Index read(Btree& btree) {
  Index index;
  CHECK_OK(btree.begin_read());
  CHECK_OK(SchemaIndex::of(btree, {btree.get_meta(Meta::kSchemaCookie), 1, 4}, &index));
  btree.end_read();
  return index;
}

std::string names(const SchemaIndex& index, Question question, std::string_view text) {
  PodArray<uint32_t> numbers;
  CHECK_OK(index.find(question, text, &numbers));
  std::string result;
  for (const uint32_t number : numbers) {
    SchemaRow row;
    CHECK_OK(index.row(number, &row));
    result += (result.empty() ? "" : " ") + std::string(row.name.text());
  }
  return result;
}

void put_objects(Btree& btree) {
  put(btree, 1, "table", "Parent", "Parent", "CREATE TABLE Parent(id)");
  put(btree, 2, "table", "child", "child", "CREATE TABLE child(p REFERENCES \"parent\", q)");
  put(btree, 4, "index", "i1", "CHILD", "CREATE INDEX i1 ON child(p)");
  put(btree, 5, "index", "i2", "child", "CREATE INDEX i2 ON child(q) WHERE q > 5");
  put(btree, 7, "view", "v", "v", "CREATE VIEW v AS SELECT id FROM parent");
  put(btree, 8, "trigger", "parent", "child",
      "CREATE TRIGGER parent AFTER INSERT ON child BEGIN SELECT 1; END");
  put(btree, 9, "", "nothing", "nothing", "");
  put(btree, 10, "table", "\xff", "\xff", "CREATE TABLE x(y)");
}

TEST(schema_index_finds_rows) {
  auto io = make_memory_io();
  auto btree = open_database(*io, "/a.db");
  begin_write(*btree);
  put_objects(*btree);
  CHECK_OK(btree->commit());
  const Index index = read(*btree);
  CHECK_EQ(index->count(), 8u);
  CHECK_EQ(names(*index, Question::kNamed, "PARENT"), "Parent parent");
  CHECK_EQ(names(*index, Question::kNamed, "none"), "");
  CHECK_EQ(names(*index, Question::kOfTable, "Child"), "i1 i2 parent");
  CHECK_EQ(names(*index, Question::kMentioning, "parent"), "child v parent");
  CHECK_EQ(names(*index, Question::kMentioning, "q"), "child");
  CHECK_EQ(names(*index, Question::kMentioning, "y"), "");
  CHECK_EQ(names(*index, Question::kViewsAndTriggers, ""), "v parent");
  CHECK_EQ(names(*index, Question::kLiteralSensitive, ""), "i2");
  CHECK_EQ(names(*index, Question::kOdd, ""), "nothing \xff");
  CHECK_EQ(index->number_of(5), 3);
  CHECK_EQ(index->number_of(6), -1);
  CHECK_EQ(index->number_of(11), -1);
}

TEST(schema_index_suspects_rows_of_another_shape) {
  auto io = make_memory_io();
  auto btree = open_database(*io, "/a.db");
  begin_write(*btree);
  Pgno unused;
  for (int count = 0; count < 9; count++) CHECK_OK(btree->create_tree(TreeKind::kTable, &unused));
  int64_t rowid = 0;
  const auto add = [&](const char* type, const char* name, const char* table, const char* sql, int64_t root) {
    put(*btree, ++rowid, type, name, table, sql, root);
  };
  add("table", "t", "t", "CREATE TABLE t(a UNIQUE, b)", 2);
  add("index", "sqlite_autoindex_t_1", "t", "", 3);
  add("table", "a\"b", "A\"B", "create table \"a\"\"b\" (x) STRICT", 4);
  add("table", "c]", "c]", "CREATE TABLE 'c]'(x)", 5);
  add("index", "i", "a\"b", "CREATE UNIQUE INDEX i ON [a\"b](x)", 6);
  add("view", "v", "v", "CREATE VIEW v AS SELECT 1", 0);
  add("trigger", "t", "t", "CREATE TRIGGER t AFTER UPDATE OF a, b ON t BEGIN SELECT 1; END", 0);
  add("table", "f", "f", "CREATE VIRTUAL TABLE f USING g(x", 0);
  CHECK_EQ(names(*read(*btree), Question::kSuspect, ""), "");
  add("table", "s1", "s1", "CREATE TABLE s1(a)", 12);
  add("table", "s2", "s2", "CREATE TABLE s2(a", 7);
  add("table", "s3", "s3", "CREATE TABLE s4(a)", 7);
  add("table", "T", "T", "CREATE TABLE T(a)", 7);
  add("index", "s5", "t", "CREATE INDEX s5 ON t(a)", 3);
  add("index", "s6", "t", "CREATE INDEX s6 ON u(a)", 7);
  add("index", "s7", "u", "CREATE INDEX s7 ON u(a)", 7);
  add("index", "sqlite_autoindex_t_2", "t", "", 8);
  add("view", "s8", "s8", "CREATE VIEW s8 AS SELECT 1", 8);
  add("trigger", "s9", "t", "CREATE TRIGGER s9 AFTER INSERT ON u BEGIN SELECT 1; END", 0);
  add("", "s10", "s10", "CREATE TABLE s10(a)", 8);
  CHECK_EQ(names(*read(*btree), Question::kSuspect, ""),
           "s1 s2 s3 T s5 s6 s7 sqlite_autoindex_t_2 s8 s9 s10");
  CHECK_OK(btree->commit());
}

TEST(schema_index_of_nothing) {
  auto io = make_memory_io();
  auto btree = open_database(*io, "/a.db");
  const Index index = read(*btree);
  CHECK_EQ(index->count(), 0u);
  for (const Question question : {Question::kNamed, Question::kOfTable, Question::kMentioning})
    CHECK_EQ(names(*index, question, "a"), "");
  CHECK_EQ(index->number_of(1), -1);
}

TEST(schema_index_is_shared_until_its_pages_change) {
  auto io = make_memory_io();
  auto first = open_database(*io, "/a.db");
  auto second = open_database(*io, "/a.db");
  begin_write(*first);
  // Three levels, and a row on overflow pages.
  const std::string sql = "CREATE TABLE t(" + std::string(700, 'x') + ")";
  for (int64_t rowid = 1; rowid <= 3000; rowid++) put(*first, rowid, "table", "t", "t", sql);
  const std::string long_sql(20000, 'x');
  put(*first, 3001, "table", "long", "long", long_sql);
  Pgno root;
  CHECK_OK(first->create_tree(TreeKind::kTable, &root));
  CHECK_OK(first->commit());

  const Index index = read(*first);
  CHECK_EQ(index->count(), 3001u);
  CHECK(read(*second) == index);
  CHECK(read(*first) == index);

  // A change of another table, and of page 1's header.
  begin_write(*second);
  Cursor cursor;
  CHECK_OK(cursor.open(*second, root, true, nullptr));
  Entry entry;
  entry.data = reinterpret_cast<const uint8_t*>("x");
  entry.size = 1;
  CHECK_OK(cursor.insert(entry, kInsertDefault, 0));
  cursor.close();
  CHECK_OK(second->update_meta(Meta::kUserVersion, 7));
  CHECK_OK(second->commit());
  CHECK(read(*first) == index);
  CHECK(read(*second) == index);

  // The same cookie: a row that was edited, in its last byte only.
  std::string edited = long_sql;
  edited.back() = 'y';
  begin_write(*second);
  put(*second, 3001, "table", "long", "long", edited);
  Index inside;
  CHECK_OK(SchemaIndex::of(*second, {0, 1, 4}, &inside));
  CHECK(inside != index);
  CHECK_OK(second->rollback());
  second->end_read();
  CHECK(read(*first) == index);
  begin_write(*second);
  put(*second, 3001, "table", "long", "long", edited);
  CHECK_OK(second->commit());
  const Index changed = read(*first);
  CHECK(changed != index);
  SchemaRow row;
  CHECK_OK(changed->row(3000, &row));
  CHECK(row.sql.text() == edited);
  CHECK(read(*second) == changed);
}

TEST(schema_index_survives_running_out_of_memory) {
  auto io = make_memory_io();
  auto btree = open_database(*io, "/a.db");
  begin_write(*btree);
  put_objects(*btree);
  CHECK_OK(btree->commit());
  CHECK_OK(btree->begin_read());
  for (int64_t countdown = 1; countdown < 200; countdown++) {
    // Not the one that is shared: another cookie each time.
    mem_fail_after(countdown);
    Index index;
    Status status = SchemaIndex::of(*btree, {static_cast<uint32_t>(countdown), 1, 4}, &index);
    PodArray<uint32_t> numbers;
    if (status.ok()) status = index->find(Question::kMentioning, "parent", &numbers);
    if (status.ok()) status = index->find(Question::kLiteralSensitive, "", &numbers);
    const bool failed = mem_failure_happened();
    mem_fail_after(0);
    CHECK_EQ(status.ok(), !failed);
    if (!failed) break;
    CHECK(status.is(Code::kNomem));
    if (!index) continue;
    CHECK_EQ(names(*index, Question::kMentioning, "parent"), "child v parent");
    CHECK_EQ(names(*index, Question::kLiteralSensitive, ""), "i2");
  }
  btree->end_read();
}

}  // namespace
}  // namespace ringlite
