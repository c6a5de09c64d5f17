#include "testing/sim/virtual_io.h"

#include <algorithm>
#include <cstring>

namespace ringlite::sim {
namespace {

constexpr int64_t kEpochMs = 1'700'000'000'000;
constexpr int64_t kMaxSyncNs = 4'000'000;
/** Of a slow lock. */
constexpr int64_t kMaxLockNs = 100'000'000;

const char* name_of(LockKind kind) {
  switch (kind) {
    case LockKind::kNone:
      return "unlock";
    case LockKind::kShared:
      return "lock shared";
    case LockKind::kExclusive:
      return "lock exclusive";
  }
  return "";
}

/** A holder of locks, which loses them when its process dies. */
class Holder {
 public:
  virtual ~Holder() = default;
  virtual void release_locks() = 0;
};

/** What the files of one process share. */
struct Process {
  Machine& machine;
  std::set<Holder*> holders;

  /** Every system call begins here. */
  void enter() {
    if (!machine.scheduler.is_in_task()) return;
    machine.arena.drain_running();
    machine.scheduler.point(kCallWeight);
  }
  /** One in `whole` calls fails. */
  bool fails(uint64_t whole) {
    if (whole == 0 || !machine.scheduler.is_in_task() || !machine.dice.chance(1, whole)) return false;
    machine.fault_count++;
    machine.trace.line("the next call fails");
    return true;
  }
  /** One in `slow_locks` calls comes late: what the caller knows may be old by then. */
  void dawdle() {
    const uint64_t whole = machine.faults.slow_locks;
    if (whole == 0 || !machine.scheduler.is_in_task() || !machine.dice.chance(1, whole)) return;
    machine.scheduler.sleep(machine.dice.between(0, kMaxLockNs));
  }
  bool is_full() const {
    const int64_t now_ns = machine.scheduler.now_ns();
    return now_ns >= machine.faults.full_from_ns && now_ns < machine.faults.full_until_ns;
  }
};

class VirtualFile final : public File, public Holder {
 public:
  VirtualFile(Process& process, std::string path, std::shared_ptr<DiskFile> file, bool writable)
      : process_(process), path_(std::move(path)), file_(std::move(file)), writable_(writable) {
    process_.holders.insert(this);
  }
  ~VirtualFile() override {
    process_.enter();
    process_.holders.erase(this);
    release_locks();
  }
  void release_locks() override { file_->locks.release_all(static_cast<File*>(this)); }

  Status read(void* buffer, size_t size, uint64_t offset, size_t* got) override {
    process_.enter();
    if (process_.fails(machine().faults.reads)) return Code::kIoerrRead;
    const Bytes& bytes = file_->current;
    *got = offset < bytes.size() ? std::min<size_t>(size, bytes.size() - offset) : 0;
    machine().trace.line("read %s %zu @%llu -> %zu", path_.c_str(), size,
                         static_cast<unsigned long long>(offset), *got);
    if (*got) std::memcpy(buffer, bytes.data() + offset, *got);
    std::memset(static_cast<uint8_t*>(buffer) + *got, 0, size - *got);
    return kOk;
  }

  Status write(const void* data, size_t size, uint64_t offset) override {
    const IoSlice slice{data, size};
    return write_vector(&slice, 1, offset);
  }

  Status write_vector(const IoSlice* slices, size_t count, uint64_t offset) override {
    process_.enter();
    if (!writable_) return Code::kReadonly;
    Bytes data;
    for (size_t i = 0; i < count; i++) {
      const auto* bytes = static_cast<const uint8_t*>(slices[i].data);
      data.insert(data.end(), bytes, bytes + slices[i].size);
    }
    machine().trace.line("write %s %zu @%llu", path_.c_str(), data.size(),
                         static_cast<unsigned long long>(offset));
    const bool grows = offset + data.size() > file_->current.size();
    const bool is_full = grows && process_.is_full();
    if (is_full || process_.fails(machine().faults.changes)) {
      data.resize(machine().dice.below(data.size() + 1));
      if (!data.empty()) machine().disk.write(*file_, offset, std::move(data));
      return is_full ? Code::kFull : Code::kIoerrWrite;
    }
    if (data.size() > Disk::kSectorSize && machine().dice.chance(1, 8)) {
      // Others see the first part before the rest.
      const size_t part = machine().dice.below(data.size());
      machine().disk.write(*file_, offset, Bytes(data.begin(), data.begin() + static_cast<ptrdiff_t>(part)));
      process_.enter();
      data.erase(data.begin(), data.begin() + static_cast<ptrdiff_t>(part));
      offset += part;
    }
    machine().disk.write(*file_, offset, std::move(data));
    return kOk;
  }

