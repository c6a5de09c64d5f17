// Btree: one connection's access to one database file. It owns the Pager and knows what the pages mean: trees of
// cells, the freelist, pointer maps, and the fields of page 1. Cursors (btree/cursor.h) read and change the trees.
//
// It must not know SQL, schemas or the VM: trees are named by their root page, keys are rowids or encoded records.
//
// Invariants
//   1. Every page reference a cursor holds is dropped (position saved) before another cursor, a rollback or a vacuum
//      step changes that tree; so no cursor ever sees a page version older than the last change.
//   2. All writes happen between begin_write and commit/rollback; page 1 is held while a transaction is open.
//   3. Nothing read from the file is trusted: sizes, offsets and page numbers are checked where they are used, and a
//      violation is SQLITE_CORRUPT.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/assert.h"
#include "base/status.h"

namespace ringlite {

/** Page number; 1 is the first page, 0 none. */
using Pgno = uint32_t;

class Pager;
class Cursor;
class ReadTracker;
class IntegrityReport;
struct KeyInfo;

enum class TransactionState : uint8_t { kNone = 0, kRead = 1, kWrite = 2 };

/** What a tree stores. */
enum class TreeKind : uint8_t {
  kTable = 1,  ///< rows by 64-bit rowid, payload in the leaves only (SQLite: BTREE_INTKEY)
  kIndex = 2,  ///< records as keys, in all nodes: indexes, WITHOUT ROWID tables (SQLite: BTREE_BLOBKEY)
};

enum class AutoVacuum : uint8_t { kNone = 0, kFull = 1, kIncremental = 2 };

/** The 4-byte fields of page 1 that get_meta and update_meta reach; the value is SQLite's number of the field. */
enum class Meta : uint8_t {
  kFreePageCount = 0,      ///< read only
  kSchemaCookie = 1,
  kFileFormat = 2,
  kDefaultCacheSize = 3,
  kLargestRoot = 4,        ///< nonzero: auto-vacuum
  kTextEncoding = 5,       ///< 1 UTF-8, 2 UTF-16le, 3 UTF-16be, 0 not set yet
  kUserVersion = 6,
  kIncrementalVacuum = 7,
  kApplicationId = 8,
  kDataVersion = 15,       ///< not stored: moves when another connection committed
};

class Btree {
 public:
  /** `pager` becomes this object's; the file is not read before the first transaction. SQLITE_NOMEM. */
  static Status open(std::unique_ptr<Pager> pager, std::unique_ptr<Btree>* out);
  /** Rolls back what is open. All cursors must be closed. */
  ~Btree();
  Btree(const Btree&) = delete;
  Btree& operator=(const Btree&) = delete;

  Pager& pager() { return *pager_; }
  const Pager& pager() const { return *pager_; }

  // Transactions ---------------------------------------------------------------------------------------------------

  TransactionState transaction_state() const { return state_; }
  bool in_transaction() const { return state_ != TransactionState::kNone; }
  bool is_writing() const { return state_ == TransactionState::kWrite; }

  /** Starts (or keeps) a read transaction. `schema_cookie` (may be null) receives the file's cookie. SQLITE_BUSY,
      SQLITE_NOTADB, SQLITE_CORRUPT, I/O errors. Nothing changes on failure. */
  Status begin_read(uint32_t* schema_cookie = nullptr);
  /** Starts (or upgrades to) a write transaction; `exclusive` also locks out readers in rollback modes. Writes page 1
      of an empty database. SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY. */
  Status begin_write(bool exclusive, uint32_t* schema_cookie = nullptr);
  /** First half of a commit: everything durable but the deletion of the journal. Runs full auto-vacuum. With several
      databases, `super_journal` is the full path of the file that names all journals, else null. No-op when not writing. */
  Status commit_phase_one(const char* super_journal = nullptr);
  /** Second half: the commit point. Ends the transaction (a read transaction stays when cursors are open). */
  Status commit_phase_two();
  Status commit();
  /** Undoes the write transaction. Cursors are tripped with `cursor_code` (SQLITE_OK: only saved, they find their row
      again). `write_cursors_only`: reading cursors survive when the schema did not change. */
  Status rollback(Status cursor_code = Code::kAbortRollback, bool write_cursors_only = false);
  /** Ends a read transaction, or the read half that is left after a commit, once no cursor is open. */
  void end_read();

