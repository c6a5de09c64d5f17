// JSONB, SQLite's binary form of JSON (sqlite.org/jsonb.html): each element is a header and a payload.
//
//   FIRST BYTE    low 4 bits: type          high 4 bits: payload size 0..11, or
//                                            12, 13, 14, 15: the size follows in 1, 2, 4, 8 bytes, big-endian
//   PAYLOAD       null, true, false: nothing; numbers and texts: their JSON text without quotes; arrays:
//   elements;
//                 objects: label, value, label, value, ...
//
// Blobs come from users: nothing here trusts a size.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace ringlite::json {

enum class Type : uint8_t {
  kNull = 0,
  kTrue = 1,
  kFalse = 2,
  kInteger = 3,      // as in JSON
  kInteger5 = 4,     // hexadecimal
  kReal = 5,         // as in JSON
  kReal5 = 6,        // with a bare point at one end
  kText = 7,         // needs no escapes, neither in JSON nor in SQL
  kTextEscaped = 8,  // with JSON escapes
  kText5 = 9,        // with JSON5 escapes
  kTextRaw = 10,     // to be escaped in JSON
  kArray = 11,
  kObject = 12,
};

/** Deepest nesting of arrays and objects. */
constexpr uint32_t kDepthLimit = 1000;
/** Subtype of SQL text that is JSON. */
constexpr uint8_t kSubtype = 'J';

/** The longest payload, in bytes, whose size stands in the first byte. */
constexpr size_t kLongestShort = 11;

/** A JSONB value to be read. */
struct View {
  const uint8_t* data = nullptr;
  uint32_t size = 0;
};

/** Where an element is in a View. */
struct Element {
  uint8_t type;  // of Type, or 13..15 when malformed
  uint32_t start;
  uint32_t header;   // bytes
  uint32_t payload;  // bytes

  bool is(Type wanted) const { return type == static_cast<uint8_t>(wanted); }
  bool is_container() const { return type >= static_cast<uint8_t>(Type::kArray); }
  bool is_text() const {
    return type >= static_cast<uint8_t>(Type::kText) && type <= static_cast<uint8_t>(Type::kTextRaw);
  }
  /** Text whose payload is the text itself. */
  bool is_raw_text() const { return is(Type::kText) || is(Type::kTextRaw); }
  uint32_t body() const { return start + header; }
  uint32_t end() const { return start + header + payload; }
};

/** read_element() where the size stands behind the first byte. */
bool read_long_element(View view, uint32_t position, Element* element);

/** Reads the header at `position`; false when it or its payload is not inside `view`. */
inline bool read_element(View view, uint32_t position, Element* element) {
  if (position >= view.size) return false;
  const uint8_t first = view.data[position];
  const uint32_t payload = first >> 4;
  if (payload > kLongestShort) {
    Element found;  // of its own, so that *element can stay in registers
    const bool is_inside = read_long_element(view, position, &found);
    *element = found;
    return is_inside;
  }
  *element = {static_cast<uint8_t>(first & 15), position, 1, payload};
  return payload < view.size - position;
}

inline std::string_view payload_text(View view, const Element& element) {
  return {reinterpret_cast<const char*>(view.data) + element.body(), element.payload};
}

constexpr uint32_t kLongestHeader = 5;
/** Writes the shortest header for `payload` bytes (below 2^32); returns its size. */
uint32_t write_header(Type type, uint64_t payload, uint8_t* header);
/** Appends a header for `payload` bytes in its shortest form. */
Status append_header(Type type, uint64_t payload, Buffer* output);
Status append_element(Type type, std::string_view payload, Buffer* output);

/** Whether a blob looks like JSONB: its outermost element fills it. Short ones that could also be JSON text
 * are checked completely. */
bool looks_like_jsonb(View view);

/** Checks an element completely: 0, or one more than the position of the first error. `depth` counts
 * enclosing containers. */
uint32_t find_error(View view, const Element& element, uint32_t depth);

/** Elements of an array (up to a malformed one). */
uint32_t count_elements(View view, const Element& array);

/** Bytes that stand for themselves in a JSON text literal: not controls, quotes (of both kinds), backslash.
 */
constexpr bool is_plain(uint8_t byte) { return byte >= 0x20 && byte != '"' && byte != '\\' && byte != '\''; }

constexpr uint32_t kInvalidCharacter = 0x99999;
/** Reads the escape at the start of `text` (which is a backslash); kInvalidCharacter when malformed.
 * `*length` receives its bytes. */
uint32_t read_escape(std::string_view text, uint32_t* length);

/** equal_labels() where one at least may have escapes. */
bool equal_escaped_labels(std::string_view left, bool left_is_raw, std::string_view right, bool right_is_raw);

/** Whether two labels are the same text; `raw` ones have no escapes. */
inline bool equal_labels(std::string_view left, bool left_is_raw, std::string_view right, bool right_is_raw) {
  if (left_is_raw && right_is_raw) {
    // Labels mostly differ in their size or first byte.
    if (left.size() != right.size() || left.empty()) return left.size() == right.size();
    return left[0] == right[0] && left == right;
  }
  return equal_escaped_labels(left, left_is_raw, right, right_is_raw);
}

/** What json_type calls a type. */
std::string_view type_name(uint8_t type);

}  // namespace ringlite::json
