// Wal: one write-ahead log of a database as all connections of this process share it, live with those of
// other processes: the -wal file, the wal-index in shared memory, and its locks. What one connection sees and
// does is in its WalSession.
//
// The protocol is SQLite's (walformat.html; wal-index locks): a reader holds READ(i), whose mark says up to
// which frame it reads; READ(0) reads the database file alone. The writer holds WRITE, a checkpoint
// CHECKPOINT, recovery all three first locks. Invariants:
//  1. Frames up to the header's mx_frame never change until the log is started over.
//  2. The log is started over only by who holds WRITE, CHECKPOINT and READ(1..4) exclusively, when all of it
//  is backfilled.
//  3. A checkpoint copies no frame after the mark of a reader, and none while a reader holds READ(0).
// Thread-safe; a session is used by one thread at a time.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "wal/checkpoint_mode.h"
#include "wal/wal_checksum.h"
#include "wal/wal_format.h"
#include "wal/wal_index.h"
#include "wal/wal_locks.h"

namespace ringlite {

/** An index of this process alone (wal_readonly.cpp). */
struct PrivateWalIndex;

struct WalPage {
  uint32_t pgno;
  const uint8_t* content;
};

/** A connection's transaction in the log. Fields belong to Wal; others may read them. */
struct WalSession {
  /** What the transaction sees; of a writer, what it began with. */
  WalIndexHeader header = {};
  /** Writer: `header` and what has been appended since. */
  WalIndexHeader tail = {};
  /** A writer that reads under the protection of WRITE alone: `read_lock` then. */
  static constexpr int32_t kNoMark = kWalReaderCount;
  /** Number of the READ lock; -1: no transaction. */
  int32_t read_lock = -1;
  /** Earlier frames are in the database file, too. */
  uint32_t first_frame = 1;
  bool is_writing = false;
  /** The log was started over in this write transaction. */
  bool is_restarted = false;
  /** Reads by this index and not by the shared one; READ(0) is held. */
  std::shared_ptr<PrivateWalIndex> private_index;

  bool uses_log() const { return read_lock > 0 || private_index; }
  bool has_appended() const { return tail.mx_frame != header.mx_frame; }
};

/** Asked before another try for a lock; false gives up. */
struct WalBusy {
  bool (*again)(void* context);
  void* context;
};

class Wal {
 public:
  Wal(Io& io, std::string path, std::string memory_path)
      : io_(io), path_(std::move(path)), memory_path_(std::move(memory_path)) {}
  ~Wal();
  Wal(const Wal&) = delete;
  Wal& operator=(const Wal&) = delete;

  /**
   * Opens (or creates) the log and its index. `alone`: the caller has the database EXCLUSIVE and wants no
   * -shm file. SQLITE_BUSY when another process is just doing the same for the first time.
   */
  Status open(bool alone);
  /** The log can be read but not written. */
  bool is_readonly() const { return !file_->is_writable() || !memory_->is_writable(); }

  // --- readers ---

  /**
   * Starts a read transaction on what is committed now, recovering the index when nobody has it.
   * SQLITE_ERROR_RETRY: somebody was faster, try again after pause(); SQLITE_BUSY_RECOVERY. Without
   * permission to write the index: SQLITE_READONLY_RECOVERY, SQLITE_READONLY_CANTINIT.
   */
  Status try_begin_read(WalSession& session);
  /** Waits the longer the more attempts have failed; SQLITE_PROTOCOL after a hundred. */
  Status pause(int attempts);
  void end_read(WalSession& session);
  /** Whether nobody has committed since the transaction's header was read. */
  bool is_current(const WalSession& session) const {
    return session.private_index || index_->is_current(session.header);
  }
  /** The frame of the page that the transaction sees; 0: it is in the database file. */
  Status find(const WalSession& session, uint32_t pgno, uint32_t* frame) const;
  Status read_frame(uint32_t frame, uint32_t page_size, uint8_t* content);
  /**
   * The pages (some more than once, some too many) that commits changed from `known`, a former state of the
   * log, up to `header`, which the caller reads. False when it cannot be told, or out of memory.
   */
  bool list_changes(const WalIndexHeader& known, const WalIndexHeader& header, PodArray<uint32_t>* pages);
  static uint32_t page_size_of(const WalIndexHeader& header) {
    return (header.page_size & 0xfe00u) | (uint32_t{header.page_size & 1u} << 16);
  }

  // --- the writer ---

