// Opening cursors: on trees of a database, ephemeral tables, sorters and pseudo-tables.
#include "pager/pager.h"
#include "record/affinity.h"
#include "vdbe/sorter.h"
#include "vdbe/vm_ops.h"

namespace ringlite {

namespace {

/** The tree that every new database has: sqlite_schema's. Ephemeral tables use it as their own. */
constexpr Pgno kFirstRoot = 1;

/** Schema format that knows the serial types of the constants 0 and 1. */
constexpr uint32_t kConstantTypesFormat = 4;

/** Bytes of sorted records that are kept in memory. */
constexpr size_t kLargestSorterMemory = size_t{1} << 29;

size_t sorter_memory_limit(const ConnectionState& connection) {
  if (connection.value(Setting::kTempStore) == 2) return 0;
  const Database& main = connection.databases[0];
  const uint64_t page_size = main.btree ? main.btree->page_size() : 4096;
  const int64_t cache_size = main.cache_size;
  uint64_t limit = cache_size < 0 ? static_cast<uint64_t>(-cache_size) * 1024
                                  : static_cast<uint64_t>(cache_size) * page_size;
  if (limit > kLargestSorterMemory) limit = kLargestSorterMemory;
  const uint64_t least = 250 * page_size;
  return static_cast<size_t>(limit < least ? least : limit);
}

Status make_ephemeral_btree(ConnectionState& connection, const KeyInfo* key_info, EphemeralTable* table,
                            Pgno* root) {
  PagerOpenOptions options;
  options.memory = connection.value(Setting::kTempStore) == 2;
  options.temporary = !options.memory;
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(connection.io, "", options, &pager));
  JournalMode mode;
  RETURN_IF_ERROR(pager->set_journal_mode(JournalMode::kOff, &mode));
  RETURN_IF_ERROR(Btree::open(std::move(pager), &table->btree));
  RETURN_IF_ERROR(table->btree->begin_write(false, nullptr));
  *root = kFirstRoot;
  return key_info ? table->btree->create_tree(TreeKind::kIndex, root) : kOk;
}

}  // namespace

Status VmOps::open_tree(Vm& vm, const Instruction& op) {
  const bool is_write = op.opcode == Opcode::kOpenWrite;
  Database* database;
  RETURN_IF_ERROR(get_active_database(vm, op.p3, is_write, &database));
  int64_t root = op.p2;
  if (op.p5 & operand_flag::kP2isreg) root = value_as_integer(vm.registers_[op.p2]);
  CORRUPT_IF(root < 1 || root > UINT32_MAX);
  VmCursor* cursor;
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kBtree);
  cursor->database = static_cast<uint8_t>(op.p3);
  cursor->root = static_cast<Pgno>(root);
  cursor->key_info = op.p4.key_info;
  cursor->is_table = op.p4.key_info == nullptr;
  cursor->is_equality_only = (op.p5 & operand_flag::kSeekeq) != 0 && !cursor->is_table;
  if (is_write) {
    const uint32_t format = database->btree->get_meta(Meta::kFileFormat);
    if (format > 0 && format < kConstantTypesFormat) vm.has_old_format_ = true;
  }
  const Status status = cursor->tree.open(*database->btree, cursor->root, is_write, cursor->key_info);
  if (!status.ok()) cursor->close();
  return status;
}

Status VmOps::reopen_index(Vm& vm, const Instruction& op) {
  VmCursor* cursor = vm.cursors_[op.p1];
  if (!cursor->is_btree() || cursor->root != static_cast<Pgno>(op.p2) || cursor->database != op.p3 ||
      cursor->is_table || cursor->is_ephemeral)
    return open_tree(vm, op);
  cursor->tree.clear_position();
  cursor->forget_row();
  cursor->is_equality_only = (op.p5 & operand_flag::kSeekeq) != 0;
  return kOk;
}

