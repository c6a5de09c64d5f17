// PodArray: a growable array of trivially copyable values whose allocation can fail (SQLITE_NOMEM). Move-only. After a
// failed growth the contents are intact.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"

namespace ringlite {

template <typename T>
class PodArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  PodArray() = default;
  PodArray(const PodArray&) = delete;
  PodArray& operator=(const PodArray&) = delete;
  PodArray(PodArray&& other) noexcept { swap(other); }
  PodArray& operator=(PodArray&& other) noexcept {
    swap(other);
    return *this;
  }
  ~PodArray() { mem_free(data_); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](size_t index) {
    ASSERT(index < size_);
    return data_[index];
  }
  const T& operator[](size_t index) const {
    ASSERT(index < size_);
    return data_[index];
  }
  T& back() { return (*this)[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  /** Room for `capacity` values in total; grows by at least half, so that appending is linear. */
  Status reserve(size_t capacity) { return capacity <= capacity_ ? kOk : grow(capacity); }
  Status push_back(const T& value) {
    if (size_ == capacity_) {
      const T copy = value;
      RETURN_IF_ERROR(grow(size_ + 1));
      data_[size_++] = copy;
      return kOk;
    }
    data_[size_++] = value;
    return kOk;
  }
  /** New values are copies of `fill`. */
  Status resize(size_t size, const T& fill = T{}) {
    RETURN_IF_ERROR(reserve(size));
    for (size_t i = size_; i < size; i++) data_[i] = fill;
    size_ = size;
    return kOk;
  }
  void pop_back() {
    ASSERT(size_ > 0);
    size_--;
  }
  /** Drops the values from `size` on; never allocates. */
  void truncate(size_t size) {
    ASSERT(size <= size_);
    size_ = size;
  }
  void clear() { size_ = 0; }
  /** Frees the allocation. */
  void reset() { PodArray().swap(*this); }

  void swap(PodArray& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  Status grow(size_t capacity) {
    size_t wanted = capacity_ + capacity_ / 2 + 8;
    if (wanted < capacity) wanted = capacity;
    if (wanted > SIZE_MAX / sizeof(T)) return Code::kNomem;
    void* grown = mem_realloc(data_, wanted * sizeof(T));
    if (!grown) return Code::kNomem;
    data_ = static_cast<T*>(grown);
    capacity_ = wanted;
    return kOk;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace ringlite
