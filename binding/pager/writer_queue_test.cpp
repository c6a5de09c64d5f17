#include "pager/writer_queue.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "testing/test.h"

namespace ringlite {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

void sleep_ms(int duration_ms) { std::this_thread::sleep_for(std::chrono::milliseconds(duration_ms)); }

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

TEST(writer_queue_lets_everybody_try_when_nobody_waits) {
  WriterQueue queue;
  WriterQueue::Waiter waiter;
  CHECK(queue.may_try(waiter));
  queue.notify();
  queue.leave(waiter);
}

/** Otherwise a connection that commits in a loop is always there first. */
TEST(writer_queue_gives_its_first_the_turn_after_a_while) {
  WriterQueue queue;
  WriterQueue::Waiter waiter;
  WriterQueue::Waiter newcomer;
  queue.wait(waiter, 1000);
  sleep_ms(10);
  CHECK(!queue.may_try(newcomer));
  CHECK(queue.may_try(waiter));
  queue.leave(waiter);
  CHECK(queue.may_try(newcomer));
}

/** The first looks for other processes' writers soon; the others wait for those before them, or as long as
 * they want. */
TEST(writer_queue_wakes_in_order_of_arrival) {
  WriterQueue queue;
  constexpr int kThreads = 4;
  std::atomic<int> arrived = 0;
  std::atomic<int> turn = -1;
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([&, i] {
      WriterQueue::Waiter waiter;
      while (arrived.load() != i) std::this_thread::yield();
      queue.wait(waiter, 1);
      arrived++;
      // Everybody is in the queue before the first may go on.
      while (turn.load() != i) queue.wait(waiter, 20 * kSecondNs);
      order.push_back(i);
      turn++;
      queue.leave(waiter);
    });
  }
  while (arrived.load() != kThreads) std::this_thread::yield();
  turn = 0;
  queue.notify();
  const int64_t start_ms = now_ms();
  for (std::thread& thread : threads) thread.join();
  CHECK(order == (std::vector<int>{0, 1, 2, 3}));
  CHECK(now_ms() - start_ms < 15'000);
}

TEST(writer_queue_waits_no_longer_than_asked) {
  WriterQueue queue;
  WriterQueue::Waiter first;
  WriterQueue::Waiter second;
  queue.wait(first, 1);
  const int64_t start_ms = now_ms();
  queue.wait(second, 30'000'000);
  CHECK(now_ms() - start_ms >= 29);
  queue.leave(second);
  queue.leave(first);
}

}  // namespace
}  // namespace ringlite
