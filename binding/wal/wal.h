// Wal: one write-ahead log of a database, with its page index in memory. The caller (Store) holds the database EXCLUSIVE
// across processes and decides who reads, writes and checkpoints; this class knows frames, checksums and the index.
//
// Frames 1..mx_frame() are committed. A writer appends frames after them and publishes them with its commit frame; until
// then only find_appended() sees them. Frames 1..backfilled() are also in the database file.
// Thread-safe: any number of threads may find and read frames while one writer appends and one checkpointer copies.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "wal/wal_checksum.h"
#include "wal/wal_format.h"
#include "wal/wal_index.h"

namespace ringlite {

struct WalPage {
  uint32_t pgno;
  const uint8_t* content;
};

class Wal {
 public:
  Wal(Io& io, std::string path) : io_(io), path_(std::move(path)) {}

  /** Opens (or creates) the file and recovers all complete transactions from it. Torn and foreign tails are ignored. */
  Status open();

  /** From the file, or 0 when it holds no valid frame. */
  uint32_t page_size() const { return page_size_; }
  /** Last committed frame; 0: the log is empty. */
  uint32_t mx_frame() const { return mx_frame_; }
  /** Pages of the database after the last commit in the log (0 when empty). */
  uint32_t page_count() const { return page_count_; }
  uint32_t backfilled() const { return backfilled_; }

  /** Last frame <= `mx_frame` that holds the page, or 0: then it is in the database file. */
  uint32_t find(uint32_t pgno, uint32_t mx_frame);
  Status read_frame(uint32_t frame, uint8_t* content);

  // --- the writer ---

  /** Starts over at frame 1 (everything is backfilled and nobody reads the log). Done before the first append. */
  void restart();
  /**
   * Appends pages; `commit_page_count` > 0 makes the last one a commit frame. `page_size` is that of the database.
   * One system call per 500 pages. `sync_header`: a new log's header is synced before frames follow (synchronous > OFF).
   */
  Status append(const WalPage* pages, size_t count, uint32_t commit_page_count, uint32_t page_size, bool sync_header,
                SyncKind kind);
  Status sync(SyncKind kind);
  /** The newest appended, not yet published frame of the page, or 0. */
  uint32_t find_appended(uint32_t pgno);
  bool has_appended() const { return tail_frame_ > mx_frame_; }
  /** Makes appended frames visible: the last one was a commit frame. Never fails: room was reserved by append(). */
  void publish(uint32_t page_count);
  /** Forgets appended frames. */
  void discard_appended();

  // --- the checkpointer ---

  /**
   * Copies frames up to `safe_frame` into the database, newest content of each page. Syncs log before and database
   * after unless `sync` is false.
   */
  Status checkpoint(File& database, uint32_t safe_frame, bool sync, SyncKind kind);
  /** Cuts the file after a checkpoint: to nothing, or to `limit` bytes. The log must be restarted or unread. */
  Status truncate(uint64_t limit);
  /** Closes and removes the file. */
  Status remove();

 private:
  Status recover();
  Status read_header(bool* valid);
  Status write_header(uint32_t page_size);

  Io& io_;
  std::string path_;
  std::unique_ptr<File> file_;
  std::mutex mutex_;
  WalIndex index_;
  // Changed by the writer or the checkpointer under mutex_, read by anybody.
  std::atomic<uint32_t> page_size_ = 0;
  std::atomic<uint32_t> mx_frame_ = 0;
  std::atomic<uint32_t> page_count_ = 0;
  std::atomic<uint32_t> backfilled_ = 0;
  /** Last appended frame; > mx_frame_ while a transaction is unpublished. */
  uint32_t tail_frame_ = 0;
  bool header_written_ = false;
  bool big_endian_checksums_ = kWalNativeBigEndian;
  uint32_t checkpoint_sequence_ = 0;
  uint32_t salts_[2] = {0, 0};
  /** After the last committed frame, and after the last appended one. */
  WalChecksum committed_checksum_;
  WalChecksum tail_checksum_;
};

}  // namespace ringlite
