#include "wal/wal.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/endian.h"

namespace ringlite {
namespace {

bool is_page_size(uint32_t size) { return size >= 512 && size <= 65536 && (size & (size - 1)) == 0; }

}  // namespace

Status Wal::open() {
  RETURN_IF_ERROR(io_.files().open(path_.c_str(), OpenFlags{.create = true}, &file_));
  return recover();
}

Status Wal::read_header(bool* valid) {
  *valid = false;
  uint8_t header[kWalHeaderSize];
  size_t got = 0;
  RETURN_IF_ERROR(file_->read(header, sizeof header, 0, &got));
  if (got < sizeof header) return kOk;
  const uint32_t magic = load_be32(header);
  const uint32_t page_size = load_be32(header + 8);
  if ((magic & ~1u) != kWalMagic || !is_page_size(page_size)) return kOk;
  big_endian_checksums_ = magic & 1;
  const WalChecksum sum = wal_checksum({}, header, 24, big_endian_checksums_);
  if (sum.first != load_be32(header + 24) || sum.second != load_be32(header + 28)) return kOk;
  if (load_be32(header + 4) != kWalVersion) return Code::kCantopen;
  page_size_ = page_size;
  checkpoint_sequence_ = load_be32(header + 12);
  // Salts are compared as bytes and salt 1 is counted up: keep them as numbers in file order.
  salts_[0] = load_be32(header + 16);
  salts_[1] = load_be32(header + 20);
  committed_checksum_ = sum;
  *valid = true;
  return kOk;
}

Status Wal::recover() {
  bool valid = false;
  RETURN_IF_ERROR(read_header(&valid));
  if (!valid) {
    page_size_ = 0;
    return kOk;
  }
  header_written_ = true;
  uint64_t size = 0;
  RETURN_IF_ERROR(file_->size(&size));
  const uint32_t page_size = page_size_;
  const size_t frame_size = size_t{page_size} + kWalFrameHeaderSize;
  const size_t frames_per_read = frame_size > (256 << 10) ? 1 : (256 << 10) / frame_size;
  Buffer buffer;
  RETURN_IF_ERROR(buffer.resize(frames_per_read * frame_size));
  WalChecksum sum = committed_checksum_;
  uint32_t frame = 0;
  for (bool good = true; good;) {
    size_t got = 0;
    RETURN_IF_ERROR(file_->read(buffer.data(), buffer.size(), wal_frame_offset(frame + 1, page_size_), &got));
    const size_t frames = got / frame_size;
    good = frames == frames_per_read;
    for (size_t i = 0; i < frames; i++) {
      const uint8_t* bytes = buffer.data() + i * frame_size;
      const uint32_t pgno = load_be32(bytes);
      const uint32_t commit_page_count = load_be32(bytes + 4);
      if (pgno == 0 || load_be32(bytes + 8) != salts_[0] || load_be32(bytes + 12) != salts_[1]) {
        good = false;
        break;
      }
      sum = wal_checksum(sum, bytes, 8, big_endian_checksums_);
      sum = wal_checksum(sum, bytes + kWalFrameHeaderSize, page_size_, big_endian_checksums_);
      if (sum.first != load_be32(bytes + 16) || sum.second != load_be32(bytes + 20)) {
        good = false;
        break;
      }
      RETURN_IF_ERROR(index_.add(pgno));
      frame++;
      if (commit_page_count != 0) {
        mx_frame_ = frame;
        page_count_ = commit_page_count;
        committed_checksum_ = sum;
      }
    }
  }
  index_.truncate(mx_frame_);
  tail_frame_ = mx_frame_;
  tail_checksum_ = committed_checksum_;
  return kOk;
}

uint32_t Wal::find(uint32_t pgno, uint32_t mx_frame) {
  std::lock_guard lock(mutex_);
  return index_.find(pgno, mx_frame);
}

uint32_t Wal::find_appended(uint32_t pgno) {
  std::lock_guard lock(mutex_);
  const uint32_t frame = index_.find(pgno, tail_frame_);
  return frame > mx_frame_ ? frame : 0;
}

Status Wal::read_frame(uint32_t frame, uint8_t* content) {
  size_t got = 0;
  RETURN_IF_ERROR(file_->read(content, page_size_, wal_frame_offset(frame, page_size_) + kWalFrameHeaderSize, &got));
  return got == page_size_ ? kOk : Status(Code::kIoerrShortRead);
}

void Wal::restart() {
  std::lock_guard lock(mutex_);
  ASSERT(backfilled_ == mx_frame_ && !has_appended());
  index_.truncate(0);
  mx_frame_ = tail_frame_ = backfilled_ = 0;
  header_written_ = false;
}

Status Wal::write_header(uint32_t page_size) {
  uint8_t header[kWalHeaderSize];
  // A log in its first life gets random salts; afterwards salt 1 counts up, so that frames of the old life never match.
  if (page_size_ == 0) {
    io_.random().fill(salts_, sizeof salts_);
    checkpoint_sequence_ = 0;
  } else {
    salts_[0]++;
    io_.random().fill(&salts_[1], sizeof salts_[1]);
    checkpoint_sequence_++;
  }
  big_endian_checksums_ = kWalNativeBigEndian;
  store_be32(header, kWalMagic | (kWalNativeBigEndian ? 1 : 0));
  store_be32(header + 4, kWalVersion);
  store_be32(header + 8, page_size);
  store_be32(header + 12, checkpoint_sequence_);
  store_be32(header + 16, salts_[0]);
  store_be32(header + 20, salts_[1]);
  const WalChecksum sum = wal_checksum({}, header, 24, kWalNativeBigEndian);
  store_be32(header + 24, sum.first);
  store_be32(header + 28, sum.second);
  page_size_ = page_size;
  RETURN_IF_ERROR(file_->write(header, sizeof header, 0));
  committed_checksum_ = tail_checksum_ = sum;
  header_written_ = true;
  return kOk;
}

Status Wal::append(const WalPage* pages, size_t count, uint32_t commit_page_count, uint32_t page_size, bool sync_header,
                   SyncKind kind) {
  if (!header_written_) {
    RETURN_IF_ERROR(write_header(page_size));
    // The header must not be older than the frames: with stale salts a crash could revive the frames of the old life.
    if (sync_header) {
      RETURN_IF_ERROR(file_->sync(kind));
      RETURN_IF_ERROR(io_.files().sync_directory(path_.c_str()));
    }
  }
  ASSERT(page_size == page_size_);
  {
    std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(index_.reserve(static_cast<uint32_t>(count)));
  }
  constexpr size_t kBatch = 500;
  PodArray<uint8_t> headers;
  PodArray<IoSlice> slices;
  const size_t batch_size = count < kBatch ? count : kBatch;
  RETURN_IF_ERROR(headers.resize(batch_size * kWalFrameHeaderSize));
  RETURN_IF_ERROR(slices.resize(batch_size * 2));
  WalChecksum sum = tail_checksum_;
  uint32_t frame = tail_frame_;
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t batch = count - first < kBatch ? count - first : kBatch;
    for (size_t i = 0; i < batch; i++) {
      const WalPage& page = pages[first + i];
      uint8_t* header = headers.data() + i * kWalFrameHeaderSize;
      store_be32(header, page.pgno);
      store_be32(header + 4, first + i + 1 == count ? commit_page_count : 0);
      store_be32(header + 8, salts_[0]);
      store_be32(header + 12, salts_[1]);
      sum = wal_checksum(sum, header, 8, big_endian_checksums_);
      sum = wal_checksum(sum, page.content, page_size, big_endian_checksums_);
      store_be32(header + 16, sum.first);
      store_be32(header + 20, sum.second);
      slices[2 * i] = {header, kWalFrameHeaderSize};
      slices[2 * i + 1] = {page.content, page_size};
    }
    RETURN_IF_ERROR(file_->write_vector(slices.data(), batch * 2, wal_frame_offset(frame + 1, page_size)));
    frame += static_cast<uint32_t>(batch);
  }
  std::lock_guard lock(mutex_);
  for (size_t i = 0; i < count; i++) RETURN_IF_ERROR(index_.add(pages[i].pgno));
  tail_frame_ = frame;
  tail_checksum_ = sum;
  return kOk;
}

