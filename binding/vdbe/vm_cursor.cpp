#include "vdbe/vm_cursor.h"

#include "vdbe/sorter.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

VmCursor::VmCursor() = default;
VmCursor::~VmCursor() { close(); }

namespace {

/** Larger ephemeral tables are given up when they are closed. */
constexpr Pgno kLargestSparePages = 32;

}  // namespace

void VmCursor::close_open() {
  tree.close();
  if (ephemeral) {
    const bool is_reusable = ephemeral->references == 1 && !is_shared && ephemeral->btree &&
                             ephemeral->btree->is_writing() &&
                             ephemeral->btree->page_count() <= kLargestSparePages;
    if (is_reusable) {
      spare.reset(ephemeral);
      spare_root = root;
      is_spare_table = is_table;
    } else if (--ephemeral->references == 0) {
      delete ephemeral;
    }
    ephemeral = nullptr;
  }
  if (kind == CursorKind::kSorter && sorter) sorter->clear();
  scan.reset();
  kind = CursorKind::kClosed;
  is_null_row = true;
  has_row = false;
}

void VmCursor::begin(CursorKind new_kind) {
  close();
  kind = new_kind;
  is_null_row = true;
  is_seek_deferred = false;
  is_table = false;
  is_ephemeral = false;
  is_shared = false;
  uses_random_rowids = false;
  is_equality_only = false;
  has_row = false;
  database = 0;
  seek_result = 0;
  seek_hit = 0;
  root = 0;
  sequence = 0;
  key_info = nullptr;
  record = nullptr;
  alternate_fields = nullptr;
  alternate = nullptr;
}

Status VmCursor::take_spare(bool* is_taken) {
  *is_taken = spare && is_spare_table == is_table;
  if (!*is_taken) return kOk;
  RETURN_IF_ERROR(spare->btree->clear_tree(spare_root, nullptr));
  ephemeral = spare.release();
  root = spare_root;
  return kOk;
}

Status VmCursor::finish_seek() {
  ASSERT(kind == CursorKind::kBtree && is_table);
  int result = 0;
  RETURN_IF_ERROR(tree.seek_rowid(deferred_rowid, &result));
  CORRUPT_IF(result != 0);
  is_seek_deferred = false;
  has_row = false;
  return kOk;
}

Status VmCursor::restore() {
  bool is_different_row = false;
  has_row = false;
  RETURN_IF_ERROR(tree.restore(&is_different_row));
  if (is_different_row || !tree.is_valid()) is_null_row = true;
  return kOk;
}

Status VmCursor::load_far_header() {
  const uint32_t header_size = layout.header_size();
  CORRUPT_IF(kind != CursorKind::kBtree || header_size > row_size || header_size > kMaxRecordHeader);
  RETURN_IF_ERROR(header.resize(header_size));
  RETURN_IF_ERROR(tree.payload(0, header_size, header.data()));
  return layout.begin(header.data(), header_size, row_size);
}

}  // namespace ringlite
