// Decoding of program images. What the operands may be is checked by verifier.cpp.
#include "vdbe/program.h"

#include <cstring>
#include <new>

#include "base/endian.h"
#include "record/number_text.h"
#include "vdbe/dispatch.h"
#include "vdbe/verifier.h"

namespace ringlite {

namespace format = program_format;

/** Reads one image (and those nested in it) into a Program. */
class ProgramDecoder {
 public:
  ProgramDecoder(Program& program, TextEncoding encoding) : program_(program), encoding_(encoding) {}

  Status decode(const uint8_t* image, size_t size, bool is_outermost);
  /** Second step, when all subprograms exist: operands and pool pointers of the instructions. */
  Status resolve(const Program& outermost);

 private:
  struct PoolEntry {
    PoolKind kind;
    uint32_t offset;  // of the payload in image_
    uint32_t size;    // of the payload in bytes
    uint32_t index;   // among the entries of its kind's table
  };

  uint32_t word(size_t offset) const { return load_le32(program_.image_.data() + offset); }
  std::string_view text(const PoolEntry& entry) const {
    return {reinterpret_cast<const char*>(program_.image_.data() + entry.offset), entry.size};
  }
  Status read_header(size_t size);
  Status index_pool();
  Status decode_pool(bool is_outermost);
  Status decode_entry(PoolEntry& entry, bool is_outermost);
  Status decode_number(const PoolEntry& entry);
  Status decode_key_info(const PoolEntry& entry);
  Status decode_function(const PoolEntry& entry);
  Status decode_vtab(const PoolEntry& entry);
  Status resolve_instruction(size_t at, const Program& outermost);
  Status resolve_pool_operand(OperandKind kind, int32_t p4, const Program& outermost,
                              Instruction& instruction);
  const PoolEntry* find_entry(int32_t p4) const {
    return p4 >= 0 && static_cast<size_t>(p4) < pool_.size() ? &pool_[p4] : nullptr;
  }

