// Reading short texts character by character without looking at their end: beyond it everything is NUL.
#pragma once
#include <algorithm>
#include <string_view>

#include "record/number_text.h"
#include "record/text_order.h"

namespace ringlite {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  char operator[](size_t ahead) const { return ahead < text_.size() ? text_[ahead] : '\0'; }
  char operator*() const { return (*this)[0]; }
  bool is_at_end() const { return text_.empty(); }
  void advance(size_t count = 1) { text_.remove_prefix(std::min(count, text_.size())); }
  void skip_spaces() {
    while (is_space(**this)) advance();
  }
  std::string_view rest() const { return text_; }

  /** Reads exactly `count` digits between `least` and `most`; false (nothing consumed) when they aren't
   * there. */
  bool read_digits(int count, int least, int most, int* number) {
    int value = 0;
    for (int index = 0; index < count; index++) {
      const char digit = (*this)[static_cast<size_t>(index)];
      if (!is_digit(digit)) return false;
      value = value * 10 + (digit - '0');
    }
    if (value < least || value > most) return false;
    *number = value;
    advance(static_cast<size_t>(count));
    return true;
  }
  bool take(char expected) {
    if (**this != expected || is_at_end()) return false;
    advance();
    return true;
  }

 private:
  std::string_view text_;
};

inline bool equals_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (size_t index = 0; index < left.size(); index++) {
    if (ascii_lower(static_cast<uint8_t>(left[index])) != ascii_lower(static_cast<uint8_t>(right[index])))
      return false;
  }
  return true;
}

/** Whether `text` starts with `prefix`; the prefix is then removed. */
inline bool take_prefix_ignoring_case(std::string_view* text, std::string_view prefix) {
  if (!equals_ignoring_case(text->substr(0, prefix.size()), prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace ringlite