  /** SQLITE_BUSY: another writes. SQLITE_BUSY_SNAPSHOT: the session does not see the newest commit. */
  Status begin_write(WalSession& session);
  /**
   * Starts a transaction as a writer, on what is committed now, without a read mark: while WRITE is held
   * nobody starts the log over. False: begin in the ordinary way.
   */
  bool try_begin_as_writer(WalSession& session);
  /** Takes a read mark, for a transaction begun as a writer that goes on reading. While writing. */
  Status take_read_mark(WalSession& session);
  void end_write(WalSession& session);
  /**
   * Appends pages; `commit_page_count` > 0 makes the last one a commit frame. Starts the log over first when
   * it may. `sync_header`: a new log's header is synced before frames follow (synchronous > OFF).
   */
  Status append(WalSession& session, const WalPage* pages, size_t count, uint32_t commit_page_count,
                uint32_t page_size, bool sync_header, SyncKind kind);
  Status sync(SyncKind kind) { return file_->sync(kind); }
  /** The newest appended, not yet published frame of the page, or 0. */
  Status find_appended(const WalSession& session, uint32_t pgno, uint32_t* frame) const;
  /** Makes appended frames, the last of which is a commit frame, visible to everybody. Never fails. */
  void publish(WalSession& session, uint32_t page_count);
  void discard_appended(WalSession& session);
  /** Cuts the file to `limit` bytes, or to what the log needs. Best effort. */
  void limit_size(const WalSession& session, uint64_t limit);

  // --- checkpoints ---

  struct Checkpoint {
    CheckpointMode mode = CheckpointMode::kPassive;
    /** Of the connection; a log of other pages is corrupt. */
    uint32_t page_size = 0;
    bool sync = true;
    SyncKind kind = SyncKind::kData;
    /** Not used by kPassive and kNoop. */
    WalBusy busy = {nullptr, nullptr};
    /** Results: frames in the log, and how many of them are in the database. */
    uint32_t log_frames = 0;
    uint32_t backfilled = 0;
    /** kTruncate started the log over: the headers before and after, which stand for the same content. */
    bool is_restarted = false;
    WalIndexHeader header_before = {};
    WalIndexHeader header_after = {};
  };
  /** SQLITE_BUSY when readers or others keep it from doing all that `mode` asks. */
  Status checkpoint(Checkpoint& request, File& database);
  /** Removes -shm and -wal: only while holding the database EXCLUSIVE, after a checkpoint of everything. */
  void remove();

 private:
  Status join();
  Status begin_read_shared(WalSession& session);
  Status map_header();
  Status read_header(WalIndexHeader* header, bool holds_write, bool holds_checkpoint);
  Status check_version(const WalIndexHeader& header) const;
  Status lock_read_mark(WalSession& session);
  Status restart_if_possible(WalSession& session);
  void restart(WalIndexHeader* header);
  Status write_header(WalIndexHeader* header, uint32_t page_size);
  Status write_frames(WalIndexHeader* tail, const WalPage* pages, size_t count, uint32_t commit_page_count,
                      uint32_t page_size);

  // wal_changes.cpp
  bool list_indexed(uint32_t after, uint32_t last, PodArray<uint32_t>* pages);
  bool list_changes_across_restart(const WalIndexHeader& known, const WalIndexHeader& header,
                                   PodArray<uint32_t>* pages);
  bool list_former_life(const WalIndexHeader& known, PodArray<uint32_t>* pages, uint32_t* commits);
  bool count_commits(const WalIndexHeader& header, uint32_t* commits);

  // wal_readonly.cpp
  bool is_index_shared();
  Status join_readonly();
  Status begin_read_alone(WalSession& session);
  Status build_private_index();
  Status check_private_index();
  bool has_newer_commit(const WalIndexHeader& header);

  // wal_recovery.cpp
  Status recover(WalIndexHeader* header, bool holds_checkpoint);
  Status read_file_header(WalIndexHeader* header, uint32_t* page_size);
  Status index_frames(WalIndexHeader* header, uint32_t page_size, WalIndex& index);
  Status reset_read_marks(uint32_t mx_frame);

  // wal_checkpoint.cpp
  Status lock_patiently(uint32_t first, uint32_t count, WalBusy* busy);
  Status find_safe_frame(const WalIndexHeader& header, WalBusy* busy, uint32_t* safe_frame);
  Status backfill(const Checkpoint& request, const WalIndexHeader& header, uint32_t safe_frame,
                  File& database);
  Status copy_frames(const WalIndexHeader& header, uint32_t first, uint32_t last, uint32_t page_size,
                     File& database);
  Status start_over(Checkpoint& request, WalIndexHeader* header, WalBusy* busy);
  Status run_checkpoint(Checkpoint& request, CheckpointMode mode, bool holds_write, File& database);

  Io& io_;
  std::string path_;
  std::string memory_path_;
  std::unique_ptr<File> file_;
  std::unique_ptr<SharedMemory> memory_;
  std::unique_ptr<WalIndex> index_;
  std::unique_ptr<WalLocks> locks_;
  /** Guards the two that follow. */
  std::mutex readonly_mutex_;
  /** Of shared memory that cannot be written: somebody was seen who keeps it right, and knows of us. */
  bool has_joined_ = false;
  std::shared_ptr<PrivateWalIndex> private_index_;
  /** Tells states of a private index apart that look the same. */
  uint32_t private_changes_ = 0;
  /** Of the log's present life, as far as this process knows: only for the file header. */
  std::atomic<uint32_t> checkpoint_sequence_ = 0;
};

}  // namespace ringlite
