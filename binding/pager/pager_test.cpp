// The pager's basics, the same for every kind of database: pages, commit, rollback, savepoints, spilling.
#include "pager/pager.h"

#include <cstring>
#include <vector>

#include "base/endian.h"
#include "io/memory_io.h"
#include "testing/test.h"

namespace ringlite {
namespace {

enum class Kind { kMemory, kTemporary, kDelete, kTruncate, kPersist, kMemoryJournal, kOff, kWal };
constexpr Kind kAllKinds[] = {Kind::kMemory,  Kind::kTemporary,     Kind::kDelete, Kind::kTruncate,
                              Kind::kPersist, Kind::kMemoryJournal, Kind::kWal};

/** A database whose page n holds the value given to set(n), repeated; page 1 only from byte 100 on. */
class Fixture {
 public:
  explicit Fixture(Kind kind, int64_t cache_size = 100, uint32_t page_size = 1024)
      : kind_(kind), io_(make_memory_io()) {
    open(&pager_);
    pager_->set_cache_size(cache_size);
    CHECK_OK(pager_->set_page_size(page_size, 0));
    write_header();
    JournalMode mode = JournalMode::kDelete;
    switch (kind) {
      case Kind::kTruncate:
        mode = JournalMode::kTruncate;
        break;
      case Kind::kPersist:
        mode = JournalMode::kPersist;
        break;
      case Kind::kMemoryJournal:
        mode = JournalMode::kMemory;
        break;
      case Kind::kOff:
        mode = JournalMode::kOff;
        break;
      case Kind::kWal:
        mode = JournalMode::kWal;
        break;
      default:
        return;
    }
    JournalMode result;
    CHECK_OK(pager_->set_journal_mode(mode, &result));
    CHECK(result == mode);
  }

  void open(std::unique_ptr<Pager>* pager) {
    PagerOpenOptions options;
    options.memory = kind_ == Kind::kMemory;
    options.temporary = kind_ == Kind::kTemporary;
    CHECK_OK(Pager::open(*io_, "/test.db", options, pager));
  }

  void write_header() {
    CHECK_OK(pager_->begin(true, false));
    PageRef page;
    CHECK_OK(pager_->get(1, &page));
    CHECK_OK(pager_->write(page));
    uint8_t* data = page.mutable_data();
    std::memcpy(data, "SQLite format 3", 16);
    store_be16(data + 16, static_cast<uint16_t>(pager_->page_size()));
    data[18] = data[19] = 1;
    page.reset();
    CHECK_OK(pager_->commit());
    pager_->end_read();
  }

  Pager& pager() { return *pager_; }
  Io& io() { return *io_; }
  bool is_file() const { return kind_ != Kind::kMemory && kind_ != Kind::kTemporary; }

  Status set(Pgno pgno, uint32_t value) { return set(*pager_, pgno, value); }
  static Status set(Pager& pager, Pgno pgno, uint32_t value) {
    PageRef page;
    RETURN_IF_ERROR(pager.get(pgno, &page));
    RETURN_IF_ERROR(pager.write(page));
    for (uint32_t at = 100; at + 4 <= pager.page_size(); at += 4) store_be32(page.mutable_data() + at, value);
    return kOk;
  }
  /** The value of a page; 0xbad when the page is not uniform. */
  uint32_t value(Pgno pgno) { return value(*pager_, pgno); }
  static uint32_t value(Pager& pager, Pgno pgno) {
    PageRef page;
    const Status status = pager.get(pgno, &page);
    if (!status.ok()) return 0xe0000000 + static_cast<uint32_t>(status.extended());
    const uint32_t first = load_be32(page.data() + 100);
    for (uint32_t at = 100; at + 4 <= pager.page_size(); at += 4)
      if (load_be32(page.data() + at) != first) return 0xbad;
    return first;
  }

