// Reading a log whose index cannot be written: its file or directory is read-only. As long as somebody who
// may write has the index open it is right and is read like by others, but for marks, which stay where they
// are. When nobody has, what it says may be old: then the log itself is read into an index of this process,
// and before each transaction it is made sure that the log is still what was indexed.
#include <cstring>
#include <new>

#include "base/buffer.h"
#include "base/endian.h"
#include "wal/private_wal_index.h"
#include "wal/wal.h"

namespace ringlite {

bool Wal::is_index_shared() {
  if (memory_->is_writable()) return true;
  std::lock_guard guard(readonly_mutex_);
  return has_joined_;
}

/** SQLITE_READONLY_CANTINIT: nobody keeps the index right. SQLITE_ERROR_RETRY: somebody is just about to. */
Status Wal::join_readonly() {
  std::lock_guard guard(readonly_mutex_);
  bool exists = false;
  if (!has_joined_) {
    bool is_locked = false;
    RETURN_IF_ERROR(memory_->is_locked_by_other(kWalPresenceByte, 1, LockKind::kExclusive, &is_locked));
    if (!is_locked) return Code::kReadonlyCantinit;
    const Status status = memory_->lock_range(kWalPresenceByte, 1, LockKind::kShared);
    if (!status.ok()) return status.is(Code::kBusy) ? Status(Code::kErrorRetry) : status;
    has_joined_ = true;
    private_index_.reset();
  }
  return index_->open(false, &exists);
}

/** Holding READ(0) keeps checkpoints away from the file while the transaction runs. */
Status Wal::begin_read_alone(WalSession& session) {
  const Status locked = locks_->lock_shared(kWalReadLock0);
  if (!locked.ok()) return locked.is(Code::kBusy) ? Status(Code::kErrorRetry) : locked;
  // Somebody may have come before the lock was there.
  Status status = join_readonly();
  if (status.is(Code::kReadonlyCantinit)) {
    std::lock_guard guard(readonly_mutex_);
    status = private_index_ ? check_private_index() : build_private_index();
    if (status.ok()) {
      session.private_index = private_index_;
      session.header = session.tail = private_index_->header;
      session.first_frame = 1;
      session.read_lock = 0;
      return kOk;
    }
    private_index_.reset();
  } else if (status.ok()) {
    status = Code::kErrorRetry;
  }
  locks_->unlock_shared(kWalReadLock0);
  return status;
}

Status Wal::build_private_index() {
  std::shared_ptr<PrivateWalIndex> fresh(new (std::nothrow) PrivateWalIndex);
  if (!fresh) return Code::kNomem;
  bool exists = false;
  uint32_t page_size = 0;
  RETURN_IF_ERROR(fresh->index.open(true, &exists));
  RETURN_IF_ERROR(read_file_header(&fresh->header, &page_size));
  if (page_size != 0) RETURN_IF_ERROR(index_frames(&fresh->header, page_size, fresh->index));
  fresh->header.is_initialized = 1;
  fresh->header.version = kWalIndexVersion;
  fresh->header.change = ++private_changes_;
  private_index_ = std::move(fresh);
  return kOk;
}

/** SQLITE_ERROR_RETRY: the log is another one, or has grown. */
Status Wal::check_private_index() {
  WalIndexHeader& header = private_index_->header;
  uint8_t bytes[kWalHeaderSize];
  size_t got = 0;
  RETURN_IF_ERROR(file_->read(bytes, sizeof bytes, 0, &got));
  if (got < sizeof bytes) {
    if (header.mx_frame != 0) return Code::kErrorRetry;
    // The log may have had another life in between, of which nothing is left but what it did to the file.
    header.change = ++private_changes_;
    return kOk;
  }
  const bool is_same_life =
      header.mx_frame != 0 && std::memcmp(bytes + 16, header.salts, sizeof header.salts) == 0;
  return is_same_life && !has_newer_commit(header) ? kOk : Status(Code::kErrorRetry);
}

bool Wal::has_newer_commit(const WalIndexHeader& header) {
  const uint32_t page_size = page_size_of(header);
  Buffer frame;
  if (!frame.resize(kWalFrameHeaderSize + page_size).ok()) return false;
  const uint8_t* bytes = frame.data();
  const bool big_endian = header.big_endian_checksums != 0;
  WalChecksum sum = header.frame_checksum;
  for (uint32_t number = header.mx_frame + 1;; number++) {
    size_t got = 0;
    const Status status = file_->read(frame.data(), frame.size(), wal_frame_offset(number, page_size), &got);
    if (!status.ok() || got < frame.size()) return false;
    sum = wal_checksum(sum, bytes, 8, big_endian);
    sum = wal_checksum(sum, bytes + kWalFrameHeaderSize, page_size, big_endian);
    const bool is_valid = load_be32(bytes) != 0 &&
                          std::memcmp(bytes + 8, header.salts, sizeof header.salts) == 0 &&
                          sum.first == load_be32(bytes + 16) && sum.second == load_be32(bytes + 20);
    if (!is_valid) return false;
    if (load_be32(bytes + 4) != 0) return true;
  }
}

}  // namespace ringlite
