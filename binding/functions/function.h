// The face of SQL functions: what the virtual machine passes to a built-in function, and the table of
// built-ins.
//
// Functions are pure apart from what FunctionEnvironment injects (clock, randomness, counters of the
// connection). They must not know registers, cursors or programs. Arguments are never changed by a function
// and never alias the result.
#pragma once
#include <cstdint>
#include <new>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"
#include "functions/function_ids.gen.h"
#include "record/key_info.h"
#include "record/value.h"

namespace ringlite {

/** Limits that functions obey (sqlite3_limit); bytes unless said otherwise. */
struct FunctionLimits {
  /** The longest string of JavaScript, as better-sqlite3 has it. */
  uint32_t length = 536'870'888;
  uint32_t like_pattern_length = 50'000;
};

/** A broken-down local time, for the 'localtime' and 'utc' modifiers. */
struct LocalTime {
  int year;   // e.g. 2024
  int month;  // 1..12
  int day;    // 1..31
  int hour;
  int minute;
  int second;
};

/** What functions may ask of the world; filled by the connection, shared by its statements. */
struct FunctionEnvironment {
  void* source = nullptr;
  /** Wall clock: milliseconds since the julian epoch (noon of November 24th, 4714 BC), i.e. unix time in ms +
   *  210866760000000. Asked once per step of a statement. Returns 0 when there is no clock. */
  int64_t (*julian_now_ms)(void* source) = nullptr;
  /** Fills `size` bytes with randomness. */
  void (*random_bytes)(void* source, void* bytes, size_t size) = nullptr;
  /** Breaks `unix_seconds` down in the local time zone; false when that fails ("local time unavailable"). */
  bool (*local_time)(void* source, int64_t unix_seconds, LocalTime* time) = nullptr;

  const int64_t* changes = nullptr;
  const int64_t* total_changes = nullptr;
  const int64_t* last_insert_rowid = nullptr;
  const FunctionLimits* limits = nullptr;
};

/** Places where a function must be deterministic. */
enum class PureUse : uint8_t { kAnywhere, kIndex, kCheckConstraint, kGeneratedColumn };

/** One per running statement, reused for each call. The virtual machine sets environment and encoding per
 * statement, collation, result, function_id and pure_use per call, and calls begin_step() at the start of
 * each step. */
class FunctionContext {
 public:
  const FunctionEnvironment* environment = nullptr;
  TextEncoding encoding = TextEncoding::kUtf8;
  /** Collation of the call (min, max, nullif). */
  Collation collation = Collation::kBinary;
  /** Where the result goes; NULL before the call. Not used by step and inverse. */
  Value* result = nullptr;
  /** The program's built-in function being called. */
  FunctionId function_id{};
  /** Where the call stands (PureFunc); anything but kAnywhere makes 'now', 'localtime' and the like an error.
   */
  PureUse pure_use = PureUse::kAnywhere;
  /** Set by the step of min() and max() when the row is not a new extreme, so that bare columns keep the
   * values of the row that is. The virtual machine clears it before each step. */
  bool row_skipped = false;

  /** Forgets the statement's time, so that the next function that asks reads the clock. */
  void begin_step() { now_ms_ = 0; }
  /** The time of the step in julian ms, the same for all functions of a step; 0 when there is no clock. */
  int64_t julian_now_ms() {
    if (now_ms_ == 0) now_ms_ = environment->julian_now_ms(environment->source);
    return now_ms_;
  }

  /** Fails the call: `return context.fail("message")`. The message is copied. */
  Status fail(std::string_view message, Code code = Code::kError);
  /** Empty when the Status alone speaks (its standard text is the message). */
  std::string_view error_message() const { return message_.text(); }
  void clear_error() { message_.clear(); }