 private:
  Kind kind_;
  std::unique_ptr<Io> io_;
  std::unique_ptr<Pager> pager_;
};

TEST(pager_commit_and_reread) {
  for (Kind kind : kAllKinds) {
    Fixture f(kind);
    CHECK_OK(f.pager().begin(true, false));
    for (Pgno pgno = 2; pgno <= 20; pgno++) CHECK_OK(f.set(pgno, pgno * 7));
    CHECK_EQ(f.pager().page_count(), 20u);
    CHECK_OK(f.pager().commit());
    f.pager().end_read();
    CHECK_OK(f.pager().begin_read());
    for (Pgno pgno = 2; pgno <= 20; pgno++) CHECK_EQ(f.value(pgno), pgno * 7);
    f.pager().end_read();
    f.pager().clear_cache();
    CHECK_OK(f.pager().begin_read());
    CHECK_EQ(f.pager().page_count(), 20u);
    for (Pgno pgno = 2; pgno <= 20; pgno++) CHECK_EQ(f.value(pgno), pgno * 7);
    f.pager().end_read();
  }
}

TEST(pager_rollback_restores_pages_and_size) {
  for (Kind kind : kAllKinds) {
    Fixture f(kind);
    CHECK_OK(f.pager().begin(true, false));
    for (Pgno pgno = 2; pgno <= 10; pgno++) CHECK_OK(f.set(pgno, 1));
    CHECK_OK(f.pager().commit());
    CHECK_OK(f.pager().begin_write());
    PageRef pinned;
    CHECK_OK(f.pager().get(3, &pinned));
    std::memset(pinned.extra(), 0xff, kPageExtraSize);
    for (Pgno pgno = 2; pgno <= 15; pgno++) CHECK_OK(f.set(pgno, 2));
    CHECK_EQ(f.value(3), 2u);
    CHECK_OK(f.pager().rollback());
    CHECK(!f.pager().in_write());
    CHECK_EQ(load_be32(pinned.data() + 100), 1u);
    CHECK_EQ(load_be32(pinned.extra()), 0u);
    pinned.reset();
    CHECK_EQ(f.pager().page_count(), 10u);
    for (Pgno pgno = 2; pgno <= 10; pgno++) CHECK_EQ(f.value(pgno), 1u);
    f.pager().end_read();
  }
}

TEST(pager_savepoints_nest) {
  for (Kind kind : kAllKinds) {
    Fixture f(kind);
    CHECK_OK(f.pager().begin(true, false));
    CHECK_OK(f.set(2, 10));
    CHECK_OK(f.set(3, 10));
    CHECK_OK(f.pager().commit());
    CHECK_OK(f.pager().begin_write());
    CHECK_OK(f.set(2, 11));
    CHECK_OK(f.pager().open_savepoints(1));
    CHECK_OK(f.set(2, 12));
    CHECK_OK(f.set(3, 12));
    CHECK_OK(f.pager().open_savepoints(2));
    CHECK_OK(f.set(2, 13));
    CHECK_OK(f.set(4, 13));
    CHECK_OK(f.pager().rollback_to_savepoint(1));
    CHECK_EQ(f.value(2), 12u);
    CHECK_EQ(f.value(3), 12u);
    CHECK_EQ(f.pager().page_count(), 3u);
    CHECK_OK(f.set(2, 14));
    CHECK_OK(f.pager().rollback_to_savepoint(1));
    CHECK_EQ(f.value(2), 12u);
    CHECK_OK(f.set(5, 15));
    CHECK_OK(f.pager().release_savepoint(1));
    CHECK_EQ(f.pager().savepoint_count(), 1);
    CHECK_OK(f.pager().rollback_to_savepoint(0));
    CHECK_EQ(f.value(2), 11u);
    CHECK_EQ(f.value(3), 10u);
    CHECK_EQ(f.pager().page_count(), 3u);
    CHECK_OK(f.set(3, 16));
    CHECK_OK(f.pager().release_savepoint(0));
    CHECK_OK(f.pager().commit());
    CHECK_EQ(f.value(2), 11u);
    CHECK_EQ(f.value(3), 16u);
    f.pager().end_read();
  }
}

TEST(pager_rollback_to_transaction_start_stays_in_transaction) {
  for (Kind kind : kAllKinds) {
    Fixture f(kind);
    CHECK_OK(f.pager().begin(true, false));
    CHECK_OK(f.set(2, 1));
    CHECK_OK(f.pager().commit());
    CHECK_OK(f.pager().begin_write());
    CHECK_OK(f.set(2, 2));
    CHECK_OK(f.set(3, 2));
    CHECK_OK(f.pager().rollback_to_savepoint(-1));
    CHECK(f.pager().in_write());
    CHECK_EQ(f.value(2), 1u);
    CHECK_EQ(f.pager().page_count(), 2u);
    CHECK_OK(f.set(2, 3));
    CHECK_OK(f.pager().commit());
    CHECK_EQ(f.value(2), 3u);
    f.pager().end_read();
  }
}

/** Random writes, savepoints, commits and rollbacks against a model, with a cache much smaller than the
 * database. */
void run_model(Kind kind, uint64_t seed) {
  Fixture f(kind, 12, 512);
  uint64_t random = seed;
  const auto next = [&random](uint32_t bound) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((random >> 33) % bound);
  };
  std::vector<uint32_t> committed = {0, 0};
  for (int transaction = 0; transaction < 30; transaction++) {
    CHECK_OK(f.pager().begin(true, false));
    std::vector<uint32_t> now = committed;
    std::vector<std::vector<uint32_t>> savepoints;
    for (int step = static_cast<int>(next(120)); step > 0; step--) {
      const uint32_t action = next(20);
      if (action < 14) {
        const Pgno pgno =
            next(8) == 0 ? static_cast<Pgno>(now.size()) : 2 + next(static_cast<uint32_t>(now.size()) - 1);
        const uint32_t value = next(1 << 30);
        if (pgno >= now.size()) now.resize(pgno + 1);
        now[pgno] = value;
        CHECK_OK(f.set(pgno, value));
      } else if (action < 16) {
        savepoints.push_back(now);
        CHECK_OK(f.pager().open_savepoints(static_cast<int>(savepoints.size())));
      } else if (action < 17 && !savepoints.empty()) {
        const uint32_t index = next(static_cast<uint32_t>(savepoints.size()));
        CHECK_OK(f.pager().rollback_to_savepoint(static_cast<int>(index)));
        now = savepoints[index];
        savepoints.resize(index + 1);
      } else if (action < 18 && !savepoints.empty()) {
        const uint32_t index = next(static_cast<uint32_t>(savepoints.size()));
        CHECK_OK(f.pager().release_savepoint(static_cast<int>(index)));
        savepoints.resize(index);
      } else if (now.size() > 2) {
        const Pgno pgno = 2 + next(static_cast<uint32_t>(now.size()) - 2);
        CHECK_EQ(f.value(pgno), now[pgno]);
      }
    }
    if (next(3) == 0) {
      CHECK_OK(f.pager().rollback());
    } else {
      CHECK_OK(f.pager().commit());
      committed = now;
    }
    for (Pgno pgno = 2; pgno < committed.size(); pgno++) CHECK_EQ(f.value(pgno), committed[pgno]);
    f.pager().end_read();
    if (next(4) == 0) f.pager().clear_cache();
    CHECK_OK(f.pager().begin_read());
    for (Pgno pgno = 2; pgno < committed.size(); pgno++) CHECK_EQ(f.value(pgno), committed[pgno]);
    f.pager().end_read();
  }
}

TEST(pager_model) {
  for (Kind kind : kAllKinds) {
    for (uint64_t seed = 1; seed <= 20; seed++) run_model(kind, seed * 977);
  }
}

TEST(pager_two_connections_see_commits) {
  for (Kind kind : {Kind::kDelete, Kind::kPersist, Kind::kWal}) {
    Fixture f(kind);
    std::unique_ptr<Pager> other;
    f.open(&other);
    CHECK_OK(f.pager().begin(true, false));
    CHECK_OK(f.set(2, 1));
    CHECK_OK(f.pager().commit());
    f.pager().end_read();
    CHECK_OK(other->begin_read());
    CHECK_EQ(Fixture::value(*other, 2), 1u);
    other->end_read();
    const uint32_t before = other->data_version();
    CHECK_OK(f.pager().begin(true, false));
    CHECK_OK(f.set(2, 2));
    CHECK_OK(f.pager().commit());
    f.pager().end_read();
    CHECK_OK(other->begin_read());
    CHECK_EQ(Fixture::value(*other, 2), 2u);
    CHECK(other->data_version() != before);
    other->end_read();
  }
}

TEST(pager_wal_snapshot_isolation) {
  Fixture f(Kind::kWal);
  CHECK_OK(f.pager().begin(true, false));
  CHECK_OK(f.set(2, 1));
  CHECK_OK(f.set(3, 1));
  CHECK_OK(f.pager().commit());
  f.pager().end_read();
  std::unique_ptr<Pager> reader;
  f.open(&reader);
  CHECK_OK(reader->begin_read());
  CHECK_EQ(Fixture::value(*reader, 2), 1u);
  CHECK_OK(f.pager().begin(true, false));
  CHECK_OK(f.set(2, 2));
  CHECK_OK(f.set(3, 2));
  CHECK_OK(f.pager().commit());
  f.pager().end_read();
  CHECK_EQ(Fixture::value(*reader, 2), 1u);
  CHECK_EQ(Fixture::value(*reader, 3), 1u);
  CHECK(reader->begin_write().is(Code::kBusySnapshot));
  int log_frames, checkpointed;
  CHECK_OK(f.pager().checkpoint(CheckpointMode::kPassive, &log_frames, &checkpointed));
  CHECK(checkpointed < log_frames);
  CHECK_EQ(Fixture::value(*reader, 3), 1u);
  reader->end_read();
  CHECK_OK(f.pager().checkpoint(CheckpointMode::kTruncate, &log_frames, &checkpointed));
  CHECK_EQ(log_frames, 0);
  CHECK_OK(reader->begin_read());
  CHECK_EQ(Fixture::value(*reader, 3), 2u);
  reader->end_read();
}

TEST(pager_delete_mode_readers_block_commit) {
  Fixture f(Kind::kDelete);
  std::unique_ptr<Pager> reader;
  f.open(&reader);
  CHECK_OK(reader->begin_read());
  CHECK_OK(f.pager().begin(true, false));
  CHECK_OK(f.set(2, 1));
  CHECK(f.pager().commit_phase_one().is(Code::kBusy));
  reader->end_read();
  CHECK_OK(f.pager().commit());
  f.pager().end_read();
  CHECK_OK(reader->begin(true, false));
  CHECK(f.pager().begin(true, false).is(Code::kBusy));
  CHECK(!f.pager().in_read());
  reader->end_read();
}

TEST(pager_readers_respect_the_locks_of_other_processes) {
  Fixture fixture(Kind::kDelete);
  // Another open file stands for another process.
  std::unique_ptr<File> other;
  CHECK_OK(fixture.io().files().open("/test.db", OpenFlags{}, &other));
  const auto read = [&] {
    const Status status = fixture.pager().begin_read();
    fixture.pager().end_read();
    return status;
  };
  constexpr uint64_t kReserved = kPendingByte + 1;
  constexpr uint64_t kShared = kPendingByte + 2;
  CHECK_OK(other->lock_range(kPendingByte, 1, LockKind::kExclusive));
  CHECK(read().is(Code::kBusy));
  // A reader of stock SQLite that is about to take SHARED.
  CHECK_OK(other->lock_range(kPendingByte, 1, LockKind::kShared));
  CHECK_OK(read());
  CHECK_OK(other->lock_range(kPendingByte, 1, LockKind::kNone));
  CHECK_OK(other->lock_range(kReserved, 1, LockKind::kExclusive));
  CHECK_OK(read());
  CHECK_OK(other->lock_range(kShared, 510, LockKind::kExclusive));
  CHECK(read().is(Code::kBusy));
  CHECK_OK(other->lock_range(kReserved, 511, LockKind::kNone));
  CHECK_OK(fixture.pager().begin_read());
  CHECK(other->lock_range(kShared, 510, LockKind::kExclusive).is(Code::kBusy));
  fixture.pager().end_read();
  // Nothing is left locked.
  CHECK_OK(other->lock_range(0, 0, LockKind::kExclusive));
}

TEST(pager_no_content_and_free_pages) {
  for (Kind kind : kAllKinds) {
    Fixture f(kind, 12, 512);
    CHECK_OK(f.pager().begin(true, false));
    for (Pgno pgno = 2; pgno <= 40; pgno++) CHECK_OK(f.set(pgno, pgno));
    CHECK_OK(f.pager().commit());
    CHECK_OK(f.pager().begin_write());
    // Page 5 holds content of the committed database: freed and used again, it must come back on rollback.
    CHECK_OK(f.pager().dont_write(5));
    {
      PageRef page;
      CHECK_OK(f.pager().get(5, &page, Pager::kGetNoContent));
      CHECK_OK(f.pager().write(page));
      for (uint32_t at = 100; at < 512; at += 4) store_be32(page.mutable_data() + at, 99);
    }
    for (Pgno pgno = 41; pgno <= 80; pgno++) CHECK_OK(f.set(pgno, pgno));
    CHECK_EQ(f.value(5), 99u);
    CHECK_OK(f.pager().rollback());
    for (Pgno pgno = 2; pgno <= 40; pgno++) CHECK_EQ(f.value(pgno), pgno);
    CHECK_OK(f.pager().begin_write());
    f.pager().truncate_image(30);
    CHECK_OK(f.pager().commit());
    CHECK_EQ(f.pager().page_count(), 30u);
    f.pager().end_read();
    CHECK_OK(f.pager().begin_read());
    CHECK_EQ(f.pager().page_count(), 30u);
    CHECK_EQ(f.value(30), 30u);
    f.pager().end_read();
  }
}

}  // namespace
}  // namespace ringlite
