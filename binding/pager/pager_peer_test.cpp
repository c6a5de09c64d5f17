// WAL databases shared by processes, which are peers on one memory disk: each has its own Store, locks and
// caches.
#include <cstring>
#include <memory>
#include <vector>

#include "base/endian.h"
#include "io/memory_io.h"
#include "pager/pager.h"
#include "testing/test.h"

namespace ringlite {
namespace {

constexpr uint32_t kPageSize = 1024;

/** splitmix64. */
struct Dice {
  uint64_t state;
  uint64_t roll(uint64_t sides) {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % sides;
  }
};

std::unique_ptr<Pager> open_pager(Io& io) {
  std::unique_ptr<Pager> pager;
  CHECK_OK(Pager::open(io, "/test.db", PagerOpenOptions{}, &pager));
  return pager;
}

Status set_page(Pager& pager, Pgno pgno, uint32_t value) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(pgno, &page));
  RETURN_IF_ERROR(pager.write(page));
  for (uint32_t at = 100; at + 4 <= kPageSize; at += 4) store_be32(page.mutable_data() + at, value);
  return kOk;
}

uint32_t value_of(Pager& pager, Pgno pgno) {
  PageRef page;
  const Status status = pager.get(pgno, &page);
  if (!status.ok()) return 0xe0000000 + static_cast<uint32_t>(status.extended());
  const uint32_t first = load_be32(page.data() + 100);
  for (uint32_t at = 100; at + 4 <= kPageSize; at += 4)
    if (load_be32(page.data() + at) != first) return 0xbad;
  return first;
}

/** A WAL database whose pages 2..`pages` hold `value`. */
void create(Io& io, Pgno pages, uint32_t value) {
  std::unique_ptr<Pager> pager = open_pager(io);
  CHECK_OK(pager->set_page_size(kPageSize, 0));
  CHECK_OK(pager->begin(true, false));
  PageRef page;
  CHECK_OK(pager->get(1, &page));
  CHECK_OK(pager->write(page));
  uint8_t* data = page.mutable_data();
  std::memcpy(data, "SQLite format 3", 16);
  store_be16(data + 16, kPageSize);
  data[18] = data[19] = 1;
  page.reset();
  for (Pgno pgno = 2; pgno <= pages; pgno++) CHECK_OK(set_page(*pager, pgno, value));
  CHECK_OK(pager->commit());
  pager->end_read();
  JournalMode mode;
  CHECK_OK(pager->set_journal_mode(JournalMode::kWal, &mode));
  CHECK(mode == JournalMode::kWal);
}

Status commit_page(Pager& pager, Pgno pgno, uint32_t value) {
  RETURN_IF_ERROR(pager.begin(true, false));
  Status status = set_page(pager, pgno, value);
  if (status.ok()) status = pager.commit();
  pager.end_read();
  return status;
}

uint32_t read_page(Pager& pager, Pgno pgno) {
  const Status status = pager.begin_read();
  if (!status.ok()) return 0xe0000000 + static_cast<uint32_t>(status.extended());
  const uint32_t value = value_of(pager, pgno);
  pager.end_read();
  return value;
}

bool exists(Io& io, const char* path) {
  bool result = false;
  CHECK_OK(io.files().exists(path, &result));
  return result;
}

struct TwoProcesses {
  std::unique_ptr<Io> first_io = make_memory_io();
  std::unique_ptr<Io> second_io = make_memory_peer(*first_io);
  std::unique_ptr<Pager> first;
  std::unique_ptr<Pager> second;

  TwoProcesses() {
    create(*first_io, 20, 1);
    first = open_pager(*first_io);
    second = open_pager(*second_io);
  }
};

TEST(peers_see_each_others_commits) {
  TwoProcesses p;
  CHECK_EQ(read_page(*p.first, 5), 1u);
  CHECK_EQ(read_page(*p.second, 5), 1u);
  for (uint32_t i = 2; i < 50; i++) {
    CHECK_OK(commit_page(i % 2 ? *p.first : *p.second, 5 + i % 3, i));
    CHECK_EQ(read_page(*p.first, 5 + i % 3), i);
    CHECK_EQ(read_page(*p.second, 5 + i % 3), i);
  }
}

