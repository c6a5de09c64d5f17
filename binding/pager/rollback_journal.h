// RollbackJournal: the originals of the pages that one write transaction changes, in memory and in SQLite's
// -journal file.
//
// File format (big-endian), a sequence of segments, each starting at a multiple of the sector size:
//
//   OFFSET  SIZE  MEANING
//        0     8  magic d9 d5 05 f9 20 a1 63 d7 (zero until the segment's records are durable)
//        8     4  number of records in the segment; ffffffff: as many as the file holds
//       12     4  nonce: start of the records' checksums
//       16     4  pages of the database before the transaction
//       20     4  sector size
//       24     4  page size
//       28        zeros up to the sector size, then the records:
//             4   page number
//             n   original content
//             4   checksum: nonce + every 200th byte, counted from the end
//
// A journal of a multi-file commit ends with: lock-byte page number, name of the super-journal, its length,
// the sum of its bytes (4 bytes each but the name), magic.
//
// Invariants: a record is durable in a segment with magic before its page is overwritten in the database
// (sync() before writing pages); the journal's first bytes are zeroed, truncated or unlinked only after the
// database is durable.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "pager/image_pool.h"
#include "pager/page.h"
#include "pager/pager_settings.h"

namespace ringlite {

inline constexpr uint8_t kJournalMagic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
inline constexpr uint32_t kJournalHeaderSize = 28;
/** What SQLite uses where a power failure harms only the bytes being written (its default assumption). */
inline constexpr uint32_t kJournalSectorSize = 512;

class RollbackJournal {
 public:
  struct Settings {
    JournalMode mode = JournalMode::kDelete;
    Synchronous synchronous = Synchronous::kFull;
    SyncKind sync_kind = SyncKind::kData;
    /** Locking mode EXCLUSIVE: the file stays open and is zeroed instead of unlinked. */
    bool exclusive_locking = false;
    int64_t size_limit = -1;
  };

  explicit RollbackJournal(Io& io) : io_(io) {}
  ~RollbackJournal();

  /** `path` empty: a temporary file that needs no syncs. */
  void configure(const std::string& path) { path_ = path; }
  /** Starts recording a write transaction. */
  void begin(const Settings& settings, uint32_t page_size, Pgno original_page_count);
  /** Whether originals must be handed to add(): not in mode OFF. */
  bool wants_originals() const {
    return settings_.mode != JournalMode::kOff && settings_.mode != JournalMode::kWal;
  }
  /** Takes a reference to the original of a page. */
  Status add(Image* original);
  size_t pending_count() const { return pending_.size(); }
  Image* pending(size_t index) const { return pending_[index]; }

  /** Writes the pending records to the file (not durable yet) and releases their images. No effect in mode
   * MEMORY. */
  Status write_pending(ImagePool& pool);
  /** Ends the journal with the super-journal's name: nothing can be added afterwards but before the next
   * begin(). */
  Status write_super_journal(ImagePool& pool, const char* name);
  /** Makes all records durable, so that the database may be overwritten. */
  Status sync(ImagePool& pool);
  /** Puts the originals back into the database file: the end of a rollback after the file was modified. */
  Status restore(File& database);
  /** Makes the journal cold: unlink, truncate or zero as the mode asks. This commits (or ends the rollback).
   */
  Status finalize(ImagePool& pool);
  /** Forgets pending records and closes the file without touching it (after an error: the journal stays hot).
   */
  void abandon(ImagePool& pool);
  /** Closes the file kept open by TRUNCATE, PERSIST or exclusive locking. */
  void close_file() { file_.reset(); }
  /** The file stays open over transactions in exclusive locking mode alone: in others it is looked for anew.
   */
  bool is_open() const { return file_ && settings_.exclusive_locking; }
  /** Whether the file was (perhaps only in part) written in this transaction. */
  bool is_started() const { return started_; }

 private:
  Status keep_file_in_place();
  Status open_file();
  Status start_segment();
  Status write_records(ImagePool& pool);
  Status seal_segment();
  Status clear_stale_header();
  Status zero_header(bool truncate);
  void release_pending(ImagePool& pool);
  bool is_temporary() const { return path_.empty(); }
  bool in_memory() const { return settings_.mode == JournalMode::kMemory; }
  bool skips_syncs() const { return is_temporary() || settings_.synchronous == Synchronous::kOff; }

  Io& io_;
  std::string path_;
  Settings settings_;
  uint32_t page_size_ = 0;
  Pgno original_page_count_ = 0;
  PodArray<Image*> pending_;
  std::unique_ptr<File> file_;
  /** End of what was written in this transaction, in bytes; 0: nothing. */
  uint64_t end_ = 0;
  uint64_t segment_offset_ = 0;
  /** Records in the open segment; a sealed segment gets no more. */
  uint32_t segment_records_ = 0;
  bool started_ = false;
  bool segment_open_ = false;
  bool has_super_ = false;
  bool directory_synced_ = true;
  uint32_t nonce_ = 0;
};

/** SQLite's checksum of a journal record. */
uint32_t journal_checksum(uint32_t nonce, const uint8_t* content, uint32_t page_size);

/** What is known after the records of a journal were put back. */
struct JournalPlayback {
  /** Pages of the database before the interrupted transaction; 0xffffffff when the journal had no valid
   * header. */
  Pgno page_count = 0xffffffff;
  uint32_t page_size = 0;
  uint32_t restored = 0;
};

/**
 * Puts every valid record of `journal` back into `database` and truncates it to its original size. Stops
 * silently at the first invalid segment or record, as SQLite does. `default_page_size` serves journals that
 * don't say.
 */
Status play_back_journal(File& journal, File& database, uint32_t default_page_size, JournalPlayback* result);

}  // namespace ringlite
