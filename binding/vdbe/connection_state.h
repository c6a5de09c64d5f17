// ConnectionState: what programs of one connection share and may touch: its databases, transaction state, counters,
// settings and limits. Owned by the engine's Connection, which opens databases and installs the hooks; the virtual machine
// changes it. One thread at a time, except `interrupted`.
//
// It must not know SQL, schemas or JavaScript.
//
// Invariants:
//  1. databases[0] is main, databases[1] is temp (its btree is null until a program needs it), attached ones follow.
//  2. autocommit is false exactly between BEGIN (or an outermost SAVEPOINT) and the end of that transaction.
//  3. The savepoints of every writing btree are: one for each entry of `savepoints` (but a transaction savepoint), then one
//     for each running statement that has a statement journal (`statement_savepoint_count`).
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "btree/btree.h"
#include "functions/function.h"
#include "io/io.h"
#include "record/key_info.h"
#include "vdbe/settings.gen.h"

namespace ringlite {

class Vm;
class VirtualTableModule;

/** One database of a connection. */
struct Database {
  std::string name;
  std::unique_ptr<Btree> btree;
  /** Stands for Synchronous as a number; survives the btree of temp being dropped. */
  int synchronous = 2;
  int64_t cache_size = -16000;
  /** Counts SchemaChanged instructions and rolled-back schema changes: the session reloads its catalog when it moves. */
  uint64_t schema_generation = 0;
  /** A program of the open transaction changed the schema, so a rollback makes the session's catalog stale. */
  bool schema_changed = false;
};

/** An open SAVEPOINT. */
struct Savepoint {
  std::string name;
  int64_t deferred_violations;
  int64_t deferred_immediate_violations;
};

/** sqlite3_limit; the numbers of better-sqlite3's build. */
struct ConnectionLimits {
  int32_t sql_length = 1'000'000'000;
  int32_t column = 2000;
  int32_t attached = 10;
  int32_t variable_number = 32766;
  int32_t trigger_depth = 1000;
  int32_t worker_threads = 0;
};

/** Called every `progress_period` instructions or so; true interrupts the statement. */
using ProgressHook = bool (*)(void* context);

/** What the virtual machine asks of the engine. */
struct ConnectionHooks {
  void* context = nullptr;
  /** ATTACH: opens `file` and appends it to `databases` as `name`. Failures put SQLite's text in `message`. */
  Status (*attach)(void* context, std::string_view file, std::string_view name, std::string* message) = nullptr;
  Status (*detach)(void* context, std::string_view name, std::string* message) = nullptr;
  /** Opens a fresh database file for VACUUM INTO; SQLITE_ERROR "output file already exists" when there is one with content. */
  Status (*open_output)(void* context, std::string_view file, std::unique_ptr<Btree>* btree, std::string* message) = nullptr;
};

class ConnectionState {
 public:
  explicit ConnectionState(Io& io);
  ConnectionState(const ConnectionState&) = delete;
  ConnectionState& operator=(const ConnectionState&) = delete;
  ~ConnectionState();

  Io& io;
  std::vector<Database> databases;
  TextEncoding encoding = TextEncoding::kUtf8;

  // Transaction state.
  bool autocommit = true;
  std::vector<Savepoint> savepoints;
  /** The first savepoint took the place of BEGIN. */
  bool has_transaction_savepoint = false;
  int statement_savepoint_count = 0;
  /** Violated deferred foreign keys; immediate ones that PRAGMA defer_foreign_keys deferred. */
  int64_t deferred_violations = 0;
  int64_t deferred_immediate_violations = 0;
  /** Corruption was met in this transaction: it may not write any more. */
  bool is_corrupt_readonly = false;

  // Running statements.
  int active_statements = 0;
  int active_readers = 0;
  int active_writers = 0;
  /** Running programs, so that a rollback can abort the others. */
  Vm* running = nullptr;

  // Counters.
  int64_t changes = 0;
  int64_t total_changes = 0;
  int64_t last_insert_rowid = 0;
  /** Sum of schema_generation over all databases, ever: a cheap "anything new?" */
  uint64_t schema_changes = 0;

  // Settings.
  bool flag(Setting setting) const { return values_[static_cast<int>(setting)] != 0; }
  int64_t value(Setting setting) const { return values_[static_cast<int>(setting)]; }
  void set_value(Setting setting, int64_t value) { values_[static_cast<int>(setting)] = value; }
  /** SettingGet and SettingSet: all settings, with their effects on pagers. `message` takes SQLite's text on failure. */
  Status get_setting(int database, Setting setting, Value* value);
  Status set_setting(int database, Setting setting, const Value& value, std::string* message);
  std::string temp_store_directory;
  FunctionLimits function_limits;
  ConnectionLimits limits;
  FunctionEnvironment functions;
  std::vector<VirtualTableModule*> modules;
  ConnectionHooks hooks;

  // Interruption.
  std::atomic<bool> interrupted{false};
  ProgressHook progress_hook = nullptr;
  void* progress_context = nullptr;
  uint64_t progress_period = 0;

  /** Gives a newly opened database the connection's busy handling and settings. Called for each by who opens it. */
  void adopt(Database& database);
  /** Opens the temp database if it is not open. */
  Status open_temp();
  /** The page size that the next database created gets (PRAGMA page_size on temp and attached follow main). */
  uint32_t page_size = 4096;

  // Transactions (transaction.cpp).
  /** Commits all databases; several written files atomically, by a super-journal. */
  Status commit_all();
  /** Rolls everything back; other running statements fail with `code`. Autocommit is on afterwards only by the caller. */
  void rollback_all(Status code);
  void close_savepoints();
  bool is_in_transaction() const { return !autocommit; }

 private:
  int64_t values_[kSettingCount] = {};
};

}  // namespace ringlite
