#include "vdbe/vm_cursor.h"

#include "vdbe/sorter.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

VmCursor::VmCursor() = default;
VmCursor::~VmCursor() { close(); }

void VmCursor::close() {
  if (kind == CursorKind::kClosed) return;
  tree.close();
  if (ephemeral) {
    if (--ephemeral->references == 0) delete ephemeral;
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

Status VmCursor::load_row() {
  if (kind == CursorKind::kPseudo) {
    row = record->data();
    row_available = row_size = record->size();
  } else {
    row_size = tree.payload_size();
    row = tree.payload_fetch(&row_available);
  }
  has_far_header = false;
  RETURN_IF_ERROR(layout.begin(row, row_available, row_size));
  if (layout.header_size() > row_available) [[unlikely]] {
    const uint32_t header_size = layout.header_size();
    CORRUPT_IF(header_size > row_size || header_size > kMaxRecordHeader);
    RETURN_IF_ERROR(header.resize(header_size));
    RETURN_IF_ERROR(tree.payload(0, header_size, header.data()));
    RETURN_IF_ERROR(layout.begin(header.data(), header_size, row_size));
    has_far_header = true;
  }
  has_row = true;
  return kOk;
}

}  // namespace ringlite
