#include "vdbe/frame.h"

#include <cstring>
#include <new>

#include "base/memory.h"

namespace ringlite {

Status Frame::create(const Program& program, VmCursor* closed_cursor, Frame** out) {
  void* memory = mem_alloc(sizeof(Frame));
  if (!memory) return Code::kNomem;
  Frame* frame = new (memory) Frame(program, closed_cursor);
  const size_t register_count = program.register_count() + 1;
  const size_t once_size = (program.instruction_count() + 7) / 8;
  void* registers = mem_alloc(register_count * sizeof(Value));
  if (registers) {
    frame->registers = static_cast<Value*>(registers);
    for (size_t i = 0; i < register_count; i++) new (&frame->registers[i]) Value();
  }
  frame->cursors = static_cast<VmCursor**>(mem_alloc((program.cursor_count() + 1) * sizeof(VmCursor*)));
  frame->once = static_cast<uint8_t*>(mem_alloc(once_size));
  if (!frame->registers || !frame->cursors || !frame->once) {
    if (frame->cursors) mem_free(frame->cursors);
    frame->cursors = nullptr;
    destroy(frame);
    return Code::kNomem;
  }
  for (uint32_t i = 0; i < program.cursor_count(); i++) frame->cursors[i] = closed_cursor;
  frame->clear_once();
  *out = frame;
  return kOk;
}

void Frame::destroy(Frame* frame) {
  frame->~Frame();
  mem_free(frame);
}

Frame::~Frame() {
  if (cursors) {
    for (uint32_t i = 0; i < program.cursor_count(); i++) {
      if (cursors[i] == closed_cursor) continue;
      cursors[i]->~VmCursor();
      mem_free(cursors[i]);
    }
    mem_free(cursors);
  }
  if (registers) {
    for (uint32_t i = 0; i <= program.register_count(); i++) registers[i].~Value();
    mem_free(registers);
  }
  if (once) mem_free(once);
}

Status Frame::new_cursor(int32_t index, VmCursor** cursor) {
  VmCursor* found = cursors[index];
  if (found == closed_cursor) {
    void* memory = mem_alloc(sizeof(VmCursor));
    if (!memory) return Code::kNomem;
    found = new (memory) VmCursor();
    const Status status = found->layout.init(program.columns_read(static_cast<uint32_t>(index)) + 1);
    if (!status.ok()) {
      found->~VmCursor();
      mem_free(memory);
      return status;
    }
    cursors[index] = found;
  } else {
    found->close();
  }
  *cursor = found;
  return kOk;
}

void Frame::close_cursors() {
  for (uint32_t i = 0; i < program.cursor_count(); i++) cursors[i]->close();
}

void Frame::clear_once() { std::memset(once, 0, (program.instruction_count() + 7) / 8); }

void Frame::clear_registers() {
  for (uint32_t i = 1; i <= program.register_count(); i++) registers[i].set_null();
}

}  // namespace ringlite
