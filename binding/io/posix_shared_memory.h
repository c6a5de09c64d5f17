// PosixSharedMemory: a -shm file mapped region by region. Its descriptor carries locks and is kept like a
// database's (posix_file.h); unlike a file it is never closed while regions are mapped.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "io/io.h"
#include "io/posix_file.h"

namespace ringlite {

class PosixSharedMemory final : public SharedMemory {
 public:
  explicit PosixSharedMemory(std::unique_ptr<PosixFile> file) : file_(std::move(file)) {}
  ~PosixSharedMemory() override;

  Status map(uint32_t region, bool extend, uint8_t** address) override;
  Status clear() override;
  Status lock_range(uint64_t offset, uint64_t length, LockKind kind) override;
  Status is_locked_by_other(uint64_t offset, uint64_t length, LockKind kind, bool* locked) override;
  bool is_writable() const override { return file_->is_writable(); }
  bool is_seen_by_processes() const override { return true; }

 private:
  class Mappings;
  /** Makes the file at least `bytes` long. */
  Status extend_to(uint64_t bytes);

  std::unique_ptr<PosixFile> file_;
  std::mutex mutex_;
  /** Mappings, each of mapping_size() bytes, from the file's start on. */
  std::vector<uint8_t*> mappings_;
};

}  // namespace ringlite
