#include "engine/parameter_reader.h"

namespace ringlite {

using border::Tag;

Status read_parameters(const Border& border, Value* values, uint32_t count) {
  if (size_t{count} * 16 > border.data_size()) return Code::kMisuse;
  const uint8_t* cells = border.data();
  const uint8_t* integers = cells + size_t{count} * 8;
  const uint8_t* bytes = integers + size_t{count} * 8;
  const uint8_t* end = border.bytes + border.size;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t cell;
    std::memcpy(&cell, cells + size_t{i} * 8, 8);
    Value& value = values[i];
    const uint32_t high = static_cast<uint32_t>(cell >> 32);
    if ((high & border::kCellTag) != border::kCellTag) {
      double real;
      std::memcpy(&real, &cell, 8);
      value.set_real(real);
      continue;
    }
    const uint32_t low = static_cast<uint32_t>(cell);
    switch (static_cast<Tag>(high & ~border::kCellTag)) {
      case Tag::kNull:
        value.set_null();
        break;
      case Tag::kInt32:
        value.set_integer(static_cast<int32_t>(low));
        break;
      case Tag::kInt64: {
        int64_t integer;
        std::memcpy(&integer, integers + size_t{i} * 8, 8);
        value.set_integer(integer);
        break;
      }
      case Tag::kText:
      case Tag::kBlob: {
        if (low > static_cast<size_t>(end - bytes)) return Code::kMisuse;
        const bool is_text = static_cast<Tag>(high & ~border::kCellTag) == Tag::kText;
        RETURN_IF_ERROR(is_text ? value.copy_text(bytes, low) : value.copy_blob(bytes, low));
        bytes += low;
        break;
      }
      case Tag::kFar:
        break;
      default:
        return Code::kMisuse;
    }
  }
  return kOk;
}

}  // namespace ringlite
