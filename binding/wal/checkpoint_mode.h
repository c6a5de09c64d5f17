// PRAGMA wal_checkpoint's modes, with sqlite3_wal_checkpoint_v2's numbers.
#pragma once
#include <cstdint>

namespace ringlite {

/** kNoop only reports; kPassive copies what it can without waiting for anybody. */
enum class CheckpointMode : int8_t { kNoop = -1, kPassive = 0, kFull = 1, kRestart = 2, kTruncate = 3 };

}  // namespace ringlite
