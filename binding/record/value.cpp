#include "record/value.h"

#include <algorithm>

namespace ringlite {

Status Value::reserve(uint32_t capacity, bool keep_bytes) {
  if (capacity <= capacity_) return kOk;
  constexpr uint32_t kSmallestCapacity = 32;
  const uint32_t target = std::max(capacity, kSmallestCapacity);
  if (keep_bytes && allocation_) {
    void* grown = mem_realloc(allocation_, target);
    if (!grown) return Code::kNomem;
    allocation_ = static_cast<uint8_t*>(grown);
  } else {
    void* fresh = mem_alloc(target);
    if (!fresh) return Code::kNomem;
    mem_free(allocation_);
    allocation_ = static_cast<uint8_t*>(fresh);
  }
  capacity_ = target;
  return kOk;
}

Status Value::copy_bytes_slowly(ValueType type, const void* bytes, uint32_t size) {
  ASSERT(!aggregate_ || bytes != data_);
  if (aggregate_) release_aggregate();
  RETURN_IF_ERROR(reserve(size, false));
  if (size) std::memcpy(allocation_, bytes, size);
  own(type, size);
  return kOk;
}

Status Value::make_room(uint32_t size) {
  if (aggregate_) release_aggregate();
  set_null();
  return reserve(size, false);
}

void Value::adopt(ValueType type, uint8_t* allocation, uint32_t size, uint32_t capacity) {
  ASSERT(size <= capacity);
  become(type);
  number_.integer = 0;
  mem_free(allocation_);
  allocation_ = allocation;
  capacity_ = capacity;
  data_ = allocation;
  size_ = size;
  storage_ = Storage::kOwned;
}

Status Value::copy_from(const Value& other) {
  if (this == &other) return kOk;
  const bool has_bytes = other.is_text() || other.is_blob();
  if (!has_bytes || other.storage_ == Storage::kStatic) {
    borrow(other);
    return kOk;
  }
  const auto number = other.number_;
  const uint8_t subtype = other.subtype_;
  RETURN_IF_ERROR(copy_bytes(other.type_, other.data_, other.size_));
  number_ = number;
  subtype_ = subtype;
  return kOk;
}

Status Value::copy_ephemeral() {
  const auto number = number_;
  const uint8_t subtype = subtype_;
  RETURN_IF_ERROR(copy_bytes(type_, data_, size_));
  number_ = number;
  subtype_ = subtype;
  return kOk;
}

Status Value::make_writable(uint8_t** bytes) {
  ASSERT(is_text() || is_blob());
  const uint32_t tail = zero_tail();
  if (tail > UINT32_MAX - size_) return Code::kToobig;
  if (storage_ == Storage::kOwned) {
    RETURN_IF_ERROR(reserve(size_ + tail, true));
  } else {
    RETURN_IF_ERROR(reserve(size_ + tail, false));
    if (size_) std::memmove(allocation_, data_, size_);
    storage_ = Storage::kOwned;
  }
  data_ = allocation_;
  if (tail) std::memset(allocation_ + size_, 0, tail);
  size_ += tail;
  number_.integer = 0;
  *bytes = allocation_;
  return kOk;
}

void Value::clear() {
  become(ValueType::kNull);
  mem_free(allocation_);
  allocation_ = nullptr;
  capacity_ = 0;
  data_ = nullptr;
  size_ = 0;
  storage_ = Storage::kStatic;
}

Status Value::start_aggregate(uint32_t state_size, void (*destroy)(void*), void** state) {
  ASSERT(!aggregate_);
  const uint32_t total = static_cast<uint32_t>(sizeof(AggregateBlock)) + state_size;
  set_null();
  RETURN_IF_ERROR(reserve(total, false));
  std::memset(allocation_, 0, total);
  auto* block = reinterpret_cast<AggregateBlock*>(allocation_);
  block->destroy = destroy;
  block->state_size = state_size;
  storage_ = Storage::kStatic;
  data_ = nullptr;
  size_ = 0;
  aggregate_ = true;
  *state = block->state();
  return kOk;
}

void Value::release_aggregate() {
  auto* block = reinterpret_cast<AggregateBlock*>(allocation_);
  aggregate_ = false;
  if (block->destroy) block->destroy(block->state());
}

}  // namespace ringlite
