// Node: a pinned tree page with its header parsed, and the operations inside that one page: finding and
// parsing cells, taking and giving back space, inserting and dropping cells. Format: page_layout.h.
//
// The parsed header is kept in the page handle's extra area, so that all cursors of a connection share it and
// its free byte count; the pager zeroes it when the content changes behind our back. A node must not know its
// parent, its tree or the freelist.
//
// Invariants
//   1. header().kind != 0 means: the header was checked, cell_count and the cell pointer array lie within the
//   page.
//   2. free_bytes is exact or unknown (-1); unknown is resolved (and the freeblock chain checked) before any
//   change.
//   3. A cell's offset comes from disk: it is masked to the page for reading (a page is followed by
//   kPageSlack readable
//      bytes, more than the longest cell header) and its end is checked before its payload is touched.
#pragma once
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/endian.h"
#include "base/varint.h"
#include "btree/page_layout.h"
#include "pager/pager.h"

namespace ringlite {

/** What all nodes of one file have in common. */
struct NodeGeometry {
  uint32_t page_size = 0;
  uint32_t usable_size = 0;
  uint16_t max_local_table = 0;
  uint16_t max_local_index = 0;
  uint16_t min_local = 0;

  void set(uint32_t page, uint32_t usable) {
    page_size = page;
    usable_size = usable;
    max_local_table = static_cast<uint16_t>(max_local_leaf_table(usable));
    max_local_index = static_cast<uint16_t>(ringlite::max_local_index(usable));
    min_local = static_cast<uint16_t>(ringlite::min_local(usable));
  }
};

/** A node's header as parsed; lives in the page's extra area, zeroed = not parsed. */
struct NodeHeader {
  uint8_t kind;
  bool is_leaf;
  bool is_table;
  uint8_t child_size;      ///< 4 in interior nodes, else 0
  uint16_t header_offset;  ///< 100 on page 1, else 0
  uint16_t array_offset;   ///< of the cell pointers
  uint16_t cell_count;
  uint16_t max_local;
  uint16_t min_local;
  uint16_t offset_mask;  ///< page size - 1
  uint32_t usable_size;
  int32_t free_bytes;   ///< all free bytes between and around the cells; -1 not counted yet
  uint16_t last_place;  ///< where the last search for a key ended: a guess, see PlaceHint
  bool is_steady;       ///< and whether it ended where the one before did, or one place on
};
static_assert(sizeof(NodeHeader) <= kPageExtraSize);

/** One cell, parsed. */
struct CellInfo {
  int64_t rowid = 0;                 ///< table trees
  const uint8_t* payload = nullptr;  ///< its local part, on the page
  uint32_t payload_size = 0;         ///< all of it
  uint16_t local_size = 0;           ///< bytes at `payload`
  uint16_t cell_size = 0;            ///< bytes of the cell on the page, at least 4

  bool has_overflow() const { return payload_size > local_size; }
  /** First page of the overflow chain. Only when has_overflow() and the cell lies within its page. */
  Pgno overflow() const { return load_be32(payload + local_size); }
};

class Node {
 public:
  Node() = default;
  Node(Node&&) = default;
  Node& operator=(Node&&) = default;

  /** Pins page `pgno` and parses its header. SQLITE_CORRUPT, I/O errors. */
  static Status get(Pager& pager, const NodeGeometry& geometry, Pgno pgno, Node* node) {
    RETURN_IF_ERROR(pager.get(pgno, &node->page_));
    if (node->header().kind != 0) [[likely]]
      return kOk;
    return node->parse_header(geometry);
  }
  /** Takes over a pinned page that is known to be (or about to become) a node. */
  explicit Node(PageRef page) : page_(std::move(page)) {}

  explicit operator bool() const { return static_cast<bool>(page_); }
  void reset() { page_.reset(); }
  Node clone() const { return Node(page_.clone()); }

  PageRef& page() { return page_; }
  const PageRef& page() const { return page_; }
  Pgno pgno() const { return page_.pgno(); }
  const uint8_t* data() const { return page_.data(); }
  uint8_t* mutable_data() const { return page_.mutable_data(); }
  NodeHeader& header() const { return *static_cast<NodeHeader*>(page_.extra()); }

  uint32_t cell_count() const { return header().cell_count; }
  bool is_leaf() const { return header().is_leaf; }
  bool is_table() const { return header().is_table; }
  bool is_table_leaf() const { return header().kind == tree_page::kLeafTable; }
  uint32_t usable_size() const { return header().usable_size; }
  const uint8_t* end() const { return data() + header().usable_size; }

  uint32_t cell_offset(uint32_t index) const {
    return load_be16(data() + header().array_offset + 2 * index) & header().offset_mask;
  }
  /** Start of cell `index`: inside the page, its end unchecked. */
  const uint8_t* cell(uint32_t index) const {
    ASSERT(index < cell_count());
    return data() + cell_offset(index);
  }
  /** Child to the left of cell `index`, or the right-most one for index == cell_count(). Interior nodes. */
  Pgno child(uint32_t index) const {
    ASSERT(!is_leaf() && index <= cell_count());
    return load_be32(index == cell_count() ? data() + header().header_offset + tree_page::kRightChild
                                           : cell(index));
  }
  Pgno right_child() const { return child(cell_count()); }
  void set_child(uint32_t index, Pgno pgno) {
    ASSERT(!is_leaf() && index <= cell_count());
    const uint32_t offset =
        index == cell_count() ? header().header_offset + tree_page::kRightChild : cell_offset(index);
    store_be32(mutable_data() + offset, pgno);
  }

