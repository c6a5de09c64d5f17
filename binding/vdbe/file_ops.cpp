// Instructions that work on whole trees and files: CREATE and DROP, integrity checks, journal modes,
// settings, ATTACH.
#include "btree/btree.h"
#include "pager/pager.h"
#include "record/affinity.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

Status VmOps::create_tree(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p1, true, &database));
  Pgno root = 0;
  RETURN_IF_ERROR(database->btree->create_tree(op.p3 == 1 ? TreeKind::kTable : TreeKind::kIndex, &root));
  vm.registers_[op.p2].set_integer(root);
  return kOk;
}

Status VmOps::destroy_tree(Vm& vm, const Instruction& op) {
  vm.registers_[op.p2].set_null();
  if (vm.connection_.active_readers > 1) {
    vm.error_action_ = 2;
    return Code::kLocked;
  }
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p3, true, &database));
  const int64_t root = op.p5 & operand_flag::kP2isreg ? value_as_integer(vm.registers_[op.p1]) : op.p1;
  CORRUPT_IF(root < 2 || root > UINT32_MAX);
  Pgno moved = 0;
  RETURN_IF_ERROR(database->btree->drop_tree(static_cast<Pgno>(root), &moved));
  vm.registers_[op.p2].set_integer(moved);
  return kOk;
}

Status VmOps::clear_tree(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p2, true, &database));
  CORRUPT_IF(op.p1 < 1);
  if (op.p1 == 1) database->schema_changes.forget();
  int64_t row_count = 0;
  RETURN_IF_ERROR(database->btree->clear_tree(static_cast<Pgno>(op.p1), &row_count));
  if (op.p3 != 0) vm.change_count_ += row_count;
  if (op.p3 > 0) {
    Value& counter = vm.registers_[op.p3];
    counter.set_integer(value_as_integer(counter) + row_count);
  }
  return kOk;
}

Status VmOps::integrity_check(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p5, false, &database));
  Value& errors_left = vm.registers_[op.p1];
  Value& message = vm.registers_[op.p1 + 1];
  if (!errors_left.is_integer()) return Code::kInternal;
  const uint32_t count = static_cast<uint32_t>(op.p2);
  PodArray<Pgno> roots;
  PodArray<int64_t> entries;
  RETURN_IF_ERROR(roots.resize(count));
  RETURN_IF_ERROR(entries.resize(count));
  for (uint32_t i = 0; i < count; i++) roots[i] = static_cast<Pgno>(op.p4.int_array->values[i]);
  IntegrityReport report;
  RETURN_IF_ERROR(database->btree->integrity_check(roots.data(), entries.data(), count,
                                                   static_cast<int>(errors_left.integer() + 1), &report));
  for (uint32_t i = 0; i < count; i++) vm.registers_[op.p3 + static_cast<int32_t>(i)].set_integer(entries[i]);
  if (report.error_count == 0) {
    message.set_null();
    return kOk;
  }
  errors_left.set_integer(errors_left.integer() - (report.error_count - 1));
  return message.copy_text(report.messages.text());
}

Status VmOps::checkpoint(Vm& vm, const Instruction& op) {
  ConnectionState& connection = vm.connection_;
  if (op.p1 >= 0) RETURN_IF_ERROR(check_database(vm, op.p1));
  int64_t is_busy = 0;
  int frames = -1, checkpointed = -1;
  for (size_t i = 0; i < connection.databases.size(); i++) {
    Database& database = connection.databases[i];
    if (!database.btree || (op.p1 >= 0 && static_cast<size_t>(op.p1) != i)) continue;
    // A transaction of this connection keeps the WAL in use.
    if (database.btree->in_transaction()) return Code::kLocked;
    // The first database's figures are reported.
    int own_frames = -1, own_checkpointed = -1;
    const Status status = database.btree->pager().checkpoint(static_cast<CheckpointMode>(op.p2), &own_frames,
                                                             &own_checkpointed);
    if (frames < 0) {
      frames = own_frames;
      checkpointed = own_checkpointed;
    }
    if (status.primary() == static_cast<int32_t>(Code::kBusy))
      is_busy = 1;
    else
      RETURN_IF_ERROR(status);
  }
  vm.registers_[op.p3].set_integer(is_busy);
  vm.registers_[op.p3 + 1].set_integer(frames);
  vm.registers_[op.p3 + 2].set_integer(checkpointed);
  return kOk;
}

namespace {

const char* mode_name(JournalMode mode) {
  switch (mode) {
    case JournalMode::kDelete:
      return "delete";
    case JournalMode::kPersist:
      return "persist";
    case JournalMode::kOff:
      return "off";
    case JournalMode::kTruncate:
      return "truncate";
    case JournalMode::kMemory:
      return "memory";
    case JournalMode::kWal:
      return "wal";
    case JournalMode::kQuery:
      break;
  }
  return "delete";
}

/** The header of the file says that it is in WAL mode, so an empty file gets its first page. */
Status create_first_page(Btree& btree) {
  RETURN_IF_ERROR(btree.begin_read());
  Status status;
  if (btree.page_count() == 0) {
    status = btree.begin_write(false);
    if (status.ok()) status = btree.commit();
  }
  btree.end_read();
  return status;
}

}  // namespace

