// The virtual machine, by hand-made programs on memory files.
#include <string>

#include "functions/function_ids.gen.h"
#include "vdbe/vm_fixture.h"

using namespace ringlite;
using namespace ringlite::testing;

namespace {

/** CREATE TABLE without a schema row: returns the root page. */
int32_t create_tree(VmFixture& fixture, int kind) {
  Assembler a;
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 1);
  a.add(Opcode::kCreateBtree, 0, 1, kind);
  a.add(Opcode::kResultRow, 1, 1);
  a.add(Opcode::kHalt);
  return std::stoi(fixture.run(a));
}

/** Inserts rows (i, 'row i') for i = 1..count. */
void fill_table(VmFixture& fixture, int32_t root, int count) {
  Assembler a;
  const int32_t text = a.string("row ");
  a.flags = program_format::flag::kCountsChanges;
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 1);
  a.add(Opcode::kOpenWrite, 0, root, 0);
  a.add(Opcode::kInteger, count, 5);
  const int32_t loop = a.add(Opcode::kNewRowid, 0, 1, 0);
  a.add(Opcode::kSCopy, 1, 2);
  a.add(Opcode::kString8, 0, 3, 0, text);
  a.add(Opcode::kConcat, 2, 3, 3);
  a.add(Opcode::kMakeRecord, 2, 2, 4);
  a.add(Opcode::kInsert, 0, 4, 1, -1,
        operand_flag::kNchange | operand_flag::kLastrowid | operand_flag::kAppend);
  a.add(Opcode::kAddImm, 5, -1);
  a.add(Opcode::kIf, 5, loop);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "");
}

/** SELECT a, b FROM table, in the order of `first` (Rewind or Last). */
Assembler scan(int32_t root, Opcode first, Opcode next) {
  Assembler a;
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 0);
  a.add(Opcode::kOpenRead, 0, root, 0);
  const int32_t start = a.add(first, 0, 1);
  const int32_t loop = a.add(Opcode::kColumn, 0, 0, 1);
  a.add(Opcode::kColumn, 0, 1, 2);
  a.add(Opcode::kResultRow, 1, 2);
  a.add(next, 0, loop);
  a.jump_here(start);
  a.add(Opcode::kHalt);
  return a;
}

}  // namespace

TEST(arithmetic_and_jumps) {
  VmFixture fixture;
  Assembler a;
  const int32_t big = a.integer("9223372036854775807");
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kInteger, 20, 1);
  a.add(Opcode::kInteger, 3, 2);
  a.add(Opcode::kSubtract, 2, 1, 3);
  a.add(Opcode::kDivide, 2, 1, 4);
  a.add(Opcode::kRemainder, 2, 1, 5);
  a.add(Opcode::kInt64, 0, 6, 0, big);
  a.add(Opcode::kAdd, 2, 6, 6);
  const int32_t skip = a.add(Opcode::kLt, 1, 0, 2);
  a.add(Opcode::kNull, 0, 1, 6);
  a.jump_here(skip);
  a.add(Opcode::kResultRow, 3, 4);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "17|6|2|9223372036854775808.000000");
}

TEST(comparisons_with_affinity_and_null) {
  VmFixture fixture;
  Assembler a;
  const int32_t ten = a.string("10");
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kInteger, 9, 1);
  a.add(Opcode::kString8, 0, 2, 0, ten);
  a.add(Opcode::kInteger, 0, 4, 0);
  a.add(Opcode::kInteger, 0, 5, 0);
  a.add(Opcode::kInteger, 0, 6, 0);
  // r1 < r2 numerically; as text '9' > '10'; NULL neither.
  int32_t skip = a.add(Opcode::kGe, 2, 0, 1, -1, 'C');
  a.add(Opcode::kInteger, 1, 4);
  a.jump_here(skip);
  skip = a.add(Opcode::kLe, 2, 0, 1, -1, 'B');
  a.add(Opcode::kInteger, 1, 5);
  a.jump_here(skip);
  a.add(Opcode::kNull, 0, 3);
  skip = a.add(Opcode::kEq, 3, 0, 1, -1, operand_flag::kJumpifnull);
  a.add(Opcode::kInteger, 1, 6);
  a.jump_here(skip);
  a.add(Opcode::kResultRow, 4, 3);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "1|1|0");
}

