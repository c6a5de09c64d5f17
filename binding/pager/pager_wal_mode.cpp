// WAL mode: snapshots, commits and spills into the log, checkpoints, entering and leaving the mode.
#include <cstring>

#include "base/endian.h"
#include "pager/pager.h"
#include "pager/pager_state.h"

namespace ringlite {
bool Pager::is_wal() const { return state_->in_wal; }

Status Pager::read_from_wal(Pgno pgno, uint8_t* content, bool* found) {
  PagerState& state = *state_;
  Wal& wal = state.store->wal();
  uint32_t frame = 0;
  if (in_write_ && !state.spilled.empty()) RETURN_IF_ERROR(wal.find_appended(state.client.wal, pgno, &frame));
  if (frame == 0) RETURN_IF_ERROR(wal.find(state.client.wal, pgno, &frame));
  *found = frame != 0;
  return *found ? wal.read_frame(frame, page_size_, content) : kOk;
}

/** For reading ahead: an index that cannot be read says yes. */
bool Pager::is_in_log(Pgno pgno) const {
  uint32_t frame = 0;
  return !state_->store->wal().find(state_->client.wal, pgno, &frame).ok() || frame != 0;
}

// --- reading ---

Status Pager::enter_wal() {
  PagerState& state = *state_;
  if (!state.client.in_wal) {
    if (!state.options.may_use_log()) return Code::kCantopen;
    const bool alone = locking_mode_ == LockingMode::kExclusive;
    if (alone) RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kExclusive));
    RETURN_IF_ERROR(state.store->enter_wal(state.client, state.wal_name, state.shared_memory_name, alone));
  }
  state.in_wal = true;
  journal_mode_ = JournalMode::kWal;
  return begin_wal_read();
}

Status Pager::begin_wal_read() {
  PagerState& state = *state_;
  RETURN_IF_ERROR(state.store->begin_wal_read(state.client));
  const Status status = adopt_wal_snapshot();
  if (!status.ok()) state.store->end_wal_read(state.client);
  return status;
}

/** Size and number of pages as the transaction sees them. */
Status Pager::adopt_wal_snapshot() {
  PagerState& state = *state_;
  const WalIndexHeader& header = state.client.wal.header;
  uint32_t page_size = Wal::page_size_of(header);
  if (page_size == 0) page_size = state.store->pool().page_size();
  if (page_size != state.store->pool().page_size()) {
    RETURN_IF_ERROR(state.store->set_page_size(page_size));
    state.client.snapshot.version = state.store->version();
  }
  if (page_size != page_size_) RETURN_IF_ERROR(resize_pages(page_size));
  state.snapshot = state.client.snapshot;
  // A log that is empty says nothing of the size; nor can it have changed while the pages have not.
  const bool is_known = page_count_ != 0 && state.snapshot_of_cache == state.snapshot.version;
  if (header.page_count != 0) {
    page_count_ = header.page_count;
  } else if (!is_known) {
    uint64_t size = 0;
    RETURN_IF_ERROR(state.file()->size(&size));
    page_count_ = static_cast<Pgno>((size + page_size_ - 1) / page_size_);
  }
  if (page_count_ > max_page_count_) max_page_count_ = page_count_;
  return kOk;
}

void Pager::end_wal_read() {
  PagerState& state = *state_;
  state.store->end_wal_read(state.client);
  if (locking_mode_ == LockingMode::kNormal) state.store->unlock(state.client, LockLevel::kShared);
  if (!state.checkpoint_due) return;
  state.checkpoint_due = false;
  uint32_t log_frames = 0;
  uint32_t backfilled = 0;
  // Automatic checkpoints are best effort: what fails now is done by the next one.
  ignore_status(run_checkpoint(CheckpointMode::kPassive, &log_frames, &backfilled));
}

// --- writing ---

Status Pager::append_batch(Pgno commit_page_count) {
  PagerState& state = *state_;
  state.wal_batch.clear();
  RETURN_IF_ERROR(state.wal_batch.reserve(state.batch.size()));
  for (Page* page : state.batch) RETURN_IF_ERROR(state.wal_batch.push_back({page->pgno, page->data}));
  return state.store->wal().append(state.client.wal, state.wal_batch.data(), state.wal_batch.size(),
                                   commit_page_count, page_size_, synchronous() != Synchronous::kOff,
                                   sync_kind());
}

