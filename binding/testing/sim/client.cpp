#include "testing/sim/client.h"

#include <cstdlib>
#include <sstream>

namespace ringlite::sim {
namespace {

constexpr int64_t kSleepNs = 3'000'000;
constexpr int64_t kLongSleepNs = 60'000'000;
constexpr int kFillerRows = 40;
/** COMMIT that is refused because of readers is tried so often. */
constexpr int kCommitAttempts = 5;

bool is_busy(Status status) { return status.primary() == static_cast<int32_t>(Code::kBusy); }

}  // namespace

World::World(const Config& run_config, const Programs& run_programs)
    : config(run_config),
      programs(run_programs),
      machine(static_cast<uint64_t>(run_config.schedule), static_cast<uint64_t>(run_config.switch_scale),
              run_config.buffers_stores != 0) {
  history.initial.resize(static_cast<size_t>(config.keys));
}

void World::fail(std::string text) {
  if (!problem.empty()) return;
  problem = std::move(text);
  machine.trace.line("FAILED: %s", problem.c_str());
  machine.scheduler.stop();
  // The others must not go on.
  if (machine.scheduler.is_in_task()) machine.scheduler.sleep(0);
}

Client::Client(World& world, ClientState& state, Io& io, std::string name)
    : world_(world), state_(state), name_(std::move(name)), session_(io, world.programs, world.config) {}

void Client::run() {
  while (state_.transactions_left > 0) {
    if (!session_.is_open() && !open()) continue;
    run_one();
    pause();
  }
  world_.machine.trace.line("closes");
  session_.close();
}

bool Client::open() {
  const Status status = session_.open();
  if (check("open", status)) return true;
  // Whoever is never let in has done what he could.
  state_.transactions_left--;
  world_.machine.scheduler.sleep(kSleepNs);
  return false;
}

void Client::run_one() {
  const uint64_t kind = state_.dice.below(64);
  if (kind < 32) {
    state_.transactions_left--;
    run_transaction();
  } else if (kind < 48) {
    state_.transactions_left--;
    run_statement();
  } else {
    run_maintenance();
  }
}

void Client::run_maintenance() {
  const uint64_t kind = state_.dice.below(16);
  if (kind < 6) {
    run_checkpoint();
  } else if (kind < 11) {
    change_filler();
  } else if (kind < 13) {
    world_.machine.trace.line("closes, to open again");
    session_.close();
  } else if (kind < 15) {
    check_integrity();
  } else if (world_.config.mode_changes) {
    change_mode();
  }
}

void Client::run_checkpoint() {
  static const char* const kNames[] = {"checkpoint_passive", "checkpoint_full", "checkpoint_restart",
                                       "checkpoint_truncate"};
  check("checkpoint", run_named(kNames[state_.dice.below(4)]));
}

void Client::check_integrity() {
  std::vector<std::string> rows;
  const uint64_t faults_before = world_.machine.fault_count;
  if (!check("integrity_check", run_named("integrity_check", {}, &rows))) return;
  // A page that could not be read is a finding, and so is all that is missing then.
  if ((rows.size() == 1 && rows[0] == "ok") || world_.machine.fault_count != faults_before) return;
  world_.fail(name_ + ": integrity_check: " + (rows.empty() ? "nothing" : rows[0]));
}

void Client::change_mode() {
  check("journal_mode", run_named(journal_mode_statement(static_cast<int64_t>(state_.dice.below(4)))));
}

// --- transactions ---

void Client::run_transaction() {
  const uint64_t kind = state_.dice.below(8);
  const size_t transaction = begin();
  const char* const statement = kind < 4 ? "begin" : kind < 7 ? "begin_immediate" : "begin_exclusive";
  if (!check(statement, run_named(statement))) return end(transaction, Outcome::kAborted);
  const uint64_t shape = state_.dice.below(8);
  const bool is_done = shape < 2    ? read_everything(transaction)
                       : shape == 2 ? append_everywhere(transaction)
                                    : operate_at_random(transaction);
  if (!is_done) return roll_back(transaction);
  if (state_.dice.chance(1, 8) || !commit(transaction)) roll_back(transaction);
}

bool Client::operate_at_random(size_t transaction) {
  const int64_t operations = state_.dice.between(1, 6);
  for (int64_t i = 0; i < operations; i++) {
    if (!operate(transaction)) return false;
    if (state_.dice.chance(1, 4)) pause();
  }
  return true;
}

/** Slowly: a snapshot must hold while others commit and the log starts over. */
bool Client::read_everything(size_t transaction) {
  const int64_t first = state_.dice.between(0, world_.config.keys - 1);
  for (int64_t i = 0; i < world_.config.keys; i++) {
    if (!read(transaction, static_cast<int>((first + i) % world_.config.keys))) return false;
    if (state_.dice.chance(1, 2)) pause();
  }
  return true;
}

bool Client::append_everywhere(size_t transaction) {
  for (int key = 0; key < world_.config.keys; key++)
    if (!append(transaction, key)) return false;
  return true;
}

bool Client::operate(size_t transaction) {
  if (state_.dice.below(16) < static_cast<uint64_t>(world_.config.filler)) return change_filler();
  const uint64_t kind = state_.dice.below(16);
  if (kind < 8) return append(transaction, draw_key());
  if (kind < 15) return read(transaction, draw_key());
  return use_savepoint();
}

/** Lists of even keys are one growing text, those of odd keys rows of a table with an index. */
bool Client::append(size_t transaction, int key) {
  const int64_t value = ++world_.last_value;
  world_.history.transactions[transaction].operations.push_back({true, key, value, {}});
  return check("append", run_named(key % 2 ? "append_log" : "append_text", {key, value}));
}

bool Client::read(size_t transaction, int key) {
  std::vector<std::string> rows;
  if (!check("read", run_named(key % 2 ? "read_log" : "read_text", {key}, &rows))) return false;
  Operation operation{false, key, 0, {}};
  for (const std::string& row : rows) {
    std::istringstream numbers(row);
    for (int64_t value = 0; numbers >> value;) operation.list.push_back(value);
  }
  world_.machine.trace.line("read %s", describe(key, operation.list).c_str());
  world_.history.transactions[transaction].operations.push_back(std::move(operation));
  return true;
}

int Client::draw_key() {
  return static_cast<int>(state_.dice.below(static_cast<uint64_t>(world_.config.keys)));
}

bool Client::change_filler() {
  const int64_t row = state_.dice.between(1, kFillerRows);
  const int64_t size = state_.dice.between(0, 3 * world_.config.page_size);
  switch (state_.dice.below(4)) {
    case 0:
      return check("filler_delete", run_named("filler_delete", {state_.dice.between(0, 7)}));
    case 1:
      return check("filler_update", run_named("filler_update", {state_.dice.between(0, 7), size / 8}));
    default:
      return check("filler_replace", run_named("filler_replace", {row, size}));
  }
}

/** Appends what is then taken back: nobody may ever see it. */
bool Client::use_savepoint() {
  const int key = draw_key();
  return check("savepoint", run_named("savepoint")) &&
         check("append", run_named(key % 2 ? "append_log" : "append_text", {key, ++world_.last_value})) &&
         change_filler() && check("rollback_to", run_named("rollback_to")) &&
         check("release", run_named("release"));
}

/** False: refused, still open. */
bool Client::commit(size_t transaction) {
  for (int attempt = 0; attempt < kCommitAttempts; attempt++) {
    state_.is_committing = true;
    const bool is_done = check("commit", run_named("commit"));
    state_.is_committing = false;
    if (is_done) {
      end(transaction, Outcome::kCommitted);
      return true;
    }
    if (!is_busy(last_error_)) break;
    pause();
  }
  if (is_busy(last_error_)) return false;
  // After other errors nobody can tell, least of all which way a rollback goes that follows.
  if (session_.is_in_transaction()) check("rollback", run_named("rollback"));
  world_.has_unclear_commit = true;
  end(transaction, Outcome::kUnknown);
  return true;
}

void Client::roll_back(size_t transaction) {
  if (session_.is_in_transaction()) check("rollback", run_named("rollback"));
  end(transaction, Outcome::kAborted);
}

/** A transaction of one statement. */
void Client::run_statement() {
  const size_t transaction = begin();
  const bool is_append = state_.dice.chance(1, 2);
  state_.is_committing = is_append;
  const bool is_done = is_append ? append(transaction, draw_key()) : read(transaction, draw_key());
  state_.is_committing = false;
  if (is_done) return end(transaction, Outcome::kCommitted);
  const bool is_unclear = is_append && !is_busy(last_error_);
  world_.has_unclear_commit |= is_unclear;
  end(transaction, is_unclear ? Outcome::kUnknown : Outcome::kAborted);
}

void Client::verify(bool may_be_stale) {
  const size_t transaction = begin(may_be_stale);
  const auto require = [&](const char* what, Status status) {
    if (!status.ok())
      world_.fail(name_ + ": " + what + ": error " + std::to_string(status.extended()) +
                  " with nobody else there");
    return status.ok();
  };
  if (!require("open", session_.open()) || !require("begin", run_named("begin"))) return;
  for (int key = 0; key < world_.config.keys; key++)
    if (!read(transaction, key)) return static_cast<void>(require("read", last_error_));
  std::vector<std::string> rows;
  if (!require("integrity_check", run_named("integrity_check", {}, &rows))) return;
  if (rows.size() != 1 || rows[0] != "ok")
    return world_.fail(name_ + ": integrity_check: " + (rows.empty() ? "nothing" : rows[0]));
  if (!require("commit", run_named("commit"))) return;
  end(transaction, Outcome::kCommitted);
  session_.close();
}

// --- history ---

size_t Client::begin(bool may_be_stale) {
  TransactionRecord record;
  record.client = name_;
  record.began_at = ++world_.event;
  record.may_be_stale = may_be_stale;
  world_.history.transactions.push_back(std::move(record));
  const size_t transaction = world_.history.transactions.size() - 1;
  world_.machine.trace.line("transaction %zu", transaction);
  return transaction;
}

void Client::end(size_t transaction, Outcome outcome) {
  TransactionRecord& record = world_.history.transactions[transaction];
  record.ended_at = ++world_.event;
  record.outcome = outcome;
  if (outcome == Outcome::kCommitted) world_.commits++;
  world_.machine.trace.line("transaction %zu %s", transaction,
                            outcome == Outcome::kCommitted ? "committed"
                            : outcome == Outcome::kAborted ? "aborted"
                                                           : "is unknown");
}

// --- errors ---

Status Client::run_named(const std::string& statement, std::initializer_list<int64_t> parameters,
                         std::vector<std::string>* values) {
  if (world_.machine.trace.is_on()) {
    std::string text = statement;
    for (const int64_t parameter : parameters) text += " " + std::to_string(parameter);
    world_.machine.trace.line("%s", text.c_str());
  }
  const Status status = session_.run(statement, parameters, values);
  if (!status.ok()) world_.machine.trace.line("%s failed: %d", statement.c_str(), status.extended());
  return status;
}

bool Client::check(const char* what, Status status) {
  last_error_ = status;
  if (!status.ok() && !is_expected(status))
    world_.fail(name_ + ": " + what + ": error " + std::to_string(status.extended()));
  return status.ok();
}

bool Client::is_expected(Status status) const {
  const Config& config = world_.config;
  switch (static_cast<Code>(status.primary())) {
    case Code::kBusy:
      return true;
    case Code::kIoerr:
    case Code::kFull:
    case Code::kCantopen:
      return config.faults != 0 || config.full != 0;
    case Code::kProtocol:
      return world_.has_disturbance;
    default:
      return false;
  }
}

/** Mostly short; now and then long enough for others to commit and to checkpoint meanwhile. */
void Client::pause() {
  if (state_.dice.chance(1, 2)) return;
  const int64_t longest_ns = state_.dice.chance(1, 3) ? kLongSleepNs : kSleepNs;
  world_.machine.scheduler.sleep(state_.dice.between(0, longest_ns));
}

}  // namespace ringlite::sim
