// Numbers to text and back, bit for bit as SQLite 3.53 does it: 17 significant digits, its own correctly bounded decimal
// conversion (not the C library's), integer overflow turning into reals.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringlite {

/** Enough for any integer or real as text. */
constexpr size_t kNumberTextCapacity = 48;

/** Writes `integer` in decimal; returns the length. No terminator. */
size_t integer_to_text(int64_t integer, char* text);
/** Writes `real` as CAST(real AS TEXT) does ("1.0", "1.0e+100", "Inf", "-0.0"); returns the length. */
size_t real_to_text(double real, char* text);

/** What a text holds, beyond the value itself. */
enum class NumberForm : uint8_t {
  kNotNumeric,   // no digits at the start: the value is 0
  kPrefix,       // a number followed by something else: the value is the prefix's
  kInteger,      // the whole text (but for surrounding spaces) is an integer literal: digits only
  kReal,         // the whole text is a real: it has a point or an exponent
};

/** Parses the longest numeric prefix of `text` as a real. */
NumberForm parse_real(std::string_view text, double* real);

enum class IntegerForm : uint8_t {
  kExact,        // an int64, possibly followed by spaces
  kTrailing,     // an int64 followed by something that is not a space (or no digits at all: the value is 0)
  kOverflow,     // does not fit; the value is clamped to the nearest int64
  kSmallestMagnitude,  // 9223372036854775808 without a minus sign: fits only when negated; the value is INT64_MAX
};

/** Parses the longest decimal integer prefix. */
IntegerForm parse_integer(std::string_view text, int64_t* integer);
/** As parse_integer, and understands "0x" literals of up to 16 significant digits (two's complement), as the tokenizer's
 *  literals do; CAST and affinities must use parse_integer. */
IntegerForm parse_integer_literal(std::string_view text, int64_t* integer);

/** Real to integer with clamping, as CAST(real AS INTEGER) does. */
int64_t real_to_integer(double real);
/** Whether `integer` converted to a real is `real`, and small enough that this cannot be luck (|integer| < 2^51). */
bool real_is_integer(double real, int64_t integer);

}  // namespace ringlite
