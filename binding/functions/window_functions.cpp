// The functions that exist only with OVER. The code of a window query decides when steps, inverses and values
// happen: ranks are stepped once a row and asked once a peer group, percent_rank, cume_dist and ntile get all
// rows of the partition first and lose one by one.
#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/lazy.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

template <typename State>
State& as(void* state) {
  return *static_cast<State*>(state);
}

Status ignore_row(FunctionContext&, void*, int, const Value*) { return kOk; }

// ---------------------------------------------------------------- row_number, rank, dense_rank

struct RankState {
  int64_t rows;
  int64_t rank;
  bool has_new_peers;  // since the rank was last asked for
};

Status row_number_step(FunctionContext&, void* state, int, const Value*) {
  as<RankState>(state).rows++;
  return kOk;
}

Status row_number_value(FunctionContext& context, void* state) {
  context.result->set_integer(state ? as<RankState>(state).rows : 0);
  return kOk;
}

Status rank_step(FunctionContext&, void* state_bytes, int, const Value*) {
  RankState& state = as<RankState>(state_bytes);
  state.rows++;
  if (state.rank == 0) state.rank = state.rows;
  return kOk;
}

Status rank_value(FunctionContext& context, void* state) {
  if (!state) return kOk;
  context.result->set_integer(as<RankState>(state).rank);
  as<RankState>(state).rank = 0;
  return kOk;
}

Status dense_rank_step(FunctionContext&, void* state, int, const Value*) {
  as<RankState>(state).has_new_peers = true;
  return kOk;
}

Status dense_rank_value(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  RankState& state = as<RankState>(state_bytes);
  if (state.has_new_peers) state.rank++;
  state.has_new_peers = false;
  context.result->set_integer(state.rank);
  return kOk;
}

// ---------------------------------------------------------------- percent_rank, cume_dist, ntile

struct DistributionState {
  int64_t rows;     // of the partition
  int64_t passed;   // rows taken out again
  int64_t buckets;  // ntile's argument
};

Status count_row(FunctionContext&, void* state, int, const Value*) {
  as<DistributionState>(state).rows++;
  return kOk;
}

Status pass_row(FunctionContext&, void* state, int, const Value*) {
  as<DistributionState>(state).passed++;
  return kOk;
}

Status percent_rank_value(FunctionContext& context, void* state_bytes) {
  double rank = 0.0;
  if (state_bytes) {
    const DistributionState& state = as<DistributionState>(state_bytes);
    if (state.rows > 1) rank = static_cast<double>(state.passed) / static_cast<double>(state.rows - 1);
  }
  context.result->set_real(rank);
  return kOk;
}

Status cume_dist_value(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  const DistributionState& state = as<DistributionState>(state_bytes);
  context.result->set_real(static_cast<double>(state.passed) / static_cast<double>(state.rows));
  return kOk;
}

Status ntile_step(FunctionContext& context, void* state_bytes, int, const Value* arguments) {
  DistributionState& state = as<DistributionState>(state_bytes);
  if (state.rows == 0) {
    state.buckets = value_as_integer(arguments[0]);
    if (state.buckets <= 0) return context.fail("argument of ntile must be a positive integer");
  }
  state.rows++;
  return kOk;
}

/** The first buckets are one row larger when the rows cannot be divided evenly. */
Status ntile_value(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  const DistributionState& state = as<DistributionState>(state_bytes);
  if (state.buckets <= 0) return kOk;
  const int64_t size = state.rows / state.buckets;
  if (size == 0) {
    context.result->set_integer(state.passed + 1);
    return kOk;
  }
  const int64_t large_buckets = state.rows - state.buckets * size;
  const int64_t rows_in_large = large_buckets * (size + 1);
  context.result->set_integer(state.passed < rows_in_large
                                  ? 1 + state.passed / (size + 1)
                                  : 1 + large_buckets + (state.passed - rows_in_large) / size);
  return kOk;
}

