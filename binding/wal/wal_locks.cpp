#include "wal/wal_locks.h"

#include "base/assert.h"

namespace ringlite {

Status WalLocks::lock_shared(uint32_t lock) {
  std::lock_guard guard(mutex_);
  if (holders_[lock] == kExclusive) return Code::kBusy;
  if (holders_[lock] == 0)
    RETURN_IF_ERROR(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kShared));
  holders_[lock]++;
  return kOk;
}

void WalLocks::unlock_shared(uint32_t lock) {
  std::lock_guard guard(mutex_);
  ASSERT(holders_[lock] > 0);
  if (--holders_[lock] == 0) ignore_status(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kNone));
}

Status WalLocks::lock_exclusive(uint32_t first, uint32_t count) {
  std::lock_guard guard(mutex_);
  for (uint32_t lock = first; lock < first + count; lock++)
    if (holders_[lock] != 0) return Code::kBusy;
  RETURN_IF_ERROR(memory_.lock_range(kWalFirstLockByte + first, count, LockKind::kExclusive));
  for (uint32_t lock = first; lock < first + count; lock++) holders_[lock] = kExclusive;
  return kOk;
}

void WalLocks::unlock_exclusive(uint32_t first, uint32_t count) {
  std::lock_guard guard(mutex_);
  for (uint32_t lock = first; lock < first + count; lock++) {
    ASSERT(holders_[lock] == kExclusive);
    holders_[lock] = 0;
  }
  ignore_status(memory_.lock_range(kWalFirstLockByte + first, count, LockKind::kNone));
}

void WalLocks::downgrade(uint32_t lock) {
  std::lock_guard guard(mutex_);
  ASSERT(holders_[lock] == kExclusive);
  holders_[lock] = 1;
  ignore_status(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kShared));
}

}  // namespace ringlite
