// Buffer: growable bytes whose allocation can fail (SQLITE_NOMEM). Move-only. After a failed growth the old
// contents are intact.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"

namespace ringlite {

class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() {
    if (data_) mem_free(data_);
  }

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  uint8_t operator[](size_t index) const {
    ASSERT(index < size_);
    return data_[index];
  }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

  /** Room for `capacity` bytes in total; grows by at least half, so that appending is linear. */
  Status reserve(size_t capacity) { return capacity <= capacity_ ? kOk : grow(capacity); }

  /** New bytes are uninitialized. */
  Status resize(size_t size) {
    RETURN_IF_ERROR(reserve(size));
    size_ = size;
    return kOk;
  }

  Status append(const void* bytes, size_t count) {
    if (count == 0) return kOk;
    RETURN_IF_ERROR(reserve(size_ + count));
    std::memcpy(data_ + size_, bytes, count);
    size_ += count;
    return kOk;
  }
  Status append(std::string_view text) { return append(text.data(), text.size()); }
  Status append_byte(uint8_t byte) {
    RETURN_IF_ERROR(reserve(size_ + 1));
    data_[size_++] = byte;
    return kOk;
  }
  Status append_fill(uint8_t byte, size_t count) {
    if (count == 0) return kOk;
    RETURN_IF_ERROR(reserve(size_ + count));
    std::memset(data_ + size_, byte, count);
    size_ += count;
    return kOk;
  }
  Status assign(const void* bytes, size_t count) {
    size_ = 0;
    return append(bytes, count);
  }

  /** Forgets the contents, keeps the allocation. */
  void clear() { size_ = 0; }
  /** Removes the first `count` bytes. */
  void erase_front(size_t count) {
    ASSERT(count <= size_);
    if (count == 0) return;
    size_ -= count;
    std::memmove(data_, data_ + count, size_);
  }
  /** Frees the allocation. */
  void reset() { Buffer().swap(*this); }
  /** Gives the allocation away (free with mem_free); the buffer is empty afterwards. */
  uint8_t* release() {
    size_ = capacity_ = 0;
    return std::exchange(data_, nullptr);
  }

  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  Status grow(size_t capacity);

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace ringlite