TEST(coroutine_yields_rows) {
  VmFixture fixture;
  Assembler a;
  a.add(Opcode::kInit, 0, 1);
  const int32_t start = a.add(Opcode::kInitCoroutine, 1, 0, 2);
  a.add(Opcode::kInteger, 7, 2);
  a.add(Opcode::kYield, 1);
  a.add(Opcode::kInteger, 8, 2);
  a.add(Opcode::kYield, 1);
  a.add(Opcode::kEndCoroutine, 1);
  a.jump_here(start);
  const int32_t loop = a.add(Opcode::kYield, 1, 0);
  a.add(Opcode::kResultRow, 2, 1);
  a.add(Opcode::kGoto, 0, loop);
  a.jump_here(loop);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "7;8");
}

TEST(insert_scan_forward_and_backward) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  fill_table(fixture, root, 3);
  CHECK_EQ(fixture.state.changes, 3);
  CHECK_EQ(fixture.state.last_insert_rowid, 3);
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1;2|row 2;3|row 3");
  CHECK_EQ(fixture.run(scan(root, Opcode::kLast, Opcode::kPrev)), "3|row 3;2|row 2;1|row 1");
}

TEST(statement_runs_again_after_reset) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  fill_table(fixture, root, 2);
  auto vm = fixture.prepare(scan(root, Opcode::kRewind, Opcode::kNext));
  CHECK(vm->step() == StepOutcome::kRow);
  vm->reset();
  CHECK_EQ(fixture.run(*vm), "1|row 1;2|row 2");
  CHECK_EQ(fixture.run(*vm), "1|row 1;2|row 2");
  CHECK_EQ(fixture.state.active_statements, 0);
}

TEST(seeks_on_rowids) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  fill_table(fixture, root, 50);
  const auto first_after = [&](Opcode seek, const char* real) {
    Assembler a;
    const int32_t key = a.real(real);
    a.add(Opcode::kInit, 0, 1);
    a.add(Opcode::kTransaction, 0, 0);
    a.add(Opcode::kOpenRead, 0, root, 0);
    a.add(Opcode::kReal, 0, 1, 0, key);
    const int32_t at = a.add(seek, 0, 0, 1, 0);
    a.add(Opcode::kRowid, 0, 2);
    a.add(Opcode::kResultRow, 2, 1);
    a.jump_here(at);
    a.add(Opcode::kHalt);
    return fixture.run(a);
  };
  CHECK_EQ(first_after(Opcode::kSeekGT, "4.5"), "5");
  CHECK_EQ(first_after(Opcode::kSeekGE, "5.0"), "5");
  CHECK_EQ(first_after(Opcode::kSeekGT, "5.0"), "6");
  CHECK_EQ(first_after(Opcode::kSeekLT, "4.5"), "4");
  CHECK_EQ(first_after(Opcode::kSeekLE, "4.9"), "4");
  CHECK_EQ(first_after(Opcode::kSeekLT, "0.5"), "");
  CHECK_EQ(first_after(Opcode::kSeekGT, "1e30"), "");
  CHECK_EQ(first_after(Opcode::kSeekLE, "1e30"), "50");
}

TEST(index_range_and_deferred_seek) {
  VmFixture fixture;
  const int32_t table = create_tree(fixture, 1);
  const int32_t index = create_tree(fixture, 2);
  fill_table(fixture, table, 30);
  {
    // Index on -a: entries (31 - a, rowid).
    Assembler a;
    const int32_t key = a.key_info({0, 0});
    a.add(Opcode::kInit, 0, 1);
    a.add(Opcode::kTransaction, 0, 1);
    a.add(Opcode::kOpenRead, 0, table, 0);
    a.add(Opcode::kOpenWrite, 1, index, 0, key);
    const int32_t start = a.add(Opcode::kRewind, 0, 0);
    const int32_t loop = a.add(Opcode::kRowid, 0, 2);
    a.add(Opcode::kInteger, 31, 1);
    a.add(Opcode::kSubtract, 2, 1, 1);
    a.add(Opcode::kMakeRecord, 1, 2, 3);
    a.add(Opcode::kIdxInsert, 1, 3, 1, 2);
    a.add(Opcode::kNext, 0, loop);
    a.jump_here(start);
    a.add(Opcode::kHalt);
    CHECK_EQ(fixture.run(a), "");
  }
  Assembler a;
  const int32_t key = a.key_info({0, 0});
  const int32_t fields = a.int_array({0, 0});
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 0);
  a.add(Opcode::kOpenRead, 0, table, 0);
  a.add(Opcode::kOpenRead, 1, index, 0, key);
  a.add(Opcode::kInteger, 5, 1);
  a.add(Opcode::kInteger, 7, 2);
  const int32_t start = a.add(Opcode::kSeekGE, 1, 0, 1, 1);
  const int32_t loop = a.add(Opcode::kIdxGT, 1, 0, 2, 1);
  a.add(Opcode::kDeferredSeek, 1, 0, 0, fields);
  a.add(Opcode::kColumn, 1, 0, 3);
  a.add(Opcode::kColumn, 0, 1, 4);
  a.add(Opcode::kResultRow, 3, 2);
  a.add(Opcode::kNext, 1, loop);
  a.jump_here(start);
  a.jump_here(loop);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "5|row 26;6|row 25;7|row 24");
}