  Program& program_;
  TextEncoding encoding_;
  uint32_t instruction_count_ = 0;
  uint32_t pool_count_ = 0;
  PodArray<PoolEntry> pool_;
  Array<std::unique_ptr<ProgramDecoder>> nested_;
};

namespace {

constexpr Status kBadProgram = Code::kInternal;
constexpr uint32_t kWordSize = 4;
constexpr uint32_t kInstructionSize = 6 * kWordSize;
constexpr uint32_t kHeaderSize = format::kHeaderWordCount * kWordSize;

bool is_value_kind(PoolKind kind) { return kind <= PoolKind::kBlob; }

}  // namespace

Status ProgramDecoder::read_header(size_t size) {
  if (size < kHeaderSize || size > UINT32_MAX) return kBadProgram;
  const auto header = [&](uint32_t position) { return word(position * kWordSize); };
  if (header(format::header_word::kMagic) != format::kMagic) return kBadProgram;
  instruction_count_ = header(format::header_word::kInstructionCount);
  pool_count_ = header(format::header_word::kPoolCount);
  program_.register_count_ = header(format::header_word::kRegisterCount);
  program_.cursor_count_ = header(format::header_word::kCursorCount);
  program_.parameter_count_ = header(format::header_word::kParameterCount);
  program_.flags_ = header(format::header_word::kFlags);
  program_.trigger_ = header(format::header_word::kTrigger);
  if (instruction_count_ == 0 || instruction_count_ > (size - kHeaderSize) / kInstructionSize)
    return kBadProgram;
  if (pool_count_ > (size - kHeaderSize) / (2 * kWordSize)) return kBadProgram;
  if (program_.register_count_ > format::limit::kRegisters ||
      program_.cursor_count_ > format::limit::kCursors ||
      program_.parameter_count_ > format::limit::kParameters)
    return kBadProgram;
  return kOk;
}

Status ProgramDecoder::index_pool() {
  const size_t size = program_.image_.size();
  size_t at = kHeaderSize + static_cast<size_t>(instruction_count_) * kInstructionSize;
  RETURN_IF_ERROR(pool_.reserve(pool_count_));
  size_t counts[kPoolKindCount] = {};
  for (uint32_t i = 0; i < pool_count_; i++) {
    if (size - at < 2 * kWordSize) return kBadProgram;
    const uint32_t kind = word(at);
    const uint32_t length = word(at + kWordSize);
    at += 2 * kWordSize;
    if (kind >= kPoolKindCount || length > size - at) return kBadProgram;
    RETURN_IF_ERROR(pool_.push_back({static_cast<PoolKind>(kind), static_cast<uint32_t>(at), length, 0}));
    const size_t padded = (static_cast<size_t>(length) + 3) & ~size_t{3};
    if (padded > size - at) return kBadProgram;
    at += padded;
    counts[kind]++;
  }
  const auto count = [&](PoolKind kind) { return counts[static_cast<size_t>(kind)]; };
  size_t values = 0;
  for (size_t kind = 0; kind < kPoolKindCount; kind++)
    if (is_value_kind(static_cast<PoolKind>(kind))) values += counts[kind];
  RETURN_IF_ERROR(program_.values_.reserve(values));
  RETURN_IF_ERROR(program_.key_infos_.reserve(count(PoolKind::kKeyInfo)));
  RETURN_IF_ERROR(program_.functions_.reserve(count(PoolKind::kFunction)));
  RETURN_IF_ERROR(program_.collations_.reserve(count(PoolKind::kCollation)));
  RETURN_IF_ERROR(program_.int_arrays_.reserve(count(PoolKind::kIntArray)));
  RETURN_IF_ERROR(program_.vtabs_.reserve(count(PoolKind::kVtab)));
  size_t integers = 0, fields = 0;
  for (const PoolEntry& entry : pool_) {
    if (entry.kind == PoolKind::kIntArray) integers += entry.size / kWordSize;
    if (entry.kind == PoolKind::kKeyInfo) fields += entry.size / (2 * kWordSize);
  }
  RETURN_IF_ERROR(program_.integers_.reserve(integers));
  RETURN_IF_ERROR(program_.key_fields_.reserve(fields));
  return kOk;
}

Status ProgramDecoder::decode(const uint8_t* image, size_t size, bool is_outermost) {
  RETURN_IF_ERROR(program_.image_.assign(image, size));
  RETURN_IF_ERROR(read_header(size));
  RETURN_IF_ERROR(index_pool());
  return decode_pool(is_outermost);
}

Status ProgramDecoder::decode_pool(bool is_outermost) {
  for (PoolEntry& entry : pool_) RETURN_IF_ERROR(decode_entry(entry, is_outermost));
  return kOk;
}

Status ProgramDecoder::decode_entry(PoolEntry& entry, bool is_outermost) {
  switch (entry.kind) {
    case PoolKind::kNull:
    case PoolKind::kInteger:
    case PoolKind::kReal:
    case PoolKind::kString:
    case PoolKind::kBlob: {
      entry.index = static_cast<uint32_t>(program_.values_.size());
      RETURN_IF_ERROR(program_.values_.push_back(Value()));
      Value& value = program_.values_.back();
      if (entry.kind == PoolKind::kString)
        value.set_text(text(entry), Storage::kStatic);
      else if (entry.kind == PoolKind::kBlob)
        value.set_blob(program_.image_.data() + entry.offset, entry.size, Storage::kStatic);
      else if (entry.kind != PoolKind::kNull)
        return decode_number(entry);
      return kOk;
    }
    case PoolKind::kKeyInfo:
      entry.index = static_cast<uint32_t>(program_.key_infos_.size());
      return decode_key_info(entry);
    case PoolKind::kFunction:
      entry.index = static_cast<uint32_t>(program_.functions_.size());
      return decode_function(entry);
    case PoolKind::kCollation: {
      entry.index = static_cast<uint32_t>(program_.collations_.size());
      if (entry.size != kWordSize || word(entry.offset) > 2) return kBadProgram;
      return program_.collations_.push_back(static_cast<Collation>(word(entry.offset)));
    }
    case PoolKind::kIntArray: {
      entry.index = static_cast<uint32_t>(program_.int_arrays_.size());
      const int32_t* values = program_.integers_.data() + program_.integers_.size();
      for (uint32_t i = 0; i < entry.size / kWordSize; i++)
        RETURN_IF_ERROR(
            program_.integers_.push_back(static_cast<int32_t>(word(entry.offset + i * kWordSize))));
      return program_.int_arrays_.push_back({values, entry.size / kWordSize});
    }
    case PoolKind::kSubprogram:
      if (entry.size != kWordSize) return kBadProgram;
      entry.index = word(entry.offset);
      return kOk;
    case PoolKind::kVtab:
      entry.index = static_cast<uint32_t>(program_.vtabs_.size());
      return decode_vtab(entry);
    case PoolKind::kImage: {
      if (!is_outermost) return kBadProgram;
      std::unique_ptr<Program> nested(new (std::nothrow) Program);
      if (!nested) return Code::kNomem;
      nested->number_ = static_cast<int32_t>(program_.subprograms_.size());
      std::unique_ptr<ProgramDecoder> decoder(new (std::nothrow) ProgramDecoder(*nested, encoding_));
      if (!decoder) return Code::kNomem;
      RETURN_IF_ERROR(decoder->decode(program_.image_.data() + entry.offset, entry.size, false));
      RETURN_IF_ERROR(program_.subprograms_.push_back(std::move(nested)));
      return nested_.push_back(std::move(decoder));
    }
  }
  return kBadProgram;
}

Status ProgramDecoder::decode_number(const PoolEntry& entry) {
  Value& value = program_.values_.back();
  std::string_view literal = text(entry);
  if (entry.kind == PoolKind::kInteger) {
    int64_t integer = 0;
    const IntegerText form = parse_integer_literal(literal, &integer);
    if (form == IntegerText::kExact) {
      value.set_integer(integer);
      return kOk;
    }
    if (form == IntegerText::kTrailing || form == IntegerText::kNone) return kBadProgram;
    // Too large for 64 bits: a real, as in SQLite.
  }
  double real = 0;
  if (!parse_real(literal, &real).is_whole) return kBadProgram;
  value.set_real(real);
  return kOk;
}

Status ProgramDecoder::decode_key_info(const PoolEntry& entry) {
  if (entry.size < 2 * kWordSize) return kBadProgram;
  const uint32_t key_count = word(entry.offset);
  const uint32_t all_count = word(entry.offset + kWordSize);
  if (all_count > UINT16_MAX || key_count > all_count) return kBadProgram;
  if (entry.size != (2 + 2 * all_count) * kWordSize) return kBadProgram;
  KeyInfo info;
  info.key_field_count = static_cast<uint16_t>(key_count);
  info.all_field_count = static_cast<uint16_t>(all_count);
  info.encoding = encoding_;
  info.fields = program_.key_fields_.data() + program_.key_fields_.size();
  for (uint32_t i = 0; i < all_count; i++) {
    const uint32_t collation = word(entry.offset + (2 + 2 * i) * kWordSize);
    const uint32_t flags = word(entry.offset + (3 + 2 * i) * kWordSize);
    if (collation > 2 || flags > 3) return kBadProgram;
    RETURN_IF_ERROR(
        program_.key_fields_.push_back({static_cast<Collation>(collation), static_cast<uint8_t>(flags)}));
  }
  return program_.key_infos_.push_back(info);
}

Status ProgramDecoder::decode_function(const PoolEntry& entry) {
  if (entry.size != 4 * kWordSize) return kBadProgram;
  const uint32_t number = word(entry.offset);
  const uint32_t is_host = word(entry.offset + kWordSize);
  const uint32_t collation = word(entry.offset + 3 * kWordSize);
  if (is_host > 1 || collation > 2 || number > INT32_MAX) return kBadProgram;
  if (!is_host && number >= kFunctionCount) return kBadProgram;
  FunctionReference reference;
  reference.builtin = is_host ? nullptr : &builtin_function(static_cast<FunctionId>(number));
  reference.number = static_cast<int32_t>(number);
  reference.argument_count = static_cast<int32_t>(word(entry.offset + 2 * kWordSize));
  reference.collation = static_cast<Collation>(collation);
  return program_.functions_.push_back(reference);
}

Status ProgramDecoder::decode_vtab(const PoolEntry& entry) {
  if (entry.size < 2 * kWordSize) return kBadProgram;
  VirtualTableReference reference;
  reference.host_module = static_cast<int32_t>(word(entry.offset));
  const uint32_t count = word(entry.offset + kWordSize);
  if (count == 0 || count > (entry.size - 2 * kWordSize) / kWordSize) return kBadProgram;
  uint32_t at = entry.offset + (2 + count) * kWordSize;
  const uint32_t end = entry.offset + entry.size;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t length = word(entry.offset + (2 + i) * kWordSize);
    if (length > end - at) return kBadProgram;
    const std::string_view piece(reinterpret_cast<const char*>(program_.image_.data() + at), length);
    if (i == 0)
      reference.module = piece;
    else
      RETURN_IF_ERROR(reference.arguments.push_back(piece));
    at += length;
  }
  return program_.vtabs_.push_back(std::move(reference));
}

