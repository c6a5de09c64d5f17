// FaultIo: files in memory that fail, tear writes and lose what was not synced, for tests of recovery.
//
// Every file-system operation is counted. At a chosen one a fault happens: an error, a partial write with an
// error, or a crash, after which everything fails until restart(). A restart keeps what was synced, and of
// the rest a subset drawn from a seed: whole operations, 512-byte sectors, a prefix, all or nothing.
#pragma once
#include <cstdint>
#include <memory>

#include "io/io.h"

namespace ringlite {

enum class FaultKind {
  kNone,
  /** The operation fails and has no effect; later ones succeed. */
  kFail,
  /** The operation and all later ones that change something fail, until clear_fault(). */
  kFailFromHere,
  /** A write stores only its first part and fails; any other operation just fails. */
  kTear,
  /** The operation happens in part; it and everything later fails until restart(). */
  kCrash,
};

/** What of the unsynced changes survives a crash. */
enum class Survival { kNothing, kEverything, kPrefix, kSomeOperations, kSomeSectors };

class FaultIo : public Io {
 public:
  static std::unique_ptr<FaultIo> make(uint64_t seed);

  /** The `operation`-th counted operation from now on (1 = the next) is hit. */
  virtual void set_fault(FaultKind kind, int64_t operation) = 0;
  virtual void clear_fault() = 0;
  /** Operations since the last set_fault() or clear_fault(). */
  virtual int64_t operation_count() const = 0;
  virtual bool has_crashed() const = 0;
  /**
   * The fault hit the step that commits in a way that had an effect: the sync of a journal that is empty or
   * zeroed already, the write of zeros that got part of the way, the sync of a directory after a removal, or
   * what comes after the commit: the truncation of the database file. An error is reported though the commit
   * may be there (docs/decisions/005).
   */
  virtual bool hit_finalization() const = 0;
  /**
   * After a crash (or a power cut now): old files are dead and unlocked, new opens see what survived.
   * `durable_removals`: removed files stay removed even when the directory was not synced.
   */
  virtual void restart(Survival survival, uint64_t seed, bool durable_removals) = 0;
  /** Total syncs of files and directories, to check how many a commit needs. */
  virtual int64_t sync_count() const = 0;
};

}  // namespace ringlite
