// Column affinities, CAST, and reading values as numbers (datatype3.html sections 3 and 4).
#pragma once
#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "record/number_text.h"
#include "record/value.h"

namespace ringlite {

/** Affinity characters as in programs. */
enum class Affinity : char {
  kNone = 0x40,   // '@': no affinity at all (an expression)
  kBlob = 'A',
  kText = 'B',
  kNumeric = 'C',
  kInteger = 'D',
  kReal = 'E',
  kFlexNum = 'F',  // like numeric, but only for numbers that come from text
};

/** Converts `value` as storing it in a column of that affinity does. A real column's integers become reals (the record
 *  encoder stores them as integers again). Only SQLITE_NOMEM can happen. */
Status apply_affinity(Value* value, Affinity affinity);
/** Text that is wholly a number becomes that number: an integer where it is one, and with `prefers_integer` also where a
 *  real has an exact integer value. Other values are left alone. */
void apply_numeric_affinity(Value* value, bool prefers_integer);
/** A real with an exact integer value becomes an integer (OP_Affinity 'D', 'C' of results). */
void apply_integer_affinity(Value* value);
/** Numbers become text. */
Status make_text(Value* value);

/** CAST(value AS affinity); text from blobs of an UTF-16 database is not reinterpreted: blobs are taken as UTF-8. */
Status cast_value(Value* value, Affinity affinity);

/** The value as an integer: text and blobs by their integer prefix, reals truncated, NULL as 0. */
int64_t value_as_integer(const Value& value);
/** The value as a real: text and blobs by their numeric prefix, NULL as 0. */
double value_as_real(const Value& value);
/** SQL truth: false for NULL as well; check is_null() first where it matters. */
inline bool value_as_boolean(const Value& value) {
  return value.is_integer() ? value.integer() != 0 : value_as_real(value) != 0.0;
}

/** A number taken from any value for arithmetic. */
struct Number {
  bool is_integer = true;
  int64_t integer = 0;
  double real = 0;
  double as_real() const { return is_integer ? static_cast<double>(integer) : real; }
};
/** The number that arithmetic uses for a non-NULL value: text and blobs by prefix ('12abc' is 12, '1.5e2x' is 150.0). */
Number value_as_number(const Value& value);

}  // namespace ringlite
