// Frames of subprograms: triggers and foreign key actions.
#include "vdbe/vm_ops.h"

namespace ringlite {

void VmOps::load_frame(Vm& vm, Frame* frame) {
  vm.frame_ = frame;
  vm.registers_ = frame->registers;
  vm.cursors_ = frame->cursors;
  vm.instructions_ = frame->program.instructions();
}

namespace {

/** Whether `program`, or another form of the same trigger, is already running. */
bool is_active(const Frame* frame, const Program& program) {
  for (; frame->parent; frame = frame->parent) {
    if (&frame->program == &program) return true;
    if (program.trigger() != 0 && frame->program.trigger() == program.trigger()) return true;
  }
  return false;
}

}  // namespace

Status VmOps::enter(Vm& vm, const Instruction& op, bool* entered) {
  const Program& program = *op.p4.subprogram;
  *entered = false;
  if (op.p5 && is_active(vm.frame_, program)) return kOk;
  if (vm.frame_depth_ >= vm.connection_.limits.trigger_depth)
    return fail(vm, Code::kError, "too many levels of trigger recursion");
  Frame*& free_frames = vm.free_frames_[static_cast<size_t>(program.subprogram_number())];
  Frame* frame;
  if (!free_frames) {
    RETURN_IF_ERROR(Frame::create(program, vm.closed_cursor_, &frame));
  } else {
    frame = free_frames;
    free_frames = frame->parent;
    frame->clear_once();
  }
  frame->parent = vm.frame_;
  frame->call = &op;
  frame->saved_change_count = vm.change_count_;
  frame->saved_connection_changes = vm.connection_.changes;
  frame->saved_last_insert_rowid = vm.connection_.last_insert_rowid;
  vm.change_count_ = 0;
  vm.frame_depth_++;
  load_frame(vm, frame);
  *entered = true;
  return kOk;
}

const Instruction* VmOps::leave_subprogram(Vm& vm) {
  Frame* frame = vm.frame_;
  ASSERT(frame->parent);
  frame->close_cursors();
  frame->clear_registers();
  vm.change_count_ = frame->saved_change_count;
  vm.connection_.changes = frame->saved_connection_changes;
  vm.connection_.last_insert_rowid = frame->saved_last_insert_rowid;
  vm.frame_depth_--;
  load_frame(vm, frame->parent);
  Frame*& free_frames = vm.free_frames_[static_cast<size_t>(frame->program.subprogram_number())];
  frame->parent = free_frames;
  free_frames = frame;
  return frame->call;
}

}  // namespace ringlite
