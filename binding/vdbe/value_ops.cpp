// Operations on register values: comparison with affinity, concatenation, records, affinities, STRICT types,
// Bloom filters.
#include <cstring>

#include "record/affinity.h"
#include "record/compare.h"
#include "record/record.h"
#include "vdbe/sorter.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

/** Text of a number, on the stack. */
class NumberText {
 public:
  /** `value` itself, or its text when it is a number. */
  explicit NumberText(const Value& value) : data_(value.data()), size_(value.size()) {
    if (!value.is_number()) return;
    size_ = static_cast<uint32_t>(value.is_integer() ? integer_to_text(value.integer(), text_)
                                                     : real_to_text(value.real(), text_));
    data_ = reinterpret_cast<const uint8_t*>(text_);
  }
  NumberText(const NumberText&) = delete;
  NumberText& operator=(const NumberText&) = delete;
  const uint8_t* data() const { return data_; }
  uint32_t size() const { return size_; }

 private:
  char text_[kNumberTextCapacity];
  const uint8_t* data_;
  uint32_t size_;
};

/** Text that is wholly a number becomes that number, in a copy; anything else is borrowed. */
const Value& as_number(const Value& value, Value* space) {
  if (!value.is_text()) return value;
  Number number;
  switch (numeric_type(value, &number)) {
    case ValueType::kInteger:
      space->set_integer(number.integer);
      return *space;
    case ValueType::kReal:
      space->set_real(number.real);
      return *space;
    default:
      return value;
  }
}

constexpr int32_t kAffinityMask = 0x47;

}  // namespace

Status VmOps::compare(Vm& vm, const Instruction& op, int* result, bool* is_null) {
  const Value& right = vm.registers_[op.p1];
  const Value& left = vm.registers_[op.p3];
  *is_null = false;
  if (left.is_null() || right.is_null()) {
    if (!(op.p5 & operand_flag::kNulleq)) {
      *is_null = true;
      *result = 1;
      return kOk;
    }
    if (left.is_null() && right.is_null() && !left.is_marked())
      *result = 0;
    else
      *result = left.is_null() ? -1 : 1;
    return kOk;
  }
  const int32_t affinity = op.p5 & kAffinityMask;
  const Collation collation = op.p4.collation ? *op.p4.collation : Collation::kBinary;
  const TextEncoding encoding = vm.connection_.encoding;
  if (affinity >= 'C' && (left.is_text() || right.is_text())) {
    Value left_space, right_space;
    *result =
        compare_values(as_number(left, &left_space), as_number(right, &right_space), collation, encoding);
    return kOk;
  }
  if (affinity == 'B' && (left.is_text() || right.is_text()) && (left.is_number() || right.is_number())) {
    const NumberText left_text(left), right_text(right);
    Value left_value, right_value;
    left_value.set_text(left_text.data(), left_text.size(), Storage::kEphemeral);
    right_value.set_text(right_text.data(), right_text.size(), Storage::kEphemeral);
    *result = compare_values(left_value, right_value, collation, encoding);
    return kOk;
  }
  *result = compare_values(left, right, collation, encoding);
  return kOk;
}

void VmOps::compare_arrays(Vm& vm, const Instruction& op, int* result) {
  const KeyInfo& key_info = *op.p4.key_info;
  const Value* left = &vm.registers_[op.p1];
  const Value* right = &vm.registers_[op.p2];
  if (!(op.p5 & operand_flag::kPermute)) {
    *result = compare_value_arrays(left, right, key_info, static_cast<uint32_t>(op.p3));
    return;
  }
  const int32_t* order = (&op - 1)->p4.int_array->values;
  *result = 0;
  for (int32_t i = 0; i < op.p3 && *result == 0; i++) {
    const Value& a = left[order[i]];
    const Value& b = right[order[i]];
    const KeyField& field = key_info.fields[i];
    *result = apply_sort_flags(compare_values(a, b, field.collation, key_info.encoding), field.sort_flags,
                               a.is_null() || b.is_null());
  }
}

