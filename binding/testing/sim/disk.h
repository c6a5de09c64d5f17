// Disk: the storage of a simulated machine: files with what is durable of them, the directory, byte-range
// locks and shared memory.
//
// Writes go to the page cache, which all processes see; sync() makes them durable. power_cut() leaves of the
// rest what a seed says: nothing, everything, a prefix, some of the writes in another order than they were
// made, or single sectors of them. Names are durable in the order in which they were made and removed (as
// journaling file systems have it), up to some point after the last sync of the directory. It knows nothing
// of time, scheduling or faults: that is VirtualIo's.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/io.h"
#include "io/lock_table.h"
#include "testing/sim/dice.h"
#include "testing/sim/shared_arena.h"

namespace ringlite::sim {

using Bytes = std::vector<uint8_t>;

/** A change of a file's content that is not durable yet. */
struct PendingChange {
  uint64_t serial = 0;
  bool is_truncate = false;
  uint64_t offset = 0;
  Bytes data;
};

/** A file: it lives as long as a name or an open file refers to it. */
struct DiskFile {
  uint64_t inode = 0;
  Bytes current;
  Bytes durable;
  std::vector<PendingChange> pending;
  LockTable locks;
};

struct SharedFile {
  std::vector<uint8_t*> regions;
  LockTable locks;
};

/** What of the unsynced changes of a file survives a power cut. */
enum class Survival { kNothing, kEverything, kPrefix, kSomeWrites, kSomeSectors };
inline constexpr int kSurvivalCount = 5;

struct PowerCut {
  /** Removals of names are durable at once. */
  bool durable_removals = false;
  /** Nothing that was written is lost, synced or not: the machine hung, and was started again after the
   * caches were written. */
  bool loses_nothing = false;
};

class Disk {
 public:
  static constexpr uint64_t kSectorSize = 512;

  explicit Disk(SharedArena& arena) : arena_(arena) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /** nullptr when there is none. */
  std::shared_ptr<DiskFile> find(const std::string& path) const;
  std::shared_ptr<DiskFile> create(const std::string& path, bool has_name);
  /** Of a file or of shared memory; false when there is none. */
  bool remove(const std::string& path);
  std::shared_ptr<SharedFile> shared(const std::string& path);
  /** nullptr: SQLITE_IOERR_SHMMAP. */
  uint8_t* extend(SharedFile& file);

  void write(DiskFile& file, uint64_t offset, Bytes data);
  void truncate(DiskFile& file, uint64_t size);
  /** Serial of the newest change. */
  uint64_t serial() const { return serial_; }
  /** Makes the file's changes up to `serial` durable. */
  void sync(DiskFile& file, uint64_t serial);
  size_t directory_serial() const { return directory_base_ + directory_changes_.size(); }
  void sync_directory(size_t serial);

  /** All processes are dead, locks are gone, shared memory may hold anything that it has held. */
  void power_cut(const PowerCut& cut, Dice& dice);

  /** A file that is there, durably, from the beginning. */
  void put(const std::string& path, Bytes content);
  std::string next_temporary_path() { return "/tmp/temporary-" + std::to_string(++last_temporary_); }

 private:
  /** file == nullptr: removal. */
  struct DirectoryChange {
    std::string name;
    std::shared_ptr<DiskFile> file;
  };

  void apply_directory(const DirectoryChange& change);
  void cut_directory(const PowerCut& cut, Dice& dice);

  SharedArena& arena_;
  std::map<std::string, std::shared_ptr<DiskFile>> names_;
  std::map<std::string, std::shared_ptr<DiskFile>> durable_names_;
  std::vector<DirectoryChange> directory_changes_;
  size_t directory_base_ = 0;
  std::map<std::string, std::shared_ptr<SharedFile>> shared_;
  uint64_t serial_ = 0;
  uint64_t last_inode_ = 0;
  uint64_t last_temporary_ = 0;
};

}  // namespace ringlite::sim
