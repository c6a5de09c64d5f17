// Cursors beside each other: saved positions, rollbacks, tripping; and the reports of read tracking.
#include "btree/btree_test_support.h"
#include "btree/read_tracker.h"

namespace ringlite::testing {
namespace {

/** A table with rows 10, 20, ... 10 * count. */
Pgno make_table(Btree& btree, int64_t count, uint32_t payload_size = 50) {
  Pgno root = 0;
  CHECK_OK(btree.create_tree(TreeKind::kTable, &root));
  Cursor cursor;
  CHECK_OK(cursor.open(btree, root, true, nullptr));
  const std::string payload(payload_size, 'p');
  for (int64_t i = 1; i <= count; i++) CHECK_OK(cursor.insert(row(10 * i, payload), kInsertAppend, 0));
  return root;
}

TEST(cursor_on_a_file_without_pages) {
  TestDatabase database(DatabaseOptions{.journal_mode = JournalMode::kDelete});
  CHECK_OK(database->begin_read());
  Cursor cursor;
  CHECK_OK(cursor.open(*database, 1, false, nullptr));
  bool empty = false;
  CHECK_OK(cursor.first(&empty));
  CHECK(empty);
  int result = 0;
  CHECK_OK(cursor.seek_rowid(1, &result));
  CHECK_EQ(result, -1);
  CHECK(cursor.next().is(Code::kDone));
  int64_t count = 1;
  CHECK_OK(cursor.count(&count));
  CHECK_EQ(count, 0);
  CHECK(check_integrity(*database, {}));
}

TEST(cursor_survives_changes_by_another) {
  TestDatabase database;
  CHECK_OK(database->begin_write());
  const Pgno root = make_table(*database, 1000);
  Cursor reader, writer;
  CHECK_OK(reader.open(*database, root, false, nullptr));
  CHECK_OK(writer.open(*database, root, true, nullptr));
  int result;
  CHECK_OK(reader.seek_rowid(5000, &result));
  CHECK_EQ(result, 0);
  // The row under the reader goes away; rows come in around it.
  CHECK_OK(writer.seek_rowid(5000, &result));
  CHECK_OK(writer.remove(kDeleteDefault));
  CHECK(reader.has_moved());
  CHECK_OK(writer.insert(row(5005, "new"), kInsertDefault, 0));
  bool different = false;
  CHECK_OK(reader.restore(&different));
  CHECK(different);
  CHECK_OK(reader.next());
  CHECK_EQ(reader.rowid(), 5005);
  CHECK_OK(reader.previous());
  CHECK_EQ(reader.rowid(), 4990);
  // An unchanged row is found again.
  CHECK_OK(writer.insert(row(1, "first"), kInsertDefault, 0));
  CHECK_OK(reader.restore(&different));
  CHECK(!different);
  CHECK_EQ(reader.rowid(), 4990);
  reader.close();
  writer.close();
  CHECK_OK(database->commit());
}

TEST(cursor_scan_with_deletions) {
  TestDatabase database(DatabaseOptions{.page_size = 512});
  CHECK_OK(database->begin_write());
  const Pgno root = make_table(*database, 2000, 30);
  Cursor cursor;
  CHECK_OK(cursor.open(*database, root, true, nullptr));
  bool empty;
  CHECK_OK(cursor.first(&empty));
  int64_t seen = 0, expected = 10;
  Status status;
  for (; status.ok(); status = cursor.next(), expected += 10) {
    CHECK_EQ(cursor.rowid(), expected);
    seen++;
    if (expected % 30 != 0) CHECK_OK(cursor.remove(kDeleteSavePosition));
  }
  CHECK(status.is(Code::kDone));
  CHECK_EQ(seen, 2000);
  int64_t left;
  CHECK_OK(cursor.count(&left));
  CHECK_EQ(left, 666);
  CHECK(check_integrity(*database, {root}));
  cursor.close();
  CHECK_OK(database->commit());
}

TEST(cursor_is_tripped_by_rollback) {
  TestDatabase database;
  CHECK_OK(database->begin_write());
  const Pgno root = make_table(*database, 100);
  CHECK_OK(database->commit());
  CHECK_OK(database->begin_write());
  Cursor reader, writer;
  CHECK_OK(reader.open(*database, root, false, nullptr));
  CHECK_OK(writer.open(*database, root, true, nullptr));
  int result;
  CHECK_OK(reader.seek_rowid(500, &result));
  CHECK_OK(writer.insert(row(7, "seven"), kInsertDefault, 0));
  CHECK_OK(database->rollback(Code::kAbortRollback, true));
  // The reader goes on, the writer cannot.
  CHECK_OK(reader.next());
  CHECK_EQ(reader.rowid(), 510);
  CHECK(writer.seek_rowid(500, &result).is(Code::kAbortRollback));
  CHECK(writer.next().is(Code::kAbortRollback));
  CHECK(database->transaction_state() == TransactionState::kRead);
  reader.close();
  writer.close();
  database->end_read();
  CHECK(!database->in_transaction());
}

TEST(cursor_overwrites_payload_in_place) {
  TestDatabase database;
  CHECK_OK(database->begin_write());
  const Pgno root = make_table(*database, 3);
  Cursor cursor;
  CHECK_OK(cursor.open(*database, root, true, nullptr));
  std::string payload(20'000, 'a');
  CHECK_OK(cursor.insert(row(25, payload), kInsertSavePosition, 0));
  bool different;
  CHECK_OK(cursor.restore(&different));
  CHECK_OK(cursor.put_payload(3990, 5000, std::string(5000, 'b').data()));
  payload.replace(3990, 5000, std::string(5000, 'b'));
  CHECK(payload_of(cursor) == payload);
  char byte;
  CHECK(cursor.payload(20'000, 1, &byte).is(Code::kCorrupt));
  const std::string head = "short";
  Entry entry = row(25, head);
  entry.zero_tail = 20'000 - 5;
  CHECK_OK(cursor.insert(entry, kInsertDefault, 0));
  payload.assign(20'000, '\0');
  payload.replace(0, 5, "short");
  CHECK(payload_of(cursor) == payload);
  CHECK(check_integrity(*database, {root}));
  cursor.close();
  CHECK_OK(database->commit());
}

TEST(cursor_transfers_rows) {
  TestDatabase from, to;
  CHECK_OK(from->begin_write());
  CHECK_OK(to->begin_write());
  const Pgno source_root = make_table(*from, 500, 300);
  Pgno target_root;
  CHECK_OK(to->create_tree(TreeKind::kTable, &target_root));
  Cursor source, target;
  CHECK_OK(source.open(*from, source_root, true, nullptr));
  CHECK_OK(target.open(*to, target_root, true, nullptr));
  CHECK_OK(source.insert(row(6001, std::string(30'000, 'z')), kInsertDefault, 0));
  bool empty;
  for (Status status = source.first(&empty); status.ok(); status = source.next())
    CHECK_OK(target.transfer(source, source.rowid(), target.is_valid() ? -1 : 0));
  int64_t count;
  CHECK_OK(target.count(&count));
  CHECK_EQ(count, 501);
  CHECK_OK(target.last(&empty));
  CHECK(payload_of(target) == std::string(30'000, 'z'));
  CHECK(check_integrity(*to, {target_root}));
}

TEST(trees_are_dropped_and_moved_in_auto_vacuum_files) {
  TestDatabase database(DatabaseOptions{.page_size = 512, .auto_vacuum = AutoVacuum::kFull});
  CHECK_OK(database->begin_write());
  const Pgno first = make_table(*database, 300);
  const Pgno second = make_table(*database, 300);
  CHECK_EQ(first, 3u);
  CHECK_EQ(second, 4u);
  CHECK(check_integrity(*database, {first, second}));
  Pgno moved;
  CHECK_OK(database->drop_tree(first, &moved));
  CHECK_EQ(moved, second);
  CHECK(check_integrity(*database, {first}));
  const Pgno pages_before = database->page_count();
  CHECK_OK(database->commit());
  CHECK_OK(database->begin_read());
  CHECK(database->page_count() < pages_before);
  CHECK(check_integrity(*database, {first}));
  Cursor cursor;
  CHECK_OK(cursor.open(*database, first, false, nullptr));
  int64_t count;
  CHECK_OK(cursor.count(&count));
  CHECK_EQ(count, 300);
}

// Tracking
// --------------------------------------------------------------------------------------------------------------------

struct TrackingFixture {
  TestDatabase database;
  ReadTracker tracker;
  Pgno root = 0;

  TrackingFixture() {
    CHECK_OK(database->begin_write());
    root = make_table(*database, 1000);
    CHECK_OK(database->commit());
    CHECK_OK(database->begin_read());
    database->set_read_tracker(&tracker);
  }
};

TEST(tracking_of_points) {
  TrackingFixture fixture;
  Cursor cursor;
  CHECK_OK(cursor.open(*fixture.database, fixture.root, false, nullptr));
  int result;
  CHECK_OK(cursor.seek_rowid(500, &result));
  CHECK_OK(cursor.seek_rowid(777, &result));
  CHECK(result != 0);
  cursor.close();
  CHECK(fixture.tracker.has_read_rowid(fixture.root, 500));
  CHECK(fixture.tracker.has_read_rowid(fixture.root, 777));
  // A probe that found nothing says nothing about the neighbours.
  CHECK(!fixture.tracker.has_read_rowid(fixture.root, 780));
  CHECK(!fixture.tracker.has_read_rowid(fixture.root, 770));
  CHECK(fixture.tracker.has_read_page(fixture.root));
}

TEST(tracking_of_scans) {
  TrackingFixture fixture;
  Cursor cursor;
  CHECK_OK(cursor.open(*fixture.database, fixture.root, false, nullptr));
  int result;
  CHECK_OK(cursor.seek_rowid(1005, &result));
  cursor.use_inexact_position();
  if (result < 0) CHECK_OK(cursor.next());
  CHECK_EQ(cursor.rowid(), 1010);
  for (int i = 0; i < 200; i++) CHECK_OK(cursor.next());
  CHECK_EQ(cursor.rowid(), 3010);
  cursor.close();
  ReadTracker& tracker = fixture.tracker;
  for (int64_t rowid : {1005, 1006, 1010, 2000, 3009, 3010})
    CHECK(tracker.has_read_rowid(fixture.root, rowid));
  for (int64_t rowid : {1, 999, 3011, 5000}) CHECK(!tracker.has_read_rowid(fixture.root, rowid));

  CHECK_OK(cursor.open(*fixture.database, fixture.root, false, nullptr));
  bool empty;
  CHECK_OK(cursor.last(&empty));
  for (int i = 0; i < 50; i++) CHECK_OK(cursor.previous());
  CHECK_EQ(cursor.rowid(), 9500);
  CHECK_OK(cursor.next());
  cursor.close();
  CHECK(tracker.has_read_rowid(fixture.root, 1'000'000));
  CHECK(tracker.has_read_rowid(fixture.root, 9500));
  CHECK(!tracker.has_read_rowid(fixture.root, 9499));
}

TEST(tracking_of_the_ends) {
  TrackingFixture fixture;
  Cursor cursor;
  CHECK_OK(cursor.open(*fixture.database, fixture.root, false, nullptr));
  int result;
  CHECK_OK(cursor.seek_rowid(9990, &result));
  CHECK_OK(cursor.next());
  CHECK(cursor.next().is(Code::kDone));
  cursor.close();
  CHECK(fixture.tracker.has_read_rowid(fixture.root, INT64_MAX));
  CHECK(!fixture.tracker.has_read_rowid(fixture.root, 9989));
  CHECK_OK(cursor.open(*fixture.database, fixture.root, false, nullptr));
  int64_t count;
  CHECK_OK(cursor.count(&count));
  cursor.close();
  CHECK(fixture.tracker.has_read_whole_tree(fixture.root));
}

TEST(tracking_of_index_keys) {
  TestDatabase database;
  CHECK_OK(database->begin_write());
  Pgno root;
  CHECK_OK(database->create_tree(TreeKind::kIndex, &root));
  Cursor cursor;
  CHECK_OK(cursor.open(*database, root, true, &test_key_info()));
  for (int64_t i = 0; i < 500; i++) {
    TestKey key(i, "text");
    CHECK_OK(cursor.insert(key.entry(), kInsertDefault, 0));
  }
  cursor.close();
  ReadTracker tracker;
  database->set_read_tracker(&tracker);
  CHECK_OK(cursor.open(*database, root, false, &test_key_info()));
  TestKey key(100, "text");
  int result;
  CHECK_OK(cursor.seek_key(key.key, &result));
  CHECK_EQ(result, 0);
  CHECK_OK(cursor.next());
  CHECK_OK(cursor.next());
  cursor.close();
  CHECK_EQ(tracker.range_count(root), 1u);
  const TrackedRange range = tracker.range(root, 0);
  TestKey last(102, "text");
  const auto bytes = [](const TrackedBound& bound) {
    return std::string(reinterpret_cast<const char*>(bound.record), bound.record_size);
  };
  CHECK(bytes(range.low) == std::string(reinterpret_cast<const char*>(key.record.data()), key.record.size()));
  CHECK(bytes(range.high) ==
        std::string(reinterpret_cast<const char*>(last.record.data()), last.record.size()));
}

}  // namespace
}  // namespace ringlite::testing
