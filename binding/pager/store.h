// Store: what all pagers (connections, worker threads) of one database file in this process share.
//
// It owns the file's descriptor and locks, the pool of committed page images, the WAL with its page index,
// and the history of changed pages that tells a pager which of its cached pages are stale. Pagers reach it
// through the registry, keyed by Io and file identity (device, inode). Thread-safe: one mutex guards the
// metadata; no I/O is done while it is held, except lock calls, which do not wait.
//
// Versions: a counter that grows with every commit of this process and with every foreign change that is
// noticed. An image is valid for an interval of versions (image_pool.h). In rollback modes only one version
// is ever in use at a time, because a commit needs EXCLUSIVE; in WAL mode readers keep theirs while commits
// go on.
//
// In WAL mode every client that has met the log keeps SHARED on the file, so that nobody removes the log or
// leaves the mode under it. Commits of other processes are noticed when a transaction begins: the wal-index
// names the pages that they changed, and only those are forgotten; all when it was started over and the
// former frames are gone.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "pager/image_pool.h"
#include "pager/page.h"
#include "pager/page_set.h"
#include "pager/writer_queue.h"
#include "wal/wal.h"

namespace ringlite {

/** SQLite's lock levels of one connection on a database file in rollback modes (lockingv3.html). */
enum class LockLevel : uint8_t { kNone, kShared, kReserved, kPending, kExclusive };

/** What a read transaction sees. */
struct StoreSnapshot {
  uint64_t version = 0;
};

/** One pager's entry in its Store. Fields belong to the Store. */
struct StoreClient {
  LockLevel level = LockLevel::kNone;
  uint32_t cache_limit = 0;
  bool attached = false;
  /** Uses the WAL (has had a transaction in it); keeps it open. */
  bool in_wal = false;
  /** Cleared without the mutex. */
  std::atomic<bool> is_reading_wal = false;
  WalSession wal;
  StoreSnapshot snapshot;
  WriterQueue::Waiter waiter;
  StoreClient* next = nullptr;
};

/** The part of a database file's header that shows whether somebody changed the file. */
struct FileStamp {
  uint8_t counters[16] = {};
  uint8_t versions[2] = {0, 0};
  bool operator==(const FileStamp&) const = default;
};

/** Figures for tests and memory reports. */
struct StoreStatistics {
  size_t clients = 0;
  size_t images = 0;
  size_t image_bytes = 0;
};

class Store {
 public:
  /** The Store of the file at the absolute `path`, opened or created when this process has none yet. */
  static Status acquire(Io& io, const std::string& path, bool create, std::shared_ptr<Store>* store);
  /** A Store of its own for one client who neither takes nor minds locks. */
  static Status open_unlocked(Io& io, const std::string& path, bool create, std::shared_ptr<Store>* store);
  Store(Io& io, std::string path, std::unique_ptr<File> file, uint32_t page_size);
  ~Store();

  File& file() { return *file_; }
  ImagePool& pool() { return pool_; }
  const std::string& path() const { return path_; }
  void attach(StoreClient& client);
  void detach(StoreClient& client);
  void set_cache_limit(StoreClient& client, uint32_t pages);
  /** Images allowed in memory before unused ones are freed: the largest cache of all clients. */
  size_t image_limit() const { return image_limit_.load(std::memory_order_relaxed); }
  /** The file turned out to have another page size. Forgets all images. */
  Status set_page_size(uint32_t page_size);
  StoreStatistics statistics();

  // --- file locks (rollback modes) ---

  /** SQLite's locking protocol, for this client among those of this process and of others. Never waits:
   * SQLITE_BUSY. */
  Status lock(StoreClient& client, LockLevel level);
  /** Down to kShared or kNone. */
  void unlock(StoreClient& client, LockLevel level);
  /** Whether any client, here or elsewhere, holds RESERVED or more. */
  Status is_reserved(bool* reserved);
  /** Whether the file was looked at since this process took its SHARED lock, so that nothing can have changed
   * since. */
  bool is_validated();
  void set_validated();
  /** The next reader looks at the file again. */
  void forget_validation();

  // --- versions ---

  uint64_t version();
  /** Compares with what was seen last; a difference (true) empties the pool and starts a new version. */
  bool note_file_stamp(const FileStamp& stamp);
  /** This process wrote page 1: its new stamp is not a foreign change. */
  void set_file_stamp(const FileStamp& stamp);
  /**
   * Calls changed(pgno) for the pages that commits changed after `version`. False when that is not known any
   * more: anything may have changed.
   */
  template <typename Changed>
  bool changes_since(uint64_t version, Changed changed) {
    std::lock_guard lock(mutex_);
    if (version < history_begin_) return false;
    for (uint64_t at = version; at < version_; at++) changed(history_[at % kHistorySize]);
    return true;
  }
  /**
   * What an upper layer has made of pages of the file for all connections of the process: null unless these
   * pages are at `version` what they were when it was made.
   */
  std::shared_ptr<const void> derived_data(uint64_t version);
  /** `pages`, a part of `data`, are what it was made of at `version`. */
  void set_derived_data(std::shared_ptr<const void> data, const PageSet* pages, uint64_t version);
  /** Offers an image loaded for `snapshot` to others; returns the one to use (reference passed on). */
  Image* share_loaded(Image* image, const StoreSnapshot& snapshot);

