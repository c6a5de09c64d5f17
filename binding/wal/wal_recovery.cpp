// Recovery: the wal-index is built from the -wal file when nobody knows it, or when it is damaged.
#include <cstring>

#include "base/buffer.h"
#include "base/endian.h"
#include "wal/wal.h"

namespace ringlite {
namespace {

constexpr uint32_t kReaders = kWalReaderCount - 1;
/** Bytes of frames read at a time. */
constexpr size_t kReadSize = 256 << 10;

bool is_page_size(uint32_t size) { return size >= 512 && size <= 65536 && (size & (size - 1)) == 0; }

}  // namespace

/** Under WRITE (and CHECKPOINT, when so). SQLITE_BUSY when a checkpoint runs elsewhere. */
Status Wal::recover(WalIndexHeader* header, bool holds_checkpoint) {
  const uint32_t first = holds_checkpoint ? kWalRecoverLock : kWalCheckpointLock;
  RETURN_IF_ERROR(locks_->lock_exclusive(first, kWalReadLock0 - first));
  *header = {};
  uint32_t page_size = 0;
  bool exists = false;
  Status status = index_->open(true, &exists);
  if (status.ok()) status = read_file_header(header, &page_size);
  if (status.ok() && page_size != 0) status = index_frames(header, page_size, *index_);
  if (status.ok()) {
    index_->write_header(header);
    index_->set_backfilled(0);
    index_->set_backfill_attempted(header->mx_frame);
    index_->set_read_mark(0, 0);
    status = reset_read_marks(header->mx_frame);
  }
  locks_->unlock_exclusive(first, kWalReadLock0 - first);
  return status;
}

/** `*page_size` 0: the file holds nothing that is valid. */
Status Wal::read_file_header(WalIndexHeader* header, uint32_t* page_size) {
  uint8_t bytes[kWalHeaderSize];
  size_t got = 0;
  RETURN_IF_ERROR(file_->read(bytes, sizeof bytes, 0, &got));
  if (got < sizeof bytes) return kOk;
  const uint32_t magic = load_be32(bytes);
  const uint32_t size = load_be32(bytes + 8);
  if ((magic & ~1u) != kWalMagic || !is_page_size(size)) return kOk;
  header->big_endian_checksums = magic & 1;
  checkpoint_sequence_ = load_be32(bytes + 12);
  std::memcpy(header->salts, bytes + 16, sizeof header->salts);
  const WalChecksum sum = wal_checksum({}, bytes, 24, magic & 1);
  if (sum.first != load_be32(bytes + 24) || sum.second != load_be32(bytes + 28)) return kOk;
  if (load_be32(bytes + 4) != kWalVersion) return Code::kCantopen;
  header->frame_checksum = sum;
  *page_size = size;
  return kOk;
}

/** Reads frames until one is not valid; the last commit frame before it is the end of the log. */
Status Wal::index_frames(WalIndexHeader* header, uint32_t page_size, WalIndex& index) {
  const size_t frame_size = size_t{page_size} + kWalFrameHeaderSize;
  const size_t frames_per_read = frame_size > kReadSize ? 1 : kReadSize / frame_size;
  Buffer buffer;
  Buffer region;
  RETURN_IF_ERROR(buffer.resize(frames_per_read * frame_size));
  RETURN_IF_ERROR(region.append_fill(0, SharedMemory::kRegionSize));
  const bool big_endian = header->big_endian_checksums != 0;
  WalChecksum sum = header->frame_checksum;
  header->frame_checksum = {};
  uint32_t frame = 0;
  for (bool is_good = true; is_good;) {
    size_t got = 0;
    RETURN_IF_ERROR(file_->read(buffer.data(), buffer.size(), wal_frame_offset(frame + 1, page_size), &got));
    const size_t frames = got / frame_size;
    is_good = frames == frames_per_read;
    for (size_t i = 0; i < frames; i++) {
      const uint8_t* bytes = buffer.data() + i * frame_size;
      const uint32_t pgno = load_be32(bytes);
      sum = wal_checksum(sum, bytes, 8, big_endian);
      sum = wal_checksum(sum, bytes + kWalFrameHeaderSize, page_size, big_endian);
      is_good = pgno != 0 && std::memcmp(bytes + 8, header->salts, 8) == 0 &&
                sum.first == load_be32(bytes + 16) && sum.second == load_be32(bytes + 20);
      if (!is_good) break;
      const uint32_t number = wal_region_of(++frame);
      RETURN_IF_ERROR(WalIndex::append_to(region.data(), frame, pgno));
      const bool is_full = frame == wal_frames_before(number + 1);
      if (is_full) {
        RETURN_IF_ERROR(index.replace_region(number, region.data()));
        std::memset(region.data(), 0, region.size());
      }
      if (const uint32_t page_count = load_be32(bytes + 4)) {
        header->mx_frame = frame;
        header->page_count = page_count;
        header->page_size = static_cast<uint16_t>((page_size & 0xff00) | (page_size >> 16));
        header->frame_checksum = sum;
      }
    }
    if (frames < frames_per_read) is_good = false;
  }
  return index.replace_region(wal_region_of(frame + 1), region.data());
}

/** Marks that readers hold stay as they are. */
Status Wal::reset_read_marks(uint32_t mx_frame) {
  for (uint32_t reader = 1; reader <= kReaders; reader++) {
    const Status locked = locks_->lock_exclusive(kWalReadLock0 + reader, 1);
    if (locked.is(Code::kBusy)) continue;
    RETURN_IF_ERROR(locked);
    index_->set_read_mark(reader, reader == 1 && mx_frame > 0 ? mx_frame : kReadMarkUnused);
    locks_->unlock_exclusive(kWalReadLock0 + reader, 1);
  }
  return kOk;
}

}  // namespace ringlite
