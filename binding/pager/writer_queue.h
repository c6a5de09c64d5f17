// WriterQueue: the connections of this process that wait to write a database, in the order in which they
// came, in every journal mode. Who ends a write transaction wakes the first; only the first looks at
// intervals whether another process is done. A newcomer that finds nobody writing goes ahead of those who
// wait, which saves a change of threads for each transaction, until the first has waited for long: then it is
// its turn. Thread-safe.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace ringlite {

class WriterQueue {
 public:
  /** One connection's place. Fields belong to the queue. */
  struct Waiter {
    bool is_queued = false;
    bool is_woken = false;
    /** Looks in vain since it has been first. */
    uint32_t looks = 0;
    int64_t since_ns = 0;
    Waiter* next = nullptr;
    std::condition_variable wake;
  };

  /** Whether the connection may try to write now. */
  bool may_try(const Waiter& waiter);
  /** Waits for a reason to try again, at most `limit_ns`. Takes a place in the queue, which must be given up
   * by leave(). */
  void wait(Waiter& waiter, int64_t limit_ns);
  /** The connection writes, or wants to no more. */
  void leave(Waiter& waiter);
  /** A connection of this process has ended its write transaction. */
  void notify();

 private:
  void wake_first();

  std::mutex mutex_;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
  /** Lets notify() and may_try() pass without the mutex when nobody waits. */
  std::atomic<bool> is_empty_ = true;
};

}  // namespace ringlite
