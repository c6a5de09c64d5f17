// Rollback-journal modes: locks, validation of the file, hot journals, commits and spills into the database
// file.
#include <cstring>

#include "base/endian.h"
#include "pager/pager.h"
#include "pager/pager_state.h"
#include "pager/super_journal.h"

namespace ringlite {
namespace {

constexpr char kFileMagic[] = "SQLite format 3";
constexpr uint32_t kFileHeaderSize = 100;

}  // namespace

// --- starting to read ---

/** SHARED lock, then whatever the file needs before it can be trusted. `*wants_wal`: it is a WAL database. */
Status Pager::begin_shared(bool* wants_wal) {
  PagerState& state = *state_;
  RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kShared));
  if (state.store->has_wal()) {
    // Others of this process hold SHARED, too, so the file is in that mode still.
    *wants_wal = true;
    return kOk;
  }
  const bool validated = state.store->is_validated();
  const bool may_be_hot = !validated && state.client.level == LockLevel::kShared && !state.options.immutable;
  if (may_be_hot) RETURN_IF_ERROR(recover_if_hot());
  if (!validated) {
    RETURN_IF_ERROR(read_file_header(wants_wal));
    if (!*wants_wal) state.store->set_validated();
  }
  if (page_size_ != state.store->pool().page_size())
    RETURN_IF_ERROR(resize_pages(state.store->pool().page_size()));
  uint64_t size = 0;
  RETURN_IF_ERROR(state.file()->size(&size));
  // A file that ends within a page has that page.
  page_count_ = static_cast<Pgno>((size + page_size_ - 1) / page_size_);
  if (page_count_ > max_page_count_) max_page_count_ = page_count_;
  return kOk;
}

Status Pager::read_file_header(bool* wants_wal) {
  PagerState& state = *state_;
  uint8_t header[kFileHeaderSize];
  size_t got = 0;
  RETURN_IF_ERROR(state.file()->read(header, sizeof header, 0, &got));
  FileStamp stamp;
  std::memcpy(stamp.versions, header + 18, sizeof stamp.versions);
  std::memcpy(stamp.counters, header + 24, sizeof stamp.counters);
  const bool changed = state.store->note_file_stamp(stamp);
  bool wal_exists = false;
  if (state.options.may_use_log() && (changed || !state.was_validated))
    RETURN_IF_ERROR(io_.files().exists(state.wal_name.c_str(), &wal_exists));
  state.was_validated = true;
  if (got == 0) {
    // What is left of another database of this name.
    if (wal_exists && !readonly_) ignore_status(io_.files().remove(state.wal_name.c_str(), false));
    return kOk;
  }
  if (got < sizeof header || std::memcmp(header, kFileMagic, sizeof kFileMagic) != 0) return kOk;
  uint32_t page_size = load_be16(header + 16);
  if (page_size == 1) page_size = kMaxPageSize;
  const bool valid = page_size >= kMinPageSize && (page_size & (page_size - 1)) == 0;
  if (valid && page_size != state.store->pool().page_size())
    RETURN_IF_ERROR(state.store->set_page_size(page_size));
  if (valid && page_size != page_size_) RETURN_IF_ERROR(resize_pages(page_size));
  reserved_bytes_ = header[20];
  *wants_wal = (header[19] == 2 || wal_exists) && !state.ignore_wal_version && !state.options.immutable;
  return kOk;
}

// --- hot journals ---

Status Pager::is_journal_hot(bool* hot) {
  PagerState& state = *state_;
  *hot = false;
  bool exists = false;
  RETURN_IF_ERROR(io_.files().exists(state.journal_name.c_str(), &exists));
  if (!exists) return kOk;
  bool reserved = false;
  RETURN_IF_ERROR(state.store->is_reserved(&reserved));
  if (reserved) return kOk;
  uint64_t size = 0;
  RETURN_IF_ERROR(state.file()->size(&size));
  if (size == 0) {
    // Left by a database that was deleted, or the first transaction never reached the file: remove it safely.
    if (!readonly_ && state.store->lock(state.client, LockLevel::kReserved).ok()) {
      ignore_status(io_.files().remove(state.journal_name.c_str(), false));
      if (locking_mode_ == LockingMode::kNormal) state.store->unlock(state.client, LockLevel::kShared);
    }
    return kOk;
  }
  std::unique_ptr<File> journal;
  const Status opened = io_.files().open(state.journal_name.c_str(), OpenFlags{.readonly = true}, &journal);
  if (opened.primary() == static_cast<int32_t>(Code::kCantopen)) {
    // Unreadable or just gone: what holds is found out under the EXCLUSIVE lock.
    *hot = true;
    return kOk;
  }
  RETURN_IF_ERROR(opened);
  uint8_t first = 0;
  size_t got = 0;
  RETURN_IF_ERROR(journal->read(&first, 1, 0, &got));
  *hot = got == 1 && first != 0;
  return kOk;
}

