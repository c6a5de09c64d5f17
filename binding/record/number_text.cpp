#include "record/number_text.h"

#include <bit>
#include <cstring>

#include "base/assert.h"
#include "record/decimal.h"

namespace ringlite {
namespace {

constexpr char kDigitPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "525354555657"
    "585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/** A cursor over text that ends at a NUL byte or the end of the view; peeking beyond is NUL. */
class TextScanner {
 public:
  explicit TextScanner(std::string_view text) : cursor_(text.data()), end_(text.data() + text.size()) {}
  char peek(size_t ahead = 0) const {
    return static_cast<size_t>(end_ - cursor_) > ahead ? cursor_[ahead] : '\0';
  }
  void advance(size_t count = 1) { cursor_ += count; }
  void skip_spaces() {
    while (is_space(peek())) advance();
  }
  bool take(char byte) {
    if (peek() != byte || cursor_ == end_) return false;
    advance();
    return true;
  }

 private:
  const char* cursor_;
  const char* end_;
};

/** Decimal significand being read: digits beyond what 64 bits hold are dropped. */
struct Significand {
  uint64_t digits = 0;
  int exponent = 0;
};

// A further digit fits below this.
constexpr uint64_t kSignificandLimit = (UINT64_MAX - 9) / 10;

/** Reads integer digits; returns whether there were any. */
bool scan_integer_digits(TextScanner& scanner, Significand& number) {
  if (!is_digit(scanner.peek())) return false;
  while (is_digit(scanner.peek())) {
    number.digits = number.digits * 10 + static_cast<uint64_t>(scanner.peek() - '0');
    scanner.advance();
    if (number.digits >= kSignificandLimit) {
      for (; is_digit(scanner.peek()); scanner.advance()) number.exponent++;
      break;
    }
  }
  return true;
}

/** Reads the digits after a decimal point; returns whether there were any. */
bool scan_fraction_digits(TextScanner& scanner, Significand& number) {
  if (!is_digit(scanner.peek())) return false;
  for (; is_digit(scanner.peek()); scanner.advance()) {
    if (number.digits >= kSignificandLimit) continue;
    number.digits = number.digits * 10 + static_cast<uint64_t>(scanner.peek() - '0');
    number.exponent--;
  }
  return true;
}

enum class ExponentScan : uint8_t { kAbsent, kPresent, kMalformed };

ExponentScan scan_exponent(TextScanner& scanner, Significand& number) {
  if (scanner.peek() != 'e' && scanner.peek() != 'E') return ExponentScan::kAbsent;
  const char sign = scanner.peek(1);
  const size_t prefix = sign == '-' || sign == '+' ? 2 : 1;
  if (!is_digit(scanner.peek(prefix))) return ExponentScan::kMalformed;
  scanner.advance(prefix);
  int exponent = 0;
  for (; is_digit(scanner.peek()); scanner.advance()) {
    exponent = exponent < 10000 ? exponent * 10 + (scanner.peek() - '0') : 10000;
  }
  number.exponent += sign == '-' ? -exponent : exponent;
  return ExponentScan::kPresent;
}

}  // namespace

size_t integer_to_text(int64_t integer, char* text) {
  char digits[20];
  char* cursor = digits + sizeof digits;
  uint64_t rest = integer < 0 ? 0 - static_cast<uint64_t>(integer) : static_cast<uint64_t>(integer);
  while (rest >= 100) {
    cursor -= 2;
    std::memcpy(cursor, kDigitPairs + 2 * (rest % 100), 2);
    rest /= 100;
  }
  if (rest >= 10) {
    cursor -= 2;
    std::memcpy(cursor, kDigitPairs + 2 * rest, 2);
  } else {
    *--cursor = static_cast<char>('0' + rest);
  }
  const size_t digit_count = static_cast<size_t>(digits + sizeof digits - cursor);
  size_t length = 0;
  if (integer < 0) text[length++] = '-';
  std::memcpy(text + length, cursor, digit_count);
  return length + digit_count;
}

size_t real_to_text(double real, char* text) {
  constexpr int kDigits = 17;
  DecimalReal decimal;
  decimal_from_real(real, kDigits, 20, &decimal);
  char* cursor = text;
  if (decimal.is_negative) *cursor++ = '-';
  if (decimal.kind != DecimalReal::Kind::kFinite) {
    const bool is_infinite = decimal.kind == DecimalReal::Kind::kInfinite;
    std::memcpy(cursor, is_infinite ? "Inf" : "NaN", 3);
    return static_cast<size_t>(cursor + 3 - text);
  }
  int exponent = decimal.point - 1;
  const bool is_scientific = exponent < -4 || exponent > kDigits - 1;
  const int point = is_scientific ? 1 : decimal.point;
  if (point <= 0) {
    *cursor++ = '0';
    *cursor++ = '.';
    for (int zero = point; zero < 0; zero++) *cursor++ = '0';
    std::memcpy(cursor, decimal.digits, static_cast<size_t>(decimal.digit_count));
    cursor += decimal.digit_count;
  } else {
    for (int index = 0; index < point; index++)
      *cursor++ = index < decimal.digit_count ? decimal.digits[index] : '0';
    *cursor++ = '.';
    if (decimal.digit_count > point) {
      std::memcpy(cursor, decimal.digits + point, static_cast<size_t>(decimal.digit_count - point));
      cursor += decimal.digit_count - point;
    } else {
      *cursor++ = '0';
    }
  }
  if (is_scientific) {
    *cursor++ = 'e';
    *cursor++ = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    if (exponent >= 100) *cursor++ = static_cast<char>('0' + exponent / 100);
    std::memcpy(cursor, kDigitPairs + 2 * (exponent % 100), 2);
    cursor += 2;
  }
  ASSERT(static_cast<size_t>(cursor - text) <= kNumberTextCapacity);
  return static_cast<size_t>(cursor - text);
}

RealText parse_real(std::string_view text, double* real) {
  RealText result;
  *real = 0.0;
  TextScanner scanner(text);
  scanner.skip_spaces();
  const bool is_negative = scanner.take('-');
  if (!is_negative) scanner.take('+');
  Significand number;
  result.has_number = scan_integer_digits(scanner, number);
  if (scanner.peek() == '.') {
    scanner.advance();
    if (scan_fraction_digits(scanner, number)) result.has_number = true;
    result.is_real_form = result.has_number;
  }
  if (!result.has_number) return result;
  const ExponentScan exponent = scan_exponent(scanner, number);
  if (exponent == ExponentScan::kPresent) result.is_real_form = true;
  if (number.digits != 0) *real = real_from_decimal(number.digits, number.exponent);
  if (is_negative) *real = -*real;
  if (exponent != ExponentScan::kMalformed) {
    scanner.skip_spaces();
    result.is_whole = scanner.peek() == '\0';
  }
  return result;
}

IntegerText parse_integer(std::string_view text, int64_t* integer) {
  const char* cursor = text.data();
  const char* const end = cursor + text.size();
  while (cursor < end && is_space(*cursor)) cursor++;
  bool is_negative = false;
  if (cursor < end && (*cursor == '-' || *cursor == '+')) is_negative = *cursor++ == '-';
  const char* const digits = cursor;
  uint64_t magnitude = 0;
  bool overflows = false;
  for (; cursor < end && is_digit(*cursor); cursor++) {
    overflows |= __builtin_mul_overflow(magnitude, uint64_t{10}, &magnitude);
    overflows |= __builtin_add_overflow(magnitude, static_cast<uint64_t>(*cursor - '0'), &magnitude);
  }
  constexpr uint64_t kSmallestMagnitude = uint64_t{1} << 63;
  if (overflows || magnitude > kSmallestMagnitude || (magnitude == kSmallestMagnitude && !is_negative)) {
    *integer = is_negative ? INT64_MIN : INT64_MAX;
    const bool is_smallest = !overflows && magnitude == kSmallestMagnitude && !is_negative;
    return is_smallest ? IntegerText::kMagnitudeOfSmallest : IntegerText::kOverflow;
  }
  *integer = static_cast<int64_t>(is_negative ? 0 - magnitude : magnitude);
  if (cursor == digits) return IntegerText::kNone;
  while (cursor < end && is_space(*cursor)) cursor++;
  return cursor == end ? IntegerText::kExact : IntegerText::kTrailing;
}

IntegerText parse_integer_literal(std::string_view text, int64_t* integer) {
  if (text.size() < 2 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
    return parse_integer(text, integer);
  size_t position = 2;
  while (position < text.size() && text[position] == '0') position++;
  const size_t first = position;
  uint64_t bits = 0;
  for (; position < text.size() && hex_digit_value(text[position]) >= 0; position++) {
    bits = bits << 4 | static_cast<uint64_t>(hex_digit_value(text[position]));
  }
  *integer = static_cast<int64_t>(bits);
  if (position - first > 16) return IntegerText::kOverflow;
  return position == text.size() ? IntegerText::kExact : IntegerText::kTrailing;
}

bool parse_int32(std::string_view text, int32_t* integer) {
  TextScanner scanner(text);
  const bool is_negative = scanner.take('-');
  const bool has_sign = is_negative || scanner.take('+');
  const bool is_hex = !has_sign && scanner.peek() == '0' &&
                      (scanner.peek(1) == 'x' || scanner.peek(1) == 'X') &&
                      hex_digit_value(scanner.peek(2)) >= 0;
  int64_t value = 0;
  if (is_hex) {
    scanner.advance(2);
    for (; hex_digit_value(scanner.peek()) >= 0; scanner.advance()) {
      value = value << 4 | hex_digit_value(scanner.peek());
      if (value > INT32_MAX) return false;
    }
  } else {
    if (!is_digit(scanner.peek())) return false;
    for (; is_digit(scanner.peek()); scanner.advance()) {
      value = value * 10 + (scanner.peek() - '0');
      if (value - (is_negative ? 1 : 0) > INT32_MAX) return false;
    }
    if (is_negative) value = -value;
  }
  *integer = static_cast<int32_t>(value);
  return true;
}

int64_t real_to_integer(double real) {
  // The largest double below 2^63; beyond it the conversion would be undefined.
  constexpr double kLargest = 9223372036854774784.0;
  if (real < -kLargest) return INT64_MIN;
  if (real > kLargest) return INT64_MAX;
  return static_cast<int64_t>(real);
}

bool real_is_integer(double real, int64_t integer) {
  constexpr int64_t kLimit = int64_t{1} << 51;
  if (real == 0.0) return true;
  return std::bit_cast<uint64_t>(real) == std::bit_cast<uint64_t>(static_cast<double>(integer)) &&
         integer >= -kLimit && integer < kLimit;
}

}  // namespace ringlite
