// Space management inside one tree page. See node.h.
#include "btree/node.h"

namespace ringlite {

using namespace tree_page;

Status Node::parse_header(const NodeGeometry& geometry) {
  NodeHeader& header = this->header();
  header.kind = 0;
  header.header_offset = pgno() == 1 ? file_header::kSize : 0;
  const uint8_t* bytes = data() + header.header_offset;
  const uint8_t kind = bytes[kKind];
  CORRUPT_IF(kind != kLeafTable && kind != kInteriorTable && kind != kLeafIndex && kind != kInteriorIndex);
  header.is_leaf = (kind & kLeafBit) != 0;
  header.is_table = kind == kLeafTable || kind == kInteriorTable;
  header.child_size = header.is_leaf ? 0 : 4;
  header.array_offset =
      static_cast<uint16_t>(header.header_offset + (header.is_leaf ? kLeafHeaderSize : kInteriorHeaderSize));
  header.cell_count = load_be16(bytes + kCellCount);
  header.max_local = kind == kLeafTable ? geometry.max_local_table : geometry.max_local_index;
  header.min_local = geometry.min_local;
  header.offset_mask = static_cast<uint16_t>(geometry.page_size - 1);
  header.usable_size = geometry.usable_size;
  header.free_bytes = -1;
  header.last_place = 0;
  header.is_steady = false;
  CORRUPT_IF(header.cell_count > max_cells(geometry.page_size));
  header.kind = kind;
  return kOk;
}

Status Node::count_free_bytes_slow() {
  NodeHeader& header = this->header();
  const uint8_t* page = data();
  const uint32_t usable = header.usable_size;
  const uint32_t content = content_start();
  const uint32_t array_end = header.array_offset + 2u * header.cell_count;
  uint32_t free = page[header.header_offset + kFragmentedBytes] + content;
  uint32_t block = load_be16(page + header.header_offset + kFirstFreeblock);
  if (block != 0) {
    CORRUPT_IF(block < content);
    for (;;) {
      CORRUPT_IF(block > usable - kFreeblockHeaderSize);
      const uint32_t next = load_be16(page + block);
      const uint32_t size = load_be16(page + block + 2);
      free += size;
      CORRUPT_IF(block + size > usable);
      if (next <= block + size + 3) {
        CORRUPT_IF(next != 0);
        break;
      }
      block = next;
    }
  }
  CORRUPT_IF(free > usable || free < array_end);
  header.free_bytes = static_cast<int32_t>(free - array_end);
  return kOk;
}

void Node::format(const NodeGeometry& geometry, uint8_t kind, bool clear) {
  const uint32_t offset = pgno() == 1 ? file_header::kSize : 0;
  uint8_t* bytes = mutable_data() + offset;
  const bool is_leaf = (kind & kLeafBit) != 0;
  if (clear) std::memset(bytes, 0, geometry.usable_size - offset);
  bytes[kKind] = kind;
  std::memset(bytes + kFirstFreeblock, 0, 4);
  store_be16(bytes + kContentStart, static_cast<uint16_t>(geometry.usable_size));
  bytes[kFragmentedBytes] = 0;
  if (!is_leaf) store_be32(bytes + kRightChild, 0);
  ignore_status(parse_header(geometry));  // cannot fail: we just wrote a valid one
  header().free_bytes = static_cast<int32_t>(geometry.usable_size - header().array_offset);
}

Status Node::compact() {
  NodeHeader& header = this->header();
  uint8_t* page = mutable_data();
  const uint32_t usable = header.usable_size;
  const uint32_t count = header.cell_count;
  const uint32_t array_end = header.array_offset + 2 * count;
  const uint32_t old_content = content_start();
  CORRUPT_IF(old_content > usable);
  uint8_t* copy = page_.pager().scratch();
  std::memcpy(copy + old_content, page + old_content, usable - old_content);
  uint32_t content = usable;
  for (uint32_t i = 0; i < count; i++) {
    uint8_t* pointer = page + header.array_offset + 2 * i;
    const uint32_t offset = load_be16(pointer);
    CORRUPT_IF(offset < old_content || offset > usable - kMinCellSize);
    CellInfo info;
    parse_cell(header, copy + offset, &info);
    CORRUPT_IF(offset + info.cell_size > usable || content < array_end + info.cell_size);
    content -= info.cell_size;
    std::memcpy(page + content, copy + offset, info.cell_size);
    store_be16(pointer, static_cast<uint16_t>(content));
  }
  uint8_t* bytes = header_bytes();
  CORRUPT_IF(content - array_end != static_cast<uint32_t>(header.free_bytes));
  bytes[kFragmentedBytes] = 0;
  store_be16(bytes + kFirstFreeblock, 0);
  store_be16(bytes + kContentStart, static_cast<uint16_t>(content));
  std::memset(page + array_end, 0, content - array_end);
  return kOk;
}

/** First fit in the freeblock chain; `*offset` 0 when no block is large enough. */
Status Node::take_freeblock(uint32_t size, uint32_t* offset) {
  uint8_t* page = mutable_data();
  uint8_t* bytes = header_bytes();
  const uint32_t usable = usable_size();
  uint32_t link = header().header_offset + kFirstFreeblock;
  *offset = 0;
  for (uint32_t block = load_be16(page + link), previous = 0; block != 0; block = load_be16(page + link)) {
    CORRUPT_IF(block <= previous || block > usable - kFreeblockHeaderSize);
    const uint32_t block_size = load_be16(page + block + 2);
    CORRUPT_IF(block + block_size > usable);
    if (block_size >= size) {
      const uint32_t rest = block_size - size;
      if (rest >= kFreeblockHeaderSize) {
        store_be16(page + block + 2, static_cast<uint16_t>(rest));
        *offset = block + rest;
      } else {
        if (bytes[kFragmentedBytes] + rest > kMaxFragmentedBytes) return kOk;
        std::memcpy(page + link, page + block, 2);
        bytes[kFragmentedBytes] = static_cast<uint8_t>(bytes[kFragmentedBytes] + rest);
        *offset = block;
      }
      return kOk;
    }
    previous = block;
    link = block;
  }
  return kOk;
}

/** Finds `size` bytes for a cell, leaving room for one more pointer. The free bytes suffice for both. */
Status Node::take_space(uint32_t size, uint32_t* offset) {
  const NodeHeader& header = this->header();
  const uint32_t gap_start = header.array_offset + 2u * header.cell_count;
  uint32_t content = content_start();
  CORRUPT_IF(content < gap_start || content > header.usable_size);
  if (load_be16(header_bytes() + kFirstFreeblock) != 0 && gap_start + 2 <= content) {
    RETURN_IF_ERROR(take_freeblock(size, offset));
    if (*offset != 0) {
      // A chain that was changed by corruption could hand out the header or the pointers.
      CORRUPT_IF(*offset < content);
      return kOk;
    }
  }
  if (gap_start + 2 + size > content) {
    RETURN_IF_ERROR(compact());
    content = content_start();
    CORRUPT_IF(gap_start + 2 + size > content);
  }
  content -= size;
  store_be16(header_bytes() + kContentStart, static_cast<uint16_t>(content));
  *offset = content;
  return kOk;
}

/** Puts [offset, offset + size) on the freeblock chain, joined with its neighbours, or back into the gap. */
Status Node::give_space(uint32_t offset, uint32_t size, bool clear) {
  uint8_t* page = mutable_data();
  uint8_t* bytes = header_bytes();
  const uint32_t usable = usable_size();
  const uint32_t original_size = size;
  ASSERT(size >= kMinCellSize && offset + size <= usable);
  if (clear) std::memset(page + offset, 0, size);
  uint32_t end = offset + size;
  uint32_t fragments = 0;
  uint32_t link = header().header_offset + kFirstFreeblock;
  uint32_t next = load_be16(page + link);
  uint32_t previous = 0;
  while (next != 0 && next < offset) {
    CORRUPT_IF(next <= previous || next > usable - kFreeblockHeaderSize);
    previous = next;
    link = next;
    next = load_be16(page + next);
  }
  CORRUPT_IF(next > usable - kFreeblockHeaderSize);
  // Up to three bytes between two free pieces are fragments, which vanish when the pieces become one.
  if (next != 0 && end + 3 >= next) {
    CORRUPT_IF(end > next);
    fragments += next - end;
    const uint32_t next_size = load_be16(page + next + 2);
    end = next + next_size;
    CORRUPT_IF(end > usable);
    next = load_be16(page + next);
    CORRUPT_IF(next != 0 && next < end);
  }
  if (previous != 0) {
    const uint32_t previous_end = previous + load_be16(page + previous + 2);
    if (previous_end + 3 >= offset) {
      CORRUPT_IF(previous_end > offset);
      fragments += offset - previous_end;
      offset = previous;
      link = 0;
    }
  }
  CORRUPT_IF(fragments > bytes[kFragmentedBytes]);
  const uint32_t content = content_start();
  if (offset <= content) {
    // At the start of the content area: the gap grows instead.
    CORRUPT_IF(offset < content || previous != 0);
    store_be16(bytes + kFirstFreeblock, static_cast<uint16_t>(next));
    store_be16(bytes + kContentStart, static_cast<uint16_t>(end));
  } else {
    if (link != 0) store_be16(page + link, static_cast<uint16_t>(offset));
    store_be16(page + offset, static_cast<uint16_t>(next));
    store_be16(page + offset + 2, static_cast<uint16_t>(end - offset));
  }
  bytes[kFragmentedBytes] = static_cast<uint8_t>(bytes[kFragmentedBytes] - fragments);
  header().free_bytes += static_cast<int32_t>(original_size);
  return kOk;
}

Status Node::insert_cell(uint32_t index, const uint8_t* cell_bytes, uint32_t size) {
  NodeHeader& header = this->header();
  ASSERT(index <= header.cell_count && size >= kMinCellSize && fits(size));
  uint32_t offset = 0;
  RETURN_IF_ERROR(take_space(size, &offset));
  ASSERT(offset + size <= header.usable_size);
  uint8_t* page = mutable_data();
  std::memcpy(page + offset, cell_bytes, size);
  uint8_t* pointer = page + header.array_offset + 2 * index;
  std::memmove(pointer + 2, pointer, 2 * (header.cell_count - index));
  store_be16(pointer, static_cast<uint16_t>(offset));
  set_cell_count(header.cell_count + 1u);
  header.free_bytes -= static_cast<int32_t>(size + 2);
  return kOk;
}

bool Node::append_cell_fast(const uint8_t* cell_bytes, uint32_t size) {
  NodeHeader& header = this->header();
  const uint32_t array_end = header.array_offset + 2u * header.cell_count;
  const uint32_t content = content_start();
  if (content > header.usable_size || array_end + 2 + size > content || !fits(size)) return false;
  uint8_t* page = mutable_data();
  const uint32_t offset = content - size;
  std::memcpy(page + offset, cell_bytes, size);
  store_be16(page + array_end, static_cast<uint16_t>(offset));
  store_be16(header_bytes() + kContentStart, static_cast<uint16_t>(offset));
  set_cell_count(header.cell_count + 1u);
  header.free_bytes -= static_cast<int32_t>(size + 2);
  return true;
}

Status Node::drop_cell(uint32_t index, uint32_t size, bool clear) {
  NodeHeader& header = this->header();
  ASSERT(index < header.cell_count);
  uint8_t* page = mutable_data();
  uint8_t* pointer = page + header.array_offset + 2 * index;
  const uint32_t offset = load_be16(pointer);
  CORRUPT_IF(offset < content_start() || offset + size > header.usable_size);
  RETURN_IF_ERROR(give_space(offset, size, clear));
  const uint32_t count = header.cell_count - 1u;
  set_cell_count(count);
  if (count == 0) {
    uint8_t* bytes = header_bytes();
    std::memset(bytes + kFirstFreeblock, 0, 4);
    bytes[kFragmentedBytes] = 0;
    store_be16(bytes + kContentStart, static_cast<uint16_t>(header.usable_size));
    header.free_bytes = static_cast<int32_t>(header.usable_size - header.array_offset);
    return kOk;
  }
  std::memmove(pointer, pointer + 2, 2 * (count - index));
  header.free_bytes += 2;
  return kOk;
}

namespace {

/** memcpy of a cell, mostly a few bytes, to where the bytes around it matter. */
void copy_cell(uint8_t* to, const uint8_t* from, uint32_t size) {
  const auto copy_both_ends = [&]<typename T>(T first) {
    T last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + size - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  };
  struct Wide {
    uint64_t words[2];
  };
  if (size > 2 * sizeof(Wide)) {
    std::memcpy(to, from, size);
  } else if (size >= sizeof(Wide)) {
    copy_both_ends(Wide());
  } else if (size >= sizeof(uint64_t)) {
    copy_both_ends(uint64_t());
  } else {
    static_assert(kMinCellSize == sizeof(uint32_t));
    copy_both_ends(uint32_t());
  }
}

}  // namespace

void Node::rebuild(const uint8_t* const* cells, const uint16_t* sizes, uint32_t count, bool clear) {
  NodeHeader& header = this->header();
  uint8_t* page = mutable_data();
  uint8_t* bytes = header_bytes();
  uint32_t content = header.usable_size;
  const uint32_t array_end = header.array_offset + 2 * count;
  uint8_t* pointer = page + header.array_offset;
  ASSERT(array_end <= content);
  for (uint32_t i = 0; i < count; i++, pointer += 2) {
    content -= sizes[i];
    ASSERT(content >= array_end && sizes[i] >= kMinCellSize);
    copy_cell(page + content, cells[i], sizes[i]);
    store_be16(pointer, static_cast<uint16_t>(content));
  }
  if (clear) std::memset(page + array_end, 0, content - array_end);
  store_be16(bytes + kFirstFreeblock, 0);
  bytes[kFragmentedBytes] = 0;
  store_be16(bytes + kContentStart, static_cast<uint16_t>(content));
  set_cell_count(count);
  header.free_bytes = static_cast<int32_t>(content - array_end);
}

}  // namespace ringlite
