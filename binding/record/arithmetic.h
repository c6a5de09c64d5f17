// SQL arithmetic: NULL in, NULL out; 64-bit integers that overflow become reals; division by zero is NULL.
#pragma once
#include <cstdint>

#include "record/affinity.h"
#include "record/value.h"

namespace ringlite {

/** Each writes the result to *result, or returns false on overflow (then *result is unspecified). */
inline bool add_int64(int64_t left, int64_t right, int64_t* result) {
  return !__builtin_add_overflow(left, right, result);
}
inline bool subtract_int64(int64_t left, int64_t right, int64_t* result) {
  return !__builtin_sub_overflow(left, right, result);
}
inline bool multiply_int64(int64_t left, int64_t right, int64_t* result) {
  return !__builtin_mul_overflow(left, right, result);
}

enum class ArithmeticOperator : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kRemainder };

namespace arithmetic_detail {
void calculate_slowly(ArithmeticOperator op, const Value& left, const Value& right, Value* result);
}

/** left OP right for operands of any type; `result` may be one of the operands. */
template <ArithmeticOperator kOp>
inline void calculate(const Value& left, const Value& right, Value* result) {
  if (left.is_integer() && right.is_integer()) [[likely]] {
    int64_t integer;
    bool fits = false;
    if constexpr (kOp == ArithmeticOperator::kAdd)
      fits = add_int64(left.integer(), right.integer(), &integer);
    if constexpr (kOp == ArithmeticOperator::kSubtract)
      fits = subtract_int64(left.integer(), right.integer(), &integer);
    if constexpr (kOp == ArithmeticOperator::kMultiply)
      fits = multiply_int64(left.integer(), right.integer(), &integer);
    if (fits) [[likely]]
      return result->set_integer(integer);
  }
  arithmetic_detail::calculate_slowly(kOp, left, right, result);
}

enum class BitOperator : uint8_t { kAnd, kOr, kShiftLeft, kShiftRight };

/** left OP right after conversion to integers. */
void calculate_bits(BitOperator op, const Value& left, const Value& right, Value* result);

/** Shifts as SQL does: a negative count goes the other way, 64 and more shift everything out, right shifts
 * keep the sign. */
int64_t shift_left(int64_t integer, int64_t count);
int64_t shift_right(int64_t integer, int64_t count);

}  // namespace ringlite
