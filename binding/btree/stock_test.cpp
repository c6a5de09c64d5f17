// Files that stock SQLite wrote are read here, and files written here are read by stock SQLite
// (better-sqlite3, through stock_check.cjs). Left out where node or better-sqlite3 is missing.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "btree/btree_test_support.h"

namespace ringlite::testing {
namespace {

std::string run_command(const std::string& command, int* exit_code) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return output;
  char buffer[4096];
  for (size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
  *exit_code = pclose(pipe);
  return output;
}

/** Whether stock SQLite can be asked; says so when not. Tests run in the folder binding/, where make test is.
 */
bool has_stock() {
  int code = access("btree/stock_check.cjs", R_OK);
  if (code == 0) run_command("node -e \"require('better-sqlite3')\" 2>/dev/null", &code);
  if (code != 0)
    std::fprintf(stderr, "  skipped: needs node, better-sqlite3 and binding/ as working folder\n");
  return code == 0;
}

/** A folder for the files, removed at the end. */
struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/ringlite-stock-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() {
    int code;
    run_command("rm -rf " + path, &code);
  }
};

std::string read_file(const std::string& path) {
  std::string bytes;
  if (FILE* file = fopen(path.c_str(), "rb")) {
    char buffer[65536];
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;) bytes.append(buffer, got);
    fclose(file);
  }
  return bytes;
}

void write_file(const std::string& path, const std::string& bytes) {
  FILE* file = fopen(path.c_str(), "wb");
  CHECK(file != nullptr);
  if (!file) return;
  CHECK_EQ(fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  fclose(file);
}

std::string quote(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull:
      return "NULL";
    case ValueType::kInteger:
      return std::to_string(value.integer());
    case ValueType::kText:
      return "'" + std::string(value.text()) + "'";
    default: {
      std::string text = "X'";
      for (uint32_t i = 0; i < value.size(); i++) {
        char hex[3];
        std::snprintf(hex, sizeof hex, "%02X", value.data()[i]);
        text += hex;
      }
      return text + "'";
    }
  }
}

struct SchemaEntry {
  std::string type, name, table;
  Pgno root = 0;
};

class Reader {
 public:
  explicit Reader(Btree& btree)
      : btree_(btree), encoding_(static_cast<TextEncoding>(btree.get_meta(Meta::kTextEncoding))) {}

  std::vector<SchemaEntry> schema() {
    std::vector<SchemaEntry> entries;
    Cursor cursor;
    CHECK_OK(cursor.open(btree_, 1, false, nullptr));
    bool empty;
    for (Status status = cursor.first(&empty); status.ok() && !cursor.is_eof(); status = cursor.next()) {
      const std::vector<std::string> row = fields(cursor, 4);
      entries.push_back({row[0], row[1], row[2], static_cast<Pgno>(std::stoul(row[3]))});
    }
    return entries;
  }

  /** The first `count` fields of the entry under the cursor, quoted. */
  std::vector<std::string> fields(Cursor& cursor, uint32_t count) {
    const std::string payload = payload_of(cursor);
    std::vector<std::string> row;
    for (uint32_t i = 0; i < count; i++) {
      Value value;
      bool present;
      CHECK_OK(decode_record_field(reinterpret_cast<const uint8_t*>(payload.data()),
                                   static_cast<uint32_t>(payload.size()), i, encoding_, &value, &present));
      row.push_back(quote(value));
    }
    return row;
  }