Status Pager::recover_if_hot() {
  PagerState& state = *state_;
  bool hot = false;
  RETURN_IF_ERROR(is_journal_hot(&hot));
  if (!hot) return kOk;
  if (readonly_) return Code::kReadonlyRollback;
  // Not by way of RESERVED: others would take the journal for that of a running transaction.
  RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kExclusive));
  const Status status = recover_hot_journal();
  state.store->forget_everything();
  if (status.ok() && locking_mode_ == LockingMode::kNormal)
    state.store->unlock(state.client, LockLevel::kShared);
  return status;
}

Status Pager::recover_hot_journal() {
  PagerState& state = *state_;
  bool exists = false;
  RETURN_IF_ERROR(io_.files().exists(state.journal_name.c_str(), &exists));
  if (!exists) return kOk;
  std::unique_ptr<File> journal;
  RETURN_IF_ERROR(io_.files().open(state.journal_name.c_str(), OpenFlags{}, &journal));
  // Whoever wrote it may have died before it was durable, and we are about to overwrite what it protects.
  const bool durable = synchronous() != Synchronous::kOff;
  if (durable) RETURN_IF_ERROR(journal->sync(SyncKind::kData));
  std::string super_name;
  bool super_exists = true;
  RETURN_IF_ERROR(read_super_journal_name(*journal, &super_name));
  if (!super_name.empty()) RETURN_IF_ERROR(io_.files().exists(super_name.c_str(), &super_exists));
  // Without its super-journal the multi-file transaction has committed.
  if (super_exists) {
    JournalPlayback playback;
    RETURN_IF_ERROR(play_back_journal(*journal, *state.file(), page_size_, &playback));
    if (durable) RETURN_IF_ERROR(state.file()->sync(sync_kind()));
  }
  RETURN_IF_ERROR(finalize_hot_journal(*journal));
  journal.reset();
  if (journal_mode_ != JournalMode::kPersist && journal_mode_ != JournalMode::kTruncate)
    RETURN_IF_ERROR(io_.files().remove(state.journal_name.c_str(), synchronous() == Synchronous::kExtra));
  if (!super_name.empty() && super_exists) return remove_super_journal_if_unused(io_, super_name);
  return kOk;
}

/** Persistent journals are made cold in place; others are removed by the caller. */
Status Pager::finalize_hot_journal(File& journal) {
  const uint8_t zeros[kJournalHeaderSize] = {};
  if (journal_mode_ == JournalMode::kTruncate)
    RETURN_IF_ERROR(journal.truncate(0));
  else if (journal_mode_ == JournalMode::kPersist)
    RETURN_IF_ERROR(journal.write(zeros, sizeof zeros, 0));
  else
    return kOk;
  return synchronous() == Synchronous::kOff ? kOk : journal.sync(sync_kind());
}

// --- writing ---

Status Pager::wait_for_exclusive() {
  PagerState& state = *state_;
  for (int attempts = 0;; attempts++) {
    const Status status = state.store->lock(state.client, LockLevel::kExclusive);
    if (!status.is(Code::kBusy) || !invoke_busy_handler(attempts)) return status;
  }
}

/** Writes the batch to the database file, neighbouring pages together. */
Status Pager::write_batch_to_file() {
  PagerState& state = *state_;
  File& file = *state.file();
  constexpr size_t kRun = 128;
  IoSlice slices[kRun];
  for (size_t at = 0; at < state.batch.size();) {
    const Pgno first = state.batch[at]->pgno;
    size_t run = 0;
    while (run < kRun && at + run < state.batch.size() && state.batch[at + run]->pgno == first + run) {
      slices[run] = {state.batch[at + run]->data, page_size_};
      run++;
    }
    RETURN_IF_ERROR(file.write_vector(slices, run, uint64_t{first - 1} * page_size_));
    at += run;
    if (first + run - 1 > state.file_page_count) state.file_page_count = static_cast<Pgno>(first + run - 1);
  }
  return kOk;
}

