#include "record/text_order.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/endian.h"
#include "base/utf.h"
#include "record/compare.h"

namespace ringlite {
namespace {

int compare_binary(const uint8_t* left, uint32_t left_size, const uint8_t* right, uint32_t right_size) {
  const uint32_t common = std::min(left_size, right_size);
  const int order = common == 0 ? 0 : std::memcmp(left, right, common);
  if (order != 0) return order;
  return left_size < right_size ? -1 : left_size > right_size ? 1 : 0;
}

/** ASCII case is ignored. A NUL at the same place in both ends the comparison of characters, as it does in
 * SQLite. */
int compare_nocase(const uint8_t* left, uint32_t left_size, const uint8_t* right, uint32_t right_size) {
  const uint32_t common = std::min(left_size, right_size);
  for (uint32_t index = 0; index < common; index++) {
    const int order = ascii_lower(left[index]) - ascii_lower(right[index]);
    if (order != 0) return order;
    if (left[index] == 0) break;
  }
  return left_size < right_size ? -1 : left_size > right_size ? 1 : 0;
}

uint32_t size_without_trailing_spaces(const uint8_t* text, uint32_t size) {
  while (size != 0 && text[size - 1] == ' ') size--;
  return size;
}

/** The UTF-16 code units that UTF-8 text becomes in a database, one by one. */
class UnitsOfUtf8 {
 public:
  UnitsOfUtf8(const uint8_t* text, uint32_t size, bool big_endian)
      : cursor_(text), end_(text + size), big_endian_(big_endian) {}

  /** The next unit, as a number that orders like its two bytes do; -1 at the end. */
  int next() {
    if (position_ == size_) {
      if (cursor_ == end_) return -1;
      size_ = static_cast<uint32_t>(write_utf16(read_utf8(&cursor_, end_), true, units_));
      position_ = 0;
    }
    const int unit = load_be16(units_ + position_);
    position_ += 2;
    return big_endian_ ? unit : (unit & 0xff) << 8 | unit >> 8;
  }

 private:
  const uint8_t* cursor_;
  const uint8_t* end_;
  bool big_endian_;
  uint8_t units_[4] = {};
  uint32_t position_ = 0;
  uint32_t size_ = 0;
};

/** Units of stored UTF-16. */
class StoredUnits {
 public:
  StoredUnits(const uint8_t* text, uint32_t size) : cursor_(text), end_(text + (size & ~1u)) {}
  int next() {
    if (cursor_ == end_) return -1;
    const int unit = load_be16(cursor_);
    cursor_ += 2;
    return unit;
  }

 private:
  const uint8_t* cursor_;
  const uint8_t* end_;
};

template <typename Left, typename Right>
int compare_units(Left left, Right right) {
  for (;;) {
    const int left_unit = left.next();
    const int right_unit = right.next();
    if (left_unit != right_unit) return left_unit < right_unit ? -1 : 1;
    if (left_unit < 0) return 0;
  }
}

/** UTF-8 copy of stored UTF-16, on the stack when short. */
class Utf8Copy {
 public:
  Status init(const uint8_t* text, uint32_t size, TextEncoding encoding) {
    uint8_t* target = small_;
    if (utf8_capacity(size) > sizeof small_) {
      RETURN_IF_ERROR(large_.resize(utf8_capacity(size)));
      target = large_.data();
    }
    text_ = target;
    size_ = static_cast<uint32_t>(utf16_to_utf8(text, size, encoding == TextEncoding::kUtf16be, target));
    return kOk;
  }
  const uint8_t* text() const { return text_; }
  uint32_t size() const { return size_; }

 private:
  uint8_t small_[512];
  Buffer large_;
  const uint8_t* text_ = small_;
  uint32_t size_ = 0;
};

}  // namespace

int compare_text(Collation collation, const uint8_t* left, uint32_t left_size, const uint8_t* right,
                 uint32_t right_size) {
  switch (collation) {
    case Collation::kBinary:
      return compare_binary(left, left_size, right, right_size);
    case Collation::kNocase:
      return compare_nocase(left, left_size, right, right_size);
    case Collation::kRtrim:
      return compare_binary(left, size_without_trailing_spaces(left, left_size), right,
                            size_without_trailing_spaces(right, right_size));
  }
  return 0;
}

int compare_text_as(TextEncoding encoding, Collation collation, const uint8_t* left, uint32_t left_size,
                    const uint8_t* right, uint32_t right_size) {
  if (encoding == TextEncoding::kUtf8 || collation != Collation::kBinary) {
    return compare_text(collation, left, left_size, right, right_size);
  }
  const bool big_endian = encoding == TextEncoding::kUtf16be;
  return compare_units(UnitsOfUtf8(left, left_size, big_endian), UnitsOfUtf8(right, right_size, big_endian));
}

int compare_encoded_text_to_utf8(TextEncoding encoding, Collation collation, const uint8_t* encoded,
                                 uint32_t encoded_size, const uint8_t* utf8, uint32_t utf8_size,
                                 Status* status) {
  ASSERT(encoding != TextEncoding::kUtf8);
  if (collation == Collation::kBinary) {
    return compare_units(StoredUnits(encoded, encoded_size),
                         UnitsOfUtf8(utf8, utf8_size, encoding == TextEncoding::kUtf16be));
  }
  Utf8Copy copy;
  *status = copy.init(encoded, encoded_size, encoding);
  if (!status->ok()) return 0;
  return compare_text(collation, copy.text(), copy.size(), utf8, utf8_size);
}

int compare_encoded_texts(TextEncoding encoding, Collation collation, const uint8_t* left, uint32_t left_size,
                          const uint8_t* right, uint32_t right_size, Status* status) {
  ASSERT(encoding != TextEncoding::kUtf8);
  if (collation == Collation::kBinary) return compare_binary(left, left_size, right, right_size);
  Utf8Copy left_copy, right_copy;
  *status = left_copy.init(left, left_size, encoding);
  if (status->ok()) *status = right_copy.init(right, right_size, encoding);
  if (!status->ok()) return 0;
  return compare_text(collation, left_copy.text(), left_copy.size(), right_copy.text(), right_copy.size());
}

}  // namespace ringlite
