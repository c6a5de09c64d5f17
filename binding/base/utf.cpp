#include "base/utf.h"

#include <cstring>

#include "base/endian.h"

namespace ringlite {
namespace {

uint32_t load_unit(const uint8_t* bytes, bool big_endian) {
  return big_endian ? load_be16(bytes) : load_le16(bytes);
}

void store_unit(uint8_t* bytes, uint32_t unit, bool big_endian) {
  if (big_endian) {
    store_be16(bytes, static_cast<uint16_t>(unit));
  } else {
    store_le16(bytes, static_cast<uint16_t>(unit));
  }
}

/** Payload bits of a first byte >= 0xc0. 0xf8 and up are not UTF-8: their low bits are taken as SQLite takes
 * them. */
uint32_t first_byte_bits(uint8_t first) {
  if (first < 0xe0) return first & 0x1fu;
  if (first < 0xf0) return first & 0x0fu;
  if (first < 0xf8) return first & 0x07u;
  if (first < 0xfc) return first & 0x03u;
  if (first < 0xfe) return first & 0x01u;
  return 0;
}

}  // namespace

uint32_t read_utf8_multibyte(const uint8_t** cursor, const uint8_t* end) {
  const uint8_t* next = *cursor;
  uint32_t character = first_byte_bits(*next++);
  while (next < end && (*next & 0xc0) == 0x80) character = (character << 6) + (*next++ & 0x3fu);
  *cursor = next;
  const bool is_surrogate = (character & 0xfffff800) == 0xd800;
  const bool is_noncharacter = (character & 0xfffffffe) == 0xfffe;
  if (character < 0x80 || is_surrogate || is_noncharacter) return kReplacementCharacter;
  return character;
}

size_t count_utf8(const uint8_t* text, size_t size) {
  const uint8_t* const end = text + size;
  size_t count = 0;
  while (text < end) {
    // Words of ASCII are counted eight at a time.
    if (end - text >= 8) {
      uint64_t word;
      std::memcpy(&word, text, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        count += 8;
        text += 8;
        continue;
      }
    }
    text = skip_utf8(text, end);
    count++;
  }
  return count;
}

int write_utf16(uint32_t character, bool big_endian, uint8_t* bytes) {
  if (character <= 0xffff) {
    store_unit(bytes, character, big_endian);
    return 2;
  }
  // Also defined for characters beyond U+10FFFF, which only malformed input has.
  const uint32_t high = 0xd800 + ((character - 0x10000) >> 10 & 0x03c0) + (character >> 10 & 0x3f);
  store_unit(bytes, high, big_endian);
  store_unit(bytes + 2, 0xdc00 + (character & 0x3ff), big_endian);
  return 4;
}

size_t utf16_size(const uint8_t* text, size_t size) {
  const uint8_t* const end = text + size;
  size_t result = 0;
  while (text < end) result += read_utf8(&text, end) <= 0xffff ? 2 : 4;
  return result;
}

size_t utf8_to_utf16(const uint8_t* text, size_t size, bool big_endian, uint8_t* output) {
  const uint8_t* const end = text + size;
  uint8_t* cursor = output;
  while (text < end) cursor += write_utf16(read_utf8(&text, end), big_endian, cursor);
  return static_cast<size_t>(cursor - output);
}

size_t utf16_to_utf8(const uint8_t* text, size_t size, bool big_endian, uint8_t* output) {
  const uint8_t* const end = text + (size & ~size_t{1});
  uint8_t* cursor = output;
  while (text < end) {
    uint32_t character = load_unit(text, big_endian);
    text += 2;
    const bool is_surrogate = character >= 0xd800 && character < 0xe000;
    if (is_surrogate && text < end) {
      // Any unit after a surrogate is taken for its second half.
      const uint32_t second = load_unit(text, big_endian);
      text += 2;
      character = (second & 0x03ff) + ((character & 0x003f) << 10) + (((character & 0x03c0) + 0x0040) << 10);
    }
    cursor += write_utf8(character, cursor);
  }
  return static_cast<size_t>(cursor - output);
}

}  // namespace ringlite
