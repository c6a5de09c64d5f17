#include "vdbe/sorter.h"

#include <cstring>

#include "base/endian.h"
#include "base/memory.h"
#include "base/varint.h"
#include "record/compare.h"
#include "record/record.h"

namespace ringlite {

namespace {

/** Runs of a merge read at once; more are merged into one first. */
constexpr size_t kLargestFanIn = 64;
constexpr size_t kInsertionRun = 12;

/** Classes of values in the two highest bits of a prefix. */
constexpr uint64_t kClassShift = 62;
constexpr uint64_t kNullClass = 0, kNumberClass = 1, kTextClass = 2, kBlobClass = 3;
/** Integers below this are exact in a prefix: their doubles have at least two zero bits at the end. */
constexpr int64_t kExactInteger = int64_t{1} << 50;

/** Bits of a double, so that unsigned order is numeric order. */
uint64_t ordered_bits(double real) {
  uint64_t bits;
  if (real == 0.0) real = 0.0;  // -0.0 equals 0.0
  std::memcpy(&bits, &real, sizeof bits);
  return bits & (uint64_t{1} << 63) ? ~bits : bits | (uint64_t{1} << 63);
}

/** The first seven bytes, then their number (8: there are more): orders as memcmp, exact up to seven bytes.
 * NOCASE looks at no byte behind a NUL, only at the size. */
uint64_t byte_prefix(const uint8_t* bytes, uint32_t size, bool folds_case) {
  uint64_t prefix = 0;
  uint32_t used = size < 7 ? size : 7;
  if (const void* nul = folds_case && used != 0 ? std::memchr(bytes, 0, used) : nullptr)
    used = static_cast<uint32_t>(static_cast<const uint8_t*>(nul) - bytes);
  for (uint32_t i = 0; i < 7; i++) {
    uint8_t byte = i < used ? bytes[i] : 0;
    if (folds_case && byte >= 'A' && byte <= 'Z') byte += 'a' - 'A';
    prefix = prefix << 8 | byte;
  }
  return prefix << 6 | (size < 8 ? size : 8);
}

}  // namespace

Sorter::Sorter(Io& io, const KeyInfo& key_info, uint32_t compared_fields, size_t memory_limit)
    : io_(io), key_info_(key_info), compared_fields_(compared_fields), memory_limit_(memory_limit) {}

Sorter::~Sorter() {
  for (uint8_t* block : blocks_) mem_free(block);
}

void Sorter::clear() {
  take_back();
  runs_.reset();
  entries_.clear();
  scratch_.reset();
  for (uint8_t* block : blocks_) mem_free(block);
  blocks_.clear();
  free_ = nullptr;
  free_bytes_ = 0;
  used_bytes_ = 0;
  position_ = 0;
  comparison_status_ = kOk;
}

Status Sorter::allocate(uint32_t size, uint8_t** bytes) {
  if (size > free_bytes_) {
    // Small sorts, of which many may be open, take little.
    const size_t usual = kFirstBlockBytes
                         << (blocks_.size() < kBlockDoublings ? blocks_.size() : kBlockDoublings);
    const size_t block_size = size > usual / 4 ? size : usual;
    auto* block = static_cast<uint8_t*>(mem_alloc(block_size));
    if (!block) return Code::kNomem;
    const Status status = blocks_.push_back(block);
    if (!status.ok()) {
      mem_free(block);
      return status;
    }
    used_bytes_ += block_size;
    if (block_size == size) {
      *bytes = block;
      return kOk;
    }
    free_ = block;
    free_bytes_ = block_size;
  }
  *bytes = free_;
  free_ += size;
  free_bytes_ -= size;
  return kOk;
}

void Sorter::make_prefix(Entry& entry) const {
  entry.prefix = 0;
  entry.is_exact = false;
  if (compared_fields_ == 0) return;
  const KeyField& field = key_info_.fields[0];
  const uint8_t* const end = entry.record + entry.size;
  uint32_t header_size = 0, type = 0;
  const int length = read_varint32_bounded(entry.record, end, &header_size);
  if (length == 0 || header_size > entry.size) return;
  if (read_varint32_bounded(entry.record + length, entry.record + header_size, &type) == 0) return;
  const uint32_t size = serial_type::size(type);
  if (size > entry.size - header_size) return;
  const uint8_t* const body = entry.record + header_size;

  uint64_t value_class = kNullClass;
  uint64_t bits = 0;
  if (serial_type::is_integer(type)) {
    const int64_t integer = decode_integer(body, type);
    value_class = kNumberClass;
    bits = ordered_bits(static_cast<double>(integer)) >> 2;
    entry.is_exact = integer < kExactInteger && integer > -kExactInteger;
  } else if (type == serial_type::kReal) {
    const double real = decode_real(body);
    if (real == real) {
      value_class = kNumberClass;
      bits = ordered_bits(real) >> 2;
    }
  } else if (serial_type::is_text(type)) {
    value_class = kTextClass;
    const bool is_plain = key_info_.encoding == TextEncoding::kUtf8 && field.collation != Collation::kRtrim;
    if (is_plain) bits = byte_prefix(body, size, field.collation == Collation::kNocase);
    entry.is_exact = is_plain && size < 8;
  } else if (serial_type::is_blob(type)) {
    value_class = kBlobClass;
    bits = byte_prefix(body, size, false);
    entry.is_exact = size < 8;
  } else {
    entry.is_exact = true;
  }
  // NULLs as big: they go behind all other classes.
  if (field.sort_flags & kSortNullsAsBig) value_class = value_class == kNullClass ? 3 : value_class - 1;
  entry.prefix = value_class << kClassShift | bits;
  if (field.sort_flags & kSortDescending) entry.prefix = ~entry.prefix;
}

Status Sorter::insert(const uint8_t* record, uint32_t size) {
  if (memory_limit_ != 0 && used_bytes_ + entries_.size() * sizeof(Entry) > memory_limit_ &&
      !entries_.empty())
    RETURN_IF_ERROR(spill());
  uint8_t* bytes;
  RETURN_IF_ERROR(allocate(size, &bytes));
  std::memcpy(bytes, record, size);
  Entry entry = {0, bytes, size, false};
  make_prefix(entry);
  return entries_.push_back(entry);
}

int Sorter::compare(const Entry& left, const Entry& right) {
  if (left.prefix != right.prefix) return left.prefix < right.prefix ? -1 : 1;
  if (compared_fields_ == 1 && left.is_exact && right.is_exact) return 0;
  return compare_records(left.record, left.size, right.record, right.size, key_info_, compared_fields_,
                         &comparison_status_);
}

bool Sorter::is_sorted() {
  for (size_t i = 1; i < entries_.size(); i++)
    if (compare(entries_[i - 1], entries_[i]) > 0) return false;
  return true;
}

void Sorter::merge(const Entry* left, const Entry* middle, const Entry* right, Entry* output) {
  const Entry* a = left;
  const Entry* b = middle;
  while (a < middle && b < right) *output++ = compare(*a, *b) <= 0 ? *a++ : *b++;
  while (a < middle) *output++ = *a++;
  while (b < right) *output++ = *b++;
}

/** Bottom-up merge sort over short runs sorted by insertion. */
Status Sorter::sort_entries() {
  const size_t count = entries_.size();
  if (is_sorted()) return comparison_status_;
  RETURN_IF_ERROR(scratch_.resize(count));
  for (size_t start = 0; start < count; start += kInsertionRun) {
    const size_t end = start + kInsertionRun < count ? start + kInsertionRun : count;
    for (size_t i = start + 1; i < end; i++) {
      const Entry entry = entries_[i];
      size_t place = i;
      for (; place > start && compare(entries_[place - 1], entry) > 0; place--)
        entries_[place] = entries_[place - 1];
      entries_[place] = entry;
    }
  }
  for (size_t width = kInsertionRun; width < count; width *= 2) {
    const Entry* from = entries_.data();
    Entry* to = scratch_.data();
    for (size_t start = 0; start < count; start += 2 * width) {
      const size_t middle = start + width < count ? start + width : count;
      const size_t end = start + 2 * width < count ? start + 2 * width : count;
      merge(from + start, from + middle, from + end, to + start);
    }
    entries_.swap(scratch_);
  }
  return comparison_status_;
}

Status Sorter::spill() {
  RETURN_IF_ERROR(sort_entries());
  if (!runs_) {
    runs_.reset(new (std::nothrow) SortRuns(io_, key_info_, compared_fields_));
    if (!runs_) return Code::kNomem;
  } else if (runs_->run_count() >= kLargestFanIn) {
    RETURN_IF_ERROR(runs_->compact());
  }
  RETURN_IF_ERROR(runs_->begin_run());
  for (const Entry& entry : entries_) RETURN_IF_ERROR(runs_->add(entry.record, entry.size));
  RETURN_IF_ERROR(runs_->end_run());
  auto runs = std::move(runs_);
  clear();
  runs_ = std::move(runs);
  return kOk;
}

Status Sorter::sort(bool* is_empty) {
  take_back();
  position_ = 0;
  if (runs_) {
    if (!entries_.empty()) RETURN_IF_ERROR(spill());
    return runs_->begin_merge(is_empty);
  }
  *is_empty = entries_.empty();
  RETURN_IF_ERROR(sort_entries());
  scratch_.reset();
  return kOk;
}

Status Sorter::next(bool* at_end) {
  take_back();
  if (runs_) return runs_->next(at_end);
  position_++;
  *at_end = position_ >= entries_.size();
  return kOk;
}

}  // namespace ringlite
