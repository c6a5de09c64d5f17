// Sweeps: a small workload is run once per I/O operation it makes, with a fault at that operation, in every
// journal mode. Whatever happens, the database must afterwards hold the state after some whole transaction:
// the last acknowledged one, or the one that was being committed. Crashes are followed by every kind of
// survival of unsynced data.
#include <cstring>
#include <string>
#include <vector>

#include "base/endian.h"
#include "base/memory.h"
#include "io/fault_io.h"
#include "pager/pager.h"
#include "testing/test.h"

namespace ringlite {
namespace {

constexpr uint32_t kPageSize = 512;
constexpr Pgno kPages = 24;

/** What page `pgno` holds after transaction `number` (1 = set up). Some transactions touch few pages, one all
 * of them. */
uint32_t expected_value(Pgno pgno, int number) {
  uint32_t value = 1000 + pgno;
  for (int t = 2; t <= number; t++) {
    const bool touched = t % 3 == 0 || pgno % static_cast<Pgno>(t + 1) == 2;
    if (touched) value = static_cast<uint32_t>(t) * 100000 + pgno;
  }
  return value;
}

Pgno expected_page_count(int number) {
  return kPages + static_cast<Pgno>(number >= 4 ? 6 : 0) - static_cast<Pgno>(number >= 5 ? 4 : 0);
}

struct Configuration {
  JournalMode mode;
  Synchronous synchronous;
  bool durable_removals;
  const char* name;
};

constexpr Configuration kConfigurations[] = {
    {JournalMode::kDelete, Synchronous::kFull, true, "DELETE FULL"},
    {JournalMode::kDelete, Synchronous::kExtra, false, "DELETE EXTRA"},
    {JournalMode::kTruncate, Synchronous::kFull, false, "TRUNCATE FULL"},
    {JournalMode::kPersist, Synchronous::kFull, false, "PERSIST FULL"},
    {JournalMode::kWal, Synchronous::kFull, false, "WAL FULL"},
};

Status fill(Pager& pager, Pgno pgno, uint32_t value) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(pgno, &page));
  RETURN_IF_ERROR(pager.write(page));
  for (uint32_t at = 100; at + 4 <= kPageSize; at += 4) store_be32(page.mutable_data() + at, value);
  return kOk;
}

/** Page 1 names the database's size: after a crash the file may be longer. */
Status write_size(Pager& pager, Pgno count) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(1, &page));
  RETURN_IF_ERROR(pager.write(page));
  store_be32(page.mutable_data() + 28, count);
  return kOk;
}

Status write_transaction(Pager& pager, int number) {
  if (number > 1 && pager.page_count() > expected_page_count(number - 1))
    pager.truncate_image(expected_page_count(number - 1));
  for (Pgno pgno = 2; pgno <= expected_page_count(number); pgno++) {
    const uint32_t value = expected_value(pgno, number);
    if (number == 1 || value != expected_value(pgno, number - 1) || pgno > expected_page_count(number - 1))
      RETURN_IF_ERROR(fill(pager, pgno, value));
  }
  if (pager.page_count() > expected_page_count(number)) pager.truncate_image(expected_page_count(number));
  return write_size(pager, expected_page_count(number));
}

class Workload {
 public:
  Workload(FaultIo& io, const Configuration& configuration) : io_(io), configuration_(configuration) {}

  static constexpr int kTransactions = 6;

  Status open() {
    RETURN_IF_ERROR(Pager::open(io_, "/test.db", PagerOpenOptions{}, &pager_));
    pager_->set_cache_size(10);
    pager_->set_synchronous(configuration_.synchronous);
    return pager_->set_page_size(kPageSize, 0);
  }

  Status set_up() {
    RETURN_IF_ERROR(open());
    RETURN_IF_ERROR(run(1));
    JournalMode result;
    RETURN_IF_ERROR(pager_->set_journal_mode(configuration_.mode, &result));
    // Up to here journals were removed without syncing the directory: that is not what the sweep is about.
    return io_.files().sync_directory("/test.db");
  }

  Status run(int number) {
    RETURN_IF_ERROR(pager_->begin(true, false));
    Status status = number == 1 ? write_header() : kOk;
    if (status.ok()) status = write_transaction(*pager_, number);
    committing_ = number;
    if (status.ok()) status = pager_->commit();
    if (status.ok()) acknowledged_ = number;
    if (!status.ok()) ignore_status(pager_->rollback());
    pager_->end_read();
    return status;
  }

