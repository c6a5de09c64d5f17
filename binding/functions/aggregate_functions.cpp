// count, sum, total, avg, min, max, group_concat. All can run over moving windows (inverse).
#include <cmath>
#include <cstring>

#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/lazy.h"
#include "record/affinity.h"
#include "record/arithmetic.h"
#include "record/compare.h"

namespace ringlite {
namespace {

template <typename State>
State& as(void* state) {
  return *static_cast<State*>(state);
}

// ---------------------------------------------------------------- count

struct CountState {
  int64_t count;
};

Status count_step(FunctionContext&, void* state, int argument_count, const Value* arguments) {
  if (argument_count == 0 || !arguments[0].is_null()) as<CountState>(state).count++;
  return kOk;
}

Status count_inverse(FunctionContext&, void* state, int argument_count, const Value* arguments) {
  if (argument_count == 0 || !arguments[0].is_null()) as<CountState>(state).count--;
  return kOk;
}

Status count_result(FunctionContext& context, void* state) {
  context.result->set_integer(state ? as<CountState>(state).count : 0);
  return kOk;
}

// ---------------------------------------------------------------- sum, total, avg

/** A running sum: exact in integers as long as they do, then Kahan-Babuska-Neumaier summation of doubles. The
 * order of the floating point operations is SQLite's, so that sums are equal to the last bit. */
struct SumState {
  double sum;
  double error;         // what rounding has lost from `sum`
  int64_t integer_sum;  // while !is_approximate
  int64_t count;        // of values that are not NULL
  bool is_approximate;
  bool has_overflowed;  // integers only so far, and they did not fit
};

void add_real(SumState& state, double real) {
  const double before = state.sum;
  const double after = before + real;
  if (std::fabs(before) > std::fabs(real)) {
    state.error += (before - after) + real;
  } else {
    state.error += (real - after) + before;
  }
  state.sum = after;
}

// Integers from 2^52 on are added in two parts that are exact as doubles.
constexpr int64_t kExactLimit = 4503599627370496;
constexpr int64_t kSplit = 16384;

bool is_exact_as_real(int64_t integer) { return integer > -kExactLimit && integer < kExactLimit; }

void add_integer(SumState& state, int64_t integer) {
  if (is_exact_as_real(integer)) return add_real(state, static_cast<double>(integer));
  const int64_t small = integer % kSplit;
  add_real(state, static_cast<double>(integer - small));
  add_real(state, static_cast<double>(small));
}

void become_approximate(SumState& state) {
  const int64_t small = is_exact_as_real(state.integer_sum) ? 0 : state.integer_sum % kSplit;
  state.sum = static_cast<double>(state.integer_sum - small);
  state.error = static_cast<double>(small);
  state.is_approximate = true;
}

/** The number to add: text and blobs that are not numbers count with their prefix, as reals. */
bool read_summand(const Value& value, Number* number) {
  if (value.is_integer()) [[likely]] {
    number->is_integer = true;
    number->integer = value.integer();
    return true;
  }
  if (value.is_real()) {
    number->is_integer = false;
    number->real = value.real();
    return true;
  }
  if (value.is_null()) return false;
  const ValueType type = numeric_type(value, number);
  if (type != ValueType::kInteger && type != ValueType::kReal) {
    number->is_integer = false;
    number->real = value_as_real(value);
  }
  return true;
}

Status sum_step(FunctionContext&, void* state_bytes, int, const Value* arguments) {
  SumState& state = as<SumState>(state_bytes);
  Number number;
  if (!read_summand(arguments[0], &number)) return kOk;
  state.count++;
  if (!state.is_approximate) {
    if (number.is_integer && add_int64(state.integer_sum, number.integer, &number.integer)) {
      state.integer_sum = number.integer;
      return kOk;
    }
    become_approximate(state);
    if (number.is_integer) {
      // The failed addition has wrapped around: the argument is read again.
      state.has_overflowed = true;
      read_summand(arguments[0], &number);
      add_integer(state, number.integer);
    } else {
      add_real(state, number.real);
    }
    return kOk;
  }
  if (number.is_integer) {
    add_integer(state, number.integer);
  } else {
    state.has_overflowed = false;
    add_real(state, number.real);
  }
  return kOk;
}

Status sum_inverse(FunctionContext&, void* state_bytes, int, const Value* arguments) {
  SumState& state = as<SumState>(state_bytes);
  Number number;
  if (!read_summand(arguments[0], &number)) return kOk;
  state.count--;
  if (!state.is_approximate) {
    int64_t difference;
    const int64_t subtrahend = number.is_integer ? number.integer : real_to_integer(number.real);
    if (subtract_int64(state.integer_sum, subtrahend, &difference)) {
      state.integer_sum = difference;
      return kOk;
    }
    state.has_overflowed = true;
    become_approximate(state);
  }
  if (!number.is_integer) {
    add_real(state, -number.real);
  } else if (number.integer != INT64_MIN) {
    add_integer(state, -number.integer);
  } else {
    add_integer(state, INT64_MAX);
    add_integer(state, 1);
  }
  return kOk;
}

/** The sum as a real; the error term of an infinite sum is not a number and left out. */
double real_sum(const SumState& state) {
  if (!state.is_approximate) return static_cast<double>(state.integer_sum);
  return std::isfinite(state.error) ? state.sum + state.error : state.sum;
}

Status sum_result(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  const SumState& state = as<SumState>(state_bytes);
  if (state.count <= 0) return kOk;
  if (!state.is_approximate) {
    context.result->set_integer(state.integer_sum);
    return kOk;
  }
  if (state.has_overflowed) return context.fail("integer overflow");
  context.result->set_real(real_sum(state));
  return kOk;
}

Status total_result(FunctionContext& context, void* state) {
  context.result->set_real(state ? real_sum(as<SumState>(state)) : 0.0);
  return kOk;
}

Status average_result(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  const SumState& state = as<SumState>(state_bytes);
  if (state.count > 0) context.result->set_real(real_sum(state) / static_cast<double>(state.count));
  return kOk;
}

// ---------------------------------------------------------------- min, max

struct ExtremeState {
  Lazy<Value> best;  // made with the first value that is not NULL
};

Status extreme_step(FunctionContext& context, void* state_bytes, const Value& value, bool wants_largest) {
  ExtremeState& state = as<ExtremeState>(state_bytes);
  if (value.is_null()) {
    context.row_skipped = state.best.is_made();
    return kOk;
  }
  if (state.best.is_made()) {
    const int order = compare_values(*state.best, value, context.collation, context.encoding);
    if (wants_largest ? order >= 0 : order <= 0) {
      context.row_skipped = true;
      return kOk;
    }
  }
  return state.best.make().copy_from(value);
}

Status minimum_step(FunctionContext& context, void* state, int, const Value* arguments) {
  return extreme_step(context, state, arguments[0], false);
}

Status maximum_step(FunctionContext& context, void* state, int, const Value* arguments) {
  return extreme_step(context, state, arguments[0], true);
}

/** min and max over a window are coded with an ordered table; nothing is to be taken out here. */
Status extreme_inverse(FunctionContext&, void*, int, const Value*) { return kOk; }

Status extreme_result(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  ExtremeState& state = as<ExtremeState>(state_bytes);
  return state.best.is_made() ? return_value(context, *state.best) : kOk;
}

void destroy_extreme(void* state) { as<ExtremeState>(state).best.destroy(); }

// ---------------------------------------------------------------- group_concat

/** The concatenation, with the separator of each piece but the first before it. The sizes of the separators
 * are kept only once they differ, for taking pieces out again at the front. */
struct ConcatenationState {
  Lazy<Buffer> text;
  Lazy<Buffer> separator_sizes;  // uint32_t per piece but the first, when has_separator_sizes
  int64_t count;
  uint32_t separator_size;
  bool has_pieces;  // since the text was last empty
  bool has_separator_sizes;
};

Status note_separator_size(ConcatenationState& state, uint32_t size) {
  if (size == state.separator_size && !state.has_separator_sizes) return kOk;
  if (!state.has_separator_sizes) {
    state.separator_sizes.make().clear();
    for (int64_t index = 0; index + 1 < state.count; index++) {
      RETURN_IF_ERROR(state.separator_sizes->append(&state.separator_size, sizeof state.separator_size));
    }
    state.has_separator_sizes = true;
  }
  return state.separator_sizes->append(&size, sizeof size);
}

Status concatenation_step(FunctionContext& context, void* state_bytes, int argument_count,
                          const Value* arguments) {
  if (arguments[0].is_null()) return kOk;
  ConcatenationState& state = as<ConcatenationState>(state_bytes);
  Buffer& text = state.text.make();
  TextArgument separator, piece;
  std::string_view separator_text = ",";
  if (argument_count == 2) {
    RETURN_IF_ERROR(separator.init(context, arguments[1]));
    separator_text = separator.text();
  }
  const uint32_t separator_size = static_cast<uint32_t>(separator_text.size());
  if (!state.has_pieces) {
    state.separator_size = separator_size;
    state.has_pieces = true;
  } else {
    RETURN_IF_ERROR(text.append(separator_text));
    if (argument_count == 2) RETURN_IF_ERROR(note_separator_size(state, separator_size));
  }
  state.count++;
  RETURN_IF_ERROR(piece.init(context, arguments[0]));
  RETURN_IF_ERROR(text.append(piece.text()));
  return text.size() + 1 > context.length_limit() ? Status(Code::kToobig) : kOk;
}

Status concatenation_inverse(FunctionContext& context, void* state_bytes, int, const Value* arguments) {
  if (arguments[0].is_null()) return kOk;
  ConcatenationState& state = as<ConcatenationState>(state_bytes);
  Buffer& text = state.text.make();
  TextArgument piece;
  RETURN_IF_ERROR(piece.init(context, arguments[0]));
  size_t removed = piece.size();
  state.count--;
  if (!state.has_separator_sizes) {
    removed += state.separator_size;
  } else if (state.count > 0) {
    uint32_t size;
    std::memcpy(&size, state.separator_sizes->data(), sizeof size);
    removed += size;
    state.separator_sizes->erase_front(sizeof size);
  }
  text.erase_front(std::min(removed, text.size()));
  if (text.empty()) {
    state.has_pieces = false;
    state.has_separator_sizes = false;
  }
  return kOk;
}

Status concatenation_value(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  ConcatenationState& state = as<ConcatenationState>(state_bytes);
  if (!state.text.is_made() || (state.text->empty() && state.count == 0)) return kOk;
  // SQLite's moving concatenation of nothing but empty pieces is one zero byte.
  if (state.text->empty()) return context.return_text(std::string_view("\0", 1));
  return context.return_text(state.text->text());
}

Status concatenation_result(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  ConcatenationState& state = as<ConcatenationState>(state_bytes);
  return state.text.is_made() ? context.return_text(std::move(*state.text)) : kOk;
}

void destroy_concatenation(void* state) {
  as<ConcatenationState>(state).text.destroy();
  as<ConcatenationState>(state).separator_sizes.destroy();
}

}  // namespace

FunctionDefinition count_aggregate() {
  return {.state_size = sizeof(CountState),
          .step = count_step,
          .inverse = count_inverse,
          .value = count_result,
          .finalize = count_result};
}

FunctionDefinition sum_aggregate() {
  return {.state_size = sizeof(SumState),
          .step = sum_step,
          .inverse = sum_inverse,
          .value = sum_result,
          .finalize = sum_result};
}

FunctionDefinition total_aggregate() {
  return {.state_size = sizeof(SumState),
          .step = sum_step,
          .inverse = sum_inverse,
          .value = total_result,
          .finalize = total_result};
}

FunctionDefinition average_aggregate() {
  return {.state_size = sizeof(SumState),
          .step = sum_step,
          .inverse = sum_inverse,
          .value = average_result,
          .finalize = average_result};
}

FunctionDefinition minimum_aggregate() {
  return {.state_size = sizeof(ExtremeState),
          .step = minimum_step,
          .inverse = extreme_inverse,
          .value = extreme_result,
          .finalize = extreme_result,
          .destroy = destroy_extreme};
}

FunctionDefinition maximum_aggregate() {
  FunctionDefinition definition = minimum_aggregate();
  definition.step = maximum_step;
  return definition;
}

FunctionDefinition group_concat_aggregate() {
  return {.state_size = sizeof(ConcatenationState),
          .step = concatenation_step,
          .inverse = concatenation_inverse,
          .value = concatenation_value,
          .finalize = concatenation_result,
          .destroy = destroy_concatenation};
}

}  // namespace ringlite
