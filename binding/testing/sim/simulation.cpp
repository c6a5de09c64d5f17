#include "testing/sim/simulation.h"

#include <algorithm>

#include "testing/sim/client.h"

namespace ringlite::sim {
namespace {

constexpr int64_t kRestartNs = 20'000'000;
constexpr int64_t kMaxPauseNs = 8'000'000'000;
constexpr int64_t kSecondNs = 1'000'000'000;

enum class Event { kCrash, kKill, kPause };

class Simulation {
 public:
  Simulation(const Config& config, const Programs& programs, FILE* trace)
      : config_(config),
        world_(config, programs),
        dice_(static_cast<uint64_t>(config.schedule) ^ 0xda3e39cb94b95bdb) {
    world_.machine.trace.set_output(trace);
  }

  Report run() {
    prepare();
    for (bool is_over = false; !is_over && world_.problem.empty();) {
      for (size_t slot = 0; slot < slots_.size(); slot++) start(slot, 0);
      set_next_event();
      const Scheduler::Outcome outcome = world_.machine.scheduler.run();
      report_hang(outcome);
      is_over = outcome == Scheduler::Outcome::kFinished;
      if (world_.problem.empty()) settle(!is_over);
    }
    report_.problem = world_.problem;
    report_.commits = world_.commits;
    report_.faults = world_.machine.fault_count;
    report_.points = world_.machine.scheduler.points();
    return report_;
  }

 private:
  /** A place for a process, and its clients' places in the workload. */
  struct Slot {
    int process = -1;
    std::vector<std::unique_ptr<ClientState>> clients;
  };

  void prepare() {
    std::vector<uint8_t> base = world_.programs.get(config_.variant(), "base");
    if (config_.mode == kWalMode) base[18] = base[19] = 2;
    world_.machine.disk.put(kDatabasePath, std::move(base));
    for (int64_t i = 0; i < config_.processes; i++) {
      Slot slot;
      for (int64_t j = 0; j < config_.connections; j++)
        slot.clients.push_back(std::make_unique<ClientState>(dice_.next(), config_.transactions));
      slots_.push_back(std::move(slot));
    }
    for (int64_t i = 0; i < config_.crashes; i++) events_.push_back(Event::kCrash);
    for (int64_t i = 0; i < config_.kills; i++) events_.push_back(Event::kKill);
    for (int64_t i = 0; i < config_.pauses; i++) events_.push_back(Event::kPause);
    for (size_t i = events_.size(); i > 1; i--) std::swap(events_[i - 1], events_[dice_.below(i)]);
    set_faults(true);
    if (config_.slow_locks > 0) world_.has_disturbance = true;
  }

  void set_faults(bool are_on) {
    Faults& faults = world_.machine.faults;
    faults = {};
    faults.keeps_locks = config_.kept_locks != 0;
    if (!are_on) return;
    const auto rate = static_cast<uint64_t>(config_.faults);
    faults.reads = faults.changes = faults.syncs = faults.opens = rate;
    faults.locks = rate * 8;
    faults.slow_locks = static_cast<uint64_t>(config_.slow_locks);
    if (config_.full) {
      faults.full_from_ns = dice_.between(0, kSecondNs / 10);
      faults.full_until_ns = faults.full_from_ns + dice_.between(0, kSecondNs / 2);
    }
  }

  VirtualIo& make_process(int* process) {
    *process = static_cast<int>(ios_.size());
    ios_.push_back(std::make_unique<VirtualIo>(world_.machine, dice_.next()));
    return *ios_.back();
  }

  void start(size_t number, int64_t delay_ns) {
    Slot& slot = slots_[number];
    VirtualIo& io = make_process(&slot.process);
    for (size_t i = 0; i < slot.clients.size(); i++) {
      const std::string name = "process " + std::to_string(slot.process) + " connection " + std::to_string(i);
      ClientState* state = slot.clients[i].get();
      state->is_committing = false;
      world_.machine.scheduler.spawn(
          slot.process, [this, state, &io, name] { Client(world_, *state, io, name).run(); },
          world_.machine.scheduler.now_ns() + delay_ns);
    }
  }

  // --- events ---

  void set_next_event() {
    if (events_.empty()) return;
    const uint64_t gap = dice_.below(2 * static_cast<uint64_t>(config_.event_gap)) + 1;
    world_.machine.scheduler.set_event(world_.machine.scheduler.points() + gap, [this] { happen(); });
  }

