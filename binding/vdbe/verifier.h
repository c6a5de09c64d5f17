// The checks that make a decoded program safe to run: operands within bounds, neighbours that belong
// together, argument counts of functions. Also derives what the program needs (is_reader, is_writer,
// column_count).
#pragma once
#include "base/status.h"
#include "vdbe/program.h"

namespace ringlite {

class ProgramVerifier {
 public:
  /** Checks `outermost` and its subprograms. SQLITE_INTERNAL when something is out of bounds. */
  static Status verify(Program& outermost);

 private:
  ProgramVerifier(Program& program, const Program& outermost) : program_(program), outermost_(outermost) {}

  Status run();
  Status check_instruction(uint32_t address);
  Status check_operand(OperandKind kind, int32_t value) const;
  Status check_ranges(const Instruction& instruction) const;
  Status check_special(uint32_t address);
  Status check_function(const Instruction& instruction) const;
  Status check_type_check(const Instruction& instruction) const;
  Status pad_affinity(Instruction& instruction);
  void note_column(int32_t cursor, int32_t column);
  void derive(const Instruction& instruction);

  bool is_register(int64_t number) const { return number >= 1 && number <= program_.register_count_; }
  bool is_range(int64_t first, int64_t count) const {
    return count <= 0 || (first >= 1 && first + count - 1 <= static_cast<int64_t>(program_.register_count_));
  }
  bool is_address(int64_t address) const {
    return address >= 1 && address < static_cast<int64_t>(program_.instructions_.size());
  }

  Program& program_;
  const Program& outermost_;
};

}  // namespace ringlite
