#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "io/posix_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace ringlite {
namespace {

#if defined(F_OFD_SETLK)
constexpr int kSetLock = F_OFD_SETLK;
constexpr int kGetLock = F_OFD_GETLK;
#else
constexpr int kSetLock = F_SETLK;
constexpr int kGetLock = F_GETLK;
#endif

/** Processes may have inherited an adopted descriptor from one parent: only locks of processes keep them
 * apart. */
int set_lock_command(const FileIdentity& identity) { return identity.is_adopted ? F_SETLK : kSetLock; }
int get_lock_command(const FileIdentity& identity) { return identity.is_adopted ? F_GETLK : kGetLock; }

constexpr size_t kMaxSlices = 1024;

struct flock make_lock(uint64_t offset, uint64_t length, short type) {
  struct flock lock;
  std::memset(&lock, 0, sizeof lock);
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(offset);
  lock.l_len = static_cast<off_t>(length);
  return lock;
}

Status read_error() {
  const bool damaged = errno == EIO || errno == ERANGE || errno == ENXIO;
  return damaged ? Code::kIoerrCorruptfs : Code::kIoerrRead;
}

Status write_error() { return errno == ENOSPC || errno == EDQUOT ? Code::kFull : Code::kIoerrWrite; }

Status lock_error(LockKind kind) {
  switch (errno) {
    case EACCES:
    case EAGAIN:
    case ETIMEDOUT:
    case EBUSY:
    case ENOLCK:
      return Code::kBusy;
    case EPERM:
      return Code::kPerm;
    default:
      if (kind == LockKind::kNone) return Code::kIoerrUnlock;
      return kind == LockKind::kShared ? Code::kIoerrRdlock : Code::kIoerrLock;
  }
}

}  // namespace

int open_descriptor(const char* path, int flags, unsigned mode) {
  int descriptor;
  do {
    descriptor = ::open(path, flags | O_CLOEXEC, mode);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0 || descriptor > 2) return descriptor;
  // What a program prints must not land in a database.
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  ::close(descriptor);
  return moved;
}

// --- descriptors of database files ---

DatabaseDescriptors& DatabaseDescriptors::instance() {
  static DatabaseDescriptors* descriptors = new DatabaseDescriptors;
  return *descriptors;
}

DatabaseDescriptors::DatabaseDescriptors() {
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

void DatabaseDescriptors::before_fork() { instance().mutex_.lock(); }
void DatabaseDescriptors::after_fork_in_parent() { instance().mutex_.unlock(); }

/** A child shares our open files and so would keep their locks alive after us: it gives them up. What it does
 * with them fails from then on. */
void DatabaseDescriptors::after_fork_in_child() {
  DatabaseDescriptors& self = instance();
  for (PosixFile* file : self.open_) {
    ::close(file->descriptor_);
    file->descriptor_ = -1;
    file->identity_ = {};
  }
  for (const Parked& parked : self.parked_) ::close(parked.descriptor);
  self.parked_.clear();
  self.mutex_.unlock();
}

int DatabaseDescriptors::take(FileIdentity identity, bool must_be_writable, bool* writable) {
  std::lock_guard lock(mutex_);
  close_vanished();
  for (size_t i = 0; i < parked_.size(); i++) {
    const Parked parked = parked_[i];
    if (!(parked.identity == identity) || (must_be_writable && !parked.writable)) continue;
    parked_.erase(parked_.begin() + static_cast<ptrdiff_t>(i));
    *writable = parked.writable;
    return parked.descriptor;
  }
  return -1;
}

void DatabaseDescriptors::park(FileIdentity identity, int descriptor, bool writable) {
  if (descriptor < 0) return;
  std::lock_guard lock(mutex_);
  close_vanished();
  parked_.push_back({identity, descriptor, writable});
  if (parked_.size() > kMaxParked) close_unshared();
}

bool DatabaseDescriptors::make_writable(FileIdentity identity, int descriptor) {
  std::lock_guard lock(mutex_);
  for (PosixFile* file : open_) {
    if (!(file->identity_ == identity) || file->writable_) continue;
    // Others may be reading through the old one.
    parked_.push_back({identity, file->descriptor_, false});
    file->descriptor_ = descriptor;
    file->writable_ = true;
    return true;
  }
  return false;
}

void DatabaseDescriptors::add(PosixFile* file) {
  std::lock_guard lock(mutex_);
  open_.push_back(file);
}

void DatabaseDescriptors::remove(PosixFile* file) {
  std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), file));
}

/** Nobody needs locks on a file that has no name any more. */
void DatabaseDescriptors::close_vanished() {
  std::erase_if(parked_, [](const Parked& parked) {
    struct stat information;
    if (::fstat(parked.descriptor, &information) == 0 && information.st_nlink > 0) return false;
    ::close(parked.descriptor);
    return true;
  });
}

/** Closes what no other descriptor of this process refers to: then no POSIX lock of ours can exist on the
 * file. */
void DatabaseDescriptors::close_unshared() {
  std::vector<FileIdentity> others;
  DIR* directory = ::opendir("/proc/self/fd");
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory)) {
    const int descriptor = ::atoi(entry->d_name);
    const bool is_parked = std::any_of(parked_.begin(), parked_.end(),
                                       [&](const Parked& parked) { return parked.descriptor == descriptor; });
    struct stat information;
    if (is_parked || entry->d_name[0] == '.' || ::fstat(descriptor, &information) != 0) continue;
    others.push_back({information.st_dev, information.st_ino});
  }
  ::closedir(directory);
  std::erase_if(parked_, [&](const Parked& parked) {
    const FileIdentity identity{parked.identity.device, parked.identity.inode};
    if (std::find(others.begin(), others.end(), identity) != others.end()) return false;
    ::close(parked.descriptor);
    return true;
  });
}

