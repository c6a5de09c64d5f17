// What a Pager keeps besides its page cache: its file or Store, and the bookkeeping of a write transaction.
// Private to the pager's own .cpp files.
#pragma once
#include <memory>
#include <string>

#include "base/pod_array.h"
#include "io/io.h"
#include "pager/image_pool.h"
#include "pager/page_set.h"
#include "pager/pager_settings.h"
#include "pager/rollback_journal.h"
#include "pager/savepoint_log.h"
#include "pager/store.h"
#include "wal/wal.h"

namespace ringlite {

struct MemFree {
  void operator()(void* block) const { mem_free(block); }
};

struct PagerState {
  explicit PagerState(Io& io) : savepoints(io), journal(io) {}

  PagerOpenOptions options;
  /** Shared part; nullptr for memory and temporary databases. */
  std::shared_ptr<Store> store;
  StoreClient client;
  /** Images of memory and temporary databases. */
  ImagePool own_pool{4096};
  /** The file of a temporary database, once it has overflowed its cache. */
  std::unique_ptr<File> private_file;
  std::string file_name;
  std::string journal_name;
  std::string wal_name;
  std::string shared_memory_name;

  // --- read transaction ---
  /** What the transaction sees. */
  StoreSnapshot snapshot;
  /** The version that the clean pages in the cache belong to; 0: none yet. */
  uint64_t snapshot_of_cache = 0;
  bool in_wal = false;
  /** The file's header was read by this pager at least once. */
  bool was_validated = false;

  /** Sequential misses: the last page loaded, and how many before it were close behind one another. */
  Pgno last_loaded = 0;
  uint32_t sequential_loads = 0;

  // --- write transaction ---
  /** Size of the database when the write transaction began, in pages. */
  Pgno original_page_count = 0;
  /** Size of the database file now, in pages. */
  Pgno file_page_count = 0;
  /** Size that the commit gives the file, in bytes; 0: whole pages. */
  uint64_t file_size = 0;
  bool change_counter_updated = false;
  /** The database was where its name says, or need not be. */
  bool is_place_checked = false;
  /** The database file was written to: rolling back needs the journal. */
  bool file_modified = false;
  /** Everything is in the file; only the journal's finalization is missing. */
  bool phase_one_done = false;
  /** The EXCLUSIVE lock was refused while spilling: grow the cache instead until it is twice this large. */
  uint32_t spill_blocked_at = 0;
  /** Originals are safe (or not needed). */
  PageSet journaled;
  /** Pages whose newest content may be in the file (or WAL) only: the pool's image is older. */
  PageSet spilled;
  /** Pages that were freed in this transaction while they may still hold content of the original database. */
  PageSet freed;
  /** Every page that got a private image in this transaction (some twice). */
  PodArray<Pgno> touched;
  /** Scratch: the pages that a commit or a spill writes. */
  PodArray<Page*> batch;
  /** What a commit will publish; room is reserved before the commit point. */
  PodArray<Pgno> publish_pages;
  PodArray<Image*> publish_images;
  SavepointLog savepoints;
  RollbackJournal journal;

  // --- WAL ---
  /** The log is long enough for an automatic checkpoint when the transaction ends. */
  bool checkpoint_due = false;
  /** While leaving WAL mode: the header's version is about to be rewritten. */
  bool ignore_wal_version = false;
  PodArray<WalPage> wal_batch;
  std::unique_ptr<uint8_t, MemFree> scratch;

  File* file() { return store ? &store->file() : private_file.get(); }
};

}  // namespace ringlite
