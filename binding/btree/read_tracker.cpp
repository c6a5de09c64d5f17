// See read_tracker.h.
#include "btree/read_tracker.h"

#include <cstring>
#include <new>

#include "base/memory.h"

namespace ringlite {

ReadTracker::~ReadTracker() { clear(); }

void ReadTracker::clear() {
  while (trees_) {
    Tree* next = trees_->next;
    trees_->~Tree();
    mem_free(trees_);
    trees_ = next;
  }
  pages_.clear();
  has_read_all_pages_ = has_read_all_trees_ = false;
}

bool ReadTracker::grow_pages(size_t byte) {
  const size_t old_size = pages_.size();
  size_t size = old_size * 2 > byte + 64 ? old_size * 2 : byte + 64;
  if (!pages_.resize(size).ok()) {
    has_read_all_pages_ = true;
    return false;
  }
  std::memset(pages_.data() + old_size, 0, size - old_size);
  return true;
}

ReadTracker::Tree* ReadTracker::find(Pgno root) const {
  for (Tree* tree = trees_; tree; tree = tree->next) {
    if (tree->root == root) return tree;
  }
  return nullptr;
}

ReadTracker::Tree* ReadTracker::move_to_front(Pgno root) {
  for (Tree** link = &trees_; *link; link = &(*link)->next) {
    Tree* const found = *link;
    if (found->root != root) continue;
    *link = found->next;
    found->next = trees_;
    return trees_ = found;
  }
  void* memory = mem_alloc(sizeof(Tree));
  if (!memory) {
    has_read_all_trees_ = true;
    return nullptr;
  }
  Tree* tree = new (memory) Tree();
  tree->root = root;
  tree->next = trees_;
  trees_ = tree;
  return tree;
}

void ReadTracker::make_whole(Tree& tree) {
  tree.is_whole = true;
  tree.count = 0;
  tree.ranges.reset();
  tree.keys.reset();
}

void ReadTracker::add_whole_tree(Pgno root) {
  if (Tree* tree = find_or_add(root)) make_whole(*tree);
}

/** Rowids that come one after the other become one range. */
bool ReadTracker::extend_last(Tree& tree, const StoredRange& range) {
  if (tree.count == 0) return false;
  StoredRange& last = last_range(tree);
  const bool starts_after = !range.is_low_unbounded && !last.is_high_unbounded &&
                            last.high_rowid < INT64_MAX && range.low_rowid > last.high_rowid + 1;
  const bool ends_before = !range.is_high_unbounded && !last.is_low_unbounded && last.low_rowid > INT64_MIN &&
                           range.high_rowid < last.low_rowid - 1;
  if (starts_after || ends_before) return false;
  last.is_low_unbounded |= range.is_low_unbounded;
  last.is_high_unbounded |= range.is_high_unbounded;
  if (range.low_rowid < last.low_rowid) last.low_rowid = range.low_rowid;
  if (range.high_rowid > last.high_rowid) last.high_rowid = range.high_rowid;
  return true;
}

/** A range of an index that goes on where the last one ended. */
bool ReadTracker::extend_last_key(Tree& tree, const TrackedRange& range) {
  if (tree.count == 0 || range.low.is_unbounded) return false;
  StoredRange& last = last_range(tree);
  if (last.is_high_unbounded || last.high_size != range.low.record_size ||
      std::memcmp(tree.keys.data() + last.high_offset, range.low.record, last.high_size) != 0)
    return false;
  const size_t offset = tree.keys.size();
  if (!range.high.is_unbounded && !tree.keys.append(range.high.record, range.high.record_size).ok())
    return false;
  last.is_high_unbounded = range.high.is_unbounded;
  last.high_offset = static_cast<uint32_t>(offset);
  last.high_size = range.high.is_unbounded ? 0 : range.high.record_size;
  return true;
}

void ReadTracker::append(Tree& tree, const StoredRange& range) {
  if (!tree.ranges.append(&range, sizeof range).ok() || ++tree.count > kMaxRangesPerTree) make_whole(tree);
}

void ReadTracker::append_rowid(Tree& tree, int64_t rowid) {
  StoredRange stored{};
  stored.low_rowid = stored.high_rowid = rowid;
  if (!extend_last(tree, stored)) append(tree, stored);
}

void ReadTracker::add_key(Pgno root, const uint8_t* record, uint32_t size) {
  Tree* tree = find_or_add(root);
  if (!tree || tree->is_whole) return;
  StoredRange stored{};
  stored.low_offset = stored.high_offset = static_cast<uint32_t>(tree->keys.size());
  stored.low_size = stored.high_size = size;
  if (!tree->keys.append(record, size).ok()) return make_whole(*tree);
  append(*tree, stored);
}

void ReadTracker::add_range(Pgno root, bool is_table, const TrackedRange& range) {
  Tree* tree = find_or_add(root);
  if (!tree || tree->is_whole) return;
  StoredRange stored{};
  stored.is_low_unbounded = range.low.is_unbounded;
  stored.is_high_unbounded = range.high.is_unbounded;
  if (is_table) {
    stored.low_rowid = range.low.rowid;
    stored.high_rowid = range.high.rowid;
    if (extend_last(*tree, stored)) return;
  }
  Status status;
  if (!is_table) {
    if (extend_last_key(*tree, range)) return;
    stored.low_offset = static_cast<uint32_t>(tree->keys.size());
    stored.low_size = range.low.record_size;
    status = tree->keys.append(range.low.record, range.low.record_size);
    stored.high_offset = static_cast<uint32_t>(tree->keys.size());
    stored.high_size = range.high.record_size;
    if (status.ok()) status = tree->keys.append(range.high.record, range.high.record_size);
  }
  if (!status.ok()) return make_whole(*tree);
  append(*tree, stored);
}

bool ReadTracker::has_read_whole_tree(Pgno root) const {
  if (has_read_all_trees_) return true;
  const Tree* tree = find(root);
  return tree && tree->is_whole;
}

uint32_t ReadTracker::range_count(Pgno root) const {
  const Tree* tree = find(root);
  return tree ? tree->count : 0;
}

TrackedRange ReadTracker::range(Pgno root, uint32_t index) const {
  const Tree* tree = find(root);
  ASSERT(tree && index < tree->count);
  const StoredRange& stored = reinterpret_cast<const StoredRange*>(tree->ranges.data())[index];
  TrackedRange range;
  range.low = {stored.is_low_unbounded, stored.low_rowid, tree->keys.data() + stored.low_offset,
               stored.low_size};
  range.high = {stored.is_high_unbounded, stored.high_rowid, tree->keys.data() + stored.high_offset,
                stored.high_size};
  return range;
}

bool ReadTracker::has_read_rowid(Pgno root, int64_t rowid) const {
  if (has_read_whole_tree(root)) return true;
  for (uint32_t i = 0; i < range_count(root); i++) {
    const TrackedRange range = this->range(root, i);
    if ((range.low.is_unbounded || range.low.rowid <= rowid) &&
        (range.high.is_unbounded || rowid <= range.high.rowid))
      return true;
  }
  return false;
}

}  // namespace ringlite