// --- one open file ---

PosixFile::PosixFile(int descriptor, bool writable, bool database, FileIdentity identity)
    : descriptor_(descriptor), writable_(writable), database_(database), identity_(identity) {
  DatabaseDescriptors::instance().add(this);
}

PosixFile::~PosixFile() {
  DatabaseDescriptors::instance().remove(this);
  if (!database_) {
    if (descriptor_ >= 0) ::close(descriptor_);
    return;
  }
  ignore_status(lock_range(0, 0, LockKind::kNone));
  DatabaseDescriptors::instance().park(identity_, descriptor_, writable_);
}

Status PosixFile::read(void* buffer, size_t size, uint64_t offset, size_t* got) {
  auto* bytes = static_cast<uint8_t*>(buffer);
  size_t done = 0;
  while (done < size) {
    const ssize_t count = ::pread(descriptor_, bytes + done, size - done, static_cast<off_t>(offset + done));
    if (count == 0) break;
    if (count < 0) {
      if (errno == EINTR) continue;
      return read_error();
    }
    done += static_cast<size_t>(count);
  }
  *got = done;
  if (done < size) std::memset(bytes + done, 0, size - done);
  return kOk;
}

Status PosixFile::read_vector(const IoBuffer* buffers, size_t count, uint64_t offset) {
  constexpr size_t kMaxBuffers = 64;
  struct iovec vector[kMaxBuffers];
  size_t total = 0;
  if (count <= kMaxBuffers) {
    for (size_t i = 0; i < count; i++) {
      vector[i] = {buffers[i].data, buffers[i].size};
      total += buffers[i].size;
    }
    const ssize_t got = ::preadv(descriptor_, vector, static_cast<int>(count), static_cast<off_t>(offset));
    if (got >= 0 && static_cast<size_t>(got) == total) return kOk;
  }
  // Interrupted, at the end of the file, or failing: piece by piece, which sorts it out.
  return File::read_vector(buffers, count, offset);
}

Status PosixFile::write(const void* data, size_t size, uint64_t offset) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  while (size > 0) {
    const ssize_t count = ::pwrite(descriptor_, bytes, size, static_cast<off_t>(offset));
    if (count < 0) {
      if (errno == EINTR) continue;
      return write_error();
    }
    if (count == 0) return Code::kFull;
    bytes += count;
    offset += static_cast<uint64_t>(count);
    size -= static_cast<size_t>(count);
  }
  return kOk;
}

Status PosixFile::write_vector(const IoSlice* slices, size_t count, uint64_t offset) {
  struct iovec vector[kMaxSlices];
  size_t next = 0;
  while (next < count) {
    const size_t batch = std::min(count - next, kMaxSlices);
    for (size_t i = 0; i < batch; i++)
      vector[i] = {const_cast<void*>(slices[next + i].data), slices[next + i].size};
    ssize_t written = ::pwritev(descriptor_, vector, static_cast<int>(batch), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return write_error();
    }
    offset += static_cast<uint64_t>(written);
    const size_t last = next + batch;
    while (next < last && static_cast<size_t>(written) >= slices[next].size) {
      written -= static_cast<ssize_t>(slices[next].size);
      next++;
    }
    if (next == last || written < 0) continue;
    // The call stopped within a slice: finish that one, then go on.
    const IoSlice& cut = slices[next];
    const auto done = static_cast<size_t>(written);
    RETURN_IF_ERROR(write(static_cast<const uint8_t*>(cut.data) + done, cut.size - done, offset));
    offset += cut.size - done;
    next++;
  }
  return kOk;
}

Status PosixFile::truncate(uint64_t size) {
  int result;
  do {
    result = ::ftruncate(descriptor_, static_cast<off_t>(size));
  } while (result < 0 && errno == EINTR);
  return result < 0 ? Status(Code::kIoerrTruncate) : kOk;
}

Status PosixFile::sync(SyncKind kind) {
#if defined(__linux__)
  const int result = kind == SyncKind::kData ? ::fdatasync(descriptor_) : ::fsync(descriptor_);
#elif defined(F_FULLFSYNC)
  int result = kind == SyncKind::kFull ? ::fcntl(descriptor_, F_FULLFSYNC) : -1;
  if (result < 0) result = ::fsync(descriptor_);
#else
  const int result = ::fsync(descriptor_);
#endif
  return result < 0 ? Status(Code::kIoerrFsync) : kOk;
}

Status PosixFile::size(uint64_t* bytes) {
  struct stat information;
  if (::fstat(descriptor_, &information) != 0) return Code::kIoerrFstat;
  *bytes = static_cast<uint64_t>(information.st_size);
  return kOk;
}

Status PosixFile::lock_range(uint64_t offset, uint64_t length, LockKind kind) {
  short type = F_UNLCK;
  if (kind == LockKind::kShared) type = F_RDLCK;
  if (kind == LockKind::kExclusive) type = F_WRLCK;
  struct flock lock = make_lock(offset, length, type);
  int result;
  do {
    result = ::fcntl(descriptor_, set_lock_command(identity_), &lock);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? lock_error(kind) : kOk;
}

Status PosixFile::is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) {
  struct flock lock = make_lock(offset, length, kind == LockKind::kShared ? F_RDLCK : F_WRLCK);
  if (::fcntl(descriptor_, get_lock_command(identity_), &lock) < 0) return Code::kIoerrCheckreservedlock;
  *locked = lock.l_type != F_UNLCK;
  return kOk;
}

}  // namespace ringlite
