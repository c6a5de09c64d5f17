// Array: a growable array of movable values whose allocation can fail (SQLITE_NOMEM). Move-only. After a
// failed growth the contents are intact. For trivially copyable values see pod_array.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"

namespace ringlite {

template <typename T>
class Array {
  static_assert(std::is_nothrow_move_constructible_v<T>);

 public:
  Array() = default;
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  Array(Array&& other) noexcept { swap(other); }
  Array& operator=(Array&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Array() {
    clear();
    mem_free(data_);
  }

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

  /** Room for exactly `capacity` values when there is less: addresses stay as they are until it is used up.
   */
  Status reserve(size_t capacity) {
    if (capacity <= capacity_) return kOk;
    if (capacity > SIZE_MAX / sizeof(T)) return Code::kNomem;
    T* grown = static_cast<T*>(mem_alloc(capacity * sizeof(T)));
    if (!grown) return Code::kNomem;
    for (size_t i = 0; i < size_; i++) {
      new (&grown[i]) T(std::move(data_[i]));
      data_[i].~T();
    }
    mem_free(data_);
    data_ = grown;
    capacity_ = capacity;
    return kOk;
  }
  Status push_back(T value) {
    if (size_ == capacity_) RETURN_IF_ERROR(reserve(capacity_ + capacity_ / 2 + 4));
    new (&data_[size_++]) T(std::move(value));
    return kOk;
  }
  /** New values are value-initialized. */
  Status resize(size_t size) {
    RETURN_IF_ERROR(reserve(size));
    while (size_ < size) new (&data_[size_++]) T();
    truncate(size);
    return kOk;
  }
  /** Drops the values from `size` on; never allocates. */
  void truncate(size_t size) {
    while (size_ > size) data_[--size_].~T();
  }
  void clear() { truncate(0); }
  void pop_back() {
    ASSERT(size_ > 0);
    truncate(size_ - 1);
  }

  void swap(Array& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace ringlite
