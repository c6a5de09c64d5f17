// VirtualIo: the Io of one virtual process over a machine's Disk. Each call is a point where the scheduler
// may go on with another task or kill this one, takes virtual time, and may fail as the machine's faults say.
// A long write can be seen half done.
#pragma once
#include <memory>
#include <set>

#include "io/io.h"
#include "testing/sim/disk.h"
#include "testing/sim/scheduler.h"
#include "testing/sim/trace.h"

namespace ringlite::sim {

/** How often calls fail: once in so many, 0 never. */
struct Faults {
  uint64_t reads = 0;
  /** Writes, truncations and removals; a write fails after a part of it. */
  uint64_t changes = 0;
  uint64_t syncs = 0;
  uint64_t opens = 0;
  uint64_t locks = 0;
  /** One in so many locks of shared memory takes up to kMaxLockNs: its process is not run for a while. */
  uint64_t slow_locks = 0;
  /** No fault: read marks are kept from one transaction to the next. */
  bool keeps_locks = false;
  /** Files may not grow while the virtual clock is in here. */
  int64_t full_from_ns = 0;
  int64_t full_until_ns = 0;
};

/** All that the processes of one simulated machine share. */
struct Machine {
  Machine(uint64_t seed, uint64_t switch_scale, bool buffers_stores)
      : scheduler(seed, switch_scale),
        trace(scheduler),
        arena(scheduler, seed ^ 0x5851f42d4c957f2d, buffers_stores),
        disk(arena),
        dice(seed ^ 0x14057b7ef767814f) {}

  Scheduler scheduler;
  Trace trace;
  SharedArena arena;
  Disk disk;
  Dice dice;
  Faults faults;
  uint64_t fault_count = 0;
};

class VirtualIo final : public Io {
 public:
  VirtualIo(Machine& machine, uint64_t seed);
  ~VirtualIo() override;

  FileSystem& files() override;
  Clock& clock() override;
  Random& random() override;

  /** The process died: its locks are gone, nothing else is. */
  void release_locks();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ringlite::sim
