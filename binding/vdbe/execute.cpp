// The dispatch loop. Direct-threaded where the compiler has computed goto: each instruction holds the address
// of its code (Instruction::handler) and each case jumps straight to the next one; elsewhere a switch.
//
// Cases are short: what takes more than a few lines is a function of VmOps. Registers, cursors and
// instructions of the running frame are kept in locals; entering or leaving a subprogram reloads them.
#include "record/affinity.h"
#include "record/arithmetic.h"
#include "record/compare.h"
#include "vdbe/column.h"
#include "vdbe/dispatch.h"
#include "vdbe/row_set.h"
#include "vdbe/sorter.h"
#include "vdbe/virtual_table.h"
#include "vdbe/vm_ops.h"

#if defined(__GNUC__)
#define RINGLITE_COMPUTED_GOTO 1
#pragma GCC diagnostic ignored "-Wpedantic"
#else
#define RINGLITE_COMPUTED_GOTO 0
#endif

namespace ringlite {

namespace {

/** Three-valued logic: 0 false, 1 true, 2 unknown. */
int truth(const Value& value) {
  if (value.is_integer()) return value.integer() != 0;
  if (value.is_null()) return 2;
  return value_as_boolean(value);
}

void set_truth(Value& value, int truth) {
  if (truth == 2)
    value.set_null();
  else
    value.set_integer(truth);
}

bool is_truth_jump(const Value& value, bool for_null) {
  const int result = truth(value);
  return result == 2 ? for_null : result != 0;
}

void add_to(Value& value, int64_t amount) {
  value.set_integer(
      static_cast<int64_t>(static_cast<uint64_t>(value_as_integer(value)) + static_cast<uint64_t>(amount)));
}

/** LIMIT + OFFSET: -1 for "no limit". */
int64_t combine_limit(int64_t limit, int64_t offset) {
  int64_t sum;
  if (limit <= 0 || !add_int64(limit, offset > 0 ? offset : 0, &sum)) return -1;
  return sum;
}

}  // namespace

#if RINGLITE_COMPUTED_GOTO
#define OP(name) label_##name
#define DISPATCH() goto * op->handler
#else
#define OP(name) case Opcode::k##name
#define DISPATCH() goto dispatch
#endif

#define NEXT()  \
  do {          \
    op++;       \
    DISPATCH(); \
  } while (0)
#define JUMP(address)      \
  do {                     \
    op = code + (address); \
    DISPATCH();            \
  } while (0)
/** A jump that may close a loop: interrupts and the progress hook are looked at now and then. */
#define JUMP_AND_POLL(address)                  \
  do {                                          \
    op = code + (address);                      \
    if (--vm->progress_left_ == 0) [[unlikely]] \
      goto poll;                                \
    DISPATCH();                                 \
  } while (0)
#define TRY(expression)            \
  do {                             \
    status = (expression);         \
    if (!status.ok()) [[unlikely]] \
      goto failed;                 \
  } while (0)
#define REQUIRE(condition)         \
  do {                             \
    if (!(condition)) [[unlikely]] \
      goto bad_program;            \
  } while (0)
#define BINARY_ARITHMETIC(name, kind)                                                                       \
  OP(name) : calculate<ArithmeticOperator::kind>(registers[op->p2], registers[op->p1], &registers[op->p3]); \
  NEXT()
#define BINARY_BITS(name, kind)                                                                           \
  OP(name) : calculate_bits(BitOperator::kind, registers[op->p2], registers[op->p1], &registers[op->p3]); \
  NEXT()
#define COMPARISON(name, relation)                                                                     \
  OP(name) : {                                                                                         \
    const Value& right = registers[op->p1];                                                            \
    const Value& left = registers[op->p3];                                                             \
    if (left.is_integer() && right.is_integer()) [[likely]] {                                          \
      const int64_t a = left.integer(), b = right.integer();                                           \
      if (a relation b) JUMP(op->p2);                                                                  \
      compare_result = a != b;                                                                         \
      NEXT();                                                                                          \
    }                                                                                                  \
    bool is_null;                                                                                      \
    TRY(VmOps::compare(*vm, *op, &compare_result, &is_null));                                          \
    if (is_null ? (op->p5 & operand_flag::kJumpifnull) != 0 : compare_result relation 0) JUMP(op->p2); \
    NEXT();                                                                                            \
  }

StepOutcome VmOps::run(Vm* vm, const void* const** handlers) {
#if RINGLITE_COMPUTED_GOTO
#define LABEL(name) &&label_##name,
  static const void* const kHandlers[] = {RINGLITE_OPCODES(LABEL)};
#undef LABEL
  if (!vm) {
    *handlers = kHandlers;
    return StepOutcome::kDone;
  }
#endif
  const Instruction* op = vm->next_;
  const Instruction* code = vm->instructions_;
  Value* registers = vm->registers_;
  VmCursor** cursors = vm->cursors_;
  ConnectionState& connection = vm->connection_;
  Status status;
  int compare_result = 1;

  if (vm->is_host_call_pending_) {
    TRY(take_answer(*vm, *op, &op));
  }
  DISPATCH();

#if !RINGLITE_COMPUTED_GOTO
dispatch:
  switch (op->opcode) {
#endif

    // --- control flow
    // ---------------------------------------------------------------------------------------------------
    OP(Init) : if (op->p2) JUMP(op->p2);
    NEXT();
    OP(Goto) : JUMP_AND_POLL(op->p2);
    OP(Gosub) : registers[op->p1].set_integer(op - code);
    JUMP_AND_POLL(op->p2);
    OP(Return) : {
      const Value& address = registers[op->p1];
      if (!address.is_integer()) {
        REQUIRE(op->p3);
        NEXT();
      }
      REQUIRE(static_cast<uint64_t>(address.integer()) < vm->frame_->program.instruction_count() - 1);
      JUMP(address.integer() + 1);
    }
    OP(InitCoroutine) : registers[op->p1].set_integer(op->p3 - 1);
    if (op->p2) JUMP(op->p2);
    NEXT();
    OP(EndCoroutine) : {
      Value& address = registers[op->p1];
      REQUIRE(address.is_integer() &&
              static_cast<uint64_t>(address.integer()) < vm->frame_->program.instruction_count());
      const Instruction* caller = code + address.integer();
      REQUIRE(caller->opcode == Opcode::kYield && caller->p2 > 0);
      address.set_integer(op - code - 1);
      JUMP(caller->p2);
    }
    OP(Yield) : {
      Value& address = registers[op->p1];
      REQUIRE(address.is_integer() &&
              static_cast<uint64_t>(address.integer()) < vm->frame_->program.instruction_count() - 1);
      const int64_t target = address.integer() + 1;
      address.set_integer(op - code);
      JUMP(target);
    }
    OP(BeginSubrtn) : registers[op->p2].set_null();
    NEXT();
    OP(HaltIfNull) : if (!registers[op->p3].is_null()) NEXT();
    goto halt;
    OP(Halt) : goto halt;
    OP(Once) : {
      const size_t index = static_cast<size_t>(op - code);
      uint8_t& bits = vm->frame_->once[index / 8];
      const uint8_t bit = static_cast<uint8_t>(1 << (index & 7));
      if (bits & bit) JUMP(op->p2);
      bits |= bit;
      NEXT();
    }
    OP(If) : if (is_truth_jump(registers[op->p1], op->p3 != 0)) JUMP(op->p2);
    NEXT();
    OP(IfNot) : if (!is_truth_jump(registers[op->p1], op->p3 == 0)) JUMP(op->p2);
    NEXT();
    OP(IsNull) : if (registers[op->p1].is_null()) JUMP(op->p2);
    NEXT();
    OP(NotNull) : if (!registers[op->p1].is_null()) JUMP(op->p2);
    NEXT();
    OP(IsType) : if (type_mask(*vm, *op, op->p1 < 0 ? nullptr : cursors[op->p1]) & op->p5) JUMP(op->p2);
    NEXT();
    OP(IfPos) : {
      const int64_t value = value_as_integer(registers[op->p1]);
      if (value <= 0) NEXT();
      registers[op->p1].set_integer(value - op->p3);
      JUMP(op->p2);
    }
    OP(IfNotZero) : {
      const int64_t value = value_as_integer(registers[op->p1]);
      if (value == 0) NEXT();
      if (value > 0) registers[op->p1].set_integer(value - 1);
      JUMP(op->p2);
    }
    OP(DecrJumpZero) : {
      int64_t value = value_as_integer(registers[op->p1]);
      if (value > INT64_MIN) value--;
      registers[op->p1].set_integer(value);
      if (value == 0) JUMP(op->p2);
      NEXT();
    }
    OP(OffsetLimit)
        : registers[op->p2].set_integer(
              combine_limit(value_as_integer(registers[op->p1]), value_as_integer(registers[op->p3])));
    NEXT();
    OP(MustBeInt) : {
      if (registers[op->p1].is_integer()) NEXT();
      bool is_integer;
      TRY(must_be_integer(registers[op->p1], &is_integer));
      if (is_integer) NEXT();
      if (op->p2) JUMP(op->p2);
      TRY(Code::kMismatch);
      NEXT();
    }
    OP(Noop) : OP(Explain) : NEXT();

    // --- values
    // ---------------------------------------------------------------------------------------------------------
    OP(Integer) : registers[op->p2].set_integer(op->p1);
    NEXT();
    OP(Int64) : OP(Real) : OP(String8) : registers[op->p2].borrow(*op->p4.value);
    NEXT();
    OP(Blob) : {
      Value& out = registers[op->p2];
      if (op->p4.value) {
        out.borrow(*op->p4.value);
      } else {
        uint8_t* bytes;
        TRY(out.prepare_blob(static_cast<uint32_t>(op->p1), &bytes));
        if (op->p1 > 0) std::memset(bytes, 0, static_cast<size_t>(op->p1));
      }
      NEXT();
    }
    OP(Null) : {
      int32_t number = op->p2;
      do {
        registers[number].set_null();
        registers[number].set_marked(op->p1 != 0);
      } while (++number <= op->p3);
      NEXT();
    }
    OP(SoftNull) : registers[op->p1].set_null();
    NEXT();
    OP(Variable) : registers[op->p2].borrow(vm->parameters_[static_cast<size_t>(op->p1 - 1)]);
    NEXT();
    OP(Move) : for (int32_t i = 0; i < op->p3; i++) {
      Value& from = registers[op->p1 + i];
      Value& to = registers[op->p2 + i];
      if (from.aggregate()) from.set_null();
      to = std::move(from);
      from.set_null();
      TRY(to.make_persistent());
    }
    NEXT();
    OP(Copy) : for (int32_t i = 0; i <= op->p3; i++) {
      Value& to = registers[op->p2 + i];
      if (op->p1 != op->p2) TRY(to.copy_from(registers[op->p1 + i]));
      if (op->p5 & 0x02) to.set_subtype(0);
    }
    NEXT();
    OP(SCopy) : OP(IntCopy) : if (op->p1 != op->p2) registers[op->p2].borrow(registers[op->p1]);
    NEXT();
    OP(Cast) : TRY(cast_value(&registers[op->p1], static_cast<Affinity>(op->p2), connection.encoding));
    NEXT();
    OP(Affinity) : TRY(apply_affinities(*vm, *op));
    NEXT();
    OP(RealAffinity)
        : if (registers[op->p1].is_integer()) registers[op->p1].set_real(
              static_cast<double>(registers[op->p1].integer()));
    else if (registers[op->p1].is_real()) registers[op->p1].set_marked(false);
    NEXT();
    OP(TypeCheck) : TRY(check_types(*vm, *op));
    NEXT();
    OP(MakeRecord) : TRY(make_record(*vm, *op));
    NEXT();
    OP(ResultRow) : vm->row_ = &registers[op->p1];
    vm->row_size_ = static_cast<uint32_t>(op->p2);
    vm->next_ = op + 1;
    return StepOutcome::kRow;
    OP(GetSubtype)
        : if (registers[op->p1].subtype()) registers[op->p2].set_integer(registers[op->p1].subtype());
    else registers[op->p2].set_null();
    NEXT();
    OP(SetSubtype)
        : registers[op->p2].set_subtype(
              registers[op->p1].is_integer() ? static_cast<uint8_t>(registers[op->p1].integer()) : 0);
    NEXT();
    OP(ClrSubtype) : registers[op->p1].set_subtype(0);
    NEXT();

    // --- operators
    // ------------------------------------------------------------------------------------------------------
    OP(Concat) : TRY(concat(*vm, *op));
    NEXT();
    BINARY_ARITHMETIC(Add, kAdd);
    BINARY_ARITHMETIC(Subtract, kSubtract);
    BINARY_ARITHMETIC(Multiply, kMultiply);
    BINARY_ARITHMETIC(Divide, kDivide);
    BINARY_ARITHMETIC(Remainder, kRemainder);
    BINARY_BITS(BitAnd, kAnd);
    BINARY_BITS(BitOr, kOr);
    BINARY_BITS(ShiftLeft, kShiftLeft);
    BINARY_BITS(ShiftRight, kShiftRight);
    OP(And) : {
      constexpr uint8_t kAnd[9] = {0, 0, 0, 0, 1, 2, 0, 2, 2};
      set_truth(registers[op->p3], kAnd[truth(registers[op->p1]) * 3 + truth(registers[op->p2])]);
      NEXT();
    }
    OP(Or) : {
      constexpr uint8_t kOr[9] = {0, 1, 2, 1, 1, 1, 2, 1, 2};
      set_truth(registers[op->p3], kOr[truth(registers[op->p1]) * 3 + truth(registers[op->p2])]);
      NEXT();
    }
    OP(Not) : {
      const int value = truth(registers[op->p1]);
      set_truth(registers[op->p2], value == 2 ? 2 : !value);
      NEXT();
    }
    OP(BitNot) : if (registers[op->p1].is_null()) registers[op->p2].set_null();
    else registers[op->p2].set_integer(~value_as_integer(registers[op->p1]));
    NEXT();
    OP(AddImm) : add_to(registers[op->p1], op->p2);
    NEXT();
    OP(IsTrue)
        : registers[op->p2].set_integer(is_truth_jump(registers[op->p1], op->p3 != 0) ^ (op->p4.count != 0));
    NEXT();
    OP(ZeroOrNull)
        : if (registers[op->p1].is_null() || registers[op->p3].is_null()) registers[op->p2].set_null();
    else registers[op->p2].set_integer(0);
    NEXT();
    COMPARISON(Eq, ==)
    COMPARISON(Ne, !=)
    COMPARISON(Lt, <)
    COMPARISON(Le, <=)
    COMPARISON(Gt, >)
    COMPARISON(Ge, >=)
    OP(ElseEq) : if (compare_result == 0) JUMP(op->p2);
    NEXT();
    OP(Permutation) : NEXT();
    OP(Compare) : compare_arrays(*vm, *op, &compare_result);
    NEXT();
    OP(Jump) : JUMP(compare_result < 0 ? op->p1 : compare_result == 0 ? op->p2 : op->p3);
    OP(CollSeq) : if (op->p1) registers[op->p1].set_integer(0);
    NEXT();
    OP(Function) : OP(PureFunc) : if (!op->p4.function->builtin) goto host_call;
    TRY(call(*vm, *op, op->opcode == Opcode::kPureFunc));
    NEXT();

    // --- aggregates
    // -----------------------------------------------------------------------------------------------------
    OP(AggStep) : OP(AggInverse) : if (!op->p4.function->builtin) goto host_call;
    TRY(aggregate_step(*vm, *op));
    NEXT();
    OP(AggValue) : OP(AggFinal) : if (!op->p4.function->builtin) goto host_call;
    TRY(aggregate_result(*vm, *op));
    NEXT();

    // --- transactions
    // ---------------------------------------------------------------------------------------------------
    OP(Transaction) : TRY(transaction(*vm, *op));
    NEXT();
    OP(AutoCommit) : return auto_commit(*vm, *op);
    OP(Savepoint) : {
      bool is_ended;
      TRY(savepoint(*vm, *op, &is_ended));
      if (is_ended) return vm->error_.ok() ? StepOutcome::kDone : StepOutcome::kError;
      NEXT();
    }
    OP(ReadCookie) : TRY(read_cookie(*vm, *op));
    NEXT();
    OP(SetCookie) : TRY(set_cookie(*vm, *op));
    NEXT();
    OP(SchemaChanged) : TRY(check_database(*vm, op->p1));
    if (op->p2 != 0) connection.databases[op->p1].schema_changes.forget();
    connection.note_schema_change(op->p1);
    NEXT();
    OP(FkCounter) : if (op->p1) connection.deferred_violations += op->p2;
    else if (connection.flag(Setting::kDeferForeignKeys)) connection.deferred_immediate_violations += op->p2;
    else vm->violations_ += op->p2;
    NEXT();
    OP(FkIfZero)
        : if ((op->p1 ? connection.deferred_violations : vm->violations_) == 0 &&
              connection.deferred_immediate_violations == 0) JUMP(op->p2);
    NEXT();
    OP(FkCheck) : TRY(check_immediate_foreign_keys(*vm));
    NEXT();
    OP(ResetCount) : set_changes(*vm, vm->change_count_);
    vm->change_count_ = 0;
    NEXT();

    // --- cursors
    // --------------------------------------------------------------------------------------------------------
    OP(OpenRead) : OP(OpenWrite) : TRY(open_tree(*vm, *op));
    NEXT();
    OP(ReopenIdx) : TRY(reopen_index(*vm, *op));
    NEXT();
    OP(OpenEphemeral) : OP(OpenAutoindex) : TRY(open_ephemeral(*vm, *op));
    NEXT();
    OP(OpenDup) : TRY(open_duplicate(*vm, *op));
    NEXT();
    OP(OpenPseudo) : TRY(open_pseudo(*vm, *op));
    NEXT();
    OP(Close) : cursors[op->p1]->close();
    NEXT();
    OP(Sort) : vm->counters_.sorts++;
    OP(Rewind) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      bool is_empty;
      TRY(cursor->tree.first(&is_empty));
      cursor->is_seek_deferred = false;
      cursor->forget_row();
      cursor->is_null_row = is_empty;
      if (is_empty && op->p2) JUMP(op->p2);
      NEXT();
    }
    OP(Last) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      bool is_empty;
      TRY(cursor->tree.last(&is_empty));
      cursor->is_seek_deferred = false;
      cursor->forget_row();
      cursor->is_null_row = is_empty;
      if (is_empty && op->p2) JUMP(op->p2);
      NEXT();
    }
    OP(SeekEnd) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      cursor->seek_result = -1;
      if (cursor->tree.is_valid()) NEXT();
      bool is_empty;
      TRY(cursor->tree.last(&is_empty));
      cursor->is_seek_deferred = false;
      cursor->forget_row();
      cursor->is_null_row = is_empty;
      NEXT();
    }
    OP(Next) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      cursor->forget_row();
      status = cursor->tree.next();
      if (status.ok()) [[likely]] {
        cursor->is_null_row = false;
        JUMP_AND_POLL(op->p2);
      }
      if (!status.is(Code::kDone)) goto failed;
      cursor->is_null_row = true;
      NEXT();
    }
    OP(Prev) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      cursor->forget_row();
      status = cursor->tree.previous();
      if (status.ok()) [[likely]] {
        cursor->is_null_row = false;
        JUMP_AND_POLL(op->p2);
      }
      if (!status.is(Code::kDone)) goto failed;
      cursor->is_null_row = true;
      NEXT();
    }
    OP(SeekLT) : OP(SeekLE) : OP(SeekGE) : OP(SeekGT) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      bool jump, skip_next;
      TRY(seek(*vm, *op, *cursor, &jump, &skip_next));
      if (jump) JUMP(op->p2);
      if (skip_next) op++;
      NEXT();
    }
    OP(SeekScan) : {
      const Instruction* target;
      TRY(seek_scan(*vm, *op, &target));
      op = target;
      DISPATCH();
    }
    OP(SeekHit) : {
      int& hit = cursors[op->p1]->seek_hit;
      if (hit < op->p2)
        hit = op->p2;
      else if (hit > op->p3)
        hit = op->p3;
      NEXT();
    }
    OP(IfNoHope) : if (cursors[op->p1]->seek_hit >= op->p4.count) NEXT();
    OP(Found) : OP(NotFound) : OP(NoConflict) : {
      bool jump;
      TRY(find(*vm, *op, *cursors[op->p1], &jump));
      if (jump) JUMP(op->p2);
      NEXT();
    }
    OP(SeekRowid) : OP(NotExists) : {
      const Value& key = registers[op->p3];
      int64_t rowid;
      if (key.is_integer()) [[likely]]
        rowid = key.integer();
      else if (!exact_integer(key, &rowid)) {
        if (op->p2) JUMP(op->p2);
        TRY(CORRUPT());
      }
      bool found;
      TRY(seek_rowid(*cursors[op->p1], rowid, &found));
      if (found) [[likely]]
        NEXT();
      if (op->p2) JUMP(op->p2);
      TRY(CORRUPT());
      NEXT();
    }
    OP(IdxLE) : OP(IdxGT) : OP(IdxLT) : OP(IdxGE) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree() && !cursor->is_table);
      bool jump;
      TRY(compare_index(*vm, *op, *cursor, &jump));
      if (jump) JUMP(op->p2);
      NEXT();
    }
    OP(DeferredSeek) : TRY(deferred_seek(*vm, *op));
    NEXT();
    OP(FinishSeek) : {
      VmCursor* cursor = cursors[op->p1];
      if (cursor->is_btree() && cursor->is_seek_deferred) TRY(cursor->finish_seek());
      NEXT();
    }
    OP(NullRow) : TRY(null_row(*vm, *op));
    NEXT();
    OP(IfNullRow) : {
      VmCursor* cursor = cursors[op->p1];
      if (!cursor->is_open() || !cursor->is_null_row) NEXT();
      registers[op->p3].set_null();
      JUMP(op->p2);
    }
    OP(IfNotOpen) : if (!cursors[op->p1]->is_open() || cursors[op->p1]->is_null_row) JUMP_AND_POLL(op->p2);
    NEXT();
    OP(IfEmpty) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      bool is_empty;
      TRY(cursor->tree.first(&is_empty));
      cursor->forget_row();
      if (is_empty) JUMP(op->p2);
      NEXT();
    }
    OP(IfSizeBetween) : {
      REQUIRE(cursors[op->p1]->is_btree());
      bool jump;
      TRY(size_between(*cursors[op->p1], *op, &jump));
      if (jump) JUMP(op->p2);
      NEXT();
    }
    OP(CursorLock) : REQUIRE(cursors[op->p1]->is_btree());
    cursors[op->p1]->tree.set_pinned(true);
    NEXT();
    OP(CursorUnlock) : REQUIRE(cursors[op->p1]->is_btree());
    cursors[op->p1]->tree.set_pinned(false);
    NEXT();

    // --- reading rows
    // ---------------------------------------------------------------------------------------------------
    OP(Column) : {
      status = column(*vm, *op, cursors[op->p1], &registers[op->p3]);
      if (status.ok()) [[likely]]
        NEXT();
      if (status.is(Code::kCorrupt) && code->p3 > 0) JUMP(code->p3);
      goto failed;
    }
    OP(Rowid) : TRY(read_rowid(*cursors[op->p1], &registers[op->p2]));
    NEXT();
    OP(IdxRowid) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_open());
      if (cursor->is_btree()) TRY(cursor->settle());
      if (cursor->is_null_row) {
        registers[op->p2].set_null();
        NEXT();
      }
      REQUIRE(cursor->is_btree() && !cursor->is_table && cursor->tree.is_valid());
      int64_t rowid;
      TRY(index_rowid(*vm, *cursor, &rowid));
      registers[op->p2].set_integer(rowid);
      NEXT();
    }
    OP(RowData) : REQUIRE(cursors[op->p1]->is_btree());
    TRY(row_data(*vm, *cursors[op->p1], &registers[op->p2]));
    NEXT();
    OP(Count) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->is_btree());
      int64_t entries;
      if (op->p3)
        entries = cursor->tree.entry_count_estimate();
      else
        TRY(cursor->tree.count(&entries));
      cursor->forget_row();
      registers[op->p2].set_integer(entries);
      NEXT();
    }
    OP(Sequence) : registers[op->p2].set_integer(cursors[op->p1]->sequence++);
    NEXT();
    OP(SequenceTest) : if (cursors[op->p1]->sequence++ == 0) JUMP(op->p2);
    NEXT();

    // --- changing rows
    // --------------------------------------------------------------------------------------------------
    OP(NewRowid) : TRY(new_rowid(*vm, *op, *cursors[op->p1]));
    NEXT();
    OP(MemMax) : {
      Value& largest = root_register(*vm, op->p1);
      const int64_t value = value_as_integer(registers[op->p2]);
      if (!largest.is_integer() || largest.integer() < value) {
        const int64_t present = value_as_integer(largest);
        largest.set_integer(present < value ? value : present);
      }
      NEXT();
    }
    OP(Insert) : TRY(insert(*vm, *op, *cursors[op->p1]));
    NEXT();
    OP(Delete) : TRY(remove(*vm, *op, *cursors[op->p1]));
    NEXT();
    OP(IdxInsert) : TRY(index_insert(*vm, *op, *cursors[op->p1]));
    NEXT();
    OP(IdxDelete) : TRY(index_delete(*vm, *op, *cursors[op->p1]));
    NEXT();
    OP(RowCell) : vm->transfer_source_ = cursors[op->p2];
    NEXT();

    // --- sorters, sets, filters
    // -----------------------------------------------------------------------------------------
    OP(SorterOpen) : TRY(open_sorter(*vm, *op));
    NEXT();
    OP(SorterInsert) : {
      VmCursor* cursor = cursors[op->p1];
      Value& record = registers[op->p2];
      REQUIRE(cursor->kind == CursorKind::kSorter && record.is_blob());
      uint8_t* bytes;
      if (record.zero_tail()) TRY(record.make_writable(&bytes));
      TRY(cursor->sorter->insert(record.data(), record.size()));
      NEXT();
    }
    OP(SorterSort) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kSorter);
      vm->counters_.sorts++;
      bool is_empty;
      TRY(cursor->sorter->sort(&is_empty));
      cursor->is_null_row = is_empty;
      if (is_empty && op->p2) JUMP(op->p2);
      NEXT();
    }
    OP(SorterNext) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kSorter && !cursor->is_null_row);
      bool at_end;
      TRY(cursor->sorter->next(&at_end));
      cursor->is_null_row = at_end;
      if (!at_end) JUMP_AND_POLL(op->p2);
      NEXT();
    }
    OP(SorterData) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kSorter && !cursor->is_null_row);
      cursor->sorter->lend(&registers[op->p2]);
      cursors[op->p3]->forget_row();
      NEXT();
    }
    OP(SorterCompare) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kSorter && !cursor->is_null_row);
      bool differs;
      TRY(sorter_compare(*vm, *op, *cursor, &differs));
      if (differs) JUMP(op->p2);
      NEXT();
    }
    OP(ResetSorter) : TRY(reset_sorter(*cursors[op->p1]));
    NEXT();
    OP(RowSetAdd) : {
      RowSet* set;
      REQUIRE(registers[op->p2].is_integer() && op->p1 != op->p2);
      TRY(RowSet::in(registers[op->p1], &set));
      TRY(set->add(registers[op->p2].integer()));
      NEXT();
    }
    OP(RowSetRead) : {
      RowSet* set = RowSet::find(registers[op->p1]);
      int64_t rowid;
      if (!set || !set->take_smallest(&rowid)) {
        registers[op->p1].set_null();
        JUMP_AND_POLL(op->p2);
      }
      REQUIRE(op->p1 != op->p3);
      registers[op->p3].set_integer(rowid);
      NEXT();
    }
    OP(RowSetTest) : {
      RowSet* set;
      REQUIRE(registers[op->p3].is_integer() && op->p1 != op->p3);
      const int64_t rowid = registers[op->p3].integer();
      TRY(RowSet::in(registers[op->p1], &set));
      if (op->p4.count != 0 && set->contains(rowid)) JUMP(op->p2);
      if (op->p4.count >= 0) TRY(set->insert_unique(rowid));
      NEXT();
    }
    OP(FilterAdd) : filter_add(*vm, *op);
    NEXT();
    OP(Filter) : if (filter_lacks(*vm, *op)) JUMP(op->p2);
    NEXT();

    // --- subprograms
    // ----------------------------------------------------------------------------------------------------
    OP(Program) : {
      bool entered;
      TRY(enter(*vm, *op, &entered));
      if (!entered) NEXT();
      op = code = vm->instructions_;
      registers = vm->registers_;
      cursors = vm->cursors_;
      if (--vm->progress_left_ == 0) goto poll;
      DISPATCH();
    }
    OP(Param) : registers[op->p2].borrow(vm->frame_->parent->registers[vm->frame_->call->p1 + op->p1]);
    NEXT();

    // --- trees and files
    // ------------------------------------------------------------------------------------------------
    OP(CreateBtree) : TRY(create_tree(*vm, *op));
    NEXT();
    OP(Destroy) : TRY(destroy_tree(*vm, *op));
    NEXT();
    OP(Clear) : TRY(clear_tree(*vm, *op));
    NEXT();
    OP(IntegrityCk) : TRY(integrity_check(*vm, *op));
    NEXT();
    OP(Checkpoint) : TRY(checkpoint(*vm, *op));
    NEXT();
    OP(JournalMode) : TRY(journal_mode(*vm, *op));
    NEXT();
    OP(Pagecount) : TRY(page_count(*vm, *op));
    NEXT();
    OP(MaxPgcnt) : TRY(max_page_count(*vm, *op));
    NEXT();
    OP(IncrVacuum) : {
      bool is_finished;
      TRY(incremental_vacuum(*vm, *op, &is_finished));
      if (is_finished) JUMP(op->p2);
      NEXT();
    }
    OP(Vacuum) : TRY(vacuum(*vm, *op));
    NEXT();
    OP(SettingGet) : TRY(get_setting(*vm, *op));
    NEXT();
    OP(SettingSet) : TRY(set_setting(*vm, *op));
    NEXT();
    OP(Attach) : TRY(attach(*vm, *op));
    NEXT();
    OP(Detach) : TRY(detach(*vm, *op));
    NEXT();

    // --- virtual tables
    // -------------------------------------------------------------------------------------------------
    OP(VCreate) : if (op->p4.vtab->host_module >= 0) goto host_call;
    TRY(create_virtual(*vm, *op));
    NEXT();
    OP(VOpen) : TRY(open_virtual(*vm, *op));
    NEXT();
    OP(VFilter) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kVirtual && registers[op->p3].is_integer() &&
              registers[op->p3 + 1].is_integer());
      const int64_t count = registers[op->p3 + 1].integer();
      REQUIRE(count >= 0 && op->p3 + 1 + count <= static_cast<int64_t>(vm->frame_->program.register_count()));
      if (cursor->scan->is_host()) goto host_call;
      bool jump;
      TRY(filter_virtual(*vm, *op, *cursor, &jump));
      if (jump) JUMP(op->p2);
      NEXT();
    }
    OP(VColumn) : {
      VmCursor* cursor = cursors[op->p1];
      if (cursor->kind != CursorKind::kVirtual || cursor->is_null_row) {
        registers[op->p3].set_null();
        NEXT();
      }
      if (cursor->scan->is_by_column()) goto host_call;
      TRY(column_virtual(*vm, *op, *cursor));
      NEXT();
    }
    OP(VNext) : {
      VmCursor* cursor = cursors[op->p1];
      REQUIRE(cursor->kind == CursorKind::kVirtual);
      if (cursor->is_null_row || cursor->scan->at_end()) NEXT();
      if (cursor->scan->is_host()) {
        if (!cursor->scan->next_host_row()) goto host_call;
        JUMP_AND_POLL(op->p2);
      }
      bool jump;
      TRY(next_virtual(*vm, *cursor, &jump));
      if (jump) JUMP_AND_POLL(op->p2);
      NEXT();
    }

