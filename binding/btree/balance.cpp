// See balance.h.
#include "btree/balance.h"

namespace ringlite {

Status Balancer::prepare_space() {
  const uint32_t page = file_.geometry.page_size + kPageSlack;
  cell_capacity_ = kMaxOldSiblings * max_cells(file_.geometry.page_size) + kMaxNewSiblings + kMaxOldSiblings;
  // Pointers first: they need alignment, and page sizes plus slack are multiples of 32.
  const size_t pointers = cell_capacity_ * sizeof(uint8_t*);
  const size_t pages = (kMaxOldSiblings + 1 + 2) * static_cast<size_t>(page);
  RETURN_IF_ERROR(space_.resize(pointers + pages + cell_capacity_ * sizeof(uint16_t)));
  uint8_t* bytes = space_.data();
  cells_ = reinterpret_cast<const uint8_t**>(bytes);
  copies_ = bytes + pointers;
  dividers_ = copies_ + kMaxOldSiblings * static_cast<size_t>(page);
  edit_spaces_[0] = dividers_ + page;
  edit_spaces_[1] = edit_spaces_[0] + page;
  sizes_ = reinterpret_cast<uint16_t*>(edit_spaces_[1] + page);
  return kOk;
}

uint8_t* Balancer::next_edit_space() {
  edit_space_ ^= 1;
  return edit_spaces_[edit_space_];
}

Status Balancer::apply_in_place(TreeFile& file, Node& node, NodeEdit* edit, bool* fits) {
  RETURN_IF_ERROR(file.pager->write(node.page()));
  RETURN_IF_ERROR(node.count_free_bytes());
  CORRUPT_IF(edit->from + edit->removed > node.cell_count());
  CellInfo info;
  for (; edit->removed > 0; edit->removed--) {
    RETURN_IF_ERROR(node.read_cell(edit->from, &info));
    RETURN_IF_ERROR(node.drop_cell(edit->from, info.cell_size, file.clears_cells()));
  }
  uint32_t needed = 0;
  for (uint32_t i = 0; i < edit->count; i++) needed += edit->sizes[i] + 2u;
  *fits = needed <= node.free_bytes();
  if (!*fits) return kOk;
  for (uint32_t i = 0; i < edit->count; i++) {
    RETURN_IF_ERROR(node.insert_cell(edit->from + i, edit->cells[i], edit->sizes[i]));
    if (file.is_auto_vacuum) {
      node.parse_cell_at(edit->cells[i], &info);
      RETURN_IF_ERROR(file.put_overflow_pointer(info, node.pgno()));
    }
  }
  return kOk;
}

Status Balancer::apply(NodeEdit edit) {
  ASSERT(path_.depth > 0);
  int level = path_.depth - 1;
  for (bool is_first = true;; is_first = false) {
    PathLevel& own = path_.levels[level];
    const bool only_adds = edit.removed == 0;
    bool fits = false;
    RETURN_IF_ERROR(apply_in_place(file_, own.node, &edit, &fits));
    if (fits) {
      if (!is_first) own.index = own.node.cell_count();
      if (level == 0) return kOk;
      if (own.node.free_bytes() * 3 <= own.node.usable_size() * 2) return kOk;
      edit = NodeEdit();
    }
    if (is_first || !cells_) RETURN_IF_ERROR(prepare_space());
    if (level == 0) {
      RETURN_IF_ERROR(deepen());
      level = 1;
    }
    NodeEdit parent_edit;
    if (only_adds && can_append(level, edit)) {
      RETURN_IF_ERROR(split_for_append(level, edit, &parent_edit));
      if (is_first) path_.levels[level].index = 0;
    } else {
      is_path_kept_ = false;
      bool done = false;
      RETURN_IF_ERROR(redistribute(level, edit, &parent_edit, &done));
      if (done) return kOk;
    }
    edit = parent_edit;
    level--;
  }
}

// Growing and shrinking in height
// ----------------------------------------------------------------------------------------

/** Moves the root's content into a new child, so that the root can get siblings to share with: there. */
Status Balancer::deepen() {
  CORRUPT_IF(path_.depth >= kMaxDepth);
  Node& root = path_.levels[0].node;
  PageRef page;
  RETURN_IF_ERROR(file_.allocate_page(root.pgno(), Allocation::kAny, &page));
  Node child(std::move(page));
  const uint8_t kind = root.header().kind;
  child.format(file_.geometry, kind, false);
  const NodeHeader& header = root.header();
  const uint32_t content = root.content_start();
  CORRUPT_IF(content > root.usable_size() || content < header.array_offset + 2u * header.cell_count);
  uint8_t* target = child.mutable_data();
  std::memcpy(target + content, root.data() + content, root.usable_size() - content);
  std::memcpy(target, root.data() + header.header_offset,
              header.array_offset - header.header_offset + 2u * header.cell_count);
  child.header().kind = 0;
  RETURN_IF_ERROR(child.parse_header(file_.geometry));
  RETURN_IF_ERROR(child.count_free_bytes());
  if (file_.is_auto_vacuum) {
    RETURN_IF_ERROR(file_.put_child_pointers(child));
    RETURN_IF_ERROR(file_.put_pointer(child.pgno(), PointerKind::kTreePage, root.pgno()));
  }
  RETURN_IF_ERROR(file_.pager->write(root.page()));
  root.format(file_.geometry, static_cast<uint8_t>(kind & ~tree_page::kLeafBit), file_.clears_cells());
  root.set_child(0, child.pgno());
  for (int i = path_.depth; i > 1; i--) path_.levels[i] = std::move(path_.levels[i - 1]);
  path_.levels[1].node = std::move(child);
  path_.levels[1].index = path_.levels[0].index;
  path_.levels[0].index = 0;
  path_.depth++;
  return kOk;
}

/** The root is left with one child: it takes over the child's content. */
Status Balancer::make_shallower(Node& root, Node& child) {
  RETURN_IF_ERROR(file_.pager->write(child.page()));
  RETURN_IF_ERROR(child.count_free_bytes());
  RETURN_IF_ERROR(child.compact());
  const NodeHeader& header = child.header();
  const uint32_t content = child.content_start();
  const uint8_t kind = header.kind;
  const uint32_t count = header.cell_count;
  const uint32_t header_size = header.array_offset;
  RETURN_IF_ERROR(file_.pager->write(root.page()));
  root.format(file_.geometry, kind, file_.clears_cells());
  uint8_t* target = root.mutable_data();
  std::memcpy(target + content, child.data() + content, child.usable_size() - content);
  std::memcpy(target + root.header().header_offset, child.data(), header_size + 2 * count);
  RETURN_IF_ERROR(root.parse_header(file_.geometry));
  RETURN_IF_ERROR(root.count_free_bytes());
  const Pgno freed = child.pgno();
  child.reset();
  if (file_.is_auto_vacuum) RETURN_IF_ERROR(file_.put_child_pointers(root));
  return file_.free_page(freed);
}

// Appending
// ---------------------------------------------------------------------------------------------------------------

/** Whether the edit adds cells behind the last key of the whole tree. */
bool Balancer::can_append(int level, const NodeEdit& edit) const {
  const Node& node = path_.levels[level].node;
  if (edit.count == 0 || edit.from != node.cell_count()) return false;
  if (!path_.is_rightmost_above(level)) return false;
  return node.is_table_leaf() ? node.cell_count() >= 1 : node.cell_count() >= 2;
}

/** Sorted insertion: the full node stays as full as it is and the new cells start a page of their own. */
Status Balancer::split_for_append(int level, const NodeEdit& edit, NodeEdit* parent_edit) {
  Node& node = path_.levels[level].node;
  Node& parent = path_.levels[level - 1].node;
  RETURN_IF_ERROR(file_.pager->write(node.page()));
  RETURN_IF_ERROR(file_.pager->write(parent.page()));
  PageRef page;
  RETURN_IF_ERROR(file_.allocate_page(node.pgno(), Allocation::kAny, &page));
  Node fresh(std::move(page));
  fresh.format(file_.geometry, node.header().kind, file_.clears_cells());

  uint8_t* divider = next_edit_space();
  uint32_t divider_size;
  store_be32(divider, node.pgno());
  const uint32_t last = node.cell_count() - 1;
  CellInfo info;
  RETURN_IF_ERROR(node.read_cell(last, &info));
  if (node.is_table_leaf()) {
    divider_size = 4 + static_cast<uint32_t>(write_varint(divider + 4, static_cast<uint64_t>(info.rowid)));
  } else {
    // The last cell moves up to divide the old page from the new one.
    const uint32_t offset = node.cell_offset(last);
    const uint32_t child_size = node.header().child_size;
    uint32_t size = info.cell_size - child_size;
    if (child_size == 0 && size == tree_page::kMinCellSize)
      size = static_cast<uint32_t>(info.payload - (node.data() + offset)) + info.payload_size;
    if (info.has_overflow()) size = info.cell_size - child_size;
    std::memcpy(divider + 4, node.data() + offset + child_size, size);
    divider_size = 4 + size;
    if (!node.is_leaf()) {
      fresh.set_child(0, node.right_child());
      node.set_child(node.cell_count(), node.child(last));
    }
    RETURN_IF_ERROR(node.drop_cell(last, info.cell_size, file_.clears_cells()));
  }
  for (uint32_t i = 0; i < edit.count; i++) {
    CORRUPT_IF(!fresh.fits(edit.sizes[i]));
    RETURN_IF_ERROR(fresh.insert_cell(i, edit.cells[i], edit.sizes[i]));
  }
  if (file_.is_auto_vacuum) {
    RETURN_IF_ERROR(file_.put_child_pointers(fresh));
    RETURN_IF_ERROR(file_.put_pointer(fresh.pgno(), PointerKind::kTreePage, parent.pgno()));
  }
  parent_edit->from = parent.cell_count();
  parent_edit->add(divider, divider_size);
  parent.set_child(parent.cell_count(), fresh.pgno());
  node = std::move(fresh);
  path_.levels[level].index = node.cell_count();
  return kOk;
}

}  // namespace ringlite
