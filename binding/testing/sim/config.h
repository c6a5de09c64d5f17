// Config: what one run is about, as numbers. All are drawn from the run's seed; each can be set by name
// instead, which is how a failing run is made smaller.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace ringlite::sim {

enum Mode : int64_t { kWalMode, kDeleteMode, kTruncateMode, kPersistMode };

/** NAME(meaning). */
#define RINGLITE_SIM_SETTINGS(NAME)                                                      \
  NAME(schedule)    /* seed of scheduling, faults and workload */                        \
  NAME(page_size)   /* bytes: 512, 1024, 4096 */                                         \
  NAME(auto_vacuum) /* 0 none, 1 full, 2 incremental */                                  \
  NAME(mode)        /* Mode */                                                           \
  NAME(synchronous) /* 1 normal, 2 full, 3 extra */                                      \
  NAME(processes)                                                                        \
  NAME(connections)  /* of each process */                                               \
  NAME(transactions) /* of each connection */                                            \
  NAME(keys)         /* lists */                                                         \
  NAME(cache_pages)                                                                      \
  NAME(autocheckpoint)   /* frames; 0: never */                                          \
  NAME(size_limit)       /* journal_size_limit in bytes; -1: none */                     \
  NAME(timeout_ms)       /* busy timeout */                                              \
  NAME(exclusive)        /* locking_mode=EXCLUSIVE; then one connection */               \
  NAME(mode_changes)     /* 1: clients change the journal mode now and then */           \
  NAME(filler)           /* of 16 operations so many change rows that only take space */ \
  NAME(crashes)          /* power cuts */                                                \
  NAME(kills)            /* of single processes */                                       \
  NAME(pauses)           /* of single processes */                                       \
  NAME(event_gap)        /* mean weight of points between those */                       \
  NAME(faults)           /* one in so many system calls fails; 0: none */                \
  NAME(slow_locks)       /* one in so many locks of the wal-index takes long; 0: none */ \
  NAME(kept_locks)       /* 1: read marks are kept after few transactions */             \
  NAME(full)             /* 1: for a while files cannot grow */                          \
  NAME(loses_nothing)    /* 1: a power cut loses no write */                             \
  NAME(durable_removals) /* 1: removed names stay removed after a power cut */           \
  NAME(switch_scale)     /* mean weight of points between switches of tasks */           \
  NAME(buffers_stores)   /* 1: stores to shared memory become visible late */

struct Config {
#define FIELD(name) int64_t name = 0;
  RINGLITE_SIM_SETTINGS(FIELD)
#undef FIELD

  static Config draw(uint64_t seed);
  /** "name=value"; false when there is no such setting. */
  bool set(std::string_view assignment);
  /** All settings as assignments. */
  std::string text() const;
  /** "512-0" */
  std::string variant() const { return std::to_string(page_size) + "-" + std::to_string(auto_vacuum); }
  /** A commit that was acknowledged survives a power cut. */
  bool is_durable() const { return loses_nothing || synchronous >= 2; }
};

}  // namespace ringlite::sim
