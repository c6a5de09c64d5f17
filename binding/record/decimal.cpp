#include "record/decimal.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"

namespace ringlite {
namespace {

__extension__ typedef unsigned __int128 Wide;

/** The most significant 96 bits of a power of ten. */
struct PowerOfTen {
  uint64_t high;
  uint32_t low;
};

constexpr int kFirstPower = -348;
constexpr int kLastPower = 347;
constexpr int kCoarseStep = 27;
constexpr int kFirstCoarse = -351;

/** 10^p for p = -351, -324, ... 324, rounded to 96 bits. */
constexpr PowerOfTen kCoarsePowers[] = {
    {0x8049a4ac0c5811ae, 0x205b896d},  // -351
    {0xcf42894a5dce35ea, 0x52064cad},  // -324
    {0xa76c582338ed2621, 0xaf2af2b8},  // -297
    {0x873e4f75e2224e68, 0x5a7744a7},  // -270
    {0xda7f5bf590966848, 0xaf39a475},  // -243
    {0xb080392cc4349dec, 0xbd8d794e},  // -216
    {0x8e938662882af53e, 0x547eb47b},  // -189
    {0xe65829b3046b0afa, 0x0cb4a5a3},  // -162
    {0xba121a4650e4ddeb, 0x92f34d62},  // -135
    {0x964e858c91ba2655, 0x3a6a07f9},  // -108
    {0xf2d56790ab41c2a2, 0xfae27299},  // -81
    {0xc428d05aa4751e4c, 0xaa97e14c},  // -54
    {0x9e74d1b791e07e48, 0x775ea265},  // -27
    {0x8000000000000000, 0x00000000},  // 0
    {0xcecb8f27f4200f3a, 0x00000000},  // 27
    {0xa70c3c40a64e6c51, 0x999090b6},  // 54
    {0x86f0ac99b4e8dafd, 0x69a028bb},  // 81
    {0xda01ee641a708de9, 0xe80e6f48},  // 108
    {0xb01ae745b101e9e4, 0x5ec05dd0},  // 135
    {0x8e41ade9fbebc27d, 0x14588f14},  // 162
    {0xe5d3ef282a242e81, 0x8f1668c9},  // 189
    {0xb9a74a0637ce2ee1, 0x6d953e2c},  // 216
    {0x95f83d0a1fb69cd9, 0x4abdaf10},  // 243
    {0xf24a01a73cf2dccf, 0xbc633b39},  // 270
    {0xc3b8358109e84f07, 0x0a862f81},  // 297
    {0x9e19db92b4e31ba9, 0x6c07a2c2},  // 324
};

/** 10^p for 0 <= p < 27 shifted so that the top bit is set: exact in 64 bits. */
constexpr uint64_t fine_power(int power) {
  Wide exact = 1;
  for (int index = 0; index < power; index++) exact *= 10;
  while ((exact >> 64) != 0) exact >>= 1;
  uint64_t result = static_cast<uint64_t>(exact);
  while ((result >> 63) == 0) result <<= 1;
  return result;
}

/** One coarse power times one fine power. The product is truncated, and a bit shifted in at the bottom is a
 * 1: SQLite's last bits come out like that. */
constexpr PowerOfTen compute_power(int power) {
  if (power == -1) return {0xcccccccccccccccc, 0xcccccccc};
  if (power >= 0 && power < kCoarseStep) return {fine_power(power), 0};
  const int coarse = (power - kFirstCoarse) / kCoarseStep;
  const int fine = (power - kFirstCoarse) % kCoarseStep;
  const PowerOfTen base = kCoarsePowers[coarse];
  if (fine == 0) return base;
  const uint64_t factor = fine_power(fine);
  Wide product = static_cast<Wide>(base.high) * factor;
  product += (static_cast<Wide>(base.low) * factor) >> 32;
  PowerOfTen result{static_cast<uint64_t>(product >> 64), static_cast<uint32_t>(product >> 32)};
  if ((result.high >> 63) == 0) {
    result.high = result.high << 1 | result.low >> 31;
    result.low = result.low << 1 | 1;
  }
  return result;
}

struct PowerTable {
  PowerOfTen powers[kLastPower - kFirstPower + 1];
  constexpr PowerTable() : powers{} {
    for (int power = kFirstPower; power <= kLastPower; power++)
      powers[power - kFirstPower] = compute_power(power);
  }
};

constexpr PowerTable kPowers;

const PowerOfTen& power_of_ten(int power) {
  ASSERT(power >= kFirstPower && power <= kLastPower);
  return kPowers.powers[power - kFirstPower];
}

// floor(log2(10^power)) and floor(log10(2^power)) in fixed point; right over the range of doubles.
constexpr int binary_exponent(int power_of_10) { return (power_of_10 * 108853) >> 15; }
constexpr int decimal_exponent(int power_of_2) { return (power_of_2 * 78913) >> 18; }

struct DecimalSignificand {
  uint64_t digits;
  int exponent;
};

/** significand * 2^exponent (top bit of significand set) as a decimal of at least `digit_count` (1..18)
 * digits. */
DecimalSignificand to_decimal(uint64_t significand, int exponent, int digit_count) {
  const int power = digit_count - 1 - decimal_exponent(exponent + 63);
  const Wide product = static_cast<Wide>(significand) * power_of_ten(power).high;
  uint64_t high = static_cast<uint64_t>(product >> 64);
  const int shift = -(exponent + binary_exponent(power) + 2);
  if (digit_count == 18) {
    high >>= shift;
    high = (high + ((high << 1) & 2)) >> 1;
  } else {
    high >>= shift + 1;
  }
  return {high, -power};
}

/** Reads the first `count` digits of `digits` as a number. */
uint64_t leading_digits(const char* digits, int count) {
  uint64_t value = 0;
  for (int index = 0; index < count; index++) value = value * 10 + static_cast<uint64_t>(digits[index] - '0');
  return value;
}

/** For 17 digits: how many of them to keep when a shorter text, ending in a run of 9s or 0s that rounds away,
 * is the same double. `exponent` is the decimal exponent of the digits as an integer. */
int shortened_digit_count(double real, const char* digits, int count, int point, int exponent) {
  constexpr int kSeventeen = 17;
  if (digits[15] == '9' && digits[14] == '9') {
    int kept = 14;
    while (kept > 0 && digits[kept - 1] == '9') kept--;
    const uint64_t rounded_up = kept == 0 ? 1 : leading_digits(digits, kept) + 1;
    return real == real_from_decimal(rounded_up, exponent + count - kept) ? kept + 1 : kSeventeen;
  }
  if (point >= count || (digits[15] == '0' && digits[14] == '0' && digits[13] == '0')) {
    int kept = 13;
    while (digits[kept - 1] == '0') kept--;
    return real == real_from_decimal(leading_digits(digits, kept), exponent + count - kept) ? kept + 1
                                                                                            : kSeventeen;
  }
  return kSeventeen;
}

}  // namespace

double real_from_decimal(uint64_t significand, int exponent) {
  ASSERT(significand != 0);
  if (exponent < kFirstPower) return 0.0;
  if (exponent > kLastPower) return HUGE_VAL;
  const int width = static_cast<int>(std::bit_width(significand));
  const int power_bits = binary_exponent(exponent);
  constexpr int kSmallestExponent = 1074;
  int scale = 53 - width - power_bits;
  if (scale > kSmallestExponent) {
    if (scale >= 1130) return 0.0;
    scale = kSmallestExponent;
  }
  const int shift = -(scale - (64 - width) + power_bits + 3);
  // The power is rounded up to 64 bits; `correction` is how much too large that is.
  uint64_t power = power_of_ten(exponent).high;
  uint32_t correction = power_of_ten(exponent).low;
  if (correction != 0) {
    power++;
    correction = ~correction;
  }
  const uint64_t normalized = significand << (64 - width);
  const Wide product = static_cast<Wide>(normalized) * power;
  uint64_t high = static_cast<uint64_t>(product >> 64);
  uint64_t sticky = 1;
  if ((high & ((uint64_t{1} << shift) - 1)) == 0) {
    // All bits below the rounding position are zero so far: the correction decides.
    const uint32_t middle = static_cast<uint32_t>(product >> 32);
    const Wide corrected = static_cast<Wide>(normalized) * (static_cast<uint64_t>(correction) << 32);
    const uint32_t excess = static_cast<uint32_t>(static_cast<uint64_t>(corrected >> 64) >> 32);
    sticky = static_cast<uint32_t>(middle - excess) > 1 ? 1 : 0;
    if (middle < excess) high--;
  }
  uint64_t rounded = (high >> shift) | sticky;
  if (rounded >= (uint64_t{1} << 55) - 2) {
    rounded = (rounded >> 1) | (rounded & 1);
    scale--;
  }
  uint64_t bits = (rounded + 1 + ((rounded >> 2) & 1)) >> 2;
  if (scale <= -972) return HUGE_VAL;
  constexpr uint64_t kHiddenBit = uint64_t{1} << 52;
  if (bits & kHiddenBit) bits = (bits & ~kHiddenBit) | (static_cast<uint64_t>(1075 - scale) << 52);
  return std::bit_cast<double>(bits);
}

void decimal_from_real(double real, int rounding, int most_digits, DecimalReal* decimal) {
  decimal->kind = DecimalReal::Kind::kFinite;
  decimal->is_negative = real < 0.0;
  if (real == 0.0) {
    decimal->storage[0] = '0';
    decimal->digits = decimal->storage;
    decimal->digit_count = 1;
    decimal->point = 1;
    return;
  }
  if (decimal->is_negative) real = -real;
  uint64_t significand = std::bit_cast<uint64_t>(real);
  int exponent = static_cast<int>(significand >> 52) & 0x7ff;
  if (exponent == 0x7ff) {
    const bool is_infinite = (significand << 12) == 0;
    decimal->kind = is_infinite ? DecimalReal::Kind::kInfinite : DecimalReal::Kind::kNaN;
    decimal->digits = decimal->storage;
    decimal->digit_count = decimal->point = 0;
    return;
  }
  significand &= 0x000fffffffffffff;
  if (exponent == 0) {
    const int zeros = std::countl_zero(significand);
    significand <<= zeros;
    exponent = -1074 - zeros;
  } else {
    significand = (significand << 11) | (uint64_t{1} << 63);
    exponent -= 1086;
  }
  const DecimalSignificand converted =
      to_decimal(significand, exponent, rounding <= 0 || rounding >= 18 ? 18 : rounding + 1);

  // Digits are written to the end of the storage; two places before them are for digits that rounding carries
  // into.
  char* const end = decimal->storage + sizeof decimal->storage;
  char* digits = end;
  for (uint64_t rest = converted.digits; rest != 0; rest /= 10)
    *--digits = static_cast<char>('0' + rest % 10);
  int count = static_cast<int>(end - digits);
  ASSERT(count > 0 && digits - decimal->storage >= 2);
  int point = count + converted.exponent;
  if (rounding <= 0) {
    rounding = point - rounding;
    if (rounding == 0 && digits[0] >= '5') {
      rounding = 1;
      *--digits = '0';
      count++;
      point++;
    }
  }
  if (rounding > 0 && (rounding < count || count > most_digits)) {
    if (rounding > most_digits) rounding = most_digits;
    if (rounding == 17) rounding = shortened_digit_count(real, digits, count, point, converted.exponent);
    const bool rounds_up = digits[rounding] >= '5';
    count = rounding;
    if (rounds_up) {
      int position = rounding - 1;
      while (position >= 0 && digits[position] == '9') digits[position--] = '0';
      if (position >= 0) {
        digits[position]++;
      } else {
        *--digits = '1';
        count++;
        point++;
      }
    }
  }
  while (count > 1 && digits[count - 1] == '0') count--;
  decimal->digits = digits;
  decimal->digit_count = count;
  decimal->point = point;
}

}  // namespace ringlite