Status Pager::commit_to_wal() {
  PagerState& state = *state_;
  RETURN_IF_ERROR(reserve_publication());
  RETURN_IF_ERROR(state.batch.reserve(cache_.dirty_count() + 1));
  Page* first = cache_.find(1);
  if (first && (first->flags & kPageDirty)) RETURN_IF_ERROR(update_change_counter());
  collect_dirty(false);
  PageRef page_one;
  if (state.batch.empty()) {
    // A commit needs a frame to carry its mark.
    RETURN_IF_ERROR(get(1, &page_one));
    RETURN_IF_ERROR(state.batch.push_back(page_one.handle()));
  }
  Wal& wal = state.store->wal();
  Status status = append_batch(page_count_);
  if (status.ok() && synchronous() >= Synchronous::kFull) status = wal.sync(sync_kind());
  if (!status.ok()) {
    // Frames spilled earlier may go with the tail: rollback is what is left.
    wal.discard_appended(state.client.wal);
    if (!state.spilled.empty()) enter_error(status);
    return status;
  }
  publish_committed();
  if (state.client.wal.is_restarted && journal_size_limit_ >= 0)
    wal.limit_size(state.client.wal, static_cast<uint64_t>(journal_size_limit_));
  state.client.wal.is_restarted = false;
  state.touched.clear();
  state.journaled.clear();
  state.spilled.clear();
  state.freed.clear();
  state.original_page_count = page_count_;
  const uint32_t frames = state.client.wal.header.mx_frame;
  if (wal_autocheckpoint_ > 0 && frames >= static_cast<uint32_t>(wal_autocheckpoint_))
    state.checkpoint_due = true;
  return kOk;
}

Status Pager::spill_to_wal() {
  PagerState& state = *state_;
  RETURN_IF_ERROR(state.batch.reserve(cache_.dirty_count()));
  collect_dirty(true);
  if (state.batch.empty()) return kOk;
  for (Page* page : state.batch) RETURN_IF_ERROR(state.spilled.add(page->pgno));
  RETURN_IF_ERROR(append_batch(0));
  for (Page* page : state.batch) cache_.mark_clean(page);
  return kOk;
}

// --- checkpoints ---

namespace {

/** The busy handler as a checkpoint asks for it. */
struct CheckpointWaiter {
  Pager* pager;
  int attempts = 0;

  static bool again(void* context) {
    auto* self = static_cast<CheckpointWaiter*>(context);
    return self->pager->invoke_busy_handler(self->attempts++);
  }
};

}  // namespace

Status Pager::run_checkpoint(CheckpointMode mode, uint32_t* log_frames, uint32_t* backfilled) {
  PagerState& state = *state_;
  CheckpointWaiter waiter{this};
  Wal::Checkpoint request;
  request.mode = mode;
  request.page_size = page_size_;
  request.sync = synchronous() != Synchronous::kOff;
  request.kind = checkpoint_full_sync_ || full_sync_ ? SyncKind::kFull : SyncKind::kData;
  request.busy = {CheckpointWaiter::again, &waiter};
  const Status status = state.store->wal().checkpoint(request, *state.file());
  if (request.is_restarted) state.store->note_restart(request.header_before, request.header_after);
  *log_frames = request.log_frames;
  *backfilled = request.backfilled;
  return status;
}

Status Pager::checkpoint(CheckpointMode mode, int* log_frames, int* checkpointed_frames) {
  *log_frames = *checkpointed_frames = -1;
  if (!state_->in_wal) return kOk;
  ASSERT(!in_write_);
  uint32_t frames = 0;
  uint32_t backfilled = 0;
  Status status = run_checkpoint(readonly_ ? CheckpointMode::kNoop : mode, &frames, &backfilled);
  // SQLite notices only when it writes to the database file.
  if (status.ok() && readonly_ && backfilled < frames && mode != CheckpointMode::kNoop)
    status = Code::kIoerrWrite;
  *log_frames = static_cast<int>(frames);
  *checkpointed_frames = static_cast<int>(backfilled);
  return status;
}