Status Pager::commit_to_file(const char* super_journal) {
  PagerState& state = *state_;
  RETURN_IF_ERROR(update_change_counter());
  RETURN_IF_ERROR(reserve_publication());
  RETURN_IF_ERROR(state.batch.reserve(cache_.dirty_count()));
  RETURN_IF_ERROR(wait_for_exclusive());
  if (super_journal) RETURN_IF_ERROR(state.journal.write_super_journal(*pool_, super_journal));
  RETURN_IF_ERROR(state.journal.sync(*pool_));
  state.file_modified = true;
  collect_dirty(false);
  RETURN_IF_ERROR(write_batch_to_file());
  if (page_count_ > state.file_page_count) {
    // The last page went to the freelist unwritten: the file must have its size nevertheless.
    uint8_t* zeros = scratch();
    if (!zeros) return Code::kNomem;
    std::memset(zeros, 0, page_size_);
    RETURN_IF_ERROR(state.file()->write(zeros, page_size_, uint64_t{page_count_ - 1} * page_size_));
    state.file_page_count = page_count_;
  }
  if (synchronous() != Synchronous::kOff) RETURN_IF_ERROR(state.file()->sync(sync_kind()));
  state.phase_one_done = true;
  return kOk;
}

/** Finalizes the journal, which commits; everything after that cannot undo it. */
Status Pager::finish_file_commit() {
  PagerState& state = *state_;
  Status status = state.journal.finalize(*pool_);
  if (!status.ok()) {
    // Nobody knows which way it went: the next reader finds out from the journal.
    enter_error(status);
    ignore_status(rollback());
    return status;
  }
  if (state.phase_one_done) {
    if (state.file_size > 0 || state.file_page_count > page_count_)
      status =
          state.file()->truncate(state.file_size > 0 ? state.file_size : uint64_t{page_count_} * page_size_);
    if (Page* first = cache_.find(1)) {
      FileStamp stamp;
      std::memcpy(stamp.versions, first->data + 18, sizeof stamp.versions);
      std::memcpy(stamp.counters, first->data + 24, sizeof stamp.counters);
      state.store->set_file_stamp(stamp);
    }
    publish_committed();
  }
  if (locking_mode_ == LockingMode::kNormal) state.store->unlock(state.client, LockLevel::kShared);
  clear_write_state();
  return status;
}

/** Moves dirty pages to the file in the middle of a transaction, because the cache is full. */
Status Pager::spill_to_file() {
  PagerState& state = *state_;
  if (!state.file()) {
    std::string path;
    RETURN_IF_ERROR(io_.files().temporary_path(&path));
    const OpenFlags flags{.create = true, .exclusive = true, .delete_on_close = true};
    RETURN_IF_ERROR(io_.files().open(path.c_str(), flags, &state.private_file));
  }
  RETURN_IF_ERROR(state.batch.reserve(cache_.dirty_count()));
  collect_dirty(true);
  if (state.batch.empty()) return kOk;
  for (Page* page : state.batch)
    if (page->flags & kPagePrivate) RETURN_IF_ERROR(state.spilled.add(page->pgno));
  if (in_write_) {
    if (state.store) RETURN_IF_ERROR(wait_for_exclusive());
    RETURN_IF_ERROR(state.journal.sync(*pool_));
    state.file_modified = true;
  }
  RETURN_IF_ERROR(write_batch_to_file());
  for (Page* page : state.batch) cache_.mark_clean(page);
  return kOk;
}

// --- changing between rollback modes ---

Status Pager::set_rollback_mode(JournalMode mode) {
  PagerState& state = *state_;
  const JournalMode old = journal_mode_;
  journal_mode_ = mode;
  const bool was_persistent = old == JournalMode::kTruncate || old == JournalMode::kPersist;
  const bool is_persistent = mode == JournalMode::kTruncate || mode == JournalMode::kPersist;
  if (in_write_) {
    const Pgno page_count = page_count_;
    start_write_state();
    page_count_ = page_count;
  }
  if (!state.store || !was_persistent || is_persistent || locking_mode_ == LockingMode::kExclusive)
    return kOk;
  // The old journal file is only in the way now. RESERVED makes sure that nobody uses it; failing to remove
  // it is harmless.
  state.journal.close_file();
  const bool fresh = !in_read_;
  if (fresh && !try_begin_read().ok()) return kOk;
  const bool had_reserved = in_write_;
  if (had_reserved || state.store->lock(state.client, LockLevel::kReserved).ok()) {
    ignore_status(io_.files().remove(state.journal_name.c_str(), false));
    if (!had_reserved) state.store->unlock(state.client, LockLevel::kShared);
  }
  if (fresh) end_read();
  return kOk;
}

}  // namespace ringlite
