// The running checksum of -wal files: two 32-bit sums, each word added to one together with the other.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ringlite {

struct WalChecksum {
  uint32_t first = 0;
  uint32_t second = 0;
  bool operator==(const WalChecksum&) const = default;
};

/** Continues `sum` over `size` bytes (a multiple of 8); words are read big-endian when `big_endian`. */
WalChecksum wal_checksum(WalChecksum sum, const uint8_t* bytes, size_t size, bool big_endian);

}  // namespace ringlite
