// RowWriter: puts rows of Values into the data area of the border as cells, until the batch is full.
//
// Invariant: a row is written completely or leaves no trace (cells, side area and text are rewound).
#pragma once
#include <cstdint>

#include "engine/border.h"

namespace ringlite {

class RowWriter {
 public:
  enum class Result : uint8_t { kWritten, kFull };

  /** Starts a batch. */
  void begin(Border& border);

  /** Appends one row. `safe_integers`: integers that are no int32 become int64 cells. kFull: not written, see
      space_needed(). SQLITE_NOMEM. */
  Status write(const Value* values, uint32_t count, bool safe_integers, Result* result);

  uint32_t row_count() const { return row_count_; }
  /** The last row has values that are to be fetched by calls of their own. */
  bool has_far() const { return has_far_; }
  /** The batch has enough text. */
  bool is_text_full() const {
    return border_->latin1.size() + border_->wide.size() > border::kBatchTextLimit;
  }
  /** Bytes that the data area of an empty batch must have for the row that was refused. */
  size_t space_needed() const { return space_needed_; }

 private:
  Status write_bytes_cell(const Value& value, uint64_t* cell, bool* fits);
  Status write_blob(const Value& value, uint64_t* cell, bool* fits);
  bool take_side(size_t size, size_t alignment, size_t* offset);

  Border* border_ = nullptr;
  size_t cell_end_ = 0;  // offsets from the start of the buffer
  size_t side_start_ = 0;
  size_t space_needed_ = 0;
  uint32_t row_count_ = 0;
  bool has_far_ = false;
};

}  // namespace ringlite
