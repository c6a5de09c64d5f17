// Conversion between binary reals and decimal digits, as SQLite 3.53 does it: 96-bit powers of ten, 18
// significant digits at most, the 19th digit and later ones of an input ignored. Not always the nearest
// double, but the same one as SQLite's.
#pragma once
#include <cstdint>

namespace ringlite {

/** The double for significand * 10^exponent; `significand` is not 0. Underflow is 0.0, overflow infinity. */
double real_from_decimal(uint64_t significand, int exponent);

struct DecimalReal {
  enum class Kind : uint8_t { kFinite, kInfinite, kNaN };
  Kind kind = Kind::kFinite;
  bool is_negative = false;
  /** Significant digits '0'..'9' without trailing zeros; at least one for finite numbers. */
  int digit_count = 0;
  /** Position of the decimal point counted from the first digit; may be negative or beyond the digits. */
  int point = 0;
  const char* digits = nullptr;

  /** Keeps the digits that `digits` points into. */
  char storage[24];
};

/** Decimal digits of `real`. `rounding` > 0: that many significant digits; <= 0: -rounding digits after the
 * decimal point. Never more than `most_digits` in total. At exactly 17 digits a shorter text that reads back
 * as the same double is preferred. */
void decimal_from_real(double real, int rounding, int most_digits, DecimalReal* decimal);

}  // namespace ringlite
