// The inline part of Column: what runs for every column of every row.
#pragma once
#include "record/record.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

/** Reads a field whose bytes are all at `body` into an owned value. */
inline Status decode_column(const uint8_t* body, uint32_t type, TextEncoding encoding, Value* out) {
  if (type >= serial_type::kFirstBytes) {
    const uint32_t size = serial_type::size(type);
    if (serial_type::is_blob(type)) return out->copy_blob(body, size);
    if (encoding == TextEncoding::kUtf8) [[likely]]
      return out->copy_text(body, size);
  }
  return decode_field(body, type, encoding, out);
}

inline Status VmOps::column(Vm& vm, const Instruction& op, VmCursor* cursor, Value* out) {
  const uint32_t column = static_cast<uint32_t>(op.p2);
  if (!cursor->row_is_current()) [[unlikely]] {
    // tree.is_valid() implies a B-tree cursor.
    if (!cursor->tree.is_valid() || cursor->is_null_row || cursor->is_seek_deferred)
      return read_column(vm, op, cursor, out);
    RETURN_IF_ERROR(cursor->load_row());
  }
  if (!cursor->layout.is_known(column)) {
    bool is_present;
    RETURN_IF_ERROR(cursor->layout.locate(column, &is_present));
    if (!is_present) return read_column(vm, op, cursor, out);
  }
  const uint32_t type = cursor->layout.type(column);
  const uint32_t offset = cursor->layout.offset(column);
  if (offset + serial_type::size(type) > cursor->row_available) [[unlikely]]
    return read_column(vm, op, cursor, out);
  return decode_column(cursor->row + offset, type, vm.connection_.encoding, out);
}

}  // namespace ringlite
