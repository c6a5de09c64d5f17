// Transactions that span the databases of a connection: begin, commit (of several files, by a super-journal), rollback,
// savepoints and statement journals.
//
// A commit of several rollback-journal files is atomic across a crash: all journals name the super-journal; deleting it is
// the commit point. A hot journal whose super-journal is gone is stale and is not rolled back (atomiccommit.html, section 5).
#include <cstdio>

#include "pager/pager.h"
#include "vdbe/connection_state.h"

namespace ringlite {

namespace {

constexpr int kSuperJournalTries = 100;

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

/** A file that names the journals of one commit. Removed on destruction unless that has happened. */
class SuperJournal {
 public:
  explicit SuperJournal(Io& io) : io_(io) {}
  ~SuperJournal() {
    if (!file_) return;
    file_.reset();
    ignore_status(io_.files().remove(path_.c_str(), false));
  }

  Status create(const std::string& main_path) {
    for (int i = 0; i < kSuperJournalTries; i++) {
      uint32_t random = 0;
      io_.random().fill(&random, sizeof random);
      char suffix[16];
      std::snprintf(suffix, sizeof suffix, "-mj%06X9%02X", (random >> 8) & 0xffffff, random & 0xff);
      path_ = main_path + suffix;
      bool exists = false;
      RETURN_IF_ERROR(io_.files().exists(path_.c_str(), &exists));
      if (exists) continue;
      OpenFlags flags;
      flags.create = true;
      flags.exclusive = true;
      return io_.files().open(path_.c_str(), flags, &file_);
    }
    return Code::kFull;
  }
  Status add(const std::string& journal_path) {
    const size_t size = journal_path.size() + 1;
    RETURN_IF_ERROR(file_->write(journal_path.c_str(), size, size_));
    size_ += size;
    return kOk;
  }
  Status sync() { return file_->sync(SyncKind::kFull); }
  /** Deletes the file durably: the commit point. */
  Status commit() {
    file_.reset();
    return io_.files().remove(path_.c_str(), true);
  }
  const char* path() const { return path_.c_str(); }

 private:
  Io& io_;
  std::string path_;
  std::unique_ptr<File> file_;
  uint64_t size_ = 0;
};

}  // namespace

Status ConnectionState::begin(int index, int kind, uint32_t* schema_cookie) {
  if (index == 1) RETURN_IF_ERROR(open_temp());
  Database& database = databases[index];
  if (kind == 0) RETURN_IF_ERROR(database.btree->begin_read(schema_cookie));
  else {
    RETURN_IF_ERROR(database.btree->begin_write(kind > 1, schema_cookie));
    RETURN_IF_ERROR(database.btree->open_savepoints(savepoint_number(savepoints.size())));
  }
  apply_sync_flags(database);
  return kOk;
}

Status ConnectionState::commit_together(Database* const* writers, size_t count) {
  SuperJournal super_journal(io);
  RETURN_IF_ERROR(super_journal.create(databases[0].btree->pager().file_name()));
  for (size_t i = 0; i < count; i++) {
    const std::string& journal = writers[i]->btree->pager().journal_name();
    if (!journal.empty() && needs_super_journal(*writers[i])) RETURN_IF_ERROR(super_journal.add(journal));
  }
  RETURN_IF_ERROR(super_journal.sync());
  for (size_t i = 0; i < count; i++) RETURN_IF_ERROR(writers[i]->btree->commit_phase_one(super_journal.path()));
  return super_journal.commit();
}

Status ConnectionState::commit_all() {
  std::vector<Database*> writers;
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
  for (Database& database : databases) database.schema_changed = false;
  deferred_violations = 0;
  deferred_immediate_violations = 0;
  set_value(Setting::kDeferForeignKeys, 0);
  return kOk;
}

void ConnectionState::rollback_all(Status code) {
  bool schema_changed = false;
  for (const Database& database : databases) schema_changed |= database.schema_changed;
  const bool keep_reading = active_readers > 1;
  for (size_t i = 0; i < databases.size(); i++) {
    Database& database = databases[i];
    if (!database.btree) continue;
    if (database.btree->is_writing()) ignore_status(database.btree->rollback(code, !schema_changed, keep_reading));
    else if (!keep_reading) database.btree->end_read();
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
    if (database.schema_changed) bump_schema(static_cast<int>(i));
  }
  deferred_violations = savepoints[index].deferred_violations;
  deferred_immediate_violations = savepoints[index].deferred_immediate_violations;
  savepoints.resize(index + 1);
  return kOk;
}

Status ConnectionState::release(size_t index) {
  for (Database& database : databases) {
    if (savepoint_number(index) < 0 || !is_savepoint_open(database, savepoint_number(index))) continue;
    RETURN_IF_ERROR(database.btree->release_savepoint(savepoint_number(index)));
  }
  savepoints.resize(index);
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
