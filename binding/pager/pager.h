// Pager: one connection's transactional view of one database file as an array of pages.
//
// It knows pages, journals and locks; it does not know what pages contain, except for these fields of page 1:
// page size
// @16, reserved bytes @20, read/write version @18-19 (WAL or not), change counter @24, version-valid-for @92
// and writer version @96. It keeps the last four right on every commit; the B-tree sets the first two when it
// creates a database, keeps the size in pages @28, and verifies the rest of the header.
//
// States: no transaction -> begin_read -> reading -> begin_write -> writing -> commit or rollback -> reading
// -> end_read. Invariants:
//  1. Page content changes only between write(page) and the end of the write transaction, in images private
//  to this pager.
//  2. The database file (or WAL header) changes only after the originals of the changed pages are durable.
//  3. After an I/O error during commit or rollback the pager is in the error state: every call but rollback
//  and end_read
//     returns that error, and the next transaction starts from what is on disk (hot-journal recovery).
//  4. One thread at a time uses a pager; different pagers of one Store may be used by different threads.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "io/io.h"
#include "pager/page.h"
#include "pager/page_cache.h"
#include "pager/page_set.h"
#include "pager/pager_settings.h"

namespace ringlite {

class ImagePool;
struct PagerState;

/** Notes which pages a pager's commits change, for a backup that has copied some of them already. */
struct PageWatch {
  PageSet changed;
  /** More than `changed` can tell. */
  bool is_everything = false;
  /** The pager is gone. */
  bool is_orphan = false;
  PageWatch* next = nullptr;
};

class Pager {
 public:
  /** What get() may skip. */
  enum GetFlag : uint32_t {
    kGetNormal = 0,
    /** The caller overwrites all of it: do not read (zero-filled when not cached), do not journal the old
       content. */
    kGetNoContent = 1,
    /** A hint: write() will not be called on it. */
    kGetReadOnly = 2,
  };

  /**
   * Opens (creating when asked) the database at `path`. SQLITE_CANTOPEN*, SQLITE_NOMEM. Takes no lock and
   * reads no page.
   */
  static Status open(Io& io, const char* path, const PagerOpenOptions& options,
                     std::unique_ptr<Pager>* pager);
  /** Rolls back what is open; the last pager of a WAL database checkpoints and removes the WAL. */
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

  // --- transactions ---

  /**
   * Starts a read transaction: SHARED lock (or WAL snapshot), recovery of a hot journal or WAL, drops pages
   * that others changed. Does not call the busy handler: see begin(). No effect inside a transaction.
   */
  Status begin_read();
  /**
   * Starts a read and a write transaction at once, which is cheaper than one after the other: in WAL mode,
   * when nobody else writes or waits to. False: nothing has begun.
   */
  bool try_begin_as_writer();
  /** Must be called before the end of a write transaction after which this connection goes on reading. */
  Status keep_reading();
  /** Ends it. No page may be pinned. Rolls back an open write transaction. */
  void end_read();
  /**
   * Turns the read transaction into a write transaction: RESERVED (or the WAL's writer lock;
   * SQLITE_BUSY_SNAPSHOT when the snapshot is old), EXCLUSIVE too when asked. Does not call the busy handler:
   * see begin().
   */
  Status begin_write(bool exclusive = false);
  /**
   * begin_read and, when `write`, begin_write, with the busy handler called between attempts as SQLite's
   * BEGIN does: only when no transaction was open before.
   */
  Status begin(bool write, bool exclusive);
  bool in_read() const { return in_read_; }
  bool in_write() const { return in_write_; }

  /**
   * Phase one makes the transaction durable but for the final step: change counter, journal, pages synced; in
   * WAL mode everything. `super_journal` (or nullptr) is the path of the super-journal of a multi-file
   * commit. On SQLITE_BUSY (readers hold the file) the transaction stays open and may be tried again; on
   * other errors roll back.
   */
  Status commit_phase_one(const char* super_journal = nullptr);
  /** Phase two: the journal is finalized, which is the commit. Back to reading. */
  Status commit_phase_two();
  Status commit() {
    RETURN_IF_ERROR(commit_phase_one(nullptr));
    return commit_phase_two();
  }
  /** In rollback modes: the commit leaves a file of `bytes`, at most page_count() pages and within the last
   * one. */
  void cut_file(uint64_t bytes);
  /** Undoes the write transaction; back to reading. Pinned pages get their old content (extra zeroed). */
  Status rollback();
  /** The error that forces a rollback, or ok. */
  Status error() const { return error_; }
  /** RESERVED to EXCLUSIVE (readers must be gone), for commits that span files and for BEGIN EXCLUSIVE. */
  Status exclusive_lock();

