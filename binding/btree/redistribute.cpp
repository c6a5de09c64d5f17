// Dealing the cells of neighbouring siblings out anew: the general step of balancing.
#include "btree/balance.h"

namespace ringlite {

Status Balancer::redistribute(int level, const NodeEdit& edit, NodeEdit* parent_edit, bool* done) {
  *done = false;
  RETURN_IF_ERROR(gather(level, edit));
  path_.cut(level);
  Node& parent = path_.levels[level - 1].node;
  RETURN_IF_ERROR(deal());
  RETURN_IF_ERROR(even_out());
  RETURN_IF_ERROR(choose_pages(parent.pgno()));
  RETURN_IF_ERROR(make_dividers(parent_edit));
  for (uint32_t i = 0; i < new_count_; i++) RETURN_IF_ERROR(fill_page(i, parent.pgno()));

  RETURN_IF_ERROR(file_.pager->write(parent.page()));
  parent.set_child(first_child_ + old_count_ - 1, new_[new_count_ - 1].pgno());
  Pgno surplus[kMaxOldSiblings];
  uint32_t surplus_count = 0;
  for (uint32_t i = 0; i < old_count_; i++) {
    if (old_[i].node) surplus[surplus_count++] = old_[i].node.pgno();
    old_[i].node.reset();
  }
  const bool is_root_empty =
      level == 1 && parent_edit->count == 0 && parent.cell_count() == parent_edit->removed;
  if (is_root_empty) {
    // The dividers go away; when the only child fits, the root becomes that child.
    bool fits = false;
    RETURN_IF_ERROR(apply_in_place(file_, parent, parent_edit, &fits));
    RETURN_IF_ERROR(new_[0].count_free_bytes());
    if (new_[0].free_bytes() >= parent.header().header_offset)
      RETURN_IF_ERROR(make_shallower(parent, new_[0]));
    *done = true;
  }
  for (uint32_t i = 0; i < new_count_; i++) new_[i].reset();
  for (uint32_t i = 0; i < surplus_count; i++) RETURN_IF_ERROR(file_.free_page(surplus[i]));
  return kOk;
}

// Gathering
// ---------------------------------------------------------------------------------------------------------------

/** Pins the edited node and its neighbours and collects their cells, the dividers between them and the
 * edit's. */
Status Balancer::gather(int level, const NodeEdit& edit) {
  const PathLevel& parent = path_.levels[level - 1];
  const Node& own = path_.levels[level].node;
  const uint32_t dividers = parent.node.cell_count();
  const uint32_t own_child = parent.index;
  CORRUPT_IF(own_child > dividers || parent.node.is_leaf());
  kind_ = own.header().kind;
  is_leaf_ = own.is_leaf();
  is_table_leaf_ = own.is_table_leaf();
  if (dividers < 2) {
    first_child_ = 0;
    old_count_ = dividers + 1;
  } else {
    first_child_ = own_child == 0 ? 0 : own_child == dividers ? dividers - 2 : own_child - 1;
    old_count_ = kMaxOldSiblings;
  }
  cell_count_ = 0;
  divider_bytes_ = 0;
  for (uint32_t i = 0; i < old_count_; i++) {
    const uint32_t child = first_child_ + i;
    Node& node = old_[i].node;
    const Pgno pgno = parent.node.child(child);
    RETURN_IF_ERROR(file_.get_node(pgno, &node));
    const bool is_own = child == own_child;
    // A page that is pinned elsewhere is part of this tree twice.
    CORRUPT_IF((pgno == own.pgno()) != is_own || node.page().pin_count() != (is_own ? 2u : 1u));
    CORRUPT_IF(node.header().kind != kind_);
    RETURN_IF_ERROR(gather_sibling(i, is_own ? &edit : nullptr));
    if (i + 1 < old_count_ && !is_table_leaf_) RETURN_IF_ERROR(gather_divider(parent.node, child));
  }
  return kOk;
}

Status Balancer::add_cell(const uint8_t* cell, uint32_t size) {
  CORRUPT_IF(cell_count_ >= cell_capacity_);
  cells_[cell_count_] = cell;
  sizes_[cell_count_++] = static_cast<uint16_t>(size);
  return kOk;
}

Status Balancer::gather_sibling(uint32_t index, const NodeEdit* edit) {
  Sibling& sibling = old_[index];
  const Node& node = sibling.node;
  const NodeHeader header = node.header();  // a copy: the arrays written below cannot change it
  uint8_t* const copy = copies_ + index * static_cast<size_t>(file_.geometry.page_size + kPageSlack);
  std::memcpy(copy, node.data(), header.usable_size);
  std::memset(copy + header.usable_size, 0, file_.geometry.page_size + kPageSlack - header.usable_size);
  sibling.copy = copy;
  sibling.first_cell = cell_count_;
  sibling.is_edited = edit && edit->count != 0;
  const uint32_t edited = edit && edit->from < header.cell_count ? edit->from : header.cell_count;
  RETURN_IF_ERROR(add_cells(header, copy, 0, edited));
  if (edit && edit->from <= header.cell_count) {
    for (uint32_t k = 0; k < edit->count; k++) RETURN_IF_ERROR(add_cell(edit->cells[k], edit->sizes[k]));
  }
  RETURN_IF_ERROR(add_cells(header, copy, edited, header.cell_count));
  sibling.last_cell = cell_count_;
  if (!is_leaf_) last_right_child_ = load_be32(copy + tree_page::kRightChild);
  return kOk;
}

/** Adds cells [from, to) of `page`. */
Status Balancer::add_cells(const NodeHeader& header, const uint8_t* page, uint32_t from, uint32_t to) {
  CORRUPT_IF(to - from > cell_capacity_ - cell_count_);
  const uint8_t** const cells = cells_ + cell_count_;
  uint16_t* const sizes = sizes_ + cell_count_;
  const uint8_t* const pointers = page + header.array_offset;
  const uint8_t* const end = page + header.usable_size;
  for (uint32_t i = from; i < to; i++) {
    const uint8_t* const cell = page + (load_be16(pointers + 2 * i) & header.offset_mask);
    const uint32_t size = Node::cell_size(header, cell);
    CORRUPT_IF(cell + size > end);
    cells[i - from] = cell;
    sizes[i - from] = static_cast<uint16_t>(size);
  }
  cell_count_ += to - from;
  return kOk;
}

/** The divider to the right of the sibling just gathered comes down among its cells: for leaves without its
   child pointer, for interior nodes with that sibling's right-most child as its own. */
Status Balancer::gather_divider(const Node& parent, uint32_t index) {
  CellInfo info;
  RETURN_IF_ERROR(parent.read_cell(index, &info));
  const uint8_t* cell = parent.cell(index);
  uint8_t* copy = dividers_ + divider_bytes_;
  CORRUPT_IF(divider_bytes_ + info.cell_size + 4 > file_.geometry.page_size);
  std::memcpy(copy, cell, info.cell_size);
  std::memset(copy + info.cell_size, 0, 4);
  divider_bytes_ += info.cell_size + 4u;
  if (!is_leaf_) {
    store_be32(copy, last_right_child_);
    return add_cell(copy, info.cell_size);
  }
  CORRUPT_IF(info.cell_size < 5);
  const uint32_t size = info.cell_size - 4u;
  return add_cell(copy + 4, size < tree_page::kMinCellSize ? tree_page::kMinCellSize : size);
}

// Dealing
// -----------------------------------------------------------------------------------------------------------------

/** Fills pages from the left, each as full as it gets; a divider is left out after each but the last. */
Status Balancer::deal() {
  const uint32_t room =
      file_.geometry.usable_size - (is_leaf_ ? tree_page::kLeafHeaderSize : tree_page::kInteriorHeaderSize);
  uint32_t next = 0;
  new_count_ = 0;
  for (;;) {
    CORRUPT_IF(new_count_ == kMaxNewSiblings);
    uint32_t filled = 0;
    const uint32_t start = next;
    while (next < cell_count_ && filled + sizes_[next] + 2 <= room) filled += sizes_[next++] + 2u;
    filled_[new_count_] = filled;
    ends_[new_count_++] = next;
    if (next == cell_count_) return kOk;
    CORRUPT_IF(next == start);
    if (!is_table_leaf_) next++;
  }
}

/** Dealing leaves the last page emptier than the others, perhaps empty: moves cells to the right until
 * neighbours are even. */
Status Balancer::even_out() {
  for (uint32_t page = new_count_ - 1; page > 0; page--) {
    uint32_t right = filled_[page];
    uint32_t left = filled_[page - 1];
    uint32_t last = ends_[page - 1];  // one past the last cell of the left page
    const uint32_t start = first_cell_of(page - 1);
    while (last > start) {
      // The cell that leaves the left page becomes the divider, and the divider moves right; table leaves
      // have none.
      const uint32_t leaving = sizes_[last - 1] + 2u;
      const uint32_t arriving = (is_table_leaf_ ? sizes_[last - 1] : sizes_[last]) + 2u;
      const uint32_t slack = page == new_count_ - 1 ? 2 : 0;
      if (right != 0 && right + arriving + leaving > left + slack) break;
      right += arriving;
      left -= leaving;
      last--;
    }
    CORRUPT_IF(last <= start);
    filled_[page] = right;
    filled_[page - 1] = left;
    ends_[page - 1] = last;
  }
  return kOk;
}

// Writing
// -----------------------------------------------------------------------------------------------------------------

/** Takes the old pages, as many as needed, and new ones; in ascending order, so that a scan reads the file
 * forwards. */
Status Balancer::choose_pages(Pgno parent) {
  Pgno nearby = 0;
  for (uint32_t i = 0; i < new_count_; i++) {
    is_fresh_[i] = i >= old_count_;
    if (!is_fresh_[i]) {
      new_[i] = std::move(old_[i].node);
      nearby = new_[i].pgno();
      continue;
    }
    PageRef page;
    RETURN_IF_ERROR(file_.allocate_page(nearby, Allocation::kAny, &page));
    nearby = page.pgno();
    new_[i] = Node(std::move(page));
    new_[i].format(file_.geometry, kind_, file_.clears_cells());
    if (file_.is_auto_vacuum) RETURN_IF_ERROR(file_.put_pointer(nearby, PointerKind::kTreePage, parent));
  }
  for (uint32_t i = 1; i < new_count_; i++) {
    for (uint32_t k = i; k > 0 && new_[k].pgno() < new_[k - 1].pgno(); k--) {
      std::swap(new_[k], new_[k - 1]);
      std::swap(is_fresh_[k], is_fresh_[k - 1]);
    }
  }
  return kOk;
}

/** Copies the dividers between the new pages to where they survive the rewriting of the siblings. */
Status Balancer::make_dividers(NodeEdit* parent_edit) {
  *parent_edit = NodeEdit();
  parent_edit->from = first_child_;
  parent_edit->removed = old_count_ - 1;
  uint8_t* space = next_edit_space();
  const uint8_t* space_end = space + file_.geometry.page_size;
  for (uint32_t i = 0; i + 1 < new_count_; i++) {
    uint32_t size;
    if (is_table_leaf_) {
      CellInfo info;
      new_[0].parse_cell_at(cells_[ends_[i] - 1], &info);
      size = 4 + static_cast<uint32_t>(varint_length(static_cast<uint64_t>(info.rowid)));
      CORRUPT_IF(space + size > space_end);
      write_varint(space + 4, static_cast<uint64_t>(info.rowid));
    } else {
      const uint8_t* cell = cells_[ends_[i]];
      size = sizes_[ends_[i]];
      if (is_leaf_) {
        // A cell of the least size can be shorter than that where it is an interior cell.
        if (size == tree_page::kMinCellSize && cell[0] + 1u < size) size = cell[0] + 1u;
        CORRUPT_IF(space + size + 4 > space_end);
        std::memcpy(space + 4, cell, size);
        size += 4;
      } else {
        CORRUPT_IF(space + size > space_end);
        std::memcpy(space + 4, cell + 4, size - 4);
      }
    }
    store_be32(space, new_[i].pgno());
    parent_edit->add(space, size);
    space += size;
  }
  return kOk;
}

/** Writes the cells of new page `page`, unless it is an old page that keeps just what it has. */
Status Balancer::fill_page(uint32_t page, Pgno parent) {
  Node& node = new_[page];
  const uint32_t first = first_cell_of(page);
  const uint32_t last = ends_[page];
  Pgno right_child = 0;
  if (!is_leaf_) right_child = page + 1 == new_count_ ? last_right_child_ : load_be32(cells_[last]);
  if (!is_fresh_[page] && node.cell_count() == last - first) {
    // Cells in place point into the copy of this very page.
    for (uint32_t i = 0; i < old_count_; i++) {
      const Sibling& sibling = old_[i];
      const bool is_same = sibling.first_cell == first && sibling.last_cell == last && !sibling.is_edited &&
                           std::memcmp(sibling.copy, node.data(), node.usable_size()) == 0;
      if (is_same && (is_leaf_ || node.right_child() == right_child)) return kOk;
    }
  }
  RETURN_IF_ERROR(file_.pager->write(node.page()));
  node.rebuild(cells_ + first, sizes_ + first, last - first, file_.clears_cells());
  if (!is_leaf_) node.set_child(node.cell_count(), right_child);
  return file_.is_auto_vacuum ? file_.put_child_pointers(node) : kOk;
}

}  // namespace ringlite
