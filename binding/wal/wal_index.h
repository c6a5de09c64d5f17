// WalIndex: which frame holds which page, for any moment of the log. Per frame: its page and the frame before it with the
// same page; per page (hash): its last frame. So the newest frame at or before a snapshot is found by walking back over the
// versions that are newer than the snapshot. Frames are added at the end and cut from the end.
#pragma once
#include <cstdint>

#include "base/pod_array.h"
#include "base/status.h"

namespace ringlite {

class WalIndex {
 public:
  /** Appends frame count() + 1. SQLITE_NOMEM leaves the index as it was. */
  Status add(uint32_t pgno);
  /** Makes the next `frames` add() calls succeed. */
  Status reserve(uint32_t frames);
  /** Last frame of the page that is <= `limit`, or 0. */
  uint32_t find(uint32_t pgno, uint32_t limit) const {
    if (slots_.empty()) return 0;
    uint32_t frame = slots_[slot_of(pgno)];
    while (frame > limit) frame = frames_[frame - 1].previous;
    return frame;
  }
  uint32_t pgno_of(uint32_t frame) const { return frames_[frame - 1].pgno; }
  uint32_t count() const { return static_cast<uint32_t>(frames_.size()); }
  /** Removes the frames after `count`. */
  void truncate(uint32_t count);

 private:
  struct Frame {
    uint32_t pgno;
    uint32_t previous;
  };
  /** The slot that holds the page's last frame, or the empty slot where it would go. */
  size_t slot_of(uint32_t pgno) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = (pgno * 0x9e3779b1u) & mask;
    while (slots_[slot] != 0 && frames_[slots_[slot] - 1].pgno != pgno) slot = (slot + 1) & mask;
    return slot;
  }
  Status rehash(size_t slots);

  PodArray<Frame> frames_;
  /** Last frame of some page, 0 when empty; open addressing, at most half full. */
  PodArray<uint32_t> slots_;
};

}  // namespace ringlite
