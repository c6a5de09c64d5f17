// ConnectionState: what programs of one connection share and may touch: its databases, transaction state,
// counters, settings and limits. Owned by the engine's Connection, which opens databases and installs the
// hooks; the virtual machine changes it. One thread at a time, except `interrupted`.
//
// It must not know SQL, schemas or JavaScript.
//
// Invariants:
//  1. databases[0] is main, databases[1] is temp (its btree is null until a program needs it), attached ones
//  follow.
//  2. autocommit is false exactly between BEGIN (or an outermost SAVEPOINT) and the end of that transaction.
//  3. The savepoints of every writing btree are: one for each entry of `savepoints` (but a transaction
//  savepoint), then one
//     for each running statement that has a statement journal (`statement_savepoint_count`).
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/array.h"
#include "base/bounded_array.h"
#include "base/status.h"
#include "base/string.h"
#include "btree/btree.h"
#include "functions/function.h"
#include "io/io.h"
#include "pager/pager_settings.h"
#include "record/key_info.h"
#include "vdbe/schema_changes.h"
#include "vdbe/settings.gen.h"

namespace ringlite {

class VirtualTableModule;

/** One database of a connection. */
struct Database {
  String name;
  std::unique_ptr<Btree> btree;
  /** PRAGMA synchronous; as long as it is not set it follows the journal mode (WAL: 1, otherwise 2). */
  int synchronous = 2;
  bool is_synchronous_set = false;
  int64_t cache_size = -16000;
  /** PRAGMA cache_spill; 0: off, 1: as many as the cache holds. */
  int64_t spill_pages = 1;
  /** PRAGMA mmap_size: shown, without effect. */
  int64_t mmap_size = 0;
  /** Counts SchemaChanged instructions and rolled-back schema changes: the session reloads its catalog when
   * it moves. */
  uint64_t schema_generation = 0;
  /** A program of the open transaction changed the schema, so a rollback makes the session's catalog stale.
   */
  bool schema_changed = false;
  /** What of the schema the session has to read. */
  SchemaChanges schema_changes;
};

/** An open SAVEPOINT. */
struct Savepoint {
  String name;
  int64_t deferred_violations = 0;
  int64_t deferred_immediate_violations = 0;
};

/** SQLITE_MAX_ATTACHED of better-sqlite3's build. */
constexpr int32_t kMostAttached = 10;
constexpr size_t kMostDatabases = kMostAttached + 2;

/** sqlite3_limit; the numbers of better-sqlite3's build. */
struct ConnectionLimits {
  int32_t sql_length = 1'000'000'000;
  int32_t column = 2000;
  int32_t attached = kMostAttached;
  int32_t variable_number = 32766;
  int32_t trigger_depth = 1000;
  int32_t worker_threads = 8;
};

/** Called every `progress_period` instructions or so; true interrupts the statement. */
using ProgressHook = bool (*)(void* context);

/** What the virtual machine asks of the engine. */
struct ConnectionHooks {
  void* context = nullptr;
  /** ATTACH: opens `file` and appends it to `databases` as `name`. Failures put SQLite's text in `message`.
   */
  Status (*attach)(void* context, std::string_view file, std::string_view name, String* message) = nullptr;
  Status (*detach)(void* context, std::string_view name, String* message) = nullptr;
  /** Opens a fresh database file for VACUUM INTO; SQLITE_ERROR "output file already exists" when there is one
   * with content. */
  Status (*open_output)(void* context, std::string_view file, std::unique_ptr<Btree>* btree,
                        String* message) = nullptr;
};

class ConnectionState {
 public:
  explicit ConnectionState(Io& io);
  ConnectionState(const ConnectionState&) = delete;
  ConnectionState& operator=(const ConnectionState&) = delete;
  ~ConnectionState();

  Io& io;
  /** When a wait for a lock began. */
  int64_t waiting_since_ns = 0;
  BoundedArray<Database, kMostDatabases> databases;
  TextEncoding encoding = TextEncoding::kUtf8;

  // Transaction state.
  bool autocommit = true;
  Array<Savepoint> savepoints;
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

