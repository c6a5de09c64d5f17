#include "pager/savepoint_log.h"

#include <string>

namespace ringlite {

SavepointLog::~SavepointLog() { ASSERT(entries_.empty()); }

Status SavepointLog::open(Pgno page_count) {
  RETURN_IF_ERROR(savepoints_.push_back({page_count, entries_.size(), ++last_serial_}));
  update_highest_page();
  return kOk;
}

void SavepointLog::update_highest_page() {
  highest_page_ = 0;
  for (const Savepoint& savepoint : savepoints_)
    if (savepoint.page_count > highest_page_) highest_page_ = savepoint.page_count;
}

Status SavepointLog::save(ImagePool& pool, Image* image, Pgno pgno, bool was_private) {
  if ((entries_.size() - first_in_memory_) * pool.page_size() >= memory_limit_)
    RETURN_IF_ERROR(move_to_file(pool));
  RETURN_IF_ERROR(entries_.push_back({pgno, was_private, image, 0}));
  ImagePool::retain(image);
  return kOk;
}

Status SavepointLog::move_to_file(ImagePool& pool) {
  if (!file_) {
    std::string path;
    RETURN_IF_ERROR(io_.files().temporary_path(&path));
    const OpenFlags flags{.create = true, .exclusive = true, .delete_on_close = true};
    RETURN_IF_ERROR(io_.files().open(path.c_str(), flags, &file_));
  }
  const uint32_t page_size = pool.page_size();
  constexpr size_t kBatch = 64;
  IoSlice slices[kBatch];
  while (first_in_memory_ < entries_.size()) {
    const size_t left = entries_.size() - first_in_memory_;
    const size_t batch = left < kBatch ? left : kBatch;
    for (size_t i = 0; i < batch; i++)
      slices[i] = {entries_[first_in_memory_ + i].image->content(), page_size};
    RETURN_IF_ERROR(file_->write_vector(slices, batch, file_end_));
    for (size_t i = 0; i < batch; i++) {
      Entry& entry = entries_[first_in_memory_++];
      entry.file_offset = file_end_;
      file_end_ += page_size;
      pool.release(entry.image);
      entry.image = nullptr;
    }
  }
  return kOk;
}

Status SavepointLog::load(ImagePool& pool, size_t index, Image** image) {
  const Entry& entry = entries_[index];
  if (entry.image) {
    ImagePool::retain(entry.image);
    *image = entry.image;
    return kOk;
  }
  Image* fresh = pool.allocate(entry.pgno);
  if (!fresh) return Code::kNomem;
  size_t got = 0;
  Status status = file_->read(fresh->content(), pool.page_size(), entry.file_offset, &got);
  if (status.ok() && got < pool.page_size()) status = Code::kIoerrShortRead;
  if (!status.ok()) {
    pool.release(fresh);
    return status;
  }
  *image = fresh;
  return kOk;
}

void SavepointLog::truncate_entries(ImagePool& pool, size_t count) {
  while (entries_.size() > count) {
    if (entries_.back().image)
      pool.release(entries_.back().image);
    else
      file_end_ = entries_.back().file_offset;
    entries_.pop_back();
  }
  if (first_in_memory_ > count) first_in_memory_ = count;
  if (count == 0 && file_) {
    file_.reset();
    file_end_ = 0;
  }
}

void SavepointLog::release(ImagePool& pool, int index) {
  ASSERT(index >= 0 && index <= count());
  savepoints_.truncate(static_cast<size_t>(index));
  if (savepoints_.empty()) truncate_entries(pool, 0);
  update_highest_page();
}

void SavepointLog::rewind(ImagePool& pool, int index) {
  ASSERT(index >= 0 && index < count());
  savepoints_.truncate(static_cast<size_t>(index) + 1);
  Savepoint& savepoint = savepoints_.back();
  truncate_entries(pool, savepoint.first_entry);
  savepoint.serial = ++last_serial_;
  update_highest_page();
}

}  // namespace ringlite
