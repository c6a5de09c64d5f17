#include "wal/wal_locks.h"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "io/posix_io.h"
#include "testing/test.h"

namespace ringlite {
namespace {

/** A path for an index; its folder goes with it. */
class Path {
 public:
  Path() : path_(std::string(::mkdtemp(folder_)) + "/a.db-shm") {}
  ~Path() {
    ignore_status(posix_io().files().remove(path_.c_str(), false));
    ::rmdir(folder_);
  }
  const char* text() const { return path_.c_str(); }

 private:
  char folder_[32] = "/tmp/ringlite-locks-XXXXXX";
  std::string path_;
};

/** One process: its opening of the index, its presence, its locks. */
struct Process {
  std::unique_ptr<SharedMemory> memory;
  std::unique_ptr<WalLocks> locks;

  explicit Process(const Path& path) {
    CHECK_OK(posix_io().files().open_shared_memory(path.text(), &memory));
    CHECK_OK(memory->lock_range(kWalPresenceByte, 1, LockKind::kShared));
    locks = std::make_unique<WalLocks>(*memory);
  }
  void read(uint32_t lock, int times) {
    for (int i = 0; i < times; i++) {
      CHECK_OK(locks->lock_shared(lock));
      locks->unlock_shared(lock, lock >= kWalReadLock0);
    }
  }
};

constexpr uint32_t kReader = kWalReadLock0 + 1;

void wait_for_watcher() { posix_io().clock().sleep_ms(40); }

TEST(wal_locks_are_kept_while_busy_and_given_up_when_idle) {
  const Path path;
  Process process(path);
  process.read(kReader, 1000);
  process.read(kWalReadLock0, 1000);
  CHECK(process.locks->kept_count() > 0);
  wait_for_watcher();
  CHECK_EQ(process.locks->kept_count(), 0);
  Process peer(path);
  CHECK_OK(peer.locks->lock_exclusive(kWalReadLock0, 5));
  CHECK(process.locks->lock_shared(kReader).is(Code::kBusy));
}

/** Another process finds a kept lock at most for a moment. */
TEST(wal_locks_kept_hold_up_a_peer_for_milliseconds) {
  const Path path;
  Process process(path);
  Process peer(path);
  process.read(kReader, 1000);
  CHECK_EQ(process.locks->kept_count(), 1);
  CHECK(peer.locks->lock_exclusive(kReader, 1).is(Code::kBusy));
  wait_for_watcher();
  CHECK_OK(peer.locks->lock_exclusive(kReader, 1));
}

/** However busy the process is: what it does not choose any more it gives up. */
TEST(wal_locks_kept_are_given_up_for_another_lock) {
  const Path path;
  Process process(path);
  Process peer(path);
  process.read(kReader, 1000);
  process.read(kReader + 1, 1);
  CHECK_OK(peer.locks->lock_exclusive(kReader, 1));
  CHECK_EQ(process.locks->kept_count(), 1);
  // A new read mark: exclusive first, then shared.
  CHECK_OK(process.locks->lock_exclusive(kReader + 2, 1));
  process.locks->downgrade(kReader + 2);
  CHECK_OK(peer.locks->lock_exclusive(kReader + 1, 1));
  process.locks->unlock_shared(kReader + 2);
}

/** Two of them left by connections with different snapshots: one goes as soon as the other is used. */
TEST(wal_locks_kept_are_one_while_busy) {
  const Path path;
  Process process(path);
  Process peer(path);
  process.read(kReader, 1000);
  CHECK_OK(process.locks->lock_shared(kReader));
  CHECK_OK(process.locks->lock_shared(kReader + 1));
  process.locks->unlock_shared(kReader, true);
  process.locks->unlock_shared(kReader + 1, true);
  process.read(kReader + 1, 1);
  CHECK_OK(peer.locks->lock_exclusive(kReader, 1));
}

/** After a commit the mark that the transaction read by is an old one. */
TEST(wal_locks_not_worth_keeping_are_given_up) {
  const Path path;
  Process process(path);
  process.read(kReader, 1000);
  CHECK_OK(process.locks->lock_shared(kReader));
  process.locks->unlock_shared(kReader, false);
  Process peer(path);
  CHECK_OK(peer.locks->lock_exclusive(kReader, 1));
}

TEST(wal_locks_kept_become_exclusive_for_their_own_process) {
  const Path path;
  Process process(path);
  process.read(kReader, 1000);
  CHECK_OK(process.locks->lock_exclusive(kWalReadLock0, 5));
  CHECK_EQ(process.locks->kept_count(), 0);
  Process peer(path);
  CHECK(peer.locks->lock_shared(kReader).is(Code::kBusy));
  process.locks->unlock_exclusive(kWalReadLock0, 5);
  CHECK_OK(peer.locks->lock_shared(kReader));
  process.read(kReader, 1000);
  process.locks.reset();
  peer.locks->unlock_shared(kReader);
  CHECK_OK(peer.locks->lock_exclusive(kReader, 1));
}

}  // namespace
}  // namespace ringlite
