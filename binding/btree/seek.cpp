// Moving a cursor through its tree: to the ends, to a neighbour, to a key.
#include "base/memory.h"
#include "btree/cursor.h"
#include "btree/key_guess.h"
#include "btree/place_hint.h"
#include "btree/read_tracker.h"
#include "btree/unpacked_key.h"

namespace ringlite {

/** To the root page's first cell; invalid when the tree is empty. A root that is already pinned stays. */
Status Cursor::move_to_root() {
  if (state_ == State::kTripped) return trip_code_;
  skip_next_ = 0;
  if (root_ == 0) {
    set_state(State::kInvalid);
    return kOk;
  }
  if (path_.depth > 0) {
    path_.cut(1);
  } else {
    const Status status = btree_->file_.get_node(root_, &path_.levels[0].node);
    if (!status.ok()) {
      path_.levels[0].node.reset();
      set_state(State::kInvalid);
      return status;
    }
    path_.depth = 1;
    if (tracker_) tracker_->page_read(root_);
  }
  PathLevel& root = path_.levels[0];
  root.index = 0;
  const bool is_wrong_kind = root.node.header().kind == 0 || root.node.is_table() != is_table();
  if (is_wrong_kind || (root.node.cell_count() == 0 && !root.node.is_leaf() && root_ != 1)) {
    path_.clear();
    set_state(State::kInvalid);
    return CORRUPT();
  }
  if (root.node.cell_count() > 0) {
    set_valid();
    return kOk;
  }
  if (root.node.is_leaf()) {
    set_state(State::kInvalid);
    return kOk;
  }
  // Page 1 has less room than others: its root can be a mere link to one child.
  set_valid();
  return descend(root.node.right_child());
}

Status Cursor::descend(Pgno child) {
  CORRUPT_IF(path_.depth >= kMaxDepth);
  PathLevel& level = path_.levels[path_.depth];
  Status status = btree_->file_.get_node(child, &level.node);
  if (status.ok() && (level.node.cell_count() < 1 || level.node.is_table() != is_table())) status = CORRUPT();
  if (!status.ok()) {
    level.node.reset();
    return status;
  }
  level.index = 0;
  path_.depth++;
  if (tracker_) tracker_->page_read(child);
  return kOk;
}

Status Cursor::descend_to_first() {
  while (!path_.last().node.is_leaf()) {
    PathLevel& level = path_.last();
    RETURN_IF_ERROR(descend(level.node.child(level.index)));
  }
  return kOk;
}

Status Cursor::descend_to_last() {
  while (!path_.last().node.is_leaf()) {
    PathLevel& level = path_.last();
    level.index = level.node.cell_count();
    RETURN_IF_ERROR(descend(level.node.right_child()));
  }
  PathLevel& leaf = path_.last();
  leaf.index = leaf.node.cell_count() - 1;
  return kOk;
}

Status Cursor::first(bool* empty) {
  finish_tracked_range();
  Status status = move_to_root();
  if (status.ok() && state_ == State::kValid) status = descend_to_first();
  if (!status.ok()) {
    clear_position();
    return status;
  }
  *empty = state_ != State::kValid;
  if (tracker_) track_first();
  return kOk;
}

Status Cursor::last(bool* empty) {
  if (is_at_last_ && state_ == State::kValid && !tracker_) {
    *empty = false;
    return kOk;
  }
  finish_tracked_range();
  Status status = move_to_root();
  if (status.ok() && state_ == State::kValid) status = descend_to_last();
  if (!status.ok()) {
    clear_position();
    return status;
  }
  *empty = state_ != State::kValid;
  is_at_last_ = !*empty;
  if (tracker_) track_last();
  return kOk;
}

/** The in-order successor: SQLITE_DONE when there is none (the path is then used up). */
Status Cursor::step_forward() {
  has_info_ = false;
  is_at_last_ = false;
  PathLevel& level = path_.last();
  CORRUPT_IF(level.node.header().kind == 0);
  level.index++;
  if (level.index >= level.node.cell_count()) {
    if (!level.node.is_leaf()) {
      RETURN_IF_ERROR(descend(level.node.right_child()));
      return descend_to_first();
    }
    do {
      if (path_.depth == 1) return Code::kDone;
      path_.cut(path_.depth - 1);
    } while (path_.last().index >= path_.last().node.cell_count());
    // Index trees have an entry here; table trees only a copy of the key.
    return is_table() ? step_forward() : kOk;
  }
  return level.node.is_leaf() ? kOk : descend_to_first();
}

Status Cursor::step_backward() {
  has_info_ = false;
  is_at_last_ = false;
  PathLevel& level = path_.last();
  CORRUPT_IF(level.node.header().kind == 0);
  if (!level.node.is_leaf()) {
    RETURN_IF_ERROR(descend(level.node.child(level.index)));
    return descend_to_last();
  }
  while (path_.last().index == 0) {
    if (path_.depth == 1) return Code::kDone;
    path_.cut(path_.depth - 1);
  }
  PathLevel& ancestor = path_.last();
  ancestor.index--;
  if (is_table() && !ancestor.node.is_leaf()) {
    RETURN_IF_ERROR(descend(ancestor.node.child(ancestor.index)));
    return descend_to_last();
  }
  return kOk;
}

// Rowids
// ----------------------------------------------------------------------------------------------------------------

/** Answers a seek from the leaf under the cursor, when the key lies between its keys (or beyond the tree's
 * last). */
bool Cursor::seek_rowid_nearby(int64_t rowid, int* result) {
  if (state_ != State::kValid) return false;
  PathLevel& leaf = path_.last();
  const uint32_t count = leaf.node.cell_count();
  if (is_at_last_) {
    const int64_t last_rowid = this->rowid();
    if (last_rowid <= rowid) {
      *result = last_rowid == rowid ? 0 : -1;
      return true;
    }
  }
  if (leaf.index >= count || !leaf.node.is_leaf()) return false;
  const int64_t first_rowid = leaf.node.rowid(0);
  if (rowid < first_rowid || rowid > leaf.node.rowid(count - 1)) return false;
  set_valid();
  *result = search_leaf(rowid, first_rowid);
  return true;
}

/** Binary search among the rowids of the leaf under the cursor; sets the index. `lower_bound`: no rowid of
 * the leaf is smaller. */
int Cursor::search_leaf(int64_t rowid, int64_t lower_bound) {
  PathLevel& leaf = path_.last();
  const Node& node = leaf.node;
  uint32_t low = 0;
  uint32_t high = node.cell_count();
  // Rowids are mostly dense: the place is then known from the bound.
  const uint64_t distance = static_cast<uint64_t>(rowid) - static_cast<uint64_t>(lower_bound);
  uint32_t middle = distance < high ? static_cast<uint32_t>(distance) : high / 2;
  while (low < high) {
    const int64_t found = node.rowid(middle);
    if (found == rowid) {
      leaf.index = middle;
      return 0;
    }
    if (found < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
    middle = low + (high - low) / 2;
  }
  if (low == node.cell_count()) {
    leaf.index = low - 1;
    return -1;
  }
  leaf.index = low;
  return 1;
}

Status Cursor::search_rowid(int64_t rowid, int* result) {
  RETURN_IF_ERROR(move_to_root());
  if (state_ != State::kValid) {
    *result = -1;
    return kOk;
  }
  int64_t lower_bound = 1;  // of the rowids below, as far as the dividers tell
  KeyGuess guess(rowid);
  while (!path_.last().node.is_leaf()) {
    PathLevel& level = path_.last();
    const Node& node = level.node;
    uint32_t low = 0;
    uint32_t high = node.cell_count();
    guess.begin_node();
    while (low < high) {
      const uint32_t middle = guess.place(low, high);
      const int64_t found = node.rowid(middle);
      if (found < rowid) {
        low = middle + 1;
        lower_bound = found + 1;
        guess.note_below(found);
      } else {
        high = middle;
        guess.note_above(found);
      }
    }
    level.index = low;
    Status status = descend(node.child(low));
    if (!status.ok()) {
      clear_position();
      return status;
    }
  }
  *result = search_leaf(rowid, lower_bound);
  return kOk;
}

Status Cursor::seek_rowid(int64_t rowid, int* result) {
  ASSERT(is_table());
  finish_tracked_range();
  if (!seek_rowid_nearby(rowid, result)) RETURN_IF_ERROR(search_rowid(rowid, result));
  if (tracker_) track_seek_rowid(rowid, *result);
  return kOk;
}

// Records
// ---------------------------------------------------------------------------------------------------------------

/** Compares cell `index` of an index node with the key, as record/compare.h does. */
Status Cursor::compare_cell(const Node& node, uint32_t index, RecordKey& key, RecordComparison compare,
                            int* result) {
  const NodeHeader& header = node.header();
  const uint8_t* bytes = node.cell(index) + header.child_size;
  const uint8_t* end = node.end();
  uint32_t size = bytes[0];
  if (size < 0x80 && size <= header.max_local) [[likely]] {
    bytes++;
  } else {
    bytes += read_varint32(bytes, &size);
    if (size > header.max_local) {
      CellInfo cell;
      RETURN_IF_ERROR(node.read_cell(index, &cell));
      CORRUPT_IF(size / btree_->usable_size() > btree_->page_count());
      RETURN_IF_ERROR(record_.resize(size));
      RETURN_IF_ERROR(read_payload_of(node, cell, record_.data()));
      *result = compare(record_.data(), size, key);
      return kOk;
    }
  }
  CORRUPT_IF(bytes + size > end);
  *result = compare(bytes, size, key);
  return kOk;
}

namespace {

/** Ascending keys whose first field is a whole number. */
bool is_integer_search(const RecordKey& key) {
  return key.field_count > 0 && key.values[0].is_integer() && key.key_info->fields[0].sort_flags == 0;
}

/** The first field of a cell that has been compared; false when it is no whole number or hard to come by. */
bool first_integer(const Node& node, uint32_t index, int64_t* value) {
  const uint8_t* bytes = node.cell(index) + node.header().child_size;
  if (bytes[0] >= 0x80) return false;
  const uint8_t* record = bytes + 1;
  const uint32_t header_size = record[0];
  const uint32_t type = record[1];
  if (header_size < 2 || header_size >= 0x80 || !serial_type::is_integer(type)) return false;
  if (record + header_size + serial_type::kFixedSizes[type] > node.end()) return false;
  *value = decode_integer(record + header_size, type);
  return true;
}

/**
 * Asks for the memory around a cell that a guess has named: the searches that follow end some cells beside
 * it, and would wait for each line anew.
 */
void prefetch_around(const Node& node, uint32_t index) {
  constexpr uintptr_t kCacheLine = 64;
  const auto cell = reinterpret_cast<uintptr_t>(node.cell(index));
  for (const uintptr_t lines : {1, 2}) {
    __builtin_prefetch(reinterpret_cast<const void*>(cell - lines * kCacheLine));
    __builtin_prefetch(reinterpret_cast<const void*>(cell + lines * kCacheLine));
  }
}

}  // namespace

Status Cursor::search_key(RecordKey& key, int* result) {
  const RecordComparison compare = choose_comparison(key);
  const bool may_guess = is_integer_search(key);
  KeyGuess guess(may_guess ? key.values[0].integer() : 0);
  PlaceHint hint;
  RETURN_IF_ERROR(move_to_root());
  if (state_ != State::kValid) {
    *result = -1;
    return kOk;
  }
  for (;;) {
    PathLevel& level = path_.last();
    const Node& node = level.node;
    uint32_t low = 0;
    uint32_t high = node.cell_count();
    if (may_guess) {
      guess.begin_node();
      if (node.is_leaf()) prefetch_around(node, guess.place(low, high));
      guess.begin_node();
    }
    hint.begin_node(node.header());
    while (low < high) {
      const bool is_hinted = hint.proposes(low, high);
      const uint32_t middle = is_hinted ? hint.place() : guess.place(low, high);
      int order;
      RETURN_IF_ERROR(compare_cell(node, middle, key, compare, &order));
      if (is_hinted) hint.note(order < 0);
      if (order == 0) {
        hint.end_node(middle);
        level.index = middle;
        *result = 0;
        CORRUPT_IF(key.corrupt);
        return key.out_of_memory ? Status(Code::kNomem) : kOk;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
      int64_t found;
      if (may_guess && (!node.is_leaf() || guess.is_guessing()) && first_integer(node, middle, &found))
        order < 0 ? guess.note_below(found) : guess.note_above(found);
      *result = order;
      level.index = middle;
    }
    CORRUPT_IF(key.corrupt);
    if (key.out_of_memory) return Code::kNomem;
    hint.end_node(low);
    if (node.is_leaf()) return kOk;  // on the entry that was compared last, which is a neighbour of the key
    level.index = low;
    RETURN_IF_ERROR(descend(node.child(low)));
  }
}

Status Cursor::seek_key(RecordKey& key, int* result) {
  ASSERT(!is_table());
  if (state_ == State::kValid && is_at_last_ && !tracker_) {
    // Keys that arrive in order go behind the last one.
    const PathLevel& leaf = path_.last();
    int order;
    RETURN_IF_ERROR(compare_cell(leaf.node, leaf.index, key, choose_comparison(key), &order));
    if (order <= 0 && !key.corrupt && !key.out_of_memory && (order < 0 || key.default_result == 0)) {
      *result = order;
      return kOk;
    }
  }
  finish_tracked_range();
  Status status = search_key(key, result);
  if (!status.ok()) {
    clear_position();
    return status;
  }
  if (tracker_) track_seek_key(key, *result);
  return kOk;
}

/** Seeks for an encoded record of this tree. */
Status Cursor::seek_saved_record(const uint8_t* record, uint32_t size, int* result) {
  UnpackedKey key;
  RETURN_IF_ERROR(key.decode(record, size, *key_info_));
  return search_key(key.key(), result);
}

}  // namespace ringlite
