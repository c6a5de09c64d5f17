// The Store's file locks: SQLite's five-state protocol on the lock bytes, for several connections of one
// process.
//
//   byte 0x40000000 PENDING, +1 RESERVED, +2..+511 SHARED (read-locked by readers, write-locked for
//   EXCLUSIVE)
#include <new>

#include "pager/store.h"

namespace ringlite {
namespace {

constexpr uint64_t kReservedByte = kPendingByte + 1;
constexpr uint64_t kSharedFirst = kPendingByte + 2;
constexpr uint64_t kSharedSize = 510;

}  // namespace

Status Store::lock(StoreClient& client, LockLevel level) {
  std::lock_guard guard(mutex_);
  if (client.level >= level) return kOk;
  ASSERT(level != LockLevel::kPending);
  ASSERT(client.level != LockLevel::kNone || level == LockLevel::kShared);
  const LockLevel before = client.level;
  RETURN_IF_ERROR(lock_file(client, level));
  const bool begins_reading = before == LockLevel::kNone;
  const bool begins_writing = before < LockLevel::kReserved && level >= LockLevel::kReserved;
  const Status status = begins_reading || begins_writing ? file_->check_in_place() : kOk;
  if (!status.ok()) unlock_client(client, begins_reading ? LockLevel::kNone : LockLevel::kShared);
  return status;
}

Status Store::lock_file(StoreClient& client, LockLevel level) {
  if (client.level != process_level_ && (process_level_ >= LockLevel::kPending || level > LockLevel::kShared))
    return Code::kBusy;
  if (level == LockLevel::kShared) {
    if (process_level_ == LockLevel::kNone) {
      RETURN_IF_ERROR(lock_shared_range());
      process_level_ = LockLevel::kShared;
      validated_ = false;
    }
    shared_count_++;
    client.level = LockLevel::kShared;
    return kOk;
  }
  if (level == LockLevel::kReserved) {
    RETURN_IF_ERROR(lock_bytes(kReservedByte, 1, LockKind::kExclusive));
    client.level = process_level_ = LockLevel::kReserved;
    return kOk;
  }
  return lock_exclusive(client);
}

Status Store::lock_bytes(uint64_t offset, uint64_t length, LockKind kind) {
  return is_unlocked_ ? kOk : file_->lock_range(offset, length, kind);
}

/**
 * A writer who waits with PENDING keeps new readers out. Looking at the byte is enough, and cheaper than
 * holding it for a moment: one who takes PENDING right after the look finds our SHARED lock like that of any
 * earlier reader, or is faster with EXCLUSIVE and refuses it.
 */
Status Store::lock_shared_range() {
  bool pending = false;
  if (!is_unlocked_ && !file_->is_locked_by_other(kPendingByte, 1, LockKind::kShared, &pending).ok())
    return Code::kIoerrRdlock;
  return pending ? Status(Code::kBusy) : lock_bytes(kSharedFirst, kSharedSize, LockKind::kShared);
}

Status Store::lock_exclusive(StoreClient& client) {
  // From SHARED (hot journal recovery) PENDING is not taken: others must not see a lock that makes the
  // journal look cold.
  if (client.level == LockLevel::kReserved) {
    RETURN_IF_ERROR(lock_bytes(kPendingByte, 1, LockKind::kExclusive));
    client.level = process_level_ = LockLevel::kPending;
  }
  if (shared_count_ > 1) return Code::kBusy;
  RETURN_IF_ERROR(lock_bytes(kSharedFirst, kSharedSize, LockKind::kExclusive));
  client.level = process_level_ = LockLevel::kExclusive;
  return kOk;
}

void Store::unlock(StoreClient& client, LockLevel level) {
  std::lock_guard guard(mutex_);
  unlock_client(client, level);
}

void Store::unlock_client(StoreClient& client, LockLevel level) {
  ASSERT(level <= LockLevel::kShared);
  if (client.level <= level) return;
  ASSERT(!client.in_wal || level == LockLevel::kShared);
  if (client.level > LockLevel::kShared) {
    if (level == LockLevel::kShared && client.level == LockLevel::kExclusive)
      ignore_status(lock_bytes(kSharedFirst, kSharedSize, LockKind::kShared));
    ignore_status(lock_bytes(kPendingByte, 2, LockKind::kNone));
    process_level_ = LockLevel::kShared;
    writer_queue_.notify();
  }
  client.level = level;
  if (level == LockLevel::kShared) return;
  if (--shared_count_ > 0) return;
  unlock_all();
  process_level_ = LockLevel::kNone;
  validated_ = false;
}

Status Store::is_reserved(bool* reserved) {
  std::lock_guard guard(mutex_);
  *reserved = process_level_ > LockLevel::kShared;
  return *reserved ? kOk : file_->is_locked_by_other(kReservedByte, 1, LockKind::kExclusive, reserved);
}

bool Store::is_validated() {
  std::lock_guard guard(mutex_);
  return validated_;
}

void Store::set_validated() {
  std::lock_guard guard(mutex_);
  if (shared_count_ > 0) validated_ = true;
}

void Store::forget_validation() {
  std::lock_guard guard(mutex_);
  validated_ = false;
}

Status Store::enter_wal(StoreClient& client, const std::string& wal_path, const std::string& memory_path,
                        bool alone) {
  std::lock_guard opening(wal_open_mutex_);
  ASSERT(client.level >= LockLevel::kShared && !client.in_wal);
  if (!has_wal()) {
    std::unique_ptr<Wal> wal(new (std::nothrow) Wal(io_, wal_path, memory_path));
    if (!wal) return Code::kNomem;
    Status status = wal->open(alone);
    for (int attempts = 0; status.is(Code::kBusy) && wal->pause(attempts).ok(); attempts++)
      status = wal->open(alone);
    RETURN_IF_ERROR(status);
    std::lock_guard guard(mutex_);
    wal_ = std::move(wal);
    is_wal_alone_ = alone;
    known_header_ = {};
    pool_.clear();
    start_version();
  }
  std::lock_guard guard(mutex_);
  client.in_wal = true;
  client.wal = {};
  return kOk;
}

void Store::close_wal() {
  std::lock_guard guard(mutex_);
  wal_.reset();
  is_wal_alone_ = false;
  validated_ = false;
}

/** These bytes are all that is ever locked in the file; systems give up a whole file's locks fastest. */
void Store::unlock_all() { ignore_status(lock_bytes(0, 0, LockKind::kNone)); }

}  // namespace ringlite
