// The long cases of the dispatch loop (execute.cpp), one function each, by topic. They work on the Vm's
// private state. Each returns a Status; a message other than the code's standard text is left in the Vm by
// fail().
#pragma once
#include <initializer_list>
#include <string_view>

#include "base/status.h"
#include "vdbe/frame.h"
#include "vdbe/vm.h"
#include "vdbe/vm_cursor.h"

namespace ringlite {

struct VmOps {
  /** The dispatch loop. With `vm` null it only makes the handler table known. */
  static StepOutcome run(Vm* vm, const void* const** handlers = nullptr);

  // Life of a run (halt.cpp)
  // -----------------------------------------------------------------------------------------
  static Status start(Vm& vm);
  /** Ends the run with vm.error_ as the result so far: commits or undoes as it demands. */
  static void halt(Vm& vm);
  /** Ends the run without touching the transaction. */
  static void leave(Vm& vm);
  static Status fail(Vm& vm, Status code, std::string_view message) { return fail(vm, code, {message}); }
  /** The message is the parts in a row. */
  static Status fail(Vm& vm, Status code, std::initializer_list<std::string_view> parts);
  static void set_changes(Vm& vm, int64_t count);
  static Status check_immediate_foreign_keys(Vm& vm);
  static Status check_deferred_foreign_keys(Vm& vm);
  /** Checks the interrupt flag and calls the progress hook. */
  static Status poll(Vm& vm);
  static Status halt_error(Vm& vm, const Instruction& op);

  // Subprograms (subprogram.cpp)
  // -------------------------------------------------------------------------------------
  /** Enters the subprogram of a Program instruction; `*entered` false: recursion is not wanted. */
  static Status enter(Vm& vm, const Instruction& op, bool* entered);
  /** Leaves the running subprogram; returns the Program instruction that called it. */
  static const Instruction* leave_subprogram(Vm& vm);
  static void load_frame(Vm& vm, Frame* frame);
  static Value& root_register(Vm& vm, int32_t number) { return vm.root_frame_->registers[number]; }

  // Transactions (transaction_ops.cpp)
  // -------------------------------------------------------------------------------
  static Status transaction(Vm& vm, const Instruction& op);
  /** `*outcome`: how the run has ended. */
  static StepOutcome auto_commit(Vm& vm, const Instruction& op);
  /** `*is_ended`: a RELEASE that committed has ended the run. */
  static Status savepoint(Vm& vm, const Instruction& op, bool* is_ended);
  static Status read_cookie(Vm& vm, const Instruction& op);
  static Status set_cookie(Vm& vm, const Instruction& op);
  /** SQLITE_INTERNAL: no such database. SQLITE_ABORT_ROLLBACK: numbers have changed since the run began. */
  static Status check_database(const Vm& vm, int32_t index);
  static Status get_database(Vm& vm, int32_t index, Database** database);
  /** The database with a transaction open. */
  static Status get_active_database(Vm& vm, int32_t index, bool for_write, Database** database);

  // Opening cursors (open.cpp)
  // ---------------------------------------------------------------------------------------
  static Status open_tree(Vm& vm, const Instruction& op);
  static Status reopen_index(Vm& vm, const Instruction& op);
  static Status open_ephemeral(Vm& vm, const Instruction& op);
  static Status open_duplicate(Vm& vm, const Instruction& op);
  static Status open_pseudo(Vm& vm, const Instruction& op);
  static Status open_sorter(Vm& vm, const Instruction& op);
  static Status null_row(Vm& vm, const Instruction& op);
  static Status reset_sorter(VmCursor& cursor);

  // Moving cursors (seek.cpp)
  // ----------------------------------------------------------------------------------------
  static Status seek(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump, bool* skip_next);
  static Status seek_scan(Vm& vm, const Instruction& op, const Instruction** target);
  static Status find(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump);
  static Status seek_rowid(VmCursor& cursor, int64_t rowid, bool* found);
  static Status compare_index(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump);
  static Status deferred_seek(Vm& vm, const Instruction& op);
  static Status index_rowid(Vm& vm, VmCursor& cursor, int64_t* rowid);
  static Status size_between(VmCursor& cursor, const Instruction& op, bool* jump);
  static Status make_key(Vm& vm, const VmCursor& cursor, const Value* values, int64_t count, RecordKey* key);
  /** All bytes of the entry under `cursor`; in place when they lie on one page. */
  static Status whole_record(Vm& vm, VmCursor& cursor, const uint8_t** record, uint32_t* size);

