// Programs that must be refused or fail, never crash: single bad operands, and mutations of good programs.
#include <random>

#include "vdbe/vm_fixture.h"

using namespace ringlite;
using namespace ringlite::testing;

namespace {

Assembler good_program() {
  Assembler a(8, 2);
  const int32_t key = a.key_info({0, 0});
  const int32_t text = a.string("text");
  const int32_t sum = a.function(static_cast<int32_t>(FunctionId::kSum), 1);
  const int32_t affinity = a.string("BD");
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kTransaction, 0, 1);
  a.add(Opcode::kCreateBtree, 0, 1, 1);
  a.add(Opcode::kOpenWrite, 0, 1, 0, -1, operand_flag::kP2isreg);
  a.add(Opcode::kOpenEphemeral, 1, 2, 0, key);
  a.add(Opcode::kInteger, 1, 2);
  a.add(Opcode::kString8, 0, 3, 0, text);
  a.add(Opcode::kMakeRecord, 2, 2, 4, affinity);
  a.add(Opcode::kInsert, 0, 4, 2);
  a.add(Opcode::kIdxInsert, 1, 4, 2, 2);
  a.add(Opcode::kNull, 0, 5);
  const int32_t start = a.add(Opcode::kRewind, 0, 0);
  const int32_t loop = a.add(Opcode::kColumn, 0, 1, 6);
  a.add(Opcode::kAggStep, 0, 6, 5, sum, 1);
  a.add(Opcode::kNext, 0, loop);
  a.jump_here(start);
  a.add(Opcode::kAggFinal, 5, 1, 0, sum);
  const int32_t seek = a.add(Opcode::kSeekGE, 1, 0, 2, 2);
  const int32_t compare = a.add(Opcode::kIdxGT, 1, 0, 2, 2);
  a.jump_here(seek);
  a.jump_here(compare);
  a.add(Opcode::kResultRow, 5, 1);
  a.add(Opcode::kHalt);
  return a;
}

/** Whether every loop of the program passes an instruction that looks at interrupts. */
bool can_be_interrupted(const Program& program) {
  for (uint32_t at = 0; at < program.instruction_count(); at++) {
    const Instruction& op = program.instructions()[at];
    switch (op.opcode) {
      case Opcode::kGoto:
      case Opcode::kNext:
      case Opcode::kPrev:
      case Opcode::kSorterNext:
      case Opcode::kVNext:
      case Opcode::kGosub:
      case Opcode::kIfNotOpen:
      case Opcode::kRowSetRead:
        continue;
      case Opcode::kReturn:
      case Opcode::kYield:
      case Opcode::kEndCoroutine:
        return false;
      default:
        break;
    }
    const OpcodeInfo& info = kOpcodeTable[static_cast<int>(op.opcode)];
    const int32_t operands[] = {op.p1, op.p2, op.p3};
    for (int i = 0; i < 3; i++) {
      const bool is_jump =
          info.operands[i] == OperandKind::kJump || info.operands[i] == OperandKind::kJumpOptional;
      if (is_jump && operands[i] != 0 && operands[i] <= static_cast<int32_t>(at)) return false;
    }
  }
  return true;
}

bool loads(const std::vector<uint8_t>& image) {
  std::shared_ptr<const Program> program;
  return Program::load(image.data(), image.size(), TextEncoding::kUtf8, &program).ok();
}

}  // namespace

TEST(bad_operands_are_refused) {
  CHECK(loads(good_program().build()));
  const auto refuses = [](Opcode opcode, int32_t p1, int32_t p2, int32_t p3, int32_t p4, int32_t p5) {
    Assembler a(8, 2);
    a.string("x");
    a.add(Opcode::kInit, 0, 1);
    a.add(opcode, p1, p2, p3, p4, p5);
    return !loads(a.build());
  };
  CHECK(refuses(Opcode::kInteger, 1, 0, 0, -1, 0));
  CHECK(refuses(Opcode::kInteger, 1, 9, 0, -1, 0));
  CHECK(refuses(Opcode::kGoto, 0, 7, 0, -1, 0));
  CHECK(refuses(Opcode::kGoto, 0, -1, 0, -1, 0));
  CHECK(refuses(Opcode::kRewind, 2, 1, 0, -1, 0));
  CHECK(refuses(Opcode::kInt64, 0, 1, 0, 0, 0));
  CHECK(refuses(Opcode::kString8, 0, 1, 0, 1, 0));
  CHECK(refuses(Opcode::kResultRow, 7, 3, 0, -1, 0));
  CHECK(refuses(Opcode::kMakeRecord, 1, INT32_MAX, 2, -1, 0));
  CHECK(refuses(Opcode::kNull, 0, 1, 9, -1, 0));
  CHECK(refuses(Opcode::kMove, 1, 2, 3, -1, 0));
  CHECK(refuses(Opcode::kVariable, 1, 1, 0, -1, 0));
  CHECK(refuses(Opcode::kParam, 0, 1, 0, -1, 0));
  CHECK(refuses(Opcode::kSeekGE, 0, 1, 8, 2, 0));
  CHECK(!refuses(Opcode::kSeekGE, 0, 1, 7, 2, 0));
  CHECK(refuses(Opcode::kSeekScan, 1, 1, 0, -1, 0));
  CHECK(refuses(Opcode::kTransaction, -1, 0, 0, -1, 0));
  CHECK(refuses(Opcode::kTransaction, kMostDatabases, 0, 0, -1, 0));
  CHECK(!refuses(Opcode::kTransaction, kMostDatabases - 1, 0, 0, -1, 0));
  CHECK(refuses(Opcode::kSettingGet, 0, 1, kSettingCount, -1, 0));
  CHECK(refuses(Opcode::kSettingSet, 0, 1, -1, -1, 0));
}

