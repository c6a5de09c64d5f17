// BEGIN, COMMIT, ROLLBACK, SAVEPOINT; starting transactions on databases; header fields.
#include "pager/pager.h"
#include "vdbe/error_text.gen.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Status VmOps::check_database(const Vm& vm, int32_t index) {
  if (vm.detached_count_ != vm.connection_.detached_count) return Code::kAbortRollback;
  return static_cast<size_t>(index) < vm.connection_.databases.size() ? kOk : Status(Code::kInternal);
}

Status VmOps::get_database(Vm& vm, int32_t index, Database** database) {
  ConnectionState& connection = vm.connection_;
  RETURN_IF_ERROR(check_database(vm, index));
  if (index == 1) RETURN_IF_ERROR(connection.open_temp());
  *database = &connection.databases[index];
  return (*database)->btree ? kOk : Status(Code::kInternal);
}

Status VmOps::get_active_database(Vm& vm, int32_t index, bool for_write, Database** database) {
  RETURN_IF_ERROR(get_database(vm, index, database));
  const Btree& btree = *(*database)->btree;
  return (for_write ? btree.is_writing() : btree.in_transaction()) ? kOk : Status(Code::kInternal);
}

Status VmOps::transaction(Vm& vm, const Instruction& op) {
  ConnectionState& connection = vm.connection_;
  RETURN_IF_ERROR(check_database(vm, op.p1));
  const Btree* btree = connection.databases[static_cast<size_t>(op.p1)].btree.get();
  const bool checks_cookie = op.p5 != 0;
  const bool reads_if_readonly = !checks_cookie && op.p3 != 0;
  const int32_t kind = reads_if_readonly && btree && btree->is_readonly() ? 0 : op.p2;
  if (kind != 0) {
    if (connection.flag(Setting::kQueryOnly)) return Code::kReadonly;
    if (connection.is_corrupt_readonly) return Code::kCorrupt;
  }
  uint32_t cookie = 0;
  RETURN_IF_ERROR(connection.begin(op.p1, kind, &cookie));
  if (kind != 0 && vm.program_->has_statement_journal() &&
      (!connection.autocommit || connection.active_readers > 1)) {
    if (vm.statement_savepoint_ == 0) {
      connection.statement_savepoint_count++;
      const int outer =
          static_cast<int>(connection.savepoints.size()) - (connection.has_transaction_savepoint ? 1 : 0);
      vm.statement_savepoint_ = outer + connection.statement_savepoint_count;
      vm.statement_deferred_violations_ = connection.deferred_violations;
      vm.statement_deferred_immediate_violations_ = connection.deferred_immediate_violations;
    }
    RETURN_IF_ERROR(connection.open_statement(connection.databases[op.p1], vm.statement_savepoint_));
  }
  if (checks_cookie && cookie != static_cast<uint32_t>(op.p3))
    return fail(vm, Code::kSchema, "database schema has changed");
  return kOk;
}

StepOutcome VmOps::auto_commit(Vm& vm, const Instruction& op) {
  ConnectionState& connection = vm.connection_;
  const bool wanted = op.p1 != 0;
  const bool is_rollback = op.p2 != 0;
  const auto give_up = [&](Status status, std::string_view message) {
    vm.error_ = fail(vm, status, message);
    halt(vm);
    return StepOutcome::kError;
  };
  if (wanted == connection.autocommit) {
    return give_up(Code::kError, !wanted       ? "cannot start a transaction within a transaction"
                                 : is_rollback ? "cannot rollback - no transaction is active"
                                               : "cannot commit - no transaction is active");
  }
  if (is_rollback) {
    connection.rollback_all(Code::kAbortRollback);
    connection.autocommit = true;
  } else if (wanted && connection.active_writers > 0) {
    return give_up(Code::kBusy, "cannot commit transaction - SQL statements in progress");
  } else {
    if (wanted) {
      const Status violated = check_deferred_foreign_keys(vm);
      if (!violated.ok()) {
        vm.error_ = violated;
        halt(vm);
        return StepOutcome::kError;
      }
    }
    connection.autocommit = wanted;
  }
  halt(vm);
  if (vm.error_.primary() == static_cast<int32_t>(Code::kBusy)) {
    connection.autocommit = !wanted;
    if (vm.message_.empty() && !vm.has_message_) vm.message_ = String::literal(error_text(vm.error_));
    return StepOutcome::kError;
  }
  connection.close_savepoints();
  return vm.error_.ok() ? StepOutcome::kDone : StepOutcome::kError;
}

namespace {

bool equal_names(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); i++) {
    const auto lower = [](char character) {
      return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
    };
    if (lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

constexpr int32_t kSavepointBegin = 0;
constexpr int32_t kSavepointRelease = 1;

}  // namespace

Status VmOps::savepoint(Vm& vm, const Instruction& op, bool* is_ended) {
  ConnectionState& connection = vm.connection_;
  const std::string_view name = op.p4.value->text();
  *is_ended = false;
  if (op.p1 == kSavepointBegin) {
    if (connection.active_writers > 0)
      return fail(vm, Code::kBusy, "cannot open savepoint - SQL statements in progress");
    Savepoint savepoint;
    RETURN_IF_ERROR(savepoint.name.assign(name));
    savepoint.deferred_violations = connection.deferred_violations;
    savepoint.deferred_immediate_violations = connection.deferred_immediate_violations;
    RETURN_IF_ERROR(connection.savepoints.push_back(std::move(savepoint)));
    if (connection.autocommit) {
      connection.autocommit = false;
      connection.has_transaction_savepoint = true;
    }
    return kOk;
  }
  size_t index = connection.savepoints.size();
  while (index > 0 && !equal_names(connection.savepoints[index - 1].name, name)) index--;
  if (index == 0) return fail(vm, Code::kError, {"no such savepoint: ", name});
  index--;
  if (op.p1 != kSavepointRelease) return connection.rollback_to(index);
  if (connection.active_writers > 0)
    return fail(vm, Code::kBusy, "cannot release savepoint - SQL statements in progress");
  if (index != 0 || !connection.has_transaction_savepoint) return connection.release(index);

  // Releasing the savepoint that began the transaction commits it.
  RETURN_IF_ERROR(check_deferred_foreign_keys(vm));
  connection.autocommit = true;
  halt(vm);
  *is_ended = true;
  if (!vm.error_.ok()) {
    connection.autocommit = false;
    if (vm.message_.empty() && !vm.has_message_) vm.message_ = String::literal(error_text(vm.error_));
    return kOk;
  }
  connection.close_savepoints();
  return kOk;
}

Status VmOps::read_cookie(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_database(vm, op.p1, &database));
  if (!database->btree->in_transaction()) return Code::kInternal;
  vm.registers_[op.p2].set_integer(static_cast<int32_t>(database->btree->get_meta(static_cast<Meta>(op.p3))));
  return kOk;
}

Status VmOps::set_cookie(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p1, true, &database));
  const Meta field = static_cast<Meta>(op.p2);
  const uint32_t value = static_cast<uint32_t>(op.p3);
  if (field == Meta::kSchemaCookie)
    database->schema_changes.set_cookie(database->btree->get_meta(field), value);
  RETURN_IF_ERROR(database->btree->update_meta(field, value));
  if (op.p5) {
    database->schema_changes.forget();
    vm.connection_.note_schema_change(op.p1);
  }
  return kOk;
}

}  // namespace ringlite
