#include "testing/sim/scheduler.h"

#include <algorithm>

#include "base/assert.h"

namespace ringlite::sim {

int Scheduler::spawn(int process, std::function<void()> body, int64_t start_ns) {
  auto task = std::make_unique<Task>();
  task->process = process;
  task->body = std::move(body);
  task->stack.reset(new uint8_t[kStackSize]);
  task->wakes_at_ns = start_ns;
  getcontext(&task->context);
  task->context.uc_stack.ss_sp = task->stack.get();
  task->context.uc_stack.ss_size = kStackSize;
  task->context.uc_link = &main_context_;
  const auto address = reinterpret_cast<uintptr_t>(this);
  // makecontext passes ints.
  makecontext(&task->context, reinterpret_cast<void (*)()>(enter), 2, static_cast<unsigned>(address >> 32),
              static_cast<unsigned>(address));
  tasks_.push_back(std::move(task));
  return static_cast<int>(tasks_.size()) - 1;
}

void Scheduler::enter(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<Scheduler*>((static_cast<uintptr_t>(high) << 32) | low);
  Task& task = *self->tasks_[self->running_];
  task.body();
  task.is_alive = false;
}

Scheduler::Outcome Scheduler::run() {
  is_stopped_ = false;
  while (!is_stopped_ && has_live_task()) {
    if (points_ > kMaxPoints) return Outcome::kLivelock;
    size_t next = 0;
    if (!pick(&next)) return Outcome::kDeadlock;
    running_ = next;
    draw_budget();
    current_ = this;
    swapcontext(&main_context_, &tasks_[next]->context);
    current_ = nullptr;
    if (points_ >= event_at_) {
      event_at_ = UINT64_MAX;
      const std::function<void()> event = std::move(event_);
      event();
    }
  }
  if (!is_stopped_) return Outcome::kFinished;
  for (auto& task : tasks_) task->is_alive = false;
  mutexes_.clear();
  paused_until_ns_.clear();
  return Outcome::kStopped;
}

/** Mostly short runs, now and then a long one: both orders of two long operations are then as likely. */
void Scheduler::draw_budget() {
  uint64_t budget = 1 + dice_.below(2 * switch_scale_);
  if (dice_.chance(1, 16)) budget *= 32;
  if (event_at_ > points_) budget = std::min(budget, event_at_ - points_);
  budget_ = static_cast<int64_t>(budget);
}

bool Scheduler::has_live_task() const {
  return std::any_of(tasks_.begin(), tasks_.end(), [](const auto& task) { return task->is_alive; });
}

int64_t Scheduler::paused_until(int process) const {
  const auto found = paused_until_ns_.find(process);
  return found == paused_until_ns_.end() ? 0 : found->second;
}

bool Scheduler::is_runnable(const Task& task) const {
  return task.is_alive && !task.waits_for && task.wakes_at_ns <= now_ns_ &&
         paused_until(task.process) <= now_ns_;
}

/** When all sleep, time jumps to where the first one wakes. */
bool Scheduler::pick(size_t* next) {
  for (;;) {
    size_t count = 0;
    for (const auto& task : tasks_) count += is_runnable(*task);
    if (count > 0) {
      size_t chosen = dice_.below(count);
      for (size_t i = 0; i < tasks_.size(); i++) {
        if (!is_runnable(*tasks_[i]) || chosen-- > 0) continue;
        *next = i;
        return true;
      }
    }
    int64_t earliest = INT64_MAX;
    for (const auto& task : tasks_)
      if (task->is_alive && !task->waits_for)
        earliest = std::min(earliest, std::max(task->wakes_at_ns, paused_until(task->process)));
    if (earliest == INT64_MAX) return false;
    now_ns_ = earliest;
  }
}

void Scheduler::kill(int process) {
  for (auto& task : tasks_)
    if (task->process == process) task->is_alive = false;
  std::erase_if(mutexes_, [&](const auto& entry) { return entry.first.first == process; });
  paused_until_ns_.erase(process);
}

void Scheduler::pause(int process, int64_t until_ns) { paused_until_ns_[process] = until_ns; }

bool Scheduler::is_alive(int process) const {
  return std::any_of(tasks_.begin(), tasks_.end(),
                     [&](const auto& task) { return task->is_alive && task->process == process; });
}

void Scheduler::set_event(uint64_t points, std::function<void()> event) {
  event_at_ = std::max(points, points_ + 1);
  event_ = std::move(event);
}

// --- tasks ---

void Scheduler::leave() {
  ASSERT(is_in_task());
  swapcontext(&tasks_[running_]->context, &main_context_);
}

void Scheduler::sleep(int64_t duration_ns) {
  tasks_[running_]->wakes_at_ns = now_ns_ + std::max<int64_t>(duration_ns, 0);
  points_++;
  leave();
}

bool Scheduler::try_lock(void* mutex) { return mutexes_.try_emplace({process(), mutex}, running_).second; }

void Scheduler::lock(void* mutex) {
  while (!try_lock(mutex)) {
    ASSERT((mutexes_[{process(), mutex}] != running_));
    tasks_[running_]->waits_for = mutex;
    leave();
  }
}

void Scheduler::unlock(void* mutex) {
  mutexes_.erase({process(), mutex});
  for (auto& task : tasks_)
    if (task->process == process() && task->waits_for == mutex) task->waits_for = nullptr;
}

bool Scheduler::wait(const void* condition, void* mutex, int64_t until_ns) {
  Task& task = *tasks_[running_];
  task.condition = condition;
  task.wakes_at_ns = std::max(until_ns, now_ns_);
  unlock(mutex);
  points_++;
  leave();
  const bool is_notified = !task.condition;
  task.condition = nullptr;
  lock(mutex);
  return is_notified;
}

void Scheduler::notify_one(const void* condition) {
  for (auto& task : tasks_) {
    if (!task->is_alive || task->process != process() || task->condition != condition) continue;
    task->condition = nullptr;
    task->wakes_at_ns = now_ns_;
    return;
  }
}

void Scheduler::join(int task) {
  constexpr int64_t kLookNs = 10'000;
  while (tasks_[static_cast<size_t>(task)]->is_alive) sleep(kLookNs);
}

}  // namespace ringlite::sim