Status Wal::sync(SyncKind kind) { return file_->sync(kind); }

void Wal::publish(uint32_t page_count) {
  std::lock_guard lock(mutex_);
  mx_frame_ = tail_frame_;
  page_count_ = page_count;
  committed_checksum_ = tail_checksum_;
}

void Wal::discard_appended() {
  std::lock_guard lock(mutex_);
  index_.truncate(mx_frame_);
  tail_frame_ = mx_frame_;
  tail_checksum_ = committed_checksum_;
}

Status Wal::checkpoint(File& database, uint32_t safe_frame, bool sync, SyncKind kind) {
  ASSERT(safe_frame <= mx_frame_);
  if (safe_frame <= backfilled_) return kOk;
  const bool complete = safe_frame == mx_frame_;
  const uint32_t page_count = page_count_;
  const uint32_t page_size = page_size_;
  struct Copy {
    uint32_t pgno;
    uint32_t frame;
  };
  PodArray<Copy> copies;
  {
    std::lock_guard lock(mutex_);
    for (uint32_t frame = backfilled_ + 1; frame <= safe_frame; frame++) {
      const uint32_t pgno = index_.pgno_of(frame);
      if (index_.find(pgno, safe_frame) == frame) RETURN_IF_ERROR(copies.push_back({pgno, frame}));
    }
  }
  std::sort(copies.begin(), copies.end(), [](const Copy& a, const Copy& b) { return a.pgno < b.pgno; });
  if (sync) RETURN_IF_ERROR(file_->sync(kind));
  // Neighbouring pages are written together: one system call instead of up to 32.
  constexpr size_t kRun = 32;
  Buffer buffer;
  RETURN_IF_ERROR(buffer.resize(kRun * page_size));
  for (size_t at = 0; at < copies.size();) {
    size_t run = 0;
    const uint32_t first = copies[at].pgno;
    while (run < kRun && at + run < copies.size() && copies[at + run].pgno == first + run &&
           copies[at + run].pgno <= page_count) {
      RETURN_IF_ERROR(read_frame(copies[at + run].frame, buffer.data() + run * page_size));
      run++;
    }
    if (run == 0) break;
    RETURN_IF_ERROR(database.write(buffer.data(), run * page_size, uint64_t{first - 1} * page_size));
    at += run;
  }
  if (complete) {
    uint64_t size = 0;
    const uint64_t wanted = uint64_t{page_count} * page_size;
    RETURN_IF_ERROR(database.size(&size));
    // Longer, too: the last page may have been freed before it ever held anything.
    if (size != wanted) RETURN_IF_ERROR(database.truncate(wanted));
  }
  if (sync) RETURN_IF_ERROR(database.sync(kind));
  std::lock_guard lock(mutex_);
  backfilled_ = safe_frame;
  return kOk;
}

Status Wal::truncate(uint64_t limit) {
  if (limit == 0) {
    ASSERT(mx_frame_ == 0 && !has_appended());
    header_written_ = false;
  }
  uint64_t size = 0;
  RETURN_IF_ERROR(file_->size(&size));
  return size > limit ? file_->truncate(limit) : kOk;
}

Status Wal::remove() {
  file_.reset();
  return io_.files().remove(path_.c_str(), false);
}

}  // namespace ringlite
