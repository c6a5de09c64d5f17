// Inserting and replacing entries.
#include "btree/balance.h"
#include "btree/cursor.h"
#include "btree/unpacked_key.h"

namespace ringlite {

/** The other cursors on this tree drop their pages. */
Status Cursor::prepare_to_write() {
  if (state_ == State::kTripped) return trip_code_;
  ASSERT(is_writable_ && btree_->is_writing());
  if (btree_->cursors_ == this && !next_cursor_) return kOk;
  return btree_->save_all_cursors(root_, this);
}

/** Moves to where the entry is (`*result` 0) or to a neighbour of where it goes; invalid with a pinned root
   when the tree is empty. This is no read of the transaction: what it must know of the place, it asked
   before. */
Status Cursor::find_place(const Entry& entry, int seek_result, int* result) {
  finish_tracked_range();
  if (seek_result != 0 && state_ == State::kValid) {
    *result = seek_result;
    return kOk;
  }
  Status status;
  if (is_table()) {
    if (seek_rowid_nearby(entry.rowid, result)) return kOk;
    status = search_rowid(entry.rowid, result);
  } else if (entry.key) {
    entry.key->default_result = 0;
    status = search_key(*entry.key, result);
  } else {
    status = seek_saved_record(entry.data, entry.size, result);
  }
  if (!status.ok()) clear_position();
  return status;
}

/** Overwrites the entry under the cursor when the new payload has the same size. */
Status Cursor::replace_entry(const Entry& entry, bool* done) {
  *done = payload_size() == entry.payload_size();
  if (!*done) return kOk;
  return overwrite_payload(entry.data, entry.size, entry.zero_tail);
}

/** Writes the payload from `data` on (`size` bytes, then zeros up to `total`) to new overflow pages; the
   first one's number goes to `link`. */
Status Cursor::build_overflow_chain(const uint8_t* data, uint32_t size, uint32_t total, uint8_t* link) {
  TreeFile& file = btree_->file_;
  const uint32_t capacity = file.geometry.usable_size - overflow_page::kContent;
  PageRef previous;
  while (total > 0) {
    PageRef page;
    RETURN_IF_ERROR(file.allocate_page(previous ? previous.pgno() : 0, Allocation::kAny, &page));
    const Pgno pgno = page.pgno();
    if (file.is_auto_vacuum) {
      // The first page's holder is not known yet, but what the map said before must not be believed any more.
      const PointerKind kind = previous ? PointerKind::kNextOverflow : PointerKind::kFirstOverflow;
      RETURN_IF_ERROR(file.put_pointer(pgno, kind, previous ? previous.pgno() : 0));
    }
    store_be32(link, pgno);
    uint8_t* bytes = page.mutable_data();
    store_be32(bytes + overflow_page::kNext, 0);
    const uint32_t piece = total < capacity ? total : capacity;
    const uint32_t copied = size < piece ? size : piece;
    if (copied > 0) std::memcpy(bytes + overflow_page::kContent, data, copied);
    std::memset(bytes + overflow_page::kContent + copied, 0, capacity - copied);
    data += copied;
    size -= copied;
    total -= piece;
    link = bytes + overflow_page::kNext;
    previous = std::move(page);
  }
  return kOk;
}

/** Builds the cell in cell_space_ for a node of that header, with room for a child pointer in interior nodes.
 */
Status Cursor::build_cell(const NodeHeader& header, const Entry& entry, uint32_t* size) {
  Buffer& space = btree_->cell_space_;
  RETURN_IF_ERROR(space.resize(btree_->page_size() + kPageSlack));
  uint8_t* cell = space.data();
  uint8_t* bytes = cell + header.child_size;
  const uint32_t total = entry.payload_size();
  bytes += write_varint(bytes, total);
  if (header.is_table) bytes += write_varint(bytes, static_cast<uint64_t>(entry.rowid));
  const uint32_t local = local_payload_size(header, total);
  const uint32_t copied = entry.size < local ? entry.size : local;
  if (copied > 0) std::memcpy(bytes, entry.data, copied);
  if (copied < local) std::memset(bytes + copied, 0, local - copied);
  bytes += local;
  if (local < total) {
    const uint8_t* rest = entry.size > local ? entry.data + local : entry.data;
    const uint32_t rest_size = entry.size > local ? entry.size - local : 0;
    RETURN_IF_ERROR(build_overflow_chain(rest, rest_size, total - local, bytes));
    bytes += 4;
  }
  while (bytes < cell + tree_page::kMinCellSize) *bytes++ = 0;
  *size = static_cast<uint32_t>(bytes - cell);
  return kOk;
}

Status Cursor::insert(const Entry& entry, uint8_t flags, int seek_result) {
  RETURN_IF_ERROR(prepare_to_write());
  ASSERT(entry.zero_tail == 0 || is_table());
  int result = 0;
  RETURN_IF_ERROR(find_place(entry, seek_result, &result));
  if (result == 0) {
    bool done = false;
    Status status = replace_entry(entry, &done);
    if (!status.ok()) clear_position();
    if (!status.ok() || done) return status;
  }
  CORRUPT_IF(path_.depth == 0);
  PathLevel& level = path_.last();
  CORRUPT_IF(level.node.header().kind == 0 || (result != 0 && !level.node.is_leaf()));
  uint32_t size;
  Status status = build_cell(level.node.header(), entry, &size);
  if (status.ok()) status = store_cell(size, result);
  if (!status.ok()) {
    clear_position();
    return status;
  }
  if (state_ != State::kValid && (flags & kInsertSavePosition)) {
    if (is_table()) {
      saved_rowid_ = entry.rowid;
    } else {
      RETURN_IF_ERROR(saved_key_.assign(entry.data, entry.size));
    }
    skip_next_ = 0;
    set_state(State::kSaved);
  }
  return kOk;
}

/** Puts the built cell into the node at the end of the path: in place of the cell there (`result` 0), or
 * beside it. */
Status Cursor::store_cell(uint32_t size, int result) {
  TreeFile& file = btree_->file_;
  PathLevel& level = path_.last();
  Node& node = level.node;
  uint8_t* cell = btree_->cell_space_.data();
  RETURN_IF_ERROR(file.pager->write(node.page()));
  RETURN_IF_ERROR(node.count_free_bytes());
  const uint32_t count = node.cell_count();
  uint32_t index = level.index;
  if (result == 0) {
    CellInfo old;
    RETURN_IF_ERROR(node.read_cell(index, &old));
    if (!node.is_leaf()) std::memcpy(cell, node.cell(index), 4);
    RETURN_IF_ERROR(file.free_overflow_chain(old));
    return replace_cell(index, old.cell_size, size);
  }
  if (result < 0 && count > 0) index++;
  const bool is_rightmost = index == count && path_.is_rightmost_above(path_.depth - 1);
  if (!node.fits(size)) return insert_into_full_node(index, 0, size);
  if (index != count || !node.append_cell_fast(cell, size))
    RETURN_IF_ERROR(node.insert_cell(index, cell, size));
  if (file.is_auto_vacuum) RETURN_IF_ERROR(put_pointers_of_cell(cell));
  level.index = index;
  set_valid();
  is_at_last_ = is_rightmost;
  return kOk;
}

Status Cursor::replace_cell(uint32_t index, uint32_t old_size, uint32_t size) {
  TreeFile& file = btree_->file_;
  Node& node = path_.last().node;
  if (node.free_bytes() + old_size < size) return insert_into_full_node(index, 1, size);
  RETURN_IF_ERROR(node.drop_cell(index, old_size, file.clears_cells()));
  RETURN_IF_ERROR(node.insert_cell(index, btree_->cell_space_.data(), size));
  if (file.is_auto_vacuum) RETURN_IF_ERROR(put_pointers_of_cell(btree_->cell_space_.data()));
  const bool was_at_last = is_at_last_;
  set_valid();
  is_at_last_ = was_at_last;
  return kOk;
}

Status Cursor::put_pointers_of_cell(const uint8_t* cell) {
  const Node& node = path_.last().node;
  CellInfo info;
  node.parse_cell_at(cell, &info);
  return btree_->file_.put_overflow_pointer(info, node.pgno());
}

Status Cursor::insert_into_full_node(uint32_t index, uint32_t removed, uint32_t size) {
  NodeEdit edit;
  edit.from = index;
  edit.removed = removed;
  edit.add(btree_->cell_space_.data(), size);
  Balancer balancer(btree_->file_, btree_->balance_space_, path_);
  RETURN_IF_ERROR(balancer.apply(edit));
  if (balancer.is_path_kept()) {
    set_valid();
    is_at_last_ = true;
    return kOk;
  }
  path_.cut(1);
  set_state(State::kInvalid);
  return kOk;
}

Status Cursor::transfer(Cursor& source, int64_t rowid, int seek_result) {
  ASSERT(source.is_valid() && source.is_table() == is_table());
  Entry entry;
  entry.rowid = rowid;
  entry.size = source.payload_size();
  uint32_t available;
  entry.data = source.payload_fetch(&available);
  if (available < entry.size) {
    CORRUPT_IF(entry.size / source.btree().usable_size() > source.btree().page_count());
    RETURN_IF_ERROR(source.record_.resize(entry.size));
    RETURN_IF_ERROR(source.payload(0, entry.size, source.record_.data()));
    entry.data = source.record_.data();
  }
  return insert(entry, kInsertAppend, seek_result);
}

}  // namespace ringlite
