#include "io/memory_io.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "io/lock_table.h"

namespace ringlite {
namespace {

struct Node {
  std::mutex mutex;
  uint64_t inode = 0;
  std::vector<uint8_t> bytes;
  LockTable locks;
};

/** Shared memory of one name. */
struct SharedNode {
  std::mutex mutex;
  std::vector<std::unique_ptr<uint8_t[]>> regions;
  LockTable locks;
};

class MemorySharedMemory final : public SharedMemory {
 public:
  explicit MemorySharedMemory(std::shared_ptr<SharedNode> node) : node_(std::move(node)) {}
  ~MemorySharedMemory() override {
    std::lock_guard lock(node_->mutex);
    node_->locks.release_all(this);
  }

  Status map(uint32_t region, bool extend, uint8_t** address) override {
    std::lock_guard lock(node_->mutex);
    while (extend && node_->regions.size() <= region)
      node_->regions.push_back(std::make_unique<uint8_t[]>(kRegionSize));
    *address = region < node_->regions.size() ? node_->regions[region].get() : nullptr;
    return kOk;
  }

  /** Keeps the memory, which earlier users may still look at. */
  Status clear() override {
    std::lock_guard lock(node_->mutex);
    for (auto& region : node_->regions) std::memset(region.get(), 0, kRegionSize);
    return kOk;
  }

  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override {
    std::lock_guard lock(node_->mutex);
    return node_->locks.lock(this, offset, length, kind);
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    std::lock_guard lock(node_->mutex);
    *locked = node_->locks.is_locked_by_other(this, offset, length, kind);
    return kOk;
  }

  bool is_writable() const override { return true; }

 private:
  std::shared_ptr<SharedNode> node_;
};

class MemoryFileSystem;

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<Node> node, bool writable) : node_(std::move(node)), writable_(writable) {}
  ~MemoryFile() override {
    std::lock_guard lock(node_->mutex);
    node_->locks.release_all(this);
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
    return node_->locks.lock(this, offset, length, kind);
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    std::lock_guard lock(node_->mutex);
    *locked = node_->locks.is_locked_by_other(this, offset, length, kind);
    return kOk;
  }

  FileIdentity identity() const override { return {1, node_->inode}; }
  bool is_writable() const override { return writable_; }
  uint32_t sector_size() const override { return 4096; }

 private:
  std::shared_ptr<Node> node_;
  bool writable_;
};

/** What processes of one machine share. */
struct MemoryDisk {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Node>> nodes;
  std::map<std::string, std::shared_ptr<SharedNode>> shared;
  uint64_t last_inode = 0;
  uint64_t last_temporary = 0;
};

class MemoryFileSystem final : public FileSystem {
 public:
  explicit MemoryFileSystem(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}
  const std::shared_ptr<MemoryDisk>& disk() const { return disk_; }

  Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) override {
    std::lock_guard lock(disk_->mutex);
    auto found = disk_->nodes.find(path);
    if (found == disk_->nodes.end() && !flags.create) return Code::kCantopen;
    if (found != disk_->nodes.end() && flags.exclusive) return Code::kCantopen;
    std::shared_ptr<Node> node;
    if (found == disk_->nodes.end()) {
      node = std::make_shared<Node>();
      node->inode = ++disk_->last_inode;
      if (!flags.delete_on_close) disk_->nodes[path] = node;
    } else {
      node = found->second;
    }
    *file = std::make_unique<MemoryFile>(std::move(node), !flags.readonly);
    return kOk;
  }

  Status open_shared_memory(const char* path, std::unique_ptr<SharedMemory>* memory) override {
    std::lock_guard lock(disk_->mutex);
    std::shared_ptr<SharedNode>& node = disk_->shared[path];
    if (!node) node = std::make_shared<SharedNode>();
    *memory = std::make_unique<MemorySharedMemory>(node);
    return kOk;
  }

  Status remove(const char* path, bool) override {
    std::lock_guard lock(disk_->mutex);
    if (disk_->shared.erase(path)) return kOk;
    return disk_->nodes.erase(path) ? kOk : Status(Code::kIoerrDeleteNoent);
  }

  Status exists(const char* path, bool* exists) override {
    std::lock_guard lock(disk_->mutex);
    auto entry = disk_->nodes.find(path);
    *exists = entry != disk_->nodes.end();
    if (!*exists) return kOk;
    std::lock_guard node_lock(entry->second->mutex);
    *exists = !entry->second->bytes.empty();
    return kOk;
  }

  Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) override {
    std::lock_guard lock(disk_->mutex);
    auto entry = disk_->nodes.find(path);
    *found = entry != disk_->nodes.end();
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
    std::lock_guard lock(disk_->mutex);
    *path = "/tmp/temporary-" + std::to_string(++disk_->last_temporary);
    return kOk;
  }

 private:
  std::shared_ptr<MemoryDisk> disk_;
};

/** Advances by what is slept and a little at each look, so that waiting loops end. */
class MemoryClock final : public Clock {
 public:
  int64_t now_ms() override { return ticks_ns() / 1000000 + 1700000000000; }
  int64_t monotonic_ns() override { return ticks_ns(); }
  /** Simulated time passes at once; real threads for which the sleeper waits get a moment of real time. */
  void sleep_ms(int64_t duration_ms) override {
    {
      std::lock_guard lock(mutex_);
      ns_ += duration_ms * 1000000;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(duration_ms > 0 ? 100 : 1));
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
  MemoryIo(std::shared_ptr<MemoryDisk> disk, uint64_t seed) : files_(std::move(disk)), random_(seed) {}
  const std::shared_ptr<MemoryDisk>& disk() const { return files_.disk(); }
  FileSystem& files() override { return files_; }
  Clock& clock() override { return clock_; }
  Random& random() override { return random_; }

 private:
  MemoryFileSystem files_;
  MemoryClock clock_;
  SeededRandom random_;
};

}  // namespace

std::unique_ptr<Io> make_memory_io(uint64_t seed) {
  return std::make_unique<MemoryIo>(std::make_shared<MemoryDisk>(), seed);
}

std::unique_ptr<Io> make_memory_peer(Io& io, uint64_t seed) {
  return std::make_unique<MemoryIo>(static_cast<MemoryIo&>(io).disk(), seed);
}

}  // namespace ringlite