  // --- pages ---

  /**
   * Pins page `pgno` (1-based). Pages beyond page_count() are zero-filled. SQLITE_CORRUPT for page 0,
   * SQLITE_FULL beyond max_page_count(), SQLITE_IOERR*, SQLITE_NOMEM.
   */
  Status get(Pgno pgno, PageRef* page, uint32_t flags = kGetNormal) {
    if (Page* found = lookup(pgno)) [[likely]] {
      if (!(flags & kGetNoContent)) [[likely]] {
        found->flags |= kPageReferenced;
        *page = PageRef(found);
        return kOk;
      }
    }
    return get_slow(pgno, page, flags);
  }
  /** The page only if this pager has it in its cache, else an empty ref. Never does I/O. */
  PageRef get_cached(Pgno pgno) const { return PageRef(lookup(pgno)); }
  /** Makes `page` changeable in this write transaction: saves the original, makes the private copy. */
  Status write(PageRef& page) {
    Page* handle = page.handle();
    if ((handle->flags & kPageWritable) && handle->saved_serial >= savepoint_serial_) [[likely]] {
      handle->flags &= ~kPageDontWrite;
      return kOk;
    }
    return write_slow(handle);
  }
  /**
   * The page went to the freelist as a leaf, so what it holds now need not be written. Must be called for
   * every such page (whether or not it was read), because only then may a later get() with kGetNoContent skip
   * saving the original.
   */
  Status dont_write(Pgno pgno);
  /** Pages of the database as this transaction sees it, its own additions included. */
  Pgno page_count() const { return page_count_; }
  /** Sets the size at commit (autovacuum, incremental vacuum, VACUUM). `count` <= page_count(). */
  void truncate_image(Pgno count);
  uint32_t page_size() const { return page_size_; }
  /** Bytes at the end of every page that the B-tree must leave alone. */
  uint32_t reserved_bytes() const { return reserved_bytes_; }
  uint32_t usable_size() const { return page_size_ - reserved_bytes_; }
  /**
   * Sets size and reserved bytes of pages; `page_size` 0 or invalid keeps the size. Only while the database
   * is empty (or as the B-tree learns them from page 1) and no page is pinned; otherwise no effect.
   */
  Status set_page_size(uint32_t page_size, int reserved_bytes);
  /** page_size() bytes + kPageSlack of scratch, contents undefined between calls; nullptr when out of memory.
   */
  uint8_t* scratch();

  /**
   * What was made of pages of this file, by any connection of the process, and is right in this transaction
   * (see Store::derived_data); null when there is none, and in write transactions, whose changes only this
   * connection sees.
   */
  std::shared_ptr<const void> derived_data() const;
  /** Shares `data`, made in this transaction of `pages`, which are a part of it. No effect in write
   * transactions. */
  void share_derived_data(std::shared_ptr<const void> data, const PageSet* pages);

  // --- savepoints (also statement journals) ---

  /** Makes sure that `count` savepoints are open (numbered from 0). */
  Status open_savepoints(int count);
  int savepoint_count() const { return savepoint_count_; }
  /** Closes savepoint `index` and those inside it, keeping the changes. */
  Status release_savepoint(int index);
  /** Undoes what was done since savepoint `index` was opened; it stays open, those inside it are closed. */
  Status rollback_to_savepoint(int index);

  // --- settings ---

