// How cursors report their reads. A scan reports nothing while it steps: the cursor remembers where it
// started (scan_->low and high) and the range up to its position is reported when it leaves it, so that
// next() costs the same as ever.
#include <new>

#include "base/memory.h"
#include "btree/cursor.h"
#include "btree/read_tracker.h"
#include "record/record.h"

namespace ringlite {

/** The range that the cursor is reading: what is certain of it. In the direction of the scan it reaches to
 * the position. */
struct Cursor::ScanRange {
  enum class Direction : uint8_t { kNone, kForward, kBackward };
  struct End {
    bool is_unbounded = false;
    int64_t rowid = 0;
    Buffer record;
  };
  bool is_active = false;
  /** Not 0: the range is the key that was sought; the position is a neighbour not looked at so far, <0 a
   * smaller one. */
  int inexact_side = 0;
  Value key;  ///< the key that is sought, encoded; kept for its memory
  Direction direction = Direction::kNone;
  End low;
  End high;
};

/** The scan, made when it is first needed and emptied. Without memory the whole tree counts as read. */
bool Cursor::start_tracked_range() {
  if (!scan_) {
    void* memory = mem_alloc(sizeof(ScanRange));
    if (!memory) {
      tracker_->add_whole_tree(root_);
      return false;
    }
    scan_ = new (memory) ScanRange();
  }
  scan_->is_active = true;
  scan_->inexact_side = 0;
  scan_->direction = ScanRange::Direction::kNone;
  scan_->low.is_unbounded = scan_->high.is_unbounded = false;
  return true;
}

void Cursor::delete_tracked_range() {
  if (!scan_) return;
  scan_->~ScanRange();
  mem_free(scan_);
  scan_ = nullptr;
}

/** Sets an end of the range to the key at the position; beyond all keys when there is none. */
void Cursor::track_position(bool is_high) {
  ScanRange::End& end = is_high ? scan_->high : scan_->low;
  end.is_unbounded = state_ != State::kValid;
  if (end.is_unbounded) return;
  if (is_table()) {
    end.rowid = rowid();
    return;
  }
  const uint32_t size = payload_size();
  const bool is_plausible = size / btree_->usable_size() <= btree_->page_count();
  if (!is_plausible || !end.record.resize(size).ok() || !payload(0, size, end.record.data()).ok())
    end.is_unbounded = true;
}

void Cursor::end_tracked_range() {
  if (!scan_->is_active) return;
  scan_->is_active = false;
  if (state_ == State::kValid && scan_->direction != ScanRange::Direction::kNone)
    track_position(scan_->direction == ScanRange::Direction::kForward);
  TrackedRange range;
  const auto bound = [](const ScanRange::End& end) {
    return TrackedBound{end.is_unbounded, end.rowid, end.record.data(),
                        static_cast<uint32_t>(end.record.size())};
  };
  range.low = bound(scan_->low);
  range.high = bound(scan_->high);
  tracker_->add_range(root_, is_table(), range);
}

/** What is found goes to the tracker at once: most seeks are for one row, and a scan from there begins at the
 * position. */
void Cursor::track_seek_rowid(int64_t rowid, int result) {
  if (result == 0) return tracker_->add_rowid(root_, rowid);
  if (!start_tracked_range()) return;
  scan_->low.rowid = scan_->high.rowid = rowid;
  scan_->inexact_side = result;
}

void Cursor::track_seek_key(const RecordKey& key, int result) {
  if (!start_tracked_range()) return;
  Value& record = scan_->key;
  RecordEncoding encoding;
  encoding.text = key_info_->encoding;
  Status status = encode_record(key.values, key.field_count, encoding, &record);
  if (status.ok() && result == 0) {
    scan_->is_active = false;
    return tracker_->add_key(root_, record.data(), record.size());
  }
  if (status.ok()) status = scan_->low.record.assign(record.data(), record.size());
  if (status.ok()) status = scan_->high.record.assign(record.data(), record.size());
  if (!status.ok()) {
    scan_->is_active = false;
    return tracker_->add_whole_tree(root_);
  }
  scan_->inexact_side = result;
}

/** A position found again after it was saved: the range goes on from the remembered key. */
void Cursor::track_restored(int result) {
  if (!start_tracked_range()) return;
  scan_->low.rowid = scan_->high.rowid = saved_rowid_;
  scan_->inexact_side = result;
  if (is_table()) return;
  Status status = scan_->low.record.assign(saved_key_.data(), saved_key_.size());
  if (status.ok()) status = scan_->high.record.assign(saved_key_.data(), saved_key_.size());
  if (!status.ok()) {
    scan_->is_active = false;
    tracker_->add_whole_tree(root_);
  }
}

/** The entry under the cursor as the start of a range. */
void Cursor::track_current() {
  if (!start_tracked_range()) return;
  track_position(false);
  if (is_table() && !scan_->low.is_unbounded)
    scan_->high.rowid = scan_->low.rowid;
  else
    track_position(true);
}

void Cursor::track_inexact_position() {
  if (!scan_ || !scan_->is_active || scan_->inexact_side == 0) return;
  const int side = scan_->inexact_side;
  scan_->inexact_side = 0;
  if (state_ != State::kValid) {
    // Nothing there at all.
    scan_->low.is_unbounded = scan_->high.is_unbounded = true;
  } else {
    track_position(side > 0);
  }
}

void Cursor::track_first() {
  if (!start_tracked_range()) return;
  scan_->low.is_unbounded = true;
  track_position(true);
  scan_->direction = ScanRange::Direction::kForward;
}

void Cursor::track_last() {
  if (!start_tracked_range()) return;
  scan_->high.is_unbounded = true;
  track_position(false);
  scan_->direction = ScanRange::Direction::kBackward;
}

void Cursor::track_before_step(bool forward) {
  if (state_ != State::kValid) return;
  const auto direction = forward ? ScanRange::Direction::kForward : ScanRange::Direction::kBackward;
  if (!scan_ || !scan_->is_active) track_current();
  if (!scan_ || !scan_->is_active) return;
  track_inexact_position();
  if (scan_->direction != ScanRange::Direction::kNone && scan_->direction != direction) {
    end_tracked_range();
    track_current();
  }
  scan_->direction = direction;
}

void Cursor::track_step(bool forward) { fast_steps_ = forward ? kFastNext : kFastPrevious; }

void Cursor::track_end(bool forward) {
  if (!scan_ || !scan_->is_active) return;
  (forward ? scan_->high : scan_->low).is_unbounded = true;
  scan_->direction = ScanRange::Direction::kNone;
  end_tracked_range();
}

void Cursor::track_whole_tree() { tracker_->add_whole_tree(root_); }

}  // namespace ringlite
