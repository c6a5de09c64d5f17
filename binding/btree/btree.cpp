// Transactions, page 1 and settings of a Btree.
#include "btree/btree.h"

#include <new>

#include "btree/cursor.h"

namespace ringlite {

Status Btree::open(std::unique_ptr<Pager> pager, std::unique_ptr<Btree>* out) {
  std::unique_ptr<Btree> btree(new (std::nothrow) Btree());
  if (!btree) return Code::kNomem;
  btree->pager_ = std::move(pager);
  btree->file_.pager = btree->pager_.get();
  btree->set_geometry();
  *out = std::move(btree);
  return kOk;
}

Btree::~Btree() {
  ASSERT(cursors_ == nullptr);
  file_.page1.reset();
  if (pager_ && pager_->in_write()) ignore_status(pager_->rollback());
  if (pager_ && pager_->in_read()) pager_->end_read();
}

void Btree::set_geometry() { file_.geometry.set(pager_->page_size(), pager_->usable_size()); }

// Transactions
// --------------------------------------------------------------------------------------------------------

Status Btree::begin(bool write, bool exclusive, uint32_t* schema_cookie) {
  if (write && is_readonly()) return Code::kReadonly;
  const bool was_idle = state_ == TransactionState::kNone;
  for (int attempts = 0;; attempts++) {
    Status status;
    bool has_waited = false;
    if (was_idle) {
      // Else the two locks one after the other, and whatever is in the way is met in this order.
      if (!write || !pager_->try_begin_as_writer()) status = pager_->begin_read();
      if (status.ok()) status = read_page1();
      if (status.ok() && write && is_readonly()) status = Code::kReadonly;
      if (status.ok() && write && !pager_->in_write() && !pager_->is_turn_to_write()) status = Code::kBusy;
    }
    if (status.ok() && write) {
      if (state_ != TransactionState::kWrite) {
        status = pager_->begin_write(false);
        if (status.ok() && exclusive) {
          status = pager_->exclusive_lock();
          has_waited = true;
        }
        if (status.ok() && file_.page_count == 0) status = create_page1();
        if (!status.ok() && !was_idle && pager_->in_write()) ignore_status(pager_->rollback());
      } else if (exclusive) {
        status = pager_->exclusive_lock();
      }
    }
    if (status.ok()) break;
    if (!was_idle) return status;
    file_.page1.reset();
    if (pager_->in_write()) ignore_status(pager_->rollback());
    pager_->end_read();
    const bool may_retry = status.primary() == static_cast<int32_t>(Code::kBusy) && !has_waited;
    if (may_retry && pager_->wait_to_begin(write, attempts)) continue;
    pager_->stop_waiting();
    return status;
  }
  if (was_idle) pager_->stop_waiting();
  const bool starts_write = write && state_ != TransactionState::kWrite;
  if (write) {
    state_ = TransactionState::kWrite;
  } else if (was_idle) {
    state_ = TransactionState::kRead;
  }
  if (schema_cookie) *schema_cookie = get_meta(Meta::kSchemaCookie);
  if (starts_write && load_be32(file_.page1.data() + file_header::kPageCount) != file_.page_count) {
    // Left by a writer from before the field existed.
    RETURN_IF_ERROR(pager_->write(file_.page1));
    store_be32(file_.page1.mutable_data() + file_header::kPageCount, file_.page_count);
  }
  return kOk;
}

/** Pins page 1 and checks the database header; learns page size and auto-vacuum mode from it. */
Status Btree::read_page1() {
  PageRef page;
  RETURN_IF_ERROR(pager_->get(1, &page));
  const uint8_t* header = page.data();
  const Pgno pages_in_file = pager_->page_count();
  Pgno page_count = load_be32(header + file_header::kPageCount);
  if (page_count == 0 ||
      std::memcmp(header + file_header::kChangeCounter, header + file_header::kVersionValidFor, 4) != 0)
    page_count = pages_in_file;
  is_readonly_format_ = false;
  if (page_count > 0) {
    if (std::memcmp(header, file_header::kMagic, sizeof file_header::kMagic) != 0) return Code::kNotadb;
    if (header[file_header::kReadVersion] > 2) return Code::kNotadb;
    if (std::memcmp(header + file_header::kFractions, file_header::kFractionBytes, 3) != 0)
      return Code::kNotadb;
    const uint32_t size = load_be16(header + file_header::kPageSize);
    const uint32_t page_size = size == 1 ? kMaxPageSize : size;
    const uint8_t reserved = header[file_header::kReservedBytes];
    if (page_size < kMinPageSize || page_size > kMaxPageSize || (page_size & (page_size - 1)) != 0)
      return Code::kNotadb;
    if (page_size - reserved < kMinUsableSize) return Code::kNotadb;
    if (page_size != pager_->page_size() || reserved != pager_->reserved_bytes()) {
      page.reset();
      const bool is_same_size = page_size == pager_->page_size();
      RETURN_IF_ERROR(pager_->set_page_size(page_size, reserved));
      if (page_size != pager_->page_size() || reserved != pager_->reserved_bytes()) return Code::kNotadb;
      if (!is_same_size) return read_page1();
      RETURN_IF_ERROR(pager_->get(1, &page));
      header = page.data();
    }
    CORRUPT_IF(page_count > pages_in_file);
    is_readonly_format_ = header[file_header::kWriteVersion] > 2;
    is_page_size_fixed_ = true;
    file_.is_auto_vacuum = load_be32(header + file_header::kLargestRoot) != 0;
    file_.is_incremental_vacuum = load_be32(header + file_header::kIncrementalVacuum) != 0;
  }
  set_geometry();
  file_.page1 = std::move(page);
  file_.page_count = page_count;
  return kOk;
}

/** Writes the header of a new database, whose first page is an empty table tree: the schema. */
Status Btree::create_page1() {
  RETURN_IF_ERROR(pager_->write(file_.page1));
  uint8_t* header = file_.page1.mutable_data();
  const uint32_t page_size = file_.geometry.page_size;
  std::memset(header, 0, page_size);
  std::memcpy(header, file_header::kMagic, sizeof file_header::kMagic);
  store_be16(header + file_header::kPageSize,
             static_cast<uint16_t>(page_size == kMaxPageSize ? 1 : page_size));
  header[file_header::kWriteVersion] = 1;
  header[file_header::kReadVersion] = 1;
  header[file_header::kReservedBytes] = static_cast<uint8_t>(reserved_bytes());
  std::memcpy(header + file_header::kFractions, file_header::kFractionBytes, 3);
  Node root(file_.page1.clone());
  root.format(file_.geometry, tree_page::kLeafTable, false);
  is_page_size_fixed_ = true;
  store_be32(header + file_header::kLargestRoot, file_.is_auto_vacuum ? 1 : 0);
  store_be32(header + file_header::kIncrementalVacuum, file_.is_incremental_vacuum ? 1 : 0);
  store_be32(header + file_header::kPageCount, 1);
  file_.page_count = 1;
  return kOk;
}

Status Btree::commit_phase_one(const char* super_journal) {
  if (state_ != TransactionState::kWrite) return kOk;
  if (file_.is_auto_vacuum && !file_.is_incremental_vacuum) RETURN_IF_ERROR(vacuum_for_commit());
  if (file_.was_truncated) pager_->truncate_image(file_.page_count);
  return pager_->commit_phase_one(super_journal);
}

Status Btree::commit_phase_two(bool keep_reading) {
  if (state_ == TransactionState::kNone) return kOk;
  if (state_ == TransactionState::kWrite && keep_reading) RETURN_IF_ERROR(pager_->keep_reading());
  if (state_ == TransactionState::kWrite) RETURN_IF_ERROR(pager_->commit_phase_two());
  leave_write(keep_reading);
  return kOk;
}

void Btree::leave_write(bool keep_reading) {
  file_.was_truncated = false;
  state_ = TransactionState::kRead;
  if (!keep_reading) end_read();
}

void Btree::end_read() {
  if (state_ != TransactionState::kRead || cursors_ != nullptr) return;
  file_.page1.reset();
  pager_->end_read();
  state_ = TransactionState::kNone;
}

Status Btree::rollback(Status cursor_code, bool write_cursors_only, bool keep_reading) {
  Status result;
  if (cursor_code.ok()) {
    // A cursor that cannot save its position is lost, and with it all others: its error is the reason they
    // give.
    result = cursor_code = save_all_cursors(0, nullptr);
    if (!result.ok()) write_cursors_only = false;
  }
  if (!cursor_code.ok()) {
    Status status = trip_all_cursors(cursor_code, write_cursors_only);
    if (!status.ok()) result = status;
  }
  if (state_ == TransactionState::kWrite) {
    Status status = pager_->rollback();
    if (!status.ok()) result = status;
    file_.was_truncated = false;
    state_ = TransactionState::kRead;
    if (pager_->in_read() && pager_->error().ok()) {
      file_.page1.reset();
      status = read_page1();
      if (!status.ok() && result.ok()) result = status;
    }
    if (!file_.page1) {
      // The file cannot be read any more: nothing keeps the transaction alive.
      Status code = result.ok() ? Status(Code::kAbortRollback) : result;
      ignore_status(trip_all_cursors(code, false));
      pager_->end_read();
      state_ = TransactionState::kNone;
      return result;
    }
  }
  if (state_ == TransactionState::kRead && !keep_reading) end_read();
  return result;
}

Status Btree::rollback_to_savepoint(int index) {
  if (state_ != TransactionState::kWrite) return kOk;
  RETURN_IF_ERROR(save_all_cursors(0, nullptr));
  RETURN_IF_ERROR(pager_->rollback_to_savepoint(index));
  file_.page_count = load_be32(file_.page1.data() + file_header::kPageCount);
  if (file_.page_count == 0) file_.page_count = pager_->page_count();
  if (index < 0 && file_.page_count == 0) return create_page1();
  return kOk;
}

// Cursors
// -------------------------------------------------------------------------------------------------------------

Status Btree::save_all_cursors(Pgno root, const Cursor* except) {
  for (Cursor* cursor = cursors_; cursor; cursor = cursor->next_cursor_) {
    if (cursor == except || (root != 0 && cursor->root_ != root)) continue;
    RETURN_IF_ERROR(cursor->save_position());
    cursor->path_.clear();
  }
  return kOk;
}

Status Btree::trip_all_cursors(Status code, bool write_cursors_only) {
  Status result;
  for (Cursor* cursor = cursors_; cursor; cursor = cursor->next_cursor_) {
    if (write_cursors_only && !cursor->is_writable_) {
      Status status = cursor->save_position();
      if (!status.ok()) {
        ignore_status(trip_all_cursors(status, false));
        return status;
      }
      cursor->path_.clear();
    } else {
      cursor->trip(code);
    }
  }
  return result;
}

// Settings
// ------------------------------------------------------------------------------------------------------------

Status Btree::set_page_size(uint32_t page_size, int reserved_bytes, bool fix) {
  if (is_page_size_fixed_ || in_transaction()) return kOk;
  const bool is_valid =
      page_size >= kMinPageSize && page_size <= kMaxPageSize && (page_size & (page_size - 1)) == 0;
  const uint32_t size = is_valid ? page_size : pager_->page_size();
  int reserved = reserved_bytes < 0 ? static_cast<int>(pager_->reserved_bytes()) : reserved_bytes;
  if (reserved > static_cast<int>(size - kMinUsableSize)) reserved = static_cast<int>(size - kMinUsableSize);
  RETURN_IF_ERROR(pager_->set_page_size(size, reserved));
  set_geometry();
  if (fix) is_page_size_fixed_ = true;
  return kOk;
}

Status Btree::set_auto_vacuum(AutoVacuum mode) {
  const bool is_on = mode != AutoVacuum::kNone;
  if (is_page_size_fixed_ && is_on != file_.is_auto_vacuum) return Code::kReadonly;
  file_.is_auto_vacuum = is_on;
  file_.is_incremental_vacuum = mode == AutoVacuum::kIncremental;
  return kOk;
}

Status Btree::set_version(uint8_t version) {
  ASSERT(version == 1 || version == 2);
  RETURN_IF_ERROR(begin_read());
  const uint8_t* header = file_.page1.data();
  if (header[file_header::kWriteVersion] == version && header[file_header::kReadVersion] == version)
    return kOk;
  RETURN_IF_ERROR(begin_write(true));
  RETURN_IF_ERROR(pager_->write(file_.page1));
  file_.page1.mutable_data()[file_header::kWriteVersion] = version;
  file_.page1.mutable_data()[file_header::kReadVersion] = version;
  return kOk;
}

Status Btree::update_meta(Meta field, uint32_t value) {
  ASSERT(is_writing() && field != Meta::kFreePageCount && field != Meta::kDataVersion);
  RETURN_IF_ERROR(pager_->write(file_.page1));
  store_be32(file_.page1.mutable_data() + file_header::kMeta + 4 * static_cast<uint32_t>(field), value);
  if (field == Meta::kIncrementalVacuum) file_.is_incremental_vacuum = value != 0;
  return kOk;
}

}  // namespace ringlite
