// Opening and closing a pager.
#include <new>

#include "pager/pager.h"
#include "pager/pager_state.h"

namespace ringlite {

Status Pager::open(Io& io, const char* path, const PagerOpenOptions& options, std::unique_ptr<Pager>* out) {
  std::unique_ptr<Pager> pager(new (std::nothrow) Pager(io));
  if (!pager) return Code::kNomem;
  pager->state_.reset(new (std::nothrow) PagerState(io));
  if (!pager->state_) return Code::kNomem;
  PagerState& state = *pager->state_;
  state.options = options;
  pager->memory_ = options.memory;
  pager->temporary_ = options.temporary;
  pager->pool_ = &state.own_pool;
  if (options.memory || options.temporary) {
    pager->journal_mode_ = options.memory ? JournalMode::kMemory : JournalMode::kDelete;
    pager->synchronous_ = Synchronous::kOff;
    pager->synchronous_set_ = true;
    pager->readonly_ = options.readonly;
  } else {
    if (options.adopted)
      state.file_name = path;
    else
      RETURN_IF_ERROR(io.files().full_path(path, &state.file_name));
    const bool create = options.create && !options.readonly;
    const bool is_unlocked = options.no_locks || options.immutable;
    RETURN_IF_ERROR(is_unlocked ? Store::open_unlocked(io, state.file_name, create, &state.store)
                                : Store::acquire(io, state.file_name, create, &state.store));
    state.store->attach(state.client);
    pager->pool_ = &state.store->pool();
    pager->page_size_ = state.store->pool().page_size();
    pager->readonly_ = options.readonly || options.immutable || !state.store->file().is_writable();
    // What never changes needs to be looked at once.
    if (options.immutable) pager->locking_mode_ = LockingMode::kExclusive;
    state.journal_name = state.file_name + "-journal";
    state.wal_name = state.file_name + "-wal";
    state.shared_memory_name = state.file_name + "-shm";
    state.journal.configure(state.journal_name);
  }
  pager->update_cache_limit();
  *out = std::move(pager);
  return kOk;
}

Pager::~Pager() {
  if (!state_) return;
  PagerState& state = *state_;
  for (PageWatch* watch = watches_; watch; watch = watch->next) watch->is_orphan = true;
  end_read();
  if (state.store) {
    close_wal();
    state.store->unlock(state.client, LockLevel::kNone);
  }
  state.journal.abandon(*pool_);
  forget_savepoints();
  for (uint32_t slot = cache_.count(); slot-- > 0;) {
    Page* page = cache_.at(slot);
    ASSERT(page->pins == 0);
    drop(page);
  }
  if (state.store && state.client.attached) {
    state.store->detach(state.client);
    pool_->shrink_to(state.store->image_limit());
  }
}

void Pager::add_watch(PageWatch& watch) {
  watch.next = watches_;
  watches_ = &watch;
}

void Pager::remove_watch(PageWatch& watch) {
  PageWatch** link = &watches_;
  while (*link && *link != &watch) link = &(*link)->next;
  if (*link) *link = watch.next;
}

Status Pager::spill() {
  drop_free_pages();
  return state_->in_wal ? spill_to_wal() : spill_to_file();
}

/** Pages that went to the freelist need not be written: the cache is rid of them for nothing. */
void Pager::drop_free_pages() {
  for (uint32_t index = cache_.dirty_count(); index-- > 0;) {
    Page* page = cache_.dirty_at(index);
    const bool makes_file_longer = state_->in_wal && page->pgno > state_->original_page_count;
    if ((page->flags & kPageDontWrite) && page->pins == 0 && !makes_file_longer && state_->store) drop(page);
  }
}

LockingMode Pager::locking_mode(LockingMode mode) {
  // Without -shm file nobody else can be let in.
  const bool is_alone = mode == LockingMode::kNormal && state_->in_wal && state_->store->is_wal_alone();
  const bool is_fixed = is_alone || state_->options.immutable;
  if (mode != LockingMode::kQuery && state_->store && !is_fixed) locking_mode_ = mode;
  return state_->store ? locking_mode_ : LockingMode::kExclusive;
}

}  // namespace ringlite
