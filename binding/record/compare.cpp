#include "record/compare.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/utf.h"
#include "record/text_order.h"

namespace ringlite {
namespace {

/** Sign of left - right for sizes. */
int compare_sizes(uint64_t left, uint64_t right) { return left < right ? -1 : left > right ? 1 : 0; }

template <typename T>
int compare_numbers(T left, T right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

bool is_all_zero(const uint8_t* bytes, uint32_t size) {
  return std::all_of(bytes, bytes + size, [](uint8_t byte) { return byte == 0; });
}

int compare_blobs(const Value& left, const Value& right) {
  const uint32_t common = std::min(left.size(), right.size());
  if (common != 0) {
    const int order = std::memcmp(left.data(), right.data(), common);
    if (order != 0) return order;
  }
  // What follows in the shorter one is zeros of its tail, as far as the other one has stored bytes.
  const Value& longer = left.size() > common ? left : right;
  const uint32_t in_tail =
      std::min(longer.size() - common, &longer == &left ? right.zero_tail() : left.zero_tail());
  if (!is_all_zero(longer.data() + common, in_tail)) return &longer == &left ? 1 : -1;
  return compare_sizes(left.blob_size(), right.blob_size());
}

/** A field of a record, with its body known to be inside the record. */
struct Field {
  uint32_t type;
  const uint8_t* body;
  uint32_t size;
};

/** Walks over the fields of a record. */
class FieldReader {
 public:
  FieldReader(const uint8_t* record, uint32_t size) : record_(record), size_(size) {
    uint32_t header_size;
    const int length = read_varint32_bounded(record, record + size, &header_size);
    if (length == 0 || header_size > size || header_size < static_cast<uint32_t>(length)) {
      header_end_ = header_ = record;
      body_ = size;
    } else {
      header_ = record + length;
      header_end_ = record + header_size;
      body_ = header_size;
    }
  }

  /** False when there is no next field, or its body is not inside the record. */
  bool next(Field* field) {
    if (header_ >= header_end_) return false;
    if (*header_ < 0x80) [[likely]] {
      field->type = *header_++;
    } else {
      const int length = read_varint32_bounded(header_, header_end_, &field->type);
      if (length == 0) return false;
      header_ += length;
    }
    field->size = serial_type::size(field->type);
    if (field->size > size_ - body_) return false;
    field->body = record_ + body_;
    body_ += field->size;
    return true;
  }

 private:
  const uint8_t* record_;
  const uint8_t* header_;
  const uint8_t* header_end_;
  uint32_t size_;
  uint32_t body_;
};

/** Classes of fields in their order; NaN counts as NULL. */
enum class Rank : uint8_t { kNull, kNumber, kText, kBlob };

Rank rank_of(const Field& field) {
  if (field.type >= serial_type::kFirstBytes) return (field.type & 1) ? Rank::kText : Rank::kBlob;
  if (field.type == serial_type::kNull || field.type > serial_type::kOne) return Rank::kNull;
  if (field.type == serial_type::kReal) {
    const double real = decode_real(field.body);
    return real == real ? Rank::kNumber : Rank::kNull;
  }
  return Rank::kNumber;
}

Rank rank_of(const Value& value) {
  switch (value.type()) {
    case ValueType::kInteger:
    case ValueType::kReal:
      return Rank::kNumber;
    case ValueType::kText:
      return Rank::kText;
    case ValueType::kBlob:
      return Rank::kBlob;
    case ValueType::kNull:
      break;
  }
  return Rank::kNull;
}

int compare_number_field(const Field& field, const Value& value) {
  if (field.type == serial_type::kReal) {
    const double real = decode_real(field.body);
    if (value.is_real()) return compare_numbers(real, value.real());
    return -compare_integer_to_real(value.integer(), real);
  }
  const int64_t integer = decode_integer(field.body, field.type);
  if (value.is_integer()) return compare_numbers(integer, value.integer());
  return compare_integer_to_real(integer, value.real());
}

int compare_number_fields(const Field& left, const Field& right) {
  Value value;
  ignore_status(decode_field(right.body, right.type, TextEncoding::kUtf8, &value));
  return compare_number_field(left, value);
}

int compare_bytes(const uint8_t* left, uint32_t left_size, const uint8_t* right, uint32_t right_size) {
  const uint32_t common = std::min(left_size, right_size);
  // Most keys differ early: words of them settle that without a call. Shorter ones overlap their two words.
  if (common >= 8) {
    const uint64_t left_word = load_be64(left);
    const uint64_t right_word = load_be64(right);
    if (left_word != right_word) return left_word < right_word ? -1 : 1;
    const int order = std::memcmp(left + 8, right + 8, common - 8);
    return order != 0 ? order : compare_sizes(left_size, right_size);
  }
  if (common >= 4) {
    const uint64_t left_word = uint64_t{load_be32(left)} << 32 | load_be32(left + common - 4);
    const uint64_t right_word = uint64_t{load_be32(right)} << 32 | load_be32(right + common - 4);
    if (left_word != right_word) return left_word < right_word ? -1 : 1;
    return compare_sizes(left_size, right_size);
  }
  for (uint32_t i = 0; i < common; i++)
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  return compare_sizes(left_size, right_size);
}

/** Field against the key's value, without sort flags. */
int compare_field(const Field& field, const Value& value, Collation collation, TextEncoding encoding,
                  Status* status) {
  const Rank left = rank_of(field);
  const Rank right = rank_of(value);
  if (left != right) return left < right ? -1 : 1;
  switch (left) {
    case Rank::kNull:
      return 0;
    case Rank::kNumber:
      return compare_number_field(field, value);
    case Rank::kText:
      if (encoding == TextEncoding::kUtf8) [[likely]] {
        return compare_text(collation, field.body, field.size, value.data(), value.size());
      }
      return compare_encoded_text_to_utf8(encoding, collation, field.body, field.size, value.data(),
                                          value.size(), status);
    case Rank::kBlob:
      break;
  }
  if (value.zero_tail() == 0) return compare_bytes(field.body, field.size, value.data(), value.size());
  Value blob;
  blob.set_blob(field.body, field.size, Storage::kEphemeral);
  return compare_blobs(blob, value);
}

int compare_fields(const Field& left, const Field& right, Collation collation, TextEncoding encoding,
                   Status* status) {
  const Rank left_rank = rank_of(left);
  const Rank right_rank = rank_of(right);
  if (left_rank != right_rank) return left_rank < right_rank ? -1 : 1;
  switch (left_rank) {
    case Rank::kNull:
      return 0;
    case Rank::kNumber:
      return compare_number_fields(left, right);
    case Rank::kText:
      if (encoding == TextEncoding::kUtf8) [[likely]] {
        return compare_text(collation, left.body, left.size, right.body, right.size);
      }
      return compare_encoded_texts(encoding, collation, left.body, left.size, right.body, right.size, status);
    case Rank::kBlob:
      break;
  }
  return compare_bytes(left.body, left.size, right.body, right.size);
}

void note_failure(RecordKey& key, Status status) {
  if (status.is(Code::kNomem)) {
    key.out_of_memory = true;
  } else {
    key.corrupt = true;
  }
}

int finish_equal(RecordKey& key) {
  key.equal_seen = true;
  return key.default_result;
}

/** First field an integer in key and record, one-byte header length: decided without the general walk. */
int compare_integer_first(const uint8_t* record, uint32_t size, RecordKey& key) {
  if (size < 2 || record[0] >= 0x80) [[unlikely]]
    return compare_record_to_key(record, size, key);
  const uint32_t header_size = record[0];
  const uint32_t type = record[1];
  if (header_size < 2 || !serial_type::is_integer(type) ||
      size < header_size + serial_type::kFixedSizes[type]) [[unlikely]] {
    return compare_record_to_key(record, size, key);
  }
  const int64_t left = decode_integer(record + header_size, type);
  const int64_t right = key.values[0].integer();
  if (left != right) {
    const bool is_descending = (key.key_info->fields[0].sort_flags & kSortDescending) != 0;
    return (left < right) != is_descending ? -1 : 1;
  }
  return key.field_count > 1 ? compare_record_to_key_from(record, size, key, 1) : finish_equal(key);
}

/** First field text with BINARY in key and record of a UTF-8 database. */
int compare_text_first(const uint8_t* record, uint32_t size, RecordKey& key) {
  if (size < 2 || record[0] >= 0x80) [[unlikely]]
    return compare_record_to_key(record, size, key);
  const uint32_t header_size = record[0];
  uint32_t type = record[1];
  if (type >= 0x80) {
    if (read_varint32_bounded(record + 1, record + size, &type) == 0)
      return compare_record_to_key(record, size, key);
  }
  const uint32_t text_size = serial_type::size(type);
  if (header_size < 2 || header_size > size || !serial_type::is_text(type) || text_size > size - header_size)
      [[unlikely]] {
    return compare_record_to_key(record, size, key);
  }
  const Value& value = key.values[0];
  const int order = compare_bytes(record + header_size, text_size, value.data(), value.size());
  if (order != 0) {
    const bool is_descending = (key.key_info->fields[0].sort_flags & kSortDescending) != 0;
    return (order < 0) != is_descending ? -1 : 1;
  }
  return key.field_count > 1 ? compare_record_to_key_from(record, size, key, 1) : finish_equal(key);
}

}  // namespace

int compare_integer_to_real(int64_t integer, double real) {
  ASSERT(real == real);
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (real < -kTwoTo63) return 1;
  if (real >= kTwoTo63) return -1;
  const int64_t truncated = static_cast<int64_t>(real);
  if (integer != truncated) return integer < truncated ? -1 : 1;
  return compare_numbers(static_cast<double>(integer), real);
}

int compare_values(const Value& left, const Value& right, Collation collation, TextEncoding encoding) {
  if (left.is_integer() && right.is_integer()) return compare_numbers(left.integer(), right.integer());
  const Rank left_rank = rank_of(left);
  const Rank right_rank = rank_of(right);
  if (left_rank != right_rank) return left_rank < right_rank ? -1 : 1;
  switch (left_rank) {
    case Rank::kNull:
      return 0;
    case Rank::kNumber:
      if (left.is_real() && right.is_real()) return compare_numbers(left.real(), right.real());
      if (left.is_integer()) return compare_integer_to_real(left.integer(), right.real());
      return -compare_integer_to_real(right.integer(), left.real());
    case Rank::kText:
      if (encoding == TextEncoding::kUtf8) [[likely]] {
        return compare_text(collation, left.data(), left.size(), right.data(), right.size());
      }
      return compare_text_as(encoding, collation, left.data(), left.size(), right.data(), right.size());
    case Rank::kBlob:
      break;
  }
  return compare_blobs(left, right);
}

int compare_record_to_key(const uint8_t* record, uint32_t size, RecordKey& key) {
  return compare_record_to_key_from(record, size, key, 0);
}

int compare_record_to_key_from(const uint8_t* record, uint32_t size, RecordKey& key, uint32_t skip) {
  ASSERT(key.field_count <= key.key_info->all_field_count);
  FieldReader reader(record, size);
  Field field;
  for (uint32_t index = 0; index < skip; index++) {
    if (!reader.next(&field)) [[unlikely]] {
      note_failure(key, CORRUPT());
      return 0;
    }
  }
  const KeyInfo& info = *key.key_info;
  for (uint32_t index = skip; index < key.field_count; index++) {
    if (!reader.next(&field)) [[unlikely]] {
      note_failure(key, CORRUPT());
      return 0;
    }
    const Value& value = key.values[index];
    Status status;
    const int order = compare_field(field, value, info.fields[index].collation, info.encoding, &status);
    if (!status.ok()) [[unlikely]] {
      note_failure(key, status);
      return 0;
    }
    if (order != 0) {
      const bool has_null = field.type == serial_type::kNull || value.is_null();
      return apply_sort_flags(order, info.fields[index].sort_flags, has_null);
    }
  }
  return finish_equal(key);
}

RecordComparison choose_comparison(const RecordKey& key) {
  const KeyInfo& info = *key.key_info;
  if (key.field_count == 0 || (info.fields[0].sort_flags & kSortNullsAsBig) != 0)
    return compare_record_to_key;
  if (key.values[0].is_integer()) return compare_integer_first;
  const bool is_plain_text = key.values[0].is_text() && info.fields[0].collation == Collation::kBinary &&
                             info.encoding == TextEncoding::kUtf8;
  return is_plain_text ? compare_text_first : compare_record_to_key;
}

int compare_records(const uint8_t* left, uint32_t left_size, const uint8_t* right, uint32_t right_size,
                    const KeyInfo& key_info, uint32_t field_count, Status* status) {
  FieldReader left_reader(left, left_size);
  FieldReader right_reader(right, right_size);
  for (uint32_t index = 0; index < field_count; index++) {
    Field left_field, right_field;
    if (!left_reader.next(&left_field) || !right_reader.next(&right_field)) [[unlikely]] {
      *status = CORRUPT();
      return 0;
    }
    const KeyField& rule = key_info.fields[index];
    const int order = compare_fields(left_field, right_field, rule.collation, key_info.encoding, status);
    if (order != 0) {
      const bool has_null = left_field.type == serial_type::kNull || right_field.type == serial_type::kNull;
      return apply_sort_flags(order, rule.sort_flags, has_null);
    }
  }
  return 0;
}

int compare_value_arrays(const Value* left, const Value* right, const KeyInfo& key_info, uint32_t count) {
  for (uint32_t index = 0; index < count; index++) {
    const KeyField& rule = key_info.fields[index];
    const int order = compare_values(left[index], right[index], rule.collation, key_info.encoding);
    if (order != 0)
      return apply_sort_flags(order, rule.sort_flags, left[index].is_null() || right[index].is_null());
  }
  return 0;
}

}  // namespace ringlite
