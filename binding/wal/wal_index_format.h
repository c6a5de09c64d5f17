// The format of the wal-index, the content of -shm files (walformat.html, "The WAL-Index File Format").
// Native byte order, but for the salts, which are the bytes of the -wal file. It is made of regions of 32768
// bytes; region 0 begins with a header:
//
//   OFFSET  SIZE  MEANING
//        0    48  WalIndexHeader
//       48    48  a second copy of it
//       96     4  number of frames that are also in the database file (backfilled)
//      100    20  read marks 0..4: a reader with lock READ(i) uses frames up to mark i; mark 0 is always 0
//      120     8  lock bytes: WRITE, CHECKPOINT, RECOVER, READ(0..4)
//      128     4  number of frames that a checkpoint has tried to backfill
//      132     4  reserved
//
// and every region holds the page numbers of its frames in order (4062 in region 0, 4096 in others), then at
// 16384 a hash table of 8192 16-bit slots: 0, or the number of a frame within the region, counted from 1. A
// page is looked for from slot (page number * 383) mod 8192 on, up to the first empty slot. Lock byte 128
// says that somebody has the file open: who finds it free must clear the file first.
#pragma once
#include <cstdint>

#include "wal/wal_checksum.h"

namespace ringlite {

/** One copy of the header; the state of the log after a commit. */
struct WalIndexHeader {
  uint32_t version;
  uint32_t unused;
  /** Grows with every commit. */
  uint32_t change;
  uint8_t is_initialized;
  uint8_t big_endian_checksums;
  /** 1 stands for 65536. */
  uint16_t page_size;
  uint32_t mx_frame;
  uint32_t page_count;
  WalChecksum frame_checksum;
  uint32_t salts[2];
  WalChecksum checksum;
};
static_assert(sizeof(WalIndexHeader) == 48);

inline constexpr uint32_t kWalIndexVersion = 3007000;
inline constexpr uint32_t kWalReaderCount = 5;
/** Value of a read mark that nobody uses. */
inline constexpr uint32_t kReadMarkUnused = 0xffffffff;

inline constexpr uint32_t kWalIndexHeaderBytes = 136;
inline constexpr uint32_t kWalBackfilledOffset = 96;
inline constexpr uint32_t kWalReadMarkOffset = 100;
inline constexpr uint32_t kWalBackfillAttemptedOffset = 128;
inline constexpr uint32_t kWalHashOffset = 16384;
inline constexpr uint32_t kWalHashSlots = 8192;
inline constexpr uint32_t kWalRegionFrames = 4096;
inline constexpr uint32_t kWalFirstRegionFrames = kWalRegionFrames - kWalIndexHeaderBytes / 4;

/** Locks, as offsets from the first lock byte. */
enum WalLock : uint32_t { kWalWriteLock = 0, kWalCheckpointLock = 1, kWalRecoverLock = 2, kWalReadLock0 = 3 };
inline constexpr uint32_t kWalLockCount = 8;
inline constexpr uint64_t kWalFirstLockByte = 120;
inline constexpr uint64_t kWalPresenceByte = 128;

inline constexpr uint32_t wal_region_of(uint32_t frame) {
  return (frame + kWalRegionFrames - kWalFirstRegionFrames - 1) / kWalRegionFrames;
}
/** The last frame before those of the region. */
inline constexpr uint32_t wal_frames_before(uint32_t region) {
  return region == 0 ? 0 : kWalFirstRegionFrames + (region - 1) * kWalRegionFrames;
}

}  // namespace ringlite