  /** Pages when positive, KiB when negative. */
  void set_cache_size(int64_t size);
  int64_t cache_size() const { return cache_size_; }
  /** Spill threshold in pages (PRAGMA cache_spill); 0 or less turns spilling off. Returns the value in force.
   */
  int64_t set_spill_size(int64_t pages);
  /** Until it is set, the level is FULL, and NORMAL in WAL mode (as better-sqlite3's build has it). */
  void set_synchronous(Synchronous level) {
    synchronous_ = level;
    synchronous_set_ = true;
  }
  Synchronous synchronous() const {
    return !synchronous_set_ && journal_mode_ == JournalMode::kWal ? Synchronous::kNormal : synchronous_;
  }
  void set_checkpoint_fullfsync(bool on) { checkpoint_full_sync_ = on; }
  /** PRAGMA fullfsync; kFull syncs. */
  void set_fullfsync(bool on) { full_sync_ = on; }
  JournalMode journal_mode() const { return journal_mode_; }
  /** Whether the rules allow a change now (not inside a write transaction with changes). */
  bool can_change_journal_mode() const;
  /**
   * As PRAGMA journal_mode: `*result` is the mode in force afterwards, which is the old one when the change
   * is not possible (memory databases know only MEMORY and OFF). Changes to or from WAL need exclusive access
   * (SQLITE_BUSY) and rewrite bytes 18-19 of page 1: no transaction may be open, and an empty database must
   * be given its page 1 first.
   */
  Status set_journal_mode(JournalMode mode, JournalMode* result);
  /** Bytes; -1 is no limit. */
  int64_t journal_size_limit() const { return journal_size_limit_; }
  int64_t set_journal_size_limit(int64_t bytes);
  LockingMode locking_mode(LockingMode mode);
  void set_busy_handler(const BusyHandler& handler) { busy_handler_ = handler; }
  bool invoke_busy_handler(int attempts) { return invoke_busy_handler(attempts, nullptr); }
  /** For a transaction that begins, which has failed with SQLITE_BUSY and ended: waits for another try. When
   * it gives up: stop_waiting(). */
  bool wait_to_begin(bool write, int attempts) {
    return invoke_busy_handler(attempts, write && can_queue() ? this : nullptr);
  }
  /** Waits until nobody may be writing, in the order of arrival among this process's connections; at most
   * `limit_ns`. */
  void wait_for_writer(int64_t limit_ns);
  void stop_waiting();
  /** For a transaction that begins: false when it is somebody else's turn to write, who has waited for long.
   */
  bool is_turn_to_write();
  /** Off: as if there was no busy handler. */
  void set_waits_for_locks(bool waits) { waits_for_locks_ = waits; }
  /** Sets the limit when `count` > 0 (never below the present size); returns the limit. */
  Pgno max_page_count(Pgno count);

  // --- WAL ---

  /** Frames in the WAL and frames moved to the database; both -1 when not in WAL mode. SQLITE_BUSY when
   * others keep it from doing all. */
  Status checkpoint(CheckpointMode mode, int* log_frames, int* checkpointed_frames);
  /** Automatic PASSIVE checkpoint at this many frames after a commit; 0 or less: never. */
  void set_wal_autocheckpoint(int frames) { wal_autocheckpoint_ = frames; }
  int wal_autocheckpoint() const { return wal_autocheckpoint_; }
  bool is_wal() const;

  // --- facts ---

  /** Until it is removed `watch` hears of each commit. */
  void add_watch(PageWatch& watch);
  void remove_watch(PageWatch& watch);
  bool is_watched() const { return watches_ != nullptr; }
  bool is_memory() const { return memory_; }
  bool is_temporary() const { return temporary_; }
  bool is_readonly() const { return readonly_; }
  /** Absolute path; empty for memory and temporary databases. */
  const std::string& file_name() const;
  const std::string& journal_name() const;
  /** PRAGMA data_version: changes when somebody else changed the database. */
  uint32_t data_version() const { return data_version_; }
  Io& io() { return io_; }
  /** Bytes of memory held by this pager's cache (its share of the Store's). */
  int64_t cache_bytes() const;
  /** PRAGMA shrink_memory / sqlite3_db_release_memory: frees what is not pinned or dirty. */
  void shrink();
  /** sqlite3_db_cacheflush: writes dirty unpinned pages, as spilling would. */
  Status flush();
  /** Forgets all clean cached pages, so that the next get reads the file (integrity checks, tests). */
  void clear_cache();

 private:
  Pager(Io& io);

  bool invoke_busy_handler(int attempts, Pager* pager) {
    return busy_handler_.wait && waits_for_locks_ &&
           busy_handler_.wait(busy_handler_.context, attempts, pager);
  }
  bool can_queue() const;

