// Layout of the pages that the B-tree layer reads and writes (fileformat2.html sections 1.3 to 1.8). Offsets
// are in bytes, numbers big-endian. Nothing here reads or writes; accessors are in node.h and free_pages.h.
//
//   DATABASE HEADER (first 100 bytes of page 1)
//   OFFSET SIZE  MEANING
//      0    16   "SQLite format 3" and a zero byte
//     16     2   page size; 1 means 65536
//     18     1   file format write version (1 rollback journal, 2 WAL)
//     19     1   file format read version
//     20     1   reserved bytes at the end of each page
//     21     3   payload fractions: 64, 32, 32
//     24     4   file change counter (the pager's)
//     28     4   pages in the file, valid when [92] equals [24]
//     32     4   first freelist trunk page
//     36     4   pages on the freelist
//     40    60   meta fields 1..15, four bytes each (btree.h, Meta); [52] largest root, [64] incremental
//     vacuum
//
//   TREE PAGE HEADER (offset 0, on page 1 offset 100)
//      0     1   kind: 2 interior index, 5 interior table, 10 leaf index, 13 leaf table
//      1     2   first freeblock, 0 none
//      3     2   number of cells
//      5     2   start of the cell content area; 0 means 65536
//      7     1   fragmented free bytes
//      8     4   right-most child (interior pages only)
//   then the cell pointers, two bytes each, in key order; cells grow from the end of the page downwards.
//
//   FREEBLOCK      0: 2 next freeblock (increasing offsets), 2: 2 size of this one, at least 4
//
//   CELLS
//   leaf table       varint payload size, varint rowid, local payload, [4 first overflow page]
//   interior table   4 left child, varint rowid (the largest key of that child)
//   leaf index       varint payload size, local payload, [4 first overflow page]
//   interior index   4 left child, varint payload size, local payload, [4 first overflow page]
//
//   OVERFLOW PAGE    0: 4 next page of the chain or 0, then payload
//   FREELIST TRUNK   0: 4 next trunk or 0, 4: 4 number of leaves, 8: leaf page numbers, 4 each
//   POINTER MAP      entries of 5: 1 kind (PointerKind), 4 parent page; one for each page that follows the
//   map page
#pragma once
#include <cstdint>

#include "pager/page.h"

namespace ringlite {

namespace file_header {
constexpr uint8_t kMagic[16] = {'S', 'Q', 'L', 'i', 't', 'e', ' ', 'f', 'o', 'r', 'm', 'a', 't', ' ', '3', 0};
constexpr uint32_t kPageSize = 16;
constexpr uint32_t kWriteVersion = 18;
constexpr uint32_t kReadVersion = 19;
constexpr uint32_t kReservedBytes = 20;
constexpr uint32_t kFractions = 21;
constexpr uint32_t kChangeCounter = 24;
constexpr uint32_t kPageCount = 28;
constexpr uint32_t kFirstTrunk = 32;
constexpr uint32_t kFreePageCount = 36;
constexpr uint32_t kMeta = 36;  // field i at 36 + 4 * i: field 0 is the free page count
constexpr uint32_t kLargestRoot = 52;
constexpr uint32_t kIncrementalVacuum = 64;
constexpr uint32_t kVersionValidFor = 92;
constexpr uint32_t kSize = 100;
constexpr uint8_t kFractionBytes[3] = {64, 32, 32};
static_assert(kMeta + 4 * 4 == kLargestRoot && kMeta + 4 * 7 == kIncrementalVacuum);
}  // namespace file_header

namespace tree_page {
constexpr uint32_t kKind = 0;
constexpr uint32_t kFirstFreeblock = 1;
constexpr uint32_t kCellCount = 3;
constexpr uint32_t kContentStart = 5;
constexpr uint32_t kFragmentedBytes = 7;
constexpr uint32_t kRightChild = 8;
constexpr uint32_t kLeafHeaderSize = 8;
constexpr uint32_t kInteriorHeaderSize = 12;

constexpr uint8_t kInteriorIndex = 2;
constexpr uint8_t kInteriorTable = 5;
constexpr uint8_t kLeafIndex = 10;
constexpr uint8_t kLeafTable = 13;
constexpr uint8_t kLeafBit = 8;
static_assert((kLeafIndex & kLeafBit) && (kLeafTable & kLeafBit) && !(kInteriorIndex & kLeafBit) &&
              !(kInteriorTable & kLeafBit));

/** More fragmented bytes than this on a page make the next insertion compact it. */
constexpr uint32_t kMaxFragmentedBytes = 60;
/** A cell never takes less: its place must be able to become a freeblock. */
constexpr uint32_t kMinCellSize = 4;
constexpr uint32_t kFreeblockHeaderSize = 4;
}  // namespace tree_page

namespace overflow_page {
constexpr uint32_t kNext = 0;
constexpr uint32_t kContent = 4;
}  // namespace overflow_page

namespace trunk_page {
constexpr uint32_t kNext = 0;
constexpr uint32_t kLeafCount = 4;
constexpr uint32_t kLeaves = 8;
/** Leaves a trunk of `usable` bytes can name. */
constexpr uint32_t max_leaves(uint32_t usable) { return usable / 4 - 2; }
/** Six less are used, since SQLite before 3.6.0 misread full trunks. */
constexpr uint32_t max_leaves_written(uint32_t usable) { return usable / 4 - 8; }
}  // namespace trunk_page

/** What points at a page (pointer map entries). */
enum class PointerKind : uint8_t {
  kRoot = 1,           ///< a root page; parent 0
  kFree = 2,           ///< on the freelist; parent 0
  kFirstOverflow = 3,  ///< first page of an overflow chain; parent: the page with the cell
  kNextOverflow = 4,   ///< a later one; parent: the page before
  kTreePage = 5,       ///< a tree page that is not a root; parent: its parent
};
constexpr uint32_t kPointerMapEntrySize = 5;

constexpr uint32_t kMinUsableSize = 480;
/** Deeper trees can only be corrupt. */
constexpr int kMaxDepth = 20;
/** How much payload stays in the cell, for pages of `usable` bytes (section 1.6 of the format's description).
 */
constexpr uint32_t max_local_leaf_table(uint32_t usable) { return usable - 35; }
constexpr uint32_t max_local_index(uint32_t usable) { return (usable - 12) * 64 / 255 - 23; }
constexpr uint32_t min_local(uint32_t usable) { return (usable - 12) * 32 / 255 - 23; }
/** Local bytes of a payload that is larger than `max_local`. */
constexpr uint32_t spilled_local_size(uint32_t payload_size, uint32_t usable, uint32_t max_local,
                                      uint32_t min_local) {
  const uint32_t surplus = min_local + (payload_size - min_local) % (usable - 4);
  return surplus <= max_local ? surplus : min_local;
}
/** Upper bound of the cells on a page: two bytes of pointer and four of cell each. */
constexpr uint32_t max_cells(uint32_t page_size) { return (page_size - tree_page::kLeafHeaderSize) / 6; }

static_assert(max_local_leaf_table(4096) == 4061 && max_local_index(4096) == 1002 && min_local(4096) == 489);
static_assert(min_local(kMinUsableSize) > 4);
// A page can hold at least four index cells, so that each split leaves every page with one.
static_assert(4 * (max_local_index(kMinUsableSize) + 4 + 2 + 9 + 4) <= kMinUsableSize);

}  // namespace ringlite