  /** Rowid of cell `index` of a table node, leaf or interior. */
  int64_t rowid(uint32_t index) const {
    const uint8_t* bytes = cell(index);
    if (is_leaf()) {
      while (*bytes++ >= 0x80 && bytes < data() + header().usable_size) {
      }
    } else {
      bytes += 4;
    }
    uint64_t rowid;
    read_varint(bytes, &rowid);
    return static_cast<int64_t>(rowid);
  }

  /** Parses the cell at `bytes` (in any buffer followed by kPageSlack readable bytes) in this node's format.
     The result's extent is not checked against any page. */
  void parse_cell_at(const uint8_t* bytes, CellInfo* info) const { parse_cell(header(), bytes, info); }
  static void parse_cell(const NodeHeader& header, const uint8_t* bytes, CellInfo* info);
  /** The size of such a cell on its page. */
  static uint32_t cell_size(const NodeHeader& header, const uint8_t* bytes);
  /** Parses cell `index`; SQLITE_CORRUPT when it reaches beyond the page. */
  Status read_cell(uint32_t index, CellInfo* info) const {
    const uint8_t* bytes = cell(index);
    parse_cell(header(), bytes, info);
    CORRUPT_IF(bytes + info->cell_size > end());
    return kOk;
  }

  /** Parses the page's header again (after the page was pinned or its kind changed). SQLITE_CORRUPT. */
  Status parse_header(const NodeGeometry& geometry);
  /** Counts the free bytes if they are unknown, checking the freeblock chain. */
  Status count_free_bytes() { return header().free_bytes >= 0 ? kOk : count_free_bytes_slow(); }
  uint32_t free_bytes() const {
    ASSERT(header().free_bytes >= 0);
    return static_cast<uint32_t>(header().free_bytes);
  }

  // Changes: the page is writable and its free bytes are known.
  // ----------------------------------------------------------

  /** Makes this an empty node of `kind` (tree_page::k...). `clear`: zero the content area too. */
  void format(const NodeGeometry& geometry, uint8_t kind, bool clear);
  bool fits(uint32_t cell_size) const { return free_bytes() >= cell_size + 2; }
  /** Inserts a cell that fits() before cell `index`. */
  Status insert_cell(uint32_t index, const uint8_t* bytes, uint32_t size);
  /** Removes cell `index`, whose size is `size`. `clear`: zero its bytes (secure_delete). */
  Status drop_cell(uint32_t index, uint32_t size, bool clear);
  /** Moves all cells to the end of the page, so that the free bytes are one piece. */
  Status compact();
  /** Inserts at the end of the page when there is room between pointers and content: false otherwise (nothing
   * done). */
  bool append_cell_fast(const uint8_t* bytes, uint32_t size);
  /** Replaces the whole content by `count` cells (which lie elsewhere and are known to fit). */
  void rebuild(const uint8_t* const* cells, const uint16_t* sizes, uint32_t count, bool clear);

  uint32_t content_start() const {
    return ((load_be16(data() + header().header_offset + tree_page::kContentStart) - 1u) & 0xffffu) + 1;
  }

 private:
  Status count_free_bytes_slow();
  Status take_space(uint32_t size, uint32_t* offset);
  Status take_freeblock(uint32_t size, uint32_t* offset);
  Status give_space(uint32_t offset, uint32_t size, bool clear);
  void set_cell_count(uint32_t count) {
    header().cell_count = static_cast<uint16_t>(count);
    store_be16(mutable_data() + header().header_offset + tree_page::kCellCount, static_cast<uint16_t>(count));
  }
  uint8_t* header_bytes() const { return mutable_data() + header().header_offset; }

  PageRef page_;
};

/** Local bytes of a payload, and so whether the cell needs an overflow chain. */
inline uint32_t local_payload_size(const NodeHeader& header, uint32_t payload_size) {
  if (payload_size <= header.max_local) [[likely]]
    return payload_size;
  return spilled_local_size(payload_size, header.usable_size, header.max_local, header.min_local);
}

inline void Node::parse_cell(const NodeHeader& header, const uint8_t* bytes, CellInfo* info) {
  const uint8_t* start = bytes;
  bytes += header.child_size;
  uint64_t rowid = 0;
  if (header.kind == tree_page::kInteriorTable) {
    bytes += read_varint(bytes, &rowid);
    info->rowid = static_cast<int64_t>(rowid);
    info->payload = bytes;
    info->payload_size = 0;
    info->local_size = 0;
    info->cell_size = static_cast<uint16_t>(bytes - start);
    return;
  }
  uint32_t payload_size;
  bytes += read_varint32(bytes, &payload_size);
  if (header.is_table) bytes += read_varint(bytes, &rowid);
  info->rowid = static_cast<int64_t>(rowid);
  info->payload = bytes;
  info->payload_size = payload_size;
  const uint32_t local = local_payload_size(header, payload_size);
  info->local_size = static_cast<uint16_t>(local);
  uint32_t size = static_cast<uint32_t>(bytes - start) + local + (local < payload_size ? 4 : 0);
  if (size < tree_page::kMinCellSize) size = tree_page::kMinCellSize;
  info->cell_size = static_cast<uint16_t>(size);
}

inline uint32_t Node::cell_size(const NodeHeader& header, const uint8_t* bytes) {
  const uint32_t payload_size = bytes[header.child_size];
  const bool is_short = payload_size < 0x80 && payload_size <= header.max_local;
  if (is_short && !header.is_table) [[likely]] {
    const uint32_t size = header.child_size + 1 + payload_size;
    return size < tree_page::kMinCellSize ? tree_page::kMinCellSize : size;
  }
  CellInfo info;
  parse_cell(header, bytes, &info);
  return info.cell_size;
}

}  // namespace ringlite