Status VmOps::concat(Vm& vm, const Instruction& op) {
  Value& right = vm.registers_[op.p1];
  Value& left = vm.registers_[op.p2];
  Value& out = vm.registers_[op.p3];
  if (left.is_null() || right.is_null()) {
    out.set_null();
    return kOk;
  }
  uint8_t* bytes;
  if (left.zero_tail() != 0) RETURN_IF_ERROR(left.make_writable(&bytes));
  if (right.zero_tail() != 0) RETURN_IF_ERROR(right.make_writable(&bytes));
  const NumberText left_text(left), right_text(right);
  const uint64_t size = static_cast<uint64_t>(left_text.size()) + right_text.size();
  if (size > vm.connection_.function_limits.length) return Code::kToobig;
  Value joined;
  Value& target = &out == &left || &out == &right ? joined : out;
  RETURN_IF_ERROR(target.prepare_text(static_cast<uint32_t>(size), &bytes));
  if (left_text.size() != 0) std::memcpy(bytes, left_text.data(), left_text.size());
  if (right_text.size() != 0) std::memcpy(bytes + left_text.size(), right_text.data(), right_text.size());
  if (&target == &joined) out = std::move(joined);
  return kOk;
}

Status VmOps::make_record(Vm& vm, const Instruction& op) {
  Value* values = &vm.registers_[op.p1];
  const uint32_t count = static_cast<uint32_t>(op.p2 > 0 ? op.p2 : 0);
  RecordEncoding encoding;
  encoding.text = vm.connection_.encoding;
  encoding.has_no_constant_types = vm.has_old_format_;
  if (op.p4.value) {
    encoding.affinities = reinterpret_cast<const char*>(op.p4.value->data());
    for (uint32_t i = 0; i < count; i++)
      RETURN_IF_ERROR(apply_affinity(&values[i], static_cast<Affinity>(encoding.affinities[i])));
  }
  Value& out = vm.registers_[op.p3];
  Value space;
  const bool is_input = &out >= values && &out < values + count;
  Value& target = is_input ? space : out;
  RETURN_IF_ERROR(encode_record(values, count, encoding, &target));
  if (target.blob_size() > vm.connection_.function_limits.length) return Code::kToobig;
  if (is_input) out = std::move(space);
  return kOk;
}

Status VmOps::apply_affinities(Vm& vm, const Instruction& op) {
  const std::string_view affinities = op.p4.value->text();
  Value* values = &vm.registers_[op.p1];
  for (int32_t i = 0; i < op.p2; i++) {
    const auto affinity = static_cast<Affinity>(affinities[static_cast<size_t>(i)]);
    RETURN_IF_ERROR(apply_affinity(&values[i], affinity));
    if (op.p5 != 0 && affinity == Affinity::kReal && values[i].is_real())
      values[i].set_marked(is_stored_as_integer(values[i].real()));
  }
  return kOk;
}

namespace {

/** A STRICT column type by its character in TypeCheck. */
struct StrictType {
  const char* name;
  Affinity affinity;
  bool (*accepts)(const Value& value);
};

StrictType strict_type(char character) {
  switch (character) {
    case 'b':
      return {"BLOB", Affinity::kBlob, [](const Value& value) { return value.is_blob(); }};
    case 'n':
      return {"INT", Affinity::kInteger, [](const Value& value) { return value.is_integer(); }};
    case 'i':
      return {"INTEGER", Affinity::kInteger, [](const Value& value) { return value.is_integer(); }};
    case 't':
      return {"TEXT", Affinity::kText, [](const Value& value) { return value.is_text(); }};
    case 'r':
      return {"REAL", Affinity::kReal, [](const Value& value) { return value.is_number(); }};
    default:
      return {"ANY", Affinity::kNone, [](const Value&) { return true; }};
  }
}

const char* type_name(const Value& value) {
  switch (value.type()) {
    case ValueType::kInteger:
      return "INT";
    case ValueType::kReal:
      return "REAL";
    case ValueType::kText:
      return "TEXT";
    case ValueType::kBlob:
      return "BLOB";
    case ValueType::kNull:
      return "NULL";
  }
  return "NULL";
}

/** The `index`-th of the names that follow the type characters, each ended by NUL. */
std::string_view column_name(std::string_view text, size_t count, size_t index) {
  size_t start = count;
  for (size_t i = 0; i < index; i++) start = text.find('\0', start) + 1;
  return text.substr(start, text.find('\0', start) - start);
}

}  // namespace

