// How a run starts and ends: counting among the connection's statements, and what a statement's end does to
// the transaction (lang_transaction.html, lang_conflict.html).
#include "record/affinity.h"
#include "vdbe/error_text.gen.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

constexpr int kActionRollback = 1;
constexpr int kActionAbort = 2;
constexpr int kActionFail = 3;
/** Back jumps between two looks at the interrupt flag. */
constexpr uint64_t kPollPeriod = 200;

enum class StatementEnd : uint8_t { kUndecided, kKeep, kUndo };

/** Errors after which the files or the memory may be in any state. */
bool is_severe(Status error) {
  switch (error.primary()) {
    case static_cast<int32_t>(Code::kNomem):
    case static_cast<int32_t>(Code::kIoerr):
    case static_cast<int32_t>(Code::kInterrupt):
    case static_cast<int32_t>(Code::kFull):
      return true;
    default:
      return false;
  }
}

bool has_primary(Status error, Code code) { return error.primary() == static_cast<int32_t>(code); }

}  // namespace

Status VmOps::fail(Vm& vm, Status code, std::initializer_list<std::string_view> parts) {
  RETURN_IF_ERROR(vm.message_.assign(parts));
  vm.has_message_ = true;
  return code;
}

Status VmOps::start(Vm& vm) {
  ConnectionState& connection = vm.connection_;
  if (connection.active_statements == 0) connection.interrupted.store(false, std::memory_order_relaxed);
  connection.active_statements++;
  if (vm.program_->is_reader()) connection.active_readers++;
  if (vm.program_->is_writer()) connection.active_writers++;
  vm.is_running_ = true;
  vm.is_host_call_pending_ = false;
  vm.error_ = kOk;
  vm.message_.clear();
  vm.has_message_ = false;
  vm.host_error_ = kOk;
  vm.error_action_ = kActionAbort;
  vm.change_count_ = 0;
  vm.violations_ = 0;
  vm.has_old_format_ = false;
  vm.statement_savepoint_ = 0;
  vm.accumulator_count_ = 0;
  vm.detached_count_ = connection.detached_count;
  vm.row_ = nullptr;
  vm.row_size_ = 0;
  vm.counters_.runs++;
  vm.function_context_.encoding = connection.encoding;
  vm.root_frame_->clear_once();
  vm.frame_depth_ = 0;
  load_frame(vm, vm.root_frame_);
  vm.next_ = vm.instructions_;
  vm.progress_left_ = kPollPeriod;
  return connection.interrupted.load(std::memory_order_relaxed) ? Status(Code::kInterrupt) : kOk;
}

Status VmOps::poll(Vm& vm) {
  ConnectionState& connection = vm.connection_;
  vm.progress_left_ = kPollPeriod;
  vm.counters_.steps += kPollPeriod;
  if (connection.interrupted.load(std::memory_order_relaxed)) return Code::kInterrupt;
  if (connection.progress_hook) {
    if (connection.progress_period < kPollPeriod) vm.progress_left_ = connection.progress_period + 1;
    if (connection.progress_hook(connection.progress_context)) return Code::kInterrupt;
  }
  return kOk;
}

void VmOps::set_changes(Vm& vm, int64_t count) {
  vm.connection_.changes = count;
  vm.connection_.total_changes += count;
}

Status VmOps::check_immediate_foreign_keys(Vm& vm) {
  if (vm.violations_ <= 0) return kOk;
  vm.error_action_ = kActionAbort;
  return fail(vm, Code::kConstraintForeignkey, "FOREIGN KEY constraint failed");
}

Status VmOps::check_deferred_foreign_keys(Vm& vm) {
  if (vm.connection_.deferred_violations + vm.connection_.deferred_immediate_violations <= 0) return kOk;
  vm.error_action_ = kActionAbort;
  return fail(vm, Code::kConstraintForeignkey, "FOREIGN KEY constraint failed");
}

/** The code and message of a Halt or HaltIfNull that fails. */
Status VmOps::halt_error(Vm& vm, const Instruction& op) {
  vm.error_action_ = op.p2;
  const Status code = Status::from_code(op.p1);
  if (op.p4.value) return fail(vm, code, op.p4.value->text());
  if (op.opcode == Opcode::kHalt && op.p3 > 0) {
    Value text;
    RETURN_IF_ERROR(text.copy_from(vm.registers_[op.p3]));
    RETURN_IF_ERROR(make_text(&text));
    // RAISE with NULL: an error without a message.
    return fail(vm, code, text.is_text() || text.is_blob() ? text.text() : std::string_view());
  }
  return code;
}

