// Array: a growable array whose allocation can fail (SQLITE_NOMEM). Move-only. After a failed growth the
// contents are intact. Plain data grows in place where the allocator can; other values are moved.
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
  static constexpr bool kIsPlain = std::is_trivially_copyable_v<T>;

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
  const T& back() const { return (*this)[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  /** Room for `capacity` values in total: addresses stay as they are until it is used up. Grows by at least
   * half, so that appending is linear. */
  Status reserve(size_t capacity) { return capacity <= capacity_ ? kOk : grow(capacity); }
  Status push_back(T value) {
    if (size_ == capacity_) RETURN_IF_ERROR(grow(size_ + 1));
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
  /** New values are copies of `fill`. */
  Status resize(size_t size, const T& fill) requires kIsPlain {
    RETURN_IF_ERROR(reserve(size));
    for (size_t i = size_; i < size; i++) data_[i] = fill;
    size_ = size;
    return kOk;
  }
  /** Drops the values from `size` on; never allocates. */
  void truncate(size_t size) {
    if constexpr (kIsPlain)
      size_ = size < size_ ? size : size_;
    else
      while (size_ > size) data_[--size_].~T();
  }
  void clear() { truncate(0); }
  void pop_back() {
    ASSERT(size_ > 0);
    truncate(size_ - 1);
  }
  /** Frees the allocation. */
  void reset() { Array().swap(*this); }

  void swap(Array& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  static constexpr size_t kFirstCapacity = 8;

  Status grow(size_t capacity) {
    size_t wanted = capacity_ + capacity_ / 2 + kFirstCapacity;
    if (wanted < capacity) wanted = capacity;
    if (wanted > SIZE_MAX / sizeof(T)) return Code::kNomem;
    if constexpr (kIsPlain) {
      void* grown = mem_realloc(data_, wanted * sizeof(T));
      if (!grown) return Code::kNomem;
      data_ = static_cast<T*>(grown);
    } else {
      T* grown = static_cast<T*>(mem_alloc(wanted * sizeof(T)));
      if (!grown) return Code::kNomem;
      for (size_t i = 0; i < size_; i++) {
        new (&grown[i]) T(std::move(data_[i]));
        data_[i].~T();
      }
      mem_free(data_);
      data_ = grown;
    }
    capacity_ = wanted;
    return kOk;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace ringlite
