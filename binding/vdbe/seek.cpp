// Moving cursors to keys, and comparing index entries with keys.
#include <cmath>

#include "record/affinity.h"
#include "record/compare.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Status VmOps::make_key(Vm& vm, const VmCursor& cursor, const Value* values, int64_t count, RecordKey* key) {
  if (!cursor.key_info || count < 1 || count > cursor.key_info->all_field_count) return Code::kInternal;
  key->key_info = cursor.key_info;
  key->values = values;
  key->field_count = static_cast<uint16_t>(count);
  return kOk;
}

bool VmOps::exact_integer(const Value& value, int64_t* integer) {
  if (value.is_integer()) {
    *integer = value.integer();
    return true;
  }
  Number number;
  const ValueType type = numeric_type(value, &number);
  if (type == ValueType::kInteger) {
    *integer = number.integer;
    return true;
  }
  if (type != ValueType::kReal) return false;
  const double real = value.is_real() ? value.real() : number.real;
  const int64_t truncated = real_to_integer(real);
  if (static_cast<double>(truncated) != real || truncated == INT64_MIN || truncated == INT64_MAX)
    return false;
  *integer = truncated;
  return true;
}

namespace {

enum class Direction : uint8_t { kLess, kLessEqual, kGreaterEqual, kGreater };

Direction direction_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::kSeekLT:
      return Direction::kLess;
    case Opcode::kSeekLE:
      return Direction::kLessEqual;
    case Opcode::kSeekGE:
      return Direction::kGreaterEqual;
    default:
      return Direction::kGreater;
  }
}

bool goes_up(Direction direction) { return direction >= Direction::kGreaterEqual; }

/** A rowid to seek, for a key of any type. */
struct RowidKey {
  int64_t rowid = 0;
  Direction direction;
  /** No row can match. */
  bool is_empty = false;
  /** Every row is below the key. */
  bool is_last = false;
};

RowidKey make_rowid_key(const Value& value, Direction direction) {
  RowidKey key;
  key.direction = direction;
  if (value.is_integer()) {
    key.rowid = value.integer();
    return key;
  }
  Number number;
  const ValueType type = numeric_type(value, &number);
  if (type == ValueType::kInteger) {
    key.rowid = number.integer;
    return key;
  }
  if (type != ValueType::kReal) {
    // Text and blobs are above all integers.
    key.is_empty = type == ValueType::kNull || goes_up(direction);
    key.is_last = !key.is_empty;
    return key;
  }
  const double real = value.is_real() ? value.real() : number.real;
  key.rowid = real_to_integer(real);
  const int order = compare_integer_to_real(key.rowid, real);
  // x > 4.9 is x >= 5 when the key became 5, x >= 4.1 is x > 4 when it became 4.
  if (order > 0) {
    if (direction == Direction::kGreater) key.direction = Direction::kGreaterEqual;
    if (direction == Direction::kLessEqual) key.direction = Direction::kLess;
  } else if (order < 0) {
    if (direction == Direction::kGreaterEqual) key.direction = Direction::kGreater;
    if (direction == Direction::kLess) key.direction = Direction::kLessEqual;
  }
  return key;
}

/** After a seek with `result`: steps to the entry that `direction` wants; `*at_end` when there is none. */
Status settle_on(VmCursor& cursor, Direction direction, int result, bool* at_end) {
  *at_end = false;
  Status status;
  if (goes_up(direction)) {
    if (result > 0 || (result == 0 && direction == Direction::kGreaterEqual)) {
      cursor.tree.use_inexact_position();
      return kOk;
    }
    status = cursor.tree.next();
  } else {
    if (result < 0 || (result == 0 && direction == Direction::kLessEqual)) {
      cursor.tree.use_inexact_position();
      *at_end = cursor.tree.is_eof();
      return kOk;
    }
    status = cursor.tree.previous();
  }
  if (status.is(Code::kDone)) {
    *at_end = true;
    return kOk;
  }
  return status;
}

}  // namespace

