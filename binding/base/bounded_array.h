// BoundedArray: a list of at most N movable values inside its owner. It allocates nothing, so adding cannot
// fail below N, and its values stay where they are.
#pragma once
#include <array>
#include <cstddef>
#include <utility>

#include "base/assert.h"

namespace ringlite {

template <typename T, size_t N>
class BoundedArray {
 public:
  static constexpr size_t kCapacity = N;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool is_full() const { return size_ == N; }
  T& operator[](size_t index) {
    ASSERT(index < size_);
    return values_[index];
  }
  const T& operator[](size_t index) const {
    ASSERT(index < size_);
    return values_[index];
  }
  T* data() { return values_.data(); }
  T* begin() { return values_.data(); }
  T* end() { return values_.data() + size_; }
  const T* begin() const { return values_.data(); }
  const T* end() const { return values_.data() + size_; }

  /** Not when it is full. */
  void push_back(T value) {
    ASSERT(!is_full());
    values_[size_++] = std::move(value);
  }
  /** The values behind move up. */
  void erase(size_t index) {
    ASSERT(index < size_);
    for (; index + 1 < size_; index++) values_[index] = std::move(values_[index + 1]);
    values_[--size_] = T();
  }

 private:
  std::array<T, N> values_{};
  size_t size_ = 0;
};

}  // namespace ringlite