  /** As stock_check.cjs's contents(), of the tables named t..., w... and empty. */
  std::string contents() {
    std::vector<SchemaEntry> entries = schema();
    std::sort(entries.begin(), entries.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    std::string lines;
    for (const SchemaEntry& entry : entries) {
      if (entry.type != "'table'") continue;
      const std::string name = entry.name.substr(1, entry.name.size() - 2);
      const bool is_rowid_table = name[0] != 'w';
      Cursor cursor;
      static const KeyField key_fields[2] = {};
      const KeyInfo key_info = {2, 2, encoding_, key_fields};
      CHECK_OK(cursor.open(btree_, entry.root, false, is_rowid_table ? nullptr : &key_info));
      bool empty;
      for (Status status = cursor.first(&empty); status.ok() && !cursor.is_eof(); status = cursor.next()) {
        std::vector<std::string> row = fields(cursor, 3);
        if (is_rowid_table) row[0] = std::to_string(cursor.rowid());
        // WITHOUT ROWID stores the primary key's columns (n, k) first.
        if (!is_rowid_table) std::swap(row[0], row[1]);
        lines += name + ": " + row[0] + "," + row[1] + "," + row[2] + "\n";
      }
    }
    return lines;
  }

 private:
  Btree& btree_;
  TextEncoding encoding_;
};

void check_stock_file(const std::string& folder, uint64_t seed) {
  static constexpr int kPageSizes[] = {512, 1024, 4096, 8192, 65536};
  static constexpr const char* kAutoVacuum[] = {"none", "full", "incremental"};
  static constexpr const char* kEncodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
  const std::string path = folder + "/stock" + std::to_string(seed) + ".db";
  int code = 1;
  run_command("node btree/stock_check.cjs make " + path + " " + std::to_string(seed) + " " +
                  std::to_string(kPageSizes[seed % 5]) + " " + kAutoVacuum[seed % 3] + " " +
                  kEncodings[seed / 2 % 3],
              &code);
  CHECK_EQ(code, 0);
  const std::string bytes = read_file(path);
  std::unique_ptr<Io> io = make_memory_io();
  {
    std::unique_ptr<File> file;
    OpenFlags flags;
    flags.create = true;
    CHECK_OK(io->files().open(kTestPath, flags, &file));
    CHECK_OK(file->write(bytes.data(), bytes.size(), 0));
  }
  std::unique_ptr<Pager> pager;
  CHECK_OK(Pager::open(*io, kTestPath, PagerOpenOptions{}, &pager));
  std::unique_ptr<Btree> btree;
  CHECK_OK(Btree::open(std::move(pager), &btree));
  CHECK_OK(btree->begin_read());
  Reader reader(*btree);
  std::vector<Pgno> roots;
  for (const SchemaEntry& entry : reader.schema()) roots.push_back(entry.root);
  check_integrity(*btree, roots);
  CHECK(reader.contents() == read_file(path + ".txt"));
  CHECK_OK(btree->commit());
}

TEST(btree_reads_stock_files) {
  if (!has_stock()) return;
  Folder folder;
  for (uint64_t seed = 1; seed <= 9; seed++) check_stock_file(folder.path, seed);
}

void add_schema_row(Btree& btree, int64_t rowid, const char* type, const char* name, const char* table,
                    Pgno root, const char* sql) {
  Value values[5];
  values[0].set_text(type, Storage::kStatic);
  values[1].set_text(name, Storage::kStatic);
  values[2].set_text(table, Storage::kStatic);
  values[3].set_integer(root);
  values[4].set_text(sql, Storage::kStatic);
  Value record;
  CHECK_OK(encode_record(values, 5, RecordEncoding{}, &record));
  Cursor cursor;
  CHECK_OK(cursor.open(btree, 1, true, nullptr));
  Entry entry;
  entry.rowid = rowid;
  entry.data = record.data();
  entry.size = record.size();
  CHECK_OK(cursor.insert(entry, kInsertDefault, 0));
}

/** One row of t(a INTEGER PRIMARY KEY, b TEXT, c BLOB) with its entry in the index on (b). */
void put_row(Cursor& table, Cursor& index, int64_t rowid, const std::string& text, const std::string& blob,
             bool remove) {
  Value index_values[2];
  CHECK_OK(index_values[0].copy_text(text));
  index_values[1].set_integer(rowid);
  Value index_record;
  CHECK_OK(encode_record(index_values, 2, RecordEncoding{}, &index_record));
  RecordKey key;
  key.key_info = &test_key_info();
  key.values = index_values;
  key.field_count = 2;
  int result;
  if (remove) {
    CHECK_OK(index.seek_key(key, &result));
    CHECK_EQ(result, 0);
    CHECK_OK(index.remove(kDeleteDefault));
    CHECK_OK(table.seek_rowid(rowid, &result));
    CHECK_EQ(result, 0);
    CHECK_OK(table.remove(kDeleteDefault));
    return;
  }
  Value values[3];
  CHECK_OK(values[1].copy_text(text));
  CHECK_OK(values[2].copy_blob(blob.data(), static_cast<uint32_t>(blob.size())));
  Value record;
  CHECK_OK(encode_record(values, 3, RecordEncoding{}, &record));
  Entry entry;
  entry.rowid = rowid;
  entry.data = record.data();
  entry.size = record.size();
  CHECK_OK(table.insert(entry, kInsertDefault, 0));
  entry = Entry();
  entry.data = index_record.data();
  entry.size = index_record.size();
  entry.key = &key;
  CHECK_OK(index.insert(entry, kInsertDefault, 0));
}

void write_own_file(const std::string& path, uint64_t seed) {
  static constexpr uint32_t kPageSizes[] = {512, 1024, 4096, 65536};
  Generator random(seed);
  DatabaseOptions options;
  options.page_size = kPageSizes[seed % 4];
  options.auto_vacuum = static_cast<AutoVacuum>(seed % 3);
  options.journal_mode = JournalMode::kDelete;
  TestDatabase database(options);
  Btree& btree = *database;
  CHECK_OK(btree.begin_write());
  Pgno table_root, index_root;
  CHECK_OK(btree.create_tree(TreeKind::kTable, &table_root));
  CHECK_OK(btree.create_tree(TreeKind::kIndex, &index_root));
  add_schema_row(btree, 1, "table", "t", "t", table_root,
                 "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB)");
  add_schema_row(btree, 2, "index", "tb", "t", index_root, "CREATE INDEX tb ON t(b)");
  CHECK_OK(btree.update_meta(Meta::kFileFormat, 4));
  CHECK_OK(btree.update_meta(Meta::kTextEncoding, 1));
  CHECK_OK(btree.update_meta(Meta::kSchemaCookie, 1));
  std::vector<std::pair<int64_t, std::string>> rows;
  int64_t serial = 0;
  for (int round = 0; round < 4; round++) {
    Cursor table, index;
    CHECK_OK(table.open(btree, table_root, true, nullptr));
    CHECK_OK(index.open(btree, index_root, true, &test_key_info()));
    for (int i = 0; i < 300; i++) {
      const int64_t rowid = ++serial * 7919 % 1'000'003;
      const std::string text = random.bytes(random.below(random.chance(5) ? options.page_size : 20));
      put_row(table, index, rowid, text,
              random.bytes(random.below(random.chance(5) ? 3 * options.page_size : 50)), false);
      rows.push_back({rowid, text});
    }
    for (int i = 0; i < 120; i++) {
      const size_t victim = random.below(static_cast<uint32_t>(rows.size()));
      put_row(table, index, rows[victim].first, rows[victim].second, "", true);
      rows.erase(rows.begin() + static_cast<long>(victim));
    }
    table.close();
    index.close();
    CHECK_OK(btree.commit());
    CHECK_OK(btree.begin_write());
  }
  const std::string expected = Reader(btree).contents();
  CHECK_OK(btree.commit());
  database.btree.reset();
  std::unique_ptr<File> file;
  CHECK_OK(database.io->files().open(kTestPath, OpenFlags{}, &file));
  uint64_t size;
  CHECK_OK(file->size(&size));
  std::string bytes(size, '\0');
  size_t got;
  CHECK_OK(file->read(bytes.data(), bytes.size(), 0, &got));
  write_file(path, bytes);
  int code = 1;
  const std::string output = run_command("node btree/stock_check.cjs read " + path, &code);
  if (code != 0)
    fail(__FILE__, __LINE__, "stock integrity_check, seed " + std::to_string(seed) + ": " + output);
  CHECK(output == expected);
}

TEST(btree_files_pass_stock_integrity_check) {
  if (!has_stock()) return;
  Folder folder;
  for (uint64_t seed = 1; seed <= 12; seed++)
    write_own_file(folder.path + "/own" + std::to_string(seed) + ".db", seed);
}

}  // namespace
}  // namespace ringlite::testing