Status VmOps::journal_mode(Vm& vm, const Instruction& op) {
  ConnectionState& connection = vm.connection_;
  Database* database;
  RETURN_IF_ERROR(get_database(vm, op.p1, &database));
  Btree& btree = *database->btree;
  Pager& pager = btree.pager();
  Value& out = vm.registers_[op.p2];
  // The header says whether the file is in WAL mode, so it must have been read.
  if (!btree.in_transaction()) {
    RETURN_IF_ERROR(connection.begin(op.p1, 0, nullptr));
    if (connection.autocommit && connection.active_readers <= 1) btree.end_read();
  }
  const JournalMode old = pager.journal_mode();
  JournalMode wanted = static_cast<JournalMode>(op.p3);
  if (wanted == JournalMode::kQuery) wanted = old;
  if (!pager.can_change_journal_mode()) wanted = old;
  if (wanted == JournalMode::kWal && (pager.is_memory() || pager.is_temporary())) wanted = old;
  if (wanted != old && (old == JournalMode::kWal || wanted == JournalMode::kWal) &&
      (!connection.autocommit || connection.active_readers > 1)) {
    return fail(vm, Code::kError,
                wanted == JournalMode::kWal ? "cannot change into wal mode from within a transaction"
                                            : "cannot change out of wal mode from within a transaction");
  }
  JournalMode result = old;
  if (wanted != old) {
    if (btree.in_transaction() && !btree.is_writing()) btree.end_read();
    if (wanted == JournalMode::kWal) RETURN_IF_ERROR(create_first_page(btree));
    RETURN_IF_ERROR(pager.set_journal_mode(wanted, &result));
  }
  out.set_text(std::string_view(mode_name(result)), Storage::kStatic);
  return kOk;
}

Status VmOps::page_count(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p1, false, &database));
  vm.registers_[op.p2].set_integer(database->btree->page_count());
  return kOk;
}

Status VmOps::max_page_count(Vm& vm, const Instruction& op) {
  Database* database;
  RETURN_IF_ERROR(get_database(vm, op.p1, &database));
  Pgno limit = 0;
  if (op.p3 > 0) {
    const Pgno present = database->btree->in_transaction() ? database->btree->page_count() : 0;
    limit = static_cast<Pgno>(op.p3) > present ? static_cast<Pgno>(op.p3) : present;
  }
  vm.registers_[op.p2].set_integer(database->btree->pager().max_page_count(limit));
  return kOk;
}

Status VmOps::incremental_vacuum(Vm& vm, const Instruction& op, bool* is_finished) {
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p1, true, &database));
  const Status status = database->btree->incremental_vacuum();
  *is_finished = status.is(Code::kDone);
  return *is_finished ? kOk : status;
}

Status VmOps::get_setting(Vm& vm, const Instruction& op) {
  RETURN_IF_ERROR(check_database(vm, op.p1));
  return vm.connection_.get_setting(op.p1, static_cast<Setting>(op.p3), &vm.registers_[op.p2]);
}

Status VmOps::set_setting(Vm& vm, const Instruction& op) {
  RETURN_IF_ERROR(check_database(vm, op.p1));
  return vm.connection_.set_setting(op.p1, static_cast<Setting>(op.p3), vm.registers_[op.p2], &vm.message_);
}

namespace {

/** Text of a name or path; NULL counts as empty. */
Status text_of(const Value& value, Value* text) {
  RETURN_IF_ERROR(text->copy_from(value));
  if (text->is_null()) text->set_text("", 0, Storage::kStatic);
  return make_text(text);
}

}  // namespace

Status VmOps::attach(Vm& vm, const Instruction& op) {
  const ConnectionHooks& hooks = vm.connection_.hooks;
  if (!hooks.attach) return Code::kInternal;
  Value file, name;
  RETURN_IF_ERROR(text_of(vm.registers_[op.p1], &file));
  RETURN_IF_ERROR(text_of(vm.registers_[op.p2], &name));
  return hooks.attach(hooks.context, file.text(), name.text(), &vm.message_);
}

Status VmOps::detach(Vm& vm, const Instruction& op) {
  const ConnectionHooks& hooks = vm.connection_.hooks;
  if (!hooks.detach) return Code::kInternal;
  Value name;
  RETURN_IF_ERROR(text_of(vm.registers_[op.p1], &name));
  return hooks.detach(hooks.context, name.text(), &vm.message_);
}

}  // namespace ringlite