TEST(aggregates) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  fill_table(fixture, root, 100);
  Assembler a;
  const int32_t sum = a.function(static_cast<int32_t>(FunctionId::kSum), 1);
  const int32_t count = a.function(static_cast<int32_t>(FunctionId::kCount), 0);
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 0);
  a.add(Opcode::kOpenRead, 0, root, 0);
  a.add(Opcode::kNull, 0, 1, 2);
  const int32_t start = a.add(Opcode::kRewind, 0, 0);
  const int32_t loop = a.add(Opcode::kColumn, 0, 0, 3);
  a.add(Opcode::kAggStep, 0, 3, 1, sum, 1);
  a.add(Opcode::kAggStep, 0, 0, 2, count, 0);
  a.add(Opcode::kNext, 0, loop);
  a.jump_here(start);
  a.add(Opcode::kAggFinal, 1, 1, 0, sum);
  a.add(Opcode::kAggFinal, 2, 0, 0, count);
  a.add(Opcode::kCount, 0, 3);
  a.add(Opcode::kResultRow, 1, 3);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "5050|100|100");
}

TEST(sorter_orders_rows_descending) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  fill_table(fixture, root, 40);
  Assembler a;
  const int32_t key = a.key_info({1, 0}, 1);
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 0);
  a.add(Opcode::kOpenRead, 0, root, 0);
  a.add(Opcode::kSorterOpen, 1, 2, 0, key);
  a.add(Opcode::kOpenPseudo, 2, 3, 2);
  const int32_t start = a.add(Opcode::kRewind, 0, 0);
  const int32_t loop = a.add(Opcode::kColumn, 0, 1, 1);
  a.add(Opcode::kColumn, 0, 0, 2);
  a.add(Opcode::kMakeRecord, 1, 2, 4);
  a.add(Opcode::kSorterInsert, 1, 4);
  a.add(Opcode::kNext, 0, loop);
  a.jump_here(start);
  a.add(Opcode::kInteger, 3, 6);
  const int32_t sorted = a.add(Opcode::kSorterSort, 1, 0);
  const int32_t output = a.add(Opcode::kSorterData, 1, 3, 2);
  a.add(Opcode::kColumn, 2, 0, 4);
  a.add(Opcode::kColumn, 2, 1, 5);
  a.add(Opcode::kResultRow, 4, 2);
  const int32_t limit = a.add(Opcode::kDecrJumpZero, 6, 0);
  a.add(Opcode::kSorterNext, 1, output);
  a.jump_here(sorted);
  a.jump_here(limit);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "row 9|9;row 8|8;row 7|7");
}

TEST(ephemeral_index_finds_duplicates) {
  VmFixture fixture;
  Assembler a;
  const int32_t key = a.key_info({0});
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kOpenEphemeral, 0, 1, 0, key);
  a.add(Opcode::kInteger, 6, 1);
  const int32_t loop = a.add(Opcode::kInteger, 3, 2);
  a.add(Opcode::kRemainder, 2, 1, 3);
  const int32_t known = a.add(Opcode::kFound, 0, 0, 3, 1);
  a.add(Opcode::kMakeRecord, 3, 1, 4);
  a.add(Opcode::kIdxInsert, 0, 4, 3, 1);
  a.add(Opcode::kResultRow, 3, 1);
  a.jump_here(known);
  a.add(Opcode::kAddImm, 1, -1);
  a.add(Opcode::kIf, 1, loop);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "0;2;1");
}

