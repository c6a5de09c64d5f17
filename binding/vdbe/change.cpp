// Changing rows: new rowids, inserts and deletes in tables and indexes.
#include "record/affinity.h"
#include "record/compare.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

constexpr int64_t kLargestRowid = INT64_MAX;
constexpr int kRandomTries = 100;

/** The schema table of a database. Ephemeral tables may begin there too. */
constexpr Pgno kSchemaRoot = 1;

/** Insert flags of the B-tree that p5 carries with the same values. */
uint8_t insert_flags(int32_t p5) {
  return static_cast<uint8_t>(p5 & (operand_flag::kAppend | operand_flag::kSaveposition));
}

Status random_rowid(Vm& vm, VmCursor& cursor, int64_t* rowid) {
  for (int i = 0; i < kRandomTries; i++) {
    vm.connection().io.random().fill(rowid, sizeof *rowid);
    *rowid = (*rowid & (kLargestRowid >> 1)) + 1;
    int result = 0;
    RETURN_IF_ERROR(cursor.tree.seek_rowid(*rowid, &result));
    if (result != 0) return kOk;
  }
  return Code::kFull;
}

/** Only a cursor opened for writing may change its tree. */
Status check_writable(const VmCursor& cursor, bool is_table) {
  return cursor.is_btree() && cursor.is_table == is_table && cursor.tree.is_writable() &&
                 !cursor.is_seek_deferred
             ? kOk
             : Status(Code::kInternal);
}

}  // namespace

/** The session reads the rows of a schema table that were written. */
Status VmOps::note_schema_row(Vm& vm, const VmCursor& cursor, int64_t rowid) {
  if (cursor.root != kSchemaRoot || cursor.is_ephemeral) return kOk;
  RETURN_IF_ERROR(check_database(vm, cursor.database));
  vm.connection_.databases[cursor.database].schema_changes.touch(rowid);
  return kOk;
}

Status VmOps::new_rowid(Vm& vm, const Instruction& op, VmCursor& cursor) {
  if (!cursor.is_btree() || !cursor.is_table) return Code::kInternal;
  int64_t rowid = 0;
  if (!cursor.uses_random_rowids) {
    bool is_empty;
    RETURN_IF_ERROR(cursor.tree.last(&is_empty));
    if (is_empty)
      rowid = 1;
    else if (cursor.tree.rowid() >= kLargestRowid)
      cursor.uses_random_rowids = true;
    else
      rowid = cursor.tree.rowid() + 1;
  }
  if (op.p3 > 0) {
    Value& largest = root_register(vm, op.p3);
    if (!largest.is_integer()) largest.set_integer(value_as_integer(largest));
    if (largest.integer() == kLargestRowid || cursor.uses_random_rowids) return Code::kFull;
    if (rowid < largest.integer() + 1) rowid = largest.integer() + 1;
    largest.set_integer(rowid);
  }
  if (cursor.uses_random_rowids) RETURN_IF_ERROR(random_rowid(vm, cursor, &rowid));
  cursor.is_seek_deferred = false;
  cursor.forget_row();
  vm.registers_[op.p2].set_integer(rowid);
  return kOk;
}

Status VmOps::insert(Vm& vm, const Instruction& op, VmCursor& cursor) {
  RETURN_IF_ERROR(check_writable(cursor, true));
  const Value& key = vm.registers_[op.p3];
  if (!key.is_integer()) return Code::kInternal;
  if (op.p5 & operand_flag::kIsnoop) return kOk;
  const int seek_result = op.p5 & operand_flag::kUseseekresult ? cursor.seek_result : 0;
  cursor.forget_row();
  RETURN_IF_ERROR(note_schema_row(vm, cursor, key.integer()));
  if (op.p5 & operand_flag::kPreformat) {
    VmCursor* source = vm.transfer_source_;
    if (!source || !source->is_btree() || !source->is_table || !source->tree.is_valid())
      return Code::kInternal;
    vm.transfer_source_ = nullptr;
    RETURN_IF_ERROR(cursor.tree.transfer(source->tree, key.integer(), seek_result));
  } else {
    const Value& data = vm.registers_[op.p2];
    Entry entry;
    if (data.is_blob() || data.is_text()) {
      entry.data = data.data();
      entry.size = data.size();
      entry.zero_tail = data.zero_tail();
    }
    entry.rowid = key.integer();
    RETURN_IF_ERROR(cursor.tree.insert(entry, insert_flags(op.p5), seek_result));
  }
  if (op.p5 & operand_flag::kNchange) {
    vm.change_count_++;
    if (op.p5 & operand_flag::kLastrowid) vm.connection_.last_insert_rowid = key.integer();
  }
  return kOk;
}

Status VmOps::remove(Vm& vm, const Instruction& op, VmCursor& cursor) {
  if (!cursor.is_btree() || !cursor.tree.is_writable()) return Code::kInternal;
  if (op.p2 & operand_flag::kIsnoop) return kOk;
  RETURN_IF_ERROR(cursor.settle());
  cursor.forget_row();
  cursor.seek_result = 0;
  if (cursor.tree.is_valid()) {
    if (cursor.is_table) RETURN_IF_ERROR(note_schema_row(vm, cursor, cursor.tree.rowid()));
    RETURN_IF_ERROR(cursor.tree.remove(static_cast<uint8_t>(op.p5 & operand_flag::kSaveposition)));
  }
  if (op.p2 & operand_flag::kNchange) vm.change_count_++;
  return kOk;
}

Status VmOps::index_insert(Vm& vm, const Instruction& op, VmCursor& cursor) {
  RETURN_IF_ERROR(check_writable(cursor, false));
  if (op.p5 & operand_flag::kNchange) vm.change_count_++;
  const int seek_result = op.p5 & operand_flag::kUseseekresult ? cursor.seek_result : 0;
  cursor.forget_row();
  if (op.p5 & operand_flag::kPreformat) {
    VmCursor* source = vm.transfer_source_;
    if (!source || !source->is_btree() || source->is_table || !source->tree.is_valid())
      return Code::kInternal;
    vm.transfer_source_ = nullptr;
    return cursor.tree.transfer(source->tree, 0, seek_result);
  }
  Value& data = vm.registers_[op.p2];
  if (!data.is_blob()) return Code::kInternal;
  uint8_t* bytes;
  if (data.zero_tail() != 0) RETURN_IF_ERROR(data.make_writable(&bytes));
  Entry entry;
  entry.data = data.data();
  entry.size = data.size();
  RecordKey key;
  if (op.p3 > 0 && op.p4.count > 0 && op.p4.count <= cursor.key_info->all_field_count) {
    RETURN_IF_ERROR(make_key(vm, cursor, &vm.registers_[op.p3], op.p4.count, &key));
    entry.key = &key;
  }
  return cursor.tree.insert(entry, insert_flags(op.p5), seek_result);
}

Status VmOps::index_delete(Vm& vm, const Instruction& op, VmCursor& cursor) {
  RETURN_IF_ERROR(check_writable(cursor, false));
  RecordKey key;
  RETURN_IF_ERROR(make_key(vm, cursor, &vm.registers_[op.p2], op.p3, &key));
  int result = 0;
  RETURN_IF_ERROR(cursor.tree.seek_key(key, &result));
  cursor.forget_row();
  cursor.seek_result = 0;
  if (result != 0) {
    if (vm.connection_.flag(Setting::kWritableSchema)) return kOk;
    return Code::kCorruptIndex;
  }
  return cursor.tree.remove(kDeleteDefault);
}

}  // namespace ringlite
