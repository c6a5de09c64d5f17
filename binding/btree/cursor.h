// Cursor: a position in one tree, and the operations at that position: seeking, stepping, reading the entry, inserting,
// deleting. One object per open tree of a statement; it lives in the VM's frame and must not move while open.
//
// It must not know SQL or the VM. Index keys are compared by record/ on the cell where it lies on its page.
//
// A position is: invalid (before open, after a failed seek, past an end), valid (on an entry), skip (on an entry which
// the next step in one direction has already reached), saved (pages dropped, key remembered; found again on use), or
// tripped (every use returns the stored error).
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/status.h"
#include "btree/btree.h"

namespace ringlite {

struct KeyInfo;
struct UnpackedRecord;

/** How insert finds its place and what it leaves behind; values combine. */
enum InsertFlags : uint8_t {
  kInsertDefault = 0,
  kInsertSavePosition = 0x02,   ///< afterwards the cursor is on the new entry (or saved there)
  kInsertAppend = 0x08,         ///< the key is likely the largest of the tree
  kInsertUseSeekResult = 0x10,  ///< the cursor was just sought for this very key: `seek_result` is its outcome
};

enum DeleteFlags : uint8_t {
  kDeleteDefault = 0,
  kDeleteSavePosition = 0x02,  ///< afterwards next() and previous() go to the neighbours of the deleted entry
};

/** What to insert. Tables: `rowid` and `data`. Indexes: `data` is the encoded record, `key` (optional) the same record
    unpacked, which saves decoding it for the comparison. */
struct Entry {
  const uint8_t* data = nullptr;
  uint32_t size = 0;       ///< bytes at `data`
  uint32_t zero_tail = 0;  ///< further bytes of zero (zeroblob)
  int64_t rowid = 0;
  UnpackedRecord* key = nullptr;
};

class Cursor {
 public:
  Cursor() = default;
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /** `key_info` null: a table tree; else the key's order (kept by pointer, not owned). The Btree needs a transaction,
      for `writable` a write transaction. SQLITE_READONLY, SQLITE_NOMEM. */
  Status open(Btree& btree, Pgno root, bool writable, const KeyInfo* key_info);
  void close();
  bool is_open() const;
  bool is_writable() const;
  bool is_table() const;
  Pgno root() const;
  Btree& btree() const;

  // Movement -------------------------------------------------------------------------------------------------------

  /** To the first/last entry; `*empty` when there is none. */
  Status first(bool* empty);
  Status last(bool* empty);
  /** To the neighbour. SQLITE_DONE past the end (is_eof() is true then). */
  Status next();
  Status previous();
  /** Table trees. `*result`: 0 found, <0 on an entry smaller than the key (or the tree is empty), >0 on a larger one. */
  Status seek_rowid(int64_t rowid, bool likely_append, int* result);
  /** Index trees. As above; a key of fewer fields matches as a prefix by its default_result; key.eq_seen is set when
      some entry compared equal in all of the key's fields. */
  Status seek_key(UnpackedRecord& key, int* result);
  bool is_valid() const;
  bool is_eof() const;
  /** True when restore() is needed before the entry is read. */
  bool has_moved() const;
  /** Finds the saved position again. `*different_row`: the row is gone and the cursor is on a neighbour (or at eof). */
  Status restore(bool* different_row);
  /** Remembers the key and drops all pages. */
  Status save_position();
  /** Forgets the position. */
  void clear_position();

  // The entry under the cursor ---------------------------------------------------------------------------------------

  int64_t rowid();
  uint32_t payload_size();
  /** The part of the payload that lies on the page; `*available` bytes. Valid until the cursor moves or the tree changes. */
  const uint8_t* payload_fetch(uint32_t* available);
  /** Copies `amount` bytes from `offset`; follows the overflow chain. SQLITE_CORRUPT when that is past the end. */
  Status payload(uint32_t offset, uint32_t amount, void* buffer);
  /** Overwrites part of the payload in place, as incremental blob I/O does. The size cannot change. */
  Status put_payload(uint32_t offset, uint32_t amount, const void* data);

  // Changes ----------------------------------------------------------------------------------------------------------

  /** Inserts or replaces by key. `seek_result` counts only with kInsertUseSeekResult. SQLITE_FULL, SQLITE_CORRUPT. */
  Status insert(const Entry& entry, uint8_t flags, int seek_result);
  /** Deletes the entry under the cursor. */
  Status remove(uint8_t flags);
  /** Copies the entry under `source` (of the same tree kind) to the end of this tree, without decoding it. Tables: under `rowid`. */
  Status transfer(Cursor& source, int64_t rowid);
  /** Number of entries in the tree. */
  Status count(int64_t* entries);
  /** A guess of the tree's size from one path (for the planner): rows, 10 times log2-scaled as SQLite does; -1 empty. */
  int64_t row_count_estimate();
};

}  // namespace ringlite