  Status truncate(uint64_t size) override {
    process_.enter();
    if (!writable_) return Code::kReadonly;
    machine().trace.line("truncate %s to %llu", path_.c_str(), static_cast<unsigned long long>(size));
    if (process_.fails(machine().faults.changes)) return Code::kIoerrTruncate;
    machine().disk.truncate(*file_, size);
    return kOk;
  }

  Status sync(SyncKind) override {
    process_.enter();
    machine().trace.line("sync %s", path_.c_str());
    if (process_.fails(machine().faults.syncs)) return Code::kIoerrFsync;
    const uint64_t serial = machine().disk.serial();
    if (machine().scheduler.is_in_task()) machine().scheduler.sleep(machine().dice.between(0, kMaxSyncNs));
    machine().disk.sync(*file_, serial);
    return kOk;
  }

  Status size(uint64_t* bytes) override {
    process_.enter();
    if (process_.fails(machine().faults.reads)) return Code::kIoerrFstat;
    *bytes = file_->current.size();
    return kOk;
  }

  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override {
    process_.enter();
    if (kind != LockKind::kNone && process_.fails(machine().faults.locks)) return Code::kIoerrLock;
    if (kind == LockKind::kExclusive && !writable_) return Code::kIoerrLock;
    const Status status = file_->locks.lock(static_cast<File*>(this), offset, length, kind);
    machine().trace.line("%s %s %llx+%llu%s", name_of(kind), path_.c_str(),
                         static_cast<unsigned long long>(offset), static_cast<unsigned long long>(length),
                         status.ok() ? "" : " -> busy");
    return status;
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    process_.enter();
    if (process_.fails(machine().faults.locks)) return Code::kIoerrCheckreservedlock;
    *locked = file_->locks.is_locked_by_other(static_cast<File*>(this), offset, length, kind);
    machine().trace.line("look at lock %s %llx+%llu -> %s", path_.c_str(),
                         static_cast<unsigned long long>(offset), static_cast<unsigned long long>(length),
                         *locked ? "held" : "free");
    return kOk;
  }

  FileIdentity identity() const override { return {1, file_->inode}; }
  bool is_writable() const override { return writable_; }
  uint32_t sector_size() const override { return Disk::kSectorSize; }

 private:
  Machine& machine() { return process_.machine; }

  Process& process_;
  std::string path_;
  std::shared_ptr<DiskFile> file_;
  bool writable_;
};

class VirtualSharedMemory final : public SharedMemory, public Holder {
 public:
  VirtualSharedMemory(Process& process, std::shared_ptr<SharedFile> file)
      : process_(process), file_(std::move(file)) {
    process_.holders.insert(this);
  }
  ~VirtualSharedMemory() override {
    process_.enter();
    process_.holders.erase(this);
    release_locks();
  }
  void release_locks() override { file_->locks.release_all(static_cast<SharedMemory*>(this)); }

  Status map(uint32_t region, bool extend, uint8_t** address) override {
    process_.enter();
    *address = nullptr;
    if (extend &&
        (process_.fails(machine().faults.changes) || (region >= file_->regions.size() && process_.is_full())))
      return Code::kIoerrShmsize;
    while (extend && file_->regions.size() <= region)
      if (!machine().disk.extend(*file_)) return Code::kIoerrShmmap;
    if (region < file_->regions.size()) *address = file_->regions[region];
    machine().trace.line("map region %u -> %s", region, *address ? "there" : "none");
    return kOk;
  }

  /** Who has it mapped still, keeps what he has: as after a truncation that nobody expects. */
  Status clear() override {
    process_.enter();
    if (process_.fails(machine().faults.changes)) return Code::kIoerrShmopen;
    machine().trace.line("clear shared memory");
    file_->regions.clear();
    return kOk;
  }

  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override {
    process_.enter();
    if (kind != LockKind::kNone) process_.dawdle();
    if (kind != LockKind::kNone && process_.fails(machine().faults.locks)) return Code::kIoerrShmlock;
    const Status status = file_->locks.lock(static_cast<SharedMemory*>(this), offset, length, kind);
    machine().trace.line("%s shm %llu+%llu%s", name_of(kind), static_cast<unsigned long long>(offset),
                         static_cast<unsigned long long>(length), status.ok() ? "" : " -> busy");
    return status;
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    process_.enter();
    if (process_.fails(machine().faults.locks)) return Code::kIoerrShmlock;
    *locked = file_->locks.is_locked_by_other(static_cast<SharedMemory*>(this), offset, length, kind);
    return kOk;
  }

  bool is_writable() const override { return true; }
  /** Says no where locks are not to be kept: each transaction then takes its own. */
  bool is_seen_by_processes() const override { return process_.machine.faults.keeps_locks; }

