// Program: the decoded, verified, immutable form of a program image (spec/program.ts). Shared by all
// statements that run it, also in several threads: nothing in it changes after load().
//
// After load() returned ok, every instruction's operands are in bounds: registers, cursors, jumps, parameters
// and pool entries of the right kind. What only shows at run time (a cursor not open, databases not attached,
// wrong value types) is checked where it is used and is an error, never a crash.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/array.h"
#include "base/buffer.h"
#include "base/pod_array.h"
#include "base/status.h"
#include "functions/function.h"
#include "record/key_info.h"
#include "record/value.h"
#include "vdbe/opcodes.gen.h"
#include "vdbe/program_format.gen.h"

namespace ringlite {

class Program;

struct FunctionReference {
  /** Built-in: its definition. Host function: nullptr. */
  const FunctionDefinition* builtin;
  /** Number among the host functions, or FunctionId. */
  int32_t number;
  int32_t argument_count;
  Collation collation;
};

struct VirtualTableReference {
  /** Number of the host module, or -1. */
  int32_t host_module;
  std::string_view module;
  /** Arguments of CREATE VIRTUAL TABLE: module, schema, table, then what was in the parentheses. */
  Array<std::string_view> arguments;
};

struct IntArray {
  const int32_t* values;
  uint32_t size;
};

/** One instruction, ready to run: 32 bytes. */
struct Instruction {
  /** Address of the code in the dispatch loop. */
  const void* handler;
  int32_t p1;
  int32_t p2;
  int32_t p3;
  Opcode opcode;
  uint8_t spare;
  uint16_t p5;
  union {
    int64_t count;  // kCount operands; absent optional pool entries are nullptr
    const KeyInfo* key_info;
    const Value* value;  // null, integer, real, string and blob entries
    const FunctionReference* function;
    const Collation* collation;
    const IntArray* int_array;
    const Program* subprogram;
    const VirtualTableReference* vtab;
  } p4;
};
static_assert(sizeof(Instruction) == 32);

class Program {
 public:
  /** Decodes and verifies `image`, whose bytes are copied. `encoding`: of the connection's databases.
   *  SQLITE_INTERNAL for a bad image, SQLITE_NOMEM. */
  static Status load(const uint8_t* image, size_t size, TextEncoding encoding,
                     std::shared_ptr<const Program>* out);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const Instruction* instructions() const { return instructions_.data(); }
  uint32_t instruction_count() const { return static_cast<uint32_t>(instructions_.size()); }
  uint32_t register_count() const { return register_count_; }
  uint32_t cursor_count() const { return cursor_count_; }
  uint32_t parameter_count() const { return parameter_count_; }
  /** Needs read or write access to a database (counts as a reader). */
  bool is_reader() const { return is_reader_; }
  bool is_writer() const { return is_writer_; }
  bool has_statement_journal() const { return flags_ & program_format::flag::kStatementJournal; }
  bool counts_changes() const { return flags_ & program_format::flag::kCountsChanges; }
  /** One more than the highest column that any instruction reads through `cursor`. */
  uint32_t columns_read(uint32_t cursor) const { return columns_read_[cursor]; }
  /** Columns of the result: of the first ResultRow; 0 without one. */
  uint32_t column_count() const { return column_count_; }
  /** Position among the subprograms; -1 for an outermost program. */
  int32_t subprogram_number() const { return number_; }
  /** Subprograms: the largest p1 of their Param instructions; -1 without one. */
  int32_t largest_argument() const { return largest_argument_; }
  uint32_t trigger() const { return trigger_; }
  const Array<std::unique_ptr<Program>>& subprograms() const { return subprograms_; }

 private:
  friend class ProgramDecoder;
  friend class ProgramVerifier;
  Program();

  Buffer image_;
  PodArray<Instruction> instructions_;  // the last one is a Halt that the image lacks
  Array<Value> values_;
  PodArray<KeyInfo> key_infos_;
  PodArray<FunctionReference> functions_;
  PodArray<Collation> collations_;
  PodArray<IntArray> int_arrays_;
  Array<VirtualTableReference> vtabs_;
  PodArray<KeyField> key_fields_;
  PodArray<int32_t> integers_;
  Array<std::unique_ptr<Value>> padded_affinities_;
  Array<std::unique_ptr<Program>> subprograms_;  // outermost program only
  PodArray<uint32_t> columns_read_;              // by cursor
  uint32_t register_count_ = 0;
  uint32_t cursor_count_ = 0;
  uint32_t parameter_count_ = 0;
  uint32_t column_count_ = 0;
  uint32_t flags_ = 0;
  uint32_t trigger_ = 0;
  int32_t number_ = -1;
  int32_t largest_argument_ = -1;
  bool is_reader_ = false;
  bool is_writer_ = false;
};

}  // namespace ringlite
