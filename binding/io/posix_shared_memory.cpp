#include "io/posix_shared_memory.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace ringlite {
namespace {

/** Unit of allocation on disk. */
constexpr uint64_t kBlock = 4096;
/** What a cleared file is cut to: not nothing, so that a look at the file shows that it was done on purpose.
 */
constexpr uint64_t kClearedSize = 3;

/** Bytes of one mapping: a region, or several where the system's pages are larger. */
uint64_t mapping_size() {
  static const uint64_t size = [] {
    const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    return page > SharedMemory::kRegionSize ? page : uint64_t{SharedMemory::kRegionSize};
  }();
  return size;
}

}  // namespace

/** All mappings of the process. A forked child gets memory of its own in their place, all zero: it must not
 * write into that of its parent, whose locks it does not have. */
class PosixSharedMemory::Mappings {
 public:
  static Mappings& instance() {
    static Mappings* mappings = new Mappings;
    return *mappings;
  }
  void add(uint8_t* mapping) {
    std::lock_guard lock(mutex_);
    all_.push_back(mapping);
  }
  void remove(uint8_t* mapping) {
    std::lock_guard lock(mutex_);
    all_.erase(std::find(all_.begin(), all_.end(), mapping));
    ::munmap(mapping, mapping_size());
  }

 private:
  Mappings() { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }
  static void before_fork() { instance().mutex_.lock(); }
  static void after_fork_in_parent() { instance().mutex_.unlock(); }
  static void after_fork_in_child() {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    for (uint8_t* mapping : instance().all_)
      if (::mmap(mapping, mapping_size(), PROT_READ | PROT_WRITE, kFlags, -1, 0) == MAP_FAILED)
        ::munmap(mapping, mapping_size());
    instance().mutex_.unlock();
  }

  std::mutex mutex_;
  std::vector<uint8_t*> all_;
};

PosixSharedMemory::~PosixSharedMemory() {
  for (uint8_t* mapping : mappings_) Mappings::instance().remove(mapping);
}

/** By writing to each block: a file with holes would be a SIGBUS on a full disk, not an error. */
Status PosixSharedMemory::extend_to(uint64_t bytes) {
  uint64_t size = 0;
  if (!file_->size(&size).ok()) return Code::kIoerrShmsize;
  const uint8_t zero = 0;
  for (uint64_t block = size / kBlock; block < bytes / kBlock; block++)
    if (!file_->write(&zero, 1, block * kBlock + kBlock - 1).ok()) return Code::kIoerrShmsize;
  return kOk;
}

Status PosixSharedMemory::map(uint32_t region, bool extend, uint8_t** address) {
  *address = nullptr;
  const uint64_t unit = mapping_size();
  const uint64_t offset = uint64_t{region} * kRegionSize;
  std::lock_guard lock(mutex_);
  while (offset / unit >= mappings_.size()) {
    const uint64_t end = (mappings_.size() + 1) * unit;
    uint64_t size = 0;
    if (!file_->size(&size).ok()) return Code::kIoerrShmsize;
    if (size < end && !extend) return kOk;
    if (size < end) RETURN_IF_ERROR(extend_to(end));
    const int access = file_->is_writable() ? PROT_READ | PROT_WRITE : PROT_READ;
    void* mapping =
        ::mmap(nullptr, unit, access, MAP_SHARED, file_->descriptor(), static_cast<off_t>(end - unit));
    if (mapping == MAP_FAILED) return Code::kIoerrShmmap;
    mappings_.push_back(static_cast<uint8_t*>(mapping));
    Mappings::instance().add(mappings_.back());
  }
  *address = mappings_[offset / unit] + offset % unit;
  return kOk;
}

Status PosixSharedMemory::clear() {
  return file_->truncate(kClearedSize).ok() ? kOk : Status(Code::kIoerrShmopen);
}

Status PosixSharedMemory::lock_range(uint64_t offset, uint64_t length, LockKind kind) {
  return file_->lock_range(offset, length, kind);
}

Status PosixSharedMemory::is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) {
  return file_->is_locked_by_other(offset, length, kind, locked);
}

}  // namespace ringlite