void VmOps::leave(Vm& vm) {
  if (!vm.is_running_) return;
  // Unwind to the outermost frame, whose counts are the statement's.
  while (vm.frame_ != vm.root_frame_) leave_subprogram(vm);
  vm.root_frame_->close_cursors();
  vm.root_frame_->clear_registers();
  ConnectionState& connection = vm.connection_;
  connection.active_statements--;
  if (vm.program_->is_reader()) connection.active_readers--;
  if (vm.program_->is_writer()) connection.active_writers--;
  vm.is_running_ = false;
  vm.is_host_call_pending_ = false;
}

namespace {

/** All of the transaction is undone, because of what this statement did. */
void undo_transaction(ConnectionState& connection, Status code) {
  connection.rollback_all(code);
  connection.close_savepoints();
  connection.autocommit = true;
}

}  // namespace

void VmOps::halt(Vm& vm) {
  if (!vm.is_running_) return;
  ConnectionState& connection = vm.connection_;
  const Program& program = *vm.program_;
  const auto note_error = [&](Status status) {
    if (vm.error_.ok()) vm.error_ = status;
  };
  while (vm.frame_ != vm.root_frame_) leave_subprogram(vm);
  vm.root_frame_->close_cursors();

  if (program.is_reader()) {
    StatementEnd end = StatementEnd::kUndecided;
    const bool severe = is_severe(vm.error_);
    if (severe && (program.is_writer() || !has_primary(vm.error_, Code::kInterrupt))) {
      const bool can_undo_statement =
          has_primary(vm.error_, Code::kNomem) || has_primary(vm.error_, Code::kFull);
      if (can_undo_statement && program.has_statement_journal()) {
        end = StatementEnd::kUndo;
      } else {
        undo_transaction(connection, Code::kAbortRollback);
        vm.change_count_ = 0;
      }
    }
    const auto is_success = [&] { return vm.error_.ok() || (vm.error_action_ == kActionFail && !severe); };
    if (is_success()) {
      const Status violated = check_immediate_foreign_keys(vm);
      if (!violated.ok()) vm.error_ = violated;
    }

    if (connection.autocommit && connection.active_writers == (program.is_writer() ? 1 : 0)) {
      if (is_success()) {
        Status status = check_deferred_foreign_keys(vm);
        if (status.ok() && connection.is_corrupt_readonly) {
          status = Code::kCorrupt;
          connection.is_corrupt_readonly = false;
        } else if (status.ok()) {
          status = connection.commit_all();
        } else if (!program.is_writer()) {
          // COMMIT with violated deferred constraints: the transaction stays.
          note_error(status);
          leave(vm);
          return;
        }
        if (has_primary(status, Code::kBusy) && !program.is_writer()) {
          note_error(status);
          leave(vm);
          return;
        }
        if (!status.ok()) {
          vm.error_ = status;
          connection.rollback_all(kOk);
          vm.change_count_ = 0;
        }
      } else if (has_primary(vm.error_, Code::kSchema) && connection.active_statements > 1) {
        vm.change_count_ = 0;
      } else {
        connection.rollback_all(kOk);
        vm.change_count_ = 0;
      }
      connection.statement_savepoint_count = 0;
    } else if (end == StatementEnd::kUndecided) {
      if (vm.error_.ok() || vm.error_action_ == kActionFail) {
        end = StatementEnd::kKeep;
      } else if (vm.error_action_ != kActionRollback) {
        end = StatementEnd::kUndo;
      } else {
        undo_transaction(connection, Code::kAbortRollback);
        vm.change_count_ = 0;
      }
    }

    if (end != StatementEnd::kUndecided && vm.statement_savepoint_ != 0 &&
        connection.statement_savepoint_count > 0) {
      const bool undo = end == StatementEnd::kUndo;
      const Status status = connection.close_statement(vm.statement_savepoint_, undo);
      if (undo) {
        connection.deferred_violations = vm.statement_deferred_violations_;
        connection.deferred_immediate_violations = vm.statement_deferred_immediate_violations_;
      }
      if (!status.ok()) {
        if (vm.error_.ok() || has_primary(vm.error_, Code::kConstraint)) {
          vm.error_ = status;
          vm.message_.clear();
          vm.has_message_ = false;
        }
        undo_transaction(connection, Code::kAbortRollback);
        vm.change_count_ = 0;
      }
    }
    if (program.counts_changes() && !has_primary(vm.error_, Code::kSchema)) {
      if (end == StatementEnd::kUndo) vm.change_count_ = 0;
      set_changes(vm, vm.change_count_);
    }
  }
  if (has_primary(vm.error_, Code::kCorrupt) && !connection.autocommit) connection.is_corrupt_readonly = true;
  if (!vm.error_.ok() && vm.message_.empty() && !vm.has_message_)
    vm.message_ = String::literal(error_text(vm.error_));
  leave(vm);
}

}  // namespace ringlite
