// Btree: one connection's access to one database file. It owns the Pager and knows what the pages mean: trees
// of cells, the freelist, pointer maps, and the fields of page 1. Cursors (btree/cursor.h) read and change
// the trees.
//
// It must not know SQL, schemas or the VM: trees are named by their root page, keys are rowids or encoded
// records.
//
// Invariants
//   1. Every page reference a cursor holds is dropped (position saved) before another cursor, a rollback or a
//   vacuum
//      step changes that tree; so no cursor ever sees a page version older than the last change.
//   2. All writes happen between begin_write and commit/rollback; page 1 is pinned while a transaction is
//   open.
//   3. Nothing read from the file is trusted: sizes, offsets and page numbers are checked where they are
//   used, and a
//      violation is SQLITE_CORRUPT.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/status.h"
#include "btree/tree_file.h"
#include "pager/pager.h"

namespace ringlite {

class Cursor;
class ReadTracker;

enum class TransactionState : uint8_t { kNone = 0, kRead = 1, kWrite = 2 };

/** What a tree stores. */
enum class TreeKind : uint8_t {
  kTable = 1,  ///< rows by 64-bit rowid, payload in the leaves only (SQLite: BTREE_INTKEY)
  kIndex = 2,  ///< records as keys, in all nodes: indexes, WITHOUT ROWID tables (SQLite: BTREE_BLOBKEY)
};

enum class AutoVacuum : uint8_t { kNone = 0, kFull = 1, kIncremental = 2 };

/** The 4-byte fields of page 1 that get_meta and update_meta reach; the value is SQLite's number of the
 * field. */
enum class Meta : uint8_t {
  kFreePageCount = 0,  ///< read only
  kSchemaCookie = 1,
  kFileFormat = 2,
  kDefaultCacheSize = 3,
  kLargestRoot = 4,   ///< nonzero: auto-vacuum
  kTextEncoding = 5,  ///< 1 UTF-8, 2 UTF-16le, 3 UTF-16be, 0 not set yet
  kUserVersion = 6,
  kIncrementalVacuum = 7,
  kApplicationId = 8,
  kDataVersion = 15,  ///< not stored: moves when another connection committed
};

/** What an integrity check found. */
struct IntegrityReport {
  /** SQLite's messages, one per line, without a last newline. */
  Buffer messages;
  int error_count = 0;
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

  // Transactions (btree.cpp)
  // ---------------------------------------------------------------------------------------

  TransactionState transaction_state() const { return state_; }
  bool in_transaction() const { return state_ != TransactionState::kNone; }
  bool is_writing() const { return state_ == TransactionState::kWrite; }

  /** Starts (or keeps) a read transaction. `schema_cookie` (may be null) receives the file's cookie.
     SQLITE_BUSY, SQLITE_NOTADB, SQLITE_CORRUPT, I/O errors. Nothing changes on failure. */
  Status begin_read(uint32_t* schema_cookie = nullptr) { return begin(false, false, schema_cookie); }
  /** Starts (or upgrades to) a write transaction; `exclusive` also locks out readers in rollback modes.
     Writes page 1 of an empty database. The busy handler is asked only when no transaction was open.
     SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_READONLY. */
  Status begin_write(bool exclusive = false, uint32_t* schema_cookie = nullptr) {
    return begin(true, exclusive, schema_cookie);
  }
  /** First half of a commit: everything durable but the deletion of the journal. Runs full auto-vacuum. With
     several databases, `super_journal` is the full path of the file that names all journals, else null. No-op
     when not writing. On SQLITE_BUSY the transaction stays open and may be committed later. */
  Status commit_phase_one(const char* super_journal = nullptr);
  /** Second half: the commit point. Ends the transaction; a read transaction stays when `keep_reading` is set
     or cursors are open. Also ends a transaction that only read. */
  Status commit_phase_two(bool keep_reading = false);
  Status commit(bool keep_reading = false) {
    RETURN_IF_ERROR(commit_phase_one(nullptr));
    return commit_phase_two(keep_reading);
  }
  /** Undoes the write transaction. All cursors fail with `cursor_code` from now on (SQLITE_OK: they are only
     saved and find their rows again); `write_cursors_only`: reading cursors survive (the schema did not
     change). */
  Status rollback(Status cursor_code = Code::kAbortRollback, bool write_cursors_only = false,
                  bool keep_reading = false);
  /** Ends a read transaction unless a cursor is open. */
  void end_read();

  /** Makes sure that `count` savepoints are open, numbered from 0. A statement's savepoint is the last one.
   */
  Status open_savepoints(int count) { return pager_->open_savepoints(count); }
  /** Undoes what happened since savepoint `index` was opened; it stays open, those inside it are closed. -1:
     everything since the transaction began, which stays open. */
  Status rollback_to_savepoint(int index);
  /** Forgets savepoint `index` and those inside it, keeping their changes. */
  Status release_savepoint(int index) { return pager_->release_savepoint(index); }

  /** Makes every cursor fail with `code` from now on (`write_cursors_only`: readers save their position
   * instead). */
  Status trip_all_cursors(Status code, bool write_cursors_only);

  // Settings
  // -------------------------------------------------------------------------------------------------------

