// Cursor: a position in one tree, and the operations at that position: seeking, stepping, reading the entry,
// inserting, deleting. One object per open tree of a statement; it lives in the VM's frame and must not move
// while open.
//
// It must not know SQL or the VM. Index keys are compared by record/ on the cell where it lies on its page.
//
// States
//   valid    on an entry; its pages are pinned
//   invalid  nowhere: before the first seek, past an end, in an empty tree
//   skip     on the entry which the next step in the direction of skip_next_ would reach (after a deletion)
//   saved    pages dropped, the key remembered; restore() or any step finds the place again
//   tripped  a rollback took the tree away; every use returns the stored error
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/buffer.h"
#include "base/status.h"
#include "btree/btree.h"
#include "btree/tree_path.h"
#include "record/compare.h"
#include "record/key_info.h"

namespace ringlite {

/** What insert may assume and what it leaves behind; values combine (SQLite's BTREE_ and OPFLAG_ values). */
enum InsertFlags : uint8_t {
  kInsertDefault = 0,
  kInsertSavePosition = 0x02,  ///< afterwards the cursor is on the new entry, or saved there
  kInsertAppend = 0x08,        ///< the key is likely the largest of the tree
};

enum DeleteFlags : uint8_t {
  kDeleteDefault = 0,
  kDeleteSavePosition = 0x02,  ///< afterwards next() and previous() go to the neighbours of the deleted entry
};

/** What to insert. Tables: `rowid` and `data`. Indexes: `data` is the encoded record; `key`, when given, is
   the same record as values, which saves decoding it for the search. */
struct Entry {
  const uint8_t* data = nullptr;
  uint32_t size = 0;       ///< bytes at `data`
  uint32_t zero_tail = 0;  ///< further bytes, all zero (zeroblob)
  int64_t rowid = 0;
  RecordKey* key = nullptr;

