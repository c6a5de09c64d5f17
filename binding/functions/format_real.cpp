// %f, %e and %g.
#include <algorithm>
#include <cstring>

#include "functions/format.h"
#include "record/decimal.h"

namespace ringlite {
namespace {

constexpr int kLargestPrecision = 100'000'000;

/** Appends the digits left of the decimal point; returns how many of the significant digits were used. */
Status append_whole_part(const DecimalReal& decimal, int last_place, bool has_thousands, Buffer* text,
                         int* used) {
  *used = 0;
  if (last_place < 0) return text->append_byte('0');
  if (!has_thousands) {
    *used = std::min(last_place + 1, decimal.digit_count);
    RETURN_IF_ERROR(text->append(decimal.digits, static_cast<size_t>(*used)));
    return text->append_fill('0', static_cast<size_t>(last_place + 1 - *used));
  }
  for (int place = last_place; place >= 0; place--) {
    RETURN_IF_ERROR(text->append_byte(
        *used < decimal.digit_count ? static_cast<uint8_t>(decimal.digits[(*used)++]) : '0'));
    if (place % 3 == 0 && place > 1) RETURN_IF_ERROR(text->append_byte(','));
  }
  return kOk;
}

/** Appends `precision` digits right of the point; zeros beyond the significant digits only when they are to
 * be kept. */
Status append_fraction(const DecimalReal& decimal, int used, int leading_zeros, int precision,
                       bool keeps_zeros, Buffer* text) {
  const int zeros = std::clamp(leading_zeros, 0, precision);
  RETURN_IF_ERROR(text->append_fill('0', static_cast<size_t>(zeros)));
  precision -= zeros;
  const int digits = std::clamp(decimal.digit_count - used, 0, precision);
  RETURN_IF_ERROR(text->append(decimal.digits + used, static_cast<size_t>(digits)));
  return keeps_zeros ? text->append_fill('0', static_cast<size_t>(precision - digits)) : kOk;
}

Status append_exponent(int exponent, char letter, Buffer* text) {
  char digits[8];
  int length = 0;
  digits[length++] = letter;
  digits[length++] = exponent < 0 ? '-' : '+';
  if (exponent < 0) exponent = -exponent;
  if (exponent >= 100) digits[length++] = static_cast<char>('0' + exponent / 100);
  digits[length++] = static_cast<char>('0' + exponent / 10 % 10);
  digits[length++] = static_cast<char>('0' + exponent % 10);
  return text->append(digits, static_cast<size_t>(length));
}

/** Removes zeros at the end of the fraction, and the point when nothing follows it; with `keeps_digit`, a
 * zero stays after the point. */
Status remove_trailing_zeros(bool keeps_digit, Buffer* text) {
  size_t size = text->size();
  while ((*text)[size - 1] == '0') size--;
  const bool is_bare = (*text)[size - 1] == '.';
  RETURN_IF_ERROR(text->resize(is_bare && !keeps_digit ? size - 1 : size));
  return is_bare && keeps_digit ? text->append_byte('0') : kOk;
}

Status pad(const RealFormat& format, size_t start, bool has_sign, Buffer* text) {
  const size_t length = text->size() - start;
  if (format.width < 0 || length >= static_cast<size_t>(format.width)) return kOk;
  const size_t count = static_cast<size_t>(format.width) - length;
  RETURN_IF_ERROR(text->append_fill(' ', count));
  if (format.is_left_justified) return kOk;
  const size_t from = start + (format.pads_with_zeros && has_sign ? 1 : 0);
  std::memmove(text->data() + from + count, text->data() + from, start + length - from);
  std::memset(text->data() + from, format.pads_with_zeros ? '0' : ' ', count);
  return kOk;
}

Status append_special(std::string_view name, char sign, const RealFormat& format, Buffer* text) {
  const size_t start = text->size();
  if (sign) RETURN_IF_ERROR(text->append_byte(static_cast<uint8_t>(sign)));
  RETURN_IF_ERROR(text->append(name));
  RealFormat spaces = format;
  spaces.pads_with_zeros = false;
  return pad(spaces, start, false, text);
}

int rounding_of(const RealFormat& format, int precision) {
  if (format.conversion == 'f') return -precision;
  return format.conversion == 'g' ? precision : precision + 1;
}

/** Bytes that a conversion may take, which SQLite reserves (and limits) beforehand. */
uint64_t reserved_size(const RealFormat& format, int last_place, int precision) {
  uint64_t size = static_cast<uint64_t>(std::max(last_place, 0)) + static_cast<uint64_t>(precision) +
                  static_cast<uint64_t>(format.width) + 10;
  if (format.has_thousands && last_place > 0) size += static_cast<uint64_t>(last_place + 2) / 3;
  return size;
}

}  // namespace

Status append_real(double real, const RealFormat& format, uint64_t limit, Buffer* text) {
  int precision = std::min(format.precision, kLargestPrecision);
  if (format.conversion == 'g' && precision == 0) precision = 1;
  const int rounding = rounding_of(format, precision);
  DecimalReal decimal;
  decimal_from_real(real, rounding, format.is_exact ? 20 : 16, &decimal);
  if (decimal.kind == DecimalReal::Kind::kNaN) {
    return append_special(format.pads_with_zeros ? "null" : "NaN", '\0', format, text);
  }
  if (decimal.kind == DecimalReal::Kind::kInfinite) {
    if (!format.pads_with_zeros) {
      return append_special("Inf", decimal.is_negative ? '-' : format.positive_sign, format, text);
    }
    // With zero padding infinity is a number too large for any double, so that the text reads back as
    // infinity.
    decimal.storage[0] = '9';
    decimal.digits = decimal.storage;
    decimal.digit_count = 1;
    decimal.point = 1000;
  }
  const bool is_unsigned_zero = format.is_alternate && format.positive_sign == '\0' &&
                                format.conversion == 'f' && decimal.point <= rounding;
  const char sign = !decimal.is_negative ? format.positive_sign : is_unsigned_zero ? '\0' : '-';

  const int exponent = decimal.point - 1;
  bool is_scientific = format.conversion == 'e';
  bool drops_zeros = format.is_exact;
  if (format.conversion == 'g') {
    precision--;
    drops_zeros = !format.is_alternate;
    is_scientific = exponent < -4 || exponent > precision;
    if (!is_scientific) precision -= exponent;
  }
  const int last_place = is_scientific ? 0 : exponent;
  if (text->size() + reserved_size(format, last_place, precision) + 1 > limit) return Code::kToobig;

  const size_t start = text->size();
  const bool has_point = precision > 0 || format.is_alternate || format.is_exact;
  if (sign) RETURN_IF_ERROR(text->append_byte(static_cast<uint8_t>(sign)));
  int used;
  RETURN_IF_ERROR(append_whole_part(decimal, last_place, format.has_thousands, text, &used));
  if (has_point) RETURN_IF_ERROR(text->append_byte('.'));
  if (precision > 0) {
    RETURN_IF_ERROR(append_fraction(decimal, used, -1 - last_place, precision, !drops_zeros, text));
  }
  if (drops_zeros && has_point) RETURN_IF_ERROR(remove_trailing_zeros(format.is_exact, text));
  if (is_scientific) RETURN_IF_ERROR(append_exponent(exponent, format.exponent_letter, text));
  return pad(format, start, sign != '\0', text);
}

}  // namespace ringlite
