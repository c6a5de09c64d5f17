// String: NUL-terminated text whose allocation can fail (SQLITE_NOMEM). Move-only. After a failed change it
// is empty.
#pragma once
#include <initializer_list>
#include <string_view>

#include "base/buffer.h"

namespace ringlite {

class String {
 public:
  String() = default;
  /** Text that lives as long as the process: nothing is copied. */
  static String literal(std::string_view text) {
    String string;
    string.view_ = text;
    return string;
  }
  String(const String&) = delete;
  String& operator=(const String&) = delete;
  String(String&& other) noexcept { swap(other); }
  String& operator=(String&& other) noexcept {
    swap(other);
    return *this;
  }
  ~String() = default;

  std::string_view view() const { return view_; }
  operator std::string_view() const { return view_; }
  const char* data() const { return view_.data(); }
  const char* c_str() const { return view_.empty() ? "" : view_.data(); }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }

  Status assign(std::string_view text) { return assign({text}); }
  /** The parts in a row. They must not lie in this string. */
  Status assign(std::initializer_list<std::string_view> parts) {
    clear();
    size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    RETURN_IF_ERROR(bytes_.reserve(size + 1));
    for (const std::string_view part : parts) RETURN_IF_ERROR(bytes_.append(part));
    RETURN_IF_ERROR(bytes_.append_byte(0));
    view_ = {reinterpret_cast<const char*>(bytes_.data()), size};
    return kOk;
  }
  void clear() {
    bytes_.clear();
    view_ = {};
  }

  void swap(String& other) noexcept {
    bytes_.swap(other.bytes_);
    std::swap(view_, other.view_);
  }

 private:
  Buffer bytes_;
  std::string_view view_;
};

}  // namespace ringlite
