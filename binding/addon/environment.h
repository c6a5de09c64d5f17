// Environment: what one load of the addon (one thread's JavaScript environment, or one of its contexts) owns:
// its connections, their statements and backups, and the border. Handles are small numbers that JavaScript
// keeps; the numbers are reused.
//
// Law: nothing native outlives the Environment; when it ends (worker terminated, process exits) everything
// closes, with open transactions rolled back. JavaScript objects that outlive it have no native part.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/backup.h"
#include "engine/border.h"
#include "engine/connection.h"

namespace ringlite {

class Environment {
 public:
  explicit Environment(napi_env env) : env_(env) {}
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  Border& border() { return border_; }

  /** The buffer stays referenced until another one takes its place. */
  napi_status attach_buffer(napi_value array_buffer);

  int32_t add_connection(std::unique_ptr<Connection> connection);
  /** Null when there is none of that number. */
  Connection* connection(int32_t number);
  /** Closes it with all its statements and backups. */
  void close_connection(int32_t number);

  int32_t add_statement(int32_t connection, std::unique_ptr<Statement> statement);
  Statement* statement(int32_t number) {
    if (static_cast<uint32_t>(number) >= statements_.size()) [[unlikely]]
      return nullptr;
    return statements_[static_cast<uint32_t>(number)].statement.get();
  }
  int32_t connection_of(int32_t statement) const {
    return statements_[static_cast<uint32_t>(statement)].connection;
  }
  void remove_statement(int32_t number);

  int32_t add_backup(int32_t connection, std::unique_ptr<Backup> backup);
  Backup* backup(int32_t number);
  void remove_backup(int32_t number);

  void close_all();

 private:
  struct StatementSlot {
    std::unique_ptr<Statement> statement;
    int32_t connection = -1;
  };

  struct BackupSlot {
    std::unique_ptr<Backup> backup;
    int32_t connection = -1;
  };

  napi_env env_;
  napi_ref buffer_reference_ = nullptr;
  Border border_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<StatementSlot> statements_;
  std::vector<int32_t> free_statements_;
  std::vector<BackupSlot> backups_;
};

}  // namespace ringlite
