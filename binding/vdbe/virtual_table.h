// Virtual tables: the interface of native modules, and the cursor that a program scans one with. Tables of
// host modules (JavaScript) are scanned with the same cursor; their rows arrive through HostCall.
//
// A module is plain data with function pointers. What the plan number of VFilter and the arguments mean is
// between the module and its description for the compiler (lib/catalog/native-modules.ts). Methods fail
// through FunctionContext, as functions do.
//
// Invariant of host scans: `position_` is below `row_count_` exactly while the cursor is on a row.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/status.h"
#include "functions/function.h"
#include "record/value.h"
#include "vdbe/program.h"

namespace ringlite {

class ConnectionState;
class VirtualTableCursor;

/** State of one scan of a native module, from which each module derives its own. */
struct ScanState {};

class VirtualTableModule {
 public:
  const char* name;
  /** Makes the state of a scan, not yet on a row. Fails when the table's arguments are wrong. SQLITE_NOMEM.
   */
  Status (*open)(ConnectionState& connection, FunctionContext& context, const VirtualTableReference& table,
                 ScanState** state);
  void (*close)(ScanState* state);
  /** Starts the scan (again): on its first row afterwards, or at the end. */
  Status (*filter)(ScanState* state, FunctionContext& context, int64_t plan, uint32_t argument_count,
                   const Value* arguments);
  Status (*next)(ScanState* state, FunctionContext& context);
  bool (*at_end)(const ScanState* state);
  /** Column of the present row into context.result (NULL before). */
  Status (*column)(ScanState* state, FunctionContext& context, uint32_t column);
  int64_t (*rowid)(const ScanState* state);
};

/** How the host answered: no more rows; some rows with all their values; one row whose columns are asked for
 * one by one. */
enum class HostRows : uint8_t { kEnd, kComplete, kByColumn };

/** A scan in progress. */
class VirtualTableCursor {
 public:
  /** `module` null: a host module. */
  VirtualTableCursor(const VirtualTableModule* module, const VirtualTableReference& table,
                     int32_t scan_number)
      : module_(module), table_(table), scan_number_(scan_number) {}
  ~VirtualTableCursor();
  VirtualTableCursor(const VirtualTableCursor&) = delete;
  VirtualTableCursor& operator=(const VirtualTableCursor&) = delete;

  const VirtualTableReference& table() const { return table_; }
  bool is_host() const { return module_ == nullptr; }
  int32_t scan_number() const { return scan_number_; }

  Status open(ConnectionState& connection, FunctionContext& context);
  Status filter(FunctionContext& context, int64_t plan, uint32_t argument_count, const Value* arguments);
  Status next(FunctionContext& context) { return module_->next(state_, context); }
  bool at_end() const { return is_host() ? position_ >= row_count_ : module_->at_end(state_); }
  Status column(FunctionContext& context, uint32_t column);
  int64_t rowid() const { return is_host() ? rowid_ : module_->rowid(state_); }

  // Host modules
  // -----------------------------------------------------------------------------------------------------
  /** A scan begins: rowids count from 1. */
  void begin_host_scan();
  /** The host's answer: `count` values of whole rows are moved in. */
  Status take_host_rows(HostRows rows, Value* values, uint32_t count, uint32_t column_count);
  /** Steps to the next row that the host has already given; false when it must be asked. */
  bool next_host_row();
  /** The present row's columns must be asked for. */
  bool is_by_column() const { return is_by_column_; }

 private:
  const VirtualTableModule* module_;
  const VirtualTableReference& table_;
  int32_t scan_number_;
  ScanState* state_ = nullptr;

  Array<Value> host_values_;
  uint32_t column_count_ = 0;
  uint32_t row_count_ = 0;
  uint32_t position_ = 0;
  int64_t rowid_ = 0;
  bool is_by_column_ = false;
};

/** generate_series(start, stop, step). */
const VirtualTableModule* generate_series_module();
/** json_each, json_tree, jsonb_each, jsonb_tree (json, root). */
const VirtualTableModule* json_each_module();
const VirtualTableModule* json_tree_module();
const VirtualTableModule* jsonb_each_module();
const VirtualTableModule* jsonb_tree_module();
/** dbstat (schema, aggregate). */
const VirtualTableModule* dbstat_module();

/** The module of that name; nullptr if there is none. */
const VirtualTableModule* find_module(const ConnectionState& connection, std::string_view name);

}  // namespace ringlite
