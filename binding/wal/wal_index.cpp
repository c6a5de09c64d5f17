#include "wal/wal_index.h"

namespace ringlite {

Status WalIndex::rehash(size_t size) {
  PodArray<uint32_t> fresh;
  RETURN_IF_ERROR(fresh.resize(size, 0));
  slots_.swap(fresh);
  for (uint32_t frame = 1; frame <= count(); frame++) slots_[slot_of(pgno_of(frame))] = frame;
  return kOk;
}

Status WalIndex::reserve(uint32_t frames) {
  const size_t wanted = frames_.size() + frames;
  RETURN_IF_ERROR(frames_.reserve(wanted));
  size_t size = slots_.empty() ? 1024 : slots_.size();
  while (size < 2 * wanted) size *= 2;
  return size == slots_.size() ? kOk : rehash(size);
}

Status WalIndex::add(uint32_t pgno) {
  RETURN_IF_ERROR(reserve(1));
  const size_t slot = slot_of(pgno);
  const uint32_t previous = slots_[slot];
  RETURN_IF_ERROR(frames_.push_back({pgno, previous}));
  slots_[slot] = count();
  return kOk;
}

void WalIndex::truncate(uint32_t wanted) {
  if (wanted == 0) {
    frames_.clear();
    for (uint32_t& slot : slots_) slot = 0;
    return;
  }
  bool lost_page = false;
  while (count() > wanted) {
    const Frame last = frames_.back();
    const size_t slot = slot_of(last.pgno);
    if (last.previous == 0) lost_page = true;
    if (!lost_page) slots_[slot] = last.previous;
    frames_.pop_back();
    if (lost_page) break;
  }
  if (!lost_page) return;
  // Emptying a slot would break probe chains that pass over it: build the table again from what stays.
  frames_.truncate(wanted);
  for (uint32_t& slot : slots_) slot = 0;
  for (uint32_t frame = 1; frame <= wanted; frame++) slots_[slot_of(pgno_of(frame))] = frame;
}

}  // namespace ringlite
