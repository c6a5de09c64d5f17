#include "vdbe/verifier.h"

#include <cstring>

#include "vdbe/connection_state.h"
#include "vdbe/function_arity.gen.h"

namespace ringlite {

namespace {

constexpr Status kBadProgram = Code::kInternal;
/** How many a connection has is known at run time (VmOps::check_database). */
constexpr int32_t kDatabaseLimit = kMostDatabases;
constexpr int32_t kHeaderFieldLimit = 16;
/** SQLITE_MAX_COLUMN at its highest. */
constexpr int32_t kColumnLimit = 32767;

int64_t operand(const Instruction& instruction, int number) {
  switch (number) {
    case 1:
      return instruction.p1;
    case 2:
      return instruction.p2;
    case 3:
      return instruction.p3;
    case 4:
      return instruction.p4.count;
    default:
      return instruction.p5;
  }
}

Status require(bool condition) { return condition ? kOk : kBadProgram; }

}  // namespace

Status ProgramVerifier::verify(Program& outermost) {
  RETURN_IF_ERROR(ProgramVerifier(outermost, outermost).run());
  for (auto& nested : outermost.subprograms_) {
    RETURN_IF_ERROR(ProgramVerifier(*nested, outermost).run());
    outermost.is_reader_ |= nested->is_reader_;
    outermost.is_writer_ |= nested->is_writer_;
  }
  const auto check_calls = [](const Program& caller) {
    for (const Instruction& instruction : caller.instructions_) {
      if (instruction.opcode != Opcode::kProgram) continue;
      const int64_t last =
          static_cast<int64_t>(instruction.p1) + instruction.p4.subprogram->largest_argument_;
      if (last > static_cast<int64_t>(caller.register_count_)) return kBadProgram;
    }
    return kOk;
  };
  RETURN_IF_ERROR(check_calls(outermost));
  for (auto& nested : outermost.subprograms_) RETURN_IF_ERROR(check_calls(*nested));
  return kOk;
}

Status ProgramVerifier::run() {
  RETURN_IF_ERROR(require(program_.instructions_[0].opcode == Opcode::kInit));
  RETURN_IF_ERROR(program_.columns_read_.resize(program_.cursor_count_));
  for (uint32_t address = 0; address < program_.instructions_.size(); address++)
    RETURN_IF_ERROR(check_instruction(address));
  return kOk;
}

Status ProgramVerifier::check_operand(OperandKind kind, int32_t value) const {
  switch (kind) {
    case OperandKind::kIn:
    case OperandKind::kOut:
    case OperandKind::kInOut:
      return require(is_register(value));
    case OperandKind::kInOptional:
    case OperandKind::kOutOptional:
    case OperandKind::kInOutOptional:
      return require(value == 0 || is_register(value));
    case OperandKind::kJump:
      return require(is_address(value));
    case OperandKind::kJumpOptional:
      return require(value == 0 || is_address(value));
    case OperandKind::kCursor:
      return require(value >= 0 && static_cast<uint32_t>(value) < program_.cursor_count_);
    case OperandKind::kDatabase:
      return require(value >= 0 && value < kDatabaseLimit);
    case OperandKind::kSetting:
      return require(value >= 0 && value < kSettingCount);
    default:
      return kOk;
  }
}

Status ProgramVerifier::check_ranges(const Instruction& instruction) const {
  for (const RegisterRange& range : kOpcodeTable[static_cast<int>(instruction.opcode)].ranges) {
    if (range.first == 0) continue;
    const int64_t counted = range.count == 0 ? 0 : operand(instruction, range.count);
    RETURN_IF_ERROR(
        require(is_range(operand(instruction, range.first), (counted > 0 ? counted : 0) + range.extra)));
  }
  return kOk;
}

Status ProgramVerifier::check_instruction(uint32_t address) {
  Instruction& instruction = program_.instructions_[address];
  const OpcodeInfo& info = kOpcodeTable[static_cast<int>(instruction.opcode)];
  const int32_t operands[3] = {instruction.p1, instruction.p2, instruction.p3};
  for (int i = 0; i < 3; i++) RETURN_IF_ERROR(check_operand(info.operands[i], operands[i]));
  RETURN_IF_ERROR(check_operand(info.operands[4], instruction.p5));
  RETURN_IF_ERROR(check_ranges(instruction));
  RETURN_IF_ERROR(check_special(address));
  derive(instruction);
  return kOk;
}

Status ProgramVerifier::check_special(uint32_t address) {
  Instruction& instruction = program_.instructions_[address];
  const Instruction* next = address + 1 < program_.instructions_.size() ? &instruction + 1 : nullptr;
  switch (instruction.opcode) {
    case Opcode::kNull:
      return require(instruction.p3 <= static_cast<int64_t>(program_.register_count_));
    case Opcode::kMove:
      return require(instruction.p3 >= 1 &&
                     (static_cast<int64_t>(instruction.p1) + instruction.p3 <= instruction.p2 ||
                      static_cast<int64_t>(instruction.p2) + instruction.p3 <= instruction.p1));
    case Opcode::kCopy:
      return require(instruction.p3 >= 0);
    case Opcode::kVariable:
      return require(instruction.p1 >= 1 &&
                     static_cast<uint32_t>(instruction.p1) <= outermost_.parameter_count_);
    case Opcode::kParam:
      if (instruction.p1 > program_.largest_argument_) program_.largest_argument_ = instruction.p1;
      return require(program_.number_ >= 0 && instruction.p1 >= 0);
    case Opcode::kMemMax:
      return require(instruction.p1 >= 1 &&
                     static_cast<uint32_t>(instruction.p1) <= outermost_.register_count_);
    case Opcode::kNewRowid:
      return require(instruction.p3 >= 0 &&
                     static_cast<uint32_t>(instruction.p3) <= outermost_.register_count_);
    case Opcode::kIsType:
      if (instruction.p1 < 0) return require(instruction.p1 == -1 && is_register(instruction.p3));
      return require(static_cast<uint32_t>(instruction.p1) < program_.cursor_count_ && instruction.p3 >= 0);
    case Opcode::kOpenRead:
    case Opcode::kOpenWrite:
      return require(!(instruction.p5 & operand_flag::kP2isreg) || is_register(instruction.p2));
    case Opcode::kDestroy:
      return require(!(instruction.p5 & operand_flag::kP2isreg) || is_register(instruction.p1));
    case Opcode::kClear:
      return require(instruction.p3 <= 0 || is_register(instruction.p3));
    case Opcode::kOpenEphemeral:
    case Opcode::kOpenAutoindex:
    case Opcode::kSorterOpen:
      return require(instruction.p2 >= 0 && instruction.p2 <= UINT16_MAX);
    case Opcode::kOpenPseudo:
      return require(instruction.p3 >= 0 && instruction.p3 <= UINT16_MAX);
    case Opcode::kColumn:
      RETURN_IF_ERROR(require(instruction.p2 >= 0 && instruction.p2 < kColumnLimit));
      note_column(instruction.p1, instruction.p2);
      return kOk;
    case Opcode::kVColumn:
      return require(instruction.p2 >= 0);
    case Opcode::kDeferredSeek:
      if (!instruction.p4.int_array) return kOk;
      for (uint32_t i = 0; i < instruction.p4.int_array->size; i++) {
        const int32_t place = instruction.p4.int_array->values[i];
        RETURN_IF_ERROR(require(place <= kColumnLimit));
        if (place > 0) note_column(instruction.p1, place - 1);
      }
      return kOk;
    case Opcode::kPermutation:
      return require(next && next->opcode == Opcode::kCompare);
    case Opcode::kCompare: {
      RETURN_IF_ERROR(
          require(instruction.p3 >= 1 && instruction.p3 <= instruction.p4.key_info->all_field_count));
      if (!(instruction.p5 & operand_flag::kPermute))
        return require(is_range(instruction.p1, instruction.p3) && is_range(instruction.p2, instruction.p3));
      const Instruction& before = *(&instruction - 1);
      RETURN_IF_ERROR(require(before.opcode == Opcode::kPermutation &&
                              before.p4.int_array->size >= static_cast<uint32_t>(instruction.p3)));
      for (int32_t i = 0; i < instruction.p3; i++) {
        const int64_t place = before.p4.int_array->values[i];
        RETURN_IF_ERROR(require(place >= 0 && is_register(instruction.p1 + place) &&
                                is_register(instruction.p2 + place)));
      }
      return kOk;
    }
    case Opcode::kSeekScan:
      return require(next && next->opcode == Opcode::kSeekGE);
    case Opcode::kRowCell:
      return require(next && (next->opcode == Opcode::kInsert || next->opcode == Opcode::kIdxInsert) &&
                     (next->p5 & operand_flag::kPreformat));
    case Opcode::kAffinity:
    case Opcode::kMakeRecord:
      return instruction.p4.value ? pad_affinity(instruction) : kOk;
    case Opcode::kCast:
      return require(instruction.p2 >= 'A' && instruction.p2 <= 'F');
    case Opcode::kTypeCheck:
      return check_type_check(instruction);
    case Opcode::kFunction:
    case Opcode::kPureFunc:
    case Opcode::kAggStep:
    case Opcode::kAggInverse:
    case Opcode::kAggValue:
    case Opcode::kAggFinal:
      return check_function(instruction);
    case Opcode::kReadCookie:
      return require(instruction.p3 >= 0 && instruction.p3 < kHeaderFieldLimit);
    case Opcode::kSetCookie:
      return require(instruction.p2 >= 1 && instruction.p2 < kHeaderFieldLimit);
    case Opcode::kCheckpoint:
      return require(instruction.p1 >= -1 && instruction.p1 < kDatabaseLimit && instruction.p2 >= -1 &&
                     instruction.p2 <= 3);
    case Opcode::kJournalMode:
      return require(instruction.p3 >= -1 && instruction.p3 <= 5);
    case Opcode::kCreateBtree:
      return require(instruction.p3 == 1 || instruction.p3 == 2);
    case Opcode::kIntegrityCk:
      return require(instruction.p2 >= 1 &&
                     instruction.p4.int_array->size >= static_cast<uint32_t>(instruction.p2));
    case Opcode::kResultRow:
      return require(instruction.p2 >= 0);
    case Opcode::kBlob:
      return require(instruction.p1 >= 0);
    default:
      return kOk;
  }
}

Status ProgramVerifier::check_function(const Instruction& instruction) const {
  const FunctionReference& function = *instruction.p4.function;
  if (!function.builtin) return kOk;
  const FunctionDefinition& definition = *function.builtin;
  const FunctionArity arity = kFunctionArity[function.number];
  const auto has_arity = [&] {
    return instruction.p5 >= arity.minimum && (arity.maximum < 0 || instruction.p5 <= arity.maximum);
  };
  switch (instruction.opcode) {
    case Opcode::kFunction:
    case Opcode::kPureFunc:
      return require(definition.scalar && has_arity());
    case Opcode::kAggStep:
      return require(definition.step && has_arity());
    case Opcode::kAggInverse:
      return require(definition.inverse && has_arity());
    case Opcode::kAggValue:
      return require(definition.value);
    default:
      return require(definition.finalize);
  }
}

Status ProgramVerifier::check_type_check(const Instruction& instruction) const {
  const std::string_view text = instruction.p4.value->text();
  const size_t count = static_cast<size_t>(instruction.p2 > 0 ? instruction.p2 : 0);
  RETURN_IF_ERROR(require(text.size() >= count));
  size_t names = 0;
  for (const char character : text.substr(count)) names += character == '\0';
  return require(names >= count && (text.empty() || count == 0 || text.back() == '\0'));
}

/** Affinity strings may leave out characters at the end; the missing ones mean no conversion. */
Status ProgramVerifier::pad_affinity(Instruction& instruction) {
  const std::string_view text = instruction.p4.value->text();
  for (const char character : text) RETURN_IF_ERROR(require(character >= '@' && character <= 'F'));
  const size_t count = static_cast<size_t>(instruction.p2 > 0 ? instruction.p2 : 0);
  if (text.size() >= count) return kOk;
  std::unique_ptr<Value> value(new (std::nothrow) Value());
  if (!value) return Code::kNomem;
  uint8_t* padded = nullptr;
  RETURN_IF_ERROR(value->prepare_text(static_cast<uint32_t>(count), &padded));
  std::memset(padded, 'A', count);
  if (!text.empty()) std::memcpy(padded, text.data(), text.size());
  instruction.p4.value = value.get();
  return program_.padded_affinities_.push_back(std::move(value));
}

void ProgramVerifier::note_column(int32_t cursor, int32_t column) {
  uint32_t& count = program_.columns_read_[cursor];
  if (count <= static_cast<uint32_t>(column)) count = static_cast<uint32_t>(column) + 1;
}

void ProgramVerifier::derive(const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::kTransaction:
      program_.is_reader_ = true;
      if (instruction.p2 != 0) program_.is_writer_ = true;
      return;
    case Opcode::kAutoCommit:
    case Opcode::kSavepoint:
      program_.is_reader_ = true;
      return;
    case Opcode::kCheckpoint:
    case Opcode::kVacuum:
    case Opcode::kJournalMode:
      program_.is_reader_ = true;
      program_.is_writer_ = true;
      return;
    case Opcode::kResultRow:
      if (program_.column_count_ == 0) program_.column_count_ = static_cast<uint32_t>(instruction.p2);
      return;
    default:
      return;
  }
}

}  // namespace ringlite
