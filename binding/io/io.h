// Io: everything the engine asks of the operating system - files, byte-range locks, clock, randomness.
//
// This is the only virtual interface of the engine. Calls look blocking: an implementation may suspend the
// calling fiber inside any of them, so callers hold no mutex across a call that may wait for a device. Errors
// are SQLite's extended codes. Implementations: posix_io.h, memory_io.h, fault_io.h (tests).
//
// Ownership: an Io outlives every File opened through it. A File is used by one thread at a time unless the
// method says otherwise; `read` and `write` at different offsets may run in parallel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"

namespace ringlite {

/** One piece of a gathered write. */
struct IoSlice {
  const void* data;
  size_t size;
};

/** One destination of a scattered read. */
struct IoBuffer {
  void* data;
  size_t size;
};

/** What a byte range is locked for. kNone releases. */
enum class LockKind : uint8_t { kNone, kShared, kExclusive };

/** kData may leave out metadata that is not needed to read the file back (fdatasync). */
enum class SyncKind : uint8_t { kData, kFull };

/** Names a file for as long as it exists, whatever its path. */
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  /** Used by descriptors (FileSystem::adopt): not shared with who opens the file by its path, whose locks are
   * of another kind. */
  bool is_adopted = false;
  bool operator==(const FileIdentity&) const = default;
};

/** Descriptors of a database file and of its rollback journal that the application has open. */
struct DescriptorPair {
  int database = -1;
  int journal = -1;
};

class File {
 public:
  /** Closes. For database files see FileSystem::open: the descriptor may outlive the File. */
  virtual ~File() = default;

  /** Reads up to `size` bytes; `*got` < `size` only at the end of the file (the rest of `buffer` is then
   * zeroed). */
  virtual Status read(void* buffer, size_t size, uint64_t offset, size_t* got) = 0;
  /** Fills the buffers one after the other; as read() at the end of the file. */
  virtual Status read_vector(const IoBuffer* buffers, size_t count, uint64_t offset) {
    for (size_t i = 0; i < count; i++) {
      size_t got = 0;
      RETURN_IF_ERROR(read(buffers[i].data, buffers[i].size, offset, &got));
      offset += buffers[i].size;
    }
    return kOk;
  }
  /** Writes all bytes, extending the file as needed, or fails (SQLITE_FULL, SQLITE_IOERR_WRITE). */
  virtual Status write(const void* data, size_t size, uint64_t offset) = 0;
  /** Writes the slices one after the other from `offset` on: one system call where the platform can. */
  virtual Status write_vector(const IoSlice* slices, size_t count, uint64_t offset) = 0;
  virtual Status truncate(uint64_t size) = 0;
  virtual Status sync(SyncKind kind) = 0;
  /** Bytes. */
  virtual Status size(uint64_t* bytes) = 0;

  /**
   * Locks or unlocks [offset, offset + length) without waiting: SQLITE_BUSY when another holder conflicts.
   * The holder is this open file, not the process; a new kind replaces the old one on the range. `length` 0:
   * all from `offset` on.
   */
  virtual Status lock_range(uint64_t offset, uint64_t length, LockKind kind) = 0;
  /** Whether someone else holds a lock that conflicts with one of `kind` on the range. Takes none. */
  virtual Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) = 0;

  virtual FileIdentity identity() const = 0;
  /** SQLITE_CANTOPEN when an adopted file, or its journal, is not where others look for it any more. */
  virtual Status check_in_place() { return kOk; }
  /** False when opened read-only, also when that was the fallback of a read-write open. */
  virtual bool is_writable() const = 0;
  /** Unit of torn writes in bytes, a power of two in 512..65536; 4096 where the platform does not know. */
  virtual uint32_t sector_size() const = 0;
};

/**
 * Memory that all who open it under one name share, in whatever process: a file that is mapped. It comes in
 * regions of kRegionSize bytes. Its content means nothing after a crash of the machine. Thread-safe.
 */
class SharedMemory {
 public:
  static constexpr uint32_t kRegionSize = 32768;

  /** Unmaps, and gives up all locks of this opener. */
  virtual ~SharedMemory() = default;

  /**
   * The address of a region, which stays valid as long as this object. One that nobody has made yet is
   * nullptr unless `extend` (then it is made, zeroed). SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHMMAP.
   */
  virtual Status map(uint32_t region, bool extend, uint8_t** address) = 0;
  /** Throws away all content: only before the first map(), and when nobody else uses it. */
  virtual Status clear() = 0;
  /** As File::lock_range; the bytes need not exist. */
  virtual Status lock_range(uint64_t offset, uint64_t length, LockKind kind) = 0;
  virtual Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) = 0;
  /** False: mapped regions must not be written to, and exclusive locks are refused. */
  virtual bool is_writable() const = 0;
  /** Others than this process see the locks, at the cost of system calls. */
  virtual bool is_seen_by_processes() const { return false; }
};

struct OpenFlags {
  bool readonly = false;
  /** Create the file when it does not exist. */
  bool create = false;
  /** Fail when the file exists. */
  bool exclusive = false;
  /** The file vanishes when it is closed (temporary files). */
  bool delete_on_close = false;
  /** A read-write open that is refused falls back to read-only. */
  bool readonly_fallback = false;
  /** The file carries locks: its descriptor is kept while other users of its inode may exist in the process.
   */
  bool database = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) = 0;
  /** Opens, and creates when it may, the shared memory at the path; read-only when that is all it can.
   * SQLITE_CANTOPEN. */
  virtual Status open_shared_memory(const char* path, std::unique_ptr<SharedMemory>* memory) = 0;
  /** SQLITE_IOERR_DELETE_NOENT when it does not exist. `sync_directory` makes the removal durable. */
  virtual Status remove(const char* path, bool sync_directory) = 0;
  /** An empty regular file counts as absent, as in SQLite: a truncated journal is no journal. */
  virtual Status exists(const char* path, bool* exists) = 0;
  /** `*found` is false when nothing is at the path. Opens nothing. */
  virtual Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) = 0;
  /** Makes the creation of a file in the directory of `path` durable. */
  virtual Status sync_directory(const char* path) = 0;
  /** Absolute path with symbolic links followed. SQLITE_CANTOPEN and its variants. */
  virtual Status full_path(const char* path, std::string* full) = 0;
  /**
   * Makes a database that the caller has open known by `*name`, and its journal by that with "-journal",
   * until release(). The names are no paths. Of such a journal only the content can be removed.
   * SQLITE_CANTOPEN.
   */
  virtual Status adopt(DescriptorPair, std::string* name) {
    name->clear();
    return Code::kCantopen;
  }
  virtual void release(const std::string&) {}
  /** A fresh name in the directory for temporary files. SQLITE_IOERR_GETTEMPPATH when there is none. */
  virtual Status temporary_path(std::string* path) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  /** Milliseconds since 1970-01-01 UTC. */
  virtual int64_t now_ms() = 0;
  /** Never steps back. */
  virtual int64_t monotonic_ns() = 0;
  virtual void sleep_ms(int64_t duration_ms) = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(void* buffer, size_t size) = 0;
};

class Io {
 public:
  virtual ~Io() = default;
  virtual FileSystem& files() = 0;
  virtual Clock& clock() = 0;
  virtual Random& random() = 0;
};

}  // namespace ringlite