TEST(peers_keep_cached_pages_that_did_not_change) {
  TwoProcesses p;
  // The log's first commit gives it its salts.
  CHECK_OK(commit_page(*p.second, 7, 2));
  CHECK_EQ(read_page(*p.first, 5), 1u);
  CHECK_EQ(read_page(*p.first, 6), 1u);
  CHECK_OK(commit_page(*p.second, 6, 2));
  CHECK_OK(p.first->begin_read());
  CHECK(static_cast<bool>(p.first->get_cached(5)));
  CHECK(!static_cast<bool>(p.first->get_cached(6)));
  CHECK_EQ(value_of(*p.first, 6), 2u);
  p.first->end_read();
}

/** The peer empties the log and starts it over between two looks at it. */
TEST(peers_keep_cached_pages_when_the_log_is_started_over) {
  TwoProcesses p;
  for (uint32_t i = 0; i < 8; i++) CHECK_OK(commit_page(*p.second, 7, i));
  for (const Pgno pgno : {5, 6, 7, 8}) read_page(*p.first, pgno);
  CHECK_OK(commit_page(*p.second, 6, 2));
  int log = 0, done = 0;
  CHECK_OK(p.second->checkpoint(CheckpointMode::kRestart, &log, &done));
  CHECK_EQ(log, done);
  CHECK_OK(commit_page(*p.second, 8, 2));
  CHECK_OK(p.first->begin_read());
  CHECK(static_cast<bool>(p.first->get_cached(5)));
  CHECK(static_cast<bool>(p.first->get_cached(7)));
  CHECK(!static_cast<bool>(p.first->get_cached(6)));
  CHECK(!static_cast<bool>(p.first->get_cached(8)));
  CHECK_EQ(value_of(*p.first, 6), 2u);
  CHECK_EQ(value_of(*p.first, 8), 2u);
  p.first->end_read();
}

/** Frames of the former life are missing: everything may have changed. */
TEST(peers_forget_cached_pages_when_the_log_was_cut) {
  TwoProcesses p;
  for (uint32_t i = 0; i < 8; i++) CHECK_OK(commit_page(*p.second, 7, i));
  for (const Pgno pgno : {5, 6}) read_page(*p.first, pgno);
  CHECK_OK(commit_page(*p.second, 6, 2));
  int log = 0, done = 0;
  CHECK_OK(p.second->checkpoint(CheckpointMode::kTruncate, &log, &done));
  CHECK_OK(p.first->begin_read());
  CHECK(!static_cast<bool>(p.first->get_cached(5)));
  CHECK_EQ(value_of(*p.first, 6), 2u);
  p.first->end_read();
}

TEST(peers_have_snapshots) {
  TwoProcesses p;
  CHECK_OK(p.first->begin_read());
  CHECK_EQ(value_of(*p.first, 3), 1u);
  CHECK_OK(commit_page(*p.second, 3, 2));
  CHECK_OK(commit_page(*p.second, 4, 2));
  int log = 0, done = 0;
  // The reader's mark holds the checkpoint back.
  CHECK(p.second->checkpoint(CheckpointMode::kFull, &log, &done).is(Code::kBusy));
  CHECK_EQ(log, 2);
  CHECK_EQ(done, 0);
  p.first->clear_cache();
  CHECK_EQ(value_of(*p.first, 3), 1u);
  CHECK_EQ(value_of(*p.first, 4), 1u);
  CHECK(p.first->begin_write().is(Code::kBusySnapshot));
  p.first->end_read();
  CHECK_OK(p.second->checkpoint(CheckpointMode::kTruncate, &log, &done));
  CHECK_EQ(log, 0);
  CHECK(!exists(*p.first_io, "/test.db-wal"));
  CHECK_EQ(read_page(*p.first, 3), 2u);
  CHECK_EQ(read_page(*p.first, 4), 2u);
}

