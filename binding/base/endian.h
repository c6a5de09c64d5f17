// Fixed-width big-endian integers (SQLite's files) and little-endian ones (WAL checksums, shared memory,
// programs), read from and written to unaligned bytes.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

namespace ringlite {
namespace endian_detail {

template <typename T>
constexpr T swap_bytes(T value) {
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

template <typename T, std::endian kOrder>
T load(const void* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return kOrder == std::endian::native ? value : swap_bytes(value);
}

template <typename T, std::endian kOrder>
void store(void* bytes, T value) {
  if (kOrder != std::endian::native) value = swap_bytes(value);
  std::memcpy(bytes, &value, sizeof value);
}

}  // namespace endian_detail

inline uint16_t load_be16(const void* bytes) {
  return endian_detail::load<uint16_t, std::endian::big>(bytes);
}
inline uint32_t load_be32(const void* bytes) {
  return endian_detail::load<uint32_t, std::endian::big>(bytes);
}
inline uint64_t load_be64(const void* bytes) {
  return endian_detail::load<uint64_t, std::endian::big>(bytes);
}
inline void store_be16(void* bytes, uint16_t value) {
  endian_detail::store<uint16_t, std::endian::big>(bytes, value);
}
inline void store_be32(void* bytes, uint32_t value) {
  endian_detail::store<uint32_t, std::endian::big>(bytes, value);
}
inline void store_be64(void* bytes, uint64_t value) {
  endian_detail::store<uint64_t, std::endian::big>(bytes, value);
}

inline uint16_t load_le16(const void* bytes) {
  return endian_detail::load<uint16_t, std::endian::little>(bytes);
}
inline uint32_t load_le32(const void* bytes) {
  return endian_detail::load<uint32_t, std::endian::little>(bytes);
}
inline uint64_t load_le64(const void* bytes) {
  return endian_detail::load<uint64_t, std::endian::little>(bytes);
}
inline void store_le16(void* bytes, uint16_t value) {
  endian_detail::store<uint16_t, std::endian::little>(bytes, value);
}
inline void store_le32(void* bytes, uint32_t value) {
  endian_detail::store<uint32_t, std::endian::little>(bytes, value);
}
inline void store_le64(void* bytes, uint64_t value) {
  endian_detail::store<uint64_t, std::endian::little>(bytes, value);
}

}  // namespace ringlite
