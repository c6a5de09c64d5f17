// WalIndex: the wal-index in shared memory: header, read marks, and which frame holds which page. It reads
// and writes the format (wal_index_format.h); who may do so when is decided by the locks, which are the
// caller's business (wal.h). Thread-safe in the way the format is: any number of readers beside one writer of
// frames.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/status.h"
#include "io/io.h"
#include "wal/wal_index_format.h"

namespace ringlite {

class WalIndex {
 public:
  explicit WalIndex(SharedMemory& memory) : memory_(memory) {}
  ~WalIndex();
  WalIndex(const WalIndex&) = delete;
  WalIndex& operator=(const WalIndex&) = delete;

  /** Maps the header; with `extend` false `*exists` may be false. */
  Status open(bool extend, bool* exists);

  /** Reads the header; false when it is being written, or damaged. */
  bool read_header(WalIndexHeader* header) const;
  /** Publishes the header: sets version, mark and checksum first. */
  void write_header(WalIndexHeader* header);
  /** Whether the header is still this one. */
  bool is_current(const WalIndexHeader& header) const;
  /** The salts alone, as they are now. */
  bool has_salts(const uint32_t* salts) const;
  uint32_t live_mx_frame() const;

  uint32_t backfilled() const { return load(kWalBackfilledOffset); }
  void set_backfilled(uint32_t frames) { store(kWalBackfilledOffset, frames); }
  void set_backfill_attempted(uint32_t frames) { store(kWalBackfillAttemptedOffset, frames); }
  uint32_t read_mark(uint32_t reader) const { return load(kWalReadMarkOffset + 4 * reader); }
  void set_read_mark(uint32_t reader, uint32_t frame) { store(kWalReadMarkOffset + 4 * reader, frame); }

  /** Notes that the frame holds the page. Frames come in order; what a writer who died left after `frame` is
   * removed. */
  Status append(uint32_t frame, uint32_t pgno);
  /** Forgets the frames after `mx_frame`. */
  void forget_after(uint32_t mx_frame);
  /** The last frame of the page among `first`..`last`, or 0. SQLITE_CORRUPT when the table is damaged. */
  Status find(uint32_t pgno, uint32_t first, uint32_t last, uint32_t* frame) const;
  /** The page of a frame that has been appended; 0 when the index is damaged. */
  uint32_t pgno_of(uint32_t frame) const;

  // Recovery: a region is built aside (all but the header of region 0), then put in place at once.
  static Status append_to(uint8_t* region, uint32_t frame, uint32_t pgno);
  Status replace_region(uint32_t region, const uint8_t* content);

  /** What is written before becomes visible before what is written after. */
  static void barrier() { std::atomic_thread_fence(std::memory_order_seq_cst); }

 private:
  using Block = std::atomic<uint8_t*>;
  static constexpr uint32_t kBlockSize = 1024;

  uint32_t load(uint32_t offset) const;
  void store(uint32_t offset, uint32_t value);
  uint8_t* mapped(uint32_t region) const;
  Status region(uint32_t number, bool extend, uint8_t** address) const;

  SharedMemory& memory_;
  std::atomic<uint8_t*> first_ = nullptr;
  /** Addresses of regions, in blocks that are made on demand; a pointer never changes once it is set. */
  mutable std::atomic<Block*> blocks_[kBlockSize] = {};
  mutable std::mutex mutex_;
};

}  // namespace ringlite
