// abs, sign, round, and the mathematical functions. The latter answer NULL for arguments that are not numbers
// and for results that are not (NaN becomes NULL when stored).
#include <cmath>

#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/format.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

/** Reads an argument that must be a number or text that is wholly one. */
bool read_number(const Value& value, double* real) {
  Number number;
  const ValueType type = numeric_type(value, &number);
  if (type != ValueType::kInteger && type != ValueType::kReal) return false;
  *real = number.as_real();
  return true;
}

template <double (*kFunction)(double)>
Status apply(FunctionContext& context, int, const Value* arguments) {
  double real;
  if (read_number(arguments[0], &real)) context.result->set_real(kFunction(real));
  return kOk;
}

template <double (*kFunction)(double, double)>
Status apply_to_two(FunctionContext& context, int, const Value* arguments) {
  double left, right;
  if (read_number(arguments[0], &left) && read_number(arguments[1], &right)) {
    context.result->set_real(kFunction(left, right));
  }
  return kOk;
}

/** Rounding to whole numbers leaves integers as they are. */
template <double (*kFunction)(double)>
Status apply_rounding(FunctionContext& context, int, const Value* arguments) {
  Number number;
  const ValueType type = numeric_type(arguments[0], &number);
  if (type == ValueType::kInteger) context.result->set_integer(number.integer);
  if (type == ValueType::kReal) context.result->set_real(kFunction(number.real));
  return kOk;
}

double to_radians(double degrees) { return degrees * (M_PI / 180.0); }
double to_degrees(double radians) { return radians * (180.0 / M_PI); }

/** Logarithm of the positive numbers; NULL for others. */
template <double (*kFunction)(double)>
Status apply_logarithm(FunctionContext& context, const Value& value) {
  double real;
  if (read_number(value, &real) && real > 0.0) context.result->set_real(kFunction(real));
  return kOk;
}

/** Rounds to `digits` places by way of decimal digits. */
Status round_decimal(double real, int digits, double* rounded) {
  RealFormat format;
  format.conversion = 'f';
  format.precision = digits;
  format.is_exact = true;
  Buffer text;
  RETURN_IF_ERROR(append_real(real, format, UINT32_MAX, &text));
  parse_real(text.text(), rounded);
  return kOk;
}

}  // namespace

Status abs_function(FunctionContext& context, int, const Value* arguments) {
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  if (value.is_integer()) {
    if (value.integer() == INT64_MIN) return context.fail("integer overflow");
    context.result->set_integer(value.integer() < 0 ? -value.integer() : value.integer());
    return kOk;
  }
  const double real = value_as_real(value);
  context.result->set_real(real < 0 ? -real : real);
  return kOk;
}

Status sign_function(FunctionContext& context, int, const Value* arguments) {
  double real;
  if (read_number(arguments[0], &real)) context.result->set_integer(real < 0.0 ? -1 : real > 0.0 ? 1 : 0);
  return kOk;
}

Status round_function(FunctionContext& context, int argument_count, const Value* arguments) {
  int64_t digits = 0;
  if (argument_count == 2) {
    if (arguments[1].is_null()) return kOk;
    constexpr int64_t kMostDigits = 30;
    digits = value_as_integer(arguments[1]);
    digits = digits > kMostDigits ? kMostDigits : digits < 0 ? 0 : digits;
  }
  if (arguments[0].is_null()) return kOk;
  double real = value_as_real(arguments[0]);
  // From 2^52 on there is no fraction to round.
  constexpr double kWholeFrom = 4503599627370496.0;
  if (real >= -kWholeFrom && real <= kWholeFrom) {
    if (digits == 0) {
      real = static_cast<double>(static_cast<int64_t>(real + (real < 0 ? -0.5 : 0.5)));
    } else {
      RETURN_IF_ERROR(round_decimal(real, static_cast<int>(digits), &real));
    }
  }
  context.result->set_real(real);
  return kOk;
}

Status log_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count == 1) return apply_logarithm<std::log10>(context, arguments[0]);
  double base;
  if (!read_number(arguments[0], &base) || base <= 0.0) return kOk;
  const double log_of_base = std::log(base);
  // The second argument may be any value, as in SQLite: text without a number is 0.
  const double real = value_as_real(arguments[1]);
  if (log_of_base <= 0.0 || real <= 0.0) return kOk;
  context.result->set_real(std::log(real) / log_of_base);
  return kOk;
}

Status ln_function(FunctionContext& context, int, const Value* arguments) {
  return apply_logarithm<std::log>(context, arguments[0]);
}

Status log2_function(FunctionContext& context, int, const Value* arguments) {
  return apply_logarithm<std::log2>(context, arguments[0]);
}

Status pi_function(FunctionContext& context, int, const Value*) {
  context.result->set_real(M_PI);
  return kOk;
}

#define ONE_ARGUMENT(name, function)                                                  \
  Status name(FunctionContext& context, int argument_count, const Value* arguments) { \
    return apply<function>(context, argument_count, arguments);                       \
  }
#define TWO_ARGUMENTS(name, function)                                                 \
  Status name(FunctionContext& context, int argument_count, const Value* arguments) { \
    return apply_to_two<function>(context, argument_count, arguments);                \
  }
#define ROUNDING(name, function)                                                      \
  Status name(FunctionContext& context, int argument_count, const Value* arguments) { \
    return apply_rounding<function>(context, argument_count, arguments);              \
  }

ROUNDING(ceil_function, std::ceil)
ROUNDING(floor_function, std::floor)
ROUNDING(trunc_function, std::trunc)
ONE_ARGUMENT(exp_function, std::exp)
ONE_ARGUMENT(acos_function, std::acos)
ONE_ARGUMENT(asin_function, std::asin)
ONE_ARGUMENT(atan_function, std::atan)
ONE_ARGUMENT(cos_function, std::cos)
ONE_ARGUMENT(sin_function, std::sin)
ONE_ARGUMENT(tan_function, std::tan)
ONE_ARGUMENT(cosh_function, std::cosh)
ONE_ARGUMENT(sinh_function, std::sinh)
ONE_ARGUMENT(tanh_function, std::tanh)
ONE_ARGUMENT(acosh_function, std::acosh)
ONE_ARGUMENT(asinh_function, std::asinh)
ONE_ARGUMENT(atanh_function, std::atanh)
ONE_ARGUMENT(sqrt_function, std::sqrt)
ONE_ARGUMENT(radians_function, to_radians)
ONE_ARGUMENT(degrees_function, to_degrees)
TWO_ARGUMENTS(power_function, std::pow)
TWO_ARGUMENTS(mod_function, std::fmod)
TWO_ARGUMENTS(atan2_function, std::atan2)

#undef ONE_ARGUMENT
#undef TWO_ARGUMENTS
#undef ROUNDING

}  // namespace ringlite
