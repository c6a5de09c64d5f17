// median, percentile, percentile_cont, percentile_disc.
#include <algorithm>
#include <cmath>

#include "functions/builtins.h"
#include "functions/lazy.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

/** The values seen, sorted when a result is asked for and kept sorted from then on (moving windows). */
struct PercentileState {
  Lazy<Buffer> bytes;
  double fraction;
  bool is_sorted;
  bool keeps_sorted;
  bool has_fraction;

  double* begin() { return reinterpret_cast<double*>(bytes->data()); }
  size_t count() { return bytes->size() / sizeof(double); }
  double* end() { return begin() + count(); }
};

PercentileState& as_percentile(void* state) { return *static_cast<PercentileState*>(state); }

/** The largest fraction argument: percentile() takes a percentage. */
double largest_fraction(FunctionId id) { return id == FunctionId::kPercentile ? 100.0 : 1.0; }

std::string_view name_of(FunctionId id) { return builtin_function(id).name; }

Status fail_naming(FunctionContext& context, std::string_view before, std::string_view after) {
  Buffer message;
  RETURN_IF_ERROR(message.append(before));
  RETURN_IF_ERROR(message.append(name_of(context.function_id)));
  RETURN_IF_ERROR(message.append(after));
  return context.fail(message.text());
}

Status read_fraction(FunctionContext& context, int argument_count, const Value* arguments, double* fraction) {
  *fraction = 0.5;
  if (argument_count == 1) return kOk;
  const double largest = largest_fraction(context.function_id);
  Number number;
  const ValueType type = numeric_type(arguments[1], &number);
  *fraction = value_as_real(arguments[1]) / largest;
  const bool is_number = type == ValueType::kInteger || type == ValueType::kReal;
  if (is_number && *fraction >= 0.0 && *fraction <= 1.0) return kOk;
  return fail_naming(context, "the fraction argument to ",
                     largest == 1.0 ? "() is not between 0.0 and 1.0" : "() is not between 0.0 and 100.0");
}

Status insert(PercentileState& state, double real) {
  const size_t count = state.count();
  RETURN_IF_ERROR(state.bytes->append(&real, sizeof real));
  if (count == 0) {
    state.is_sorted = true;
  } else if (state.is_sorted && real < state.begin()[count - 1]) {
    if (state.keeps_sorted) {
      double* const last = state.begin() + count;
      std::rotate(std::lower_bound(state.begin(), last, real), last, last + 1);
    } else {
      state.is_sorted = false;
    }
  }
  return kOk;
}

void sort(PercentileState& state) {
  if (state.is_sorted) return;
  std::sort(state.begin(), state.end());
  state.is_sorted = true;
}

Status percentile_step(FunctionContext& context, void* state_bytes, int argument_count,
                       const Value* arguments) {
  PercentileState& state = as_percentile(state_bytes);
  state.bytes.make();
  double fraction;
  RETURN_IF_ERROR(read_fraction(context, argument_count, arguments, &fraction));
  constexpr double kTolerance = 0.001;
  if (!state.has_fraction) {
    state.fraction = fraction;
    state.has_fraction = true;
  } else if (std::fabs(state.fraction - fraction) > kTolerance) {
    return fail_naming(context, "the fraction argument to ", "() is not the same for all input rows");
  }
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  if (!value.is_number()) return fail_naming(context, "input to ", "() is not numeric");
  const double real = value_as_real(value);
  if (!std::isfinite(real)) return fail_naming(context, "Inf input to ", "()");
  return insert(state, real);
}

Status percentile_inverse(FunctionContext&, void* state_bytes, int, const Value* arguments) {
  PercentileState& state = as_percentile(state_bytes);
  if (!state.bytes.is_made() || !arguments[0].is_number()) return kOk;
  const double real = value_as_real(arguments[0]);
  if (!std::isfinite(real)) return kOk;
  sort(state);
  state.keeps_sorted = true;
  double* const found = std::lower_bound(state.begin(), state.end(), real);
  if (found != state.end() && *found == real) {
    std::copy(found + 1, state.end(), found);
    return state.bytes->resize(state.bytes->size() - sizeof(double));
  }
  return kOk;
}

Status percentile_result(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  PercentileState& state = as_percentile(state_bytes);
  if (!state.bytes.is_made()) return kOk;
  state.keeps_sorted = true;
  const size_t count = state.count();
  if (count == 0) return kOk;
  sort(state);
  const double position = state.fraction * static_cast<double>(count - 1);
  const size_t lower = static_cast<size_t>(position);
  if (context.function_id == FunctionId::kPercentileDisc) {
    context.result->set_real(state.begin()[lower]);
    return kOk;
  }
  const bool is_between = position != static_cast<double>(lower) && lower != count - 1;
  const double low = state.begin()[lower];
  const double high = state.begin()[is_between ? lower + 1 : lower];
  context.result->set_real(low + (high - low) * (position - static_cast<double>(lower)));
  return kOk;
}

void destroy_percentile(void* state) { as_percentile(state).bytes.destroy(); }

}  // namespace

FunctionDefinition percentile_aggregate() {
  return {.state_size = sizeof(PercentileState),
          .step = percentile_step,
          .inverse = percentile_inverse,
          .value = percentile_result,
          .finalize = percentile_result,
          .destroy = destroy_percentile};
}

}  // namespace ringlite
