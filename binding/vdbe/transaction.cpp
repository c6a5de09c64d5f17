// Transactions that span the databases of a connection: begin, commit (of several files, by a super-journal),
// rollback, savepoints and statement journals.
//
// A commit of several rollback-journal files is atomic across a crash: all journals name the super-journal;
// deleting it is the commit point. A hot journal whose super-journal is gone is stale and is not rolled back
// (atomiccommit.html, section 5).
#include "pager/pager.h"
#include "pager/super_journal.h"
#include "vdbe/connection_state.h"

namespace ringlite {

namespace {

/** Whether a crash could leave `database` half committed, so that it takes part in a super-journal. */
bool needs_super_journal(const Database& database) {
  const Pager& pager = database.btree->pager();
  if (database.synchronous == 0 || pager.is_memory() || pager.is_temporary()) return false;
  const JournalMode mode = pager.journal_mode();
  return mode == JournalMode::kDelete || mode == JournalMode::kTruncate || mode == JournalMode::kPersist;
}

/** A database opens its savepoints when it is next written: one that was not has nothing to undo. */
bool is_savepoint_open(const Database& database, int number) {
  return database.btree && database.btree->is_writing() && database.btree->pager().savepoint_count() > number;
}

}  // namespace

Status ConnectionState::begin(int index, int kind, uint32_t* schema_cookie) {
  if (index == 1) RETURN_IF_ERROR(open_temp());
  Database& database = databases[index];
  if (kind == 0)
    RETURN_IF_ERROR(database.btree->begin_read(schema_cookie));
  else {
    RETURN_IF_ERROR(database.btree->begin_write(kind > 1, schema_cookie));
    RETURN_IF_ERROR(database.btree->open_savepoints(savepoint_number(savepoints.size())));
  }
  apply_sync_flags(database);
  return kOk;
}

Status ConnectionState::commit_together(Database* const* writers, size_t count) {
  Buffer journals;
  for (size_t i = 0; i < count; i++) {
    const std::string& name = writers[i]->btree->pager().journal_name();
    if (needs_super_journal(*writers[i])) RETURN_IF_ERROR(journals.append(name.c_str(), name.size() + 1));
  }
  std::string path;
  RETURN_IF_ERROR(create_super_journal(io, databases[0].btree->pager().file_name(), journals, true, &path));
  for (size_t i = 0; i < count; i++) {
    const Status status = writers[i]->btree->commit_phase_one(path.c_str());
    if (status.ok()) continue;
    ignore_status(remove_super_journal(io, path));
    return status;
  }
  return remove_super_journal(io, path);
}

Status ConnectionState::commit_all() {
  BoundedArray<Database*, kMostDatabases> writers;
  size_t journaled = 0;
  for (Database& database : databases) {
    if (!database.btree || !database.btree->is_writing()) continue;
    if (!database.btree->pager().is_temporary() && !database.btree->pager().is_memory())
      RETURN_IF_ERROR(database.btree->pager().exclusive_lock());
    writers.push_back(&database);
    if (needs_super_journal(database)) journaled++;
  }
  const bool keep_reading = active_readers > 1;
  if (journaled > 1 && !databases[0].btree->pager().file_name().empty()) {
    RETURN_IF_ERROR(commit_together(writers.data(), writers.size()));
    // The commit has happened; what a failure leaves behind is stale journals.
    for (Database& database : databases)
      if (database.btree) ignore_status(database.btree->commit_phase_two(keep_reading));
  } else {
    for (Database* writer : writers) RETURN_IF_ERROR(writer->btree->commit_phase_one(nullptr));
    for (Database& database : databases)
      if (database.btree) RETURN_IF_ERROR(database.btree->commit_phase_two(keep_reading));
  }
  for (Database& database : databases) {
    database.schema_changed = false;
    database.schema_changes.committed();
  }
  deferred_violations = 0;
  deferred_immediate_violations = 0;
  set_value(Setting::kDeferForeignKeys, 0);
  return kOk;
}

void ConnectionState::release_reader() {
  active_readers--;
  if (!autocommit || active_readers > 0) return;
  for (Database& database : databases)
    if (database.btree) database.btree->end_read();
}

void ConnectionState::rollback_all(Status code) {
  bool schema_changed = false;
  for (const Database& database : databases) schema_changed |= database.schema_changed;
  const bool keep_reading = active_readers > 1;
  for (size_t i = 0; i < databases.size(); i++) {
    Database& database = databases[i];
    if (!database.btree) continue;
    if (database.btree->is_writing())
      ignore_status(database.btree->rollback(code, !schema_changed, keep_reading));
    else if (!keep_reading)
      database.btree->end_read();
    database.schema_changes.rolled_back();
    if (database.schema_changed) {
      database.schema_changed = false;
      bump_schema(static_cast<int>(i));
    }
  }
  deferred_violations = 0;
  deferred_immediate_violations = 0;
  set_value(Setting::kDeferForeignKeys, 0);
  is_corrupt_readonly = false;
}

void ConnectionState::close_savepoints() {
  savepoints.clear();
  statement_savepoint_count = 0;
  has_transaction_savepoint = false;
}

Status ConnectionState::rollback_to(size_t index) {
  bool schema_changed = false;
  for (const Database& database : databases) schema_changed |= database.schema_changed;
  for (Database& database : databases)
    if (database.btree)
      RETURN_IF_ERROR(database.btree->trip_all_cursors(Code::kAbortRollback, !schema_changed));
  for (size_t i = 0; i < databases.size(); i++) {
    Database& database = databases[i];
    if (!is_savepoint_open(database, savepoint_number(index))) continue;
    RETURN_IF_ERROR(database.btree->rollback_to_savepoint(savepoint_number(index)));
    // Other changes of this transaction may still stand, so schema_changed stays.
    if (!database.schema_changed) continue;
    database.schema_changes.partly_rolled_back(database.btree->get_meta(Meta::kSchemaCookie));
    bump_schema(static_cast<int>(i));
  }
  deferred_violations = savepoints[index].deferred_violations;
  deferred_immediate_violations = savepoints[index].deferred_immediate_violations;
  savepoints.truncate(index + 1);
  return kOk;
}

Status ConnectionState::release(size_t index) {
  for (Database& database : databases) {
    if (savepoint_number(index) < 0 || !is_savepoint_open(database, savepoint_number(index))) continue;
    RETURN_IF_ERROR(database.btree->release_savepoint(savepoint_number(index)));
  }
  savepoints.truncate(index);
  return kOk;
}

Status ConnectionState::open_statement(Database& database, int level) {
  return database.btree->open_savepoints(level);
}

Status ConnectionState::close_statement(int level, bool undo) {
  Status result;
  for (Database& database : databases) {
    if (!is_savepoint_open(database, level - 1)) continue;
    Status status;
    if (undo) status = database.btree->rollback_to_savepoint(level - 1);
    if (status.ok()) status = database.btree->release_savepoint(level - 1);
    if (result.ok()) result = status;
  }
  statement_savepoint_count--;
  return result;
}

}  // namespace ringlite
