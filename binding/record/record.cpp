#include "record/record.h"

#include "base/buffer.h"
#include "base/utf.h"

namespace ringlite {

namespace serial_type {

uint32_t of_integer(int64_t integer) {
  const uint64_t magnitude = static_cast<uint64_t>(integer < 0 ? ~integer : integer);
  if (magnitude <= 0x7f) return (integer & 1) == integer ? kZero + static_cast<uint32_t>(integer) : 1;
  if (magnitude <= 0x7fff) return 2;
  if (magnitude <= 0x7fffff) return 3;
  if (magnitude <= 0x7fffffff) return 4;
  if (magnitude <= 0x7fffffffffff) return 5;
  return kInt64;
}

}  // namespace serial_type

namespace {

/** Columns that a RecordLayout parses beyond the one asked for. */
constexpr uint32_t kReadAhead = 4;

// ---------------------------------------------------------------- writing

/** Serial types of the fields being encoded; on the stack for all but very wide records. */
class TypeArray {
 public:
  Status init(uint32_t count) {
    if (count <= kInline) return kOk;
    RETURN_IF_ERROR(large_.resize(count * sizeof(uint32_t)));
    types_ = reinterpret_cast<uint32_t*>(large_.data());
    return kOk;
  }
  uint32_t& operator[](uint32_t index) { return types_[index]; }