// How many databases a connection has is not known when a program is loaded. VACUUM once took its number for
// granted.
TEST(databases_that_are_not_there_are_errors) {
  const std::string expected = "error " + std::to_string(static_cast<int>(Code::kInternal));
  for (int op = 0; op < kOpcodeCount; op++) {
    const OpcodeInfo& info = kOpcodeTable[op];
    for (int place = 0; place < 5; place++) {
      if (info.operands[place] != OperandKind::kDatabase) continue;
      for (const int32_t database : {2, static_cast<int32_t>(kMostDatabases) - 1}) {
        Assembler a(16, 2);
        const int32_t key = a.key_info({0});
        const int32_t roots = a.int_array({1});
        // Other operands: registers, cursors, counts and addresses that are all right.
        int32_t operands[5] = {1, 1, 1, -1, 0};
        if (static_cast<Opcode>(op) == Opcode::kVacuum) operands[1] = 0;
        if (info.operands[3] == OperandKind::kKeyInfo) operands[3] = key;
        if (info.operands[3] == OperandKind::kIntArray) operands[3] = roots;
        if (info.operands[3] == OperandKind::kVtab) continue;
        operands[place] = database;
        a.add(Opcode::kInit, 0, 1);
        a.add(static_cast<Opcode>(op), operands[0], operands[1], operands[2], operands[3], operands[4]);
        a.add(Opcode::kHalt);
        VmFixture fixture;
        const std::string answer = fixture.run(a);
        CHECK_EQ(answer.substr(0, expected.size()), expected);
      }
    }
  }
}

TEST(truncated_images_are_refused) {
  const std::vector<uint8_t> image = good_program().build();
  for (size_t size = 0; size < image.size(); size++)
    CHECK(!loads(std::vector<uint8_t>(image.begin(), image.begin() + static_cast<ptrdiff_t>(size))));
}

TEST(mutated_programs_do_not_crash) {
  const std::vector<uint8_t> image = good_program().build();
  std::mt19937 random(20261122);
  int loaded = 0;
  for (int round = 0; round < 4000; round++) {
    std::vector<uint8_t> mutant = image;
    const int changes = 1 + static_cast<int>(random() % 3);
    for (int i = 0; i < changes; i++) {
      // Half of the changes hit instructions, the others anything.
      const size_t instruction_words = 6 * load_le32(&mutant[4]) % 1000;
      const size_t word = random() % 2 ? 8 + random() % (instruction_words ? instruction_words : 1)
                                       : random() % (mutant.size() / 4);
      const uint32_t draw = static_cast<uint32_t>(random());
      const uint32_t choices[] = {draw % 200, draw % 8, draw % 4, 0xffffffff, draw};
      if (word * 4 + 4 <= mutant.size()) store_le32(&mutant[word * 4], choices[random() % 5]);
    }
    std::shared_ptr<const Program> program;
    if (!Program::load(mutant.data(), mutant.size(), TextEncoding::kUtf8, &program).ok()) continue;
    if (!can_be_interrupted(*program)) continue;
    loaded++;
    VmFixture fixture;
    fixture.state.progress_hook = [](void* context) { return ++*static_cast<int*>(context) > 3; };
    int polls = 0;
    fixture.state.progress_context = &polls;
    fixture.state.progress_period = 100;
    std::unique_ptr<Vm> vm;
    CHECK_OK(Vm::create(fixture.state, program, &vm));
    for (int i = 0; i < 50; i++) {
      const StepOutcome outcome = vm->step();
      if (outcome == StepOutcome::kDone || outcome == StepOutcome::kError) break;
    }
  }
  CHECK(loaded > 200);
}

TEST(an_empty_blob_of_zeros_runs) {
  VmFixture fixture;
  Assembler a(1, 0);
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kBlob, 0, 1);
  a.add(Opcode::kResultRow, 1, 1);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "blob(0)");
}

// The pseudo-table once read the sorter's record after the sorter had given its memory back.
TEST(a_sorted_record_goes_with_its_sorter) {
  VmFixture fixture;
  Assembler a(4, 2);
  const int32_t key = a.key_info({0});
  a.add(Opcode::kInit, 0, 1);
  a.add(Opcode::kSorterOpen, 0, 1, 0, key);
  a.add(Opcode::kOpenPseudo, 1, 3, 1);
  a.add(Opcode::kInteger, 5, 1);
  a.add(Opcode::kMakeRecord, 1, 1, 2);
  a.add(Opcode::kSorterInsert, 0, 2);
  const int32_t sort = a.add(Opcode::kSorterSort, 0, 0);
  a.add(Opcode::kSorterData, 0, 3, 1);
  a.add(Opcode::kColumn, 1, 0, 4);
  a.add(Opcode::kResultRow, 4, 1);
  a.add(Opcode::kSorterOpen, 0, 1, 0, key);
  a.add(Opcode::kColumn, 1, 0, 4);
  a.add(Opcode::kResultRow, 4, 1);
  a.jump_here(sort);
  a.add(Opcode::kHalt);
  CHECK_EQ(fixture.run(a), "5;NULL");
}