#if !RINGLITE_COMPUTED_GOTO
  }
#endif

halt:
  if (vm->frame_ != vm->root_frame_ && op->p1 == 0) {
    // The end of a subprogram: back to its caller.
    const bool is_ignored = op->p2 == 4;
    set_changes(*vm, vm->change_count_);
    const Instruction* call = leave_subprogram(*vm);
    code = vm->instructions_;
    registers = vm->registers_;
    cursors = vm->cursors_;
    op = call;
    if (is_ignored) JUMP(op->p2);
    NEXT();
  }
  if (op->p1 != 0) vm->error_ = halt_error(*vm, *op);
  VmOps::halt(*vm);
  return vm->error_.ok() ? StepOutcome::kDone : StepOutcome::kError;

poll:
  status = VmOps::poll(*vm);
  if (!status.ok()) goto failed;
  DISPATCH();

host_call:
  ask_host(*vm, *op);
  return StepOutcome::kHostCall;

bad_program:
  status = Code::kInternal;

failed:
  vm->error_ = status;
  VmOps::halt(*vm);
  return StepOutcome::kError;
}

const void* dispatch_handler(Opcode opcode) {
#if RINGLITE_COMPUTED_GOTO
  const void* const* handlers;
  VmOps::run(nullptr, &handlers);
  return handlers[static_cast<size_t>(opcode)];
#else
  return nullptr;
#endif
}

}  // namespace ringlite
