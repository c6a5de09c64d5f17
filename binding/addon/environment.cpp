#include "addon/environment.h"

namespace ringlite {

napi_status Environment::attach_buffer(napi_value array_buffer) {
  void* bytes = nullptr;
  size_t size = 0;
  napi_status status = napi_get_arraybuffer_info(env_, array_buffer, &bytes, &size);
  if (status != napi_ok) return status;
  napi_ref reference = nullptr;
  status = napi_create_reference(env_, array_buffer, 1, &reference);
  if (status != napi_ok) return status;
  if (buffer_reference_) napi_delete_reference(env_, buffer_reference_);
  buffer_reference_ = reference;
  border_.bytes = static_cast<uint8_t*>(bytes);
  border_.size = size;
  return napi_ok;
}

int32_t Environment::add_connection(std::unique_ptr<Connection> connection) {
  for (size_t i = 0; i < connections_.size(); i++) {
    if (connections_[i]) continue;
    connections_[i] = std::move(connection);
    return static_cast<int32_t>(i);
  }
  connections_.push_back(std::move(connection));
  return static_cast<int32_t>(connections_.size() - 1);
}

Connection* Environment::connection(int32_t number) {
  if (static_cast<uint32_t>(number) >= connections_.size()) return nullptr;
  return connections_[static_cast<uint32_t>(number)].get();
}

void Environment::close_connection(int32_t number) {
  if (!connection(number)) return;
  for (size_t i = 0; i < statements_.size(); i++)
    if (statements_[i].connection == number) remove_statement(static_cast<int32_t>(i));
  for (BackupSlot& slot : backups_)
    if (slot.connection == number) slot.backup.reset();
  connections_[static_cast<uint32_t>(number)].reset();
}

int32_t Environment::add_statement(int32_t connection, std::unique_ptr<Statement> statement) {
  int32_t number = static_cast<int32_t>(statements_.size());
  if (free_statements_.empty()) {
    statements_.emplace_back();
  } else {
    number = free_statements_.back();
    free_statements_.pop_back();
  }
  StatementSlot& slot = statements_[static_cast<uint32_t>(number)];
  slot.statement = std::move(statement);
  slot.connection = connection;
  return number;
}

void Environment::remove_statement(int32_t number) {
  if (!statement(number)) return;
  StatementSlot& slot = statements_[static_cast<uint32_t>(number)];
  slot.statement->reset();
  slot.statement.reset();
  slot.connection = -1;
  free_statements_.push_back(number);
}

int32_t Environment::add_backup(int32_t connection, std::unique_ptr<Backup> backup) {
  size_t number = 0;
  while (number < backups_.size() && backups_[number].backup) number++;
  if (number == backups_.size()) backups_.emplace_back();
  backups_[number].backup = std::move(backup);
  backups_[number].connection = connection;
  return static_cast<int32_t>(number);
}

Backup* Environment::backup(int32_t number) {
  if (static_cast<uint32_t>(number) >= backups_.size()) return nullptr;
  return backups_[static_cast<uint32_t>(number)].backup.get();
}

void Environment::remove_backup(int32_t number) {
  if (backup(number)) backups_[static_cast<uint32_t>(number)].backup.reset();
}

Environment::~Environment() {
  close_all();
  if (buffer_reference_) napi_delete_reference(env_, buffer_reference_);
}

void Environment::close_all() {
  for (size_t i = 0; i < connections_.size(); i++) close_connection(static_cast<int32_t>(i));
  border_.bytes = nullptr;
  border_.size = 0;
}

}  // namespace ringlite
