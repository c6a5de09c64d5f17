// Calls of functions and aggregates: built-in ones at once, host functions by pausing the run.
#include "functions/function.h"
#include "vdbe/virtual_table.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Status VmOps::check_call(Vm& vm, FunctionContext& context, Status status) {
  if (status.ok()) return kOk;
  const std::string_view message = context.error_message();
  if (!message.empty()) status = fail(vm, status, message);
  context.clear_error();
  return status;
}

namespace {

Status check_length(Vm& vm, const Value& value) {
  if ((value.is_text() || value.is_blob()) && value.blob_size() > vm.connection().function_limits.length)
    return Code::kToobig;
  return kOk;
}

/** An accumulator that another aggregate uses must not be taken for this one's. */
bool is_accumulator_of(const FunctionDefinition& definition, const Value& accumulator) {
  const AggregateBlock* block = accumulator.aggregate();
  return !block || (block->destroy == definition.destroy && block->state_size == definition.state_size);
}

PureUse pure_use(int32_t place) {
  return place == 2 ? PureUse::kCheckConstraint : place == 3 ? PureUse::kGeneratedColumn : PureUse::kIndex;
}

}  // namespace

Status VmOps::call(Vm& vm, const Instruction& op, bool is_pure) {
  const FunctionReference& function = *op.p4.function;
  FunctionContext& context = vm.function_context_;
  const Value* arguments = &vm.registers_[op.p2];
  Value& out = vm.registers_[op.p3];
  const bool is_argument = op.p3 >= op.p2 && op.p3 < op.p2 + op.p5;
  Value& target = is_argument ? vm.host_result_ : out;
  target.set_null();
  context.collation = function.collation;
  context.function_id = function.builtin->id;
  context.pure_use = is_pure ? pure_use(op.p1) : PureUse::kAnywhere;
  context.result = &target;
  RETURN_IF_ERROR(check_call(vm, context, function.builtin->scalar(context, op.p5, arguments)));
  if (is_argument) {
    RETURN_IF_ERROR(target.make_persistent());
    out.swap(target);
    target.set_null();
  }
  return check_length(vm, out);
}

Status VmOps::aggregate_step(Vm& vm, const Instruction& op) {
  const FunctionReference& function = *op.p4.function;
  const FunctionDefinition& definition = *function.builtin;
  FunctionContext& context = vm.function_context_;
  Value& accumulator = vm.registers_[op.p3];
  const Value* arguments = &vm.registers_[op.p2];
  if (!is_accumulator_of(definition, accumulator) || (op.p3 >= op.p2 && op.p3 < op.p2 + op.p5))
    return Code::kInternal;
  context.collation = function.collation;
  context.function_id = definition.id;
  context.pure_use = PureUse::kAnywhere;
  context.row_skipped = false;
  Status status;
  AggregateBlock* const block = accumulator.aggregate();
  if (op.opcode == Opcode::kAggInverse) {
    status = ringlite::aggregate_inverse(definition, context, &accumulator, op.p5, arguments);
  } else if (block) [[likely]] {
    status = definition.step(context, block->state(), op.p5, arguments);
  } else {
    status = ringlite::aggregate_step(definition, context, &accumulator, op.p5, arguments);
  }
  if (!status.ok()) [[unlikely]]
    return check_call(vm, context, status);
  if (context.row_skipped) [[unlikely]] {
    const Instruction& before = *(&op - 1);
    if (before.opcode == Opcode::kCollSeq && before.p1 > 0) vm.registers_[before.p1].set_integer(1);
  }
  return kOk;
}

Status VmOps::aggregate_result(Vm& vm, const Instruction& op) {
  const FunctionReference& function = *op.p4.function;
  const FunctionDefinition& definition = *function.builtin;
  FunctionContext& context = vm.function_context_;
  Value& accumulator = vm.registers_[op.p1];
  if (!is_accumulator_of(definition, accumulator)) return Code::kInternal;
  context.collation = function.collation;
  context.function_id = definition.id;
  if (op.opcode == Opcode::kAggFinal) {
    RETURN_IF_ERROR(check_call(vm, context, aggregate_finalize(definition, context, &accumulator)));
    return check_length(vm, accumulator);
  }
  if (op.p1 == op.p3) return Code::kInternal;
  Value& out = vm.registers_[op.p3];
  context.result = &out;
  RETURN_IF_ERROR(check_call(vm, context, aggregate_value(definition, context, &accumulator)));
  return check_length(vm, out);
}

