// Session: one connection of a virtual process, and the compiled statements it has prepared.
#pragma once
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/connection.h"
#include "testing/sim/config.h"
#include "testing/sim/programs.h"

namespace ringlite::sim {

inline constexpr const char* kDatabasePath = "/a.db";

class Session {
 public:
  Session(Io& io, const Programs& programs, const Config& config)
      : io_(io), programs_(programs), config_(config) {}

  bool is_open() const { return connection_ != nullptr; }
  /** Opens the database, reads its schema and applies the run's settings. */
  Status open();
  void close();
  bool is_in_transaction() const { return !connection_->state().autocommit; }

  /** Runs a statement to its end; rows get the text of all columns. */
  Status run(const std::string& statement, std::initializer_list<int64_t> parameters = {},
             std::vector<std::string>* values = nullptr);

 private:
  Status set(Setting setting, int64_t value);
  Status prepare(const std::string& statement, Vm** vm);

  Io& io_;
  const Programs& programs_;
  const Config& config_;
  std::unique_ptr<Connection> connection_;
  std::map<std::string, std::unique_ptr<Vm>> statements_;
};

/** Name of the statement that sets a journal mode. */
const char* journal_mode_statement(int64_t mode);

}  // namespace ringlite::sim