Status VmOps::check_types(Vm& vm, const Instruction& op) {
  const std::string_view text = op.p4.value->text();
  const size_t count = static_cast<size_t>(op.p2 > 0 ? op.p2 : 0);
  for (size_t i = 0; i < count; i++) {
    Value& value = vm.registers_[static_cast<size_t>(op.p1) + i];
    const StrictType type = strict_type(text[i]);
    RETURN_IF_ERROR(apply_affinity(&value, type.affinity));
    if (value.is_null() || type.accepts(value)) continue;
    return fail(vm, Code::kConstraintDatatype,
                {"cannot store ", type_name(value), " value in ", type.name, " column ",
                 column_name(text, count, i)});
  }
  return kOk;
}

Status VmOps::must_be_integer(Value& value, bool* is_integer) {
  RETURN_IF_ERROR(apply_affinity(&value, Affinity::kNumeric));
  *is_integer = value.is_integer();
  return kOk;
}

Status VmOps::sorter_compare(Vm& vm, const Instruction& op, VmCursor& cursor, bool* differs) {
  const Value& record = vm.registers_[op.p3];
  if (!record.is_blob() || op.p4.count < 0 || op.p4.count > cursor.key_info->all_field_count)
    return Code::kInternal;
  const uint32_t count = static_cast<uint32_t>(op.p4.count);
  const Sorter& sorter = *cursor.sorter;
  *differs = true;
  RecordLayout layout;
  RETURN_IF_ERROR(layout.init(count + 1));
  RETURN_IF_ERROR(layout.begin(sorter.record(), sorter.record_size(), sorter.record_size()));
  for (uint32_t i = 0; i < count; i++) {
    bool is_present;
    RETURN_IF_ERROR(layout.locate(i, &is_present));
    if (!is_present || layout.type(i) == serial_type::kNull) return kOk;
  }
  Status status;
  *differs = compare_records(record.data(), record.size(), sorter.record(), sorter.record_size(),
                             *cursor.key_info, count, &status) != 0;
  return status;
}

namespace {

/** Equal keys (under any collation, integers and reals alike) have equal hashes. */
uint64_t filter_hash(const Value* values, int64_t count) {
  uint64_t hash = 0;
  for (int64_t i = 0; i < count; i++) {
    const Value& value = values[i];
    uint64_t part = 0;
    if (value.is_number())
      part = static_cast<uint64_t>(value_as_integer(value)) + 2;
    else if (!value.is_null())
      part = 1;
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

void VmOps::filter_add(Vm& vm, const Instruction& op) {
  Value& filter = vm.registers_[op.p1];
  uint8_t* bytes;
  if (!filter.is_blob() || !filter.make_writable(&bytes).ok() || filter.size() == 0) return;
  const uint64_t bit = filter_hash(&vm.registers_[op.p3], op.p4.count) % (uint64_t{filter.size()} * 8);
  bytes[bit / 8] |= static_cast<uint8_t>(1 << (bit & 7));
}

bool VmOps::filter_lacks(Vm& vm, const Instruction& op) {
  const Value& filter = vm.registers_[op.p1];
  if (!filter.is_blob() || filter.size() == 0) return false;
  const uint64_t bit = filter_hash(&vm.registers_[op.p3], op.p4.count) % (uint64_t{filter.size()} * 8);
  return !(filter.data()[bit / 8] & (1 << (bit & 7)));
}

}  // namespace ringlite
