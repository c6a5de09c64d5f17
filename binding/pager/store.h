// Store: what all pagers (connections, worker threads) of one database file in this process share.
//
// It owns the file's descriptor and locks, the pool of committed page images and the WAL with its page index. Pagers reach
// it through the registry, keyed by Io and file identity (device, inode). Thread-safe: one mutex guards the
// metadata; no I/O is done while it is held, except lock calls, which do not wait.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "io/io.h"
#include "pager/page.h"

namespace ringlite {

class Store;

/** Figures for tests and sqlite3_status-like reports. */
struct StoreStatistics {
  size_t pagers = 0;
  size_t images = 0;
  size_t image_bytes = 0;
};

/** The Store of an open database file, or zeros when this process has none. */
StoreStatistics store_statistics(Io& io, const char* path);

}  // namespace ringlite
