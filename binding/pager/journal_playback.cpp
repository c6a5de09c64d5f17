// Reading rollback journals: putting the originals back, for recovery and for rollbacks after the file was
// changed.
#include <cstring>

#include "base/buffer.h"
#include "base/endian.h"
#include "pager/rollback_journal.h"

namespace ringlite {
namespace {

constexpr uint32_t kMaxSectorSize = 65536;

bool is_power_of_two(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

class Playback {
 public:
  Playback(File& journal, File& database, JournalPlayback* result)
      : journal_(journal), database_(database), result_(result) {}

  Status run(uint32_t default_page_size) {
    result_->page_size = default_page_size;
    RETURN_IF_ERROR(journal_.size(&size_));
    uint64_t offset = 0;
    for (;;) {
      bool valid = false;
      RETURN_IF_ERROR(read_header(offset, &valid));
      if (!valid) return kOk;
      if (offset == 0) RETURN_IF_ERROR(resize_database());
      offset += sector_size_;
      bool complete = false;
      RETURN_IF_ERROR(restore_records(&offset, &complete));
      if (!complete) return kOk;
      offset = (offset + sector_size_ - 1) / sector_size_ * sector_size_;
    }
  }

 private:
  Status read_header(uint64_t offset, bool* valid) {
    *valid = false;
    uint8_t header[kJournalHeaderSize];
    size_t got = 0;
    // Before the first header is read the sector size is ours; a shorter file holds nothing to restore.
    if (offset + (offset == 0 ? kJournalSectorSize : sector_size_) > size_) return kOk;
    RETURN_IF_ERROR(journal_.read(header, sizeof header, offset, &got));
    if (got < sizeof header || std::memcmp(header, kJournalMagic, sizeof kJournalMagic) != 0) return kOk;
    records_ = load_be32(header + 8);
    nonce_ = load_be32(header + 12);
    const Pgno page_count = load_be32(header + 16);
    if (offset == 0) {
      const uint32_t sector_size = load_be32(header + 20);
      const uint32_t page_size = load_be32(header + 24) ? load_be32(header + 24) : result_->page_size;
      if (!is_power_of_two(sector_size) || sector_size < 32 || sector_size > kMaxSectorSize) return kOk;
      if (!is_power_of_two(page_size) || page_size < kMinPageSize || page_size > kMaxPageSize) return kOk;
      sector_size_ = sector_size;
      result_->page_size = page_size;
      result_->page_count = page_count;
    }
    *valid = true;
    return kOk;
  }

  Status resize_database() {
    const uint64_t page_size = result_->page_size;
    const uint64_t wanted = page_size * result_->page_count;
    uint64_t size = 0;
    RETURN_IF_ERROR(database_.size(&size));
    if (size > wanted) return database_.truncate(wanted);
    if (size + page_size > wanted) return kOk;
    Buffer zeros;
    RETURN_IF_ERROR(zeros.append_fill(0, page_size));
    return database_.write(zeros.data(), page_size, wanted - page_size);
  }

  /** `*complete` is false when a record was invalid or missing: the journal ends there. */
  Status restore_records(uint64_t* offset, bool* complete) {
    *complete = false;
    const uint32_t page_size = result_->page_size;
    const uint64_t record_size = uint64_t{page_size} + 8;
    RETURN_IF_ERROR(record_.resize(record_size));
    if (records_ == 0xffffffff) records_ = static_cast<uint32_t>((size_ - *offset) / record_size);
    for (uint32_t i = 0; i < records_; i++, *offset += record_size) {
      size_t got = 0;
      RETURN_IF_ERROR(journal_.read(record_.data(), record_size, *offset, &got));
      if (got < record_size) return kOk;
      const Pgno pgno = load_be32(record_.data());
      const uint8_t* content = record_.data() + 4;
      if (pgno == 0 || pgno == lock_byte_page(page_size)) return kOk;
      if (pgno > result_->page_count) continue;
      if (journal_checksum(nonce_, content, page_size) != load_be32(content + page_size)) return kOk;
      RETURN_IF_ERROR(database_.write(content, page_size, uint64_t{pgno - 1} * page_size));
      result_->restored++;
    }
    *complete = true;
    return kOk;
  }

  File& journal_;
  File& database_;
  JournalPlayback* result_;
  Buffer record_;
  uint64_t size_ = 0;
  uint32_t sector_size_ = kJournalSectorSize;
  uint32_t records_ = 0;
  uint32_t nonce_ = 0;
};

}  // namespace

Status play_back_journal(File& journal, File& database, uint32_t default_page_size, JournalPlayback* result) {
  return Playback(journal, database, result).run(default_page_size);
}

}  // namespace ringlite
