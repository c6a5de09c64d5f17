// Transactions: begin, commit, rollback, and what they have in common in all journal modes.
#include <algorithm>
#include <cstring>

#include "base/endian.h"
#include "pager/pager.h"
#include "pager/pager_state.h"

namespace ringlite {
namespace {

bool is_busy(Status status) { return status.primary() == static_cast<int32_t>(Code::kBusy); }

}  // namespace

// --- reading ---

Status Pager::try_begin_read() {
  PagerState& state = *state_;
  ASSERT(!in_read_);
  if (!state.store) {
    in_read_ = true;
    return kOk;
  }
  bool wants_wal = state.client.in_wal;
  Status status = wants_wal ? kOk : begin_shared(&wants_wal);
  if (status.ok() && wants_wal) status = enter_wal();
  if (status.ok()) {
    in_read_ = true;
    refresh_cache();
    return kOk;
  }
  if (!state.client.in_wal) state.store->unlock(state.client, LockLevel::kNone);
  return status;
}

bool Pager::try_begin_as_writer() {
  PagerState& state = *state_;
  const bool may = !in_read_ && state.store && state.client.in_wal && !readonly_ &&
                   locking_mode_ == LockingMode::kNormal && is_turn_to_write();
  if (!may || !state.store->lock(state.client, LockLevel::kShared).ok()) return false;
  if (!state.store->try_begin_wal_writer(state.client)) return false;
  if (!adopt_wal_snapshot().ok()) {
    state.store->end_wal_write(state.client);
    state.store->end_wal_read(state.client);
    return false;
  }
  in_read_ = in_write_ = true;
  refresh_cache();
  start_write_state();
  return true;
}

Status Pager::keep_reading() {
  return state_->in_wal && in_write_ ? state_->store->wal().take_read_mark(state_->client.wal) : kOk;
}

Status Pager::begin_read() { return in_read_ ? error_ : try_begin_read(); }

std::shared_ptr<const void> Pager::derived_data() const {
  if (!in_read_ || in_write_ || !state_->store) return nullptr;
  return state_->store->derived_data(state_->snapshot.version);
}

void Pager::share_derived_data(std::shared_ptr<const void> data, const PageSet* pages) {
  if (!in_read_ || in_write_ || !state_->store) return;
  state_->store->set_derived_data(std::move(data), pages, state_->snapshot.version);
}

/** Drops the cached pages that are not what the new snapshot has. */
void Pager::refresh_cache() {
  PagerState& state = *state_;
  const uint64_t version = state.in_wal ? state.snapshot.version : state.store->version();
  if (version == state.snapshot_of_cache) return;
  if (state.snapshot_of_cache != 0 || state.in_wal) data_version_++;
  const bool known = state.store->changes_since(state.snapshot_of_cache, [this](Pgno pgno) {
    if (Page* page = cache_.find(pgno)) drop(page);
  });
  if (!known) drop_all_unpinned();
  state.snapshot.version = state.snapshot_of_cache = version;
}

void Pager::end_read() {
  if (!in_read_) return;
  PagerState& state = *state_;
  if (in_write_) ignore_status(rollback());
  in_read_ = false;
  if (!error_.ok()) {
    drop_all_unpinned();
    cache_.set_hidden(false);
    error_ = kOk;
    state.snapshot_of_cache = 0;
    if (state.store && !state.in_wal) state.store->forget_everything();
    if (state.store && !state.in_wal) state.store->unlock(state.client, LockLevel::kNone);
  }
  if (!state.store) return;
  if (state.in_wal)
    end_wal_read();
  else if (locking_mode_ == LockingMode::kNormal)
    state.store->unlock(state.client, LockLevel::kNone);
}

// --- writing ---

Status Pager::begin(bool write, bool exclusive) {
  const bool fresh = !in_read_;
  for (int attempts = 0;; attempts++) {
    Status status = fresh ? try_begin_read() : kOk;
    if (status.ok() && write && fresh && !is_turn_to_write()) status = Code::kBusy;
    if (status.ok() && write) status = begin_write(exclusive);
    if (!status.ok() && fresh) end_read();
    if (!status.ok() && fresh && is_busy(status) && wait_to_begin(write, attempts)) continue;
    stop_waiting();
    return status;
  }
}

bool Pager::can_queue() const { return state_->store != nullptr; }

void Pager::wait_for_writer(int64_t limit_ns) {
  state_->store->writer_queue().wait(state_->client.waiter, limit_ns);
}

void Pager::stop_waiting() {
  if (state_->store) state_->store->writer_queue().leave(state_->client.waiter);
}

bool Pager::is_turn_to_write() {
  if (!waits_for_locks_ || !busy_handler_.is_patient || !can_queue()) return true;
  return state_->store->writer_queue().may_try(state_->client.waiter) ||
         !busy_handler_.is_patient(busy_handler_.context);
}

Status Pager::begin_write(bool exclusive) {
  RETURN_IF_ERROR(error_);
  ASSERT(in_read_);
  PagerState& state = *state_;
  if (readonly_) return Code::kReadonly;
  if (!in_write_) {
    if (state.in_wal) {
      if (locking_mode_ == LockingMode::kExclusive)
        RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kExclusive));
      RETURN_IF_ERROR(state.store->begin_wal_write(state.client));
    } else if (state.store) {
      RETURN_IF_ERROR(state.store->lock(state.client, LockLevel::kReserved));
    }
    in_write_ = true;
    start_write_state();
  }
  if (!exclusive || state.in_wal || !state.store) return kOk;
  const Status status = wait_for_exclusive();
  if (!status.ok() && !has_changes()) ignore_status(rollback());
  return status;
}

