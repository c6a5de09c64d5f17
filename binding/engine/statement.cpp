#include "engine/statement.h"

#include <new>

#include "engine/parameter_reader.h"

namespace ringlite {

using border::Outcome;
namespace reply = border::reply;
namespace request = border::request;
namespace request_flag = border::request_flag;

Status Statement::create(ConnectionState& connection, std::shared_ptr<const Program> program,
                         std::unique_ptr<Statement>* out) {
  std::unique_ptr<Vm> vm;
  RETURN_IF_ERROR(Vm::create(connection, program, &vm));
  out->reset(new (std::nothrow) Statement(std::move(vm), std::move(program)));
  return *out ? kOk : Status(Code::kNomem);
}

void Statement::reset() {
  if (pending_ == Pending::kEnd) vm_->connection().release_reader();
  pending_ = Pending::kNone;
  vm_->reset();
}

Value* Statement::far_parameter(int32_t index) {
  if (index == -1) return &vm_->host_result();
  if (index < -1) return vm_->host_value(static_cast<uint32_t>(-2 - index));
  if (static_cast<uint32_t>(index) >= program_->parameter_count()) return nullptr;
  if (vm_->is_running()) reset();
  return &vm_->parameter(static_cast<uint32_t>(index) + 1);
}

void Statement::report_outcome(Border& border, Outcome outcome) {
  const ConnectionState& connection = vm_->connection();
  border.reply(reply::kOutcome, static_cast<int32_t>(outcome));
  border.reply(reply::kRowCount, static_cast<int32_t>(writer_.row_count()));
  border.reply(reply::kWideLength, static_cast<int32_t>(border.wide.size()));
  border.reply(reply::kHasFar, writer_.has_far());
  border.reply(reply::kInTransaction, connection.is_in_transaction());
  border.reply(reply::kSchemaChanges, static_cast<int32_t>(connection.schema_changes));
}

void Statement::report_error(Border& border, Status status) {
  border.error_message.clear();
  const std::string_view message = vm_->error_message();
  if (vm_->error() == status) ignore_status(border.error_message.append(message));
  border.reply(reply::kErrorCode, status.extended());
  reset();
  report_outcome(border, Outcome::kError);
}

void Statement::report_changes(Border& border) {
  const ConnectionState& connection = vm_->connection();
  const bool changed = connection.total_changes != total_changes_before_;
  border.reply(reply::kChanges, changed ? static_cast<int32_t>(connection.changes) : 0);
  border.reply64(reply::kLastInsertRowid, connection.last_insert_rowid);
}

Status Statement::begin(Border& border, uint32_t flags) {
  if (flags & (request_flag::kBind | request_flag::kStart)) {
    if (vm_->is_running() || pending_ != Pending::kNone) reset();
    if (flags & request_flag::kBind && program_->parameter_count() > 0)
      RETURN_IF_ERROR(read_parameters(border, &vm_->parameter(1), program_->parameter_count()));
    total_changes_before_ = vm_->connection().total_changes;
  }
  if (flags & request_flag::kHostResult) {
    if (border.request(request::kHostFailed))
      vm_->fail_host_call(Code::kError, "");
    else
      RETURN_IF_ERROR(take_host_answer(border));
  }
  return kOk;
}

Status Statement::take_host_answer(Border& border) {
  const HostOperation operation = vm_->host_call().operation;
  if (operation != HostOperation::kScanFilter && operation != HostOperation::kScanNext)
    return read_parameters(border, &vm_->host_result(), 1);
  const int32_t count = border.request(request::kHostValues);
  const uint32_t columns = static_cast<uint32_t>(border.request(request::kHostColumns));
  if (count == border::kRowsByColumn) {
    vm_->host_rows(HostRows::kByColumn, 0, 0);
    return kOk;
  }
  if (count == 0) {
    vm_->host_rows(HostRows::kEnd, 0, 0);
    return kOk;
  }
  if (count < 0 || columns == 0) return Code::kMisuse;
  const uint32_t values = static_cast<uint32_t>(count);
  Value* taken = vm_->host_rows(HostRows::kComplete, values, columns);
  if (!taken && values > 0) return Code::kNomem;
  return read_parameters(border, taken, values);
}

void Statement::execute(Border& border) {
  const uint32_t flags = static_cast<uint32_t>(border.request(request::kFlags));
  const Status status = begin(border, flags);
  writer_.begin(border);
  if (!status.ok()) return report_error(border, status);
  if (flags & request_flag::kRows)
    fill_batch(border, flags);
  else
    run_once(border);
}

void Statement::run_once(Border& border) {
  const StepOutcome outcome = pending_ == Pending::kHostCall ? StepOutcome::kHostCall : vm_->step();
  switch (outcome) {
    case StepOutcome::kHostCall:
      return report_host_call(border);
    case StepOutcome::kError:
      return report_error(border, vm_->error());
    case StepOutcome::kRow:
    case StepOutcome::kDone:
      break;
  }
  // Ending the run may commit, which may fail.
  reset();
  if (!vm_->error().ok()) return report_error(border, vm_->error());
  report_changes(border);
  report_outcome(border, Outcome::kDone);
}

void Statement::finish(Border& border) {
  reset();
  if (!vm_->error().ok()) return report_error(border, vm_->error());
  report_outcome(border, Outcome::kDone);
}

bool Statement::write_pending_row(Border& border, bool safe_integers) {
  RowWriter::Result result = RowWriter::Result::kFull;
  const uint32_t limit = static_cast<uint32_t>(border.request(request::kColumnLimit));
  const uint32_t columns = vm_->column_count();
  const uint32_t count = limit > 0 && limit < columns ? limit : columns;
  const Status status = writer_.write(vm_->row(), count, safe_integers, &result);
  if (!status.ok()) {
    report_error(border, status);
    return false;
  }
  if (result == RowWriter::Result::kWritten) {
    pending_ = Pending::kNone;
    return true;
  }
  if (writer_.row_count() > 0) {
    report_outcome(border, Outcome::kRow);
  } else {
    border.reply(reply::kSpaceNeeded, static_cast<int32_t>(writer_.space_needed()));
    report_outcome(border, Outcome::kSpace);
  }
  return false;
}

void Statement::report_row(Border& border, uint32_t flags, bool is_limit) {
  if (is_limit && flags & request_flag::kResetAfter && !writer_.has_far()) {
    reset();
    if (!vm_->error().ok()) return report_error(border, vm_->error());
  }
  report_outcome(border, Outcome::kRow);
}

/** With holdEnd the statement counts as a reader twice, so that its end leaves the read locks to the second
 * one. */
StepOutcome Statement::step(uint32_t flags) {
  if (!(flags & request_flag::kHoldEnd)) return vm_->step();
  ConnectionState& connection = vm_->connection();
  connection.active_readers++;
  const StepOutcome outcome = vm_->step();
  if (outcome == StepOutcome::kDone && writer_.row_count() > 0)
    pending_ = Pending::kEnd;
  else
    connection.release_reader();
  return outcome;
}

void Statement::fill_batch(Border& border, uint32_t flags) {
  const uint32_t limit = static_cast<uint32_t>(border.request(request::kRowLimit));
  const bool safe_integers = (flags & request_flag::kSafeIntegers) != 0;
  for (;;) {
    if (pending_ == Pending::kNone) {
      switch (step(flags)) {
        case StepOutcome::kRow:
          pending_ = Pending::kRow;
          break;
        case StepOutcome::kHostCall:
          pending_ = Pending::kHostCall;
          break;
        case StepOutcome::kError:
          return report_error(border, vm_->error());
        case StepOutcome::kDone:
          if (pending_ == Pending::kEnd) return report_outcome(border, Outcome::kRow);
          return finish(border);
      }
    }
    if (pending_ == Pending::kEnd) return finish(border);
    if (pending_ == Pending::kHostCall) {
      // Rows that are complete go first: the function's arguments need the buffer.
      if (writer_.row_count() > 0) return report_outcome(border, Outcome::kRow);
      return report_host_call(border);
    }
    if (!write_pending_row(border, safe_integers)) return;
    const bool is_limit = writer_.row_count() >= limit;
    if (is_limit || writer_.has_far() || writer_.is_text_full()) return report_row(border, flags, is_limit);
  }
}

void Statement::report_host_call(Border& border) {
  const HostCall& call = vm_->host_call();
  RowWriter::Result result = RowWriter::Result::kFull;
  const Status status = writer_.write(call.arguments, call.argument_count, true, &result);
  if (!status.ok()) return report_error(border, status);
  if (result == RowWriter::Result::kFull) {
    pending_ = Pending::kHostCall;
    border.reply(reply::kSpaceNeeded, static_cast<int32_t>(writer_.space_needed()));
    return report_outcome(border, Outcome::kSpace);
  }
  pending_ = Pending::kNone;
  border.reply(reply::kHostFunction, call.function);
  border.reply(reply::kHostArgumentCount, static_cast<int32_t>(call.argument_count));
  border.reply(reply::kHostOperation, static_cast<int32_t>(call.operation));
  border.reply(reply::kHostAccumulator, call.accumulator);
  border.reply(reply::kHostNumber, call.number);
  report_outcome(border, Outcome::kHostCall);
}

}  // namespace ringlite
