#include "io/fault_io.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "io/lock_table.h"
#include "io/memory_io.h"

namespace ringlite {
namespace {

constexpr uint64_t kSector = 512;

/** A change of a file's content that is not durable yet. */
struct PendingChange {
  bool is_truncate = false;
  uint64_t offset = 0;
  std::vector<uint8_t> data;
};

struct Node {
  uint64_t inode = 0;
  std::vector<uint8_t> current;
  std::vector<uint8_t> durable;
  std::vector<PendingChange> pending;
  LockTable locks;
};

/** A change of the directory that is not durable yet; node == nullptr: removal. */
struct DirectoryChange {
  std::string name;
  std::shared_ptr<Node> node;
};

uint64_t mix(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** The simulated disk: contents, directory, and the fault that waits. */
class Disk {
 public:
  std::map<std::string, std::shared_ptr<Node>> names;
  std::map<std::string, std::shared_ptr<Node>> durable_names;
  std::vector<DirectoryChange> directory_changes;
  uint64_t last_inode = 0;
  uint64_t epoch = 0;
  int64_t operations = 0;
  int64_t syncs = 0;
  int64_t fault_at = 0;
  FaultKind kind = FaultKind::kNone;
  bool crashed = false;
  bool hit_finalization = false;
  uint64_t random = 1;
  /** Holds the shared memory. */
  std::unique_ptr<Io> memory = make_memory_io();

  enum class Verdict { kProceed, kFail, kPartial };

  /** Counts an operation and says what happens to it. */
  Verdict next(bool changes_something) {
    if (crashed) return Verdict::kFail;
    operations++;
    if (kind == FaultKind::kNone || operations < fault_at) return Verdict::kProceed;
    if (kind == FaultKind::kFailFromHere) return changes_something ? Verdict::kFail : Verdict::kProceed;
    if (operations != fault_at) return Verdict::kProceed;
    if (kind == FaultKind::kFail) return Verdict::kFail;
    if (kind == FaultKind::kTear) return changes_something ? Verdict::kPartial : Verdict::kFail;
    crashed = true;
    return changes_something ? Verdict::kPartial : Verdict::kFail;
  }

  static void apply(std::vector<uint8_t>* bytes, const PendingChange& change) {
    if (change.is_truncate) {
      bytes->resize(change.offset);
      return;
    }
    if (bytes->size() < change.offset + change.data.size()) bytes->resize(change.offset + change.data.size());
    if (!change.data.empty())
      std::memcpy(bytes->data() + change.offset, change.data.data(), change.data.size());
  }

  void change(Node& node, PendingChange change) {
    apply(&node.current, change);
    node.pending.push_back(std::move(change));
  }

  void power_cut(Survival survival, uint64_t seed, bool durable_removals) {
    uint64_t state = seed;
    restart_directory(survival, &state, durable_removals);
    for (auto& [name, node] : names) restart_node(*node, survival, &state);
    directory_changes.clear();
    durable_names = names;
    memory = make_memory_io();
    crashed = false;
    kind = FaultKind::kNone;
    epoch++;
  }

 private:
  void restart_directory(Survival survival, uint64_t* state, bool durable_removals) {
    size_t kept = directory_changes.size();
    if (survival == Survival::kNothing) kept = 0;
    if (survival != Survival::kNothing && survival != Survival::kEverything && kept > 0)
      kept = mix(state) % (kept + 1);
    if (durable_removals) {
      for (size_t i = directory_changes.size(); i > kept; i--)
        if (!directory_changes[i - 1].node) kept = i;
    }
    names = durable_names;
    for (size_t i = 0; i < kept; i++) {
      if (directory_changes[i].node)
        names[directory_changes[i].name] = directory_changes[i].node;
      else
        names.erase(directory_changes[i].name);
    }
  }

  static void restart_node(Node& node, Survival survival, uint64_t* state) {
    size_t prefix = node.pending.size();
    if (survival == Survival::kNothing) prefix = 0;
    if (survival == Survival::kPrefix && prefix > 0) prefix = mix(state) % (prefix + 1);
    for (size_t i = 0; i < prefix; i++) {
      const PendingChange& change = node.pending[i];
      if (survival == Survival::kSomeOperations && mix(state) % 2) continue;
      if (survival == Survival::kSomeSectors && !change.is_truncate) {
        apply_some_sectors(&node.durable, change, state);
        continue;
      }
      if (survival == Survival::kSomeSectors && mix(state) % 2) continue;
      apply(&node.durable, change);
    }
    node.current = node.durable;
    node.pending.clear();
    node.locks.clear();
  }

  /** Each sector of the write survives or not; where the file grew and did not, it holds noise. */
  static void apply_some_sectors(std::vector<uint8_t>* bytes, const PendingChange& change, uint64_t* state) {
    const uint64_t end = change.offset + change.data.size();
    const bool keeps_size = mix(state) % 2;
    for (uint64_t at = change.offset; at < end;) {
      const uint64_t next = std::min(end, (at / kSector + 1) * kSector);
      const bool survives = mix(state) % 2;
      if (survives || keeps_size) {
        while (bytes->size() < next) bytes->push_back(static_cast<uint8_t>(mix(state)));
      }
      if (survives) std::memcpy(bytes->data() + at, change.data.data() + (at - change.offset), next - at);
      at = next;
    }
  }
};

class FaultFile final : public File {
 public:
  FaultFile(Disk& disk, std::shared_ptr<Node> node, bool writable)
      : disk_(disk), node_(std::move(node)), writable_(writable), epoch_(disk.epoch) {}
  ~FaultFile() override {
    if (is_alive()) node_->locks.release_all(this);
  }

  Status read(void* buffer, size_t size, uint64_t offset, size_t* got) override {
    if (!is_alive() || disk_.next(false) != Disk::Verdict::kProceed) return Code::kIoerrRead;
    const auto& bytes = node_->current;
    const size_t available = offset < bytes.size() ? bytes.size() - offset : 0;
    *got = std::min(size, available);
    if (*got) std::memcpy(buffer, bytes.data() + offset, *got);
    std::memset(static_cast<uint8_t*>(buffer) + *got, 0, size - *got);
    return kOk;
  }

  Status write(const void* data, size_t size, uint64_t offset) override {
    const IoSlice slice{data, size};
    return write_vector(&slice, 1, offset);
  }

  Status write_vector(const IoSlice* slices, size_t count, uint64_t offset) override {
    if (!is_alive()) return Code::kIoerrWrite;
    PendingChange change;
    change.offset = offset;
    for (size_t i = 0; i < count; i++) {
      const auto* bytes = static_cast<const uint8_t*>(slices[i].data);
      change.data.insert(change.data.end(), bytes, bytes + slices[i].size);
    }
    switch (disk_.next(true)) {
      case Disk::Verdict::kFail:
        return disk_.kind == FaultKind::kFailFromHere ? Code::kFull : Code::kIoerrWrite;
      case Disk::Verdict::kPartial:
        change.data.resize(mix(&disk_.random) % (change.data.size() + 1));
        disk_.hit_finalization |= offset == 0 && !change.data.empty() && change.data[0] == 0;
        disk_.change(*node_, std::move(change));
        return Code::kIoerrWrite;
      case Disk::Verdict::kProceed:
        break;
    }
    disk_.change(*node_, std::move(change));
    return kOk;
  }

  Status truncate(uint64_t size) override {
    if (!is_alive() || disk_.crashed) return Code::kIoerrTruncate;
    const Disk::Verdict verdict = disk_.next(true);
    const bool happens = verdict == Disk::Verdict::kProceed || (disk_.crashed && mix(&disk_.random) % 2);
    if (happens) {
      PendingChange change;
      change.is_truncate = true;
      change.offset = size;
      disk_.change(*node_, std::move(change));
    }
    // Files shrink to a size only when the transaction is through; to nothing, that is the commit itself.
    disk_.hit_finalization |= verdict != Disk::Verdict::kProceed && size > 0;
    return verdict == Disk::Verdict::kProceed ? kOk : Status(Code::kIoerrTruncate);
  }

  Status sync(SyncKind) override {
    if (!is_alive()) return Code::kIoerrFsync;
    if (disk_.next(true) != Disk::Verdict::kProceed) {
      disk_.hit_finalization |= node_->current.empty() || node_->current[0] == 0;
      return Code::kIoerrFsync;
    }
    disk_.syncs++;
    node_->durable = node_->current;
    node_->pending.clear();
    return kOk;
  }

  Status size(uint64_t* bytes) override {
    if (!is_alive() || disk_.next(false) != Disk::Verdict::kProceed) return Code::kIoerrFstat;
    *bytes = node_->current.size();
    return kOk;
  }

  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override {
    if (!is_alive()) return Code::kIoerrLock;
    if (kind != LockKind::kNone && disk_.next(false) != Disk::Verdict::kProceed) return Code::kIoerrLock;
    return node_->locks.lock(this, offset, length, kind);
  }

  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override {
    if (!is_alive() || disk_.next(false) != Disk::Verdict::kProceed) return Code::kIoerrCheckreservedlock;
    *locked = node_->locks.is_locked_by_other(this, offset, length, kind);
    return kOk;
  }

  FileIdentity identity() const override { return {disk_.epoch + 1, node_->inode}; }
  bool is_writable() const override { return writable_; }
  uint32_t sector_size() const override { return kSector; }

 private:
  bool is_alive() const { return epoch_ == disk_.epoch; }

  Disk& disk_;
  std::shared_ptr<Node> node_;
  bool writable_;
  uint64_t epoch_;
};

class FaultFileSystem final : public FileSystem {
 public:
  explicit FaultFileSystem(Disk& disk) : disk_(disk) {}

  Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) override {
    auto found = disk_.names.find(path);
    const bool creates = found == disk_.names.end() && flags.create;
    if (disk_.next(creates) != Disk::Verdict::kProceed) return Code::kCantopen;
    if (found == disk_.names.end() && !flags.create) return Code::kCantopen;
    if (found != disk_.names.end() && flags.exclusive) return Code::kCantopen;
    std::shared_ptr<Node> node = creates ? std::make_shared<Node>() : found->second;
    if (creates) {
      node->inode = ++disk_.last_inode;
      if (!flags.delete_on_close) {
        disk_.names[path] = node;
        disk_.directory_changes.push_back({path, node});
      }
    }
    *file = std::make_unique<FaultFile>(disk_, std::move(node), !flags.readonly);
    return kOk;
  }

  /** Memory does not fail, but for its name not being there; it is gone after a restart. */
  Status open_shared_memory(const char* path, std::unique_ptr<SharedMemory>* memory) override {
    if (disk_.next(true) != Disk::Verdict::kProceed) return Code::kCantopen;
    return disk_.memory->files().open_shared_memory(path, memory);
  }

  Status remove(const char* path, bool sync) override {
    if (disk_.crashed) return Code::kIoerrDelete;
    const Disk::Verdict verdict = disk_.next(true);
    if (verdict == Disk::Verdict::kFail) return Code::kIoerrDelete;
    // Only a crash leaves it open whether the removal happened.
    if (verdict == Disk::Verdict::kPartial && !(disk_.crashed && mix(&disk_.random) % 2))
      return Code::kIoerrDelete;
    if (disk_.memory->files().remove(path, false).ok()) return kOk;
    if (disk_.names.erase(path) == 0) return Code::kIoerrDeleteNoent;
    disk_.directory_changes.push_back({path, nullptr});
    if (verdict == Disk::Verdict::kPartial) return Code::kIoerrDelete;
    return sync ? sync_directory(path) : kOk;
  }

  Status exists(const char* path, bool* exists) override {
    if (disk_.next(false) != Disk::Verdict::kProceed) return Code::kIoerrAccess;
    auto found = disk_.names.find(path);
    *exists = found != disk_.names.end() && !found->second->current.empty();
    return kOk;
  }

  Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) override {
    auto entry = disk_.names.find(path);
    *found = entry != disk_.names.end();
    if (!*found) return kOk;
    *identity = {disk_.epoch + 1, entry->second->inode};
    *size = entry->second->current.size();
    return kOk;
  }