Status VmOps::open_ephemeral(Vm& vm, const Instruction& op) {
  if (op.opcode == Opcode::kOpenEphemeral && op.p3 > 0)
    vm.registers_[op.p3].set_blob("", 0, Storage::kStatic);
  VmCursor* cursor = vm.cursors_[op.p1];
  if (cursor->is_btree() && cursor->is_ephemeral && !cursor->is_shared &&
      cursor->key_info == op.p4.key_info) {
    cursor->sequence = 0;
    cursor->forget_row();
    cursor->is_null_row = true;
    cursor->seek_result = 0;
    return cursor->ephemeral->btree->clear_tree(cursor->root, nullptr);
  }
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kBtree);
  cursor->is_ephemeral = true;
  cursor->key_info = op.p4.key_info;
  cursor->is_table = op.p4.key_info == nullptr;
  bool is_taken;
  Status status = cursor->take_spare(&is_taken);
  if (status.ok() && !is_taken) {
    cursor->ephemeral = new (std::nothrow) EphemeralTable();
    if (!cursor->ephemeral) {
      cursor->close();
      return Code::kNomem;
    }
    cursor->ephemeral->references = 1;
    status = make_ephemeral_btree(vm.connection_, cursor->key_info, cursor->ephemeral, &cursor->root);
  }
  if (status.ok())
    status = cursor->tree.open(*cursor->ephemeral->btree, cursor->root, true, cursor->key_info);
  if (!status.ok()) cursor->close();
  return status;
}

Status VmOps::open_duplicate(Vm& vm, const Instruction& op) {
  VmCursor* original = vm.cursors_[op.p2];
  if (!original->is_btree() || !original->is_ephemeral || op.p1 == op.p2) return Code::kInternal;
  VmCursor* cursor;
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kBtree);
  cursor->is_ephemeral = true;
  cursor->is_shared = true;
  original->is_shared = true;
  cursor->key_info = original->key_info;
  cursor->is_table = original->is_table;
  cursor->root = original->root;
  cursor->ephemeral = original->ephemeral;
  cursor->ephemeral->references++;
  const Status status = cursor->tree.open(*cursor->ephemeral->btree, cursor->root, true, cursor->key_info);
  if (!status.ok()) cursor->close();
  return status;
}

Status VmOps::open_pseudo(Vm& vm, const Instruction& op) {
  VmCursor* cursor;
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kPseudo);
  cursor->is_table = true;
  cursor->record = op.p2 > 0 ? &vm.registers_[op.p2] : nullptr;
  return kOk;
}

Status VmOps::open_sorter(Vm& vm, const Instruction& op) {
  const KeyInfo& key_info = *op.p4.key_info;
  if (op.p3 < 0 || op.p3 > key_info.all_field_count) return Code::kInternal;
  VmCursor* cursor;
  RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
  cursor->begin(CursorKind::kSorter);
  cursor->key_info = &key_info;
  const uint32_t compared = op.p3 > 0 ? static_cast<uint32_t>(op.p3) : key_info.key_field_count;
  cursor->sorter.reset(
      new (std::nothrow) Sorter(vm.connection_.io, key_info, compared, sorter_memory_limit(vm.connection_)));
  if (!cursor->sorter) {
    cursor->close();
    return Code::kNomem;
  }
  return kOk;
}

Status VmOps::null_row(Vm& vm, const Instruction& op) {
  VmCursor* cursor = vm.cursors_[op.p1];
  if (!cursor->is_open()) {
    RETURN_IF_ERROR(vm.frame_->new_cursor(op.p1, &cursor));
    cursor->begin(CursorKind::kPseudo);
    cursor->is_table = true;
  }
  cursor->is_null_row = true;
  cursor->forget_row();
  if (cursor->is_btree()) cursor->tree.clear_position();
  return kOk;
}

Status VmOps::reset_sorter(VmCursor& cursor) {
  if (cursor.kind == CursorKind::kSorter) {
    cursor.sorter->clear();
    return kOk;
  }
  if (!cursor.is_btree() || !cursor.is_ephemeral) return Code::kInternal;
  cursor.forget_row();
  return cursor.ephemeral->btree->clear_tree(cursor.root, nullptr);
}

}  // namespace ringlite
