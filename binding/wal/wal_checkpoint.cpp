// Checkpoints: frames are copied into the database file, as far as readers allow, and the log may start over.
#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "wal/wal.h"

namespace ringlite {
namespace {

constexpr uint32_t kReaders = kWalReaderCount - 1;

}  // namespace

/** An exclusive lock, asking `busy` between attempts. */
Status Wal::lock_patiently(uint32_t first, uint32_t count, WalBusy* busy) {
  for (;;) {
    const Status status = locks_->lock_exclusive(first, count);
    if (!status.is(Code::kBusy) || !busy->again || !busy->again(busy->context)) return status;
  }
}

Status Wal::checkpoint(Checkpoint& request, File& database) {
  if (is_readonly()) return Code::kReadonly;
  CheckpointMode mode = request.mode;
  if (mode == CheckpointMode::kNoop) return run_checkpoint(request, mode, false, database);
  // Another checkpoint is not waited for, whatever the mode.
  RETURN_IF_ERROR(locks_->lock_exclusive(kWalCheckpointLock, 1));
  bool holds_write = false;
  Status status = kOk;
  if (mode != CheckpointMode::kPassive) {
    status = lock_patiently(kWalWriteLock, 1, &request.busy);
    holds_write = status.ok();
    if (status.is(Code::kBusy)) {
      // What can be done beside the writer is done nevertheless.
      mode = CheckpointMode::kPassive;
      status = kOk;
    }
  }
  if (status.ok()) status = run_checkpoint(request, mode, holds_write, database);
  if (holds_write) locks_->unlock_exclusive(kWalWriteLock, 1);
  locks_->unlock_exclusive(kWalCheckpointLock, 1);
  return status.ok() && mode != request.mode ? Status(Code::kBusy) : status;
}

Status Wal::run_checkpoint(Checkpoint& request, CheckpointMode mode, bool holds_write, File& database) {
  WalIndexHeader header;
  RETURN_IF_ERROR(read_header(&header, holds_write, mode != CheckpointMode::kNoop));
  CORRUPT_IF(header.mx_frame != 0 && page_size_of(header) != request.page_size);
  WalBusy busy = mode > CheckpointMode::kPassive ? request.busy : WalBusy{nullptr, nullptr};
  Status status = kOk;
  if (mode != CheckpointMode::kNoop && index_->backfilled() < header.mx_frame) {
    uint32_t safe_frame = 0;
    status = find_safe_frame(header, &busy, &safe_frame);
    if (status.ok() && index_->backfilled() < safe_frame) {
      status = lock_patiently(kWalReadLock0, 1, &busy);
      if (status.ok()) {
        // The writer may have started the log over since the header was read: then there is nothing to copy.
        if (index_->has_salts(header.salts)) status = backfill(request, header, safe_frame, database);
        locks_->unlock_exclusive(kWalReadLock0, 1);
      }
    }
    // Readers in the way are no failure of the checkpoint.
    if (status.is(Code::kBusy)) status = kOk;
  }
  if (status.ok() && mode > CheckpointMode::kPassive) {
    if (index_->backfilled() < header.mx_frame)
      status = Code::kBusy;
    else if (mode >= CheckpointMode::kRestart)
      status = start_over(request, &header, &busy);
  }
  if (status.ok() || status.is(Code::kBusy)) {
    request.log_frames = header.mx_frame;
    request.backfilled = index_->backfilled();
  }
  return status;
}

/** The last frame that no reader's view forbids to copy. Marks that nobody holds are moved out of the way. */
Status Wal::find_safe_frame(const WalIndexHeader& header, WalBusy* busy, uint32_t* safe_frame) {
  *safe_frame = header.mx_frame;
  for (uint32_t reader = 1; reader <= kReaders; reader++) {
    const uint32_t mark = index_->read_mark(reader);
    if (*safe_frame <= mark) continue;
    const Status locked = lock_patiently(kWalReadLock0 + reader, 1, busy);
    if (locked.ok()) {
      index_->set_read_mark(reader, reader == 1 ? *safe_frame : kReadMarkUnused);
      locks_->unlock_exclusive(kWalReadLock0 + reader, 1);
    } else if (locked.is(Code::kBusy)) {
      *safe_frame = mark;
      *busy = {nullptr, nullptr};
    } else {
      return locked;
    }
  }
  return kOk;
}

/** Under CHECKPOINT and READ(0): nobody reads the bare file meanwhile. */
Status Wal::backfill(const Checkpoint& request, const WalIndexHeader& header, uint32_t safe_frame,
                     File& database) {
  index_->set_backfill_attempted(safe_frame);
  if (request.sync) RETURN_IF_ERROR(file_->sync(request.kind));
  const uint64_t wanted = uint64_t{header.page_count} * request.page_size;
  uint64_t size = 0;
  RETURN_IF_ERROR(database.size(&size));
  // No log can make a file grow by more than its frames and the page of the lock bytes.
  CORRUPT_IF(size + 65536 + uint64_t{header.mx_frame} * request.page_size < wanted);
  RETURN_IF_ERROR(copy_frames(header, index_->backfilled() + 1, safe_frame, request.page_size, database));
  if (safe_frame == index_->live_mx_frame()) {
    RETURN_IF_ERROR(database.size(&size));
    // Longer, too: the last page may have been freed before it ever held anything.
    if (size != wanted) RETURN_IF_ERROR(database.truncate(wanted));
    if (request.sync) RETURN_IF_ERROR(database.sync(request.kind));
  }
  index_->set_backfilled(safe_frame);
  return kOk;
}

/** The newest content of each page among the frames, in the order of the database file. */
Status Wal::copy_frames(const WalIndexHeader& header, uint32_t first, uint32_t last, uint32_t page_size,
                        File& database) {
  struct Copy {
    uint32_t pgno;
    uint32_t frame;
  };
  PodArray<Copy> copies;
  for (uint32_t frame = first; frame <= last; frame++) {
    const uint32_t pgno = index_->pgno_of(frame);
    uint32_t newest = 0;
    RETURN_IF_ERROR(index_->find(pgno, first, last, &newest));
    if (newest == frame && pgno <= header.page_count) RETURN_IF_ERROR(copies.push_back({pgno, frame}));
  }
  std::sort(copies.begin(), copies.end(), [](const Copy& a, const Copy& b) { return a.pgno < b.pgno; });
  // Neighbouring pages are written together: one system call instead of up to 32.
  constexpr size_t kRun = 32;
  Buffer buffer;
  RETURN_IF_ERROR(buffer.resize(kRun * page_size));
  for (size_t at = 0; at < copies.size();) {
    size_t run = 0;
    const uint32_t pgno = copies[at].pgno;
    while (run < kRun && at + run < copies.size() && copies[at + run].pgno == pgno + run) {
      RETURN_IF_ERROR(read_frame(copies[at + run].frame, page_size, buffer.data() + run * page_size));
      run++;
    }
    RETURN_IF_ERROR(database.write(buffer.data(), run * page_size, uint64_t{pgno - 1} * page_size));
    at += run;
  }
  return kOk;
}

/** RESTART waits until nobody reads the log, so that the next writer can start it over; TRUNCATE does so
 * itself. */
Status Wal::start_over(Checkpoint& request, WalIndexHeader* header, WalBusy* busy) {
  RETURN_IF_ERROR(lock_patiently(kWalReadLock0 + 1, kReaders, busy));
  Status status = kOk;
  if (request.mode == CheckpointMode::kTruncate) {
    request.header_before = *header;
    restart(header);
    request.header_after = *header;
    request.is_restarted = true;
    status = file_->truncate(0);
  }
  locks_->unlock_exclusive(kWalReadLock0 + 1, kReaders);
  return status;
}

}  // namespace ringlite
