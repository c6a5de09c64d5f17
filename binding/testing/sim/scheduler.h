// Scheduler: the virtual machine's processor and clock. Tasks (the connections of virtual processes) are
// fibers of one thread, of which one runs at a time; which, and until when, is drawn from a seed, so that a
// run repeats exactly.
//
// A task can lose the processor only at a point(): at each call of the virtual Io, at each access to shared
// memory, and where it waits for a mutex. Each point has a weight, so that system calls are more likely
// places to stop than the loops over shared memory are. Invariants:
//  1. A killed task never runs again; its stack, its objects and their memory are left as they are: a run
//  belongs into a process of its own, which ends with it.
//  2. Mutexes are per virtual process, as they are in reality: two processes never wait for one, and a killed
//  one leaves none.
//  3. Time passes by what is done, and jumps only when all tasks sleep.
#pragma once
#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "testing/sim/dice.h"

namespace ringlite::sim {

class Scheduler {
 public:
  /** `switch_scale`: mean weight of points that a task passes before another one may run. */
  Scheduler(uint64_t seed, uint64_t switch_scale) : dice_(seed), switch_scale_(switch_scale) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  enum class Outcome {
    /** All tasks have ended, or were killed. */
    kFinished,
    /** stop() was called. */
    kStopped,
    /** Every task waits for a mutex. */
    kDeadlock,
    /** More points than any sound run needs. */
    kLivelock,
  };

  /** Adds a task that starts at `start_ns`. Returns its number. */
  int spawn(int process, std::function<void()> body, int64_t start_ns = 0);
  Outcome run();
  /** run() returns; all tasks are as killed. */
  void stop() { is_stopped_ = true; }
  void kill(int process);
  void pause(int process, int64_t until_ns);
  bool is_alive(int process) const;
  /** Calls `event` once `points` (a sum of weights) have been passed, between two steps of tasks. One at a
   * time. */
  void set_event(uint64_t points, std::function<void()> event);
  uint64_t points() const { return points_; }
  int64_t now_ns() const { return now_ns_; }

  // --- for tasks ---

  /** The scheduler whose task is running, or nullptr. */
  static Scheduler* current() { return current_; }
  bool is_in_task() const { return current_ == this; }
  int task() const { return static_cast<int>(running_); }
  int process() const { return tasks_[running_]->process; }

  void point(uint32_t weight) {
    points_ += weight;
    now_ns_ += weight * kPointNs;
    budget_ -= weight;
    if (budget_ <= 0) leave();
  }
  void sleep(int64_t duration_ns);
  void lock(void* mutex);
  bool try_lock(void* mutex);
  void unlock(void* mutex);
  /** Gives up the mutex and waits for notify_one() on the condition or for the time; false: it was the time.
   */
  bool wait(const void* condition, void* mutex, int64_t until_ns);
  /** Wakes one task of this process that waits for the condition. */
  void notify_one(const void* condition);
  /** Waits for the end of a task. */
  void join(int task);

 private:
  static constexpr size_t kStackSize = 512 << 10;
  static constexpr int64_t kPointNs = 100;
  static constexpr uint64_t kMaxPoints = 400'000'000;

  struct Task {
    int process;
    std::function<void()> body;
    std::unique_ptr<uint8_t[]> stack;
    ucontext_t context;
    bool is_alive = true;
    int64_t wakes_at_ns = 0;
    void* waits_for = nullptr;
    const void* condition = nullptr;
  };

  static void enter(unsigned high, unsigned low);
  void leave();
  bool is_runnable(const Task& task) const;
  bool pick(size_t* next);
  bool has_live_task() const;
  void draw_budget();
  int64_t paused_until(int process) const;

  Dice dice_;
  uint64_t switch_scale_;
  std::vector<std::unique_ptr<Task>> tasks_;
  std::map<int, int64_t> paused_until_ns_;
  /** Who holds a mutex of which process. */
  std::map<std::pair<int, void*>, size_t> mutexes_;
  ucontext_t main_context_;
  size_t running_ = 0;
  int64_t budget_ = 0;
  uint64_t points_ = 0;
  int64_t now_ns_ = 0;
  uint64_t event_at_ = UINT64_MAX;
  std::function<void()> event_;
  bool is_stopped_ = false;
  static inline Scheduler* current_ = nullptr;
};

/** Weight of a call that is a system call in reality. */
inline constexpr uint32_t kCallWeight = 64;

}  // namespace ringlite::sim