  /** Ignored once the database exists or a call with `fix` was made. page_size 0: unchanged; reserved_bytes
     -1: unchanged. */
  Status set_page_size(uint32_t page_size, int reserved_bytes, bool fix);
  uint32_t page_size() const { return file_.geometry.page_size; }
  uint32_t usable_size() const { return file_.geometry.usable_size; }
  uint32_t reserved_bytes() const { return page_size() - usable_size(); }
  /** SQLITE_READONLY when the database exists and the change is from or to kNone. */
  Status set_auto_vacuum(AutoVacuum mode);
  /** The mode in force (as of the last transaction). */
  AutoVacuum auto_vacuum() const {
    return !file_.is_auto_vacuum         ? AutoVacuum::kNone
           : file_.is_incremental_vacuum ? AutoVacuum::kIncremental
                                         : AutoVacuum::kFull;
  }
  void set_secure_delete(SecureDelete mode) { file_.secure_delete = mode; }
  SecureDelete secure_delete() const { return file_.secure_delete; }
  /** Pages of the database; only in a transaction. */
  Pgno page_count() const { return file_.page_count; }
  bool is_readonly() const { return pager_->is_readonly() || is_readonly_format_; }
  /** Sets file format read and write version (1 rollback journal, 2 WAL) in page 1, in a write transaction
     that this starts when they differ. */
  Status set_version(uint8_t version);

  // Trees (trees.cpp, vacuum.cpp)
  // --------------------------------------------------------------------------------------

  /** Makes an empty tree. In an auto-vacuum database the root goes to the front of the file. */
  Status create_tree(TreeKind kind, Pgno* root);
  /** Frees all pages of a tree; SQLITE_LOCKED when a cursor is open on this database. `moved_root`: the page
     whose tree now has `root` as its root page (auto-vacuum: the caller edits its schema), or 0. */
  Status drop_tree(Pgno root, Pgno* moved_root);
  /** Deletes all entries; adds their number to `*row_count` when it is not null. */
  Status clear_tree(Pgno root, int64_t* row_count);
  /** Reads any field, also kDataVersion. Needs a transaction. */
  uint32_t get_meta(Meta field) const {
    ASSERT(in_transaction());
    if (field == Meta::kDataVersion) return pager_->data_version();
    return load_be32(file_.page1.data() + file_header::kMeta + 4 * static_cast<uint32_t>(field));
  }
  Status update_meta(Meta field, uint32_t value);
  /** Frees one page at the end of the file. SQLITE_DONE when nothing is left to do or the file is not
   * auto-vacuum. */
  Status incremental_vacuum();
  /** Replaces this database's pages by those of `from` (VACUUM's last step). This one is in a write
     transaction, `from` in any. */
  Status copy_from(Btree& from);
  /** Puts page `pgno` of `from` where its bytes belong in this file; page sizes may differ. This one is in a
     write transaction without cursors, and is nothing but a file of bytes until finish_copy().
     SQLITE_READONLY for a page that would lie in this file's lock-byte page. */
  Status copy_page(Btree& from, Pgno pgno);
  /** After copy_page() of all pages: this database has their size. */
  Status finish_copy(const Btree& from);
  /** Nothing but an empty schema, in a write transaction without cursors. */
  Status make_empty();
  /** Checks all pages against the trees `roots` (zeros are skipped; roots[0] == 0: a partial check, then
     pages that no tree uses are no error and the freelist is only checked when roots[1] == 1). `entry_counts`
     (may be null) receives each tree's number of entries. The messages are SQLite's, without the "*** in
     database" line. */
  Status integrity_check(const Pgno* roots, int64_t* entry_counts, size_t root_count, int max_errors,
                         IntegrityReport* report);

  // Cursors and hooks
  // ----------------------------------------------------------------------------------------------

  bool has_open_cursor() const { return cursors_ != nullptr; }
  /** Saves the positions of the cursors on `root` (0: of all) except `except`, so that the pages can change.
   */
  Status save_all_cursors(Pgno root, const Cursor* except);
  /** Null (the default) turns read tracking off. Cursors take it over when they are opened. */
  void set_read_tracker(ReadTracker* tracker) { read_tracker_ = tracker; }
  ReadTracker* read_tracker() const { return read_tracker_; }

 private:
  friend class Cursor;
  friend class Balancer;
  Btree() = default;

  Status begin(bool write, bool exclusive, uint32_t* schema_cookie);
  Status read_page1();
  Status create_page1();
  void leave_write(bool keep_reading);
  void set_geometry();
  Status relocate_page(Pgno from, PointerKind kind, Pgno parent, Pgno to);
  Status replace_pointer(Pgno holder, PointerKind kind, Pgno from, Pgno to);
  Status clear_subtree(Pgno pgno, bool is_table, int depth, bool free_page, int64_t* row_count);
  Pgno size_after_vacuum(Pgno page_count, uint32_t free_pages) const;
  Status vacuum_step(Pgno target, Pgno last, bool is_commit);
  Status vacuum_for_commit();
  bool is_unusable_page(Pgno pgno) const {
    return file_.is_pointer_map_page(pgno) || file_.is_lock_byte_page(pgno);
  }

  std::unique_ptr<Pager> pager_;
  TreeFile file_;
  Cursor* cursors_ = nullptr;
  ReadTracker* read_tracker_ = nullptr;
  TransactionState state_ = TransactionState::kNone;
  bool is_page_size_fixed_ = false;
  /** The file's write version is one that we do not know. */
  bool is_readonly_format_ = false;
  /** Memory of the tree algorithms: a cell being built, the balancer's arrays. Sized when first needed. */
  Buffer cell_space_;
  Buffer balance_space_;
};

}  // namespace ringlite
