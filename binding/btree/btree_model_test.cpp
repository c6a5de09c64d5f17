// Random operations on trees of every shape, compared with std::map after each round, with all pages checked.
#include <map>

#include "btree/btree_test_support.h"

namespace ringlite::testing {
namespace {

using IndexKey = std::pair<int64_t, std::string>;

/** One table tree and one index tree with their models, and the models' copies for savepoints. */
struct Model {
  std::map<int64_t, std::string> table;
  std::map<IndexKey, int> index;
};

class ModelTest {
 public:
  ModelTest(uint64_t seed, const DatabaseOptions& options)
      : random_(seed), options_(options), database_(options) {}

  bool run(int rounds) {
    Btree& btree = *database_;
    CHECK_OK(btree.begin_write());
    CHECK_OK(btree.create_tree(TreeKind::kTable, &table_root_));
    CHECK_OK(btree.create_tree(TreeKind::kIndex, &index_root_));
    CHECK_OK(btree.commit());
    database_.set_journal_mode();
    committed_ = current_;
    for (int round = 0; round < rounds; round++) {
      if (!run_transaction()) return false;
    }
    return true;
  }

 private:
  std::string random_payload() {
    const uint32_t kind = random_.below(100);
    uint32_t size = random_.below(40);
    if (kind > 60) size = random_.below(options_.page_size / 4);
    if (kind > 90) size = random_.below(options_.page_size * 3);
    if (kind == 99) size = random_.below(60'000);
    return random_.bytes(size);
  }

  bool run_transaction() {
    if (database_.is_file() && random_.chance(20)) database_.open();
    Btree& btree = *database_;
    CHECK_OK(btree.begin_write());
    style_ = random_.below(4);
    const uint32_t savepoints = random_.below(3);
    std::vector<Model> saved;
    for (uint32_t i = 0; i <= savepoints; i++) {
      mutate(1 + random_.below(120));
      if (i < savepoints) {
        saved.push_back(current_);
        CHECK_OK(btree.open_savepoints(static_cast<int>(saved.size())));
      }
    }
    if (!saved.empty() && random_.chance(60)) {
      const size_t target = random_.below(static_cast<uint32_t>(saved.size()));
      CHECK_OK(btree.rollback_to_savepoint(static_cast<int>(target)));
      current_ = saved[target];
      if (!compare()) return false;
      mutate(random_.below(40));
      CHECK_OK(btree.release_savepoint(static_cast<int>(target)));
    }
    if (!compare()) return false;
    if (options_.auto_vacuum == AutoVacuum::kIncremental && random_.chance(50)) {
      for (uint32_t i = random_.below(20); i > 0; i--) {
        Status status = btree.incremental_vacuum();
        if (status.is(Code::kDone)) break;
        CHECK_OK(status);
      }
      if (!compare()) return false;
    }
    if (random_.chance(20)) {
      CHECK_OK(btree.rollback());
      current_ = committed_;
    } else {
      CHECK_OK(btree.commit());
      committed_ = current_;
    }
    CHECK_OK(btree.begin_read());
    const bool is_equal = compare();
    CHECK_OK(btree.commit());
    return is_equal;
  }

  int64_t random_rowid() {
    switch (style_) {
      case 0:  // ascending
        return current_.table.empty() ? 1 : current_.table.rbegin()->first + 1 + random_.below(2);
      case 1:  // descending
        return current_.table.empty() ? 1'000'000 : current_.table.begin()->first - 1 - random_.below(3);
      case 2:
        return random_.below(500);
      default:
        return static_cast<int64_t>(random_.next());
    }
  }

  IndexKey random_index_key() {
    const uint32_t size = random_.chance(85) ? random_.below(30) : random_.below(options_.page_size);
    if (style_ == 0)
      return {current_.index.empty() ? 1 : current_.index.rbegin()->first.first + 1, random_.bytes(size)};
    return {random_.below(300), random_.bytes(size)};
  }

  void mutate(uint32_t operations) {
    Cursor table, index;
    CHECK_OK(table.open(*database_, table_root_, true, nullptr));
    CHECK_OK(index.open(*database_, index_root_, true, &test_key_info()));
    const uint32_t delete_percent = random_.below(4) == 0 ? 80 : 30;
    for (uint32_t i = 0; i < operations; i++) {
      if (random_.chance(50)) {
        random_.chance(delete_percent) ? delete_row(table) : insert_row(table);
      } else {
        random_.chance(delete_percent) ? delete_key(index) : insert_key(index);
      }
    }
    if (random_.chance(3)) {
      table.close();
      int64_t rows = 0;
      CHECK_OK(database_->clear_tree(table_root_, &rows));
      CHECK_EQ(rows, static_cast<int64_t>(current_.table.size()));
      current_.table.clear();
    }
  }

  void insert_row(Cursor& cursor) {
    const bool overwrites = !current_.table.empty() && random_.chance(20);
    int64_t rowid = random_rowid();
    if (overwrites) {
      auto found = current_.table.lower_bound(rowid);
      if (found != current_.table.end()) rowid = found->first;
    }
    std::string payload = random_payload();
    if (random_.chance(30) && current_.table.count(rowid))
      payload = random_.bytes(static_cast<uint32_t>(current_.table[rowid].size()));
    int result = 0;
    if (random_.chance(50)) CHECK_OK(cursor.seek_rowid(rowid, &result));
    Entry entry = row(rowid, payload);
    if (random_.chance(10)) {
      entry.zero_tail = random_.below(5000);
      CHECK_OK(cursor.insert(entry, kInsertDefault, result));
      payload.append(entry.zero_tail, '\0');
    } else {
      CHECK_OK(cursor.insert(entry, kInsertSavePosition, result));
      bool different = false;
      if (cursor.has_moved()) CHECK_OK(cursor.restore(&different));
      CHECK(!different && cursor.is_valid());
      if (cursor.is_valid()) CHECK_EQ(cursor.rowid(), rowid);
    }
    current_.table[rowid] = payload;
  }

  /** Deletes a row, and checks that the cursor goes on to the right neighbours. */
  void delete_row(Cursor& cursor) {
    if (current_.table.empty()) return;
    auto victim = current_.table.lower_bound(random_rowid());
    if (victim == current_.table.end()) victim = current_.table.begin();
    int result = -1;
    CHECK_OK(cursor.seek_rowid(victim->first, &result));
    CHECK_EQ(result, 0);
    if (result != 0) return;
    const bool saves = random_.chance(70);
    CHECK_OK(cursor.remove(saves ? kDeleteSavePosition : kDeleteDefault));
    auto after = current_.table.erase(victim);
    if (!saves) return;
    const bool forward = random_.chance(50);
    Status status = forward ? cursor.next() : cursor.previous();
    const bool has_neighbour = forward ? after != current_.table.end() : after != current_.table.begin();
    CHECK_EQ(status.is(Code::kDone), !has_neighbour);
    if (!has_neighbour || !cursor.is_valid()) return;
    if (!forward) --after;
    CHECK_EQ(cursor.rowid(), after->first);
  }

  void insert_key(Cursor& cursor) {
    const IndexKey key = random_index_key();
    TestKey test_key(key.first, key.second);
    int result = 0;
    if (random_.chance(50)) CHECK_OK(cursor.seek_key(test_key.key, &result));
    Entry entry = test_key.entry();
    if (random_.chance(30)) entry.key = nullptr;
    CHECK_OK(cursor.insert(entry, kInsertDefault, result));
    current_.index[key] = 1;
  }

  void delete_key(Cursor& cursor) {
    if (current_.index.empty()) return;
    auto victim = current_.index.lower_bound({random_.below(300), ""});
    if (victim == current_.index.end()) victim = current_.index.begin();
    TestKey key(victim->first.first, victim->first.second);
    int result = -1;
    CHECK_OK(cursor.seek_key(key.key, &result));
    CHECK_EQ(result, 0);
    if (result != 0) return;
    const bool saves = random_.chance(70);
    CHECK_OK(cursor.remove(saves ? kDeleteSavePosition : kDeleteDefault));
    auto after = current_.index.erase(victim);
    if (!saves) return;
    Status status = cursor.next();
    CHECK_EQ(status.is(Code::kDone), after == current_.index.end());
    if (after == current_.index.end() || !cursor.is_valid()) return;
    TestKey expected(after->first.first, after->first.second);
    CHECK(payload_of(cursor) ==
          std::string(reinterpret_cast<const char*>(expected.record.data()), expected.record.size()));
  }

  bool compare() {
    if (!check_integrity(*database_, {table_root_, index_root_})) return false;
    return compare_table() && compare_index();
  }

  bool compare_table() {
    Cursor cursor;
    CHECK_OK(cursor.open(*database_, table_root_, false, nullptr));
    int64_t count = -1;
    CHECK_OK(cursor.count(&count));
    CHECK_EQ(count, static_cast<int64_t>(current_.table.size()));
    const bool forward = random_.chance(60);
    bool empty = true;
    CHECK_OK(forward ? cursor.first(&empty) : cursor.last(&empty));
    CHECK_EQ(empty, current_.table.empty());
    auto check_row = [&](const std::pair<const int64_t, std::string>& expected) {
      const bool is_equal =
          cursor.is_valid() && cursor.rowid() == expected.first && payload_of(cursor) == expected.second;
      CHECK(is_equal);
      Status status = forward ? cursor.next() : cursor.previous();
      CHECK(status.ok() || status.is(Code::kDone));
      return is_equal;
    };
    if (forward) {
      for (const auto& expected : current_.table) {
        if (!check_row(expected)) return false;
      }
    } else {
      for (auto it = current_.table.rbegin(); it != current_.table.rend(); ++it) {
        if (!check_row(*it)) return false;
      }
    }
    CHECK(cursor.is_eof());
    for (int i = 0; i < 20; i++) {
      const int64_t rowid = random_rowid();
      int result = 0;
      CHECK_OK(cursor.seek_rowid(rowid, &result));
      if (current_.table.empty()) continue;
      CHECK_EQ(result == 0, current_.table.count(rowid) == 1);
      CHECK_EQ(result < 0, cursor.rowid() < rowid);
      CHECK_EQ(result > 0, cursor.rowid() > rowid);
      auto neighbour = current_.table.lower_bound(rowid);
      if (result < 0) --neighbour;
      CHECK_EQ(cursor.rowid(), neighbour->first);
    }
    return true;
  }

  bool compare_index() {
    Cursor cursor;
    CHECK_OK(cursor.open(*database_, index_root_, false, &test_key_info()));
    bool empty = true;
    CHECK_OK(cursor.first(&empty));
    CHECK_EQ(empty, current_.index.empty());
    for (const auto& [key, unused] : current_.index) {
      TestKey expected(key.first, key.second);
      const bool is_equal =
          cursor.is_valid() &&
          payload_of(cursor) ==
              std::string(reinterpret_cast<const char*>(expected.record.data()), expected.record.size());
      CHECK(is_equal);
      if (!is_equal) return false;
      Status status = cursor.next();
      CHECK(status.ok() || status.is(Code::kDone));
    }
    CHECK(cursor.is_eof());
    for (int i = 0; i < 10; i++) {
      TestKey prefix(random_.below(300), "");
      prefix.key.field_count = 1;
      prefix.key.default_result = 1;
      int result = 0;
      CHECK_OK(cursor.seek_key(prefix.key, &result));
      if (result < 0 && cursor.is_valid()) {
        Status status = cursor.next();
        CHECK(status.ok() || status.is(Code::kDone));
      }
      auto expected = current_.index.lower_bound({prefix.values[0].integer(), ""});
      CHECK_EQ(cursor.is_eof(), expected == current_.index.end());
      if (cursor.is_eof() || expected == current_.index.end()) continue;
      CHECK_EQ(prefix.key.equal_seen, expected->first.first == prefix.values[0].integer());
      TestKey key(expected->first.first, expected->first.second);
      CHECK(payload_of(cursor) ==
            std::string(reinterpret_cast<const char*>(key.record.data()), key.record.size()));
    }
    return true;
  }

  Generator random_;
  DatabaseOptions options_;
  TestDatabase database_;
  Pgno table_root_ = 0;
  Pgno index_root_ = 0;
  Model current_, committed_;
  uint32_t style_ = 0;
};

void run_models(uint64_t first_seed, uint64_t count, int rounds) {
  static constexpr uint32_t kPageSizes[] = {512, 1024, 4096, 65536};
  const uint64_t start = test_seed(first_seed);
  const bool is_single = std::getenv("RINGLITE_TEST_SEED") != nullptr;
  for (uint64_t seed = start; seed < start + (is_single ? 1 : count); seed++) {
    DatabaseOptions options;
    options.page_size = kPageSizes[seed % 4];
    options.auto_vacuum = static_cast<AutoVacuum>(seed / 4 % 3);
    options.reserved_bytes = seed % 5 == 0 ? 32 : 0;
    static constexpr JournalMode kJournalModes[] = {JournalMode::kMemory, JournalMode::kDelete,
                                                    JournalMode::kWal};
    options.journal_mode = kJournalModes[seed / 12 % 3];
    options.cache_size = seed % 7 < 3 ? 10 : 2000;
    ModelTest test(seed, options);
    if (!test.run(rounds)) {
      std::fprintf(stderr, "  failed with RINGLITE_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
      return;
    }
  }
}

TEST(btree_model) { run_models(1, 48, 12); }
TEST(btree_model_long) { run_models(1000, 4, 60); }

}  // namespace
}  // namespace ringlite::testing
