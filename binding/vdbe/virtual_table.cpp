#include "vdbe/virtual_table.h"

namespace ringlite {

VirtualTableCursor::~VirtualTableCursor() {
  if (state_) module_->close(state_);
}

Status VirtualTableCursor::open(ConnectionState& connection) {
  return is_host() ? kOk : module_->open(connection, table_, &state_);
}

Status VirtualTableCursor::filter(int64_t plan, uint32_t argument_count, const Value* arguments,
                                  ModuleMessage* message) {
  return module_->filter(state_, plan, argument_count, arguments, message);
}

Status VirtualTableCursor::next(ModuleMessage* message) { return module_->next(state_, message); }

Status VirtualTableCursor::column(uint32_t column, Value* value) {
  value->set_null();
  if (!is_host()) return module_->column(state_, column, value);
  if (column + 1 < host_row_.size()) return value->copy_from(host_row_[column + 1]);
  return kOk;
}

int64_t VirtualTableCursor::rowid() const {
  if (!is_host()) return module_->rowid(state_);
  return !host_row_.empty() && host_row_[0].is_integer() ? host_row_[0].integer() : 0;
}

Status VirtualTableCursor::set_host_row(Value* values, uint32_t count) {
  if (host_row_.size() != count) host_row_ = std::vector<Value>(count);
  for (uint32_t i = 0; i < count; i++) {
    host_row_[i].swap(values[i]);
    RETURN_IF_ERROR(host_row_[i].make_persistent());
  }
  return kOk;
}

const VirtualTableModule* find_module(const std::vector<const VirtualTableModule*>& modules, std::string_view name) {
  const auto lower = [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
  };
  for (const VirtualTableModule* module : modules) {
    const std::string_view known(module->name);
    if (known.size() != name.size()) continue;
    size_t same = 0;
    while (same < name.size() && lower(known[same]) == lower(name[same])) same++;
    if (same == name.size()) return module;
  }
  return nullptr;
}

}  // namespace ringlite
