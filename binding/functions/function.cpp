#include "functions/function.h"

#include "functions/builtins.h"

namespace ringlite {

Status FunctionContext::fail(std::string_view message, Code code) {
  RETURN_IF_ERROR(message_.assign(message.data(), message.size()));
  return code;
}

Status FunctionContext::return_text(std::string_view text) {
  if (text.size() > length_limit()) return Code::kToobig;
  return result->copy_text(text);
}

Status FunctionContext::adopt(ValueType type, Buffer&& bytes) {
  if (bytes.size() > length_limit() || bytes.capacity() > UINT32_MAX) return Code::kToobig;
  const uint32_t size = static_cast<uint32_t>(bytes.size());
  const uint32_t capacity = static_cast<uint32_t>(bytes.capacity());
  result->adopt(type, bytes.release(), size, capacity);
  return kOk;
}

namespace {

/** The aggregate's state in `accumulator`, started when this is the first step. */
Status state_of(const FunctionDefinition& function, Value* accumulator, void** state) {
  AggregateBlock* const block = accumulator->aggregate();
  if (block) [[likely]] {
    ASSERT(block->state_size == function.state_size);
    *state = block->state();
    return kOk;
  }
  return accumulator->start_aggregate(function.state_size, function.destroy, state);
}

}  // namespace

Status aggregate_step(const FunctionDefinition& function, FunctionContext& context, Value* accumulator,
                      int argument_count, const Value* arguments) {
  ASSERT(function.step);
  void* state;
  RETURN_IF_ERROR(state_of(function, accumulator, &state));
  return function.step(context, state, argument_count, arguments);
}

Status aggregate_inverse(const FunctionDefinition& function, FunctionContext& context, Value* accumulator,
                         int argument_count, const Value* arguments) {
  ASSERT(function.inverse);
  void* state;
  RETURN_IF_ERROR(state_of(function, accumulator, &state));
  return function.inverse(context, state, argument_count, arguments);
}

Status aggregate_value(const FunctionDefinition& function, FunctionContext& context, Value* accumulator) {
  ASSERT(function.value && context.result && context.result != accumulator);
  AggregateBlock* const block = accumulator->aggregate();
  context.result->set_null();
  return function.value(context, block ? block->state() : nullptr);
}

Status aggregate_finalize(const FunctionDefinition& function, FunctionContext& context, Value* accumulator) {
  ASSERT(function.finalize);
  AggregateBlock* const block = accumulator->aggregate();
  Value result;
  context.result = &result;
  const Status status = function.finalize(context, block ? block->state() : nullptr);
  context.result = nullptr;
  // Ends the aggregate: its state is destroyed with what the accumulator held.
  accumulator->set_null();
  if (status.ok()) accumulator->swap(result);
  return status;
}

}  // namespace ringlite