Status VmOps::seek(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump, bool* skip_next) {
  Direction direction = direction_of(op.opcode);
  cursor.is_null_row = false;
  cursor.is_seek_deferred = false;
  cursor.forget_row();
  *jump = false;
  *skip_next = false;
  int result = 0;
  const Value* values = &vm.registers_[op.p3];
  if (cursor.is_table) {
    const RowidKey key = make_rowid_key(*values, direction);
    if (key.is_empty) {
      *jump = true;
      return kOk;
    }
    if (key.is_last) return cursor.tree.last(jump);
    direction = key.direction;
    RETURN_IF_ERROR(cursor.tree.seek_rowid(key.rowid, &result));
    return settle_on(cursor, direction, result, jump);
  }
  RecordKey key;
  RETURN_IF_ERROR(make_key(vm, cursor, values, op.p4.count, &key));
  key.default_result = direction == Direction::kGreater || direction == Direction::kLessEqual ? -1 : 1;
  RETURN_IF_ERROR(cursor.tree.seek_key(key, &result));
  if (cursor.is_equality_only && !key.equal_seen) {
    *jump = true;
    return kOk;
  }
  RETURN_IF_ERROR(settle_on(cursor, direction, result, jump));
  if (cursor.is_equality_only && !*jump) {
    const Opcode next = (&op + 1)->opcode;
    *skip_next = next == Opcode::kIdxGT || next == Opcode::kIdxLT;
  }
  return kOk;
}

Status VmOps::whole_record(Vm& vm, VmCursor& cursor, const uint8_t** record, uint32_t* size) {
  *size = cursor.tree.payload_size();
  uint32_t available;
  *record = cursor.tree.payload_fetch(&available);
  if (available >= *size) [[likely]]
    return kOk;
  RETURN_IF_ERROR(vm.record_space_.resize(*size));
  RETURN_IF_ERROR(cursor.tree.payload(0, *size, vm.record_space_.data()));
  *record = vm.record_space_.data();
  return kOk;
}

namespace {

Status check_comparison(const RecordKey& key) {
  CORRUPT_IF(key.corrupt);
  return key.out_of_memory ? Status(Code::kNomem) : kOk;
}

}  // namespace

Status VmOps::compare_index(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump) {
  if (cursor.is_null_row && !cursor.tree.is_valid()) return Code::kInternal;
  RETURN_IF_ERROR(cursor.settle());
  if (!cursor.tree.is_valid()) {
    *jump = true;
    return kOk;
  }
  RecordKey key;
  RETURN_IF_ERROR(make_key(vm, cursor, &vm.registers_[op.p3], op.p4.count, &key));
  const bool counts_equal_as_less = op.opcode == Opcode::kIdxLE || op.opcode == Opcode::kIdxGT;
  key.default_result = counts_equal_as_less ? -1 : 0;
  const uint8_t* record;
  uint32_t size;
  RETURN_IF_ERROR(whole_record(vm, cursor, &record, &size));
  const int result = compare_record_to_key(record, size, key);
  RETURN_IF_ERROR(check_comparison(key));
  *jump = op.opcode == Opcode::kIdxLE || op.opcode == Opcode::kIdxLT ? result < 0 : result >= 0;
  return kOk;
}

Status VmOps::seek_scan(Vm& vm, const Instruction& op, const Instruction** target) {
  const Instruction& seek_op = *(&op + 1);
  VmCursor& cursor = *vm.cursors_[seek_op.p1];
  *target = &op + 1;
  if (!cursor.is_btree() || cursor.is_table) return Code::kInternal;
  if (!cursor.tree.is_valid()) return kOk;
  RecordKey key;
  RETURN_IF_ERROR(make_key(vm, cursor, &vm.registers_[seek_op.p3], seek_op.p4.count, &key));
  for (int32_t steps_left = op.p1;; steps_left--) {
    const uint8_t* record;
    uint32_t size;
    RETURN_IF_ERROR(whole_record(vm, cursor, &record, &size));
    const int result = compare_record_to_key(record, size, key);
    RETURN_IF_ERROR(check_comparison(key));
    if (result > 0 && op.p5 == 0) {
      *target = vm.instructions_ + seek_op.p2;
      return kOk;
    }
    if (result >= 0) {
      *target = vm.instructions_ + op.p2;
      return kOk;
    }
    if (steps_left <= 0) return kOk;
    cursor.forget_row();
    const Status status = cursor.tree.next();
    if (status.is(Code::kDone)) {
      *target = vm.instructions_ + seek_op.p2;
      return kOk;
    }
    RETURN_IF_ERROR(status);
  }
}

namespace {

/** Takes a record apart into values that may point into it. */
Status unpack_record(const Value& record, const KeyInfo& key_info, Array<Value>* values, uint32_t* count) {
  RETURN_IF_ERROR(count_fields(record.data(), record.size(), count));
  if (*count > key_info.all_field_count) *count = key_info.all_field_count;
  if (values->size() < *count) RETURN_IF_ERROR(values->resize(*count));
  RecordLayout layout;
  RETURN_IF_ERROR(layout.init(*count + 1));
  RETURN_IF_ERROR(layout.begin(record.data(), record.size(), record.size()));
  for (uint32_t i = 0; i < *count; i++) {
    bool is_present;
    RETURN_IF_ERROR(layout.locate(i, &is_present));
    CORRUPT_IF(!is_present);
    RETURN_IF_ERROR(
        decode_field(record.data() + layout.offset(i), layout.type(i), key_info.encoding, &(*values)[i]));
  }
  return kOk;
}

}  // namespace

