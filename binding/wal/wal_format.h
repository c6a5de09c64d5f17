// The format of -wal files (walformat.html), big-endian.
//
//   file header      OFFSET  SIZE  MEANING
//                         0     4  magic 377f0682; its lowest bit: checksums read the words as big-endian
//                         4     4  format version 3007000
//                         8     4  page size
//                        12     4  checkpoint sequence number
//                        16     4  salt 1: incremented at each restart of the log
//                        20     4  salt 2: random at each restart
//                        24     8  checksum of the first 24 bytes
//   frame header          0     4  page number
//   (page follows)        4     4  commit frames: pages of the database after the commit; else 0
//                         8     8  both salts of the file header
//                        16     8  checksum of everything from the file header on: first 8 bytes of each
//                        frame header
//                                  and all page content
#pragma once
#include <bit>
#include <cstdint>

namespace ringlite {

inline constexpr uint32_t kWalMagic = 0x377f0682;
inline constexpr uint32_t kWalVersion = 3007000;
inline constexpr uint32_t kWalHeaderSize = 32;
inline constexpr uint32_t kWalFrameHeaderSize = 24;
inline constexpr bool kWalNativeBigEndian = std::endian::native == std::endian::big;

inline constexpr uint64_t wal_frame_offset(uint32_t frame, uint32_t page_size) {
  return kWalHeaderSize + uint64_t{frame - 1} * (uint64_t{page_size} + kWalFrameHeaderSize);
}

}  // namespace ringlite
