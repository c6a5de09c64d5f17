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

  Page* lookup(Pgno pgno) const { return visible_.find(pgno); }
  /** lookup() that also works while the cache is hidden. */
  Page* find(Pgno pgno) const { return table_.find(pgno); }
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
  /**
   * A hash table with linear probing. An entry is a handle's address, whose low bits, zero in the address
   * itself, are those of the page number: so other pages are passed by without a look at their handles, each
   * of which would be a wait for memory.
   */
  struct Table {
    static constexpr uintptr_t kTagMask = alignof(Page) - 1;

    const uintptr_t* entries = empty_;
    uint32_t mask = 0;
    /** Of the 64-bit hash, whose upper bits are the place. */
    uint32_t shift = 63;

    uint32_t home(Pgno pgno) const {
      return static_cast<uint32_t>((pgno * 0x9e3779b97f4a7c15u) >> shift) & mask;
    }
    static Page* page_of(uintptr_t entry) { return reinterpret_cast<Page*>(entry & ~kTagMask); }
    static uintptr_t entry_of(Page* page) {
      return reinterpret_cast<uintptr_t>(page) | (page->pgno & kTagMask);
    }
    Page* find(Pgno pgno) const {
      for (uint32_t at = home(pgno);; at = (at + 1) & mask) {
        const uintptr_t entry = entries[at];
        if (entry == 0) return nullptr;
        if (((entry ^ pgno) & kTagMask) == 0 && page_of(entry)->pgno == pgno) return page_of(entry);
      }
    }
  };

  bool grow_table();
  void show();
  void add_entry(Page* page);
  void remove_entry(Page* page);
  Page* take_free();
  bool add_slab();

  static constexpr uintptr_t empty_[1] = {0};
  Table visible_;
  bool hidden_ = false;
  Table table_;
  PodArray<uintptr_t> entries_;
  PodArray<Page*> pages_;
  PodArray<Page*> dirty_;
  Slab* slabs_ = nullptr;
  Page* free_ = nullptr;
  uint32_t hand_ = 0;
};

}  // namespace ringlite
