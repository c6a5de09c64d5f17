#include "vdbe/virtual_table.h"

#include "vdbe/connection_state.h"

namespace ringlite {

VirtualTableCursor::~VirtualTableCursor() {
  if (state_) module_->close(state_);
}

Status VirtualTableCursor::open(ConnectionState& connection, FunctionContext& context) {
  return is_host() ? kOk : module_->open(connection, context, table_, &state_);
}

Status VirtualTableCursor::filter(FunctionContext& context, int64_t plan, uint32_t argument_count,
                                  const Value* arguments) {
  return module_->filter(state_, context, plan, argument_count, arguments);
}

Status VirtualTableCursor::column(FunctionContext& context, uint32_t column) {
  context.result->set_null();
  if (!is_host()) return module_->column(state_, context, column);
  if (column >= column_count_) return kOk;
  return context.result->copy_from(host_values_[size_t{position_} * column_count_ + column]);
}

void VirtualTableCursor::begin_host_scan() {
  rowid_ = 0;
  row_count_ = position_ = 0;
}

Status VirtualTableCursor::take_host_rows(HostRows rows, Value* values, uint32_t count,
                                          uint32_t column_count) {
  is_by_column_ = rows == HostRows::kByColumn;
  column_count_ = column_count;
  position_ = 0;
  row_count_ = rows == HostRows::kEnd ? 0 : is_by_column_ || column_count == 0 ? 1 : count / column_count;
  if (row_count_ > 0) rowid_++;
  if (rows != HostRows::kComplete) return kOk;
  if (host_values_.size() < count) RETURN_IF_ERROR(host_values_.resize(count));
  for (uint32_t i = 0; i < count; i++) {
    host_values_[i].swap(values[i]);
    RETURN_IF_ERROR(host_values_[i].make_persistent());
  }
  return kOk;
}

bool VirtualTableCursor::next_host_row() {
  if (position_ + 1 >= row_count_) return false;
  position_++;
  rowid_++;
  return true;
}

const VirtualTableModule* find_module(const ConnectionState& connection, std::string_view name) {
  const auto lower = [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
  };
  for (const VirtualTableModule* module : connection.modules) {
    const std::string_view known(module->name);
    if (known.size() != name.size()) continue;
    size_t same = 0;
    while (same < name.size() && lower(known[same]) == lower(name[same])) same++;
    if (same == name.size()) return module;
  }
  return nullptr;
}

}  // namespace ringlite
