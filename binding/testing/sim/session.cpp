#include "testing/sim/session.h"

#include "vdbe/program.h"
#include "vdbe/vm.h"

namespace ringlite::sim {

const char* journal_mode_statement(int64_t mode) {
  switch (mode) {
    case kDeleteMode:
      return "journal_mode_delete";
    case kTruncateMode:
      return "journal_mode_truncate";
    case kPersistMode:
      return "journal_mode_persist";
    default:
      return "journal_mode_wal";
  }
}

Status Session::open() {
  const ConnectionOptions options{.must_exist = true, .timeout_ms = static_cast<int32_t>(config_.timeout_ms)};
  RETURN_IF_ERROR(Connection::open(io_, kDatabasePath, options, &connection_));
  const auto configure = [&]() -> Status {
    std::shared_ptr<const SchemaIndex> schema;
    RETURN_IF_ERROR(set(Setting::kCacheSize, config_.cache_pages));
    RETURN_IF_ERROR(set(Setting::kSynchronous, config_.synchronous));
    RETURN_IF_ERROR(set(Setting::kWalAutocheckpoint, config_.autocheckpoint));
    RETURN_IF_ERROR(set(Setting::kJournalSizeLimit, config_.size_limit));
    if (config_.exclusive) RETURN_IF_ERROR(run("locking_mode_exclusive"));
    if (config_.mode != kWalMode) RETURN_IF_ERROR(run(journal_mode_statement(config_.mode)));
    return connection_->read_schema(0, &schema);
  };
  const Status status = configure();
  if (!status.ok()) close();
  return status;
}

void Session::close() {
  statements_.clear();
  connection_.reset();
}

Status Session::set(Setting setting, int64_t value) {
  Value holder;
  holder.set_integer(value);
  String message;
  return connection_->state().set_setting(0, setting, holder, &message);
}

Status Session::prepare(const std::string& statement, Vm** vm) {
  std::unique_ptr<Vm>& prepared = statements_[statement];
  if (!prepared) {
    const auto& image = programs_.get(config_.variant(), statement);
    std::shared_ptr<const Program> program;
    RETURN_IF_ERROR(Program::load(image.data(), image.size(), connection_->state().encoding, &program));
    RETURN_IF_ERROR(Vm::create(connection_->state(), program, &prepared));
  }
  *vm = prepared.get();
  return kOk;
}

Status Session::run(const std::string& statement, std::initializer_list<int64_t> parameters,
                    std::vector<std::string>* values) {
  Vm* vm = nullptr;
  RETURN_IF_ERROR(prepare(statement, &vm));
  uint32_t number = 0;
  for (const int64_t parameter : parameters) vm->parameter(++number).set_integer(parameter);
  for (;;) {
    switch (vm->step()) {
      case StepOutcome::kRow:
        for (uint32_t i = 0; values && i < vm->column_count(); i++) {
          const Value& value = vm->row()[i];
          values->push_back(value.is_integer() ? std::to_string(value.integer())
                            : value.is_text()  ? std::string(value.text())
                                               : std::string());
        }
        break;
      case StepOutcome::kDone:
        vm->reset();
        return vm->error();
      case StepOutcome::kHostCall:
        return Code::kInternal;
      case StepOutcome::kError: {
        const Status status = vm->error();
        vm->reset();
        return status.ok() ? Status(Code::kError) : status;
      }
    }
  }
}

}  // namespace ringlite::sim
