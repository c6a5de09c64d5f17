// Auto-vacuum: moving pages from the end of the file into free pages nearer to its front, one page at a time
// (incremental) or all at commit (full).
#include "btree/btree.h"
#include "btree/cursor.h"

namespace ringlite {

/** Copies page `from`, which `kind` and `parent` describe, to page `to` and redirects everything that points
   at it. The old page is left behind, in no structure. No cursor may have pages pinned. */
Status Btree::relocate_page(Pgno from, PointerKind kind, Pgno parent, Pgno to) {
  CORRUPT_IF(from < 3 || to < 3 || from == to || from > file_.page_count || to > file_.page_count);
  {
    PageRef source;
    RETURN_IF_ERROR(pager_->get(from, &source));
    PageRef target;
    RETURN_IF_ERROR(pager_->get(to, &target));
    RETURN_IF_ERROR(pager_->write(target));
    std::memcpy(target.mutable_data(), source.data(), file_.geometry.page_size);
    static_cast<NodeHeader*>(target.extra())->kind = 0;
    static_cast<NodeHeader*>(source.extra())->kind = 0;
    if (kind == PointerKind::kTreePage || kind == PointerKind::kRoot) {
      Node node(std::move(target));
      RETURN_IF_ERROR(node.parse_header(file_.geometry));
      RETURN_IF_ERROR(file_.put_child_pointers(node));
    } else {
      const Pgno next = load_be32(target.data() + overflow_page::kNext);
      if (next != 0) RETURN_IF_ERROR(file_.put_pointer(next, PointerKind::kNextOverflow, to));
    }
  }
  if (kind != PointerKind::kRoot) RETURN_IF_ERROR(replace_pointer(parent, kind, from, to));
  return file_.put_pointer(to, kind, kind == PointerKind::kRoot ? 0 : parent);
}

/** In page `holder`, the one pointer of that kind to page `from` becomes one to `to`. */
Status Btree::replace_pointer(Pgno holder, PointerKind kind, Pgno from, Pgno to) {
  CORRUPT_IF(holder == 0 || holder > file_.page_count);
  if (kind == PointerKind::kNextOverflow) {
    PageRef page;
    RETURN_IF_ERROR(pager_->get(holder, &page));
    CORRUPT_IF(load_be32(page.data() + overflow_page::kNext) != from);
    RETURN_IF_ERROR(pager_->write(page));
    store_be32(page.mutable_data() + overflow_page::kNext, to);
    return kOk;
  }
  Node node;
  RETURN_IF_ERROR(file_.get_node(holder, &node));
  RETURN_IF_ERROR(pager_->write(node.page()));
  for (uint32_t i = 0; i < node.cell_count(); i++) {
    if (kind == PointerKind::kFirstOverflow) {
      CellInfo info;
      RETURN_IF_ERROR(node.read_cell(i, &info));
      if (info.has_overflow() && info.overflow() == from) {
        store_be32(node.mutable_data() + (info.payload - node.data()) + info.local_size, to);
        return kOk;
      }
    } else if (!node.is_leaf()) {
      CORRUPT_IF(node.cell_offset(i) + 4 > node.usable_size());
      if (node.child(i) == from) {
        node.set_child(i, to);
        return kOk;
      }
    }
  }
  CORRUPT_IF(kind != PointerKind::kTreePage || node.is_leaf() || node.right_child() != from);
  node.set_child(node.cell_count(), to);
  return kOk;
}

/** Pages that remain when all free pages, and the pointer-map pages that become needless, are gone. */
Pgno Btree::size_after_vacuum(Pgno page_count, uint32_t free_pages) const {
  const uint32_t entries = file_.geometry.usable_size / kPointerMapEntrySize;
  const Pgno map_pages = (free_pages - page_count + file_.pointer_map_page(page_count) + entries) / entries;
  Pgno size = page_count - free_pages - map_pages;
  const Pgno lock_page = lock_byte_page(file_.geometry.page_size);
  if (page_count > lock_page && size < lock_page) size--;
  while (is_unusable_page(size)) size--;
  return size;
}

/** Empties page `last`, the last of the file: takes it off the freelist, or moves its content to a free page
   not beyond `target`. While committing the freelist is about to vanish, so its order does not matter. */
Status Btree::vacuum_step(Pgno target, Pgno last, bool is_commit) {
  if (!is_unusable_page(last)) {
    if (file_.free_page_count() == 0) return Code::kDone;
    PointerKind kind;
    Pgno parent;
    RETURN_IF_ERROR(file_.get_pointer(last, &kind, &parent));
    CORRUPT_IF(kind == PointerKind::kRoot);
    PageRef page;
    if (kind == PointerKind::kFree) {
      if (!is_commit) {
        RETURN_IF_ERROR(file_.allocate_page(last, Allocation::kExact, &page));
        CORRUPT_IF(page.pgno() != last);
      }
    } else {
      const Allocation mode = is_commit ? Allocation::kAny : Allocation::kAtMost;
      const Pgno nearby = is_commit ? 0 : target;
      Pgno destination;
      do {
        const Pgno size_before = file_.page_count;
        RETURN_IF_ERROR(file_.allocate_page(nearby, mode, &page));
        destination = page.pgno();
        page.reset();
        CORRUPT_IF(destination > size_before);
      } while (is_commit && destination > target);
      RETURN_IF_ERROR(relocate_page(last, kind, parent, destination));
    }
  }
  if (!is_commit) {
    do {
      last--;
    } while (is_unusable_page(last));
    file_.was_truncated = true;
    file_.page_count = last;
  }
  return kOk;
}

Status Btree::incremental_vacuum() {
  ASSERT(is_writing());
  if (!file_.is_auto_vacuum) return Code::kDone;
  const Pgno old_size = file_.page_count;
  const uint32_t free_pages = file_.free_page_count();
  if (free_pages == 0) return Code::kDone;
  CORRUPT_IF(free_pages >= old_size);
  const Pgno target = size_after_vacuum(old_size, free_pages);
  CORRUPT_IF(old_size < target);
  RETURN_IF_ERROR(save_all_cursors(0, nullptr));
  RETURN_IF_ERROR(vacuum_step(target, old_size, false));
  RETURN_IF_ERROR(pager_->write(file_.page1));
  store_be32(file_.page1.mutable_data() + file_header::kPageCount, file_.page_count);
  return kOk;
}

Status Btree::vacuum_for_commit() {
  const Pgno old_size = file_.page_count;
  CORRUPT_IF(is_unusable_page(old_size));
  const uint32_t free_pages = file_.free_page_count();
  if (free_pages == 0) return kOk;
  CORRUPT_IF(free_pages >= old_size);
  const Pgno target = size_after_vacuum(old_size, free_pages);
  CORRUPT_IF(target > old_size);
  if (target < old_size) RETURN_IF_ERROR(save_all_cursors(0, nullptr));
  for (Pgno last = old_size; last > target; last--) {
    Status status = vacuum_step(target, last, true);
    if (status.is(Code::kDone)) break;
    RETURN_IF_ERROR(status);
  }
  RETURN_IF_ERROR(pager_->write(file_.page1));
  uint8_t* header = file_.page1.mutable_data();
  store_be32(header + file_header::kFirstTrunk, 0);
  store_be32(header + file_header::kFreePageCount, 0);
  store_be32(header + file_header::kPageCount, target);
  file_.was_truncated = true;
  file_.page_count = target;
  return kOk;
}

}  // namespace ringlite
