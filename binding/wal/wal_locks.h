// WalLocks: the lock bytes of a wal-index for all connections of this process. The operating system knows one
// holder for the whole process; here its connections are kept apart: a shared lock counts its holders, an
// exclusive one has a single holder. Never waits: SQLITE_BUSY. Thread-safe.
#pragma once
#include <cstdint>
#include <mutex>

#include "base/status.h"
#include "io/io.h"
#include "wal/wal_index_format.h"

namespace ringlite {

class WalLocks {
 public:
  explicit WalLocks(SharedMemory& memory) : memory_(memory) {}

  Status lock_shared(uint32_t lock);
  void unlock_shared(uint32_t lock);
  /** Locks `first` .. `first` + `count` - 1, all or none. */
  Status lock_exclusive(uint32_t first, uint32_t count);
  void unlock_exclusive(uint32_t first, uint32_t count);
  /** An exclusive lock becomes a shared one, with nobody in between. */
  void downgrade(uint32_t lock);

 private:
  static constexpr int kExclusive = -1;

  SharedMemory& memory_;
  std::mutex mutex_;
  /** Of each lock: how many connections share it, or kExclusive. */
  int holders_[kWalLockCount] = {};
};

}  // namespace ringlite
