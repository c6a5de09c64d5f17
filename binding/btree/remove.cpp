// Deleting entries, and counting them.
#include "btree/balance.h"
#include "btree/cursor.h"
#include "btree/unpacked_key.h"

namespace ringlite {

Status Cursor::remove(uint8_t flags) {
  RETURN_IF_ERROR(prepare_to_write());
  if (state_ == State::kSaved) {
    RETURN_IF_ERROR(restore_saved());
    if (state_ != State::kValid) return kOk;
  }
  CORRUPT_IF(state_ != State::kValid);
  finish_tracked_range();
  Status status = remove_current(flags);
  if (!status.ok()) {
    clear_position();
    return status;
  }
  if (!is_pinned_ || state_ != State::kInvalid) return kOk;
  // A pinned cursor goes on to hold its tree, on whatever entry there is.
  bool is_empty;
  return first(&is_empty);
}

Status Cursor::remove_current(uint8_t flags) {
  TreeFile& file = btree_->file_;
  PathLevel& level = path_.last();
  Node& node = level.node;
  CORRUPT_IF(node.header().kind == 0 || level.index >= node.cell_count());
  RETURN_IF_ERROR(node.count_free_bytes());
  CellInfo cell;
  RETURN_IF_ERROR(node.read_cell(level.index, &cell));
  // The node stays as it is when the entry goes without a balance: then the cursor can stay, too.
  const bool stays =
      node.is_leaf() && node.cell_count() > 1 &&
      (path_.depth == 1 || (node.free_bytes() + cell.cell_size + 2) * 3 <= node.usable_size() * 2);
  const bool saves = (flags & kDeleteSavePosition) != 0;
  if (saves && !stays) {
    // save_position() drops the path, which is still needed: keep a copy of the key only.
    if (is_table()) {
      saved_rowid_ = cell.rowid;
    } else {
      CORRUPT_IF(cell.payload_size / btree_->usable_size() > btree_->page_count());
      RETURN_IF_ERROR(saved_key_.resize(cell.payload_size));
      RETURN_IF_ERROR(read_payload_of(node, cell, saved_key_.data()));
    }
  }
  // Who steps on from the deleted entry reads the gap beside it.
  if (tracker_ && saves && stays) track_current();
  RETURN_IF_ERROR(file.free_overflow_chain(cell));
  if (node.is_leaf()) {
    RETURN_IF_ERROR(file.pager->write(node.page()));
    RETURN_IF_ERROR(node.drop_cell(level.index, cell.cell_size, file.clears_cells()));
    if (stays) {
      if (!saves) {
        path_.cut(1);
        set_state(State::kInvalid);
        return kOk;
      }
      skip_next_ = 1;
      if (level.index >= node.cell_count()) {
        level.index = node.cell_count() - 1;
        skip_next_ = -1;
      }
      set_state(State::kSkip);
      return kOk;
    }
    if (path_.depth > 1) RETURN_IF_ERROR(balance_path());
  } else {
    RETURN_IF_ERROR(remove_from_interior());
  }
  path_.clear();
  skip_next_ = 0;
  set_state(saves ? State::kSaved : State::kInvalid);
  return kOk;
}

Status Cursor::balance_path() {
  Balancer balancer(btree_->file_, btree_->balance_space_, path_);
  return balancer.apply(NodeEdit());
}

/** An entry in an interior node of an index tree: its predecessor, the largest entry of a leaf below, takes
 * its place. */
Status Cursor::remove_from_interior() {
  TreeFile& file = btree_->file_;
  const int depth = path_.depth;  // of the interior node
  PathLevel& level = path_.last();
  RETURN_IF_ERROR(descend(level.node.child(level.index)));
  RETURN_IF_ERROR(descend_to_last());
  Node& leaf = path_.last().node;
  RETURN_IF_ERROR(file.pager->write(leaf.page()));
  RETURN_IF_ERROR(leaf.count_free_bytes());
  CellInfo info;
  const uint32_t last = path_.last().index;
  RETURN_IF_ERROR(leaf.read_cell(last, &info));
  uint32_t size = info.cell_size;
  if (size == tree_page::kMinCellSize && info.payload_size + 1 < size) size = info.payload_size + 1;

  // The new divider: the leaf's cell with the old one's child pointer in front.
  Buffer& space = btree_->cell_space_;
  RETURN_IF_ERROR(space.resize(btree_->page_size() + kPageSlack));
  CORRUPT_IF(size + 4 > space.size());
  store_be32(space.data(), level.node.child(level.index));
  std::memcpy(space.data() + 4, leaf.cell(last), size);
  size += 4;
  RETURN_IF_ERROR(leaf.drop_cell(last, info.cell_size, file.clears_cells()));

  NodeEdit edit;
  edit.from = level.index;
  edit.removed = 1;
  edit.add(space.data(), size);
  bool fits = false;
  RETURN_IF_ERROR(Balancer::apply_in_place(file, level.node, &edit, &fits));
  if (fits) {
    RETURN_IF_ERROR(balance_path());
    // The node with the new divider can have become too empty itself; when the leaf's balance got that far,
    // it was handled.
    if (path_.depth >= depth) {
      path_.cut(depth);
      if (depth > 1) RETURN_IF_ERROR(balance_path());
    }
    return kOk;
  }
  return replace_divider_and_rebalance(depth, edit);
}

/** The larger divider splits its node, after which the way to the leaf is another: find it again below the
 * divider. */
Status Cursor::replace_divider_and_rebalance(int depth, const NodeEdit& edit) {
  // The payload of the divider identifies the place; take it before the space is used for anything else.
  CellInfo info;
  path_.levels[depth - 1].node.parse_cell_at(edit.cells[0], &info);
  Buffer record;
  RETURN_IF_ERROR(record.resize(info.payload_size));
  RETURN_IF_ERROR(read_payload_of(path_.levels[depth - 1].node, info, record.data()));
  path_.cut(depth);
  Balancer balancer(btree_->file_, btree_->balance_space_, path_);
  RETURN_IF_ERROR(balancer.apply(edit));
  path_.clear();
  set_state(State::kInvalid);
  int result = 0;
  RETURN_IF_ERROR(find_emptied_leaf(record, &result));
  return balance_path();
}

/** From the root to the leaf that the divider's entry came from, which can be without any cell now. */
Status Cursor::find_emptied_leaf(const Buffer& record, int* result) {
  RETURN_IF_ERROR(seek_saved_record(record.data(), static_cast<uint32_t>(record.size()), result));
  CORRUPT_IF(*result != 0 || path_.last().node.is_leaf());
  TreeFile& file = btree_->file_;
  Pgno child = path_.last().node.child(path_.last().index);
  for (;;) {
    CORRUPT_IF(path_.depth >= kMaxDepth);
    PathLevel& level = path_.levels[path_.depth];
    RETURN_IF_ERROR(file.get_node(child, &level.node));
    path_.depth++;
    CORRUPT_IF(level.node.is_table());
    if (level.node.is_leaf()) {
      level.index = 0;
      return kOk;
    }
    level.index = level.node.cell_count();
    child = level.node.right_child();
  }
}

Status Cursor::count(int64_t* entries) {
  finish_tracked_range();
  *entries = 0;
  RETURN_IF_ERROR(move_to_root());
  if (tracker_) track_whole_tree();
  if (state_ != State::kValid) return kOk;
  int64_t total = 0;
  Status status = count_below(&total);
  clear_position();
  if (status.ok()) *entries = total;
  return status;
}

/** Walks all nodes of the tree, depth first, without looking at cells of leaves. */
Status Cursor::count_below(int64_t* total) {
  for (;;) {
    PathLevel& level = path_.last();
    if (level.node.is_leaf() || !is_table()) *total += level.node.cell_count();
    if (!level.node.is_leaf()) {
      level.index = 0;
      RETURN_IF_ERROR(descend(level.node.child(0)));
      continue;
    }
    do {
      if (path_.depth == 1) return kOk;
      path_.cut(path_.depth - 1);
    } while (path_.last().index >= path_.last().node.cell_count());
    PathLevel& ancestor = path_.last();
    ancestor.index++;
    RETURN_IF_ERROR(descend(ancestor.node.child(ancestor.index)));
  }
}

int64_t Cursor::entry_count_estimate() const {
  if (state_ != State::kValid || !path_.last().node.is_leaf()) return -1;
  int64_t estimate = 1;
  for (int i = 0; i < path_.depth; i++) estimate *= path_.levels[i].node.cell_count();
  return estimate;
}

}  // namespace ringlite