 private:
  Machine& machine() { return process_.machine; }

  Process& process_;
  std::shared_ptr<SharedFile> file_;
};

class VirtualFileSystem final : public FileSystem {
 public:
  explicit VirtualFileSystem(Process& process) : process_(process) {}

  Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) override {
    process_.enter();
    std::shared_ptr<DiskFile> found = machine().disk.find(path);
    machine().trace.line("open %s%s", path, found ? "" : flags.create ? " (made)" : " (not there)");
    if (process_.fails(machine().faults.opens)) return Code::kCantopen;
    if (!found && !flags.create) return Code::kCantopen;
    if (found && flags.exclusive) return Code::kCantopen;
    if (!found) found = machine().disk.create(path, !flags.delete_on_close);
    *file = std::make_unique<VirtualFile>(process_, path, std::move(found), !flags.readonly);
    return kOk;
  }

  Status open_shared_memory(const char* path, std::unique_ptr<SharedMemory>* memory) override {
    process_.enter();
    machine().trace.line("open shared memory %s", path);
    if (process_.fails(machine().faults.opens)) return Code::kCantopen;
    *memory = std::make_unique<VirtualSharedMemory>(process_, machine().disk.shared(path));
    return kOk;
  }

  Status remove(const char* path, bool is_durable) override {
    process_.enter();
    if (process_.fails(machine().faults.changes)) return Code::kIoerrDelete;
    const bool was_there = machine().disk.remove(path);
    machine().trace.line("remove %s%s", path, was_there ? "" : " (not there)");
    if (!was_there) return Code::kIoerrDeleteNoent;
    return is_durable ? sync_directory(path) : kOk;
  }

  Status exists(const char* path, bool* exists) override {
    process_.enter();
    if (process_.fails(machine().faults.opens)) return Code::kIoerrAccess;
    const std::shared_ptr<DiskFile> file = machine().disk.find(path);
    *exists = file && !file->current.empty();
    machine().trace.line("exists %s -> %s", path, *exists ? "yes" : "no");
    return kOk;
  }

  Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) override {
    process_.enter();
    const std::shared_ptr<DiskFile> file = machine().disk.find(path);
    *found = file != nullptr;
    if (!file) return kOk;
    *identity = {1, file->inode};
    *size = file->current.size();
    return kOk;
  }

  Status sync_directory(const char*) override {
    process_.enter();
    machine().trace.line("sync directory");
    if (process_.fails(machine().faults.syncs)) return Code::kIoerrDirFsync;
    const size_t serial = machine().disk.directory_serial();
    if (machine().scheduler.is_in_task()) machine().scheduler.sleep(machine().dice.between(0, kMaxSyncNs));
    machine().disk.sync_directory(serial);
    return kOk;
  }

  Status full_path(const char* path, std::string* full) override {
    *full = path[0] == '/' ? path : std::string("/") + path;
    return kOk;
  }

  Status temporary_path(std::string* path) override {
    *path = machine().disk.next_temporary_path();
    return kOk;
  }

 private:
  Machine& machine() { return process_.machine; }

  Process& process_;
};

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Process& process) : process_(process) {}
  int64_t now_ms() override { return monotonic_ns() / 1'000'000 + kEpochMs; }
  int64_t monotonic_ns() override {
    process_.enter();
    return process_.machine.scheduler.now_ns();
  }
  void sleep_ms(int64_t duration_ms) override {
    process_.enter();
    if (process_.machine.scheduler.is_in_task()) process_.machine.scheduler.sleep(duration_ms * 1'000'000);
  }

 private:
  Process& process_;
};

class VirtualRandom final : public Random {
 public:
  explicit VirtualRandom(uint64_t seed) : dice_(seed) {}
  void fill(void* buffer, size_t size) override {
    auto* bytes = static_cast<uint8_t*>(buffer);
    for (size_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(dice_.next());
  }

 private:
  Dice dice_;
};

}  // namespace

struct VirtualIo::Parts {
  Parts(Machine& machine, uint64_t seed)
      : process{machine, {}}, files(process), clock(process), random(seed) {}
  Process process;
  VirtualFileSystem files;
  VirtualClock clock;
  VirtualRandom random;
};

VirtualIo::VirtualIo(Machine& machine, uint64_t seed) : parts_(std::make_unique<Parts>(machine, seed)) {}
VirtualIo::~VirtualIo() = default;
FileSystem& VirtualIo::files() { return parts_->files; }
Clock& VirtualIo::clock() { return parts_->clock; }
Random& VirtualIo::random() { return parts_->random; }

void VirtualIo::release_locks() {
  for (Holder* holder : parts_->process.holders) holder->release_locks();
}

}  // namespace ringlite::sim
