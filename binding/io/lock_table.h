// LockTable: who holds which byte ranges of one file, for implementations of Io that keep files in memory.
// The rules of File::lock_range: a holder's new lock replaces its old ones on the range. Not thread-safe.
#pragma once
#include <cstdint>
#include <vector>

#include "base/status.h"
#include "io/io.h"

namespace ringlite {

class LockTable {
 public:
  /** `length` 0: all from `offset` on. SQLITE_BUSY when another owner conflicts. */
  Status lock(const void* owner, uint64_t offset, uint64_t length, LockKind kind) {
    const uint64_t last = last_of(offset, length);
    if (kind != LockKind::kNone && is_locked_by_other(owner, offset, length, kind)) return Code::kBusy;
    release(owner, offset, last);
    if (kind != LockKind::kNone) held_.push_back({owner, offset, last, kind});
    return kOk;
  }

  bool is_locked_by_other(const void* owner, uint64_t offset, uint64_t length, LockKind kind) const {
    const uint64_t last = last_of(offset, length);
    for (const Held& held : held_) {
      if (held.owner == owner || held.last < offset || held.first > last) continue;
      if (kind == LockKind::kExclusive || held.kind == LockKind::kExclusive) return true;
    }
    return false;
  }

  void release_all(const void* owner) { release(owner, 0, UINT64_MAX); }
  void clear() { held_.clear(); }

 private:
  struct Held {
    const void* owner;
    uint64_t first;
    uint64_t last;
    LockKind kind;
  };

  static uint64_t last_of(uint64_t offset, uint64_t length) {
    return length == 0 ? UINT64_MAX : offset + length - 1;
  }

  /** Cuts [first, last] out of what the owner holds. */
  void release(const void* owner, uint64_t first, uint64_t last) {
    std::vector<Held> kept;
    for (const Held& held : held_) {
      if (held.owner != owner || held.last < first || held.first > last) {
        kept.push_back(held);
        continue;
      }
      if (held.first < first) kept.push_back({owner, held.first, first - 1, held.kind});
      if (held.last > last) kept.push_back({owner, last + 1, held.last, held.kind});
    }
    held_.swap(kept);
  }

  std::vector<Held> held_;
};

}  // namespace ringlite
