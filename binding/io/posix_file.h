// PosixFile: one open file of the operating system, and the descriptors of database files that must outlive
// it.
//
// POSIX locks of a process on an inode vanish when any of its descriptors of that inode closes, also those of
// another SQLite engine in the process. Our own locks are OFD locks (Linux) and don't suffer, but we must not
// be the one who closes: descriptors of database files are parked and used again, and closed only when their
// file is gone or when nobody else in the process has it open.
//
// In a forked child all files that it has inherited are closed: their locks are the parent's.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "io/io.h"

namespace ringlite {

class PosixFile;

class DatabaseDescriptors {
 public:
  static DatabaseDescriptors& instance();

  /** A parked descriptor of the file, or -1. */
  int take(FileIdentity identity, bool must_be_writable, bool* writable);
  void park(FileIdentity identity, int descriptor, bool writable);
  /** Lets the open file of this identity, if there is one that cannot write, go on with another descriptor.
   */
  bool make_writable(FileIdentity identity, int descriptor);
  void add(PosixFile* file);
  void remove(PosixFile* file);

 private:
  struct Parked {
    FileIdentity identity;
    int descriptor;
    bool writable;
  };
  DatabaseDescriptors();
  static void before_fork();
  static void after_fork_in_parent();
  static void after_fork_in_child();
  void close_vanished();
  void close_unshared();

  static constexpr size_t kMaxParked = 64;
  std::mutex mutex_;
  std::vector<Parked> parked_;
  /** All files, not only databases. */
  std::vector<PosixFile*> open_;
};

class PosixFile : public File {
 public:
  PosixFile(int descriptor, bool writable, bool database, FileIdentity identity);
  ~PosixFile() override;

  Status read(void* buffer, size_t size, uint64_t offset, size_t* got) override;
  Status read_vector(const IoBuffer* buffers, size_t count, uint64_t offset) override;
  Status write(const void* data, size_t size, uint64_t offset) override;
  Status write_vector(const IoSlice* slices, size_t count, uint64_t offset) override;
  Status truncate(uint64_t size) override;
  Status sync(SyncKind kind) override;
  Status size(uint64_t* bytes) override;
  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override;
  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override;
  FileIdentity identity() const override { return identity_; }
  bool is_writable() const override { return writable_; }
  uint32_t sector_size() const override { return 4096; }
  /** For mapping the file. */
  int descriptor() const { return descriptor_; }

 private:
  friend class DatabaseDescriptors;
  friend class AdoptedFile;
  std::atomic<int> descriptor_;
  std::atomic<bool> writable_;
  bool database_;
  FileIdentity identity_;
};

/** open(2) with O_CLOEXEC that never returns one of the standard streams' numbers. */
int open_descriptor(const char* path, int flags, unsigned mode);

}  // namespace ringlite
