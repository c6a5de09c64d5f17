#include "pager/rollback_journal.h"

#include <cstring>

#include "base/endian.h"
#include "pager/super_journal.h"

namespace ringlite {

uint32_t journal_checksum(uint32_t nonce, const uint8_t* content, uint32_t page_size) {
  uint32_t sum = nonce;
  for (int64_t at = int64_t{page_size} - 200; at > 0; at -= 200) sum += content[at];
  return sum;
}

RollbackJournal::~RollbackJournal() { ASSERT(pending_.empty()); }

void RollbackJournal::begin(const Settings& settings, uint32_t page_size, Pgno original_page_count) {
  ASSERT(pending_.empty());
  settings_ = settings;
  page_size_ = page_size;
  original_page_count_ = original_page_count;
  end_ = segment_offset_ = 0;
  segment_records_ = 0;
  started_ = segment_open_ = has_super_ = false;
}

Status RollbackJournal::add(Image* original) {
  RETURN_IF_ERROR(pending_.push_back(original));
  ImagePool::retain(original);
  return kOk;
}

void RollbackJournal::release_pending(ImagePool& pool) {
  for (Image* image : pending_) pool.release(image);
  pending_.clear();
}

/** A file that was kept since an earlier transaction may have been removed by another process. */
Status RollbackJournal::keep_file_in_place() {
  if (!file_ || is_started() || is_temporary()) return kOk;
  FileIdentity identity;
  bool found = false;
  uint64_t size = 0;
  RETURN_IF_ERROR(io_.files().identify(path_.c_str(), &identity, &found, &size));
  if (!found || !(identity == file_->identity())) file_.reset();
  return kOk;
}

Status RollbackJournal::open_file() {
  RETURN_IF_ERROR(keep_file_in_place());
  if (file_) return kOk;
  if (is_temporary()) {
    std::string path;
    RETURN_IF_ERROR(io_.files().temporary_path(&path));
    const OpenFlags flags{.create = true, .exclusive = true, .delete_on_close = true};
    return io_.files().open(path.c_str(), flags, &file_);
  }
  // Even of a file that is there: who made it may have died before its name was durable.
  directory_synced_ = false;
  return io_.files().open(path_.c_str(), OpenFlags{.create = true}, &file_);
}

/** Writes the segment's header, without magic unless nothing will be synced anyway. */
Status RollbackJournal::start_segment() {
  const uint32_t sector = kJournalSectorSize;
  segment_offset_ = (end_ + sector - 1) / sector * sector;
  uint8_t header[kJournalSectorSize] = {};
  if (skips_syncs()) {
    std::memcpy(header, kJournalMagic, sizeof kJournalMagic);
    store_be32(header + 8, 0xffffffff);
  }
  io_.random().fill(&nonce_, sizeof nonce_);
  store_be32(header + 12, nonce_);
  store_be32(header + 16, original_page_count_);
  store_be32(header + 20, sector);
  store_be32(header + 24, page_size_);
  started_ = true;
  RETURN_IF_ERROR(file_->write(header, sizeof header, segment_offset_));
  end_ = segment_offset_ + sector;
  segment_records_ = 0;
  segment_open_ = true;
  return kOk;
}

Status RollbackJournal::write_pending(ImagePool& pool) {
  if (in_memory() || !wants_originals()) return kOk;
  if (pending_.empty() && is_started()) return kOk;
  RETURN_IF_ERROR(open_file());
  if (!segment_open_) RETURN_IF_ERROR(start_segment());
  RETURN_IF_ERROR(write_records(pool));
  release_pending(pool);
  return kOk;
}

/** Page number, content, checksum of each: the checksum shares its slice with the next record's page number.
 */
Status RollbackJournal::write_records(ImagePool&) {
  constexpr size_t kBatch = 128;
  IoSlice slices[2 * kBatch + 1];
  uint8_t seams[8 * (kBatch + 1)];
  for (size_t first = 0; first < pending_.size(); first += kBatch) {
    const size_t left = pending_.size() - first;
    const size_t count = left < kBatch ? left : kBatch;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
      const Image* image = pending_[first + i];
      uint8_t* seam = seams + 8 * i;
      store_be32(seam + 4, image->pgno);
      slices[used++] = i == 0 ? IoSlice{seam + 4, 4} : IoSlice{seam, 8};
      slices[used++] = {image->content(), page_size_};
      store_be32(seam + 8, journal_checksum(nonce_, image->content(), page_size_));
    }
    slices[used++] = {seams + 8 * count, 4};
    RETURN_IF_ERROR(file_->write_vector(slices, used, end_));
    end_ += uint64_t{count} * (page_size_ + 8);
    segment_records_ += static_cast<uint32_t>(count);
  }
  return kOk;
}

