// Virtual tables: the interface of native modules, and the cursor that a program scans one with. Tables of host modules
// (JavaScript) are scanned with the same cursor; their rows arrive through HostCall.
//
// A module is plain data with function pointers. Arguments of a scan are the table's hidden columns: the plan number of
// VFilter has bit i set when argument i is given; the given ones follow in order.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "record/value.h"
#include "vdbe/program.h"

namespace ringlite {

class ConnectionState;
class VirtualTableCursor;

/** State of one scan of a native module; what it is, only the module knows. */
struct ScanState;

/** What a failing module says; empty: the code's standard text. */
using ModuleMessage = std::string;

class VirtualTableModule {
 public:
  const char* name;
  /** Makes the state of a scan, not yet on a row. SQLITE_NOMEM. */
  Status (*open)(ConnectionState& connection, const VirtualTableReference& table, ScanState** state);
  void (*close)(ScanState* state);
  /** Starts the scan: on its first row afterwards, or at the end. */
  Status (*filter)(ScanState* state, int64_t plan, uint32_t argument_count, const Value* arguments, ModuleMessage* message);
  Status (*next)(ScanState* state, ModuleMessage* message);
  bool (*at_end)(const ScanState* state);
  /** Column of the present row into `value` (NULL before). */
  Status (*column)(ScanState* state, uint32_t column, Value* value);
  int64_t (*rowid)(const ScanState* state);
  /** INSERT, UPDATE, DELETE: values are old rowid, new rowid, columns; nullptr when the table cannot be changed. */
  Status (*update)(ConnectionState& connection, const VirtualTableReference& table, uint32_t count, const Value* values,
                   int64_t* rowid, ModuleMessage* message);
};

/** A scan in progress. */
class VirtualTableCursor {
 public:
  /** `module` null: a host module. */
  VirtualTableCursor(const VirtualTableModule* module, const VirtualTableReference& table, int32_t scan_number)
      : module_(module), table_(table), scan_number_(scan_number) {}
  ~VirtualTableCursor();
  VirtualTableCursor(const VirtualTableCursor&) = delete;
  VirtualTableCursor& operator=(const VirtualTableCursor&) = delete;

  const VirtualTableReference& table() const { return table_; }
  bool is_host() const { return module_ == nullptr; }
  int32_t scan_number() const { return scan_number_; }

  Status open(ConnectionState& connection);
  Status filter(int64_t plan, uint32_t argument_count, const Value* arguments, ModuleMessage* message);
  Status next(ModuleMessage* message);
  bool at_end() const { return is_host() ? host_row_.empty() : module_->at_end(state_); }
  Status column(uint32_t column, Value* value);
  int64_t rowid() const;
  /** Host modules: the row that the host answered with (rowid first), moved in; 0 values: the end. */
  Status set_host_row(Value* values, uint32_t count);

 private:
  const VirtualTableModule* module_;
  const VirtualTableReference& table_;
  int32_t scan_number_;
  ScanState* state_ = nullptr;
  std::vector<Value> host_row_;
};

/** generate_series(start, stop, step). */
const VirtualTableModule* generate_series_module();

/** The module of that name; nullptr if there is none. */
const VirtualTableModule* find_module(const std::vector<const VirtualTableModule*>& modules, std::string_view name);

}  // namespace ringlite
