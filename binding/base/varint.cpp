#include "base/varint.h"

namespace ringlite {

int read_long_varint(const uint8_t* bytes, uint64_t* value) {
  uint64_t result = 0;
  for (int index = 0; index < 8; index++) {
    result = (result << 7) | (bytes[index] & 0x7f);
    if (bytes[index] < 0x80) {
      *value = result;
      return index + 1;
    }
  }
  *value = (result << 8) | bytes[8];
  return kMaxVarintLength;
}

int read_varint_bounded(const uint8_t* bytes, const uint8_t* end, uint64_t* value) {
  if (end - bytes >= kMaxVarintLength) [[likely]]
    return read_varint(bytes, value);
  uint64_t result = 0;
  for (const uint8_t* cursor = bytes; cursor < end; cursor++) {
    result = (result << 7) | (*cursor & 0x7f);
    if (*cursor < 0x80) {
      *value = result;
      return static_cast<int>(cursor - bytes) + 1;
    }
  }
  return 0;
}

int read_varint32_bounded(const uint8_t* bytes, const uint8_t* end, uint32_t* value) {
  uint64_t wide;
  const int length = read_varint_bounded(bytes, end, &wide);
  if (length == 0) return 0;
  *value = wide > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(wide);
  return length;
}

int write_long_varint(uint8_t* bytes, uint64_t value) {
  const int length = varint_length(value);
  int index = length - 1;
  if (length == kMaxVarintLength) {
    bytes[index--] = static_cast<uint8_t>(value);
    value >>= 8;
  } else {
    bytes[index--] = static_cast<uint8_t>(value & 0x7f);
    value >>= 7;
  }
  for (; index >= 0; index--, value >>= 7) bytes[index] = static_cast<uint8_t>(0x80 | (value & 0x7f));
  return length;
}

}  // namespace ringlite
