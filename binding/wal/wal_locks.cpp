#include "wal/wal_locks.h"

#include <chrono>

#include "base/assert.h"

namespace ringlite {
namespace {

using Steady = std::chrono::steady_clock;

/** Keeping begins when so many transactions end within the window; fewer in simulations, which are short. */
#ifndef RINGLITE_BUSY_READS
#define RINGLITE_BUSY_READS 16
#endif
constexpr int kBusyCount = RINGLITE_BUSY_READS;
constexpr int64_t kBusyWindowNs = 2'000'000;
/** How long locks are kept that nobody uses; at most twice this. */
constexpr auto kTick = std::chrono::milliseconds(2);

}  // namespace

WalLocks::~WalLocks() {
  {
    std::lock_guard guard(mutex_);
    is_closing_ = true;
    is_keeping_ = false;
    release_kept();
  }
  wake_.notify_one();
  watcher_.join();
}

Status WalLocks::lock_shared(uint32_t lock) {
  std::lock_guard guard(mutex_);
  if (holders_[lock] == kExclusive) return Code::kBusy;
  if (holders_[lock] == 0 && !is_kept_[lock])
    RETURN_IF_ERROR(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kShared));
  if (is_keeping_) release_kept(lock);
  is_kept_[lock] = false;
  holders_[lock]++;
  return kOk;
}

void WalLocks::unlock_shared(uint32_t lock, bool may_keep) {
  std::lock_guard guard(mutex_);
  ASSERT(holders_[lock] > 0);
  if (--holders_[lock] == 0) keep_or_release(lock, may_keep);
}

Status WalLocks::lock_exclusive(uint32_t first, uint32_t count) {
  std::lock_guard guard(mutex_);
  for (uint32_t lock = first; lock < first + count; lock++)
    if (holders_[lock] != 0) return Code::kBusy;
  // A kept lock becomes exclusive; when that fails it stays what it is.
  RETURN_IF_ERROR(memory_.lock_range(kWalFirstLockByte + first, count, LockKind::kExclusive));
  for (uint32_t lock = first; lock < first + count; lock++) {
    holders_[lock] = kExclusive;
    is_kept_[lock] = false;
  }
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
  if (is_keeping_) release_kept(lock);
}

int WalLocks::kept_count() {
  std::lock_guard guard(mutex_);
  int count = 0;
  for (const bool is_kept : is_kept_) count += is_kept;
  return count;
}

// --- kept locks: all under the mutex ---

void WalLocks::keep_or_release(uint32_t lock, bool may_keep) {
  ASSERT(!may_keep || lock >= kWalReadLock0);
  may_keep &= memory_.is_seen_by_processes();
  if (may_keep && !is_keeping_ && is_busy_time()) start_keeping();
  if (may_keep && is_keeping_) {
    uses_++;
    is_kept_[lock] = true;
  } else {
    ignore_status(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kNone));
  }
}

/** Whether transactions follow each other closely. */
bool WalLocks::is_busy_time() {
  const int64_t now_ns = Steady::now().time_since_epoch().count();
  if (now_ns - window_start_ns_ > kBusyWindowNs) {
    window_start_ns_ = now_ns;
    window_count_ = 0;
  }
  if (++window_count_ < kBusyCount) return false;
  window_count_ = 0;
  return true;
}

/** Without a thread there is nobody to give the locks up: then none is kept. */
void WalLocks::start_keeping() {
  if (!watcher_.is_started() && !watcher_.start(watch_entry, this)) return;
  is_keeping_ = true;
  wake_.notify_one();
}

void* WalLocks::watch_entry(void* self) {
  static_cast<WalLocks*>(self)->watch();
  return nullptr;
}

void WalLocks::watch() {
  std::unique_lock guard(mutex_);
  while (!is_closing_) {
    wake_.wait(guard, [this] { return is_keeping_ || is_closing_; });
    uint64_t seen = uses_;
    while (is_keeping_ && !is_closing_) {
      wake_.wait_for(guard, kTick, [this] { return is_closing_; });
      if (is_closing_) break;
      if (uses_ == seen) {
        is_keeping_ = false;
        release_kept();
      }
      seen = uses_;
    }
  }
}

void WalLocks::release_kept(uint32_t except) {
  for (uint32_t lock = kWalReadLock0; lock < kWalLockCount; lock++) {
    if (!is_kept_[lock] || lock == except) continue;
    is_kept_[lock] = false;
    ignore_status(memory_.lock_range(kWalFirstLockByte + lock, 1, LockKind::kNone));
  }
}

}  // namespace ringlite
