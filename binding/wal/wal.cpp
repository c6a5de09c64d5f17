// Opening, reading and appending. Recovery is in wal_recovery.cpp, checkpoints in wal_checkpoint.cpp.
#include "wal/wal.h"

#include <cstring>
#include <new>

#include "base/endian.h"
#include "wal/heap_memory.h"
#include "wal/private_wal_index.h"

namespace ringlite {
namespace {

/** Attempts to begin a transaction before it is given up; the last of them wait for a third of a second. */
constexpr int kMaxAttempts = 100;
constexpr uint32_t kReaders = kWalReaderCount - 1;

uint16_t encode_page_size(uint32_t page_size) {
  return static_cast<uint16_t>((page_size & 0xff00) | (page_size >> 16));
}

}  // namespace

Wal::~Wal() {
  locks_.reset();
  index_.reset();
  memory_.reset();
}

// --- opening ---

Status Wal::open(bool alone) {
  RETURN_IF_ERROR(
      io_.files().open(path_.c_str(), OpenFlags{.create = true, .readonly_fallback = true}, &file_));
  if (alone)
    memory_.reset(new (std::nothrow) HeapMemory);
  else
    RETURN_IF_ERROR(io_.files().open_shared_memory(memory_path_.c_str(), &memory_));
  if (!memory_) return Code::kNomem;
  index_.reset(new (std::nothrow) WalIndex(*memory_));
  locks_.reset(new (std::nothrow) WalLocks(*memory_));
  if (!index_ || !locks_) return Code::kNomem;
  // Who may only read joins when a transaction begins: now there may be nobody to join.
  if (!memory_->is_writable()) return kOk;
  RETURN_IF_ERROR(join());
  return map_header();
}

/** Shows that somebody is here. Who comes first throws away what a crash may have left. */
Status Wal::join() {
  const Status first = memory_->lock_range(kWalPresenceByte, 1, LockKind::kExclusive);
  if (first.ok())
    RETURN_IF_ERROR(memory_->clear());
  else if (!first.is(Code::kBusy))
    return first;
  return memory_->lock_range(kWalPresenceByte, 1, LockKind::kShared);
}

/** Only the writer may make regions: two at once could overwrite each other's content with zeros. */
Status Wal::map_header() {
  bool exists = false;
  RETURN_IF_ERROR(index_->open(false, &exists));
  if (exists) return kOk;
  RETURN_IF_ERROR(locks_->lock_exclusive(kWalWriteLock, 1));
  const Status status = index_->open(true, &exists);
  locks_->unlock_exclusive(kWalWriteLock, 1);
  return status;
}

void Wal::remove() {
  locks_.reset();
  index_.reset();
  memory_.reset();
  file_.reset();
  ignore_status(io_.files().remove(memory_path_.c_str(), false));
  ignore_status(io_.files().remove(path_.c_str(), false));
}

// --- reading ---

Status Wal::check_version(const WalIndexHeader& header) const {
  return header.version == kWalIndexVersion ? kOk : Status(Code::kCantopen);
}

/** The header as it is now; when it stays unreadable even for the writer, the index is built again from the
 * log. */
Status Wal::read_header(WalIndexHeader* header, bool holds_write, bool holds_checkpoint) {
  if (index_->read_header(header)) return check_version(*header);
  if (!memory_->is_writable()) {
    RETURN_IF_ERROR(locks_->lock_shared(kWalWriteLock));
    locks_->unlock_shared(kWalWriteLock);
    return Code::kReadonlyRecovery;
  }
  if (!holds_write) RETURN_IF_ERROR(locks_->lock_exclusive(kWalWriteLock, 1));
  Status status = kOk;
  if (index_->read_header(header))
    status = check_version(*header);
  else
    status = recover(header, holds_checkpoint);
  if (!holds_write) locks_->unlock_exclusive(kWalWriteLock, 1);
  return status;
}

Status Wal::pause(int attempts) {
  if (attempts > kMaxAttempts) return Code::kProtocol;
  if (attempts > 5) {
    const int64_t beyond = attempts - 9;
    io_.clock().sleep_ms(attempts < 10 ? 0 : beyond * beyond * 39 / 1000);
  }
  return kOk;
}

Status Wal::try_begin_read(WalSession& session) {
  ASSERT(session.read_lock < 0);
  if (memory_->is_writable()) return begin_read_shared(session);
  const Status joined = join_readonly();
  if (joined.is(Code::kReadonlyCantinit)) return begin_read_alone(session);
  RETURN_IF_ERROR(joined);
  return begin_read_shared(session);
}

Status Wal::begin_read_shared(WalSession& session) {
  const Status status = read_header(&session.header, false, false);
  if (status.is(Code::kBusy)) {
    // Somebody writes the header at this moment, or recovers.
    if (!locks_->lock_shared(kWalRecoverLock).ok()) return Code::kBusyRecovery;
    locks_->unlock_shared(kWalRecoverLock);
    return Code::kErrorRetry;
  }
  RETURN_IF_ERROR(status);
  if (index_->backfilled() == session.header.mx_frame) {
    const Status locked = locks_->lock_shared(kWalReadLock0);
    WalIndex::barrier();
    if (locked.ok()) {
      if (!index_->is_current(session.header)) {
        // Frames may have come, and a checkpoint of them may have begun and died, before the lock was there.
        locks_->unlock_shared(kWalReadLock0);
        return Code::kErrorRetry;
      }
      session.read_lock = 0;
      session.tail = session.header;
      return kOk;
    }
    if (!locked.is(Code::kBusy)) return locked;
  }
  return lock_read_mark(session);
}

/** Locks the read mark nearest to what the session wants to see, moving a free one there when none is right.
 */
Status Wal::lock_read_mark(WalSession& session) {
  const uint32_t mx_frame = session.header.mx_frame;
  uint32_t best = 0;
  uint32_t best_mark = 0;
  for (uint32_t reader = 1; reader <= kReaders; reader++) {
    const uint32_t mark = index_->read_mark(reader);
    if (best_mark <= mark && mark <= mx_frame) {
      best_mark = mark;
      best = reader;
    }
  }
  bool is_locked = false;
  if (memory_->is_writable() && (best_mark < mx_frame || best == 0)) {
    for (uint32_t reader = 1; reader <= kReaders; reader++) {
      const Status locked = locks_->lock_exclusive(kWalReadLock0 + reader, 1);
      if (locked.ok()) {
        index_->set_read_mark(reader, mx_frame);
        best_mark = mx_frame;
        best = reader;
        locks_->downgrade(kWalReadLock0 + reader);
        is_locked = true;
        break;
      }
      if (!locked.is(Code::kBusy)) return locked;
    }
  }
  if (best == 0) return memory_->is_writable() ? Code::kErrorRetry : Code::kReadonlyCantinit;
  if (!is_locked) {
    const Status locked = locks_->lock_shared(kWalReadLock0 + best);
    if (!locked.ok()) return locked.is(Code::kBusy) ? Status(Code::kErrorRetry) : locked;
  }
  // The count is taken before the header is compared: no checkpoint of newer frames can have made it.
  session.first_frame = index_->backfilled() + 1;
  WalIndex::barrier();
  if (index_->read_mark(best) != best_mark || !index_->is_current(session.header)) {
    locks_->unlock_shared(kWalReadLock0 + best);
    return Code::kErrorRetry;
  }
  session.read_lock = static_cast<int32_t>(best);
  session.tail = session.header;
  return kOk;
}

void Wal::end_read(WalSession& session) {
  ASSERT(!session.is_writing);
  if (session.read_lock == WalSession::kNoMark) session.read_lock = -1;
  if (session.read_lock < 0) return;
  const auto reader = static_cast<uint32_t>(session.read_lock);
  if (session.private_index) {
    locks_->unlock_shared(kWalReadLock0);
    session.private_index.reset();
    session.read_lock = -1;
    return;
  }
  // Only the lock that the next transaction would choose, if nothing happens, is worth keeping.
  const uint32_t mx_frame = index_->live_mx_frame();
  const bool is_log_copied = index_->backfilled() == mx_frame;
  const bool is_newest =
      reader == 0 ? is_log_copied : !is_log_copied && index_->read_mark(reader) == mx_frame;
  locks_->unlock_shared(kWalReadLock0 + reader, is_newest);
  session.read_lock = -1;
}

Status Wal::find(const WalSession& session, uint32_t pgno, uint32_t* frame) const {
  *frame = 0;
  if (!session.uses_log()) return kOk;
  ASSERT(session.read_lock != WalSession::kNoMark || session.is_writing);
  const WalIndex& index = session.private_index ? session.private_index->index : *index_;
  return index.find(pgno, session.first_frame, session.header.mx_frame, frame);
}

Status Wal::find_appended(const WalSession& session, uint32_t pgno, uint32_t* frame) const {
  return index_->find(pgno, session.header.mx_frame + 1, session.tail.mx_frame, frame);
}

Status Wal::read_frame(uint32_t frame, uint32_t page_size, uint8_t* content) {
  size_t got = 0;
  RETURN_IF_ERROR(
      file_->read(content, page_size, wal_frame_offset(frame, page_size) + kWalFrameHeaderSize, &got));
  return got == page_size ? kOk : Status(Code::kIoerrShortRead);
}

// --- writing ---

Status Wal::begin_write(WalSession& session) {
  ASSERT(session.read_lock >= 0 && !session.is_writing);
  if (is_readonly()) return Code::kReadonly;
  RETURN_IF_ERROR(locks_->lock_exclusive(kWalWriteLock, 1));
  if (!index_->is_current(session.header)) {
    locks_->unlock_exclusive(kWalWriteLock, 1);
    return Code::kBusySnapshot;
  }
  session.is_writing = true;
  session.is_restarted = false;
  session.tail = session.header;
  return kOk;
}

bool Wal::try_begin_as_writer(WalSession& session) {
  ASSERT(session.read_lock < 0 && !session.is_writing);
  if (is_readonly() || !locks_->lock_exclusive(kWalWriteLock, 1).ok()) return false;
  if (!index_->read_header(&session.header) || !check_version(session.header).ok()) {
    locks_->unlock_exclusive(kWalWriteLock, 1);
    return false;
  }
  // A checkpoint may go on meanwhile: it copies frames that are committed, and those after this count are
  // read from the log.
  session.first_frame = index_->backfilled() + 1;
  session.tail = session.header;
  session.read_lock = WalSession::kNoMark;
  session.is_writing = true;
  session.is_restarted = false;
  return true;
}

Status Wal::take_read_mark(WalSession& session) {
  ASSERT(session.is_writing && !session.has_appended());
  if (session.read_lock != WalSession::kNoMark) return kOk;
  session.read_lock = -1;
  for (int attempts = 0;; attempts++) {
    Status status = lock_read_mark(session);
    if (status.ok()) return kOk;
    if (status.is(Code::kErrorRetry)) status = pause(attempts);
    if (status.ok()) continue;
    session.read_lock = WalSession::kNoMark;
    return status;
  }
}

void Wal::end_write(WalSession& session) {
  if (!session.is_writing) return;
  ASSERT(!session.has_appended());
  session.is_writing = false;
  locks_->unlock_exclusive(kWalWriteLock, 1);
}

/** A new life of the log: old frames don't match its salts any more. Only under the locks of invariant 2. */
void Wal::restart(WalIndexHeader* header) {
  checkpoint_sequence_++;
  header->mx_frame = 0;
  auto* salts = reinterpret_cast<uint8_t*>(header->salts);
  store_be32(salts, load_be32(salts) + 1);
  io_.random().fill(salts + 4, 4);
  // First: who dies after the header would leave a count by which the new life's first frames were in the
  // database file.
  index_->set_backfilled(0);
  index_->write_header(header);
  index_->set_backfill_attempted(0);
  index_->set_read_mark(1, 0);
  for (uint32_t reader = 2; reader <= kReaders; reader++) index_->set_read_mark(reader, kReadMarkUnused);
}

/**
 * A writer that reads the bare file goes over to reading the log, which it starts over if nobody else reads
 * it. CHECKPOINT is held, too: versions of SQLite before 3.51.3 may still be copying frames of the old life.
 */
Status Wal::restart_if_possible(WalSession& session) {
  const bool has_mark = session.read_lock != WalSession::kNoMark;
  const bool is_log_copied =
      has_mark ? session.read_lock == 0 : index_->backfilled() == session.header.mx_frame;
  if (!is_log_copied || session.has_appended()) return kOk;
  if (index_->backfilled() > 0 && locks_->lock_exclusive(kWalCheckpointLock, 1).ok()) {
    const Status locked = locks_->lock_exclusive(kWalReadLock0 + 1, kReaders);
    if (locked.ok()) {
      restart(&session.header);
      session.is_restarted = true;
      locks_->unlock_exclusive(kWalReadLock0 + 1, kReaders);
    }
    locks_->unlock_exclusive(kWalCheckpointLock, 1);
    if (!locked.ok() && !locked.is(Code::kBusy)) return locked;
  }
  session.tail = session.header;
  if (!has_mark) return kOk;
  locks_->unlock_shared(kWalReadLock0);
  session.read_lock = -1;
  for (int attempts = 0;; attempts++) {
    const Status status = lock_read_mark(session);
    if (!status.is(Code::kErrorRetry)) return status;
    RETURN_IF_ERROR(pause(attempts));
  }
}

Status Wal::write_header(WalIndexHeader* header, uint32_t page_size) {
  uint8_t bytes[kWalHeaderSize];
  auto* salts = reinterpret_cast<uint8_t*>(header->salts);
  // A log in its first life gets random salts; afterwards salt 1 counts up, so that frames of the old life
  // never match.
  if (checkpoint_sequence_ == 0) io_.random().fill(salts, sizeof header->salts);
  store_be32(bytes, kWalMagic | (kWalNativeBigEndian ? 1 : 0));
  store_be32(bytes + 4, kWalVersion);
  store_be32(bytes + 8, page_size);
  store_be32(bytes + 12, checkpoint_sequence_);
  std::memcpy(bytes + 16, salts, 8);
  const WalChecksum sum = wal_checksum({}, bytes, 24, kWalNativeBigEndian);
  store_be32(bytes + 24, sum.first);
  store_be32(bytes + 28, sum.second);
  header->big_endian_checksums = kWalNativeBigEndian;
  header->page_size = encode_page_size(page_size);
  header->frame_checksum = sum;
  return file_->write(bytes, sizeof bytes, 0);
}

Status Wal::append(WalSession& session, const WalPage* pages, size_t count, uint32_t commit_page_count,
                   uint32_t page_size, bool sync_header, SyncKind kind) {
  ASSERT(session.is_writing);
  RETURN_IF_ERROR(restart_if_possible(session));
  WalIndexHeader& tail = session.tail;
  if (tail.mx_frame == 0) {
    session.is_restarted = true;
    RETURN_IF_ERROR(write_header(&tail, page_size));
    // The header must not be older than the frames: with stale salts a crash could revive the frames of the
    // old life.
    if (sync_header) {
      RETURN_IF_ERROR(file_->sync(kind));
      RETURN_IF_ERROR(io_.files().sync_directory(path_.c_str()));
    }
  }
  CORRUPT_IF(page_size_of(tail) != page_size);
  uint32_t frame = tail.mx_frame;
  RETURN_IF_ERROR(write_frames(&tail, pages, count, commit_page_count, page_size));
  for (size_t i = 0; i < count; i++) RETURN_IF_ERROR(index_->append(++frame, pages[i].pgno));
  tail.mx_frame = frame;
  return kOk;
}

/** One system call for 500 pages. */
Status Wal::write_frames(WalIndexHeader* tail, const WalPage* pages, size_t count, uint32_t commit_page_count,
                         uint32_t page_size) {
  constexpr size_t kBatch = 500;
  PodArray<uint8_t> headers;
  PodArray<IoSlice> slices;
  const size_t batch_size = count < kBatch ? count : kBatch;
  RETURN_IF_ERROR(headers.resize(batch_size * kWalFrameHeaderSize));
  RETURN_IF_ERROR(slices.resize(batch_size * 2));
  WalChecksum sum = tail->frame_checksum;
  uint32_t frame = tail->mx_frame;
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t batch = count - first < kBatch ? count - first : kBatch;
    for (size_t i = 0; i < batch; i++) {
      const WalPage& page = pages[first + i];
      uint8_t* header = headers.data() + i * kWalFrameHeaderSize;
      store_be32(header, page.pgno);
      store_be32(header + 4, first + i + 1 == count ? commit_page_count : 0);
      std::memcpy(header + 8, tail->salts, 8);
      sum = wal_checksum(sum, header, 8, tail->big_endian_checksums != 0);
      sum = wal_checksum(sum, page.content, page_size, tail->big_endian_checksums != 0);
      store_be32(header + 16, sum.first);
      store_be32(header + 20, sum.second);
      slices[2 * i] = {header, kWalFrameHeaderSize};
      slices[2 * i + 1] = {page.content, page_size};
    }
    RETURN_IF_ERROR(file_->write_vector(slices.data(), batch * 2, wal_frame_offset(frame + 1, page_size)));
    frame += static_cast<uint32_t>(batch);
  }
  tail->frame_checksum = sum;
  return kOk;
}

void Wal::publish(WalSession& session, uint32_t page_count) {
  ASSERT(session.is_writing);
  WalIndexHeader& tail = session.tail;
  tail.change++;
  tail.page_count = page_count;
  index_->write_header(&tail);
  session.header = tail;
}

void Wal::discard_appended(WalSession& session) {
  if (!session.is_writing || !session.has_appended()) return;
  index_->forget_after(session.header.mx_frame);
  session.tail = session.header;
}

void Wal::limit_size(const WalSession& session, uint64_t limit) {
  const uint32_t page_size = page_size_of(session.header);
  const uint64_t used = wal_frame_offset(session.header.mx_frame + 1, page_size);
  uint64_t size = 0;
  if (limit < used) limit = used;
  if (file_->size(&size).ok() && size > limit) ignore_status(file_->truncate(limit));
}

}  // namespace ringlite