  /**
   * A commit: `pages[i]` got `images[i]` (a reference of the pool's own is taken; nullptr: content is only in
   * the file). In WAL mode also publishes the appended frames. The client's snapshot moves to the new
   * version. Never fails.
   */
  void publish(StoreClient& client, const PodArray<Pgno>& pages, const PodArray<Image*>& images,
               Pgno page_count);
  /** Anything may have changed (a recovery, a rollback that touched the file): empties the pool, starts a new
   * version. */
  void forget_everything();

  // --- WAL mode ---

  /**
   * Opens the log for the client, who has SHARED and keeps it. `alone`: the client has EXCLUSIVE and wants no
   * -shm file. SQLITE_BUSY when another process opens the log for the first time just now.
   */
  Status enter_wal(StoreClient& client, const std::string& wal_path, const std::string& memory_path,
                   bool alone);
  /** The log is open in this process. */
  bool has_wal();
  Wal& wal() { return *wal_; }
  /** The log is open without -shm file, for one client that has the file EXCLUSIVE. */
  bool is_wal_alone();
  Status begin_wal_read(StoreClient& client);
  void end_wal_read(StoreClient& client);
  /** Begins to read and write at once; false: begin_wal_read(), then begin_wal_write(). */
  bool try_begin_wal_writer(StoreClient& client);
  /** SQLITE_BUSY: somebody else writes. SQLITE_BUSY_SNAPSHOT: the client's snapshot is not the newest. */
  Status begin_wal_write(StoreClient& client);
  /** Where connections wait to write, in every journal mode. */
  WriterQueue& writer_queue() { return writer_queue_; }
  /** Forgets what was appended but not published. */
  void end_wal_write(StoreClient& client);
  /** This process started the log over: the new header stands for the version that the old one stood for. */
  void note_restart(const WalIndexHeader& before, const WalIndexHeader& after);
  /** The client leaves the log; the last one of the process is told so and must call close_wal(). */
  bool leave_wal(StoreClient& client);
  /** Forgets the Wal object; locks on the database file stay as they are. */
  void close_wal();
  /** Last client out: serializes closing with opening. */
  std::mutex& wal_open_mutex() { return wal_open_mutex_; }

 private:
  static constexpr size_t kHistorySize = 1 << 14;

  Status lock_file(StoreClient& client, LockLevel level);
  void unlock_client(StoreClient& client, LockLevel level);
  Status lock_shared_range();
  Status lock_bytes(uint64_t offset, uint64_t length, LockKind kind);
  void unlock_all();
  Status lock_exclusive(StoreClient& client);
  void start_version();
  void update_image_limit();
  bool changed_since(Pgno pgno, uint64_t version) const;
  bool has_other_readers(const StoreClient& client) const;
  void note_wal_header(const StoreClient& client, const PodArray<Pgno>* changes);
  bool adopt_wal_header(StoreClient& client);

  Io& io_;
  std::string path_;
  std::unique_ptr<File> file_;
  ImagePool pool_;
  std::atomic<size_t> image_limit_ = 0;

  std::mutex mutex_;
  StoreClient* clients_ = nullptr;
  /** The lock this process holds on the file, and how many clients it serves. */
  LockLevel process_level_ = LockLevel::kNone;
  /** Locks are only counted. */
  bool is_unlocked_ = false;
  uint32_t shared_count_ = 0;
  bool validated_ = false;

  uint64_t version_ = 1;
  uint64_t history_begin_ = 1;
  PodArray<Pgno> history_;
  FileStamp stamp_;
  std::shared_ptr<const void> derived_data_;
  const PageSet* derived_pages_ = nullptr;
  /** Pages of derived_data_ have not changed up to this one. */
  uint64_t derived_version_ = 0;

  std::mutex wal_open_mutex_;
  std::unique_ptr<Wal> wal_;
  bool is_wal_alone_ = false;
  WriterQueue writer_queue_;
  /** The state of the log that belongs to version_. */
  WalIndexHeader known_header_ = {};
};

/** The Store of an open database file, or zeros when this process has none. */
StoreStatistics store_statistics(Io& io, const char* path);

}  // namespace ringlite