// --- leaving and entering the mode ---

/** Moves everything to the database and removes the log and its index. The caller has the file EXCLUSIVE. */
Status Pager::remove_wal() {
  uint32_t log_frames = 0;
  uint32_t backfilled = 0;
  RETURN_IF_ERROR(run_checkpoint(CheckpointMode::kPassive, &log_frames, &backfilled));
  if (backfilled < log_frames) return Code::kBusy;
  state_->store->wal().remove();
  return kOk;
}

/** This pager is done with the WAL. The last one of all processes leaves no log behind; when the database has
 * moved, what has the log's name may be the log of another one. */
void Pager::close_wal() {
  PagerState& state = *state_;
  if (!state.in_wal) return;
  std::lock_guard closing(state.store->wal_open_mutex());
  state.in_wal = false;
  if (!state.store->leave_wal(state.client)) return;
  if (!readonly_ && !has_moved() && state.store->lock(state.client, LockLevel::kExclusive).ok())
    ignore_status(remove_wal());
  state.store->close_wal();
}

Status Pager::leave_wal_mode() {
  PagerState& state = *state_;
  ASSERT(!in_read_);
  std::unique_lock closing(state.store->wal_open_mutex());
  RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kExclusive));
  if (const Status status = remove_wal(); !status.ok()) {
    if (locking_mode_ == LockingMode::kNormal) state.store->unlock(state.client, LockLevel::kShared);
    return status;
  }
  state.store->leave_wal(state.client);
  state.store->close_wal();
  state.in_wal = false;
  return kOk;
}

/** Rewrites the read and write versions in the file's header: 2 for WAL, 1 for rollback journals. */
Status Pager::set_file_versions(uint8_t version) {
  const auto change = [&]() -> Status {
    PageRef page;
    RETURN_IF_ERROR(get(1, &page));
    if (page.data()[18] == version && page.data()[19] == version) return kOk;
    RETURN_IF_ERROR(begin_write(false));
    RETURN_IF_ERROR(write(page));
    page.mutable_data()[18] = page.mutable_data()[19] = version;
    page.reset();
    return commit();
  };
  ASSERT(in_read_);
  const Status status = change();
  if (!status.ok() && in_write_) ignore_status(rollback());
  return status;
}

Status Pager::set_journal_mode(JournalMode mode, JournalMode* result) {
  PagerState& state = *state_;
  *result = journal_mode_;
  if (mode == JournalMode::kQuery || mode == journal_mode_) return kOk;
  if (memory_ && mode != JournalMode::kMemory && mode != JournalMode::kOff) return kOk;
  const bool may_use_log = state.store && state.options.may_use_log();
  if (!may_use_log && mode == JournalMode::kWal) return kOk;
  if (!can_change_journal_mode()) return kOk;
  Status status = kOk;
  const JournalMode old = journal_mode_;
  if (mode == JournalMode::kWal) {
    if (readonly_) return Code::kReadonly;
    status = begin(false, false);
    if (status.ok() && !state.in_wal && page_count_ > 0) status = set_file_versions(2);
    end_read();
    // The next transaction meets the new version in the header and opens the WAL.
    state.store->forget_validation();
    if (status.ok()) status = begin(false, false);
    end_read();
    const bool left_journal = old == JournalMode::kTruncate || old == JournalMode::kPersist;
    if (left_journal && journal_mode_ == JournalMode::kWal) {
      state.journal.close_file();
      ignore_status(io_.files().remove(state.journal_name.c_str(), false));
    }
  } else if (old == JournalMode::kWal) {
    status = leave_wal_mode_to(mode);
  } else {
    status = set_rollback_mode(mode);
  }
  *result = journal_mode_;
  return status;
}

Status Pager::leave_wal_mode_to(JournalMode mode) {
  RETURN_IF_ERROR(leave_wal_mode());
  journal_mode_ = JournalMode::kDelete;
  // The header still says WAL: this transaction must not be taken there again.
  state_->ignore_wal_version = true;
  Status status = begin(false, false);
  if (status.ok()) status = set_file_versions(1);
  end_read();
  state_->ignore_wal_version = false;
  if (status.ok()) journal_mode_ = mode;
  return status;
}

}  // namespace ringlite
