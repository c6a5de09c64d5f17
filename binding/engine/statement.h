// Statement: one Vm behind the border. execute() runs it as the request words say and fills the reply words
// and rows.
//
// States between calls: idle (reset); running (more rows may follow); running with a row or a host call that
// did not fit the last batch and comes first in the next one; at its end, but
// holding the read locks until the caller knows of the end; waiting for the answer to a host call.
#pragma once
#include <cstdint>
#include <memory>

#include "base/status.h"
#include "engine/border.h"
#include "engine/row_writer.h"
#include "vdbe/program.h"
#include "vdbe/vm.h"

namespace ringlite {

class Statement {
 public:
  static Status create(ConnectionState& connection, std::shared_ptr<const Program> program,
                       std::unique_ptr<Statement>* out);

  const std::shared_ptr<const Program>& program() const { return program_; }
  ConnectionState& connection() { return vm_->connection(); }
  bool is_running() const { return vm_->is_running(); }

  /** One call over the border (spec/border.ts). Never fails itself: errors are an outcome. */
  void execute(Border& border);
  /** Ends the run if there is one. */
  void reset();
  /** Parameter `index` (from 0), or with -1 the answer to the host call, with -2 and below the values of rows
     that the host answers with, for values that don't travel in the buffer. Null when there is no such
     parameter. The statement is reset first in the case of a parameter. */
  Value* far_parameter(int32_t index);

 private:
  enum class Pending : uint8_t { kNone, kRow, kHostCall, kEnd };

  Statement(std::unique_ptr<Vm> vm, std::shared_ptr<const Program> program)
      : program_(std::move(program)), vm_(std::move(vm)) {}

  Status begin(Border& border, uint32_t flags);
  Status take_host_answer(Border& border);
  void run_once(Border& border);
  StepOutcome step(uint32_t flags);
  void fill_batch(Border& border, uint32_t flags);
  void finish(Border& border);
  /** Writes the row that the Vm stands on; false when the batch must end before it. */
  bool write_pending_row(Border& border, bool safe_integers);
  void report_host_call(Border& border);
  void report_row(Border& border, uint32_t flags, bool is_limit);
  void report_error(Border& border, Status status);
  void report_changes(Border& border);
  void report_outcome(Border& border, border::Outcome outcome);

  std::shared_ptr<const Program> program_;
  std::unique_ptr<Vm> vm_;
  RowWriter writer_;
  int64_t total_changes_before_ = 0;
  Pending pending_ = Pending::kNone;
};

}  // namespace ringlite
