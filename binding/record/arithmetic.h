// SQL arithmetic: NULL in, NULL out; 64-bit integers that overflow become reals; division by zero is NULL.
#pragma once
#include <cstdint>

#include "record/affinity.h"
#include "record/value.h"

namespace ringlite {

/** Each adds, ... `left` and `right` into *result and returns false on overflow (then *result is unspecified). */
inline bool add_int64(int64_t left, int64_t right, int64_t* result) { return !__builtin_add_overflow(left, right, result); }
inline bool subtract_int64(int64_t left, int64_t right, int64_t* result) {
  return !__builtin_sub_overflow(left, right, result);
}
inline bool multiply_int64(int64_t left, int64_t right, int64_t* result) {
  return !__builtin_mul_overflow(left, right, result);
}

enum class ArithmeticOperator : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kRemainder };

/** left OP right for operands of any type; `result` may be one of the operands. */
void arithmetic(ArithmeticOperator op, const Value& left, const Value& right, Value* result);

enum class BitOperator : uint8_t { kAnd, kOr, kShiftLeft, kShiftRight };

/** left OP right after conversion to integers. Shifts by a negative count go the other way; right shifts keep the sign. */
void bit_arithmetic(BitOperator op, const Value& left, const Value& right, Value* result);
int64_t shift_left(int64_t integer, int64_t count);

}  // namespace ringlite
