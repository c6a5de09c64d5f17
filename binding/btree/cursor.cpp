// Life of a cursor: opening, closing, saving and restoring its position, stepping past the fast path.
#include "btree/cursor.h"

#include "btree/read_tracker.h"

namespace ringlite {

Status Cursor::open(Btree& btree, Pgno root, bool writable, const KeyInfo* key_info) {
  ASSERT(!is_open() && btree.in_transaction());
  if (writable) {
    ASSERT(btree.is_writing());
    if (btree.is_readonly()) return Code::kReadonly;
  }
  // A root page beyond the file is found out on first use. A new file has no page 1 yet: its schema is empty
  // (root 0).
  CORRUPT_IF(root == 0);
  btree_ = &btree;
  root_ = root == 1 && btree.page_count() == 0 ? 0 : root;
  is_writable_ = writable;
  key_info_ = key_info;
  tracker_ = btree.read_tracker_;
  trip_code_ = kOk;
  skip_next_ = 0;
  overflow_page_count_ = 0;
  set_state(State::kInvalid);
  next_cursor_ = btree.cursors_;
  if (next_cursor_) next_cursor_->link_to_me_ = &next_cursor_;
  link_to_me_ = &btree.cursors_;
  btree.cursors_ = this;
  return kOk;
}

void Cursor::close() {
  if (!btree_) return;
  finish_tracked_range();
  delete_tracked_range();
  path_.clear();
  *link_to_me_ = next_cursor_;
  if (next_cursor_) next_cursor_->link_to_me_ = link_to_me_;
  next_cursor_ = nullptr;
  link_to_me_ = nullptr;
  btree_ = nullptr;
  is_pinned_ = false;
  set_state(State::kInvalid);
}

void Cursor::clear_position() {
  finish_tracked_range();
  path_.clear();
  skip_next_ = 0;
  if (state_ != State::kTripped) set_state(State::kInvalid);
}

void Cursor::trip(Status code) {
  finish_tracked_range();
  path_.clear();
  skip_next_ = 0;
  trip_code_ = code;
  set_state(State::kTripped);
}

Status Cursor::save_position() {
  if (state_ != State::kValid && state_ != State::kSkip) return kOk;
  if (is_pinned_) return Code::kConstraintPinned;
  finish_tracked_range();
  if (state_ == State::kValid) skip_next_ = 0;
  if (is_table()) {
    saved_rowid_ = rowid();
  } else {
    const uint32_t size = payload_size();
    CORRUPT_IF(size / btree_->usable_size() > btree_->page_count());
    RETURN_IF_ERROR(saved_key_.resize(size));
    RETURN_IF_ERROR(payload(0, size, saved_key_.data()));
  }
  path_.clear();
  set_state(State::kSaved);
  return kOk;
}

Status Cursor::restore_saved() {
  if (state_ == State::kTripped) return trip_code_;
  ASSERT(state_ == State::kSaved);
  set_state(State::kInvalid);
  int result = 0;
  Status status =
      is_table() ? search_rowid(saved_rowid_, &result)
                 : seek_saved_record(saved_key_.data(), static_cast<uint32_t>(saved_key_.size()), &result);
  if (!status.ok()) {
    path_.clear();
    set_state(State::kSaved);
    return status;
  }
  if (tracker_) track_restored(result);
  if (result != 0) skip_next_ = static_cast<int8_t>(result < 0 ? -1 : 1);
  if (skip_next_ != 0 && state_ == State::kValid) set_state(State::kSkip);
  return kOk;
}

Status Cursor::restore(bool* different_row) {
  *different_row = true;
  if (state_ == State::kSaved || state_ == State::kTripped) RETURN_IF_ERROR(restore_saved());
  *different_row = state_ != State::kValid;
  return kOk;
}

/** Before a step: brings a saved cursor back. */
Status Cursor::require_position() {
  if (state_ == State::kSaved || state_ == State::kTripped) return restore_saved();
  return kOk;
}

Status Cursor::next_slow() {
  if (state_ != State::kValid) {
    RETURN_IF_ERROR(require_position());
    if (state_ == State::kInvalid) return Code::kDone;
    if (state_ == State::kSkip) {
      // The entry that the step would lead to is already under the cursor.
      const bool is_there = skip_next_ > 0;
      skip_next_ = 0;
      set_valid();
      if (is_there) {
        if (tracker_) {
          track_before_step(true);
          track_step(true);
        }
        return kOk;
      }
    }
  }
  if (tracker_) track_before_step(true);
  Status status = step_forward();
  if (tracker_ && status.ok()) track_step(true);
  if (status.is(Code::kDone)) {
    if (tracker_) track_end(true);
    path_.cut(1);
    set_state(State::kInvalid);
  } else if (!status.ok()) {
    path_.clear();
    set_state(State::kInvalid);
  }
  return status;
}

Status Cursor::previous_slow() {
  if (state_ != State::kValid) {
    RETURN_IF_ERROR(require_position());
    if (state_ == State::kInvalid) return Code::kDone;
    if (state_ == State::kSkip) {
      const bool is_there = skip_next_ < 0;
      skip_next_ = 0;
      set_valid();
      if (is_there) {
        if (tracker_) {
          track_before_step(false);
          track_step(false);
        }
        return kOk;
      }
    }
  }
  if (tracker_) track_before_step(false);
  Status status = step_backward();
  if (tracker_ && status.ok()) track_step(false);
  if (status.is(Code::kDone)) {
    if (tracker_) track_end(false);
    path_.cut(1);
    set_state(State::kInvalid);
  } else if (!status.ok()) {
    path_.clear();
    set_state(State::kInvalid);
  }
  return status;
}

}  // namespace ringlite