  // pager.cpp: pages
  Page* lookup(Pgno pgno) const { return cache_.lookup(pgno); }
  Status get_slow(Pgno pgno, PageRef* page, uint32_t flags);
  Status get_no_content(Pgno pgno, Page* found, PageRef* page);
  Status write_slow(Page* page);
  Status make_private(Page* page);
  Status load(Page* page);
  bool has_moved() const;
  Status check_not_moved();
  Status read_content(Pgno pgno, uint8_t* content);
  uint32_t read_ahead_count(Pgno pgno);
  Status read_run(Image* first, uint32_t count);
  Status make_room();
  void evict(Page* page);
  size_t journal_batch() const;
  Status read_from_wal(Pgno pgno, uint8_t* content, bool* found);
  bool is_in_log(Pgno pgno) const;
  void set_image(Page* page, Image* image, uint16_t flags);
  void drop(Page* page);
  void drop_all_unpinned();
  void update_cache_limit();
  Status spill();
  void drop_free_pages();
  Status resize_pages(uint32_t page_size);

  // pager_savepoint.cpp
  void forget_savepoints();
  Status restore_saved(size_t entry);

  // pager_transaction.cpp
  Status try_begin_read();
  void refresh_cache();
  void start_write_state();
  void clear_write_state();
  bool has_changes() const;
  Status update_change_counter();
  Status reserve_publication();
  void publish_committed();
  void notify_watches();
  void forget_changes();
  void drop_truncated();
  void enter_error(Status error);
  Status rollback_changes();
  Status restore_pages();
  void collect_dirty(bool unpinned_only);
  SyncKind sync_kind() const { return full_sync_ ? SyncKind::kFull : SyncKind::kData; }

  // pager_rollback_mode.cpp
  Status begin_shared(bool* wants_wal);
  Status read_file_header(bool* wants_wal);
  Status recover_if_hot();
  Status is_journal_hot(bool* hot);
  Status recover_hot_journal();
  Status finalize_hot_journal(File& journal);
  Status wait_for_exclusive();
  Status commit_to_file(const char* super_journal);
  Status write_batch_to_file();
  Status finish_file_commit();
  Status set_rollback_mode(JournalMode mode);
  Status spill_to_file();

  // pager_wal_mode.cpp
  Status enter_wal();
  Status begin_wal_read();
  Status adopt_wal_snapshot();
  void end_wal_read();
  Status commit_to_wal();
  Status append_batch(Pgno commit_page_count);
  Status spill_to_wal();
  Status run_checkpoint(CheckpointMode mode, uint32_t* log_frames, uint32_t* backfilled);
  void close_wal();
  Status leave_wal_mode();
  Status remove_wal();
  Status leave_wal_mode_to(JournalMode mode);
  Status set_file_versions(uint8_t version);

  PageCache cache_;
  ImagePool* pool_ = nullptr;
  Status error_;
  uint64_t savepoint_serial_ = 0;
  Pgno page_count_ = 0;
  Pgno max_page_count_ = kMaxPageCount;
  uint32_t page_size_ = 4096;
  uint32_t reserved_bytes_ = 0;
  uint32_t cache_limit_ = 0;
  bool in_read_ = false;
  bool in_write_ = false;
  bool memory_ = false;
  bool temporary_ = false;
  bool readonly_ = false;
  bool full_sync_ = false;
  bool checkpoint_full_sync_ = false;
  bool synchronous_set_ = false;
  Synchronous synchronous_ = Synchronous::kFull;
  JournalMode journal_mode_ = JournalMode::kDelete;
  LockingMode locking_mode_ = LockingMode::kNormal;
  int savepoint_count_ = 0;
  int wal_autocheckpoint_ = 1000;
  uint32_t data_version_ = 1;
  int64_t cache_size_ = -16000;
  int64_t spill_size_ = 1;
  int64_t journal_size_limit_ = -1;
  BusyHandler busy_handler_;
  Io& io_;
  bool waits_for_locks_ = true;
  PageWatch* watches_ = nullptr;
  std::unique_ptr<PagerState> state_;
};

/** SQLITE_VERSION_NUMBER that writers put at byte 96 of page 1. */
inline constexpr uint32_t kWriterVersion = 3053002;

}  // namespace ringlite
