#include "engine/row_writer.h"

#include "engine/text_batch.h"

namespace ringlite {

using border::Tag;

void RowWriter::begin(Border& border) {
  border_ = &border;
  border.latin1.clear();
  border.wide.clear();
  border.far_values = nullptr;
  border.far_count = 0;
  cell_end_ = Border::kDataOffset;
  side_start_ = border.size & ~size_t{7};
  row_count_ = 0;
  has_far_ = false;
}

bool RowWriter::take_side(size_t size, size_t alignment, size_t* offset) {
  if (size > side_start_) return false;
  const size_t start = (side_start_ - size) & ~(alignment - 1);
  if (start < cell_end_) return false;
  side_start_ = start;
  *offset = start;
  return true;
}

Status RowWriter::write_blob(const Value& value, uint64_t* cell, bool* fits) {
  const uint32_t size = static_cast<uint32_t>(value.blob_size());
  size_t offset;
  if (!take_side(size + 4u, 4, &offset)) {
    *fits = false;
    return kOk;
  }
  uint8_t* to = border_->bytes + offset;
  std::memcpy(to, &size, 4);
  if (value.size() > 0) std::memcpy(to + 4, value.data(), value.size());
  if (value.zero_tail() > 0) std::memset(to + 4 + value.size(), 0, value.zero_tail());
  *cell = make_cell(Tag::kBlob, static_cast<uint32_t>(offset));
  return kOk;
}

Status RowWriter::write_bytes_cell(const Value& value, uint64_t* cell, bool* fits) {
  const bool is_far =
      value.is_text() ? value.size() > border::kFarBytes : value.blob_size() > border::kFarBytes;
  TextForm form = TextForm::kInvalid;
  if (!is_far) {
    if (value.is_blob()) return write_blob(value, cell, fits);
    RETURN_IF_ERROR(append_text(*border_, value.data(), value.size(), &form));
  }
  switch (form) {
    case TextForm::kLatin1:
      *cell = make_cell(Tag::kText, static_cast<uint32_t>(border_->latin1.size()));
      break;
    case TextForm::kWide:
      *cell = make_cell(Tag::kWideText, static_cast<uint32_t>(border_->wide.size()));
      break;
    case TextForm::kInvalid:
      *cell = make_cell(Tag::kFar, 0);
      has_far_ = true;
      break;
  }
  return kOk;
}

Status RowWriter::write(const Value* values, uint32_t count, bool safe_integers, Result* result) {
  Border& border = *border_;
  const size_t cells_start = cell_end_;
  const size_t side_before = side_start_;
  const size_t latin1_before = border.latin1.size();
  const size_t wide_before = border.wide.size();
  const size_t cells_size = size_t{count} * 8;
  bool fits = cells_size <= side_start_ - cell_end_;
  if (fits) cell_end_ += cells_size;
  uint8_t* to = border.bytes + cells_start;
  for (uint32_t i = 0; fits && i < count; i++, to += 8) {
    const Value& value = values[i];
    uint64_t cell = make_cell(Tag::kNull, 0);
    switch (value.type()) {
      case ValueType::kInteger: {
        const int64_t integer = value.integer();
        if (integer == static_cast<int32_t>(integer)) [[likely]] {
          cell = make_cell(Tag::kInt32, static_cast<uint32_t>(integer));
        } else if (!safe_integers) {
          const double real = static_cast<double>(integer);
          std::memcpy(&cell, &real, 8);
        } else {
          size_t offset = 0;
          fits = take_side(8, 8, &offset);
          if (fits) std::memcpy(border.bytes + offset, &integer, 8);
          cell = make_cell(Tag::kInt64, static_cast<uint32_t>(offset));
        }
        break;
      }
      case ValueType::kReal: {
        const double real = value.real();
        std::memcpy(&cell, &real, 8);
        break;
      }
      case ValueType::kText:
      case ValueType::kBlob:
        RETURN_IF_ERROR(write_bytes_cell(value, &cell, &fits));
        break;
      case ValueType::kNull:
        break;
    }
    std::memcpy(to, &cell, 8);
  }
  if (!fits) [[unlikely]] {
    cell_end_ = cells_start;
    side_start_ = side_before;
    RETURN_IF_ERROR(border.latin1.resize(latin1_before));
    border.wide.truncate(wide_before);
    has_far_ = false;
    // Each value takes a cell and at most this much of the side area.
    space_needed_ = size_t{count} * (8 + 8 + border::kFarBytes) + 64;
    *result = Result::kFull;
    return kOk;
  }
  if (has_far_) {
    border.far_values = values;
    border.far_count = count;
  }
  row_count_++;
  *result = Result::kWritten;
  return kOk;
}

}  // namespace ringlite