  Status sync_directory(const char*) override {
    if (disk_.next(true) != Disk::Verdict::kProceed) {
      disk_.hit_finalization |= !disk_.directory_changes.empty() && !disk_.directory_changes.back().node;
      return Code::kIoerrDirFsync;
    }
    disk_.syncs++;
    disk_.durable_names = disk_.names;
    disk_.directory_changes.clear();
    return kOk;
  }

  Status full_path(const char* path, std::string* full) override {
    *full = path[0] == '/' ? path : std::string("/") + path;
    return kOk;
  }

  Status temporary_path(std::string* path) override {
    *path = "/tmp/temporary-" + std::to_string(++last_temporary_);
    return kOk;
  }

 private:
  Disk& disk_;
  uint64_t last_temporary_ = 0;
};

class FaultIoImplementation final : public FaultIo {
 public:
  explicit FaultIoImplementation(uint64_t seed) : files_(disk_), plain_(make_memory_io(seed)) {
    disk_.random = seed;
  }

  FileSystem& files() override { return files_; }
  Clock& clock() override { return plain_->clock(); }
  Random& random() override { return plain_->random(); }

  void set_fault(FaultKind kind, int64_t operation) override {
    disk_.kind = kind;
    disk_.fault_at = operation;
    disk_.operations = 0;
  }
  void clear_fault() override { set_fault(FaultKind::kNone, 0); }
  int64_t operation_count() const override { return disk_.operations; }
  bool has_crashed() const override { return disk_.crashed; }
  bool hit_finalization() const override { return disk_.hit_finalization; }
  void restart(Survival survival, uint64_t seed, bool durable_removals) override {
    disk_.power_cut(survival, seed, durable_removals);
  }
  int64_t sync_count() const override { return disk_.syncs; }

 private:
  Disk disk_;
  FaultFileSystem files_;
  std::unique_ptr<Io> plain_;
};

}  // namespace

std::unique_ptr<FaultIo> FaultIo::make(uint64_t seed) {
  return std::make_unique<FaultIoImplementation>(seed);
}

}  // namespace ringlite