  void happen() {
    const Event event = events_.back();
    events_.pop_back();
    switch (event) {
      case Event::kCrash:
        world_.machine.scheduler.stop();
        return;
      case Event::kKill:
        kill();
        break;
      case Event::kPause:
        pause();
        break;
    }
    set_next_event();
  }

  /** One of those that still have something to do. */
  bool pick(size_t* number) {
    std::vector<size_t> alive;
    for (size_t i = 0; i < slots_.size(); i++)
      if (world_.machine.scheduler.is_alive(slots_[i].process)) alive.push_back(i);
    if (alive.empty()) return false;
    *number = alive[dice_.below(alive.size())];
    return true;
  }

  void kill() {
    size_t number = 0;
    if (!pick(&number)) return;
    const int process = slots_[number].process;
    world_.machine.trace.line("process %d is killed", process);
    world_.has_disturbance = true;
    for (const auto& client : slots_[number].clients) world_.has_unclear_commit |= client->is_committing;
    world_.machine.arena.drain_all();
    world_.machine.scheduler.kill(process);
    ios_[static_cast<size_t>(process)]->release_locks();
    report_.kills++;
    start(number, dice_.between(0, kRestartNs));
  }

  void pause() {
    size_t number = 0;
    if (!pick(&number)) return;
    const int64_t duration_ns = dice_.between(0, dice_.chance(1, 2) ? kSecondNs / 10 : kMaxPauseNs);
    world_.machine.trace.line("process %d is stopped for %lld ms", slots_[number].process,
                              static_cast<long long>(duration_ns / 1'000'000));
    world_.has_disturbance = true;
    world_.machine.arena.drain_all();
    world_.machine.scheduler.pause(slots_[number].process, world_.machine.scheduler.now_ns() + duration_ns);
  }

  void report_hang(Scheduler::Outcome outcome) {
    if (outcome == Scheduler::Outcome::kDeadlock) world_.fail("all tasks wait for mutexes");
    if (outcome == Scheduler::Outcome::kLivelock) world_.fail("the run does not end");
  }

  // --- checking ---

  /** The state that the run has come to: after a power cut, or with all clients gone. */
  void settle(bool has_crashed) {
    if (has_crashed) {
      world_.machine.trace.line("power cut");
      world_.machine.arena.drain_all();
      report_.crashes++;
      world_.machine.disk.power_cut(
          {.durable_removals = config_.durable_removals != 0, .loses_nothing = config_.loses_nothing != 0},
          dice_);
    }
    set_faults(false);
    int process = 0;
    VirtualIo& io = make_process(&process);
    const bool may_be_stale = has_crashed && (!config_.is_durable() || world_.has_unclear_commit);
    world_.has_unclear_commit = false;
    // All that it has is on its stack: when it fails it is left there.
    world_.machine.scheduler.spawn(
        process,
        [this, process, &io, may_be_stale] {
          ClientState state(0, 0);
          Client(world_, state, io, "the checking process " + std::to_string(process)).verify(may_be_stale);
        },
        world_.machine.scheduler.now_ns());
    report_hang(world_.machine.scheduler.run());
    set_faults(true);
    report_.transactions += world_.history.transactions.size();
    if (!world_.problem.empty()) return;
    if (std::string anomaly = find_anomaly(world_.history); !anomaly.empty()) world_.fail(std::move(anomaly));
    begin_history();
  }

  /** The next part of the run begins with what the check has read. */
  void begin_history() {
    const TransactionRecord last = std::move(world_.history.transactions.back());
    world_.history.transactions.clear();
    for (const Operation& operation : last.operations)
      world_.history.initial[static_cast<size_t>(operation.key)] = operation.list;
  }

  const Config& config_;
  World world_;
  Dice dice_;
  Report report_;
  std::vector<Slot> slots_;
  std::vector<Event> events_;
  /** By process; those of dead processes, too, whose tasks' objects refer to them. */
  std::vector<std::unique_ptr<VirtualIo>> ios_;
};

}  // namespace

Report simulate(const Config& config, const Programs& programs, FILE* trace) {
  // Not destroyed: abandoned tasks have left objects that refer to each other.
  return (new Simulation(config, programs, trace))->run();
}

}  // namespace ringlite::sim