namespace {

/** The number of a host aggregate's accumulator, kept in its register. */
int32_t host_accumulator(Value& accumulator, int32_t* count) {
  if (accumulator.is_integer()) return static_cast<int32_t>(accumulator.integer());
  accumulator.set_integer(++*count);
  return *count;
}

}  // namespace

VirtualTableCursor& VmOps::ask_scan(Vm& vm, const Instruction& op, HostOperation operation) {
  VirtualTableCursor& scan = *vm.cursors_[op.p1]->scan;
  vm.host_call_.operation = operation;
  vm.host_call_.function = scan.table().host_module;
  vm.host_call_.accumulator = scan.scan_number();
  return scan;
}

void VmOps::ask_host(Vm& vm, const Instruction& op) {
  HostCall& call = vm.host_call_;
  call = HostCall{};
  vm.host_result_.set_null();
  vm.host_error_ = kOk;
  vm.host_rows_ = HostRows::kEnd;
  vm.is_host_call_pending_ = true;
  vm.next_ = &op;
  const auto take_arguments = [&](int32_t first, int64_t count) {
    call.arguments = &vm.registers_[first];
    call.argument_count = static_cast<uint32_t>(count);
  };
  switch (op.opcode) {
    case Opcode::kFunction:
    case Opcode::kPureFunc:
      call.operation = HostOperation::kScalar;
      call.function = op.p4.function->number;
      take_arguments(op.p2, op.p5);
      return;
    case Opcode::kAggStep:
    case Opcode::kAggInverse:
      call.operation = op.opcode == Opcode::kAggStep ? HostOperation::kStep : HostOperation::kInverse;
      call.function = op.p4.function->number;
      call.accumulator = host_accumulator(vm.registers_[op.p3], &vm.accumulator_count_);
      take_arguments(op.p2, op.p5);
      return;
    case Opcode::kAggValue:
    case Opcode::kAggFinal:
      call.operation = op.opcode == Opcode::kAggValue ? HostOperation::kValue : HostOperation::kFinal;
      call.function = op.p4.function->number;
      call.accumulator = host_accumulator(vm.registers_[op.p1], &vm.accumulator_count_);
      return;
    case Opcode::kVFilter: {
      VirtualTableCursor& scan = ask_scan(vm, op, HostOperation::kScanFilter);
      scan.begin_host_scan();
      call.number = static_cast<int32_t>(vm.registers_[op.p3].integer());
      take_arguments(op.p3 + 2, vm.registers_[op.p3 + 1].integer());
      return;
    }
    case Opcode::kVNext:
      ask_scan(vm, op, HostOperation::kScanNext);
      return;
    case Opcode::kVColumn:
      ask_scan(vm, op, HostOperation::kScanColumn);
      call.number = op.p2;
      return;
    case Opcode::kVCreate:
      call.operation = HostOperation::kCreateTable;
      call.function = op.p4.vtab->host_module;
      take_arguments(op.p3, op.p2);
      return;
    default:
      ASSERT(false);
  }
}

Status VmOps::take_answer(Vm& vm, const Instruction& op, const Instruction** next) {
  vm.is_host_call_pending_ = false;
  *next = &op + 1;
  if (!vm.host_error_.ok()) return vm.host_error_;
  switch (op.opcode) {
    case Opcode::kFunction:
    case Opcode::kPureFunc:
    case Opcode::kAggValue:
    case Opcode::kAggFinal: {
      RETURN_IF_ERROR(vm.host_result_.make_persistent());
      Value& out = vm.registers_[op.opcode == Opcode::kAggFinal ? op.p1 : op.p3];
      out.swap(vm.host_result_);
      return check_length(vm, out);
    }
    case Opcode::kVColumn: {
      RETURN_IF_ERROR(vm.host_result_.make_persistent());
      vm.registers_[op.p3].swap(vm.host_result_);
      return check_length(vm, vm.registers_[op.p3]);
    }
    case Opcode::kVFilter:
    case Opcode::kVNext: {
      VmCursor& cursor = *vm.cursors_[op.p1];
      RETURN_IF_ERROR(cursor.scan->take_host_rows(vm.host_rows_, vm.host_values_.data(), vm.host_value_count_,
                                                  vm.host_column_count_));
      cursor.is_null_row = false;
      const bool jumps = cursor.scan->at_end() == (op.opcode == Opcode::kVFilter);
      if (jumps) *next = vm.instructions_ + op.p2;
      return kOk;
    }
    default:
      return kOk;
  }
}

}  // namespace ringlite
