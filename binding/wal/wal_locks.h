// WalLocks: the lock bytes of a wal-index for all connections of this process. The operating system knows one
// holder for the whole process; here its connections are kept apart: a shared lock counts its holders, an
// exclusive one has a single holder. Never waits: SQLITE_BUSY. Thread-safe.
//
// Read transactions that follow each other closely would spend most of their time in locking and unlocking.
// So a READ lock that nobody holds any more is kept for a moment. That is allowed because who begins a
// transaction chooses its lock as if none were kept: when another process has committed, or a checkpoint has
// copied all of the log, the choice is another lock, and the kept one is given up at once. Kept locks stand
// in the way of nobody in this process; in the way of others they stand for 4 ms at most after the last
// transaction: a watching thread gives them up when nobody has used them for a tick.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/status.h"
#include "io/background_thread.h"
#include "io/io.h"
#include "wal/wal_index_format.h"

namespace ringlite {

class WalLocks {
 public:
  explicit WalLocks(SharedMemory& memory) : memory_(memory) {}
  ~WalLocks();

  Status lock_shared(uint32_t lock);
  /** `may_keep`: a READ lock that will be wanted again. */
  void unlock_shared(uint32_t lock, bool may_keep = false);
  /** Locks `first` .. `first` + `count` - 1, all or none. */
  Status lock_exclusive(uint32_t first, uint32_t count);
  void unlock_exclusive(uint32_t first, uint32_t count);
  /** An exclusive lock becomes a shared one, with nobody in between. */
  void downgrade(uint32_t lock);
  /** For tests: how many locks are kept that nobody holds. */
  int kept_count();

 private:
  static constexpr int kExclusive = -1;

  void keep_or_release(uint32_t lock, bool may_keep);
  bool is_busy_time();
  void start_keeping();
  static void* watch_entry(void* self);
  void watch();
  void release_kept(uint32_t except = kWalLockCount);

  SharedMemory& memory_;
  std::mutex mutex_;
  /** Of each lock: how many connections share it, or kExclusive. */
  int holders_[kWalLockCount] = {};

  // Kept locks.
  bool is_kept_[kWalLockCount] = {};
  /** Locks are being kept, and the thread watches. */
  bool is_keeping_ = false;
  bool is_closing_ = false;
  /** Counts unlocks while keeping. */
  uint64_t uses_ = 0;
  /** Unlocks since `window_start_ns_`, while not keeping. */
  int window_count_ = 0;
  int64_t window_start_ns_ = 0;
  std::condition_variable wake_;
  BackgroundThread watcher_;
};

}  // namespace ringlite
