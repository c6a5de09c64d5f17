// Settings of one pager, as SQLite's pragmas name them.
#pragma once
#include <cstdint>

#include "wal/checkpoint_mode.h"

namespace ringlite {

/** Values are SQLite's PAGER_JOURNALMODE_*. kQuery asks without changing. */
enum class JournalMode : int8_t {
  kQuery = -1,
  kDelete = 0,
  kPersist = 1,
  kOff = 2,
  kTruncate = 3,
  kMemory = 4,
  kWal = 5
};

/** PRAGMA synchronous. */
enum class Synchronous : uint8_t { kOff = 0, kNormal = 1, kFull = 2, kExtra = 3 };

enum class LockingMode : int8_t { kQuery = -1, kNormal = 0, kExclusive = 1 };

class Pager;

/** What a connection does when a lock is taken. */
struct BusyHandler {
  /**
   * Waits; `attempts` counts from 0. False gives up with SQLITE_BUSY. With `pager` a transaction that is to
   * write could not begin: it waits best in Pager::wait_for_writer().
   */
  bool (*wait)(void* context, int attempts, Pager* pager) = nullptr;
  /** Whether wait() waits at all. */
  bool (*is_patient)(void* context) = nullptr;
  void* context = nullptr;
};

struct PagerOpenOptions {
  /** SQLITE_READONLY for every write; the file must exist. */
  bool readonly = false;
  /** Create the file when it does not exist; otherwise SQLITE_CANTOPEN. */
  bool create = true;
  /** No file: the path is ignored. */
  bool memory = false;
  /** Private file, deleted on close and made only when the cache overflows: '' databases, TEMP, sorters. Path
   * ignored. */
  bool temporary = false;
  /** The file is read and written without locks, and never in WAL mode. */
  bool no_locks = false;
  /** Nobody changes the file: it is read as it is, without locks, journals and a log. */
  bool immutable = false;
  /** The path is the name of an adopted database (FileSystem::adopt), which is never in WAL mode. */
  bool adopted = false;
  /** For ephemeral tables: no rollback and no savepoints are wanted, so nothing is saved for them. */
  bool omit_journal = false;

  bool may_use_log() const { return !no_locks && !immutable && !adopted; }
};

}  // namespace ringlite
