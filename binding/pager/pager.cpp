// Pages: finding, loading, making private, evicting. Transactions are in pager_transaction.cpp and the files
// beside it.
#include "pager/pager.h"

#include <cstring>

#include "base/memory.h"
#include "pager/pager_state.h"

namespace ringlite {
namespace {

/** Pages read ahead of a scan at most; more than 64 KB at a time gained nothing. */
constexpr uint32_t kMaxReadAhead = 15;

}  // namespace

Pager::Pager(Io& io) : io_(io) {}

void Pager::set_image(Page* page, Image* image, uint16_t flags) {
  page->image = image;
  page->data = image->content();
  page->flags = static_cast<uint16_t>((page->flags & (kPageDirty | kPageReferenced)) | flags);
}

void Pager::drop(Page* page) {
  cache_.mark_clean(page);
  if (page->image) pool_->release(page->image);
  page->image = nullptr;
  cache_.remove(page);
}

void Pager::drop_all_unpinned() {
  for (uint32_t slot = cache_.count(); slot-- > 0;)
    if (cache_.at(slot)->pins == 0) drop(cache_.at(slot));
}

Status Pager::get_slow(Pgno pgno, PageRef* out, uint32_t flags) {
  RETURN_IF_ERROR(error_);
  ASSERT(in_read_);
  CORRUPT_IF(pgno == 0 || pgno == lock_byte_page(page_size_));
  Page* page = lookup(pgno);
  if (flags & kGetNoContent) {
    if (pgno > max_page_count_) return Code::kFull;
    const bool unused =
        !state_->freed.contains(pgno) && !state_->journaled.contains(pgno) && !state_->spilled.contains(pgno);
    if (in_write_ && (unused || pgno > page_count_)) return get_no_content(pgno, page, out);
  }
  if (!page) {
    if (pgno > page_count_ && pgno > max_page_count_) return Code::kFull;
    RETURN_IF_ERROR(make_room());
    RETURN_IF_ERROR(cache_.insert(pgno, this, &page));
    // Pinned, because reading ahead makes room for more.
    page->pins++;
    const Status status = load(page);
    page->pins--;
    if (!status.ok()) {
      cache_.remove(page);
      return status;
    }
  }
  page->flags |= kPageReferenced;
  *out = PageRef(page);
  return kOk;
}

/** The page is free since before this transaction (or is new): nobody will want its old content back. */
Status Pager::get_no_content(Pgno pgno, Page* page, PageRef* out) {
  if (!page) {
    RETURN_IF_ERROR(make_room());
    RETURN_IF_ERROR(cache_.insert(pgno, this, &page));
    Image* image = pool_->allocate(pgno);
    Status status = image ? state_->touched.push_back(pgno) : Status(Code::kNomem);
    if (!status.ok()) {
      if (image) pool_->release(image);
      cache_.remove(page);
      return status;
    }
    std::memset(image->content(), 0, page_size_);
    set_image(page, image, kPageNoContent);
  }
  page->flags |= kPageReferenced;
  *out = PageRef(page);
  return kOk;
}

Status Pager::read_content(Pgno pgno, uint8_t* content) {
  PagerState& state = *state_;
  if (state.in_wal) {
    bool found = false;
    RETURN_IF_ERROR(read_from_wal(pgno, content, &found));
    if (found) return kOk;
  }
  File* file = state.file();
  if (!file) {
    std::memset(content, 0, page_size_);
    return kOk;
  }
  size_t got = 0;
  return file->read(content, page_size_, uint64_t{pgno - 1} * page_size_, &got);
}

/** How many pages after `pgno` to read along with it: a scan is going on and the pages are neither cached nor
 * in the WAL. */
uint32_t Pager::read_ahead_count(Pgno pgno) {
  PagerState& state = *state_;
  const bool close = pgno > state.last_loaded && pgno - state.last_loaded <= 4;
  state.sequential_loads = close ? state.sequential_loads + 1 : 0;
  state.last_loaded = pgno;
  if (state.sequential_loads < 3 || !state.store || !state.spilled.empty()) return 0;
  uint32_t limit = kMaxReadAhead < cache_limit_ / 8 ? kMaxReadAhead : cache_limit_ / 8;
  if (limit > page_count_ - pgno) limit = page_count_ - pgno;
  const bool uses_log = state.in_wal && state.client.wal.uses_log();
  if (uses_log && is_in_log(pgno)) return 0;
  uint32_t count = 0;
  for (; count < limit; count++) {
    const Pgno next = pgno + count + 1;
    if (cache_.find(next) || next == lock_byte_page(page_size_)) break;
    if (uses_log && is_in_log(next)) break;
    if (Image* known = pool_->find(next, state.snapshot.version)) {
      pool_->release(known);
      break;
    }
  }
  if (count > 0) state.last_loaded = pgno + count;
  return count;
}

/** Reads the page of `first` and the `count` pages after it in one call; the latter become clean cached
 * pages. */
Status Pager::read_run(Image* first, uint32_t count) {
  PagerState& state = *state_;
  Image* images[kMaxReadAhead + 1] = {first};
  IoBuffer buffers[kMaxReadAhead + 1];
  for (uint32_t i = 1; i <= count; i++) {
    images[i] = pool_->allocate(first->pgno + i);
    if (!images[i]) count = i - 1;
  }
  for (uint32_t i = 0; i <= count; i++) buffers[i] = {images[i]->content(), page_size_};
  const Status status = state.file()->read_vector(buffers, count + 1, uint64_t{first->pgno - 1} * page_size_);
  for (uint32_t i = 1; i <= count; i++) {
    Page* page = nullptr;
    if (!status.ok() || !make_room().ok() || !cache_.insert(images[i]->pgno, this, &page).ok()) {
      pool_->release(images[i]);
      continue;
    }
    set_image(page, state.store->share_loaded(images[i], state.snapshot), 0);
  }
  return status;
}

/** Gives a fresh handle the content that the transaction sees. */
Status Pager::load(Page* page) {
  PagerState& state = *state_;
  const Pgno pgno = page->pgno;
  const bool spilled = state.spilled.contains(pgno);
  const bool beyond_end = pgno > page_count_;
  Image* image = nullptr;
  if (state.store && !spilled && !beyond_end) image = pool_->find(pgno, state.snapshot.version);
  uint16_t flags = spilled ? kPagePrivate : 0;
  if (!image) {
    image = pool_->allocate(pgno);
    if (!image) return Code::kNomem;
    if (beyond_end) {
      std::memset(image->content(), 0, page_size_);
      flags = kPageNoContent;
      if (in_write_) {
        if (Status status = state.touched.push_back(pgno); !status.ok()) {
          pool_->release(image);
          return status;
        }
      }
    } else {
      const uint32_t ahead = spilled ? 0 : read_ahead_count(pgno);
      const Status status = ahead > 0 ? read_run(image, ahead) : read_content(pgno, image->content());
      if (!status.ok()) {
        pool_->release(image);
        return status;
      }
      if (state.store && !spilled) image = state.store->share_loaded(image, state.snapshot);
    }
  }
  set_image(page, image, flags);
  return kOk;
}

/** Whether the database's path names another file now, or none. */
bool Pager::has_moved() const {
  const PagerState& state = *state_;
  if (!state.store || state.options.no_locks) return false;
  FileIdentity identity;
  bool found = false;
  uint64_t size = 0;
  if (!io_.files().identify(state.file_name.c_str(), &identity, &found, &size).ok()) return false;
  return !found || !(identity == state.store->file().identity());
}

/** A journal is found by its name: where the database is not any more, nobody would find it after a crash. */
Status Pager::check_not_moved() {
  PagerState& state = *state_;
  if (state.is_place_checked) return kOk;
  const bool needs_journal =
      state.journal.wants_originals() && journal_mode_ != JournalMode::kMemory && !state.journal.is_open();
  if (needs_journal && state.original_page_count > 0 && has_moved()) return Code::kReadonlyDbmoved;
  state.is_place_checked = true;
  return kOk;
}

Status Pager::write_slow(Page* page) {
  RETURN_IF_ERROR(error_);
  ASSERT(in_write_);
  RETURN_IF_ERROR(check_not_moved());
  RETURN_IF_ERROR(make_private(page));
  cache_.mark_dirty(page);
  page->flags = static_cast<uint16_t>((page->flags & ~(kPageDontWrite | kPageNoContent)) | kPagePrivate |
                                      kPageWritable);
  page->saved_serial = savepoint_serial_;
  if (page->pgno > page_count_) page_count_ = page->pgno;
  return kOk;
}

/** Saves the content that a rollback or a savepoint would need, and gives the page an image of its own. */
Status Pager::make_private(Page* page) {
  PagerState& state = *state_;
  const Pgno pgno = page->pgno;
  const bool is_private = (page->flags & kPagePrivate) != 0;
  const bool has_content = !(page->flags & kPageNoContent);
  const bool for_savepoint = savepoint_count_ > 0 && has_content && page->saved_serial < savepoint_serial_ &&
                             pgno <= state.savepoints.highest_page();
  if (is_private && !for_savepoint) return kOk;
  if (state.options.omit_journal ||
      (!has_content && page->image->references.load(std::memory_order_acquire) == 1))
    return is_private ? kOk : state.touched.push_back(pgno);
  const bool for_journal = !is_private && has_content && state.journal.wants_originals() &&
                           pgno <= state.original_page_count && !state.journaled.contains(pgno);
  if (for_journal && state.journal.pending_count() >= journal_batch())
    RETURN_IF_ERROR(state.journal.write_pending(*pool_));
  Image* copy = pool_->allocate(pgno);
  if (!copy) return Code::kNomem;
  Status status = is_private ? kOk : state.touched.push_back(pgno);
  if (status.ok() && for_savepoint) status = state.savepoints.save(*pool_, page->image, pgno, is_private);
  if (status.ok() && for_journal) status = state.journal.add(page->image);
  if (status.ok() && for_journal) status = state.journaled.add(pgno);
  if (!status.ok()) {
    pool_->release(copy);
    return status;
  }
  std::memcpy(copy->content(), page->image->content(), page_size_);
  pool_->release(page->image);
  page->image = copy;
  page->data = copy->content();
  return kOk;
}

size_t Pager::journal_batch() const {
  // Originals waiting for the journal keep their images in memory: files get them in pieces of about 1 MB,
  // private databases only when the cache overflows.
  if (memory_ || journal_mode_ == JournalMode::kMemory) return SIZE_MAX;
  if (temporary_) return cache_limit_;
  return (size_t{1} << 20) / page_size_ + 16;
}

Status Pager::dont_write(Pgno pgno) {
  ASSERT(in_write_);
  Page* page = lookup(pgno);
  if (page && (page->flags & kPageDirty) && savepoint_count_ == 0) page->flags |= kPageDontWrite;
  return state_->freed.add(pgno);
}

void Pager::truncate_image(Pgno count) {
  ASSERT(in_write_ && count <= page_count_);
  page_count_ = count;
}

/** Evicts clean pages, or spills dirty ones, until one more page fits the cache. */
Status Pager::make_room() {
  if (memory_ || cache_.count() < cache_limit_) return kOk;
  while (cache_.count() >= cache_limit_) {
    if (Page* victim = cache_.find_victim()) {
      evict(victim);
      continue;
    }
    const bool may_spill = in_write_ || temporary_;
    if (!may_spill || spill_size_ <= 0 || cache_.dirty_count() == 0) return kOk;
    if (cache_.count() < state_->spill_blocked_at) return kOk;
    const uint32_t dirty_before = cache_.dirty_count();
    const Status status = spill();
    if (status.primary() == static_cast<int32_t>(Code::kBusy) ||
        (status.ok() && cache_.dirty_count() == dirty_before)) {
      state_->spill_blocked_at = cache_.count() + cache_.count() / 8 + 16;
      return kOk;
    }
    RETURN_IF_ERROR(status);
  }
  return kOk;
}

void Pager::evict(Page* page) {
  Image* image = page->image;
  page->image = nullptr;
  cache_.remove(page);
  if (state_->store && pool_->image_count() >= state_->store->image_limit())
    pool_->evict(image);
  else
    pool_->release(image);
}

void Pager::update_cache_limit() {
  int64_t pages = cache_size_;
  if (cache_size_ < 0) {
    const int64_t page_bytes = int64_t{page_size_} + sizeof(Page) + sizeof(Image) + kPageSlack;
    pages = -cache_size_ > INT64_MAX / 1024 ? INT64_MAX : -cache_size_ * 1024 / page_bytes;
  }
  // A balance holds some pages pinned at once; fewer than this would only spill what is needed next.
  if (pages < 10) pages = 10;
  if (pages > INT32_MAX) pages = INT32_MAX;
  cache_limit_ = static_cast<uint32_t>(pages);
  if (state_ && state_->store) state_->store->set_cache_limit(state_->client, cache_limit_);
}

void Pager::set_cache_size(int64_t size) {
  cache_size_ = size;
  update_cache_limit();
  while (!memory_ && cache_.count() > cache_limit_) {
    Page* victim = cache_.find_victim();
    if (!victim) break;
    evict(victim);
  }
}

int64_t Pager::set_spill_size(int64_t pages) {
  spill_size_ = pages;
  return spill_size_;
}

Status Pager::resize_pages(uint32_t page_size) {
  drop_all_unpinned();
  if (cache_.count() != 0) return kOk;
  if (state_->store)
    RETURN_IF_ERROR(state_->store->set_page_size(page_size));
  else
    pool_->set_page_size(page_size);
  page_size_ = page_size;
  state_->scratch.reset();
  update_cache_limit();
  return kOk;
}

Status Pager::set_page_size(uint32_t page_size, int reserved_bytes) {
  const bool valid =
      page_size >= kMinPageSize && page_size <= kMaxPageSize && (page_size & (page_size - 1)) == 0;
  if (valid && page_size != page_size_ && (!memory_ || page_count_ == 0))
    RETURN_IF_ERROR(resize_pages(page_size));
  if (reserved_bytes >= 0) reserved_bytes_ = static_cast<uint32_t>(reserved_bytes);
  return kOk;
}

uint8_t* Pager::scratch() {
  if (!state_->scratch) {
    auto* bytes = static_cast<uint8_t*>(mem_alloc(page_size_ + kPageSlack));
    if (!bytes) return nullptr;
    std::memset(bytes, 0, page_size_ + kPageSlack);
    state_->scratch.reset(bytes);
  }
  return state_->scratch.get();
}

Pgno Pager::max_page_count(Pgno count) {
  if (count > 0) max_page_count_ = count < page_count_ ? page_count_ : count;
  return max_page_count_;
}

int64_t Pager::set_journal_size_limit(int64_t bytes) {
  if (bytes >= -1) journal_size_limit_ = bytes;
  return journal_size_limit_;
}

const std::string& Pager::file_name() const { return state_->file_name; }
const std::string& Pager::journal_name() const { return state_->journal_name; }

int64_t Pager::cache_bytes() const {
  return int64_t{cache_.count()} *
         static_cast<int64_t>(page_size_ + kPageSlack + sizeof(Image) + sizeof(Page));
}

void Pager::shrink() {
  if (memory_) return;
  for (uint32_t slot = cache_.count(); slot-- > 0;) {
    Page* page = cache_.at(slot);
    if (page->pins == 0 && !(page->flags & kPageDirty)) drop(page);
  }
  if (state_->store) pool_->shrink_to(0);
}

void Pager::clear_cache() {
  if (memory_ || temporary_) return;
  shrink();
  if (state_->store) pool_->clear();
}

Status Pager::flush() {
  RETURN_IF_ERROR(error_);
  if (memory_ || !in_write_ || cache_.dirty_count() == 0) return kOk;
  return spill();
}

}  // namespace ringlite