  void run_all() {
    for (int number = acknowledged_ + 1; number <= kTransactions; number++) {
      if (!run(number).ok()) return;
      int log_frames, checkpointed;
      if (number == 4)
        ignore_status(pager_->checkpoint(CheckpointMode::kPassive, &log_frames, &checkpointed));
    }
  }

  /** The transaction whose state the database shows, or -1. */
  int state() {
    const Status status = pager_->begin_read();
    if (!status.ok()) {
      last_error_ = status;
      return -1;
    }
    int found = -1;
    for (int number = kTransactions; number >= 1 && found < 0; number--)
      if (shows(number)) found = number;
    pager_->end_read();
    return found;
  }

  void close() { pager_.reset(); }
  int acknowledged() const { return acknowledged_; }
  int committing() const { return committing_; }
  void set_acknowledged(int number) { acknowledged_ = committing_ = number; }
  Status last_error() const { return last_error_; }

 private:
  Status write_header() {
    PageRef page;
    RETURN_IF_ERROR(pager_->get(1, &page));
    RETURN_IF_ERROR(pager_->write(page));
    uint8_t* data = page.mutable_data();
    std::memcpy(data, "SQLite format 3", 16);
    store_be16(data + 16, kPageSize);
    data[18] = data[19] = 1;
    return kOk;
  }

  bool shows(int number) {
    PageRef first;
    if (pager_->page_count() < expected_page_count(number) || !pager_->get(1, &first).ok()) return false;
    if (load_be32(first.data() + 28) != expected_page_count(number)) return false;
    for (Pgno pgno = 2; pgno <= expected_page_count(number); pgno++) {
      PageRef page;
      if (!pager_->get(pgno, &page).ok()) return false;
      for (uint32_t at = 100; at + 4 <= kPageSize; at += 4)
        if (load_be32(page.data() + at) != expected_value(pgno, number)) return false;
    }
    return true;
  }

  FaultIo& io_;
  const Configuration& configuration_;
  std::unique_ptr<Pager> pager_;
  int acknowledged_ = 0;
  int committing_ = 0;
  Status last_error_;
};

int64_t count_operations(const Configuration& configuration) {
  std::unique_ptr<FaultIo> io = FaultIo::make(7);
  Workload workload(*io, configuration);
  CHECK_OK(workload.set_up());
  io->clear_fault();
  workload.run_all();
  workload.close();
  CHECK_EQ(workload.acknowledged(), static_cast<int>(Workload::kTransactions));
  return io->operation_count();
}

std::string describe(const Configuration& configuration, const char* what, int64_t operation) {
  return std::string(configuration.name) + " " + what + " at operation " + std::to_string(operation);
}

bool acceptable(int state, const Workload& before) {
  return state == before.acknowledged() || (state == before.committing() && state > before.acknowledged());
}

void crash_at(const Configuration& configuration, int64_t operation, Survival survival, uint64_t seed) {
  std::unique_ptr<FaultIo> io = FaultIo::make(7);
  Workload workload(*io, configuration);
  CHECK_OK(workload.set_up());
  io->set_fault(FaultKind::kCrash, operation);
  workload.run_all();
  workload.close();
  io->restart(survival, seed, configuration.durable_removals);
  Workload after(*io, configuration);
  Status status = after.open();
  const int state = status.ok() ? after.state() : -1;
  if (acceptable(state, workload)) {
    // The survivor must be able to go on.
    after.set_acknowledged(state);
    after.run_all();
    if (after.acknowledged() == Workload::kTransactions && after.state() == Workload::kTransactions) return;
  }
  testing::fail(__FILE__, __LINE__,
                describe(configuration, "crash", operation) + " survival " +
                    std::to_string(static_cast<int>(survival)) + " seed " + std::to_string(seed) +
                    ": acknowledged " + std::to_string(workload.acknowledged()) + ", committing " +
                    std::to_string(workload.committing()) + ", found " + std::to_string(state) + ", error " +
                    std::to_string(after.last_error().extended()));
}

