#include "engine/backup.h"

#include <new>

#include "pager/pager.h"

namespace ringlite {
namespace {

bool may_try_again(Status status) {
  const int32_t code = status.primary();
  return code == static_cast<int32_t>(Code::kOk) || code == static_cast<int32_t>(Code::kBusy) ||
         code == static_cast<int32_t>(Code::kLocked);
}

Status open_destination(Io& io, const std::string& file, std::unique_ptr<Btree>* btree) {
  std::unique_ptr<Pager> pager;
  RETURN_IF_ERROR(Pager::open(io, file.c_str(), PagerOpenOptions(), &pager));
  return Btree::open(std::move(pager), btree);
}

}  // namespace

Status Backup::create(Connection& source, std::string_view name, const std::string& file,
                      bool remove_unfinished, std::unique_ptr<Backup>* out, String* message) {
  ConnectionState& state = source.state();
  std::unique_ptr<Backup> backup(new (std::nothrow) Backup);
  if (!backup) return Code::kNomem;
  backup->io_ = &state.io;
  RETURN_IF_ERROR(open_destination(state.io, file, &backup->destination_));
  const int index = source.find_database(name);
  if (index < 0) {
    RETURN_IF_ERROR(message->assign({"unknown database ", name}));
    return Code::kError;
  }
  if (index == 1) RETURN_IF_ERROR(state.open_temp());
  backup->source_ = state.databases[static_cast<size_t>(index)].btree.get();
  backup->source_->pager().add_watch(backup->watch_);
  backup->removes_unfinished_ = remove_unfinished;
  *out = std::move(backup);
  return kOk;
}

Backup::~Backup() {
  if (!source_) return;
  if (!watch_.is_orphan) source_->pager().remove_watch(watch_);
  const std::string file = destination_->pager().file_name();
  destination_.reset();
  if (removes_unfinished_ && !status_.is(Code::kDone))
    ignore_status(io_->files().remove(file.c_str(), false));
}

Status Backup::step(int32_t pages) {
  if (!may_try_again(status_)) return status_;
  if (watch_.is_orphan) return status_ = Code::kError;
  if (source_->is_writing()) return status_ = Code::kBusy;
  const bool opens_read = !source_->in_transaction();
  // The lock was waited for in vain already.
  source_->pager().set_waits_for_locks(status_.primary() != static_cast<int32_t>(Code::kBusy));
  status_ = opens_read ? source_->begin_read() : kOk;
  source_->pager().set_waits_for_locks(true);
  if (!status_.ok()) return status_;
  status_ = copy_some(pages);
  if (opens_read) source_->end_read();
  return status_;
}

Status Backup::copy_some(int32_t pages) {
  if (!is_destination_locked_) RETURN_IF_ERROR(lock_destination());
  Pager& target = destination_->pager();
  if (target.journal_mode() == JournalMode::kWal && source_->page_size() != destination_->page_size())
    return Code::kReadonly;
  notice_changes();
  RETURN_IF_ERROR(copy_changed());
  const Pgno count = source_->page_count();
  for (int32_t copied = 0; (pages < 0 || copied < pages) && next_ <= count; copied++) {
    RETURN_IF_ERROR(destination_->copy_page(*source_, next_));
    next_++;
  }
  total_pages_ = count;
  remaining_pages_ = next_ > count ? 0 : count + 1 - next_;
  return next_ > count ? finish() : kOk;
}

Status Backup::lock_destination() {
  RETURN_IF_ERROR(destination_->set_page_size(source_->page_size(), 0, false));
  RETURN_IF_ERROR(destination_->begin_write(true, &destination_cookie_));
  is_destination_locked_ = true;
  data_version_ = source_->get_meta(Meta::kDataVersion);
  source_page_size_ = source_->page_size();
  return kOk;
}

/** Starts over when the source is another than the one copied so far. */
void Backup::notice_changes() {
  const uint32_t data_version = source_->get_meta(Meta::kDataVersion);
  if (data_version == data_version_ && source_page_size_ == source_->page_size() && !watch_.is_everything)
    return;
  data_version_ = data_version;
  source_page_size_ = source_->page_size();
  watch_.is_everything = false;
  watch_.changed.clear();
  next_ = 1;
}

/** Pages that this connection changed after they were copied. */
Status Backup::copy_changed() {
  Status status;
  watch_.changed.for_each([this, &status](Pgno pgno) {
    if (status.ok() && pgno < next_ && pgno <= source_->page_count())
      status = destination_->copy_page(*source_, pgno);
  });
  RETURN_IF_ERROR(status);
  watch_.changed.clear();
  return kOk;
}

Status Backup::finish() {
  const bool is_wal = destination_->pager().journal_mode() == JournalMode::kWal;
  // Of an empty source nothing was copied: the destination becomes an empty database, of one page.
  RETURN_IF_ERROR(source_->page_count() == 0 ? destination_->make_empty()
                                             : destination_->finish_copy(*source_));
  RETURN_IF_ERROR(destination_->update_meta(Meta::kSchemaCookie, destination_cookie_ + 1));
  if (is_wal) RETURN_IF_ERROR(destination_->set_version(2));
  RETURN_IF_ERROR(commit_destination());
  return Code::kDone;
}

Status Backup::commit_destination() {
  Pager& pager = destination_->pager();
  if (destination_->page_count() < pager.page_count()) pager.truncate_image(destination_->page_count());
  if (source_->page_count() > 0 && destination_->page_size() > source_->page_size())
    pager.cut_file(static_cast<uint64_t>(source_->page_count()) * source_->page_size());
  // Past the Btree, whose idea of auto-vacuum is that of the old content.
  RETURN_IF_ERROR(pager.commit_phase_one());
  return destination_->commit_phase_two();
}

}  // namespace ringlite
