// Client: what one connection of a virtual process does: transactions drawn from a seed, noted in the history
// as they happen.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "testing/sim/history.h"
#include "testing/sim/session.h"
#include "testing/sim/virtual_io.h"

namespace ringlite::sim {

/** What the clients of a run share. */
struct World {
  World(const Config& config, const Programs& programs);

  const Config& config;
  const Programs& programs;
  Machine machine;
  History history;
  /** Position of the newest event of the history. */
  uint64_t event = 0;
  int64_t last_value = 0;
  uint64_t commits = 0;
  /** What went wrong first; then the run is over. */
  std::string problem;
  /**
   * A commit failed, or its process was killed in it, and yet others may see it, until a power cut takes it
   * away: with a rollback journal it shows before it is durable, and recovery finds it in a log that nobody
   * has synced.
   */
  bool has_unclear_commit = false;
  /** Why busy processes may seem to have forgotten us: somebody was paused or killed. */
  bool has_disturbance = false;

  void fail(std::string text);
};

/** What outlives a client's process: its place in the workload. */
struct ClientState {
  ClientState(uint64_t seed, int64_t transactions) : dice(seed), transactions_left(transactions) {}
  Dice dice;
  int64_t transactions_left;
  /** Within what may commit. */
  bool is_committing = false;
};

class Client {
 public:
  Client(World& world, ClientState& state, Io& io, std::string name);
  /** The body of a task. */
  void run();

  /** Reads all lists in one transaction, and checks the database's integrity; nobody else is there. */
  void verify(bool may_be_stale);

 private:
  bool open();
  void run_one();
  void run_transaction();
  void run_statement();
  void run_maintenance();
  void run_checkpoint();
  void check_integrity();
  void change_mode();
  bool operate(size_t transaction);
  bool operate_at_random(size_t transaction);
  bool read_everything(size_t transaction);
  bool append_everywhere(size_t transaction);
  int draw_key();
  bool append(size_t transaction, int key);
  bool read(size_t transaction, int key);
  bool change_filler();
  bool use_savepoint();
  bool commit(size_t transaction);
  void roll_back(size_t transaction);

  size_t begin(bool may_be_stale = false);
  void end(size_t transaction, Outcome outcome);
  /** Notes an unexpected error; whether it was a success. */
  bool check(const char* what, Status status);
  bool is_expected(Status status) const;
  void pause();
  Status run_named(const std::string& statement, std::initializer_list<int64_t> parameters = {},
                   std::vector<std::string>* values = nullptr);

  World& world_;
  ClientState& state_;
  std::string name_;
  Session session_;
  Status last_error_;
};

}  // namespace ringlite::sim