Status ProgramDecoder::resolve_pool_operand(OperandKind kind, int32_t p4, const Program& outermost,
                                            Instruction& instruction) {
  instruction.p4.value = nullptr;
  const PoolEntry* entry = find_entry(p4);
  const bool is_optional = kind == OperandKind::kValueOptional || kind == OperandKind::kStringOptional ||
                           kind == OperandKind::kBlobOptional || kind == OperandKind::kKeyInfoOptional ||
                           kind == OperandKind::kCollationOptional || kind == OperandKind::kIntArrayOptional;
  if (!entry) return is_optional && p4 == -1 ? kOk : kBadProgram;
  const auto require = [&](bool fits) { return fits ? kOk : kBadProgram; };
  switch (kind) {
    case OperandKind::kValue:
    case OperandKind::kValueOptional:
      RETURN_IF_ERROR(require(is_value_kind(entry->kind)));
      instruction.p4.value = &program_.values_[entry->index];
      return kOk;
    case OperandKind::kInteger:
    case OperandKind::kReal:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kInteger || entry->kind == PoolKind::kReal));
      instruction.p4.value = &program_.values_[entry->index];
      return kOk;
    case OperandKind::kString:
    case OperandKind::kStringOptional:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kString));
      instruction.p4.value = &program_.values_[entry->index];
      return kOk;
    case OperandKind::kBlobOptional:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kBlob));
      instruction.p4.value = &program_.values_[entry->index];
      return kOk;
    case OperandKind::kKeyInfo:
    case OperandKind::kKeyInfoOptional:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kKeyInfo));
      instruction.p4.key_info = &program_.key_infos_[entry->index];
      return kOk;
    case OperandKind::kFunction:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kFunction));
      instruction.p4.function = &program_.functions_[entry->index];
      return kOk;
    case OperandKind::kCollation:
    case OperandKind::kCollationOptional:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kCollation));
      instruction.p4.collation = &program_.collations_[entry->index];
      return kOk;
    case OperandKind::kIntArray:
    case OperandKind::kIntArrayOptional:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kIntArray));
      instruction.p4.int_array = &program_.int_arrays_[entry->index];
      return kOk;
    case OperandKind::kSubprogram:
      RETURN_IF_ERROR(
          require(entry->kind == PoolKind::kSubprogram && entry->index < outermost.subprograms_.size()));
      instruction.p4.subprogram = outermost.subprograms_[entry->index].get();
      return kOk;
    case OperandKind::kVtab:
      RETURN_IF_ERROR(require(entry->kind == PoolKind::kVtab));
      instruction.p4.vtab = &program_.vtabs_[entry->index];
      return kOk;
    default:
      return kBadProgram;
  }
}