TEST(peers_exclude_each_other_as_writers) {
  TwoProcesses p;
  CHECK_OK(p.first->begin(true, false));
  CHECK_OK(set_page(*p.first, 2, 9));
  CHECK(p.second->begin(true, false).is(Code::kBusy));
  CHECK_EQ(read_page(*p.second, 2), 1u);
  CHECK_OK(p.first->commit());
  p.first->end_read();
  CHECK_EQ(read_page(*p.second, 2), 9u);
  CHECK_OK(commit_page(*p.second, 2, 10));
}

TEST(writers_without_a_read_mark_keep_their_snapshot) {
  TwoProcesses p;
  int frames;
  int done;
  CHECK_OK(commit_page(*p.first, 5, 2));
  CHECK_OK(commit_page(*p.second, 6, 2));
  CHECK(p.first->try_begin_as_writer());
  CHECK(!p.second->try_begin_as_writer());
  // Nothing keeps a checkpoint from copying all that is committed; the log stays.
  CHECK_OK(p.second->checkpoint(CheckpointMode::kPassive, &frames, &done));
  CHECK_EQ(frames, done);
  CHECK(p.second->checkpoint(CheckpointMode::kTruncate, &frames, &done).is(Code::kBusy));
  p.first->clear_cache();
  CHECK_EQ(value_of(*p.first, 5), 2u);
  CHECK_EQ(value_of(*p.first, 6), 2u);
  CHECK_OK(set_page(*p.first, 5, 3));
  CHECK_OK(p.first->commit_phase_one());
  CHECK_OK(p.first->keep_reading());
  CHECK_OK(p.first->commit_phase_two());
  // It goes on reading what it has committed, whatever others do.
  CHECK_OK(commit_page(*p.second, 5, 4));
  CHECK_OK(commit_page(*p.second, 6, 4));
  ignore_status(p.second->checkpoint(CheckpointMode::kTruncate, &frames, &done));
  p.first->clear_cache();
  CHECK_EQ(value_of(*p.first, 5), 3u);
  CHECK_EQ(value_of(*p.first, 6), 2u);
  p.first->end_read();
  CHECK_EQ(read_page(*p.first, 5), 4u);
  // A rollback leaves the newest commit.
  CHECK(p.first->try_begin_as_writer());
  CHECK_OK(set_page(*p.first, 5, 9));
  CHECK_OK(p.first->rollback());
  CHECK_OK(commit_page(*p.second, 5, 5));
  p.first->clear_cache();
  CHECK_EQ(value_of(*p.first, 5), 4u);
  p.first->end_read();
  CHECK_EQ(read_page(*p.first, 5), 5u);
}

TEST(writers_without_a_read_mark_start_the_log_over) {
  TwoProcesses p;
  int frames;
  int done;
  for (uint32_t value = 2; value < 8; value++) {
    CHECK(p.first->begin_read().ok());
    p.first->end_read();
    CHECK(p.first->try_begin_as_writer());
    CHECK_OK(set_page(*p.first, 5, value));
    CHECK_OK(p.first->commit());
    p.first->end_read();
    CHECK_EQ(read_page(*p.second, 5), value);
    CHECK_OK(p.second->checkpoint(CheckpointMode::kPassive, &frames, &done));
    // One frame for the page and one for the change counter at most: the log never grows.
    CHECK(frames <= 2);
    CHECK_EQ(frames, done);
  }
}

TEST(peers_last_one_out_removes_the_log) {
  TwoProcesses p;
  CHECK_OK(commit_page(*p.first, 2, 5));
  CHECK_OK(commit_page(*p.second, 3, 6));
  p.first.reset();
  CHECK(exists(*p.first_io, "/test.db-wal"));
  p.second.reset();
  CHECK(!exists(*p.first_io, "/test.db-wal"));
  p.first = open_pager(*p.first_io);
  CHECK_EQ(read_page(*p.first, 2), 5u);
  CHECK_EQ(read_page(*p.first, 3), 6u);
}

