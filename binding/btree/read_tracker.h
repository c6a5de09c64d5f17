// ReadTracker: what a transaction has read, as its cursors report it: the pages, and for each tree the closed
// ranges of keys whose presence or absence was seen. Concurrent transactions validate against it.
//
// Reports are conservative: a range may be larger than what was read, never smaller. When memory runs out or
// a tree has too many ranges, the whole tree counts as read. Nothing here fails.
#pragma once
#include <cstdint>

#include "base/buffer.h"
#include "pager/page.h"

namespace ringlite {

/** One end of a range: a rowid, an encoded record (perhaps only the leading fields), or the end of the tree.
 */
struct TrackedBound {
  bool is_unbounded = false;
  int64_t rowid = 0;
  const uint8_t* record = nullptr;  ///< index trees
  uint32_t record_size = 0;
};

/** Keys from `low` to `high`, both included. */
struct TrackedRange {
  TrackedBound low;
  TrackedBound high;
};

class ReadTracker {
 public:
  /** Above this many ranges a tree counts as read as a whole. */
  static constexpr uint32_t kMaxRangesPerTree = 10'000;

  ReadTracker() = default;
  ~ReadTracker();
  ReadTracker(const ReadTracker&) = delete;
  ReadTracker& operator=(const ReadTracker&) = delete;

  void page_read(Pgno pgno) {
    const size_t byte = pgno / 8;
    if (byte >= pages_.size()) [[unlikely]] {
      if (!grow_pages(byte)) return;
    }
    pages_.data()[byte] |= static_cast<uint8_t>(1 << (pgno % 8));
  }
  /** Copies the bounds' records. `is_table` tells which kind of bound the range has. */
  void add_range(Pgno root, bool is_table, const TrackedRange& range);
  /** The one row of a table. */
  void add_rowid(Pgno root, int64_t rowid) {
    Tree* tree = find_or_add(root);
    if (!tree || tree->is_whole) return;
    if (tree->count > 0) {
      StoredRange& last = last_range(*tree);
      if (!last.is_low_unbounded && !last.is_high_unbounded && rowid >= last.low_rowid &&
          rowid <= last.high_rowid)
        return;
    }
    append_rowid(*tree, rowid);
  }
  /** The entries of an index that agree with the record. Its bytes are copied. */
  void add_key(Pgno root, const uint8_t* record, uint32_t size);
  void add_whole_tree(Pgno root);

  bool has_read_page(Pgno pgno) const {
    return has_read_all_pages_ || (pgno / 8 < pages_.size() && (pages_[pgno / 8] & (1 << (pgno % 8))) != 0);
  }
  bool has_read_whole_tree(Pgno root) const;
  /** Number of ranges of the tree, and the range `index` in the order of the reports (bounds stay owned by
   * the tracker). */
  uint32_t range_count(Pgno root) const;
  TrackedRange range(Pgno root, uint32_t index) const;
  /** Whether a rowid lies in a range of the table. */
  bool has_read_rowid(Pgno root, int64_t rowid) const;
  /** Forgets everything: a new transaction. */
  void clear();

 private:
  struct StoredRange {
    int64_t low_rowid, high_rowid;
    uint32_t low_offset, low_size;  // in keys_
    uint32_t high_offset, high_size;
    bool is_low_unbounded, is_high_unbounded;
  };
  struct Tree {
    Pgno root = 0;
    bool is_whole = false;
    uint32_t count = 0;
    Buffer ranges;  // StoredRange[count]
    Buffer keys;
    Tree* next = nullptr;
  };

  bool grow_pages(size_t byte);
  Tree* find(Pgno root) const;
  Tree* find_or_add(Pgno root) { return trees_ && trees_->root == root ? trees_ : move_to_front(root); }
  Tree* move_to_front(Pgno root);
  static StoredRange& last_range(Tree& tree) {
    return reinterpret_cast<StoredRange*>(tree.ranges.data())[tree.count - 1];
  }
  static bool extend_last_key(Tree& tree, const TrackedRange& range);
  static void append_rowid(Tree& tree, int64_t rowid);
  static void append(Tree& tree, const StoredRange& range);
  static bool extend_last(Tree& tree, const StoredRange& range);
  static void make_whole(Tree& tree);

  Buffer pages_;
  Tree* trees_ = nullptr;  // the one reported last comes first
  bool has_read_all_pages_ = false;
  bool has_read_all_trees_ = false;
};

}  // namespace ringlite
