#include "pager/writer_queue.h"

#include <algorithm>
#include <chrono>

namespace ringlite {
namespace {

using std::chrono::nanoseconds;

/** Who has waited this long is not overtaken any more. */
constexpr int64_t kPatienceNs = 5'000'000;
/** Intervals of looks for writers of other processes: twice as long each time. */
constexpr int64_t kFirstLookNs = 100'000;
constexpr uint32_t kMaxDoublings = 3;

int64_t now_ns() { return nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

bool WriterQueue::may_try(const Waiter& waiter) {
  if (is_empty_.load(std::memory_order_acquire)) return true;
  std::lock_guard guard(mutex_);
  return !first_ || first_ == &waiter || now_ns() - first_->since_ns < kPatienceNs;
}

void WriterQueue::wait(Waiter& waiter, int64_t limit_ns) {
  std::unique_lock guard(mutex_);
  if (!waiter.is_queued) {
    waiter.is_queued = true;
    waiter.since_ns = now_ns();
    waiter.looks = 0;
    (last_ ? last_->next : first_) = &waiter;
    last_ = &waiter;
    is_empty_.store(false, std::memory_order_release);
  }
  if (first_ == &waiter) {
    const uint32_t doublings = std::min(waiter.looks++, kMaxDoublings);
    limit_ns = std::min(limit_ns, kFirstLookNs << doublings);
  }
  waiter.wake.wait_for(guard, nanoseconds(limit_ns), [&] { return waiter.is_woken; });
  // Somebody has written since: a short look pays again.
  if (waiter.is_woken) waiter.looks = 0;
  waiter.is_woken = false;
}

void WriterQueue::leave(Waiter& waiter) {
  // Only the connection's own thread changes this.
  if (!waiter.is_queued) return;
  std::lock_guard guard(mutex_);
  const bool was_first = first_ == &waiter;
  Waiter* before = nullptr;
  for (Waiter* at = first_; at != &waiter; at = at->next) before = at;
  (before ? before->next : first_) = waiter.next;
  if (last_ == &waiter) last_ = before;
  waiter.next = nullptr;
  waiter.is_queued = waiter.is_woken = false;
  is_empty_.store(!first_, std::memory_order_release);
  // Somebody must look out for other processes.
  if (was_first) wake_first();
}

void WriterQueue::notify() {
  if (is_empty_.load(std::memory_order_acquire)) return;
  std::lock_guard guard(mutex_);
  wake_first();
}

void WriterQueue::wake_first() {
  if (!first_) return;
  first_->is_woken = true;
  first_->wake.notify_one();
}

}  // namespace ringlite
