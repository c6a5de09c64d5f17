// Frame: the registers and cursors of one running program: the statement's own, or one activation of a
// subprogram.
#pragma once
#include <cstdint>
#include <memory>

#include "base/status.h"
#include "record/value.h"
#include "vdbe/program.h"
#include "vdbe/vm_cursor.h"

namespace ringlite {

struct Frame {
  /** `closed_cursor` stands in for cursors that were never opened. SQLITE_NOMEM. */
  static Status create(const Program& program, VmCursor* closed_cursor, Frame** out);
  static void destroy(Frame* frame);
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  const Program& program;
  VmCursor* const closed_cursor;
  /** registers[1] .. registers[register_count()]; registers[0] is never used. */
  Value* registers = nullptr;
  VmCursor** cursors = nullptr;
  /** One bit for each instruction: its Once has been passed. */
  uint8_t* once = nullptr;

  // Subprograms: what to go back to; of a free frame, the next free one.
  Frame* parent = nullptr;
  /** The Program instruction of the parent. */
  const Instruction* call = nullptr;
  int64_t saved_change_count = 0;
  int64_t saved_connection_changes = 0;
  int64_t saved_last_insert_rowid = 0;

  /** The cursor to open as number `index`, closed; made when it is needed first. SQLITE_NOMEM. */
  Status new_cursor(int32_t index, VmCursor** cursor);
  void close_cursors();
  void clear_once();
  /** Releases what registers hold besides their plain allocations (aggregates, sets). */
  void clear_registers();

 private:
  Frame(const Program& program, VmCursor* closed_cursor) : program(program), closed_cursor(closed_cursor) {}
  ~Frame();
};

}  // namespace ringlite
