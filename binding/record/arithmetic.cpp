#include "record/arithmetic.h"

namespace ringlite {
namespace {

/** False when the result is not an integer: overflow. Division by zero is for the caller. */
bool calculate_integers(ArithmeticOperator op, int64_t left, int64_t right, int64_t* result) {
  switch (op) {
    case ArithmeticOperator::kAdd:
      return add_int64(left, right, result);
    case ArithmeticOperator::kSubtract:
      return subtract_int64(left, right, result);
    case ArithmeticOperator::kMultiply:
      return multiply_int64(left, right, result);
    case ArithmeticOperator::kDivide:
      if (right == -1) return subtract_int64(0, left, result);
      *result = left / right;
      return true;
    case ArithmeticOperator::kRemainder:
      break;
  }
  *result = right == -1 ? 0 : left % right;
  return true;
}

double calculate_reals(ArithmeticOperator op, double left, double right) {
  switch (op) {
    case ArithmeticOperator::kAdd:
      return left + right;
    case ArithmeticOperator::kSubtract:
      return left - right;
    case ArithmeticOperator::kMultiply:
      return left * right;
    case ArithmeticOperator::kDivide:
    case ArithmeticOperator::kRemainder:
      break;
  }
  return left / right;
}

bool is_division(ArithmeticOperator op) {
  return op == ArithmeticOperator::kDivide || op == ArithmeticOperator::kRemainder;
}

int64_t shift_bits_right(int64_t integer, int64_t count) {
  return count >= 64 ? (integer < 0 ? -1 : 0) : integer >> count;
}

int64_t shift_bits_left(int64_t integer, int64_t count) {
  return count >= 64 ? 0 : static_cast<int64_t>(static_cast<uint64_t>(integer) << count);
}

/** -count for a negative count, without overflow. */
int64_t opposite_count(int64_t count) { return count > -64 ? -count : 64; }

}  // namespace

void arithmetic_detail::calculate_slowly(ArithmeticOperator op, const Value& left, const Value& right,
                                         Value* result) {
  if (left.is_null() || right.is_null()) return result->set_null();
  const Number left_number = value_as_number(left);
  const Number right_number = value_as_number(right);
  if (left_number.is_integer && right_number.is_integer) {
    if (is_division(op) && right_number.integer == 0) return result->set_null();
    int64_t integer;
    if (calculate_integers(op, left_number.integer, right_number.integer, &integer))
      return result->set_integer(integer);
  }
  if (op == ArithmeticOperator::kRemainder) {
    // The remainder of reals is that of their integer parts, as a real.
    const int64_t dividend = value_as_integer(left);
    const int64_t divisor = value_as_integer(right);
    if (divisor == 0) return result->set_null();
    return result->set_real(divisor == -1 ? 0.0 : static_cast<double>(dividend % divisor));
  }
  const double left_real = value_as_real(left);
  const double right_real = value_as_real(right);
  if (op == ArithmeticOperator::kDivide && right_real == 0.0) return result->set_null();
  result->set_real(calculate_reals(op, left_real, right_real));
}

void calculate_bits(BitOperator op, const Value& left, const Value& right, Value* result) {
  if (left.is_null() || right.is_null()) return result->set_null();
  const int64_t left_bits = value_as_integer(left);
  const int64_t right_bits = value_as_integer(right);
  switch (op) {
    case BitOperator::kAnd:
      return result->set_integer(left_bits & right_bits);
    case BitOperator::kOr:
      return result->set_integer(left_bits | right_bits);
    case BitOperator::kShiftLeft:
      return result->set_integer(shift_left(left_bits, right_bits));
    case BitOperator::kShiftRight:
      return result->set_integer(shift_right(left_bits, right_bits));
  }
}

int64_t shift_left(int64_t integer, int64_t count) {
  return count < 0 ? shift_bits_right(integer, opposite_count(count)) : shift_bits_left(integer, count);
}

int64_t shift_right(int64_t integer, int64_t count) {
  return count < 0 ? shift_bits_left(integer, opposite_count(count)) : shift_bits_right(integer, count);
}

}  // namespace ringlite