TEST(savepoint_rolls_back_and_commit_keeps) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  const auto simple = [&](Opcode opcode, int32_t p1, int32_t p2, const char* name) {
    Assembler a;
    const int32_t p4 = name ? a.string(name) : -1;
    a.add(Opcode::kInit, 0, 1);
    a.add(opcode, p1, p2, 0, p4);
    a.add(Opcode::kHalt);
    return fixture.run(a);
  };
  CHECK_EQ(simple(Opcode::kAutoCommit, 0, 0, nullptr), "");
  CHECK_EQ(simple(Opcode::kAutoCommit, 0, 0, nullptr),
           "error 1: cannot start a transaction within a transaction");
  fill_table(fixture, root, 1);
  CHECK_EQ(simple(Opcode::kSavepoint, 0, 0, "one"), "");
  fill_table(fixture, root, 2);
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1;2|row 2;3|row 3");
  CHECK_EQ(simple(Opcode::kSavepoint, 2, 0, "ONE"), "");
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1");
  CHECK_EQ(simple(Opcode::kSavepoint, 1, 0, "one"), "");
  CHECK_EQ(simple(Opcode::kSavepoint, 1, 0, "one"), "error 1: no such savepoint: one");
  CHECK_EQ(simple(Opcode::kAutoCommit, 1, 0, nullptr), "");
  CHECK_EQ(simple(Opcode::kAutoCommit, 1, 1, nullptr), "error 1: cannot rollback - no transaction is active");
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1");
}

TEST(failed_statement_is_undone_alone) {
  VmFixture fixture;
  const int32_t root = create_tree(fixture, 1);
  Assembler begin;
  begin.add(Opcode::kInit, 0, 1);
  begin.add(Opcode::kAutoCommit, 0, 0);
  begin.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(begin), "");
  fill_table(fixture, root, 1);
  const auto insert_and_fail = [&](int32_t action) {
    Assembler a;
    const int32_t message = a.string("UNIQUE constraint failed: t.a");
    a.flags = program_format::flag::kStatementJournal | program_format::flag::kCountsChanges;
    a.add(Opcode::kInit, 0, 1);
    a.add(Opcode::kTransaction, 0, 1);
    a.add(Opcode::kOpenWrite, 0, root, 0);
    a.add(Opcode::kNewRowid, 0, 1);
    a.add(Opcode::kSCopy, 1, 2);
    a.add(Opcode::kSCopy, 1, 3);
    a.add(Opcode::kMakeRecord, 2, 2, 4);
    a.add(Opcode::kInsert, 0, 4, 1, -1, operand_flag::kNchange);
    a.add(Opcode::kHalt, 2067, action, 0, message);
    return fixture.run(a);
  };
  CHECK_EQ(insert_and_fail(2), "error 2067: UNIQUE constraint failed: t.a");
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1");
  CHECK_EQ(fixture.state.changes, 0);
  CHECK_EQ(insert_and_fail(3), "error 2067: UNIQUE constraint failed: t.a");
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "1|row 1;2|2");
  CHECK_EQ(fixture.state.changes, 1);
  CHECK(!fixture.state.autocommit);
  CHECK_EQ(insert_and_fail(1), "error 2067: UNIQUE constraint failed: t.a");
  CHECK(fixture.state.autocommit);
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "");
}

TEST(trigger_program_with_recursion) {
  VmFixture fixture;
  // Subprogram 0: writes its argument into table cursor... counts down recursively by calling itself.
  const int32_t root = create_tree(fixture, 1);
  Assembler child(8, 1);
  const int32_t self = child.subprogram(0);
  child.add(Opcode::kInit, 0, 1);
  child.add(Opcode::kParam, 0, 1);
  const int32_t done = child.add(Opcode::kIfNot, 1, 0, 1);
  child.add(Opcode::kOpenWrite, 0, root, 0);
  child.add(Opcode::kNewRowid, 0, 2);
  child.add(Opcode::kSCopy, 1, 3);
  child.add(Opcode::kSCopy, 1, 4);
  child.add(Opcode::kMakeRecord, 3, 2, 5);
  child.add(Opcode::kInsert, 0, 5, 2, -1, operand_flag::kNchange);
  child.add(Opcode::kAddImm, 1, -1);
  child.add(Opcode::kProgram, 1, 0, 6, self, 0);
  child.jump_here(done);
  child.add(Opcode::kHalt);
  Assembler a;
  const int32_t program = a.subprogram(0);
  a.image(child.build());
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 1);
  a.add(Opcode::kInteger, 3, 1);
  a.add(Opcode::kProgram, 1, 0, 2, program, 0);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "");
  CHECK_EQ(fixture.run(scan(root, Opcode::kRewind, Opcode::kNext)), "3|3;2|2;1|1");
  CHECK_EQ(fixture.state.total_changes, 3);
  a.patch(2, 1, 5000);
  CHECK_EQ(fixture.run(a), "error 1: too many levels of trigger recursion");
}