  uint32_t payload_size() const { return size + zero_tail; }
};

struct NodeEdit;

class Cursor {
 public:
  Cursor() = default;
  ~Cursor() { close(); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /** `key_info` null: a table tree; else the key's order (kept by pointer, not owned). The Btree is in a
     transaction, for `writable` in a write transaction. Reads no page. SQLITE_READONLY. */
  Status open(Btree& btree, Pgno root, bool writable, const KeyInfo* key_info);
  /** Idempotent. */
  void close();
  bool is_open() const { return btree_ != nullptr; }
  bool is_writable() const { return is_writable_; }
  bool is_table() const { return key_info_ == nullptr; }
  Pgno root() const { return root_; }
  const KeyInfo* key_info() const { return key_info_; }
  Btree& btree() const { return *btree_; }

  // Movement (seek.cpp, cursor.cpp)
  // --------------------------------------------------------------------------------------

  /** To the first/last entry; `*empty` when there is none. */
  Status first(bool* empty);
  Status last(bool* empty);
  /** To the neighbour. SQLITE_DONE past the end (the cursor is invalid then). Finds a saved position first.
   */
  Status next() {
    if (fast_steps_ & kFastNext) [[likely]] {
      PathLevel& level = path_.levels[path_.depth - 1];
      const NodeHeader& header = level.node.header();
      if (level.index + 1 < header.cell_count && header.is_leaf) [[likely]] {
        level.index++;
        has_info_ = false;
        return kOk;
      }
    }
    return next_slow();
  }
  Status previous() {
    if (fast_steps_ & kFastPrevious) [[likely]] {
      PathLevel& level = path_.levels[path_.depth - 1];
      if (level.index > 0 && level.node.is_leaf()) [[likely]] {
        level.index--;
        has_info_ = false;
        is_at_last_ = false;
        return kOk;
      }
    }
    return previous_slow();
  }
  /** Table trees. `*result`: 0 found; <0 on an entry smaller than `rowid`, or the tree is empty (then
     !is_valid()); >0 on a larger one. */
  Status seek_rowid(int64_t rowid, int* result);
  /** Index trees. As above; a key of fewer fields than the records matches as a prefix, by its
     default_result. key.equal_seen is set when some record compared equal in all of the key's fields. */
  Status seek_key(RecordKey& key, int* result);
  /** While reads are tracked: says that the entry found by a seek whose result was not 0 is going to be used,
     so that the gap between the key and the entry counts as read. next() and previous() say so themselves. */
  void use_inexact_position() {
    if (tracker_) [[unlikely]]
      track_inexact_position();
  }

  bool is_valid() const { return state_ == State::kValid; }
  /** Not on an entry: past an end, or in need of restore(). */
  bool is_eof() const { return state_ != State::kValid; }
  /** True when restore() is needed before the entry can be read. */
  bool has_moved() const { return state_ != State::kValid; }
  /** Finds a saved position again. `*different_row`: the row is gone; the cursor is on a neighbour or
   * invalid. */
  Status restore(bool* different_row);
  /** Remembers the key and drops all pages. No-op unless on an entry. SQLITE_CONSTRAINT_PINNED. */
  Status save_position();
  /** While set, the cursor cannot leave its entry: changes of its tree by others fail. */
  void set_pinned(bool is_pinned) { is_pinned_ = is_pinned; }
  /** Forgets the position. */
  void clear_position();

  // The entry under the cursor: only when is_valid() (payload.cpp)
  // -------------------------------------------------------

  int64_t rowid() { return info().rowid; }
  uint32_t payload_size() { return info().payload_size; }
  /** The part of the payload that lies on the page; `*available` bytes. Valid until the cursor moves or the
   * tree changes. */
  const uint8_t* payload_fetch(uint32_t* available) {
    const CellInfo& cell = info();
    const uint8_t* end = path_.last().node.end();
    const size_t room = cell.payload < end ? static_cast<size_t>(end - cell.payload) : 0;
    *available = cell.local_size <= room ? cell.local_size : static_cast<uint32_t>(room);
    return cell.payload;
  }
  /** Copies `amount` bytes from `offset` on; follows the overflow chain. SQLITE_CORRUPT when that is past the
   * end. */
  Status payload(uint32_t offset, uint32_t amount, void* buffer);
  /** Overwrites part of the payload in place, as incremental blob I/O does. The size cannot change. */
  Status put_payload(uint32_t offset, uint32_t amount, const void* data);

  // Changes (insert.cpp, remove.cpp)
  // -------------------------------------------------------------------------------------

  /** Inserts, or replaces the entry of that key. `seek_result`: not 0 when the cursor was just sought for
     this very key with that result (nothing changed since); 0 to let insert seek. SQLITE_FULL,
     SQLITE_CORRUPT. */
  Status insert(const Entry& entry, uint8_t flags, int seek_result);
  /** Deletes the entry under the cursor. Without kDeleteSavePosition the cursor is invalid afterwards. */
  Status remove(uint8_t flags);
  /** Inserts a copy of the entry under `source` (a cursor of the same kind of tree, perhaps in another file)
     without decoding it; tables: under `rowid`. `seek_result` as for insert. */
  Status transfer(Cursor& source, int64_t rowid, int seek_result);
  /** Number of entries in the tree. */
  Status count(int64_t* entries);
  /** Adds the pages that the entry under the cursor was read from: those of the path, and the overflow pages
   * that payload() has walked. SQLITE_NOMEM. */
  Status note_pages(PageSet* pages) const;
  /** A guess of the tree's entries from the path of the cursor, which is on an entry; -1 when unknown. */
  int64_t entry_count_estimate() const;

 private:
  friend class Btree;
  enum class State : uint8_t { kValid, kInvalid, kSkip, kSaved, kTripped };
  enum FastStep : uint8_t { kFastNext = 1, kFastPrevious = 2 };

  const CellInfo& info() {
    if (!has_info_) parse_info();
    return info_;
  }
  void parse_info() {
    ASSERT(state_ == State::kValid || state_ == State::kSkip);
    const PathLevel& level = path_.last();
    level.node.parse_cell_at(level.node.cell(level.index), &info_);
    overflow_page_count_ = 0;
    has_info_ = true;
  }
  void set_valid();
  void set_state(State state) {
    ASSERT(state != State::kValid);
    state_ = state;
    fast_steps_ = 0;
    is_at_last_ = false;
    has_info_ = false;
  }

  // cursor.cpp
  void trip(Status code);
  Status restore_saved();
  Status next_slow();
  Status previous_slow();
  Status require_position();
  // seek.cpp
  Status move_to_root();
  Status descend(Pgno child);
  Status descend_to_first();
  Status descend_to_last();
  Status step_forward();
  Status step_backward();
  bool seek_rowid_nearby(int64_t rowid, int* result);
  int search_leaf(int64_t rowid, int64_t lower_bound);
  Status search_rowid(int64_t rowid, int* result);
  Status search_key(RecordKey& key, int* result);
  Status compare_cell(const Node& node, uint32_t index, RecordKey& key, RecordComparison compare,
                      int* result);
  Status seek_saved_record(const uint8_t* record, uint32_t size, int* result);
  // payload.cpp
  Status read_payload_of(const Node& node, const CellInfo& cell, uint8_t* buffer);
  Status find_overflow_page(uint32_t number, Pgno* pgno);
  Status overwrite_payload(const uint8_t* data, uint32_t size, uint32_t zero_tail);
  template <typename Visit>
  Status visit_payload(uint32_t offset, uint32_t amount, bool write, Visit visit);
  // insert.cpp
  Status prepare_to_write();
  Status build_cell(const NodeHeader& header, const Entry& entry, uint32_t* size);
  Status build_overflow_chain(const uint8_t* data, uint32_t size, uint32_t total, uint8_t* link);
  Status find_place(const Entry& entry, int seek_result, int* result);
  Status replace_entry(const Entry& entry, bool* done);
  Status store_cell(uint32_t size, int result);
  Status replace_cell(uint32_t index, uint32_t old_size, uint32_t size);
  Status put_pointers_of_cell(const uint8_t* cell);
  Status insert_into_full_node(uint32_t index, uint32_t removed, uint32_t size);
  // remove.cpp
  Status remove_current(uint8_t flags);
  Status balance_path();
  Status remove_from_interior();
  Status replace_divider_and_rebalance(int depth, const NodeEdit& edit);
  Status find_emptied_leaf(const Buffer& record, int* result);
  Status count_below(int64_t* total);
  // tracking.cpp
  void track_inexact_position();
  void track_seek_rowid(int64_t rowid, int result);
  void track_seek_key(const RecordKey& key, int result);
  void track_restored(int result);
  void track_current();
  void track_position(bool is_high);
  void track_first();
  void track_last();
  void track_before_step(bool forward);
  void track_step(bool forward);
  void track_end(bool forward);
  void track_whole_tree();
  bool start_tracked_range();
  void finish_tracked_range() {
    if (scan_) [[unlikely]]
      end_tracked_range();
  }
  void end_tracked_range();
  void delete_tracked_range();

  TreePath path_;
  CellInfo info_;
  State state_ = State::kInvalid;
  uint8_t fast_steps_ = 0;
  bool has_info_ = false;
  bool is_at_last_ = false;  ///< on the tree's last entry, for certain
  bool is_pinned_ = false;   ///< see set_pinned()
  bool is_writable_ = false;
  int8_t skip_next_ = 0;  ///< skip and saved states: >0 next() does nothing, <0 previous() does nothing
  Status trip_code_;
  Pgno root_ = 0;
  Btree* btree_ = nullptr;
  const KeyInfo* key_info_ = nullptr;
  ReadTracker* tracker_ = nullptr;
  Cursor* next_cursor_ = nullptr;
  Cursor** link_to_me_ = nullptr;
  int64_t saved_rowid_ = 0;
  Buffer saved_key_;
  Buffer record_;          ///< a payload put together from its overflow chain, for comparison
  Buffer overflow_pages_;  ///< page numbers of the entry's chain, as far as known (0 unknown)
  uint32_t overflow_page_count_ = 0;
  struct ScanRange;
  ScanRange* scan_ = nullptr;  ///< while reads are tracked
};

inline void Cursor::set_valid() {
  state_ = State::kValid;
  fast_steps_ = tracker_ ? 0 : kFastNext | kFastPrevious;
  is_at_last_ = false;
  has_info_ = false;
}

}  // namespace ringlite
