// Instructions on virtual tables.
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
    module = find_module(vm.connection_.modules, table.module);
    if (!module) return fail(vm, Code::kError, "no such module: " + std::string(table.module));
  }
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kVirtual);
  cursor->scan.reset(new VirtualTableCursor(module, table, ++vm.accumulator_count_));
  const Status status = cursor->scan->open(vm.connection_);
  if (!status.ok()) cursor->close();
  return status;
}

Status VmOps::filter_virtual(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump) {
  const Value& plan = vm.registers_[op.p3];
  const int64_t count = vm.registers_[op.p3 + 1].integer();
  const Status status = cursor.scan->filter(plan.integer(), static_cast<uint32_t>(count), &vm.registers_[op.p3] + 2,
                                            &vm.message_);
  RETURN_IF_ERROR(status);
  cursor.is_null_row = false;
  *jump = cursor.scan->at_end();
  return kOk;
}

Status VmOps::next_virtual(Vm& vm, VmCursor& cursor, bool* jump) {
  RETURN_IF_ERROR(cursor.scan->next(&vm.message_));
  *jump = !cursor.scan->at_end();
  return kOk;
}

Status VmOps::update_virtual(Vm& vm, const Instruction& op) {
  const VirtualTableReference& table = *op.p4.vtab;
  const VirtualTableModule* module = table.host_module < 0 ? find_module(vm.connection_.modules, table.module) : nullptr;
  if (!module || !module->update) return refuse_virtual(vm, op);
  int64_t rowid = 0;
  RETURN_IF_ERROR(module->update(vm.connection_, table, static_cast<uint32_t>(op.p2), &vm.registers_[op.p3], &rowid,
                                 &vm.message_));
  if (op.p1) vm.connection_.last_insert_rowid = rowid;
  vm.change_count_++;
  return kOk;
}

/** What a module without that method answers. */
Status VmOps::refuse_virtual(Vm& vm, const Instruction& op) {
  const VirtualTableReference& table = *op.p4.vtab;
  if (op.opcode == Opcode::kVBegin) return kOk;
  const std::string_view name = table.arguments.size() > 2 ? table.arguments[2] : table.module;
  if (op.opcode == Opcode::kVUpdate) return fail(vm, Code::kError, "table " + std::string(name) + " may not be modified");
  return fail(vm, Code::kError, "no such module: " + std::string(table.module));
}

}  // namespace ringlite
