// Vm: one prepared statement at work: registers, cursors and frames of a Program, and the loop that runs it.
//
// Life: create -> (bind parameters) -> step ... step -> reset -> bind -> step ... -> destroy.
// step() runs until there is something to say:
//   kRow       row() holds a result row, valid until the next step() or reset()
//   kDone      finished; the next step() starts anew
//   kHostCall  a JavaScript function must be called: host_call() says which; the caller answers with
//   host_result() or
//              fail_host_call() and steps again
//   kError     error() and error_message(); the statement is finished
//
// The Vm never calls JavaScript and knows no names: messages are constants of the program or SQLite's fixed
// texts.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/array.h"
#include "base/buffer.h"
#include "base/status.h"
#include "functions/function.h"
#include "record/value.h"
#include "vdbe/connection_state.h"
#include "vdbe/program.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

struct VmCursor;
struct Frame;

enum class StepOutcome : uint8_t { kRow, kDone, kHostCall, kError };

/** What the host is to do: the language border's hostOperations. */
enum class HostOperation : uint8_t {
  kScalar,
  kStep,
  kInverse,
  kValue,
  kFinal,
  kDrop,
  /** Start a scan of a host module's table: answered with its first rows. */
  kScanFilter,
  /** The next rows of a scan. */
  kScanNext,
  /** A column of the row that a scan is on, when the answer was HostRows::kByColumn. */
  kScanColumn,
  /** CREATE VIRTUAL TABLE. */
  kCreateTable,
};

struct HostCall {
  HostOperation operation = HostOperation::kScalar;
  /** Number of the host function, or of the host module's table (kCreateTable: of the module). */
  int32_t function = 0;
  /** Aggregates: number of the accumulator, unique in the statement. Modules: number of the scan. */
  int32_t accumulator = 0;
  /** kScanFilter: the plan; kScanColumn: the column. */
  int32_t number = 0;
  const Value* arguments = nullptr;
  uint32_t argument_count = 0;
};

/** What EXPLAIN-like reports and sqlite3_stmt_status give. */
struct VmCounters {
  uint64_t steps = 0;  // instructions run, roughly
  uint64_t full_scan_steps = 0;
  uint64_t sorts = 0;
  uint64_t automatic_index_rows = 0;
  uint64_t runs = 0;
};

class Vm {
 public:
  /** `program` is shared and never changed. SQLITE_NOMEM. */
  static Status create(ConnectionState& connection, std::shared_ptr<const Program> program,
                       std::unique_ptr<Vm>* out);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  const Program& program() const { return *program_; }
  ConnectionState& connection() { return connection_; }

  // Parameters: 1..program().parameter_count(). Only while not running; they survive reset().
  Value& parameter(uint32_t number) { return parameters_[number - 1]; }
  void clear_parameters();

  StepOutcome step();
  /** Ends the run if there is one (an unfinished write is committed or rolled back as SQLite does). */
  void reset();
  bool is_running() const { return is_running_; }

  const Value* row() const { return row_; }
  uint32_t column_count() const { return row_size_; }

  const HostCall& host_call() const { return host_call_; }
  /** Where the answer to kScalar, kValue and kFinal goes. */
  Value& host_result() { return host_result_; }
  /** The answer to kScanFilter and kScanNext; for kComplete `value_count` values to fill, row by row. */
  Value* host_rows(HostRows rows, uint32_t value_count, uint32_t column_count);
  /** One of those values, made before host_rows() is called; nullptr when out of memory. */
  Value* host_value(uint32_t index);
  /** The host function threw: the next step() fails with this. */
  void fail_host_call(Status code, std::string_view message);

  /** Extended code of the failure; ok if none. Stays until the next run. */
  Status error() const { return error_; }
  std::string_view error_message() const { return message_; }
  /** Rows that this run has inserted, updated and deleted (final after kDone). */
  int64_t changes() const { return change_count_; }
  const VmCounters& counters() const { return counters_; }

 private:
  friend struct VmOps;

  Vm(ConnectionState& connection, std::shared_ptr<const Program> program);

  ConnectionState& connection_;
  std::shared_ptr<const Program> program_;
  Array<Value> parameters_;

  // The frame that runs: copies of its members, for speed.
  Value* registers_ = nullptr;  // registers_[1] is the first
  VmCursor** cursors_ = nullptr;
  const Instruction* instructions_ = nullptr;
  const Instruction* next_ = nullptr;  // where step() goes on
  Frame* frame_ = nullptr;
  Frame* root_frame_ = nullptr;
  int frame_depth_ = 0;
  /** Frames to be used again, a list for each subprogram (linked by Frame::parent). */
  PodArray<Frame*> free_frames_;

  bool is_running_ = false;
  bool is_host_call_pending_ = false;
  int statement_savepoint_ = 0;  // 1-based level of the statement journal; 0: none
  int64_t statement_deferred_violations_ = 0;
  int64_t statement_deferred_immediate_violations_ = 0;
  int64_t violations_ = 0;       // immediate foreign keys
  int error_action_ = 2;         // OE_ABORT
  bool has_old_format_ = false;  // writes to a database of schema format below 4

  const Value* row_ = nullptr;
  uint32_t row_size_ = 0;
  int64_t change_count_ = 0;

  Status error_;
  String message_;
  /** The message is meant, though it may be empty. */
  bool has_message_ = false;

  HostCall host_call_;
  Value host_result_;
  Array<Value> host_values_;
  HostRows host_rows_ = HostRows::kEnd;
  uint32_t host_value_count_ = 0;
  uint32_t host_column_count_ = 0;
  int32_t accumulator_count_ = 0;
  /** The connection's when the run began. */
  uint64_t detached_count_ = 0;
  Status host_error_;

  FunctionContext function_context_;
  uint64_t progress_left_ = 0;  // back jumps until the progress hook is called
  VmCounters counters_;

  /** Stands in for cursors that are not open. */
  VmCursor* closed_cursor_ = nullptr;
  VmCursor* transfer_source_ = nullptr;  // of a RowCell, for the Insert that follows
  Buffer record_space_;                  // a record that doesn't lie on one page
  Array<Value> key_space_;               // a record taken apart
};

}  // namespace ringlite
