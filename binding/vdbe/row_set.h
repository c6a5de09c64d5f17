// RowSet: a set of rowids in a register, for statements that collect rows first and visit them afterwards
// (DELETE and UPDATE by multi-index OR), in ascending order.
//
// A RowSet is kept as the state of an "aggregate" of the register, so that it dies with the register's value.
#pragma once
#include <cstdint>

#include "base/pod_array.h"
#include "base/status.h"
#include "record/value.h"

namespace ringlite {

class RowSet {
 public:
  /** The set in `value`, which becomes an empty one if it held something else. SQLITE_NOMEM. */
  static Status in(Value& value, RowSet** set);
  /** The set in `value`, or nullptr. */
  static RowSet* find(const Value& value);

  Status add(int64_t rowid) {
    is_sorted_ = false;
    return rowids_.push_back(rowid);
  }
  /** Takes out the smallest; false when there is none. */
  bool take_smallest(int64_t* rowid);
  /** Adds to (or asks) the set of RowSetTest, which is never taken from. */
  Status insert_unique(int64_t rowid);
  bool contains(int64_t rowid) const;

 private:
  static void destroy(void* state) { static_cast<RowSet*>(state)->~RowSet(); }
  Status grow_table();

  PodArray<int64_t> rowids_;
  size_t taken_ = 0;
  bool is_sorted_ = true;
  /** Open addressing; a slot is free when its bit in `used_` is not set. */
  PodArray<int64_t> table_;
  PodArray<uint8_t> used_;
  size_t table_count_ = 0;
};

}  // namespace ringlite
