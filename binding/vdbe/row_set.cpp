#include "vdbe/row_set.h"

#include <algorithm>
#include <new>

namespace ringlite {

namespace {

constexpr size_t kFirstTableSize = 64;

size_t slot_of(int64_t rowid, size_t table_size) {
  return static_cast<size_t>((static_cast<uint64_t>(rowid) * 0x9e3779b97f4a7c15u) >> 20) & (table_size - 1);
}

}  // namespace

RowSet* RowSet::find(const Value& value) {
  AggregateBlock* block = value.aggregate();
  return block && block->destroy == &RowSet::destroy ? static_cast<RowSet*>(block->state()) : nullptr;
}

Status RowSet::in(Value& value, RowSet** set) {
  *set = find(value);
  if (*set) return kOk;
  value.set_null();
  void* state;
  RETURN_IF_ERROR(value.start_aggregate(sizeof(RowSet), &RowSet::destroy, &state));
  *set = new (state) RowSet();
  return kOk;
}

bool RowSet::take_smallest(int64_t* rowid) {
  if (!is_sorted_) {
    std::sort(rowids_.begin() + taken_, rowids_.end());
    int64_t* end = std::unique(rowids_.begin() + taken_, rowids_.end());
    rowids_.truncate(static_cast<size_t>(end - rowids_.begin()));
    is_sorted_ = true;
  }
  if (taken_ >= rowids_.size()) return false;
  *rowid = rowids_[taken_++];
  return true;
}

bool RowSet::contains(int64_t rowid) const {
  if (table_.empty()) return false;
  for (size_t slot = slot_of(rowid, table_.size()); used_[slot]; slot = (slot + 1) & (table_.size() - 1))
    if (table_[slot] == rowid) return true;
  return false;
}

Status RowSet::grow_table() {
  const size_t size = table_.empty() ? kFirstTableSize : table_.size() * 2;
  PodArray<int64_t> table;
  PodArray<uint8_t> used;
  RETURN_IF_ERROR(table.resize(size));
  RETURN_IF_ERROR(used.resize(size));
  for (size_t i = 0; i < table_.size(); i++) {
    if (!used_[i]) continue;
    size_t slot = slot_of(table_[i], size);
    while (used[slot]) slot = (slot + 1) & (size - 1);
    used[slot] = 1;
    table[slot] = table_[i];
  }
  table_.swap(table);
  used_.swap(used);
  return kOk;
}

Status RowSet::insert_unique(int64_t rowid) {
  if ((table_count_ + 1) * 2 > table_.size()) RETURN_IF_ERROR(grow_table());
  size_t slot = slot_of(rowid, table_.size());
  while (used_[slot]) {
    if (table_[slot] == rowid) return kOk;
    slot = (slot + 1) & (table_.size() - 1);
  }
  used_[slot] = 1;
  table_[slot] = rowid;
  table_count_++;
  return kOk;
}

}  // namespace ringlite