Status Pager::exclusive_lock() {
  RETURN_IF_ERROR(error_);
  return state_->store && !state_->in_wal ? wait_for_exclusive() : kOk;
}

void Pager::start_write_state() {
  PagerState& state = *state_;
  state.original_page_count = state.file_page_count = page_count_;
  state.change_counter_updated = state.file_modified = state.phase_one_done = false;
  state.is_place_checked = false;
  state.spill_blocked_at = 0;
  ASSERT(state.touched.empty() && state.journaled.empty() && state.spilled.empty());
  RollbackJournal::Settings settings;
  settings.mode = memory_ && journal_mode_ != JournalMode::kOff ? JournalMode::kMemory : journal_mode_;
  settings.synchronous = synchronous();
  settings.sync_kind = sync_kind();
  settings.exclusive_locking = locking_mode_ == LockingMode::kExclusive;
  settings.size_limit = journal_size_limit_;
  state.journal.begin(settings, page_size_, page_count_);
}

void Pager::clear_write_state() {
  PagerState& state = *state_;
  forget_savepoints();
  state.touched.clear();
  state.journaled.clear();
  state.spilled.clear();
  state.freed.clear();
  state.file_modified = state.phase_one_done = false;
  state.file_size = 0;
  in_write_ = false;
}

void Pager::cut_file(uint64_t bytes) {
  ASSERT(in_write_ && bytes <= uint64_t{page_count_} * page_size_ && !state_->in_wal);
  state_->file_size = bytes;
}

bool Pager::has_changes() const {
  return !state_->touched.empty() || state_->file_modified || page_count_ != state_->original_page_count;
}

bool Pager::can_change_journal_mode() const { return !in_write_ || !has_changes(); }

Status Pager::update_change_counter() {
  PagerState& state = *state_;
  if (state.change_counter_updated || page_count_ == 0) return kOk;
  PageRef page;
  RETURN_IF_ERROR(get(1, &page));
  RETURN_IF_ERROR(write(page));
  uint8_t* data = page.mutable_data();
  const uint32_t counter = load_be32(data + 24) + 1;
  store_be32(data + 24, counter);
  store_be32(data + 92, counter);
  store_be32(data + 96, kWriterVersion);
  state.change_counter_updated = true;
  return kOk;
}

