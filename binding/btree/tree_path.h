// TreePath: the nodes from a tree's root down to one node, each with the position in it. A cursor's position
// is a path; the balancer works on one.
#pragma once
#include <cstdint>

#include "base/assert.h"
#include "btree/node.h"

namespace ringlite {

/** One node of a path. In an interior node above the last level, `index` is the child that the path follows:
   0 to cell_count() (the right-most child). In the last node it is the cell that the path ends at. */
struct PathLevel {
  Node node;
  uint32_t index = 0;
};

struct TreePath {
  /** levels[0] is the root; `depth` levels are in use, 0 when the path is empty. */
  PathLevel levels[kMaxDepth];
  int depth = 0;

  PathLevel& last() {
    ASSERT(depth > 0);
    return levels[depth - 1];
  }
  const PathLevel& last() const {
    ASSERT(depth > 0);
    return levels[depth - 1];
  }
  /** Drops all levels from `level` on. */
  void cut(int level) {
    while (depth > level) levels[--depth].node.reset();
  }
  void clear() { cut(0); }
  /** Whether the path follows the right-most child in all levels above `level`. */
  bool is_rightmost_above(int level) const {
    for (int i = 0; i < level; i++) {
      if (levels[i].index != levels[i].node.cell_count()) return false;
    }
    return true;
  }
};

}  // namespace ringlite