TEST(host_function_pauses_the_run) {
  VmFixture fixture;
  Assembler a;
  const int32_t function = a.function(7, 2, true);
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kInteger, 1, 1);
  a.add(Opcode::kInteger, 2, 2);
  a.add(Opcode::kFunction, 0, 1, 3, function, 2);
  a.add(Opcode::kResultRow, 3, 1);
  a.add(Opcode::kHalt);
  auto vm = fixture.prepare(a);
  CHECK(vm->step() == StepOutcome::kHostCall);
  CHECK_EQ(vm->host_call().function, 7);
  CHECK_EQ(vm->host_call().argument_count, 2u);
  vm->host_result().set_integer(42);
  CHECK(vm->step() == StepOutcome::kRow);
  CHECK_EQ(vm->row()[0].integer(), 42);
  CHECK(vm->step() == StepOutcome::kDone);
  CHECK(vm->step() == StepOutcome::kHostCall);
  vm->fail_host_call(Code::kError, "thrown");
  CHECK(vm->step() == StepOutcome::kError);
  CHECK_EQ(vm->error_message(), "thrown");
}

TEST(row_sets) {
  VmFixture fixture;
  Assembler a;
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kNull, 0, 1);
  for (const int32_t rowid : {5, 3, 9, 3}) {
    a.add(Opcode::kInteger, rowid, 2);
    a.add(Opcode::kRowSetAdd, 1, 2);
  }
  const int32_t loop = a.add(Opcode::kRowSetRead, 1, 0, 3);
  a.add(Opcode::kResultRow, 3, 1);
  a.add(Opcode::kGoto, 0, loop);
  a.jump_here(loop);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "3;5;9");
}

TEST(generate_series_table) {
  VmFixture fixture;
  Assembler a;
  const int32_t table = a.native_table("generate_series");
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kVOpen, 0, 0, 0, table);
  a.add(Opcode::kInteger, 7, 1);
  a.add(Opcode::kInteger, 3, 2);
  a.add(Opcode::kInteger, 1, 3);
  a.add(Opcode::kInteger, 10, 4);
  a.add(Opcode::kInteger, 4, 5);
  const int32_t start = a.add(Opcode::kVFilter, 0, 0, 1);
  const int32_t loop = a.add(Opcode::kVColumn, 0, 0, 6);
  a.add(Opcode::kResultRow, 6, 1);
  a.add(Opcode::kVNext, 0, loop);
  a.jump_here(start);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "1;5;9");
}

TEST(interrupt_and_progress) {
  VmFixture fixture;
  Assembler a;
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kGoto, 0, 1);
  fixture.state.progress_hook = [](void* context) { return ++*static_cast<int*>(context) == 10; };
  int calls = 0;
  fixture.state.progress_context = &calls;
  fixture.state.progress_period = 50;
  CHECK_EQ(fixture.run(a), "error 9: interrupted");
  CHECK_EQ(calls, 10);
}

TEST(vacuum_rebuilds_trees) {
  VmFixture fixture;
  Assembler a;
  const int32_t types = a.string("table");
  const int32_t name = a.string("t");
  const int32_t sql = a.string("CREATE TABLE t(a, b)");
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 1);
  a.add(Opcode::kCreateBtree, 0, 4, 1);
  a.add(Opcode::kOpenWrite, 0, 1, 0);
  a.add(Opcode::kString8, 0, 1, 0, types);
  a.add(Opcode::kString8, 0, 2, 0, name);
  a.add(Opcode::kString8, 0, 3, 0, name);
  a.add(Opcode::kString8, 0, 5, 0, sql);
  a.add(Opcode::kMakeRecord, 1, 5, 6);
  a.add(Opcode::kInteger, 1, 7);
  a.add(Opcode::kInsert, 0, 6, 7);
  a.add(Opcode::kResultRow, 4, 1);
  a.add(Opcode::kHalt);
  const int32_t root = std::stoi(fixture.run(a));
  fill_table(fixture, root, 500);
  Assembler vacuum;
  vacuum.add(Opcode::kInit, 0, 1);
  vacuum.add(Opcode::kVacuum, 0, 0);
  vacuum.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(vacuum), "");
  Assembler count;
  count.add(Opcode::kInit, 0, 1);
  count.add(Opcode::kTransaction, 0, 0);
  count.add(Opcode::kOpenRead, 0, root, 0);
  count.add(Opcode::kCount, 0, 1);
  count.add(Opcode::kResultRow, 1, 1);
  count.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(count), "500");
}
