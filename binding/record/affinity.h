// Column affinities, CAST, and reading values as numbers (datatype3.html sections 3 and 4).
#pragma once
#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "record/key_info.h"
#include "record/number_text.h"
#include "record/value.h"

namespace ringlite {

/** Affinity characters as in programs. */
enum class Affinity : char {
  kNone = 0x40,  // '@': no affinity at all (an expression)
  kBlob = 'A',
  kText = 'B',
  kNumeric = 'C',
  kInteger = 'D',
  kReal = 'E',
  kFlexNum = 'F',  // numbers from text, but reals stay reals
};

namespace affinity_detail {
Status apply_slowly(Value* value, Affinity affinity);
}

/** Converts `value` as storing it in a column of that affinity does. Integers of a real column become reals
 * (the record encoder stores them as integers again). Only SQLITE_NOMEM can happen. */
inline Status apply_affinity(Value* value, Affinity affinity) {
  const ValueType type = value->type();
  if (type == ValueType::kNull || type == ValueType::kBlob || affinity <= Affinity::kBlob) return kOk;
  if (affinity == Affinity::kText ? type == ValueType::kText
                                  : type == ValueType::kInteger && affinity != Affinity::kReal) {
    return kOk;
  }
  // What is whole in a real column becomes an integer in the record only; but -0.0 becomes 0.0.
  if (type == ValueType::kReal && affinity == Affinity::kReal && value->real() != 0.0) return kOk;
  return affinity_detail::apply_slowly(value, affinity);
}

/** Text that is wholly a number becomes that number: an integer where it is written as one and fits,
 * otherwise a real, which with `prefers_integer` becomes an integer when it has an exact integer value. Other
 * values are left alone. */
void apply_numeric_affinity(Value* value, bool prefers_integer);
/** A real with an exact integer value becomes that integer. */
void apply_integer_affinity(Value* value);
/** A number becomes text; anything else is left alone. */
Status make_text(Value* value);

/** CAST(value AS affinity); NULL stays NULL. Blobs cast to text are taken as text in the database's
 * `encoding`. */
Status cast_value(Value* value, Affinity affinity, TextEncoding encoding);

/** The value as an integer: text and blobs by their integer prefix, reals truncated, NULL as 0. */
int64_t value_as_integer(const Value& value);
/** The value as a real: text and blobs by their numeric prefix, NULL as 0. */
double value_as_real(const Value& value);
/** SQL truth; NULL is false here, check is_null() first where it matters. */
inline bool value_as_boolean(const Value& value) {
  return value.is_integer() ? value.integer() != 0 : value_as_real(value) != 0.0;
}

/** A number taken from a value for arithmetic. */
struct Number {
  bool is_integer = true;
  int64_t integer = 0;
  double real = 0;
  double as_real() const { return is_integer ? static_cast<double>(integer) : real; }
};
namespace affinity_detail {
Number number_of_text(const Value& value);
ValueType numeric_type_of_text(const Value& value, Number* number);
}  // namespace affinity_detail

/** The number that arithmetic uses for a value: text and blobs by prefix ('12abc' is 12, '1.5e2x' 150.0);
 * NULL is 0. */
inline Number value_as_number(const Value& value) {
  if (value.is_integer()) return {true, value.integer(), 0};
  if (value.is_real()) return {false, 0, value.real()};
  return affinity_detail::number_of_text(value);
}

/** Text that looks wholly like a number counts as that number, as sqlite3_value_numeric_type decides:
 * kInteger or kReal with `number` filled, else the value's own type. */
inline ValueType numeric_type(const Value& value, Number* number) {
  if (!value.is_number()) return affinity_detail::numeric_type_of_text(value, number);
  *number = value_as_number(value);
  return value.type();
}

}  // namespace ringlite