Status ProgramDecoder::resolve_instruction(size_t at, const Program& outermost) {
  const size_t offset = kHeaderSize + at * kInstructionSize;
  const uint32_t op = word(offset);
  if (op >= static_cast<uint32_t>(kOpcodeCount)) return kBadProgram;
  Instruction& instruction = program_.instructions_[at];
  instruction.opcode = static_cast<Opcode>(op);
  instruction.handler = dispatch_handler(instruction.opcode);
  instruction.p1 = static_cast<int32_t>(word(offset + 4));
  instruction.p2 = static_cast<int32_t>(word(offset + 8));
  instruction.p3 = static_cast<int32_t>(word(offset + 12));
  const int32_t p4 = static_cast<int32_t>(word(offset + 16));
  const uint32_t p5 = word(offset + 20);
  if (p5 > UINT16_MAX) return kBadProgram;
  instruction.p5 = static_cast<uint16_t>(p5);
  const OperandKind kind = kOpcodeTable[op].operands[3];
  if (kind == OperandKind::kCount || kind == OperandKind::kUnused) {
    instruction.p4.count = p4;
    return kOk;
  }
  return resolve_pool_operand(kind, p4, outermost, instruction);
}

Status ProgramDecoder::resolve(const Program& outermost) {
  RETURN_IF_ERROR(program_.instructions_.resize(instruction_count_ + 1));
  for (size_t i = 0; i < instruction_count_; i++) RETURN_IF_ERROR(resolve_instruction(i, outermost));
  Instruction& end = program_.instructions_.back();
  end = Instruction{};
  end.opcode = Opcode::kHalt;
  end.handler = dispatch_handler(Opcode::kHalt);
  for (auto& nested : nested_) RETURN_IF_ERROR(nested->resolve(outermost));
  return kOk;
}

Program::Program() = default;
Program::~Program() = default;

Status Program::load(const uint8_t* image, size_t size, TextEncoding encoding,
                     std::shared_ptr<const Program>* out) {
  std::shared_ptr<Program> program(new Program);
  ProgramDecoder decoder(*program, encoding);
  RETURN_IF_ERROR(decoder.decode(image, size, true));
  RETURN_IF_ERROR(decoder.resolve(*program));
  RETURN_IF_ERROR(ProgramVerifier::verify(*program));
  *out = std::move(program);
  return kOk;
}

}  // namespace ringlite
