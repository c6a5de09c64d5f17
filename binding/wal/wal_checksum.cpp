#include "wal/wal_checksum.h"

#include "base/assert.h"
#include "base/endian.h"

namespace ringlite {

WalChecksum wal_checksum(WalChecksum sum, const uint8_t* bytes, size_t size, bool big_endian) {
  ASSERT(size % 8 == 0);
  uint32_t first = sum.first;
  uint32_t second = sum.second;
  if (big_endian) {
    for (const uint8_t* end = bytes + size; bytes < end; bytes += 8) {
      first += load_be32(bytes) + second;
      second += load_be32(bytes + 4) + first;
    }
  } else {
    for (const uint8_t* end = bytes + size; bytes < end; bytes += 8) {
      first += load_le32(bytes) + second;
      second += load_le32(bytes + 4) + first;
    }
  }
  return {first, second};
}

}  // namespace ringlite
