// Reading rows: columns (also through deferred seeks and from overflow pages), rowids, whole records.
#include "vdbe/column.h"

#include "record/record.h"
#include "vdbe/virtual_table.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

/** Columns of nothing: enough zero bytes for the body of any number. */
constexpr uint8_t kZeroBody[8] = {};

/** Whether the bytes of a column are not wanted, only its type or length. */
bool needs_no_bytes(int32_t p5, uint32_t type) {
  const int32_t wanted = p5 & operand_flag::kBytelenarg;
  if (wanted == 0) return false;
  if (wanted == operand_flag::kTypeofarg) return true;
  return type >= serial_type::kFirstBytes &&
         (serial_type::is_blob(type) || wanted == operand_flag::kBytelenarg);
}

}  // namespace

Status VmOps::read_far_column(Vm& vm, VmCursor& cursor, uint32_t type, uint32_t offset, uint32_t size,
                              uint32_t wanted, Value* out) {
  const TextEncoding encoding = vm.connection_.encoding;
  if (size == 0) return decode_column(kZeroBody, type, encoding, out);
  if (needs_no_bytes(static_cast<int32_t>(wanted), type)) {
    // A value of that type and length whose content nobody looks at.
    if (type < serial_type::kFirstBytes) return decode_column(kZeroBody, type, encoding, out);
    out->set_zero_blob(size);
    if (serial_type::is_blob(type)) return kOk;
    if ((wanted & operand_flag::kBytelenarg) == operand_flag::kTypeofarg) {
      out->set_text("", 0, Storage::kStatic);
      return kOk;
    }
  }
  if (size > vm.connection_.function_limits.length) return Code::kToobig;
  if (serial_type::is_text(type) && encoding == TextEncoding::kUtf8) {
    uint8_t* bytes;
    RETURN_IF_ERROR(out->prepare_text(size, &bytes));
    return cursor.tree.payload(offset, size, bytes);
  }
  if (serial_type::is_blob(type)) {
    uint8_t* bytes;
    RETURN_IF_ERROR(out->prepare_blob(size, &bytes));
    return cursor.tree.payload(offset, size, bytes);
  }
  RETURN_IF_ERROR(vm.record_space_.resize(size));
  RETURN_IF_ERROR(cursor.tree.payload(offset, size, vm.record_space_.data()));
  return decode_column(vm.record_space_.data(), type, encoding, out);
}

Status VmOps::read_column(Vm& vm, const Instruction& op, VmCursor* cursor, Value* out) {
  uint32_t column = static_cast<uint32_t>(op.p2);
  if (!cursor->row_is_current()) {
    if (cursor->kind == CursorKind::kPseudo) {
      // The record of a pseudo-table counts as a row unless there is none.
      if (!cursor->record || !cursor->record->is_blob()) {
        out->set_null();
        return kOk;
      }
    } else {
      if (!cursor->is_btree()) return Code::kInternal;
      if (cursor->is_null_row) {
        out->set_null();
        return kOk;
      }
      if (cursor->is_seek_deferred && cursor->alternate_fields && column < cursor->alternate_fields->size &&
          cursor->alternate_fields->values[column] > 0) {
        column = static_cast<uint32_t>(cursor->alternate_fields->values[column] - 1);
        cursor = cursor->alternate;
        if (!cursor->is_btree()) return Code::kInternal;
      }
      if (!cursor->row_is_current()) {
        RETURN_IF_ERROR(cursor->settle());
        if (cursor->is_null_row) {
          out->set_null();
          return kOk;
        }
        if (!cursor->tree.is_valid()) return Code::kInternal;
      }
    }
    if (!cursor->row_is_current()) RETURN_IF_ERROR(cursor->load_row());
  }
  bool is_present;
  RETURN_IF_ERROR(cursor->layout.locate(column, &is_present));
  if (!is_present) {
    if (op.p4.value) return out->copy_from(*op.p4.value);
    out->set_null();
    return kOk;
  }
  const uint32_t type = cursor->layout.type(column);
  const uint32_t offset = cursor->layout.offset(column);
  const uint32_t size = serial_type::size(type);
  if (offset + size <= cursor->row_available) [[likely]]
    return decode_column(cursor->row + offset, type, vm.connection_.encoding, out);
  return read_far_column(vm, *cursor, type, offset, size, op.p5, out);
}

int VmOps::type_mask(Vm& vm, const Instruction& op, VmCursor* cursor) {
  constexpr int kInteger = 1, kReal = 2, kText = 4, kBlob = 8, kNull = 16;
  if (!cursor) return 1 << (static_cast<int>(vm.registers_[op.p3].type()) - 1);
  const uint32_t column = static_cast<uint32_t>(op.p3);
  bool is_present = false;
  if (cursor->row_is_current() && column < cursor->layout.column_count() &&
      cursor->layout.locate(column, &is_present).ok() && is_present) {
    const uint32_t type = cursor->layout.type(column);
    if (type >= serial_type::kFirstBytes) return serial_type::is_text(type) ? kText : kBlob;
    if (type == serial_type::kReal) return kReal;
    return serial_type::is_integer(type) ? kInteger : kNull;
  }
  return op.p4.count >= 1 && op.p4.count <= 5 ? 1 << (op.p4.count - 1) : kNull;
}

Status VmOps::row_data(Vm& vm, VmCursor& cursor, Value* out) {
  RETURN_IF_ERROR(cursor.settle());
  if (cursor.is_null_row || !cursor.tree.is_valid()) return Code::kInternal;
  const uint32_t size = cursor.tree.payload_size();
  if (size > vm.connection_.function_limits.length) return Code::kToobig;
  uint32_t available;
  const uint8_t* bytes = cursor.tree.payload_fetch(&available);
  if (available >= size) return out->copy_blob(bytes, size);
  uint8_t* target;
  RETURN_IF_ERROR(out->prepare_blob(size, &target));
  return cursor.tree.payload(0, size, target);
}

Status VmOps::read_rowid(VmCursor& cursor, Value* out) {
  if (cursor.is_null_row) {
    out->set_null();
    return kOk;
  }
  if (cursor.is_seek_deferred) {
    out->set_integer(cursor.deferred_rowid);
    return kOk;
  }
  if (cursor.kind == CursorKind::kVirtual) {
    out->set_integer(cursor.scan->rowid());
    return kOk;
  }
  if (!cursor.is_btree() || !cursor.is_table) return Code::kInternal;
  RETURN_IF_ERROR(cursor.settle());
  if (cursor.is_null_row) {
    out->set_null();
    return kOk;
  }
  if (!cursor.tree.is_valid()) return Code::kInternal;
  out->set_integer(cursor.tree.rowid());
  return kOk;
}

}  // namespace ringlite