Status RollbackJournal::write_super_journal(ImagePool& pool, const char* name) {
  if (has_super_ || in_memory() || !wants_originals()) return kOk;
  RETURN_IF_ERROR(write_pending(pool));
  const size_t length = std::strlen(name);
  uint32_t sum = 0;
  for (size_t i = 0; i < length; i++)
    sum += static_cast<uint32_t>(static_cast<int>(static_cast<char>(name[i])));
  uint64_t offset = end_;
  if (settings_.synchronous >= Synchronous::kFull)
    offset = (end_ + kJournalSectorSize - 1) / kJournalSectorSize * kJournalSectorSize;
  uint8_t head[4];
  uint8_t tail[16];
  store_be32(head, lock_byte_page(page_size_));
  store_be32(tail, static_cast<uint32_t>(length));
  store_be32(tail + 4, sum);
  std::memcpy(tail + 8, kJournalMagic, sizeof kJournalMagic);
  const IoSlice slices[] = {{head, 4}, {name, length}, {tail, sizeof tail}};
  RETURN_IF_ERROR(file_->write_vector(slices, 3, offset));
  end_ = offset + 4 + length + sizeof tail;
  has_super_ = true;
  // The name counts only at the very end of the file; a persistent journal may have been longer.
  uint64_t size = 0;
  RETURN_IF_ERROR(file_->size(&size));
  return size > end_ ? file_->truncate(end_) : kOk;
}

/** A persistent file may hold, right where the next segment would start, a header of an older transaction. */
Status RollbackJournal::clear_stale_header() {
  const uint64_t next = (end_ + kJournalSectorSize - 1) / kJournalSectorSize * kJournalSectorSize;
  uint8_t magic[8];
  size_t got = 0;
  RETURN_IF_ERROR(file_->read(magic, sizeof magic, next, &got));
  if (got < sizeof magic || std::memcmp(magic, kJournalMagic, sizeof magic) != 0) return kOk;
  const uint8_t zero = 0;
  return file_->write(&zero, 1, next);
}

Status RollbackJournal::seal_segment() {
  if (!has_super_) RETURN_IF_ERROR(clear_stale_header());
  // FULL: the records must be durable before a header claims them; their checksums cover only every 200th
  // byte.
  if (settings_.synchronous >= Synchronous::kFull) RETURN_IF_ERROR(file_->sync(settings_.sync_kind));
  uint8_t head[12];
  std::memcpy(head, kJournalMagic, sizeof kJournalMagic);
  store_be32(head + 8, segment_records_);
  RETURN_IF_ERROR(file_->write(head, sizeof head, segment_offset_));
  return file_->sync(settings_.sync_kind);
}

Status RollbackJournal::sync(ImagePool& pool) {
  if (in_memory() || !wants_originals()) return kOk;
  RETURN_IF_ERROR(write_pending(pool));
  if (!segment_open_ || skips_syncs()) return kOk;
  RETURN_IF_ERROR(seal_segment());
  if (!directory_synced_) {
    RETURN_IF_ERROR(io_.files().sync_directory(path_.c_str()));
    directory_synced_ = true;
  }
  segment_open_ = false;
  return kOk;
}

Status RollbackJournal::restore(File& database) {
  if (is_started()) {
    JournalPlayback playback;
    RETURN_IF_ERROR(play_back_journal(*file_, database, page_size_, &playback));
  } else {
    uint64_t size = 0;
    RETURN_IF_ERROR(database.size(&size));
    const uint64_t wanted = uint64_t{original_page_count_} * page_size_;
    if (size > wanted) RETURN_IF_ERROR(database.truncate(wanted));
  }
  for (size_t i = pending_.size(); i-- > 0;) {
    const Image* image = pending_[i];
    RETURN_IF_ERROR(database.write(image->content(), page_size_, uint64_t{image->pgno - 1} * page_size_));
  }
  return skips_syncs() ? kOk : database.sync(settings_.sync_kind);
}

Status RollbackJournal::zero_header(bool truncate) {
  if (truncate || settings_.size_limit == 0) {
    RETURN_IF_ERROR(file_->truncate(0));
  } else {
    const uint8_t zeros[kJournalHeaderSize] = {};
    RETURN_IF_ERROR(file_->write(zeros, sizeof zeros, 0));
  }
  if (!skips_syncs()) RETURN_IF_ERROR(file_->sync(settings_.sync_kind));
  if (settings_.size_limit <= 0) return kOk;
  uint64_t size = 0;
  RETURN_IF_ERROR(file_->size(&size));
  const auto limit = static_cast<uint64_t>(settings_.size_limit);
  return size > limit ? file_->truncate(limit) : kOk;
}

Status RollbackJournal::finalize(ImagePool& pool) {
  release_pending(pool);
  if (!is_started()) return kOk;
  Status status = kOk;
  if (is_temporary()) {
    file_.reset();
  } else if (settings_.mode == JournalMode::kTruncate) {
    status = file_->truncate(0);
    if (status.ok() && settings_.synchronous >= Synchronous::kFull) status = file_->sync(settings_.sync_kind);
  } else if (settings_.mode == JournalMode::kPersist || settings_.exclusive_locking) {
    status = zero_header(has_super_);
  } else {
    // In a forked child, which has lost the file, the one of that name is the parent's.
    uint64_t size = 0;
    RETURN_IF_ERROR(file_->size(&size));
    file_.reset();
    status = io_.files().remove(path_.c_str(), settings_.synchronous == Synchronous::kExtra);
  }
  if (status.ok()) started_ = false;
  return status;
}

void RollbackJournal::abandon(ImagePool& pool) {
  release_pending(pool);
  file_.reset();
  started_ = segment_open_ = false;
}

}  // namespace ringlite
