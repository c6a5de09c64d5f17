// How the keys of one index are compared: the collation and sort order of each field, and the text encoding
// of the database. Plain data; the arrays are owned by the program (or schema object) that made the KeyInfo.
#pragma once
#include <cstdint>

namespace ringlite {

/** Text encoding of a database: the number in its header. */
enum class TextEncoding : uint8_t { kUtf8 = 1, kUtf16le = 2, kUtf16be = 3 };

enum class Collation : uint8_t { kBinary = 0, kNocase = 1, kRtrim = 2 };

constexpr uint8_t kSortDescending = 0x01;
/** NULLs sort as larger than everything else (before the descending flag reverses the order). */
constexpr uint8_t kSortNullsAsBig = 0x02;

struct KeyField {
  Collation collation = Collation::kBinary;
  uint8_t sort_flags = 0;
};

struct KeyInfo {
  /** Fields that decide uniqueness and order (for a WITHOUT ROWID table: the primary key). */
  uint16_t key_field_count = 0;
  /** All fields with an entry in `fields`: at least key_field_count. */
  uint16_t all_field_count = 0;
  TextEncoding encoding = TextEncoding::kUtf8;
  const KeyField* fields = nullptr;
};

}  // namespace ringlite
