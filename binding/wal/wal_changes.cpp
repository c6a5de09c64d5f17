// Which pages commits have changed between two states of the log. While the log goes on, the index lists
// them. When it was started over in between, the frames of its former life are read from the file, behind
// those of the new one.
#include <cstring>

#include "base/buffer.h"
#include "base/endian.h"
#include "wal/wal.h"

namespace ringlite {
namespace {

/** Reading more frames than this costs more than the cached pages are worth. */
constexpr uint32_t kMaxFrames = 2000;

bool same_salts(const WalIndexHeader& header, const uint8_t* salts) {
  return std::memcmp(header.salts, salts, sizeof header.salts) == 0;
}

/** The first salt counts the lives of a log. */
bool is_next_life(const WalIndexHeader& former, const WalIndexHeader& header) {
  const auto life = [](const WalIndexHeader& of) {
    return load_be32(reinterpret_cast<const uint8_t*>(of.salts));
  };
  return life(header) == life(former) + 1;
}

}  // namespace

bool Wal::list_changes(const WalIndexHeader& known, const WalIndexHeader& header, PodArray<uint32_t>* pages) {
  pages->clear();
  if (!known.is_initialized || known.page_size != header.page_size) return false;
  if (!is_index_shared()) return false;
  if (!same_salts(known, reinterpret_cast<const uint8_t*>(header.salts)))
    return list_changes_across_restart(known, header, pages);
  if (header.mx_frame <= known.mx_frame) return false;
  return list_indexed(known.mx_frame, header.mx_frame, pages);
}

bool Wal::list_indexed(uint32_t after, uint32_t last, PodArray<uint32_t>* pages) {
  for (uint32_t frame = after + 1; frame <= last; frame++)
    if (!pages->push_back(index_->pgno_of(frame)).ok()) return false;
  return true;
}

/**
 * All is known when the commits found are as many as the header has counted: one that is missing is noticed,
 * whether the file was cut or the new life has overwritten it. Frames after the last commit only make the
 * list longer.
 */
bool Wal::list_changes_across_restart(const WalIndexHeader& known, const WalIndexHeader& header,
                                      PodArray<uint32_t>* pages) {
  const uint32_t commits = header.change - known.change;
  const bool may_be_there = known.mx_frame > 0 && header.mx_frame < known.mx_frame && commits <= kMaxFrames;
  if (!may_be_there || header.mx_frame > kMaxFrames || !is_next_life(known, header)) return false;
  uint32_t found = 0;
  return list_former_life(known, pages, &found) && list_indexed(0, header.mx_frame, pages) &&
         count_commits(header, &found) && found == commits;
}

/** Frames that followed `known` in its life, each proved by the running checksum. */
bool Wal::list_former_life(const WalIndexHeader& known, PodArray<uint32_t>* pages, uint32_t* commits) {
  const uint32_t page_size = page_size_of(known);
  const bool big_endian = known.big_endian_checksums != 0;
  Buffer frame;
  if (!frame.resize(kWalFrameHeaderSize + page_size).ok()) return false;
  uint8_t* bytes = frame.data();
  size_t got = 0;
  WalChecksum sum = known.frame_checksum;
  const auto is_of_life = [&] {
    return same_salts(known, bytes + 8) && sum.first == load_be32(bytes + 16) &&
           sum.second == load_be32(bytes + 20);
  };
  // The last frame that was known must be there, or the file was cut before it.
  if (!file_->read(bytes, kWalFrameHeaderSize, wal_frame_offset(known.mx_frame, page_size), &got).ok())
    return false;
  if (!is_of_life()) return false;
  for (uint32_t number = known.mx_frame + 1; pages->size() < kMaxFrames; number++) {
    if (!file_->read(bytes, frame.size(), wal_frame_offset(number, page_size), &got).ok()) return false;
    sum = wal_checksum(sum, bytes, 8, big_endian);
    sum = wal_checksum(sum, bytes + kWalFrameHeaderSize, page_size, big_endian);
    if (got < frame.size() || !is_of_life()) return true;
    if (!pages->push_back(load_be32(bytes)).ok()) return false;
    *commits += load_be32(bytes + 4) != 0;
  }
  return false;
}

/** Adds the commit frames of the present life up to `header`. */
bool Wal::count_commits(const WalIndexHeader& header, uint32_t* commits) {
  const uint32_t page_size = page_size_of(header);
  for (uint32_t frame = 1; frame <= header.mx_frame; frame++) {
    uint8_t bytes[kWalFrameHeaderSize];
    size_t got = 0;
    const Status status = file_->read(bytes, sizeof bytes, wal_frame_offset(frame, page_size), &got);
    if (!status.ok() || got < sizeof bytes || !same_salts(header, bytes + 8)) return false;
    *commits += load_be32(bytes + 4) != 0;
  }
  return true;
}

}  // namespace ringlite
