// SQLite's variable-length integers: big-endian groups of seven bits, the high bit set on all bytes but the
// last; a ninth byte, when present, carries eight bits. (fileformat2.html section 1.6)
//
//   BYTES  VALUES
//   1      0 .. 2^7-1
//   n < 9  up to 2^(7n)-1
//   9      the rest: 8 groups of 7 bits, then 8 bits
//
// Readers exist in two kinds: the bounded one for bytes that come from disk, and the unbounded one for bytes
// whose end has been checked (at least 9 readable bytes, or a varint known to end in time).
#pragma once
#include <cstddef>
#include <cstdint>

namespace ringlite {

constexpr int kMaxVarintLength = 9;

/** Reads a varint of two or more bytes; returns its length (2..9). */
int read_long_varint(const uint8_t* bytes, uint64_t* value);

/** Reads the varint at `bytes` and returns its length (1..9). The bytes must be readable to the varint's end.
 */
inline int read_varint(const uint8_t* bytes, uint64_t* value) {
  if (bytes[0] < 0x80) [[likely]] {
    *value = bytes[0];
    return 1;
  }
  if (bytes[1] < 0x80) {
    *value = (static_cast<uint64_t>(bytes[0] & 0x7f) << 7) | bytes[1];
    return 2;
  }
  return read_long_varint(bytes, value);
}

/** As read_varint, for values that must fit 32 bits: larger ones are clamped to 0xffffffff. */
inline int read_varint32(const uint8_t* bytes, uint32_t* value) {
  uint64_t wide;
  const int length = read_varint(bytes, &wide);
  *value = wide > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(wide);
  return length;
}

/** Reads a varint that must end before `end`. Returns 0 when it doesn't. */
int read_varint_bounded(const uint8_t* bytes, const uint8_t* end, uint64_t* value);
int read_varint32_bounded(const uint8_t* bytes, const uint8_t* end, uint32_t* value);

/** Writes a varint of three or more bytes; returns its length. */
int write_long_varint(uint8_t* bytes, uint64_t value);

/** Writes `value` and returns its length (1..9). */
inline int write_varint(uint8_t* bytes, uint64_t value) {
  if (value < 0x80) [[likely]] {
    bytes[0] = static_cast<uint8_t>(value);
    return 1;
  }
  if (value < 0x4000) {
    bytes[0] = static_cast<uint8_t>(0x80 | (value >> 7));
    bytes[1] = static_cast<uint8_t>(value & 0x7f);
    return 2;
  }
  return write_long_varint(bytes, value);
}

/** Bytes that `value` takes as a varint (1..9). */
constexpr int varint_length(uint64_t value) {
  int length = 1;
  while (length < kMaxVarintLength && (value >>= 7) != 0) length++;
  return length;
}

}  // namespace ringlite