 private:
  static constexpr uint32_t kInline = 64;
  uint32_t inline_[kInline];
  Buffer large_;
  uint32_t* types_ = inline_;
};

struct RecordSize {
  uint64_t header = 0;
  uint64_t body = 0;
  /** Zero bytes that follow the body without being written. */
  uint64_t zero_tail = 0;
};

uint32_t type_of_integer(int64_t integer, const RecordEncoding& encoding) {
  const uint32_t type = serial_type::of_integer(integer);
  return encoding.has_no_constant_types && type >= serial_type::kZero ? 1 : type;
}

/** A real column's integral value as an integer of at most six bytes; false when it has none. */
bool is_compact_real(double real, int64_t* integer) {
  constexpr int64_t kLimit = int64_t{1} << 47;
  *integer = static_cast<int64_t>(real > -1e15 && real < 1e15 ? real : 0.5);
  return static_cast<double>(*integer) == real && *integer >= -kLimit && *integer < kLimit;
}

bool is_real_field(const RecordEncoding& encoding, uint32_t index) {
  return encoding.affinities && encoding.affinities[index] == 'E';
}

uint64_t encoded_text_size(const Value& value, TextEncoding encoding) {
  return encoding == TextEncoding::kUtf8 ? value.size() : utf16_size(value.data(), value.size());
}

/** Chooses the serial type of a field and adds its body (whose zero tail counts as body when
 * `has_body_after`). */
uint64_t measure_field(const Value& value, uint32_t index, const RecordEncoding& encoding, RecordSize* size) {
  switch (value.type()) {
    case ValueType::kNull:
      return serial_type::kNull;
    case ValueType::kInteger: {
      const uint32_t type = type_of_integer(value.integer(), encoding);
      size->body += serial_type::kFixedSizes[type];
      return type;
    }
    case ValueType::kReal: {
      int64_t integer;
      uint32_t type = serial_type::kReal;
      if ((is_real_field(encoding, index) || value.is_marked()) && is_compact_real(value.real(), &integer))
        type = type_of_integer(integer, encoding);
      size->body += serial_type::kFixedSizes[type];
      return type;
    }
    case ValueType::kText: {
      const uint64_t bytes = encoded_text_size(value, encoding.text);
      size->body += bytes;
      return 2 * bytes + serial_type::kFirstBytes + 1;
    }
    case ValueType::kBlob:
      break;
  }
  if (size->body == 0 && value.zero_tail() != 0) {
    // Nothing but zeros follows: they stay unwritten.
    size->zero_tail += value.zero_tail();
    size->body += value.size();
  } else {
    size->body += value.blob_size();
  }
  return 2 * value.blob_size() + serial_type::kFirstBytes;
}

void write_integer(uint8_t* bytes, int64_t integer, uint32_t byte_count) {
  uint64_t bits = static_cast<uint64_t>(integer);
  for (uint32_t index = byte_count; index-- > 0; bits >>= 8) bytes[index] = static_cast<uint8_t>(bits);
}

/** Writes the body of a field; `space` bytes are left for it and all later ones. */
uint8_t* write_body(uint8_t* cursor, const uint8_t* end, const Value& value, uint32_t type,
                    TextEncoding encoding) {
  switch (value.type()) {
    case ValueType::kNull:
      return cursor;
    case ValueType::kInteger:
      write_integer(cursor, value.integer(), serial_type::kFixedSizes[type]);
      return cursor + serial_type::kFixedSizes[type];
    case ValueType::kReal: {
      const double real = value.real();
      uint64_t bits;
      std::memcpy(&bits, &real, sizeof bits);
      if (type != serial_type::kReal) bits = static_cast<uint64_t>(static_cast<int64_t>(real));
      write_integer(cursor, static_cast<int64_t>(bits), serial_type::kFixedSizes[type]);
      return cursor + serial_type::kFixedSizes[type];
    }
    case ValueType::kText:
      if (encoding != TextEncoding::kUtf8) {
        return cursor + utf8_to_utf16(value.data(), value.size(), encoding == TextEncoding::kUtf16be, cursor);
      }
      break;
    case ValueType::kBlob:
      break;
  }
  if (value.size() != 0) std::memcpy(cursor, value.data(), value.size());
  cursor += value.size();
  const uint32_t tail = value.zero_tail();
  if (tail != 0 && cursor != end) {
    // At the end of the body the tail stays virtual.
    std::memset(cursor, 0, tail);
    cursor += tail;
  }
  return cursor;
}

uint8_t* write_type(uint8_t* cursor, uint32_t type) {
  if (type < 0x80) [[likely]] {
    *cursor = static_cast<uint8_t>(type);
    return cursor + 1;
  }
  return cursor + write_varint(cursor, type);
}

}  // namespace

bool is_stored_as_integer(double real) {
  int64_t integer;
  return is_compact_real(real, &integer);
}

Status encode_record(const Value* values, uint32_t count, const RecordEncoding& encoding,
                     Value* destination) {
  TypeArray types;
  RETURN_IF_ERROR(types.init(count));
  // From the last field to the first, so that a zero tail knows whether anything follows it.
  RecordSize size;
  for (uint32_t index = count; index-- > 0;) {
    const uint64_t type = measure_field(values[index], index, encoding, &size);
    if (size.body + size.zero_tail > kMaxLength || type > UINT32_MAX) return Code::kToobig;
    types[index] = static_cast<uint32_t>(type);
    size.header += type < 0x80 ? 1 : static_cast<uint64_t>(varint_length(type));
  }
  if (size.header <= 126) {
    size.header++;
  } else {
    const uint64_t own_length = static_cast<uint64_t>(varint_length(size.header));
    size.header += own_length;
    if (own_length < static_cast<uint64_t>(varint_length(size.header))) size.header++;
  }
  const uint64_t stored = size.header + size.body;
  if (stored + size.zero_tail > kMaxLength) return Code::kToobig;

  uint8_t* bytes;
  RETURN_IF_ERROR(destination->prepare_blob(static_cast<uint32_t>(stored), &bytes));
  const uint8_t* const end = bytes + stored;
  uint8_t* header = bytes + write_varint(bytes, size.header);
  uint8_t* body = bytes + size.header;
  for (uint32_t index = 0; index < count; index++) {
    header = write_type(header, types[index]);
    body = write_body(body, end, values[index], types[index], encoding.text);
  }
  ASSERT(header == bytes + size.header && body == end);
  if (size.zero_tail != 0) destination->set_zero_tail(static_cast<uint32_t>(size.zero_tail));
  return kOk;
}

// ---------------------------------------------------------------- reading

Status decode_utf16_text(const uint8_t* body, uint32_t size, TextEncoding encoding, Value* value) {
  const size_t capacity = utf8_capacity(size);
  if (capacity > UINT32_MAX) return Code::kToobig;
  uint8_t* text;
  RETURN_IF_ERROR(value->prepare_text(static_cast<uint32_t>(capacity), &text));
  value->truncate(static_cast<uint32_t>(utf16_to_utf8(body, size, encoding == TextEncoding::kUtf16be, text)));
  return kOk;
}

Status RecordLayout::init(uint32_t column_count) {
  void* entries = mem_alloc(column_count * sizeof(Entry));
  if (!entries) return Code::kNomem;
  mem_free(entries_);
  entries_ = static_cast<Entry*>(entries);
  column_count_ = column_count;
  known_ = 0;
  return kOk;
}

Status RecordLayout::begin_slowly(uint32_t available) {
  const int length = read_varint32_bounded(bytes_, bytes_ + available, &header_size_);
  CORRUPT_IF(length == 0 || header_size_ > kMaxRecordHeader || header_size_ > payload_size_);
  header_position_ = static_cast<uint32_t>(length);
  body_position_ = header_size_;
  return kOk;
}

Status RecordLayout::parse_to(uint32_t column, bool* present) {
  const uint8_t* cursor = bytes_ + header_position_;
  const uint8_t* const end = bytes_ + header_size_;
  uint32_t known = known_;
  uint64_t body = body_position_;
  while (known <= column && cursor < end) {
    uint32_t type = *cursor;
    if (type < 0x80) [[likely]] {
      cursor++;
    } else {
      const int length = read_varint32_bounded(cursor, end, &type);
      CORRUPT_IF(length == 0);
      cursor += length;
    }
    entries_[known++] = {type, static_cast<uint32_t>(body)};
    body += serial_type::size(type);
    CORRUPT_IF(body > payload_size_);
  }
  // A few columns more, as they are likely to be read next. What is wrong with them is found when they are.
  const uint32_t ahead = known + kReadAhead < column_count_ ? known + kReadAhead : column_count_;
  while (known < ahead && cursor + 1 < end && *cursor < 0x80) {
    const uint32_t type = *cursor;
    const uint64_t next_body = body + serial_type::size(type);
    if (next_body > payload_size_) break;
    cursor++;
    entries_[known++] = {type, static_cast<uint32_t>(body)};
    body = next_body;
  }
  // A header of length 0 means a row of nothing but defaults; any other one must account for the whole
  // payload.
  CORRUPT_IF(cursor >= end && body != payload_size_ && header_size_ != 0);
  known_ = known;
  header_position_ = static_cast<uint32_t>(cursor - bytes_);
  body_position_ = static_cast<uint32_t>(body);
  *present = column < known_;
  return kOk;
}

void RecordLayout::swap(RecordLayout& other) noexcept {
  std::swap(entries_, other.entries_);
  std::swap(column_count_, other.column_count_);
  std::swap(known_, other.known_);
  std::swap(bytes_, other.bytes_);
  std::swap(header_size_, other.header_size_);
  std::swap(header_position_, other.header_position_);
  std::swap(body_position_, other.body_position_);
  std::swap(payload_size_, other.payload_size_);
}

Status count_fields(const uint8_t* record, uint32_t size, uint32_t* count) {
  uint32_t header_size;
  const int length = read_varint32_bounded(record, record + size, &header_size);
  CORRUPT_IF(length == 0 || header_size > size || header_size < static_cast<uint32_t>(length));
  const uint8_t* cursor = record + length;
  const uint8_t* const end = record + header_size;
  for (*count = 0; cursor < end; (*count)++) {
    uint32_t type;
    const int type_length = read_varint32_bounded(cursor, end, &type);
    CORRUPT_IF(type_length == 0);
    cursor += type_length;
  }
  return kOk;
}

Status decode_record_field(const uint8_t* record, uint32_t size, uint32_t column, TextEncoding encoding,
                           Value* value, bool* present) {
  uint32_t header_size;
  const int length = read_varint32_bounded(record, record + size, &header_size);
  CORRUPT_IF(length == 0 || header_size > size);
  const uint8_t* cursor = record + length;
  const uint8_t* const end = record + header_size;
  uint64_t body = header_size;
  for (uint32_t index = 0; cursor < end; index++) {
    uint32_t type;
    const int type_length = read_varint32_bounded(cursor, end, &type);
    CORRUPT_IF(type_length == 0);
    cursor += type_length;
    const uint32_t body_size = serial_type::size(type);
    CORRUPT_IF(body + body_size > size);
    if (index == column) {
      *present = true;
      return decode_field(record + body, type, encoding, value);
    }
    body += body_size;
  }
  *present = false;
  value->set_null();
  return kOk;
}

}  // namespace ringlite
