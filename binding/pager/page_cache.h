// PageCache: the handles of one pager, found by page number without a lock.
//
// It owns handles, their hash table, the list of dirty ones and the clock that chooses victims. It does not
// own images (the pager releases a handle's image before removing the handle) and knows nothing of files or
// transactions.
#pragma once
#include <cstdint>

#include "base/pod_array.h"
#include "base/status.h"
#include "pager/page.h"

namespace ringlite {

class PageCache {
 public:
  PageCache() = default;
  ~PageCache();
  PageCache(const PageCache&) = delete;
  PageCache& operator=(const PageCache&) = delete;

  Page* lookup(Pgno pgno) const {
    for (Page* page = visible_buckets_[pgno & visible_mask_]; page; page = page->hash_next)
      if (page->pgno == pgno) return page;
    return nullptr;
  }
  /** lookup() that also works while the cache is hidden. */
  Page* find(Pgno pgno) const;
  /** A new handle without image, unpinned and clean; `pgno` is not in the cache yet. SQLITE_NOMEM. */
  Status insert(Pgno pgno, Pager* pager, Page** page);
  /** Frees an unpinned, clean handle whose image was taken away. */
  void remove(Page* page);

  uint32_t count() const { return static_cast<uint32_t>(pages_.size()); }
  Page* at(uint32_t slot) const { return pages_[slot]; }

  /** Never fails: room is reserved when handles are made. */
  void mark_dirty(Page* page);
  void mark_clean(Page* page);
  uint32_t dirty_count() const { return static_cast<uint32_t>(dirty_.size()); }
  Page* dirty_at(uint32_t index) const { return dirty_[index]; }

  /** An unpinned clean page that was not used lately, or nullptr. Gives up after a bounded number of steps.
   */
  Page* find_victim();

  /** While hidden, lookup() finds nothing, so that every access takes the slow path (error state). */
  void set_hidden(bool hidden);

 private:
  /** Handles are allocated in slabs: small ones first, then ones of kHugePageSize. */
  struct Slab {
    Slab* next;
  };
  bool grow_buckets();
  void show();
  Page* take_free();
  bool add_slab();

  static Page* empty_bucket_[1];
  Page** visible_buckets_ = empty_bucket_;
  uint32_t visible_mask_ = 0;
  bool hidden_ = false;
  PodArray<Page*> buckets_;
  PodArray<Page*> pages_;
  PodArray<Page*> dirty_;
  Slab* slabs_ = nullptr;
  Page* free_ = nullptr;
  uint32_t hand_ = 0;
};

}  // namespace ringlite
