// Times of the hot paths, printed when RINGLITE_BENCHMARK is set (build with VARIANT=release). Off otherwise:
// it checks nothing but that the work was done.
#include <ctime>

#include "btree/btree_test_support.h"
#include "btree/read_tracker.h"

namespace ringlite::testing {
namespace {

/** Processor time of this thread, so that a busy machine matters less. */
struct Timer {
  double start = now_ns();
  static double now_ns() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
  }
  double ns_per(int64_t operations) const { return (now_ns() - start) / static_cast<double>(operations); }
};

constexpr int64_t kRows = 1'000'000;

void report(const char* what, const char* tracking, double ns) {
  std::printf("  %-32s %-8s %8.1f ns\n", what, tracking, ns);
}

void fill(TestDatabase& database, Pgno root, Pgno index_root) {
  const std::string payload(60, 'x');
  Cursor table;
  CHECK_OK(table.open(*database, root, true, nullptr));
  Timer appending;
  for (int64_t rowid = 1; rowid <= kRows; rowid++)
    CHECK_OK(table.insert(row(rowid, payload), kInsertAppend, 0));
  report("append row of 60 bytes", "off", appending.ns_per(kRows));
  Cursor index;
  CHECK_OK(index.open(*database, index_root, true, &test_key_info()));
  TestKey key(1, "some text of a key");
  uint8_t* record = const_cast<uint8_t*>(key.record.data());
  // Records of one layout: a 4-byte integer, patched in place.
  key.values[0].set_integer(0x10000000);
  CHECK_OK(encode_record(key.values, 2, RecordEncoding{}, &key.record));
  record = const_cast<uint8_t*>(key.record.data());
  Timer sorted;
  bool empty;
  for (uint32_t i = 0; i < kRows; i++) {
    store_be32(record + 3, 0x10000000 + i);
    Entry entry;
    entry.data = record;
    entry.size = key.record.size();
    CHECK_OK(index.last(&empty));
    CHECK_OK(index.insert(entry, kInsertAppend, -1));
  }
  report("append sorted index entry", "off", sorted.ns_per(kRows));
  std::printf("  pages %u\n", database->page_count());
}

void read(TestDatabase& database, Pgno root, Pgno index_root, const char* tracking) {
  Generator random(7);
  Cursor table;
  CHECK_OK(table.open(*database, root, false, nullptr));
  int result;
  int64_t sum = 0;
  Timer seeking;
  for (int64_t i = 0; i < kRows; i++) {
    CHECK_OK(table.seek_rowid(1 + random.below(kRows), &result));
    sum += result;
  }
  report("seek random rowid", tracking, seeking.ns_per(kRows));
  Timer seeking_in_order;
  for (int64_t i = 1; i <= kRows; i++) CHECK_OK(table.seek_rowid(i, &result));
  report("seek ascending rowid", tracking, seeking_in_order.ns_per(kRows));
  bool empty;
  int64_t rows = 0;
  Timer scanning;
  for (Status status = table.first(&empty); status.ok(); status = table.next()) rows++;
  report("next", tracking, scanning.ns_per(kRows));
  rows = 0;
  Timer reading;
  for (Status status = table.first(&empty); status.ok(); status = table.next()) {
    uint32_t available;
    rows += table.payload_fetch(&available)[0] == 'x';
    sum += table.rowid();
  }
  report("next, rowid, payload", tracking, reading.ns_per(kRows));
  CHECK_EQ(rows, kRows);
  CHECK_EQ(sum, kRows * (kRows + 1) / 2);
  Cursor index;
  CHECK_OK(index.open(*database, index_root, false, &test_key_info()));
  TestKey key(1, "some text of a key");
  Timer seeking_keys;
  for (int64_t i = 0; i < kRows; i++) {
    key.values[0].set_integer(0x10000000 + random.below(kRows));
    CHECK_OK(index.seek_key(key.key, &result));
    sum += result;
  }
  report("seek random index key", tracking, seeking_keys.ns_per(kRows));
  rows = 0;
  Timer index_scan;
  for (Status status = index.first(&empty); status.ok(); status = index.next()) rows++;
  report("next in index", tracking, index_scan.ns_per(kRows));
  CHECK_EQ(rows, kRows);
}

void change(TestDatabase& database) {
  Pgno root;
  CHECK_OK(database->create_tree(TreeKind::kTable, &root));
  Generator random(11);
  const std::string payload(60, 'y');
  Cursor table;
  CHECK_OK(table.open(*database, root, true, nullptr));
  Timer inserting;
  for (int64_t i = 0; i < kRows / 4; i++)
    CHECK_OK(table.insert(row(static_cast<int64_t>(random.next() >> 20), payload), kInsertDefault, 0));
  report("insert random rowid", "off", inserting.ns_per(kRows / 4));
  const Pgno pages = database->page_count();
  bool empty;
  int64_t deleted = 0;
  CHECK_OK(table.first(&empty));
  Timer deleting;
  for (; deleted < kRows / 8; deleted++) {
    CHECK_OK(table.remove(kDeleteSavePosition));
    if (!table.next().ok()) break;
  }
  report("delete in order", "off", deleting.ns_per(deleted));
  std::printf("  pages after random inserts %u\n", pages);
}

TEST(btree_benchmark) {
  if (!std::getenv("RINGLITE_BENCHMARK")) return;
  TestDatabase database;
  CHECK_OK(database->begin_write());
  database->pager().set_cache_size(1'000'000);
  Pgno root, index_root;
  CHECK_OK(database->create_tree(TreeKind::kTable, &root));
  CHECK_OK(database->create_tree(TreeKind::kIndex, &index_root));
  fill(database, root, index_root);
  CHECK_OK(database->commit());
  for (int round = 0; round < 2; round++) {
    CHECK_OK(database->begin_read());
    read(database, root, index_root, "off");
    ReadTracker tracker;
    database->set_read_tracker(&tracker);
    read(database, root, index_root, "on");
    database->set_read_tracker(nullptr);
    CHECK_OK(database->commit());
  }
  CHECK_OK(database->begin_write());
  change(database);
  CHECK_OK(database->rollback());
}

}  // namespace
}  // namespace ringlite::testing
