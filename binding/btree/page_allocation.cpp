// Allocation of pages: the freelist (trunk pages that name leaf pages) and the end of the file.
#include "btree/tree_file.h"

namespace ringlite {

/** Pins a page that nobody may be using: a page of a corrupt freelist could be part of a tree. */
Status TreeFile::get_unused_page(Pgno pgno, uint32_t flags, PageRef* page) {
  RETURN_IF_ERROR(pager->get(pgno, page, flags));
  if (page->pin_count() > 1) {
    page->reset();
    return CORRUPT();
  }
  static_cast<NodeHeader*>(page->extra())->kind = 0;
  return kOk;
}

Status TreeFile::allocate_page(Pgno nearby, Allocation mode, PageRef* page) {
  page->reset();
  const uint32_t free_pages = free_page_count();
  CORRUPT_IF(free_pages >= page_count && free_pages > 0);
  if (free_pages > 0) return take_from_freelist(nearby, mode, page);
  return grow(page);
}

Status TreeFile::take_from_freelist(Pgno nearby, Allocation mode, PageRef* page) {
  const uint32_t free_pages = free_page_count();
  const Pgno last = page_count;
  bool searching = mode == Allocation::kAtMost;
  if (mode == Allocation::kExact && nearby <= last) {
    PointerKind kind;
    Pgno parent;
    RETURN_IF_ERROR(get_pointer(nearby, &kind, &parent));
    searching = kind == PointerKind::kFree;
  }
  RETURN_IF_ERROR(pager->write(page1));
  store_be32(page1.mutable_data() + file_header::kFreePageCount, free_pages - 1);

  PageRef previous;
  for (uint32_t visited = 0;; visited++) {
    const Pgno pgno = previous ? load_be32(previous.data() + trunk_page::kNext)
                               : load_be32(page1.data() + file_header::kFirstTrunk);
    CORRUPT_IF(pgno < 2 || pgno > last || visited > free_pages);
    PageRef trunk;
    RETURN_IF_ERROR(get_unused_page(pgno, Pager::kGetNormal, &trunk));
    const uint32_t leaves = load_be32(trunk.data() + trunk_page::kLeafCount);
    CORRUPT_IF(leaves > trunk_page::max_leaves(geometry.usable_size));
    const bool is_wanted = pgno == nearby || (pgno < nearby && mode == Allocation::kAtMost);
    if (searching ? is_wanted : leaves == 0) return take_trunk(trunk, previous ? &previous : nullptr, page);
    if (leaves > 0) {
      const uint8_t* names = trunk.data() + trunk_page::kLeaves;
      uint32_t chosen = 0;
      if (mode == Allocation::kAtMost) {
        for (uint32_t i = 0; i < leaves; i++) {
          if (load_be32(names + 4 * i) <= nearby) {
            chosen = i;
            break;
          }
        }
      } else if (nearby > 0) {
        uint32_t best = UINT32_MAX;
        for (uint32_t i = 0; i < leaves && best > 0; i++) {
          const Pgno leaf = load_be32(names + 4 * i);
          const uint32_t distance = leaf > nearby ? leaf - nearby : nearby - leaf;
          if (distance < best) {
            best = distance;
            chosen = i;
          }
        }
      }
      const Pgno leaf = load_be32(names + 4 * chosen);
      CORRUPT_IF(leaf < 2 || leaf > last);
      if (!searching || leaf == nearby || (leaf < nearby && mode == Allocation::kAtMost))
        return take_leaf(trunk, chosen, page);
    }
    previous = std::move(trunk);
  }
}

/** Takes the trunk page itself off the list; its first leaf, if it has any, becomes the trunk in its place.
 */
Status TreeFile::take_trunk(PageRef& trunk, PageRef* previous, PageRef* page) {
  RETURN_IF_ERROR(pager->write(trunk));
  if (previous) RETURN_IF_ERROR(pager->write(*previous));
  const uint32_t leaves = load_be32(trunk.data() + trunk_page::kLeafCount);
  Pgno next = load_be32(trunk.data() + trunk_page::kNext);
  if (leaves > 0) {
    const Pgno heir = load_be32(trunk.data() + trunk_page::kLeaves);
    CORRUPT_IF(heir < 2 || heir > page_count);
    PageRef new_trunk;
    RETURN_IF_ERROR(get_unused_page(heir, Pager::kGetNormal, &new_trunk));
    RETURN_IF_ERROR(pager->write(new_trunk));
    uint8_t* bytes = new_trunk.mutable_data();
    store_be32(bytes + trunk_page::kNext, next);
    store_be32(bytes + trunk_page::kLeafCount, leaves - 1);
    std::memcpy(bytes + trunk_page::kLeaves, trunk.data() + trunk_page::kLeaves + 4, 4 * (leaves - 1));
    next = heir;
  }
  if (previous) {
    store_be32(previous->mutable_data() + trunk_page::kNext, next);
  } else {
    store_be32(page1.mutable_data() + file_header::kFirstTrunk, next);
  }
  *page = std::move(trunk);
  return kOk;
}

Status TreeFile::take_leaf(PageRef& trunk, uint32_t index, PageRef* page) {
  RETURN_IF_ERROR(pager->write(trunk));
  uint8_t* bytes = trunk.mutable_data();
  const uint32_t leaves = load_be32(bytes + trunk_page::kLeafCount);
  uint8_t* name = bytes + trunk_page::kLeaves + 4 * index;
  const Pgno pgno = load_be32(name);
  if (index + 1 < leaves) std::memcpy(name, bytes + trunk_page::kLeaves + 4 * (leaves - 1), 4);
  store_be32(bytes + trunk_page::kLeafCount, leaves - 1);
  RETURN_IF_ERROR(get_unused_page(pgno, Pager::kGetNoContent, page));
  return pager->write(*page);
}

/** A new page at the end of the file, past the lock-byte page and pointer-map pages. */
Status TreeFile::grow(PageRef* page) {
  RETURN_IF_ERROR(pager->write(page1));
  const uint32_t flags = was_truncated ? Pager::kGetNormal : Pager::kGetNoContent;
  Pgno pgno = page_count + 1;
  if (is_lock_byte_page(pgno)) pgno++;
  if (is_auto_vacuum && is_pointer_map_page(pgno)) {
    PageRef map;
    RETURN_IF_ERROR(get_unused_page(pgno, flags, &map));
    RETURN_IF_ERROR(pager->write(map));
    std::memset(map.mutable_data(), 0, geometry.page_size);
    pgno++;
    if (is_lock_byte_page(pgno)) pgno++;
  }
  RETURN_IF_ERROR(get_unused_page(pgno, flags, page));
  RETURN_IF_ERROR(pager->write(*page));
  page_count = pgno;
  store_be32(page1.mutable_data() + file_header::kPageCount, pgno);
  return kOk;
}

Status TreeFile::free_page(Pgno pgno) {
  CORRUPT_IF(pgno < 2 || pgno > page_count);
  RETURN_IF_ERROR(pager->write(page1));
  const uint32_t free_pages = free_page_count();
  store_be32(page1.mutable_data() + file_header::kFreePageCount, free_pages + 1);

  PageRef page = pager->get_cached(pgno);
  CORRUPT_IF(page && page.pin_count() > 1);
  if (clears_pages()) {
    if (!page) RETURN_IF_ERROR(pager->get(pgno, &page));
    RETURN_IF_ERROR(pager->write(page));
    std::memset(page.mutable_data(), 0, geometry.page_size);
  }
  if (page) static_cast<NodeHeader*>(page.extra())->kind = 0;
  if (is_auto_vacuum) RETURN_IF_ERROR(put_pointer(pgno, PointerKind::kFree, 0));

  Pgno trunk_pgno = 0;
  if (free_pages != 0) {
    trunk_pgno = load_be32(page1.data() + file_header::kFirstTrunk);
    CORRUPT_IF(trunk_pgno < 2 || trunk_pgno > page_count || trunk_pgno == pgno);
    PageRef trunk;
    RETURN_IF_ERROR(pager->get(trunk_pgno, &trunk));
    CORRUPT_IF(trunk.pin_count() > 1);
    const uint32_t leaves = load_be32(trunk.data() + trunk_page::kLeafCount);
    CORRUPT_IF(leaves > trunk_page::max_leaves(geometry.usable_size));
    if (leaves < trunk_page::max_leaves_written(geometry.usable_size)) {
      RETURN_IF_ERROR(pager->write(trunk));
      static_cast<NodeHeader*>(trunk.extra())->kind = 0;
      uint8_t* bytes = trunk.mutable_data();
      store_be32(bytes + trunk_page::kLeafCount, leaves + 1);
      store_be32(bytes + trunk_page::kLeaves + 4 * leaves, pgno);
      return clears_pages() ? kOk : pager->dont_write(pgno);
    }
  }
  // The first trunk is full or missing: the page becomes the new first trunk.
  if (!page) RETURN_IF_ERROR(pager->get(pgno, &page));
  RETURN_IF_ERROR(pager->write(page));
  store_be32(page.mutable_data() + trunk_page::kNext, trunk_pgno);
  store_be32(page.mutable_data() + trunk_page::kLeafCount, 0);
  store_be32(page1.mutable_data() + file_header::kFirstTrunk, pgno);
  return kOk;
}

Status TreeFile::next_overflow_page(Pgno pgno, PageRef* page, Pgno* next) {
  // In an auto-vacuum file the next page of a chain is usually the next page of the file; its map entry
  // proves it without reading the page itself.
  if (is_auto_vacuum && !page) {
    Pgno guess = pgno + 1;
    while (is_pointer_map_page(guess) || is_lock_byte_page(guess)) guess++;
    if (guess <= page_count) {
      PointerKind kind;
      Pgno parent;
      Status status = get_pointer(guess, &kind, &parent);
      if (status.ok() && kind == PointerKind::kNextOverflow && parent == pgno) {
        *next = guess;
        return kOk;
      }
    }
  }
  PageRef own;
  PageRef* target = page ? page : &own;
  RETURN_IF_ERROR(pager->get(pgno, target));
  *next = load_be32(target->data() + overflow_page::kNext);
  return kOk;
}

Status TreeFile::free_overflow_chain(const CellInfo& info) {
  if (!info.has_overflow()) return kOk;
  const uint32_t capacity = geometry.usable_size - overflow_page::kContent;
  const uint64_t spilled = info.payload_size - info.local_size;
  uint64_t remaining = (spilled + capacity - 1) / capacity;
  CORRUPT_IF(remaining > page_count);
  Pgno pgno = info.overflow();
  while (remaining-- > 0) {
    CORRUPT_IF(pgno < 2 || pgno > page_count);
    Pgno next = 0;
    if (remaining > 0) RETURN_IF_ERROR(next_overflow_page(pgno, nullptr, &next));
    RETURN_IF_ERROR(free_page(pgno));
    pgno = next;
  }
  return kOk;
}

}  // namespace ringlite
