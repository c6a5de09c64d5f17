// PlaceHint: where in a node the last search for a key ended. Keys that arrive in order, anywhere in a tree,
// end where the last one did or one place on; two comparisons a node then take the place of a binary search.
// It only proposes places: what other searches, insertions and balancing have done to the node since makes it
// slower, not wrong. Nodes whose searches jump about are halved as ever.
#pragma once
#include <cstdint>

#include "btree/node.h"

namespace ringlite {

class PlaceHint {
 public:
  /** For a search in the node of that header. */
  void begin_node(NodeHeader& header) {
    header_ = &header;
    const uint32_t count = header.cell_count;
    is_used_ = header.is_steady && count > 0;
    place_ = header.last_place < count ? header.last_place : count - 1;
  }
  /** Whether place() is where to look next in [low, high). */
  bool proposes(uint32_t low, uint32_t high) const { return is_used_ && place_ >= low && place_ < high; }
  uint32_t place() const { return place_; }
  /** The key is above or below what is at place(): the other side of it is looked at next, then no more. */
  void note(bool is_above) {
    is_used_ = !is_confirming_ && (is_above || place_ > 0);
    is_confirming_ = true;
    place_ = is_above ? place_ + 1 : place_ - 1;
  }
  /** The search has ended at `place`. */
  void end_node(uint32_t place) {
    const uint32_t last = header_->last_place;
    header_->is_steady = place == last || place == last + 1;
    header_->last_place = static_cast<uint16_t>(place);
    is_confirming_ = false;
  }

 private:
  NodeHeader* header_ = nullptr;
  uint32_t place_ = 0;
  bool is_used_ = false;
  bool is_confirming_ = false;
};

}  // namespace ringlite
