// VmCursor: what a cursor number of a program stands for while it runs: a B-tree cursor with the decoded
// header of its present row, a sorter, a one-row pseudo-table, or a scan of a virtual table.
//
// Invariants:
//  1. A closed cursor keeps its allocations (layout, sorter memory) for the next time it is opened.
//  2. `layout` describes the row under the cursor exactly while has_row is true and the B-tree cursor has not
//  moved away on
//     its own (saved by another writer): row_is_current().
//  3. An ephemeral B-tree belongs to all cursors that OpenDup made; the last one to close frees it.
#pragma once
#include <cstdint>
#include <memory>

#include "base/buffer.h"
#include "base/status.h"
#include "btree/btree.h"
#include "btree/cursor.h"
#include "record/record.h"
#include "vdbe/program.h"

namespace ringlite {

class Sorter;
class VirtualTableCursor;

/** A table or index that lives as long as its statement wants it. */
struct EphemeralTable {
  std::unique_ptr<Btree> btree;
  int references = 0;
};

enum class CursorKind : uint8_t { kClosed, kBtree, kSorter, kPseudo, kVirtual };

struct VmCursor {
  VmCursor();
  ~VmCursor();
  VmCursor(const VmCursor&) = delete;
  VmCursor& operator=(const VmCursor&) = delete;

  CursorKind kind = CursorKind::kClosed;
  /** Reads as a row of NULLs. */
  bool is_null_row = true;
  /** The move to deferred_rowid is still to be made. */
  bool is_seek_deferred = false;
  bool is_table = false;
  bool is_ephemeral = false;
  /** Has or had an OpenDup twin: OpenEphemeral makes a new table instead of emptying this one. */
  bool is_shared = false;
  /** The largest rowid is taken: NewRowid tries at random. */
  bool uses_random_rowids = false;
  /** Opened for equality searches only: SeekGE and SeekLE skip the IdxGT or IdxLT that follows. */
  bool is_equality_only = false;
  /** `layout` was begun on the present row. */
  bool has_row = false;

  uint8_t database = 0;
  int seek_result = 0;
  int seek_hit = 0;
  Pgno root = 0;
  int64_t sequence = 0;
  int64_t deferred_rowid = 0;
  const KeyInfo* key_info = nullptr;
  /** Pseudo-table: its record. */
  const Value* record = nullptr;

  /** Deferred seeks: fields of `alternate` that stand for columns of this table. */
  const IntArray* alternate_fields = nullptr;
  VmCursor* alternate = nullptr;

  /** The row: the part that lies on its page, and its whole size. */
  const uint8_t* row = nullptr;
  uint32_t row_available = 0;
  uint32_t row_size = 0;
  RecordLayout layout;
  Buffer header;

  Cursor tree;
  EphemeralTable* ephemeral = nullptr;
  /** The small ephemeral table of the last time, to be used again. */
  std::unique_ptr<EphemeralTable> spare;
  Pgno spare_root = 0;
  bool is_spare_table = false;
  std::unique_ptr<Sorter> sorter;
  std::unique_ptr<VirtualTableCursor> scan;

  bool is_open() const { return kind != CursorKind::kClosed; }
  bool is_btree() const { return kind == CursorKind::kBtree; }
  void close() {
    if (kind != CursorKind::kClosed) close_open();
  }
  void close_open();
  /** Makes it an open cursor of `kind` with nothing in it. */
  void begin(CursorKind new_kind);

  /** After any movement or change of the tree. */
  void forget_row() { has_row = false; }
  bool row_is_current() const { return has_row && (tree.is_valid() || shows_record()); }
  /** Pseudo-table: `row` is what the record's register still holds. */
  bool shows_record() const {
    return kind == CursorKind::kPseudo && record->is_blob() && record->data() == row &&
           record->size() == row_size;
  }

  /** Carries out a deferred seek. SQLITE_CORRUPT when the row is missing. */
  Status finish_seek();
  /** If the tree cursor's position was saved, finds it again; the row may be gone: then is_null_row. */
  Status restore();
  /** Takes the spare table if it is of the right kind, emptied; false when a new one must be made. */
  Status take_spare(bool* is_taken);
  /** Completes deferred seeks and restores, so that tree is on the row unless is_null_row. */
  Status settle() {
    if (is_seek_deferred) [[unlikely]]
      return finish_seek();
    if (tree.has_moved()) [[unlikely]]
      return restore();
    return kOk;
  }
  /** Begins `layout` on the present row; settled before, not on a null row. */
  Status load_row() {
    if (kind == CursorKind::kPseudo) {
      row = record->data();
      row_available = row_size = record->size();
    } else {
      row_size = tree.payload_size();
      row = tree.payload_fetch(&row_available);
    }
    RETURN_IF_ERROR(layout.begin(row, row_available, row_size));
    if (layout.header_size() > row_available) [[unlikely]]
      RETURN_IF_ERROR(load_far_header());
    has_row = true;
    return kOk;
  }
  /** A header that goes on on overflow pages is copied to `header`. */
  Status load_far_header();
};

}  // namespace ringlite