TEST(peers_keep_the_journal_mode_in_place) {
  TwoProcesses p;
  CHECK_OK(commit_page(*p.first, 2, 5));
  CHECK_EQ(read_page(*p.second, 2), 5u);
  JournalMode mode;
  CHECK(p.first->set_journal_mode(JournalMode::kDelete, &mode).is(Code::kBusy));
  CHECK(mode == JournalMode::kWal);
  p.second.reset();
  CHECK_OK(p.first->set_journal_mode(JournalMode::kDelete, &mode));
  CHECK(mode == JournalMode::kDelete);
  p.second = open_pager(*p.second_io);
  CHECK_EQ(read_page(*p.second, 2), 5u);
  CHECK(!p.second->is_wal());
  CHECK_OK(p.second->set_journal_mode(JournalMode::kWal, &mode));
  CHECK_EQ(read_page(*p.first, 2), 5u);
  CHECK(p.first->is_wal());
}

TEST(exclusive_locking_mode_leaves_no_shared_memory) {
  TwoProcesses p;
  p.first->locking_mode(LockingMode::kExclusive);
  CHECK_OK(commit_page(*p.first, 2, 7));
  CHECK(p.second->begin_read().is(Code::kBusy));
  CHECK(p.first->locking_mode(LockingMode::kNormal) == LockingMode::kExclusive);
  CHECK_OK(commit_page(*p.first, 2, 8));
  p.first.reset();
  CHECK_EQ(read_page(*p.second, 2), 8u);
}

TEST(peer_that_dies_while_writing_leaves_nothing) {
  TwoProcesses p;
  CHECK_OK(commit_page(*p.first, 2, 5));
  p.first->set_cache_size(10);
  CHECK_OK(p.first->begin(true, false));
  for (Pgno pgno = 2; pgno <= 20; pgno++) CHECK_OK(set_page(*p.first, pgno, 99));
  CHECK_OK(p.first->flush());
  // What a killed process leaves: frames in the log and in the index after the header's last frame, and no
  // lock.
  CHECK_EQ(read_page(*p.second, 2), 5u);
  CHECK_EQ(read_page(*p.second, 20), 1u);
  CHECK_OK(p.first->rollback());
  p.first->end_read();
  for (uint32_t i = 0; i < 30; i++) CHECK_OK(commit_page(*p.second, 2 + i % 19, 100 + i));
  CHECK_EQ(read_page(*p.first, 2), 119u);
}

/** Random transactions of several processes, with several connections each, against a model. */
class PeerModel {
 public:
  explicit PeerModel(uint64_t seed) : dice_{seed} {
    ios_.push_back(make_memory_io(seed));
    create(*ios_[0], kPages, 0);
    for (int i = 1; i < 3; i++) ios_.push_back(make_memory_peer(*ios_[0], seed + static_cast<uint64_t>(i)));
    committed_.assign(kPages + 1, 0);
    clients_.resize(6);
    for (size_t i = 0; i < clients_.size(); i++) open(i);
  }

  void run(int steps) {
    for (int step = 0; step < steps; step++) act(dice_.roll(clients_.size()));
    for (Client& client : clients_) close(client);
    std::unique_ptr<Pager> pager = open_pager(*ios_[0]);
    CHECK_OK(pager->begin_read());
    for (Pgno pgno = 2; pgno <= kPages; pgno++) CHECK_EQ(value_of(*pager, pgno), committed_[pgno]);
    pager->end_read();
  }

 private:
  static constexpr Pgno kPages = 40;
  struct Client {
    std::unique_ptr<Pager> pager;
    /** What its transaction must see, own changes included. */
    std::vector<uint32_t> view;
  };

  void open(size_t index) {
    Client& client = clients_[index];
    client.pager = open_pager(*ios_[index % ios_.size()]);
    client.pager->set_cache_size(dice_.roll(2) ? 12 : 100);
    client.pager->set_wal_autocheckpoint(dice_.roll(2) ? 30 : 1000);
  }

  void close(Client& client) {
    if (client.pager->in_write()) CHECK_OK(client.pager->rollback());
    client.pager->end_read();
    client.pager.reset();
  }