  /** Savepoints are a stack, numbered from 0: open until `count` exist. A statement's savepoint is the top one. */
  Status open_savepoints(int count);
  /** Undoes what happened since savepoint `index` was opened; the savepoint stays, those above go. index -1: all of
      the transaction. */
  Status rollback_to_savepoint(int index);
  /** Forgets savepoint `index` and those above, keeping their changes. */
  Status release_savepoint(int index);

  /** Makes every cursor fail with `code` from now on (`write_cursors_only`: readers save their position instead). */
  Status trip_all_cursors(Status code, bool write_cursors_only);

  // Settings -------------------------------------------------------------------------------------------------------

  /** Only while the database is empty and no transaction is open, otherwise ignored (`fix` makes later calls ignored
      as well). page_size 0: unchanged; reserved_bytes -1: unchanged. */
  Status set_page_size(uint32_t page_size, int reserved_bytes, bool fix);
  uint32_t page_size() const;
  uint32_t usable_size() const { return usable_size_; }
  uint32_t reserved_bytes() const { return page_size() - usable_size_; }
  /** SQLITE_READONLY when the database exists and the change is from or to kNone. */
  Status set_auto_vacuum(AutoVacuum mode);
  /** Reads page 1 if it was never read. */
  Status auto_vacuum(AutoVacuum* mode);
  /** 0 off, 1 on (freed content is zeroed), 2 fast (only where the page is written anyway). -1: ask. */
  int secure_delete(int mode);
  Pgno page_count() const;
  Pgno max_page_count(Pgno limit);
  bool is_readonly() const;
  /** File format write version (1 rollback journal, 2 WAL) of page 1. */
  Status set_version(int version);

  // Trees ----------------------------------------------------------------------------------------------------------

  /** Makes an empty tree. In an auto-vacuum database the root goes to the front of the file (cursors lose their page
      references, not their positions). */
  Status create_tree(TreeKind kind, Pgno* root);
  /** Frees all pages of a tree; no cursor may be open anywhere (SQLITE_LOCKED). `moved_root`: the page whose tree
      moved to `root`'s page (auto-vacuum: the caller edits its schema), or 0. */
  Status drop_tree(Pgno root, Pgno* moved_root);
  /** Deletes all entries; adds their number to `*row_count` when it is not null. */
  Status clear_tree(Pgno root, int64_t* row_count);
  /** Reads any field, also kDataVersion. Needs a transaction. */
  Status get_meta(Meta field, uint32_t* value);
  Status update_meta(Meta field, uint32_t value);
  /** Frees one page at the end of the file. SQLITE_DONE when nothing is left to do or not incremental. */
  Status incremental_vacuum();
  /** Copies every page of `from` into this file (VACUUM's last step); both are in write transactions. */
  Status copy_file(Btree& from);
  /** Checks all pages against the trees `roots` (root 0 is skipped, roots[0]==0: partial check, freelist not compared).
      `entry_counts` (may be null) receives each tree's number of entries. Messages are SQLite's, without a header line. */
  Status integrity_check(const Pgno* roots, int64_t* entry_counts, size_t root_count, int max_errors,
                         IntegrityReport* report);

  // Cursors and hooks ----------------------------------------------------------------------------------------------

  bool has_open_cursor() const { return cursors_ != nullptr; }
  /** Saves the positions of the cursors on `root` (0: of all) except `except`, so that the pages can change. */
  Status save_all_cursors(Pgno root, const Cursor* except);
  /** Null (the default) turns read tracking off. Only between transactions, with no cursor open. */
  void set_read_tracker(ReadTracker* tracker) { read_tracker_ = tracker; }
  ReadTracker* read_tracker() const { return read_tracker_; }

 private:
  friend class Cursor;
  Btree() = default;

  std::unique_ptr<Pager> pager_;
  Cursor* cursors_ = nullptr;
  ReadTracker* read_tracker_ = nullptr;
  TransactionState state_ = TransactionState::kNone;
  uint32_t usable_size_ = 0;
};

}  // namespace ringlite