  // Counters.
  int64_t changes = 0;
  int64_t total_changes = 0;
  int64_t last_insert_rowid = 0;
  /** Sum of schema_generation over all databases, ever: a cheap "anything new?" */
  uint64_t schema_changes = 0;
  /** DETACH moves the databases behind it up, so running programs may not use their numbers any more. */
  uint64_t detached_count = 0;

  // Settings.
  bool flag(Setting setting) const { return values_[static_cast<int>(setting)] != 0; }
  int64_t value(Setting setting) const { return values_[static_cast<int>(setting)]; }
  void set_value(Setting setting, int64_t value) { values_[static_cast<int>(setting)] = value; }
  /** SettingGet and SettingSet: all settings, with their effects on pagers. `message` takes SQLite's text on
   * failure. */
  Status get_setting(int database, Setting setting, Value* value);
  Status set_setting(int database, Setting setting, const Value& value, String* message);
  String temp_store_directory;
  FunctionLimits function_limits;
  ConnectionLimits limits;
  FunctionEnvironment functions;
  BoundedArray<const VirtualTableModule*, 8> modules;
  ConnectionHooks hooks;

  // Interruption.
  std::atomic<bool> interrupted{false};
  ProgressHook progress_hook = nullptr;
  void* progress_context = nullptr;
  uint64_t progress_period = 0;

  /** Gives a newly opened database the connection's busy handling and settings. Called for each by who opens
   * it. */
  void adopt(Database& database);
  /** Opens the temp database if it is not open. */
  Status open_temp();
  /** Page size of the temp database. */
  uint32_t page_size = 4096;
  /** What PRAGMA page_size (0: nothing) and auto_vacuum (-1) want the next VACUUM to make of the database. */
  uint32_t next_page_size = 0;
  int next_auto_vacuum = -1;

  // Transactions (transaction.cpp).
  /** Starts a transaction on database `index` (0 read, 1 write, 2 exclusive); `schema_cookie` receives the
   * file's. */
  Status begin(int index, int kind, uint32_t* schema_cookie);
  /** Commits all databases, several written files atomically by a super-journal, and ends read transactions.
   * On SQLITE_BUSY everything is as before; after other errors roll back. */
  Status commit_all();
  /** Rolls everything back; cursors of other statements fail with `code` (ok: they find their places again).
   */
  void rollback_all(Status code);
  /** Savepoints and autocommit as outside a transaction. */
  void close_savepoints();
  /** SAVEPOINT and ROLLBACK TO / RELEASE below the level of the whole transaction. `index`: position in
   * `savepoints`. */
  Status rollback_to(size_t index);
  Status release(size_t index);
  /** Statement journals: level counts from 1. */
  Status open_statement(Database& database, int level);
  Status close_statement(int level, bool undo);
  bool is_in_transaction() const { return !autocommit; }
  /** One reader less, which is not a program that halts: the last one outside of a transaction ends the read
   * locks. */
  void release_reader();
  /** Notes that a program has changed the schema of database `index`. */
  void note_schema_change(int index) {
    databases[index].schema_changed = true;
    bump_schema(index);
  }

 private:
  void bump_schema(int index) {
    databases[index].schema_generation++;
    schema_changes++;
  }
  /** Database-level savepoint number of `savepoints[index]`. */
  int savepoint_number(size_t index) const {
    return static_cast<int>(index) - (has_transaction_savepoint ? 1 : 0);
  }
  Status commit_together(Database* const* writers, size_t count);
  bool apply_to_all(int database) const { return database == 0; }
  void apply_sync_flags(Database& database);
  void drop_temp();
  Status set_database_setting(int index, Setting setting, int64_t value, String* message);
  Status set_connection_setting(Setting setting, int64_t value, String* message);
  Status set_encoding(std::string_view name, String* message);
  Status get_database_setting(int index, Setting setting, int64_t* value);

  int64_t values_[kSettingCount] = {};
  LockingMode default_locking_mode_ = LockingMode::kNormal;
};

}  // namespace ringlite
