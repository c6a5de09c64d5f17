#include "testing/sim/scheduler.h"

#include <mutex>
#include <string>

#include "testing/sim/shared_arena.h"
#include "testing/test.h"

namespace ringlite::sim {
namespace {

/** Two tasks that write letters, a point after each. */
std::string interleave(uint64_t seed) {
  Scheduler scheduler(seed, 64);
  std::string text;
  for (const char letter : {'a', 'b'}) {
    scheduler.spawn(letter, [&scheduler, &text, letter] {
      for (int i = 0; i < 20; i++) {
        text += letter;
        scheduler.point(kCallWeight);
      }
    });
  }
  CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
  return text;
}

TEST(a_seed_repeats_and_seeds_differ) {
  CHECK_EQ(interleave(1), interleave(1));
  CHECK(interleave(1) != interleave(2));
  CHECK_EQ(interleave(3).size(), size_t{40});
}

TEST(time_jumps_when_all_sleep) {
  Scheduler scheduler(1, 1000);
  std::string text;
  scheduler.spawn(0, [&] {
    scheduler.sleep(2'000'000'000);
    text += "late";
  });
  scheduler.spawn(1, [&] {
    scheduler.sleep(1'000'000'000);
    text += "early ";
  });
  CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
  CHECK_EQ(text, "early late");
  CHECK(scheduler.now_ns() >= 2'000'000'000);
}

TEST(a_killed_process_goes_no_further_and_leaves_no_mutex) {
  Scheduler scheduler(1, 1);
  std::mutex mutex;
  int steps = 0;
  scheduler.spawn(7, [&] {
    mutex.lock();
    for (;; steps++) scheduler.point(1);
  });
  scheduler.set_event(50, [&] { scheduler.kill(7); });
  CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
  CHECK(steps >= 40 && steps < 60);
  bool is_free = false;
  scheduler.spawn(7, [&] {
    is_free = mutex.try_lock();
    if (is_free) mutex.unlock();
  });
  CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
  CHECK(is_free);
}

TEST(tasks_of_a_process_wait_for_mutexes_those_of_others_do_not) {
  for (const bool is_same_process : {true, false}) {
    Scheduler scheduler(5, 1);
    std::mutex mutex;
    int inside = 0;
    int most_inside = 0;
    for (int task = 0; task < 2; task++) {
      scheduler.spawn(is_same_process ? 0 : task, [&] {
        for (int i = 0; i < 50; i++) {
          std::lock_guard lock(mutex);
          if (++inside > most_inside) most_inside = inside;
          for (int j = 0; j < 10; j++) scheduler.point(1);
          inside--;
        }
      });
    }
    CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
    CHECK_EQ(most_inside, is_same_process ? 1 : 2);
  }
}

TEST(two_mutexes_in_two_orders_are_a_deadlock) {
  bool is_found = false;
  for (uint64_t seed = 1; seed < 20 && !is_found; seed++) {
    Scheduler scheduler(seed, 1);
    std::mutex first;
    std::mutex second;
    const auto body = [&](std::mutex& outer, std::mutex& inner) {
      return [&] {
        std::lock_guard holds(outer);
        scheduler.point(5);
        std::lock_guard both(inner);
      };
    };
    scheduler.spawn(0, body(first, second));
    scheduler.spawn(0, body(second, first));
    is_found = scheduler.run() == Scheduler::Outcome::kDeadlock;
  }
  CHECK(is_found);
}

/** Each of two tasks says that it is there and looks for the other one: without a fence both may find nobody.
 */
bool can_both_miss(bool has_fence) {
  for (uint64_t seed = 1; seed < 200; seed++) {
    Scheduler scheduler(seed, 8);
    SharedArena arena(scheduler, seed, true);
    auto* flags = reinterpret_cast<uint32_t*>(arena.allocate());
    uint32_t seen = 0;
    for (int task = 0; task < 2; task++) {
      scheduler.spawn(task, [flags, task, has_fence, &seen] {
        SharedArena::store<uint32_t>(flags + task, 1);
        if (has_fence) SharedArena::fence();
        seen += SharedArena::load(flags + 1 - task);
      });
    }
    CHECK(scheduler.run() == Scheduler::Outcome::kFinished);
    if (seen == 0) return true;
  }
  return false;
}

TEST(stores_to_shared_memory_may_be_seen_late_unless_there_is_a_fence) {
  CHECK(can_both_miss(false));
  CHECK(!can_both_miss(true));
}

}  // namespace
}  // namespace ringlite::sim
