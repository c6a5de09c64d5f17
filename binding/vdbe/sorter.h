// Sorter: a stable sort of records by a KeyInfo, in memory as long as they fit, otherwise through sorted runs
// in a temporary file. Rows go in by insert(), then sort() puts it on the first one, next() moves on.
//
// Each record in memory has an entry with a 64-bit prefix of its first field, made so that prefixes order as
// the fields do: most comparisons touch no record at all.
#pragma once
#include <cstdint>
#include <memory>

#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "record/key_info.h"
#include "record/value.h"
#include "vdbe/sort_runs.h"

namespace ringlite {

class Sorter {
 public:
  /** `memory_limit` in bytes, 0: never spills. `compared_fields`: leading fields that decide. */
  Sorter(Io& io, const KeyInfo& key_info, uint32_t compared_fields, size_t memory_limit);
  ~Sorter();
  Sorter(const Sorter&) = delete;
  Sorter& operator=(const Sorter&) = delete;

  Status insert(const uint8_t* record, uint32_t size);
  Status sort(bool* is_empty);
  Status next(bool* at_end);
  /** The present record; valid until next(). */
  const uint8_t* record() const { return runs_ ? runs_->record() : entries_[position_].record; }
  uint32_t record_size() const { return runs_ ? runs_->record_size() : entries_[position_].size; }
  /** Shows the present record in `holder`, uncopied, which is emptied when the sorter moves on or is cleared.
   */
  void lend(Value* holder) {
    take_back();
    lent_ = holder;
    holder->set_blob(record(), record_size(), Storage::kEphemeral);
  }

  /** Empties it and gives its memory back, but for one block. */
  void clear();

 private:
  struct Entry {
    uint64_t prefix;
    const uint8_t* record;
    uint32_t size;
    /** The prefix is the whole first field: equal prefixes mean equal fields. */
    bool is_exact;
  };
  /** Blocks of records grow from 16 to 256 KiB. */
  static constexpr size_t kFirstBlockBytes = 16 * 1024;
  static constexpr size_t kBlockDoublings = 4;

  void take_back() {
    if (!lent_) return;
    // Unless something else has been stored there since.
    if (lent_->is_blob() && lent_->storage() == Storage::kEphemeral) lent_->set_null();
    lent_ = nullptr;
  }
  Status allocate(uint32_t size, uint8_t** bytes);
  void make_prefix(Entry& entry) const;
  int compare(const Entry& left, const Entry& right);
  bool is_sorted();
  Status sort_entries();
  void merge(const Entry* left, const Entry* middle, const Entry* right, Entry* output);
  Status spill();

  Io& io_;
  const KeyInfo& key_info_;
  const uint32_t compared_fields_;
  const size_t memory_limit_;
  PodArray<Entry> entries_;
  PodArray<Entry> scratch_;
  PodArray<uint8_t*> blocks_;
  uint8_t* free_ = nullptr;
  size_t free_bytes_ = 0;
  size_t used_bytes_ = 0;
  size_t position_ = 0;
  Status comparison_status_;
  std::unique_ptr<SortRuns> runs_;
  Value* lent_ = nullptr;
};

}  // namespace ringlite