Status VmOps::find(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump) {
  if (cursor.is_table || !cursor.is_btree()) return Code::kInternal;
  RecordKey key;
  if (op.p4.count > 0) {
    RETURN_IF_ERROR(make_key(vm, cursor, &vm.registers_[op.p3], op.p4.count, &key));
  } else {
    Value& record = vm.registers_[op.p3];
    if (!record.is_blob()) return Code::kInternal;
    uint8_t* bytes;
    if (record.zero_tail() != 0) RETURN_IF_ERROR(record.make_writable(&bytes));
    uint32_t count;
    RETURN_IF_ERROR(unpack_record(record, *cursor.key_info, &vm.key_space_, &count));
    RETURN_IF_ERROR(make_key(vm, cursor, vm.key_space_.data(), count, &key));
  }
  RETURN_IF_ERROR(cursor.tree.seek_key(key, &cursor.seek_result));
  const bool exists = cursor.seek_result == 0;
  cursor.is_null_row = !exists;
  cursor.is_seek_deferred = false;
  cursor.forget_row();
  if (op.opcode == Opcode::kFound) {
    *jump = exists;
    return kOk;
  }
  *jump = !exists;
  if (!exists) return kOk;
  if (op.opcode == Opcode::kNoConflict) {
    for (uint16_t i = 0; i < key.field_count; i++)
      if (key.values[i].is_null()) *jump = true;
  } else if (op.opcode == Opcode::kIfNoHope) {
    cursor.seek_hit = static_cast<int>(op.p4.count);
  }
  return kOk;
}

Status VmOps::seek_rowid(VmCursor& cursor, int64_t rowid, bool* found) {
  if (!cursor.is_table || !cursor.is_btree()) return Code::kInternal;
  int result = 0;
  RETURN_IF_ERROR(cursor.tree.seek_rowid(rowid, &result));
  cursor.is_null_row = false;
  cursor.is_seek_deferred = false;
  cursor.deferred_rowid = rowid;
  cursor.forget_row();
  cursor.seek_result = result;
  *found = result == 0;
  return kOk;
}

Status VmOps::index_rowid(Vm& vm, VmCursor& cursor, int64_t* rowid) {
  const uint8_t* record;
  uint32_t size;
  RETURN_IF_ERROR(whole_record(vm, cursor, &record, &size));
  uint32_t header_size, type = 0;
  const int length = read_varint32_bounded(record, record + size, &header_size);
  CORRUPT_IF(length == 0 || header_size < 3 || header_size > size);
  // The rowid is the last field. Its type takes one byte.
  type = record[header_size - 1];
  CORRUPT_IF(!serial_type::is_integer(type));
  const uint32_t body_size = serial_type::size(type);
  CORRUPT_IF(size < header_size + body_size);
  *rowid = decode_integer(record + size - body_size, type);
  return kOk;
}

Status VmOps::deferred_seek(Vm& vm, const Instruction& op) {
  VmCursor& index = *vm.cursors_[op.p1];
  VmCursor& table = *vm.cursors_[op.p3];
  if (!index.is_btree() || index.is_table || !table.is_btree() || !table.is_table || table.is_ephemeral)
    return Code::kInternal;
  RETURN_IF_ERROR(index.settle());
  if (index.is_null_row || !index.tree.is_valid()) return Code::kInternal;
  int64_t rowid;
  RETURN_IF_ERROR(index_rowid(vm, index, &rowid));
  table.is_null_row = false;
  table.deferred_rowid = rowid;
  table.is_seek_deferred = true;
  table.forget_row();
  table.alternate_fields = op.p4.int_array;
  table.alternate = &index;
  return kOk;
}

Status VmOps::size_between(VmCursor& cursor, const Instruction& op, bool* jump) {
  bool is_empty;
  RETURN_IF_ERROR(cursor.tree.first(&is_empty));
  cursor.forget_row();
  int64_t logarithm = -1;
  if (!is_empty) {
    const int64_t rows = cursor.tree.entry_count_estimate();
    logarithm = rows > 0 ? std::llround(10.0 * std::log2(static_cast<double>(rows))) : 0;
  }
  *jump = logarithm >= op.p3 && logarithm <= op.p4.count;
  return kOk;
}

}  // namespace ringlite
