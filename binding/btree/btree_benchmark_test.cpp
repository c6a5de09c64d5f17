// Costs of the hot paths, with and without a ReadTracker. Off unless RINGLITE_BENCHMARK says how many rows
// (build with VARIANT=release): then it prints the least time of interleaved rounds.
//
// RINGLITE_BENCHMARK_CASE picks cases by a part of the name, RINGLITE_BENCHMARK_TRACKING=on|off one side.
// With both, valgrind counts the instructions of one side: --tool=callgrind --toggle-collect='*measured_*'.
// Figures: docs/decisions/006.
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "btree/btree_test_support.h"
#include "btree/read_tracker.h"

namespace ringlite::testing {
namespace {

constexpr int kRounds = 7;

/** Processor time of this thread, so that a busy machine matters less. */
double now_ns() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct Bench {
  TestDatabase database;
  int64_t rows = 0;
  Pgno table = 0;
  Pgno index = 0;
  const std::string payload = std::string(60, 'x');
};

[[gnu::noinline]] void measured_seek_random_rowid(Bench& bench) {
  Generator random(7);
  Cursor cursor;
  CHECK_OK(cursor.open(*bench.database, bench.table, false, nullptr));
  int result;
  for (int64_t i = 0; i < bench.rows; i++) {
    CHECK_OK(cursor.seek_rowid(1 + random.below(static_cast<uint32_t>(bench.rows)), &result));
    CHECK_EQ(result, 0);
  }
}

[[gnu::noinline]] void measured_seek_random_key(Bench& bench) {
  Generator random(7);
  Cursor cursor;
  CHECK_OK(cursor.open(*bench.database, bench.index, false, &test_key_info()));
  TestKey key(1, "some text of a key");
  int result;
  for (int64_t i = 0; i < bench.rows; i++) {
    key.values[0].set_integer(0x10000000 + random.below(static_cast<uint32_t>(bench.rows)));
    CHECK_OK(cursor.seek_key(key.key, &result));
    CHECK_EQ(result, 0);
  }
}

/** What a point query does: find the row and read it. */
[[gnu::noinline]] void measured_get_row(Bench& bench) {
  Generator random(9);
  int64_t found = 0;
  for (int64_t i = 0; i < bench.rows; i++) {
    Cursor cursor;
    CHECK_OK(cursor.open(*bench.database, bench.table, false, nullptr));
    int result;
    CHECK_OK(cursor.seek_rowid(1 + random.below(static_cast<uint32_t>(bench.rows)), &result));
    uint32_t available;
    found += result == 0 && cursor.payload_fetch(&available)[0] == 'x';
  }
  CHECK_EQ(found, bench.rows);
}

void scan(Bench& bench, Pgno root, const KeyInfo* key_info) {
  Cursor cursor;
  CHECK_OK(cursor.open(*bench.database, root, false, key_info));
  bool empty;
  int64_t rows = 0;
  for (Status status = cursor.first(&empty); status.ok(); status = cursor.next()) {
    uint32_t available;
    rows += cursor.payload_fetch(&available) != nullptr;
  }
  CHECK_EQ(rows, bench.rows);
}
[[gnu::noinline]] void measured_scan_table(Bench& bench) { scan(bench, bench.table, nullptr); }
[[gnu::noinline]] void measured_scan_index(Bench& bench) { scan(bench, bench.index, &test_key_info()); }

/** Ranges of ten rows. */
[[gnu::noinline]] void measured_short_ranges(Bench& bench) {
  Generator random(11);
  Cursor cursor;
  CHECK_OK(cursor.open(*bench.database, bench.table, false, nullptr));
  int result;
  for (int64_t i = 0; i < bench.rows / 10; i++) {
    CHECK_OK(cursor.seek_rowid(1 + random.below(static_cast<uint32_t>(bench.rows - 10)), &result));
    for (int step = 0; step < 9; step++) CHECK_OK(cursor.next());
  }
}

void insert(Bench& bench, bool in_order) {
  Pgno root;
  CHECK_OK(bench.database->create_tree(TreeKind::kTable, &root));
  Generator random(13);
  Cursor cursor;
  CHECK_OK(cursor.open(*bench.database, root, true, nullptr));
  for (int64_t i = 0; i < bench.rows / 4; i++) {
    const int64_t rowid = in_order ? i + 1 : static_cast<int64_t>(random.next() >> 20);
    CHECK_OK(cursor.insert(row(rowid, bench.payload), in_order ? kInsertAppend : kInsertDefault, 0));
  }
}
[[gnu::noinline]] void measured_append(Bench& bench) { insert(bench, true); }
[[gnu::noinline]] void measured_insert_random(Bench& bench) { insert(bench, false); }

struct Case {
  const char* name;
  void (*run)(Bench& bench);
  bool writes;
  int rows_per_operation;
};
constexpr Case kCases[] = {
    {"seek random rowid", measured_seek_random_rowid, false, 1},
    {"seek random key", measured_seek_random_key, false, 1},
    {"open, seek, read row", measured_get_row, false, 1},
    {"scan table", measured_scan_table, false, 1},
    {"scan index", measured_scan_index, false, 1},
    {"ranges of ten rows", measured_short_ranges, false, 10},
    {"append", measured_append, true, 4},
    {"insert random rowid", measured_insert_random, true, 4},
};

void fill(Bench& bench) {
  CHECK_OK(bench.database->begin_write());
  bench.database->pager().set_cache_size(1'000'000);
  CHECK_OK(bench.database->create_tree(TreeKind::kTable, &bench.table));
  CHECK_OK(bench.database->create_tree(TreeKind::kIndex, &bench.index));
  Cursor table, index;
  CHECK_OK(table.open(*bench.database, bench.table, true, nullptr));
  CHECK_OK(index.open(*bench.database, bench.index, true, &test_key_info()));
  for (int64_t rowid = 1; rowid <= bench.rows; rowid++)
    CHECK_OK(table.insert(row(rowid, bench.payload), kInsertAppend, 0));
  TestKey key(1, "some text of a key");
  bool empty;
  for (int64_t i = 0; i < bench.rows; i++) {
    key.values[0].set_integer(0x10000000 + i);
    CHECK_OK(encode_record(key.values, 2, RecordEncoding{}, &key.record));
    Entry entry;
    entry.data = key.record.data();
    entry.size = key.record.size();
    CHECK_OK(index.last(&empty));
    CHECK_OK(index.insert(entry, kInsertAppend, -1));
  }
  table.close();
  index.close();
  CHECK_OK(bench.database->commit());
}

/** Nanoseconds of one run. */
double time_run(Bench& bench, const Case& each, bool is_tracking) {
  ReadTracker tracker;
  CHECK_OK(each.writes ? bench.database->begin_write() : bench.database->begin_read());
  if (is_tracking) bench.database->set_read_tracker(&tracker);
  const double start = now_ns();
  each.run(bench);
  const double elapsed = now_ns() - start;
  bench.database->set_read_tracker(nullptr);
  CHECK_OK(each.writes ? bench.database->rollback() : bench.database->commit());
  return elapsed;
}

TEST(btree_benchmark) {
  const char* const rows = std::getenv("RINGLITE_BENCHMARK");
  if (!rows) return;
  const char* const part = std::getenv("RINGLITE_BENCHMARK_CASE");
  const std::string side =
      std::getenv("RINGLITE_BENCHMARK_TRACKING") ? std::getenv("RINGLITE_BENCHMARK_TRACKING") : "";
  Bench bench;
  bench.rows = std::atoll(rows);
  fill(bench);
  std::printf("  %-24s %10s %10s\n", "ns each", "off", "on");
  for (const Case& each : kCases) {
    if (part && !std::strstr(each.name, part)) continue;
    double least[2] = {1e18, 1e18};
    for (int round = 0; round < (side.empty() ? kRounds : 1); round++)
      for (const bool is_tracking : {false, true})
        if (side.empty() || (side == "on") == is_tracking)
          least[is_tracking] = std::min(least[is_tracking], time_run(bench, each, is_tracking));
    const double count = static_cast<double>(bench.rows / each.rows_per_operation);
    if (side.empty())
      std::printf("  %-24s %10.1f %10.1f  %+.1f%%\n", each.name, least[0] / count, least[1] / count,
                  100 * (least[1] / least[0] - 1));
  }
}

}  // namespace
}  // namespace ringlite::testing
