// Pointer maps: for each page of an auto-vacuum file, what kind of page it is and which page points at it, so
// that pages can be moved towards the front of the file.
#include "btree/tree_file.h"

namespace ringlite {

Pgno TreeFile::pointer_map_page(Pgno pgno) const {
  if (pgno < 2) return 0;
  const uint32_t group = geometry.usable_size / kPointerMapEntrySize + 1;
  Pgno map = (pgno - 2) / group * group + 2;
  if (is_lock_byte_page(map)) map++;
  return map;
}

Status TreeFile::put_pointer(Pgno pgno, PointerKind kind, Pgno parent) {
  ASSERT(is_auto_vacuum);
  CORRUPT_IF(pgno < 2 || pgno > page_count || is_pointer_map_page(pgno) || pgno < pointer_map_page(pgno));
  const Pgno map = pointer_map_page(pgno);
  PageRef page;
  RETURN_IF_ERROR(pager->get(map, &page));
  // A tree that claims a map page as its own.
  CORRUPT_IF(static_cast<NodeHeader*>(page.extra())->kind != 0);
  const uint32_t offset = kPointerMapEntrySize * (pgno - map - 1);
  ASSERT(offset + kPointerMapEntrySize <= geometry.usable_size);
  const uint8_t* entry = page.data() + offset;
  if (entry[0] == static_cast<uint8_t>(kind) && load_be32(entry + 1) == parent) return kOk;
  RETURN_IF_ERROR(pager->write(page));
  uint8_t* changed = page.mutable_data() + offset;
  changed[0] = static_cast<uint8_t>(kind);
  store_be32(changed + 1, parent);
  return kOk;
}

Status TreeFile::get_pointer(Pgno pgno, PointerKind* kind, Pgno* parent) {
  CORRUPT_IF(pgno < 2 || pgno > page_count || is_pointer_map_page(pgno) || pgno < pointer_map_page(pgno));
  const Pgno map = pointer_map_page(pgno);
  PageRef page;
  RETURN_IF_ERROR(pager->get(map, &page));
  const uint8_t* entry = page.data() + kPointerMapEntrySize * (pgno - map - 1);
  *kind = static_cast<PointerKind>(entry[0]);
  *parent = load_be32(entry + 1);
  CORRUPT_IF(entry[0] < static_cast<uint8_t>(PointerKind::kRoot) ||
             entry[0] > static_cast<uint8_t>(PointerKind::kTreePage));
  return kOk;
}

Status TreeFile::put_child_pointers(Node& node) {
  const Pgno pgno = node.pgno();
  for (uint32_t i = 0; i < node.cell_count(); i++) {
    CellInfo info;
    RETURN_IF_ERROR(node.read_cell(i, &info));
    RETURN_IF_ERROR(put_overflow_pointer(info, pgno));
    if (!node.is_leaf()) RETURN_IF_ERROR(put_pointer(node.child(i), PointerKind::kTreePage, pgno));
  }
  return node.is_leaf() ? kOk : put_pointer(node.right_child(), PointerKind::kTreePage, pgno);
}

}  // namespace ringlite