/** The dirty pages that belong to the database, by page number. */
void Pager::collect_dirty(bool unpinned_only) {
  PagerState& state = *state_;
  state.batch.clear();
  for (uint32_t index = 0; index < cache_.dirty_count(); index++) {
    Page* page = cache_.dirty_at(index);
    if (unpinned_only && page->pins > 0) continue;
    // A free page that makes the file longer must be in the WAL, or the file would be too short after a
    // checkpoint.
    if (state.in_wal && page->pgno > state.original_page_count) page->flags &= ~kPageDontWrite;
    if (page->pgno > page_count_ || (page->flags & kPageDontWrite)) continue;
    ignore_status(state.batch.push_back(page));
  }
  std::sort(state.batch.begin(), state.batch.end(),
            [](const Page* a, const Page* b) { return a->pgno < b->pgno; });
}

/** Memory for what must not fail after the commit point. */
Status Pager::reserve_publication() {
  PagerState& state = *state_;
  RETURN_IF_ERROR(state.publish_pages.reserve(state.touched.size()));
  return state.publish_images.reserve(state.touched.size());
}

Status Pager::commit_phase_one(const char* super_journal) {
  RETURN_IF_ERROR(error_);
  if (!in_write_ || !has_changes() || state_->phase_one_done) return kOk;
  PagerState& state = *state_;
  if (!state.store) {
    state.phase_one_done = true;
    return kOk;
  }
  return state.in_wal ? commit_to_wal() : commit_to_file(super_journal);
}

Status Pager::commit_phase_two() {
  RETURN_IF_ERROR(error_);
  if (!in_write_) return kOk;
  PagerState& state = *state_;
  if (!state.store) {
    forget_changes();
    Status status = state.journal.finalize(*pool_);
    clear_write_state();
    return status;
  }
  if (state.in_wal) {
    state.store->end_wal_write(state.client);
    clear_write_state();
    return kOk;
  }
  return finish_file_commit();
}

/** The transaction's pages are the database's now: nothing distinguishes them any more. */
void Pager::forget_changes() {
  PagerState& state = *state_;
  notify_watches();
  for (Pgno pgno : state.touched) {
    Page* page = cache_.find(pgno);
    if (!page) continue;
    const bool unused = (page->flags & (kPageNoContent | kPageDontWrite)) || pgno > page_count_;
    if (memory_) cache_.mark_clean(page);
    page->flags &= ~(kPagePrivate | kPageWritable);
    if (unused && page->pins == 0 && (!memory_ || pgno > page_count_)) drop(page);
  }
  drop_truncated();
}

/** Without a file SQLite starts backups anew on every commit; so do we. */
void Pager::notify_watches() {
  for (PageWatch* watch = watches_; watch; watch = watch->next) {
    if (!state_->store) watch->is_everything = true;
    for (Pgno pgno : state_->touched)
      if (!watch->is_everything && !watch->changed.add(pgno).ok()) watch->is_everything = true;
  }
}

void Pager::drop_truncated() {
  if (page_count_ >= state_->original_page_count) return;
  for (uint32_t slot = cache_.count(); slot-- > 0;) {
    Page* page = cache_.at(slot);
    if (page->pgno > page_count_ && page->pins == 0) drop(page);
  }
}

/** Hands the committed pages to the pool, for this pager's next transactions and for the others. */
void Pager::publish_committed() {
  PagerState& state = *state_;
  notify_watches();
  state.publish_pages.clear();
  state.publish_images.clear();
  for (Pgno pgno : state.touched) {
    Page* page = cache_.find(pgno);
    const bool is_in_file = state.spilled.contains(pgno);
    Image* image = nullptr;
    if (page) {
      const bool written = (page->flags & kPagePrivate) && !(page->flags & kPageNoContent) &&
                           pgno <= page_count_ && !(page->flags & kPageDontWrite);
      cache_.mark_clean(page);
      const bool keep = written || !(page->flags & (kPagePrivate | kPageNoContent));
      page->flags &= ~(kPagePrivate | kPageWritable);
      if (written) image = page->image;
      if (!keep && page->pins == 0) {
        drop(page);
        page = nullptr;
      }
      if (!written && !is_in_file) continue;
    } else if (!is_in_file) {
      continue;
    }
    ignore_status(state.publish_pages.push_back(pgno));
    ignore_status(state.publish_images.push_back(image));
  }
  while (cache_.dirty_count() > 0) cache_.mark_clean(cache_.dirty_at(0));
  state.store->publish(state.client, state.publish_pages, state.publish_images, page_count_);
  state.snapshot = state.client.snapshot;
  state.snapshot_of_cache = state.snapshot.version;
  if (page_count_ < state.original_page_count)
    pool_->drop_above(page_count_, state.snapshot.version, state.in_wal);
  drop_truncated();
}

