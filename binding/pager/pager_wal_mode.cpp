// WAL mode: snapshots, commits and spills into the log, checkpoints, entering and leaving the mode.
#include <cstring>

#include "base/endian.h"
#include "pager/pager.h"
#include "pager/pager_state.h"

namespace ringlite {
namespace {

bool is_busy(Status status) { return status.primary() == static_cast<int32_t>(Code::kBusy); }

}  // namespace

bool Pager::is_wal() const { return state_->in_wal; }

Status Pager::read_from_wal(Pgno pgno, uint8_t* content, bool* found) {
  PagerState& state = *state_;
  Wal& wal = state.store->wal();
  uint32_t frame = 0;
  if (in_write_ && !state.spilled.empty()) frame = wal.find_appended(pgno);
  if (frame == 0 && state.snapshot.uses_log) frame = wal.find(pgno, state.snapshot.mx_frame);
  *found = frame != 0;
  return *found ? wal.read_frame(frame, content) : kOk;
}

// --- reading ---

Status Pager::enter_wal() {
  PagerState& state = *state_;
  if (!state.client.in_wal) {
    if (!state.file()->is_writable()) return Code::kCantopen;
    RETURN_IF_ERROR(state.store->enter_wal(state.client, state.wal_name));
  }
  state.in_wal = true;
  journal_mode_ = JournalMode::kWal;
  return begin_wal_read();
}

Status Pager::begin_wal_read() {
  PagerState& state = *state_;
  Wal& wal = state.store->wal();
  uint32_t page_size = wal.page_size() ? wal.page_size() : state.store->pool().page_size();
  if (page_size != state.store->pool().page_size()) RETURN_IF_ERROR(state.store->set_page_size(page_size));
  if (page_size != page_size_) RETURN_IF_ERROR(resize_pages(page_size));
  RETURN_IF_ERROR(state.store->begin_wal_read(state.client));
  state.snapshot = state.client.snapshot;
  page_count_ = state.snapshot.page_count;
  if (page_count_ == 0) {
    uint64_t size = 0;
    if (Status status = state.file()->size(&size); !status.ok()) {
      state.store->end_wal_read(state.client);
      return status;
    }
    page_count_ = static_cast<Pgno>((size + page_size_ - 1) / page_size_);
  }
  if (page_count_ > max_page_count_) max_page_count_ = page_count_;
  return kOk;
}

void Pager::end_wal_read() {
  PagerState& state = *state_;
  state.store->end_wal_read(state.client);
  if (!state.checkpoint_due) return;
  state.checkpoint_due = false;
  bool complete = false;
  // Automatic checkpoints are best effort: what fails now is done by the next one.
  ignore_status(run_checkpoint(CheckpointMode::kPassive, &complete));
}

// --- writing ---

Status Pager::append_batch(Pgno commit_page_count) {
  PagerState& state = *state_;
  state.wal_batch.clear();
  RETURN_IF_ERROR(state.wal_batch.reserve(state.batch.size()));
  for (Page* page : state.batch) RETURN_IF_ERROR(state.wal_batch.push_back({page->pgno, page->data}));
  Wal& wal = state.store->wal();
  if (wal.mx_frame() > 0 && state.store->restart_log_if_possible(state.client)) state.log_restarted = true;
  return wal.append(state.wal_batch.data(), state.wal_batch.size(), commit_page_count, page_size_,
                    synchronous() != Synchronous::kOff, sync_kind());
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
  Status status = append_batch(page_count_);
  if (status.ok() && synchronous() >= Synchronous::kFull) status = state.store->wal().sync(sync_kind());
  if (!status.ok()) {
    // Frames spilled earlier may go with the tail: rollback is what is left.
    state.store->wal().discard_appended();
    if (!state.spilled.empty()) enter_error(status);
    return status;
  }
  publish_committed();
  Wal& wal = state.store->wal();
  if (state.log_restarted && journal_size_limit_ >= 0) {
    const uint64_t used = wal_frame_offset(wal.mx_frame() + 1, page_size_);
    const auto limit = static_cast<uint64_t>(journal_size_limit_);
    ignore_status(wal.truncate(limit > used ? limit : used));
  }
  state.log_restarted = false;
  state.touched.clear();
  state.journaled.clear();
  state.spilled.clear();
  state.freed.clear();
  state.original_page_count = page_count_;
  if (wal_autocheckpoint_ > 0 && wal.mx_frame() >= static_cast<uint32_t>(wal_autocheckpoint_))
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

/** Copies what readers allow; `*complete`: the whole log is in the database file. */
Status Pager::run_checkpoint(CheckpointMode mode, bool* complete) {
  PagerState& state = *state_;
  Store& store = *state.store;
  if (!store.begin_checkpoint()) return Code::kBusy;
  Wal& wal = store.wal();
  uint32_t safe = store.safe_frame(state.client);
  for (int attempts = 0; mode != CheckpointMode::kPassive && safe < wal.mx_frame(); attempts++) {
    if (!invoke_busy_handler(attempts)) break;
    safe = store.safe_frame(state.client);
  }
  const SyncKind kind = checkpoint_full_sync_ || full_sync_ ? SyncKind::kFull : SyncKind::kData;
  Status status = wal.checkpoint(*state.file(), safe, synchronous() != Synchronous::kOff, kind);
  *complete = wal.backfilled() == wal.mx_frame();
  store.end_checkpoint();
  return status;
}

/** RESTART and TRUNCATE: waits until nobody reads the log, so that it can start over. */
Status Pager::restart_log(CheckpointMode mode) {
  PagerState& state = *state_;
  for (int attempts = 0; state.store->others_read_log(state.client); attempts++)
    if (!invoke_busy_handler(attempts)) return Code::kBusy;
  if (mode != CheckpointMode::kTruncate) return kOk;
  return state.store->restart_log_if_possible(state.client) ? state.store->wal().truncate(0)
                                                            : Status(Code::kBusy);
}

Status Pager::checkpoint(CheckpointMode mode, int* log_frames, int* checkpointed_frames) {
  PagerState& state = *state_;
  *log_frames = *checkpointed_frames = -1;
  if (!state.in_wal) return kOk;
  if (readonly_) return Code::kReadonly;
  ASSERT(!in_write_);
  bool holds_writer = false;
  bool was_busy = false;
  if (mode != CheckpointMode::kPassive) {
    Status status = state.store->hold_wal_writer(state.client);
    for (int attempts = 0; is_busy(status) && invoke_busy_handler(attempts); attempts++)
      status = state.store->hold_wal_writer(state.client);
    holds_writer = status.ok();
    was_busy = !holds_writer;
    // As much as is possible without the writer's place.
    if (was_busy) mode = CheckpointMode::kPassive;
  }
  bool complete = false;
  Status status = run_checkpoint(mode, &complete);
  if (status.ok() && mode != CheckpointMode::kPassive && !complete) status = Code::kBusy;
  if (status.ok() && mode >= CheckpointMode::kRestart) status = restart_log(mode);
  *log_frames = static_cast<int>(state.store->wal().mx_frame());
  *checkpointed_frames = static_cast<int>(state.store->wal().backfilled());
  if (holds_writer) state.store->end_wal_write(state.client);
  return status.ok() && was_busy ? Status(Code::kBusy) : status;
}

// --- leaving and entering the mode ---

/** This pager is done with the WAL. The last one moves everything to the database and removes the log. */
void Pager::close_wal() {
  PagerState& state = *state_;
  if (!state.in_wal) return;
  std::lock_guard closing(state.store->wal_open_mutex());
  state.in_wal = false;
  if (!state.store->leave_wal(state.client)) return;
  bool complete = false;
  if (!readonly_) {
    const Status status = run_checkpoint(CheckpointMode::kPassive, &complete);
    if (status.ok() && complete) ignore_status(state.store->wal().remove());
  }
  state.store->close_wal(state.client, false);
}

Status Pager::leave_wal_mode() {
  PagerState& state = *state_;
  ASSERT(!in_read_);
  std::unique_lock closing(state.store->wal_open_mutex());
  if (!state.store->is_only_wal_client(state.client)) return Code::kBusy;
  bool complete = false;
  RETURN_IF_ERROR(run_checkpoint(CheckpointMode::kPassive, &complete));
  if (!complete) return Code::kBusy;
  RETURN_IF_ERROR(state.store->wal().remove());
  state.store->leave_wal(state.client);
  state.store->close_wal(state.client, true);
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
  if (!state.store && mode == JournalMode::kWal) return kOk;
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
