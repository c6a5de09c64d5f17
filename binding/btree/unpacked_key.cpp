#include "btree/unpacked_key.h"

#include <new>

namespace ringlite {

UnpackedKey::~UnpackedKey() {
  for (uint32_t i = 0; i < value_count_; i++) values_[i].~Value();
  mem_free(values_);
}

Status UnpackedKey::decode(const uint8_t* record, uint32_t size, const KeyInfo& key_info) {
  ASSERT(values_ == nullptr);
  const uint32_t wanted = key_info.key_field_count;
  CORRUPT_IF(size == 0);
  RETURN_IF_ERROR(layout_.init(wanted));
  RETURN_IF_ERROR(layout_.begin(record, size, size));
  CORRUPT_IF(layout_.header_size() > size);
  values_ = static_cast<Value*>(mem_alloc(wanted * sizeof(Value)));
  if (!values_) return Code::kNomem;
  while (value_count_ < wanted) {
    bool present = false;
    RETURN_IF_ERROR(layout_.locate(value_count_, &present));
    if (!present) break;
    Value* value = new (&values_[value_count_]) Value();
    const uint32_t field = value_count_++;
    const uint32_t type = layout_.type(field);
    const uint32_t offset = layout_.offset(field);
    CORRUPT_IF(offset > size || serial_type::size(type) > size - offset);
    RETURN_IF_ERROR(decode_field(record + offset, type, key_info.encoding, value));
  }
  key_ = RecordKey();
  key_.key_info = &key_info;
  key_.values = values_;
  key_.field_count = static_cast<uint16_t>(value_count_);
  return kOk;
}

}  // namespace ringlite
