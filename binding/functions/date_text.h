// A short text on the stack, for dates.
#pragma once
#include <string_view>

#include "base/assert.h"

namespace ringlite {

class DateText {
 public:
  std::string_view view() const { return {text_, size_}; }
  void append(char character) {
    ASSERT(size_ < sizeof text_);
    text_[size_++] = character;
  }
  /** Appends a number with at least `width` digits, a sign counting as one of them ("%0*d"). */
  void append_number(int number, int width, char padding = '0') {
    char digits[12];
    int count = 0;
    const bool is_negative = number < 0;
    unsigned rest = is_negative ? 0u - static_cast<unsigned>(number) : static_cast<unsigned>(number);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (is_negative) append('-');
    for (int fill = count + (is_negative ? 1 : 0); fill < width; fill++) append(padding);
    while (count > 0) append(digits[--count]);
  }

 private:
  char text_[64];
  size_t size_ = 0;
};

}  // namespace ringlite
