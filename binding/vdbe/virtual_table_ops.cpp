// Instructions on virtual tables.
#include <new>

#include "record/affinity.h"
#include "vdbe/virtual_table.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Status VmOps::open_virtual(Vm& vm, const Instruction& op) {
  const VirtualTableReference& table = *op.p4.vtab;
  VmCursor* cursor = vm.cursors_[op.p1];
  if (cursor->kind == CursorKind::kVirtual && &cursor->scan->table() == &table) return kOk;
  const VirtualTableModule* module = nullptr;
  if (table.host_module < 0) {
    module = find_module(vm.connection_, table.module);
    if (!module) return fail(vm, Code::kError, {"no such module: ", table.module});
  }
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kVirtual);
  cursor->scan.reset(new (std::nothrow) VirtualTableCursor(module, table, ++vm.accumulator_count_));
  if (!cursor->scan) {
    cursor->close();
    return Code::kNomem;
  }
  FunctionContext& context = vm.function_context_;
  const Status status = check_call(vm, context, cursor->scan->open(vm.connection_, context));
  if (!status.ok()) cursor->close();
  return status;
}

/** A native module has nothing to make, but its arguments may be wrong. */
Status VmOps::create_virtual(Vm& vm, const Instruction& op) {
  const VirtualTableReference& table = *op.p4.vtab;
  const VirtualTableModule* module = find_module(vm.connection_, table.module);
  if (!module) return fail(vm, Code::kError, {"no such module: ", table.module});
  VirtualTableCursor scan(module, table, 0);
  return check_call(vm, vm.function_context_, scan.open(vm.connection_, vm.function_context_));
}

Status VmOps::filter_virtual(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump) {
  const Value& plan = vm.registers_[op.p3];
  const int64_t count = vm.registers_[op.p3 + 1].integer();
  FunctionContext& context = vm.function_context_;
  const Status status =
      cursor.scan->filter(context, plan.integer(), static_cast<uint32_t>(count), &vm.registers_[op.p3] + 2);
  RETURN_IF_ERROR(check_call(vm, context, status));
  cursor.is_null_row = false;
  *jump = cursor.scan->at_end();
  return kOk;
}

Status VmOps::next_virtual(Vm& vm, VmCursor& cursor, bool* jump) {
  FunctionContext& context = vm.function_context_;
  RETURN_IF_ERROR(check_call(vm, context, cursor.scan->next(context)));
  *jump = !cursor.scan->at_end();
  return kOk;
}

Status VmOps::column_virtual(Vm& vm, const Instruction& op, VmCursor& cursor) {
  FunctionContext& context = vm.function_context_;
  context.result = &vm.registers_[op.p3];
  return check_call(vm, context, cursor.scan->column(context, static_cast<uint32_t>(op.p2)));
}

}  // namespace ringlite
