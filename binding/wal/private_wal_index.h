// PrivateWalIndex: a wal-index on the heap, built from the log by a process that may not write the shared one
// and finds nobody who would keep it right. Never changes once it is built.
#pragma once
#include "wal/heap_memory.h"
#include "wal/wal_index.h"

namespace ringlite {

struct PrivateWalIndex {
  HeapMemory memory;
  WalIndex index{memory};
  WalIndexHeader header = {};
};

}  // namespace ringlite
