#include "io/memory_io.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

namespace ringlite {
namespace {

/** A held lock: [first, last] by one open file. */
struct HeldLock {
  const void* owner;
  uint64_t first;
  uint64_t last;
  LockKind kind;
};

struct Node {
  std::mutex mutex;
  uint64_t inode = 0;
  std::vector<uint8_t> bytes;
  std::vector<HeldLock> locks;
};

class MemoryFileSystem;

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<Node> node, bool writable) : node_(std::move(node)), writable_(writable) {}
  ~MemoryFile() override {
    std::lock_guard lock(node_->mutex);
    remove_own_locks(0, UINT64_MAX);
  }

  Status read(void* buffer, size_t size, uint64_t offset, size_t* got) override {
    std::lock_guard lock(node_->mutex);
    const auto& bytes = node_->bytes;
    const size_t available = offset < bytes.size() ? bytes.size() - offset : 0;
    *got = std::min(size, available);
    if (*got) std::memcpy(buffer, bytes.data() + offset, *got);
    std::memset(static_cast<uint8_t*>(buffer) + *got, 0, size - *got);
    return kOk;
  }

  Status write(const void* data, size_t size, uint64_t offset) override {
    if (!writable_) return Code::kReadonly;
    std::lock_guard lock(node_->mutex);
    auto& bytes = node_->bytes;
    if (bytes.size() < offset + size) bytes.resize(offset + size);
    if (size) std::memcpy(bytes.data() + offset, data, size);
    return kOk;
  }

  Status write_vector(const IoSlice* slices, size_t count, uint64_t offset) override {
    for (size_t i = 0; i < count; i++) {
      RETURN_IF_ERROR(write(slices[i].data, slices[i].size, offset));
      offset += slices[i].size;
    }
    return kOk;
  }

  Status truncate(uint64_t size) override {
    if (!writable_) return Code::kReadonly;
    std::lock_guard lock(node_->mutex);
    node_->bytes.resize(size);
    return kOk;
  }

  Status sync(SyncKind) override { return kOk; }

  Status size(uint64_t* bytes) override {
    std::lock_guard lock(node_->mutex);
    *bytes = node_->bytes.size();
    return kOk;
  }

  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override {
    if (kind == LockKind::kExclusive && !writable_) return Code::kIoerrLock;
    std::lock_guard lock(node_->mutex);
    const uint64_t last = length == 0 ? UINT64_MAX : offset + length - 1;
    if (kind != LockKind::kNone && conflicts(offset, last, kind)) return Code::kBusy;
    remove_own_locks(offset, last);
    if (kind != LockKind::kNone) node_->locks.push_back({this, offset, last, kind});
    return kOk;
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    std::lock_guard lock(node_->mutex);
    *locked = conflicts(offset, offset + length - 1, kind);
    return kOk;
  }

  FileIdentity identity() const override { return {1, node_->inode}; }
  bool is_writable() const override { return writable_; }
  uint32_t sector_size() const override { return 4096; }

 private:
  bool conflicts(uint64_t first, uint64_t last, LockKind kind) const {
    for (const HeldLock& held : node_->locks) {
      if (held.owner == this || held.last < first || held.first > last) continue;
      if (kind == LockKind::kExclusive || held.kind == LockKind::kExclusive) return true;
    }
    return false;
  }

  /** Cuts [first, last] out of what this file holds. */
  void remove_own_locks(uint64_t first, uint64_t last) {
    std::vector<HeldLock> kept;
    for (const HeldLock& held : node_->locks) {
      if (held.owner != this || held.last < first || held.first > last) {
        kept.push_back(held);
        continue;
      }
      if (held.first < first) kept.push_back({this, held.first, first - 1, held.kind});
      if (held.last > last) kept.push_back({this, last + 1, held.last, held.kind});
    }
    node_->locks.swap(kept);
  }

  std::shared_ptr<Node> node_;
  bool writable_;
};

class MemoryFileSystem final : public FileSystem {
 public:
  Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) override {
    std::lock_guard lock(mutex_);
    auto found = nodes_.find(path);
    if (found == nodes_.end() && !flags.create) return Code::kCantopen;
    if (found != nodes_.end() && flags.exclusive) return Code::kCantopen;
    std::shared_ptr<Node> node;
    if (found == nodes_.end()) {
      node = std::make_shared<Node>();
      node->inode = ++last_inode_;
      if (!flags.delete_on_close) nodes_[path] = node;
    } else {
      node = found->second;
    }
    *file = std::make_unique<MemoryFile>(std::move(node), !flags.readonly);
    return kOk;
  }

  Status remove(const char* path, bool) override {
    std::lock_guard lock(mutex_);
    return nodes_.erase(path) ? kOk : Status(Code::kIoerrDeleteNoent);
  }

  Status exists(const char* path, bool* exists) override {
    std::lock_guard lock(mutex_);
    auto entry = nodes_.find(path);
    *exists = entry != nodes_.end();
    if (!*exists) return kOk;
    std::lock_guard node_lock(entry->second->mutex);
    *exists = !entry->second->bytes.empty();
    return kOk;
  }

  Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) override {
    std::lock_guard lock(mutex_);
    auto entry = nodes_.find(path);
    *found = entry != nodes_.end();
    if (!*found) return kOk;
    std::lock_guard node_lock(entry->second->mutex);
    *identity = {1, entry->second->inode};
    *size = entry->second->bytes.size();
    return kOk;
  }

  Status sync_directory(const char*) override { return kOk; }

  Status full_path(const char* path, std::string* full) override {
    *full = path[0] == '/' ? path : std::string("/") + path;
    return kOk;
  }

  Status temporary_path(std::string* path) override {
    std::lock_guard lock(mutex_);
    *path = "/tmp/temporary-" + std::to_string(++last_temporary_);
    return kOk;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> nodes_;
  uint64_t last_inode_ = 0;
  uint64_t last_temporary_ = 0;
};

/** Advances by what is slept and a little at each look, so that waiting loops end. */
class MemoryClock final : public Clock {
 public:
  int64_t now_ms() override { return ticks_ns() / 1000000 + 1700000000000; }
  int64_t monotonic_ns() override { return ticks_ns(); }
  void sleep_ms(int64_t duration_ms) override {
    std::lock_guard lock(mutex_);
    ns_ += duration_ms * 1000000;
  }

 private:
  int64_t ticks_ns() {
    std::lock_guard lock(mutex_);
    return ns_ += 1000;
  }
  std::mutex mutex_;
  int64_t ns_ = 0;
};

/** splitmix64 from the seed. */
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void fill(void* buffer, size_t size) override {
    std::lock_guard lock(mutex_);
    auto* bytes = static_cast<uint8_t*>(buffer);
    while (size > 0) {
      uint64_t z = (state_ += 0x9e3779b97f4a7c15);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      z ^= z >> 31;
      const size_t part = std::min(size, sizeof z);
      std::memcpy(bytes, &z, part);
      bytes += part;
      size -= part;
    }
  }

 private:
  std::mutex mutex_;
  uint64_t state_;
};

class MemoryIo final : public Io {
 public:
  explicit MemoryIo(uint64_t seed) : random_(seed) {}
  FileSystem& files() override { return files_; }
  Clock& clock() override { return clock_; }
  Random& random() override { return random_; }

 private:
  MemoryFileSystem files_;
  MemoryClock clock_;
  SeededRandom random_;
};

}  // namespace

std::unique_ptr<Io> make_memory_io(uint64_t seed) { return std::make_unique<MemoryIo>(seed); }

}  // namespace ringlite