// --- undoing ---

void Pager::enter_error(Status error) {
  ASSERT(!error.ok());
  if (!error_.ok()) return;
  error_ = error;
  cache_.set_hidden(true);
}

Status Pager::rollback() {
  if (!in_write_) return error_;
  PagerState& state = *state_;
  if (state.in_wal && error_.ok()) {
    // What the caller reads from now on is not protected by the writer's lock any more.
    state.store->wal().discard_appended(state.client.wal);
    if (const Status status = keep_reading(); !status.ok()) enter_error(status);
  }
  if (!error_.ok()) {
    state.journal.abandon(*pool_);
    if (state.in_wal) state.store->end_wal_write(state.client);
    while (cache_.dirty_count() > 0) cache_.mark_clean(cache_.dirty_at(0));
    clear_write_state();
    return error_;
  }
  Status status = rollback_changes();
  if (status.ok() && !state.in_wal) {
    status = state.journal.finalize(*pool_);
    if (!status.ok()) enter_error(status);
  }
  if (state.in_wal)
    state.store->end_wal_write(state.client);
  else if (state.store && status.ok() && locking_mode_ == LockingMode::kNormal)
    state.store->unlock(state.client, LockLevel::kShared);
  if (!status.ok()) {
    state.journal.abandon(*pool_);
    while (cache_.dirty_count() > 0) cache_.mark_clean(cache_.dirty_at(0));
  }
  clear_write_state();
  return status;
}

/** Everything as it was when the write transaction began; the transaction stays open. */
Status Pager::rollback_changes() {
  PagerState& state = *state_;
  forget_savepoints();
  Status status = kOk;
  if (state.in_wal)
    state.store->wal().discard_appended(state.client.wal);
  else if (state.file_modified)
    status = journal_mode_ == JournalMode::kOff ? Status(Code::kAbort) : state.journal.restore(*state.file());
  if (status.ok()) status = restore_pages();
  if (!status.ok()) {
    enter_error(status);
    return status;
  }
  state.spilled.clear();
  state.freed.clear();
  state.touched.clear();
  state.change_counter_updated = state.phase_one_done = false;
  state.file_page_count = state.original_page_count;
  return kOk;
}

Status Pager::restore_pages() {
  PagerState& state = *state_;
  page_count_ = state.original_page_count;
  for (size_t i = 0; i < state.journal.pending_count(); i++) {
    Image* original = state.journal.pending(i);
    Page* page = cache_.find(original->pgno);
    if (!page || page->image == original) continue;
    pool_->release(page->image);
    ImagePool::retain(original);
    if (state.store) cache_.mark_clean(page);
    set_image(page, original, 0);
    std::memset(page->extra, 0, sizeof page->extra);
  }
  state.spilled.clear();
  // Pages whose original is not in memory: load() must not take them for pages of a running write
  // transaction.
  in_write_ = false;
  Status status = kOk;
  for (size_t i = 0; i < state.touched.size() && status.ok(); i++) {
    Page* page = cache_.find(state.touched[i]);
    if (!page || !(page->flags & (kPagePrivate | kPageNoContent))) continue;
    if (page->pins == 0) {
      drop(page);
      continue;
    }
    cache_.mark_clean(page);
    std::memset(page->extra, 0, sizeof page->extra);
    Image* old = page->image;
    status = load(page);
    if (status.ok()) pool_->release(old);
  }
  in_write_ = true;
  while (state.store && cache_.dirty_count() > 0) cache_.mark_clean(cache_.dirty_at(0));
  return status;
}

}  // namespace ringlite
