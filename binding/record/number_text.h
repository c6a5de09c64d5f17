// Numbers to text and back, bit for bit as SQLite 3.53 does it: 17 significant digits, integers that overflow
// turning into reals. The digit work for reals is in record/decimal.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlite {

/** Enough for any integer or real as text. */
constexpr size_t kNumberTextCapacity = 48;

/** SQL white space: space, \t, \n, \v, \f, \r. */
constexpr bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
/** 0..15, or -1. */
constexpr int hex_digit_value(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/** Writes `integer` in decimal; returns the length. No terminator. */
size_t integer_to_text(int64_t integer, char* text);
/** Writes `real` as CAST(real AS TEXT) does ("1.0", "1.0e+100", "-Inf"; -0.0 is "0.0"); returns the length.
 */
size_t real_to_text(double real, char* text);

/** What parse_real found; the later members mean nothing when has_number is false. */
struct RealText {
  /** The text starts with a number (after spaces). */
  bool has_number = false;
  /** Nothing but spaces follows it. A NUL byte ends the text here. */
  bool is_whole = false;
  /** The number has a decimal point or an exponent; without, parse_integer may know it exactly. */
  bool is_real_form = false;
};

/** Parses the longest numeric prefix of `text`; *real is 0.0 when there is none. */
RealText parse_real(std::string_view text, double* real);

enum class IntegerText : uint8_t {
  kExact,                // an int64 and nothing else but spaces
  kTrailing,             // an int64 followed by something else
  kNone,                 // no digits: the value is 0
  kOverflow,             // doesn't fit; the value is clamped to the nearest int64
  kMagnitudeOfSmallest,  // 9223372036854775808, which fits only when negated; the value is INT64_MAX
};

/** Parses the longest decimal integer prefix (after spaces). */
IntegerText parse_integer(std::string_view text, int64_t* integer);
/** As parse_integer, and understands "0x" followed by up to 16 significant hex digits (two's complement;
 * more: kOverflow), for literals in SQL text. CAST and affinities don't know hex. */
IntegerText parse_integer_literal(std::string_view text, int64_t* integer);
/** A 32-bit integer with sign ("12abc" is 12): false when there are no digits or it doesn't fit. Hex is
 * understood. */
bool parse_int32(std::string_view text, int32_t* integer);

/** Real to integer as CAST(real AS INTEGER) does: truncated and clamped. */
int64_t real_to_integer(double real);
/** Whether `integer`, obtained from `real`, is the same number and below 2^51, where no digit can have been
 * lost. */
bool real_is_integer(double real, int64_t integer);

}  // namespace ringlite
