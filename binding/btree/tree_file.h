// TreeFile: the pages of one database file below the level of trees: geometry, page 1's fields, allocation
// and the freelist, pointer maps. One per Btree; cursors and the tree algorithms work through it.
//
// It must not know cursors or what a tree holds.
//
// Invariants
//   1. While a transaction is open page 1 is pinned (`page1`).
//   2. A page is in exactly one place: a tree, an overflow chain, the freelist, a pointer map, or it is the
//   lock-byte page.
//   3. In an auto-vacuum file every other page's pointer-map entry names what points at it, at the end of
//   each operation.
#pragma once
#include <cstdint>

#include "base/status.h"
#include "btree/node.h"
#include "btree/page_layout.h"
#include "pager/pager.h"

namespace ringlite {

enum class SecureDelete : uint8_t { kOff = 0, kOn = 1, kFast = 2 };

/** Which free page allocate_page() looks for. */
enum class Allocation : uint8_t {
  kAny,     ///< one close to `nearby`, if that costs nothing
  kExact,   ///< `nearby` itself if it is free, otherwise any
  kAtMost,  ///< one not above `nearby` if there is one, otherwise any
};

class TreeFile {
 public:
  Pager* pager = nullptr;
  PageRef page1;
  NodeGeometry geometry;
  bool is_auto_vacuum = false;
  bool is_incremental_vacuum = false;
  /** Pages of the file as this transaction sees it; the pager learns of a truncation at commit. */
  Pgno page_count = 0;
  /** The image was truncated in this transaction: pages past its end may still hold content that a rollback
   * needs. */
  bool was_truncated = false;
  SecureDelete secure_delete = SecureDelete::kOff;

  bool clears_cells() const { return secure_delete != SecureDelete::kOff; }
  bool clears_pages() const { return secure_delete == SecureDelete::kOn; }
  uint32_t free_page_count() const { return load_be32(page1.data() + file_header::kFreePageCount); }
  bool is_lock_byte_page(Pgno pgno) const { return pgno == lock_byte_page(geometry.page_size); }

  Status get_node(Pgno pgno, Node* node) const {
    CORRUPT_IF(pgno == 0 || pgno > page_count);
    return Node::get(*pager, geometry, pgno, node);
  }

  // Allocation (page_allocation.cpp)
  // -----------------------------------------------------------------------------------

  /** A page of no content, writable, off the freelist or new at the end. SQLITE_FULL, SQLITE_CORRUPT. */
  Status allocate_page(Pgno nearby, Allocation mode, PageRef* page);
  /** Puts `pgno` on the freelist. The caller's references to it must be gone. */
  Status free_page(Pgno pgno);
  /** Frees the overflow pages of a cell that lies within its page. */
  Status free_overflow_chain(const CellInfo& info);
  /** Next page of the chain, if any, and the page itself when `page` is not null. */
  Status next_overflow_page(Pgno pgno, PageRef* page, Pgno* next);

  // Pointer maps (pointer_map.cpp)
  // ---------------------------------------------------------------------------------------

  /** The map page that has the entry of `pgno` (0 for pages 0 and 1); equals `pgno` for a map page. */
  Pgno pointer_map_page(Pgno pgno) const;
  bool is_pointer_map_page(Pgno pgno) const { return pgno >= 2 && pointer_map_page(pgno) == pgno; }
  Status put_pointer(Pgno pgno, PointerKind kind, Pgno parent);
  Status get_pointer(Pgno pgno, PointerKind* kind, Pgno* parent);
  /** Sets the entry of a cell's overflow chain, if it has one. */
  Status put_overflow_pointer(const CellInfo& info, Pgno parent) {
    return info.has_overflow() ? put_pointer(info.overflow(), PointerKind::kFirstOverflow, parent) : kOk;
  }
  /** Sets the entries of everything that `node` points at. */
  Status put_child_pointers(Node& node);

 private:
  Status take_from_freelist(Pgno nearby, Allocation mode, PageRef* page);
  Status take_trunk(PageRef& trunk, PageRef* previous, PageRef* page);
  Status take_leaf(PageRef& trunk, uint32_t index, PageRef* page);
  Status grow(PageRef* page);
  Status get_unused_page(Pgno pgno, uint32_t flags, PageRef* page);
};

}  // namespace ringlite