TEST(fault_sweep_crash) {
  for (const Configuration& configuration : kConfigurations) {
    const int64_t operations = count_operations(configuration);
    std::printf("%s: %d operations, crash at each\n", configuration.name, static_cast<int>(operations));
    for (int64_t operation = 1; operation <= operations; operation++) {
      crash_at(configuration, operation, Survival::kNothing, 1);
      crash_at(configuration, operation, Survival::kEverything, 1);
      for (uint64_t seed = 1; seed <= 3; seed++) {
        crash_at(configuration, operation, Survival::kPrefix, seed * 31 + static_cast<uint64_t>(operation));
        crash_at(configuration, operation, Survival::kSomeOperations,
                 seed * 37 + static_cast<uint64_t>(operation));
        crash_at(configuration, operation, Survival::kSomeSectors,
                 seed * 41 + static_cast<uint64_t>(operation));
      }
    }
  }
}

/** An error that the process survives: the same pager must be usable, and another one must see the same. */
void fail_at(const Configuration& configuration, FaultKind kind, int64_t operation) {
  std::unique_ptr<FaultIo> io = FaultIo::make(7);
  Workload workload(*io, configuration);
  CHECK_OK(workload.set_up());
  io->set_fault(kind, operation);
  workload.run_all();
  io->clear_fault();
  const int state = workload.state();
  // Without a journal on disk, a disk that refuses the rollback as well leaves a torn database: an error, no
  // crash.
  if (configuration.mode == JournalMode::kMemory && kind == FaultKind::kFailFromHere) return;
  bool good = acceptable(state, workload);
  if (good) {
    workload.set_acknowledged(state);
    workload.run_all();
    good = workload.acknowledged() == Workload::kTransactions && workload.state() == Workload::kTransactions;
  }
  workload.close();
  Workload after(*io, configuration);
  if (good) good = after.open().ok() && after.state() == Workload::kTransactions;
  if (!good)
    testing::fail(__FILE__, __LINE__,
                  describe(configuration, kind == FaultKind::kTear ? "tear" : "failure", operation) +
                      ": acknowledged " + std::to_string(workload.acknowledged()) + ", committing " +
                      std::to_string(workload.committing()) + ", found " + std::to_string(state) +
                      ", error " + std::to_string(workload.last_error().extended()));
}

TEST(fault_sweep_errors) {
  constexpr Configuration kMore[] = {
      {JournalMode::kMemory, Synchronous::kFull, true, "MEMORY"},
      {JournalMode::kDelete, Synchronous::kOff, true, "DELETE OFF"},
      {JournalMode::kDelete, Synchronous::kNormal, true, "DELETE NORMAL"},
      {JournalMode::kWal, Synchronous::kNormal, true, "WAL NORMAL"},
  };
  std::vector<Configuration> all(std::begin(kConfigurations), std::end(kConfigurations));
  all.insert(all.end(), std::begin(kMore), std::end(kMore));
  for (const Configuration& configuration : all) {
    const int64_t operations = count_operations(configuration);
    std::printf("%s: %d operations, errors at each\n", configuration.name, static_cast<int>(operations));
    for (int64_t operation = 1; operation <= operations; operation++) {
      for (FaultKind kind : {FaultKind::kFail, FaultKind::kFailFromHere, FaultKind::kTear})
        fail_at(configuration, kind, operation);
    }
  }
}

/** Memory runs out at the n-th allocation: SQLITE_NOMEM, nothing lost, the pager usable afterwards. False: no
 * allocation left. */
bool exhaust_memory_at(const Configuration& configuration, int64_t allocation) {
  std::unique_ptr<FaultIo> io = FaultIo::make(7);
  Workload workload(*io, configuration);
  CHECK_OK(workload.set_up());
  mem_fail_after(allocation);
  workload.run_all();
  mem_fail_after(0);
  const bool was_hit = workload.acknowledged() < Workload::kTransactions;
  const int state = workload.state();
  bool good = acceptable(state, workload);
  if (good) {
    workload.set_acknowledged(state);
    workload.run_all();
    good = workload.acknowledged() == Workload::kTransactions && workload.state() == Workload::kTransactions;
  }
  if (!good)
    testing::fail(__FILE__, __LINE__,
                  describe(configuration, "no memory", allocation) + ": found " + std::to_string(state));
  return was_hit;
}

TEST(fault_sweep_memory) {
  for (const Configuration& configuration : kConfigurations) {
    int64_t allocation = 1;
    // Some allocations may fail without harm (larger hash tables): stop when many in a row changed nothing.
    for (int unharmed = 0; unharmed < 50; allocation++)
      unharmed = exhaust_memory_at(configuration, allocation) ? 0 : unharmed + 1;
    CHECK(allocation > 60);
  }
}

}  // namespace
}  // namespace ringlite
