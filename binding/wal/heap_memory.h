// HeapMemory: a SharedMemory that nobody shares, for a connection that has the database to itself
// (locking_mode=EXCLUSIVE) and leaves no -shm file. Locks are granted unseen.
#pragma once
#include "base/pod_array.h"
#include "io/io.h"

namespace ringlite {

class HeapMemory final : public SharedMemory {
 public:
  HeapMemory() = default;
  ~HeapMemory() override;
  HeapMemory(const HeapMemory&) = delete;
  HeapMemory& operator=(const HeapMemory&) = delete;

  /** SQLITE_NOMEM. */
  Status map(uint32_t region, bool extend, uint8_t** address) override;
  Status clear() override { return kOk; }
  Status lock_range(uint64_t, uint64_t, LockKind) override { return kOk; }
  Status is_locked_by_other(uint64_t, uint64_t, LockKind, bool* locked) override {
    *locked = false;
    return kOk;
  }
  bool is_writable() const override { return true; }

 private:
  PodArray<uint8_t*> regions_;
};

}  // namespace ringlite
