// Lazy<T>: a T inside the state of an aggregate, whose memory starts as zeros: made at first use, destroyed
// with the state.
#pragma once
#include <new>
#include <utility>

namespace ringlite {

template <typename T>
class Lazy {
 public:
  /** The object, made when it isn't there yet. */
  T& make() {
    if (!is_made_) {
      new (storage_) T();
      is_made_ = true;
    }
    return *get();
  }
  bool is_made() const { return is_made_; }
  /** Only when it is made. */
  T* get() { return std::launder(reinterpret_cast<T*>(storage_)); }
  T& operator*() { return *get(); }
  T* operator->() { return get(); }
  void destroy() {
    if (is_made_) get()->~T();
    is_made_ = false;
  }

 private:
  alignas(T) unsigned char storage_[sizeof(T)];
  bool is_made_;
};

}  // namespace ringlite
