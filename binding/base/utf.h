// UTF-8 and UTF-16 as SQLite reads them: lenient, deterministic for any bytes. Lone surrogates in UTF-16 and
// stray continuation bytes in UTF-8 have defined readings; nothing is ever rejected.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ringlite {

constexpr uint32_t kReplacementCharacter = 0xfffd;

/** Reads a character that starts with a byte >= 0xc0. */
uint32_t read_utf8_multibyte(const uint8_t** cursor, const uint8_t* end);

/** Reads one character and advances; *cursor must be before `end`. A stray continuation byte reads as itself,
 * surrogates, U+FFFE, U+FFFF and overlong ASCII as U+FFFD. */
inline uint32_t read_utf8(const uint8_t** cursor, const uint8_t* end) {
  const uint8_t first = **cursor;
  if (first < 0xc0) [[likely]] {
    (*cursor)++;
    return first;
  }
  return read_utf8_multibyte(cursor, end);
}

/** Advances over one character: a byte >= 0xc0 takes the continuation bytes after it along, any other byte
 * stands alone. */
inline const uint8_t* skip_utf8(const uint8_t* cursor, const uint8_t* end) {
  if (*cursor++ >= 0xc0) {
    while (cursor < end && (*cursor & 0xc0) == 0x80) cursor++;
  }
  return cursor;
}

/** Characters in `size` bytes, counted as skip_utf8 does. */
size_t count_utf8(const uint8_t* text, size_t size);

/** Writes a character (up to U+1FFFFF) in 1..4 bytes; returns how many. */
inline int write_utf8(uint32_t character, uint8_t* bytes) {
  if (character < 0x80) {
    bytes[0] = static_cast<uint8_t>(character);
    return 1;
  }
  if (character < 0x800) {
    bytes[0] = static_cast<uint8_t>(0xc0 | (character >> 6 & 0x1f));
    bytes[1] = static_cast<uint8_t>(0x80 | (character & 0x3f));
    return 2;
  }
  if (character < 0x10000) {
    bytes[0] = static_cast<uint8_t>(0xe0 | (character >> 12 & 0x0f));
    bytes[1] = static_cast<uint8_t>(0x80 | (character >> 6 & 0x3f));
    bytes[2] = static_cast<uint8_t>(0x80 | (character & 0x3f));
    return 3;
  }
  bytes[0] = static_cast<uint8_t>(0xf0 | (character >> 18 & 0x07));
  bytes[1] = static_cast<uint8_t>(0x80 | (character >> 12 & 0x3f));
  bytes[2] = static_cast<uint8_t>(0x80 | (character >> 6 & 0x3f));
  bytes[3] = static_cast<uint8_t>(0x80 | (character & 0x3f));
  return 4;
}

/** Bytes that utf8_to_utf16 needs at most for `size` bytes of UTF-8. */
constexpr size_t utf16_capacity(size_t utf8_size) { return 2 * utf8_size; }
/** Bytes that utf16_to_utf8 needs at most for `size` bytes of UTF-16. */
constexpr size_t utf8_capacity(size_t utf16_size) { return 2 * (utf16_size & ~size_t{1}); }

/** Writes a character as one or two units; returns the bytes (2 or 4). */
int write_utf16(uint32_t character, bool big_endian, uint8_t* bytes);
/** Bytes that UTF-8 text takes in UTF-16. */
size_t utf16_size(const uint8_t* text, size_t size);
/** Transcodes UTF-8 to UTF-16; returns the bytes written (at most utf16_capacity(size)). */
size_t utf8_to_utf16(const uint8_t* text, size_t size, bool big_endian, uint8_t* output);
/** Transcodes UTF-16 to UTF-8; an odd last byte is dropped. Returns the bytes written (at most
 * utf8_capacity(size)). */
size_t utf16_to_utf8(const uint8_t* text, size_t size, bool big_endian, uint8_t* output);

}  // namespace ringlite
