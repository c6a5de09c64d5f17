#include "vdbe/sort_runs.h"

#include <cstring>

#include "base/endian.h"
#include "record/compare.h"

namespace ringlite {

namespace {

constexpr size_t kOutputBytes = 256 * 1024;
constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kLengthBytes = 4;

}  // namespace

Status SortRuns::open_file(std::unique_ptr<File>* file) {
  std::string path;
  RETURN_IF_ERROR(io_.files().temporary_path(&path));
  OpenFlags flags;
  flags.create = true;
  flags.exclusive = true;
  flags.delete_on_close = true;
  return io_.files().open(path.c_str(), flags, file);
}

Status SortRuns::begin_run() {
  if (!file_) RETURN_IF_ERROR(open_file(&file_));
  RETURN_IF_ERROR(output_.reserve(kOutputBytes));
  return runs_.push_back({file_size_, file_size_});
}

Status SortRuns::add(const uint8_t* record, uint32_t size) {
  uint8_t length[kLengthBytes];
  store_le32(length, size);
  if (output_.size() + kLengthBytes + size > kOutputBytes) RETURN_IF_ERROR(flush());
  RETURN_IF_ERROR(output_.append(length, sizeof length));
  return output_.append(record, size);
}

Status SortRuns::flush() {
  if (output_.empty()) return kOk;
  RETURN_IF_ERROR(file_->write(output_.data(), output_.size(), file_size_));
  file_size_ += output_.size();
  output_.clear();
  return kOk;
}

Status SortRuns::end_run() {
  RETURN_IF_ERROR(flush());
  runs_.back().end = file_size_;
  return kOk;
}

/** Makes at least `wanted` unread bytes available in the buffer. */
Status SortRuns::fill(Reader& reader, size_t wanted) {
  const size_t left = reader.buffer.size() - reader.used;
  if (left >= wanted) return kOk;
  reader.buffer.erase_front(reader.used);
  reader.used = 0;
  const size_t target = wanted > kReadBytes ? wanted : kReadBytes;
  uint64_t amount = target - left;
  if (amount > reader.end - reader.position) amount = reader.end - reader.position;
  RETURN_IF_ERROR(reader.buffer.resize(left + static_cast<size_t>(amount)));
  size_t got = 0;
  RETURN_IF_ERROR(
      file_->read(reader.buffer.data() + left, static_cast<size_t>(amount), reader.position, &got));
  if (got < amount || left + got < wanted) return Code::kIoerrShortRead;
  reader.position += amount;
  return kOk;
}

Status SortRuns::advance(Reader& reader) {
  if (reader.used == reader.buffer.size() && reader.position == reader.end) {
    reader.record = nullptr;
    return kOk;
  }
  RETURN_IF_ERROR(fill(reader, kLengthBytes));
  const uint32_t size = load_le32(reader.buffer.data() + reader.used);
  RETURN_IF_ERROR(fill(reader, kLengthBytes + size));
  reader.record = reader.buffer.data() + reader.used + kLengthBytes;
  reader.record_size = size;
  reader.used += kLengthBytes + size;
  return kOk;
}

bool SortRuns::is_before(size_t left, size_t right) {
  // A place without reader loses against everything: it stands for the not yet filled tree.
  if (left >= readers_.size()) return false;
  if (right >= readers_.size()) return true;
  const Reader& a = readers_[left];
  const Reader& b = readers_[right];
  if (!a.record || !b.record) return a.record || (!b.record && left < right);
  const int result = compare_records(a.record, a.record_size, b.record, b.record_size, key_info_,
                                     compared_fields_, &comparison_status_);
  return result < 0 || (result == 0 && left < right);
}

/** Plays all matches, from the leaves up. Node i (1..n-1) has children 2i and 2i+1; nodes n..2n-1 are the
 * readers. */
Status SortRuns::build_tree() {
  const size_t count = readers_.size();
  tree_.clear();
  RETURN_IF_ERROR(tree_.resize(count > 1 ? count : 1, 0));
  if (count == 1) return kOk;
  PodArray<size_t> winners;
  RETURN_IF_ERROR(winners.resize(2 * count));
  for (size_t i = 0; i < count; i++) winners[count + i] = i;
  for (size_t node = count - 1; node >= 1; node--) {
    const size_t left = winners[2 * node];
    const size_t right = winners[2 * node + 1];
    const bool left_wins = is_before(left, right);
    winners[node] = left_wins ? left : right;
    tree_[node] = left_wins ? right : left;
  }
  tree_[0] = winners[1];
  return kOk;
}

/** The record of `reader` changed: replays its matches up to the root. */
void SortRuns::replay(size_t reader) {
  size_t winner = reader;
  for (size_t node = (reader + readers_.size()) / 2; node >= 1; node /= 2) {
    if (is_before(tree_[node], winner)) std::swap(tree_[node], winner);
  }
  tree_[0] = winner;
}

Status SortRuns::begin_merge(bool* is_empty) {
  readers_.clear();
  RETURN_IF_ERROR(readers_.resize(runs_.size()));
  for (size_t i = 0; i < runs_.size(); i++) {
    readers_[i].position = runs_[i].start;
    readers_[i].end = runs_[i].end;
    RETURN_IF_ERROR(advance(readers_[i]));
  }
  comparison_status_ = kOk;
  if (readers_.empty()) {
    *is_empty = true;
    return kOk;
  }
  RETURN_IF_ERROR(build_tree());
  *is_empty = record() == nullptr;
  return comparison_status_;
}

Status SortRuns::next(bool* at_end) {
  const size_t reader = winner();
  RETURN_IF_ERROR(advance(readers_[reader]));
  if (readers_.size() > 1) replay(reader);
  *at_end = record() == nullptr;
  return comparison_status_;
}

Status SortRuns::compact() {
  SortRuns merged(io_, key_info_, compared_fields_);
  bool at_end = false;
  RETURN_IF_ERROR(begin_merge(&at_end));
  RETURN_IF_ERROR(merged.begin_run());
  while (!at_end) {
    RETURN_IF_ERROR(merged.add(record(), record_size()));
    RETURN_IF_ERROR(next(&at_end));
  }
  RETURN_IF_ERROR(merged.end_run());
  readers_.clear();
  file_ = std::move(merged.file_);
  file_size_ = merged.file_size_;
  runs_.swap(merged.runs_);
  return kOk;
}

}  // namespace ringlite