// ---------------------------------------------------------------- first_value, last_value, nth_value

struct HeldValueState {
  Lazy<Value> value;
  int64_t rows;
  bool has_value;
};

Status hold(HeldValueState& state, const Value& value) {
  state.has_value = true;
  return state.value.make().copy_from(value);
}

Status first_value_step(FunctionContext&, void* state_bytes, int, const Value* arguments) {
  HeldValueState& state = as<HeldValueState>(state_bytes);
  return state.has_value ? kOk : hold(state, arguments[0]);
}

Status last_value_step(FunctionContext&, void* state_bytes, int, const Value* arguments) {
  HeldValueState& state = as<HeldValueState>(state_bytes);
  state.rows++;
  return hold(state, arguments[0]);
}

Status last_value_inverse(FunctionContext&, void* state_bytes, int, const Value*) {
  HeldValueState& state = as<HeldValueState>(state_bytes);
  if (--state.rows == 0) state.has_value = false;
  return kOk;
}

Status nth_value_step(FunctionContext& context, void* state_bytes, int, const Value* arguments) {
  HeldValueState& state = as<HeldValueState>(state_bytes);
  Number number;
  const ValueType type = numeric_type(arguments[1], &number);
  int64_t wanted = 0;
  if (type == ValueType::kInteger) {
    wanted = number.integer;
  } else if (type == ValueType::kReal) {
    const int64_t integer = real_to_integer(number.real);
    if (static_cast<double>(integer) == number.real) wanted = integer;
  }
  if (wanted <= 0) return context.fail("second argument to nth_value must be a positive integer");
  return ++state.rows == wanted ? hold(state, arguments[0]) : kOk;
}

Status held_value(FunctionContext& context, void* state_bytes) {
  if (!state_bytes) return kOk;
  HeldValueState& state = as<HeldValueState>(state_bytes);
  return state.has_value ? return_value(context, *state.value) : kOk;
}

void destroy_held_value(void* state) { as<HeldValueState>(state).value.destroy(); }

FunctionDefinition held_value_window(StepFunction step, StepFunction inverse) {
  return {.state_size = sizeof(HeldValueState),
          .step = step,
          .inverse = inverse,
          .value = held_value,
          .finalize = held_value,
          .destroy = destroy_held_value};
}

FunctionDefinition rank_like_window(StepFunction step, ResultFunction value) {
  return {.state_size = sizeof(RankState),
          .step = step,
          .inverse = ignore_row,
          .value = value,
          .finalize = value};
}

FunctionDefinition distribution_window(StepFunction step, ResultFunction value) {
  return {.state_size = sizeof(DistributionState),
          .step = step,
          .inverse = pass_row,
          .value = value,
          .finalize = value};
}

Status no_value(FunctionContext&, void*) { return kOk; }

}  // namespace

FunctionDefinition row_number_window() { return rank_like_window(row_number_step, row_number_value); }
FunctionDefinition rank_window() { return rank_like_window(rank_step, rank_value); }
FunctionDefinition dense_rank_window() { return rank_like_window(dense_rank_step, dense_rank_value); }
FunctionDefinition percent_rank_window() { return distribution_window(count_row, percent_rank_value); }
FunctionDefinition cume_dist_window() { return distribution_window(count_row, cume_dist_value); }
FunctionDefinition ntile_window() { return distribution_window(ntile_step, ntile_value); }
FunctionDefinition first_value_window() { return held_value_window(first_value_step, ignore_row); }
FunctionDefinition last_value_window() { return held_value_window(last_value_step, last_value_inverse); }
FunctionDefinition nth_value_window() { return held_value_window(nth_value_step, ignore_row); }
FunctionDefinition offset_window() {
  return {.state_size = sizeof(RankState),
          .step = ignore_row,
          .inverse = ignore_row,
          .value = no_value,
          .finalize = no_value};
}

}  // namespace ringlite
