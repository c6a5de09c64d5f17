#include "vdbe/vm.h"

#include <new>

#include "vdbe/frame.h"
#include "vdbe/vm_cursor.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Vm::Vm(ConnectionState& connection, std::shared_ptr<const Program> program)
    : connection_(connection), program_(std::move(program)) {}

Status Vm::create(ConnectionState& connection, std::shared_ptr<const Program> program,
                  std::unique_ptr<Vm>* out) {
  std::unique_ptr<Vm> vm(new (std::nothrow) Vm(connection, std::move(program)));
  if (!vm) return Code::kNomem;
  vm->closed_cursor_ = new (std::nothrow) VmCursor();
  if (!vm->closed_cursor_) return Code::kNomem;
  RETURN_IF_ERROR(vm->parameters_.resize(vm->program_->parameter_count()));
  RETURN_IF_ERROR(Frame::create(*vm->program_, vm->closed_cursor_, &vm->root_frame_));
  RETURN_IF_ERROR(vm->free_frames_.resize(vm->program_->subprograms().size(), nullptr));
  vm->function_context_.environment = &connection.functions;
  *out = std::move(vm);
  return kOk;
}

Vm::~Vm() {
  reset();
  if (root_frame_) Frame::destroy(root_frame_);
  for (Frame* frame : free_frames_) {
    while (frame) {
      Frame* next = frame->parent;
      Frame::destroy(frame);
      frame = next;
    }
  }
  delete closed_cursor_;
}

void Vm::clear_parameters() {
  for (Value& parameter : parameters_) parameter.set_null();
}

StepOutcome Vm::step() {
  if (!is_running_) {
    const Status status = VmOps::start(*this);
    if (!status.ok()) {
      error_ = status;
      VmOps::halt(*this);
      return StepOutcome::kError;
    }
  }
  function_context_.begin_step();
  return VmOps::run(this);
}

void Vm::reset() {
  if (is_running_) VmOps::halt(*this);
}

Value* Vm::host_value(uint32_t index) {
  const size_t size = host_values_.size();
  if (size <= index && !host_values_.resize(index + 1 > 2 * size ? index + 1 : 2 * size).ok()) return nullptr;
  return &host_values_[index];
}

Value* Vm::host_rows(HostRows rows, uint32_t value_count, uint32_t column_count) {
  host_rows_ = rows;
  host_value_count_ = value_count;
  host_column_count_ = column_count;
  if (host_values_.size() < value_count && !host_values_.resize(value_count).ok()) return nullptr;
  return host_values_.data();
}

void Vm::fail_host_call(Status code, std::string_view message) {
  host_error_ = message_.assign(message).ok() ? code : Status(Code::kNomem);
}

}  // namespace ringlite