  void act(size_t index) {
    Client& client = clients_[index];
    Pager& pager = *client.pager;
    switch (dice_.roll(12)) {
      case 0:
      case 1:
      case 2:
        return pager.in_read() ? check(client) : begin(client);
      case 3:
      case 4:
      case 5:
      case 6:
        return pager.in_read() ? change(client) : begin(client);
      case 7:
      case 8:
        return finish(client);
      case 9:
        if (pager.in_write()) {
          CHECK_OK(pager.rollback());
          pager.end_read();
        }
        return;
      case 10: {
        int log = 0, done = 0;
        const auto mode = static_cast<CheckpointMode>(dice_.roll(4));
        if (pager.in_read()) return;
        const Status status = pager.checkpoint(mode, &log, &done);
        CHECK(status.ok() || status.is(Code::kBusy));
        return;
      }
      default:
        if (dice_.roll(6) == 0) {
          close(client);
          open(index);
        }
    }
  }

  void begin(Client& client) {
    CHECK_OK(client.pager->begin_read());
    client.view = committed_;
    check(client);
  }

  void check(Client& client) {
    for (int i = 0; i < 8; i++) {
      const Pgno pgno = 2 + static_cast<Pgno>(dice_.roll(kPages - 1));
      CHECK_EQ(value_of(*client.pager, pgno), client.view[pgno]);
    }
  }

  void change(Client& client) {
    Pager& pager = *client.pager;
    if (!pager.in_write()) {
      const Status status = pager.begin_write();
      const bool is_writable = writer_count() == 0 && client.view == committed_;
      if (!status.ok()) {
        CHECK(status.is(Code::kBusy) || status.is(Code::kBusySnapshot));
        // Somebody may have committed the same values again, or the log may have been started over.
        CHECK(!is_writable || status.is(Code::kBusySnapshot));
        return;
      }
    }
    for (uint64_t i = 1 + dice_.roll(20); i > 0; i--) {
      const Pgno pgno = 2 + static_cast<Pgno>(dice_.roll(kPages - 1));
      client.view[pgno] = ++last_value_;
      CHECK_OK(set_page(pager, pgno, last_value_));
    }
    check(client);
  }

  int writer_count() const {
    int count = 0;
    for (const Client& client : clients_) count += client.pager->in_write();
    return count;
  }

  void finish(Client& client) {
    Pager& pager = *client.pager;
    if (pager.in_write()) {
      CHECK_OK(pager.commit());
      committed_ = client.view;
    }
    pager.end_read();
  }

  Dice dice_;
  std::vector<std::unique_ptr<Io>> ios_;
  std::vector<uint32_t> committed_;
  std::vector<Client> clients_;
  uint32_t last_value_ = 0;
};

/**
 * Journals that stay (TRUNCATE, PERSIST) stay open, too. When a peer in DELETE mode had removed the file, the
 * next transaction wrote its journal into a file without a name: a crash then left half a commit, and nothing
 * to roll it back with.
 */
TEST(peers_journal_is_where_others_look_for_it) {
  for (const JournalMode stays : {JournalMode::kTruncate, JournalMode::kPersist}) {
    const std::unique_ptr<Io> io = make_memory_io(1);
    const std::unique_ptr<Io> other_io = make_memory_peer(*io);
    create(*io, 4, 1);
    JournalMode mode;
    const std::unique_ptr<Pager> pager = open_pager(*io);
    CHECK_OK(pager->begin(false, false));
    pager->end_read();
    CHECK_OK(pager->set_journal_mode(JournalMode::kDelete, &mode));
    CHECK_OK(pager->set_journal_mode(stays, &mode));
    const std::unique_ptr<Pager> peer = open_pager(*other_io);
    for (uint32_t value = 2; value < 5; value++) {
      CHECK_OK(pager->begin(true, false));
      CHECK_OK(set_page(*pager, 2, value));
      CHECK_OK(pager->commit_phase_one(nullptr));
      bool exists = false;
      CHECK_OK(io->files().exists("/test.db-journal", &exists));
      CHECK(exists);
      CHECK_OK(pager->commit_phase_two());
      pager->end_read();
      CHECK_OK(peer->begin(true, false));
      CHECK_OK(set_page(*peer, 3, value));
      CHECK_OK(peer->commit());
      peer->end_read();
    }
  }
}

TEST(peers_agree_with_a_model) {
  for (uint64_t seed = 1; seed <= 40; seed++) PeerModel(seed).run(400);
}

}  // namespace
}  // namespace ringlite