  // Reading rows (column.cpp)
  // ----------------------------------------------------------------------------------------
  static Status read_column(Vm& vm, const Instruction& op, VmCursor* cursor, Value* out);
  /** The usual case inline: the cursor is on a row of its own tree, the bytes are on its page. */
  static Status column(Vm& vm, const Instruction& op, VmCursor* cursor, Value* out);
  static Status read_far_column(Vm& vm, VmCursor& cursor, uint32_t type, uint32_t offset, uint32_t size,
                                uint32_t wanted, Value* out);
  static Status row_data(Vm& vm, VmCursor& cursor, Value* out);
  static Status read_rowid(VmCursor& cursor, Value* out);
  static int type_mask(Vm& vm, const Instruction& op, VmCursor* cursor);

  // Changing rows (change.cpp)
  // ---------------------------------------------------------------------------------------
  static Status new_rowid(Vm& vm, const Instruction& op, VmCursor& cursor);
  static Status note_schema_row(Vm& vm, const VmCursor& cursor, int64_t rowid);
  static Status insert(Vm& vm, const Instruction& op, VmCursor& cursor);
  static Status remove(Vm& vm, const Instruction& op, VmCursor& cursor);
  static Status index_insert(Vm& vm, const Instruction& op, VmCursor& cursor);
  static Status index_delete(Vm& vm, const Instruction& op, VmCursor& cursor);

  // Values (value_ops.cpp)
  // -------------------------------------------------------------------------------------------
  static Status compare(Vm& vm, const Instruction& op, int* result, bool* is_null);
  static void compare_arrays(Vm& vm, const Instruction& op, int* result);
  static Status concat(Vm& vm, const Instruction& op);
  static Status make_record(Vm& vm, const Instruction& op);
  static Status apply_affinities(Vm& vm, const Instruction& op);
  static Status check_types(Vm& vm, const Instruction& op);
  static Status must_be_integer(Value& value, bool* is_integer);
  /** The integer that `value` stands for without loss, if it does. */
  static bool exact_integer(const Value& value, int64_t* integer);
  static Status sorter_compare(Vm& vm, const Instruction& op, VmCursor& cursor, bool* differs);
  static void filter_add(Vm& vm, const Instruction& op);
  static bool filter_lacks(Vm& vm, const Instruction& op);

  // Functions (call.cpp)
  // ---------------------------------------------------------------------------------------------
  static Status call(Vm& vm, const Instruction& op, bool is_pure);
  static Status aggregate_step(Vm& vm, const Instruction& op);
  static Status aggregate_result(Vm& vm, const Instruction& op);
  /** Leaves the message that a function or module gave, if it gave one, in the Vm. */
  static Status check_call(Vm& vm, FunctionContext& context, Status status);
  /** Prepares the HostCall of `op`; the run pauses. */
  static void ask_host(Vm& vm, const Instruction& op);
  /** The part of that which all calls about a scan have in common. */
  static VirtualTableCursor& ask_scan(Vm& vm, const Instruction& op, HostOperation operation);
  /** The host has answered; `*next`: where to go on. */
  static Status take_answer(Vm& vm, const Instruction& op, const Instruction** next);

  // Files and trees (file_ops.cpp)
  // -----------------------------------------------------------------------------------
  static Status create_tree(Vm& vm, const Instruction& op);
  static Status destroy_tree(Vm& vm, const Instruction& op);
  static Status clear_tree(Vm& vm, const Instruction& op);
  static Status integrity_check(Vm& vm, const Instruction& op);
  static Status checkpoint(Vm& vm, const Instruction& op);
  static Status journal_mode(Vm& vm, const Instruction& op);
  static Status page_count(Vm& vm, const Instruction& op);
  static Status max_page_count(Vm& vm, const Instruction& op);
  static Status incremental_vacuum(Vm& vm, const Instruction& op, bool* is_finished);
  static Status get_setting(Vm& vm, const Instruction& op);
  static Status set_setting(Vm& vm, const Instruction& op);
  static Status attach(Vm& vm, const Instruction& op);
  static Status detach(Vm& vm, const Instruction& op);
  static Status vacuum(Vm& vm, const Instruction& op);  // vacuum.cpp

  // Virtual tables (virtual_table_ops.cpp)
  // ---------------------------------------------------------------------------
  static Status open_virtual(Vm& vm, const Instruction& op);
  static Status create_virtual(Vm& vm, const Instruction& op);
  static Status filter_virtual(Vm& vm, const Instruction& op, VmCursor& cursor, bool* jump);
  static Status next_virtual(Vm& vm, VmCursor& cursor, bool* jump);
  static Status column_virtual(Vm& vm, const Instruction& op, VmCursor& cursor);
};

}  // namespace ringlite
