// Savepoints: nested undo inside one write transaction.
#include <cstring>

#include "pager/pager.h"
#include "pager/pager_state.h"

namespace ringlite {

Status Pager::open_savepoints(int count) {
  RETURN_IF_ERROR(error_);
  ASSERT(in_write_);
  SavepointLog& log = state_->savepoints;
  while (log.count() < count) RETURN_IF_ERROR(log.open(page_count_));
  savepoint_count_ = log.count();
  savepoint_serial_ = log.serial();
  return kOk;
}

Status Pager::release_savepoint(int index) {
  if (index >= savepoint_count_) return kOk;
  SavepointLog& log = state_->savepoints;
  log.release(*pool_, index);
  savepoint_count_ = log.count();
  savepoint_serial_ = log.serial();
  return kOk;
}

void Pager::forget_savepoints() {
  state_->savepoints.clear(*pool_);
  savepoint_count_ = 0;
  savepoint_serial_ = 0;
}

/** Puts one saved content back into the cache. */
Status Pager::restore_saved(size_t index) {
  PagerState& state = *state_;
  const SavepointLog::Entry& entry = state.savepoints.entry(index);
  Page* page = cache_.find(entry.pgno);
  Image* image = nullptr;
  RETURN_IF_ERROR(state.savepoints.load(*pool_, index, &image));
  if (!page) {
    if (Status status = cache_.insert(entry.pgno, this, &page); !status.ok()) {
      pool_->release(image);
      return status;
    }
  } else {
    pool_->release(page->image);
  }
  page->image = nullptr;
  std::memset(page->extra, 0, sizeof page->extra);
  // An unchanged page of the database is clean again, unless something newer reached the file (or is not
  // there at all).
  const bool clean = !entry.was_private && state.store && !state.spilled.contains(entry.pgno) && entry.image;
  if (clean)
    cache_.mark_clean(page);
  else
    cache_.mark_dirty(page);
  set_image(page, image, clean || !(entry.was_private || !entry.image) ? 0 : kPagePrivate);
  page->saved_serial = 0;
  return kOk;
}

Status Pager::rollback_to_savepoint(int index) {
  RETURN_IF_ERROR(error_);
  ASSERT(in_write_ && index < savepoint_count_);
  if (index < 0) return rollback_changes();
  PagerState& state = *state_;
  const SavepointLog::Savepoint savepoint = state.savepoints.at(index);
  for (size_t entry = state.savepoints.entry_count(); entry-- > savepoint.first_entry;) {
    if (Status status = restore_saved(entry); !status.ok()) {
      enter_error(status);
      return status;
    }
  }
  const bool had_grown = page_count_ > savepoint.page_count;
  page_count_ = savepoint.page_count;
  for (uint32_t slot = had_grown ? cache_.count() : 0; slot-- > 0;) {
    Page* page = cache_.at(slot);
    if (page->pgno <= page_count_) continue;
    if (page->pins == 0) {
      drop(page);
      continue;
    }
    cache_.mark_clean(page);
    std::memset(page->extra, 0, sizeof page->extra);
  }
  state.savepoints.rewind(*pool_, index);
  savepoint_count_ = state.savepoints.count();
  savepoint_serial_ = state.savepoints.serial();
  return kOk;
}

}  // namespace ringlite