  uint32_t length_limit() const { return environment->limits->length; }
  /** Copies text into the result. SQLITE_TOOBIG beyond the length limit, as for all of these. */
  Status return_text(std::string_view text);
  /** Text that outlives the program. */
  Status return_literal(std::string_view text) {
    result->set_text(text, Storage::kStatic);
    return kOk;
  }
  /** Moves the bytes into the result. */
  Status return_text(Buffer&& text) { return adopt(ValueType::kText, std::move(text)); }
  Status return_blob(Buffer&& blob) { return adopt(ValueType::kBlob, std::move(blob)); }
  /** The result becomes `size` uninitialized bytes, to be written through *bytes (and perhaps truncated). */
  Status prepare_text(uint64_t size, uint8_t** bytes) {
    return size > length_limit() ? Status(Code::kToobig)
                                 : result->prepare_text(static_cast<uint32_t>(size), bytes);
  }
  Status prepare_blob(uint64_t size, uint8_t** bytes) {
    return size > length_limit() ? Status(Code::kToobig)
                                 : result->prepare_blob(static_cast<uint32_t>(size), bytes);
  }

  /** What a function keeps from call to call of a statement (parsed JSON texts), made at first use; it goes
   * with the context. */
  /** Null: no memory. */
  template <typename T>
  T* kept() {
    if (!kept_) {
      kept_ = new (std::nothrow) T();
      drop_kept_ = [](void* object) { delete static_cast<T*>(object); };
    }
    return static_cast<T*>(kept_);
  }
  void drop_kept() {
    if (kept_) drop_kept_(kept_);
    kept_ = nullptr;
  }

  FunctionContext() = default;
  FunctionContext(const FunctionContext&) = delete;
  FunctionContext& operator=(const FunctionContext&) = delete;
  ~FunctionContext() { drop_kept(); }

 private:
  Status adopt(ValueType type, Buffer&& bytes);

  int64_t now_ms_ = 0;
  Buffer message_;
  void* kept_ = nullptr;
  void (*drop_kept_)(void*) = nullptr;
};

using ScalarFunction = Status (*)(FunctionContext& context, int argument_count, const Value* arguments);
/** Step and inverse of an aggregate. `state` is zeroed memory of `state_size` bytes at the first step. */
using StepFunction = Status (*)(FunctionContext& context, void* state, int argument_count,
                                const Value* arguments);
/** Writes the aggregate's present value to context.result. `state` is nullptr when there was no step at all.
 */
using ResultFunction = Status (*)(FunctionContext& context, void* state);

/** A built-in function. Arity, flags and names for the compiler: spec/functions.ts. */
struct FunctionDefinition {
  FunctionId id;
  const char* name;
  ScalarFunction scalar = nullptr;
  uint32_t state_size = 0;
  StepFunction step = nullptr;
  StepFunction inverse = nullptr;
  /** Value of a running window; the state goes on. */
  ResultFunction value = nullptr;
  /** Last value; the state is destroyed afterwards by the caller (Value::set_null of the accumulator). */
  ResultFunction finalize = nullptr;
  /** Releases what the state owns. */
  void (*destroy)(void* state) = nullptr;
};

/** The definition of a built-in; `id` must be below kFunctionCount (programs are verified at load). */
const FunctionDefinition& builtin_function(FunctionId id);

/** Runs one step of an aggregate in `accumulator` (a register; starts the state when needed). */
Status aggregate_step(const FunctionDefinition& function, FunctionContext& context, Value* accumulator,
                      int argument_count, const Value* arguments);
/** Takes a row out of a window. */
Status aggregate_inverse(const FunctionDefinition& function, FunctionContext& context, Value* accumulator,
                         int argument_count, const Value* arguments);
/** Present value of `accumulator` into context.result (not the accumulator). */
Status aggregate_value(const FunctionDefinition& function, FunctionContext& context, Value* accumulator);
/** Replaces the accumulator by the aggregate's result. */
Status aggregate_finalize(const FunctionDefinition& function, FunctionContext& context, Value* accumulator);

}  // namespace ringlite
