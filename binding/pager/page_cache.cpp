#include "pager/page_cache.h"

#include <cstring>

#include "base/memory.h"
#include "io/huge_pages.h"

namespace ringlite {
namespace {

constexpr size_t kSmallSlabPages = 32;
/** A cache of more handles than this takes large slabs. */
constexpr size_t kManyPages = 4096;
constexpr size_t kSlabHeader = 64;

}  // namespace

Page* PageCache::empty_bucket_[1] = {nullptr};

PageCache::~PageCache() {
  while (slabs_) {
    Slab* next = slabs_->next;
    mem_free(slabs_);
    slabs_ = next;
  }
}

Page* PageCache::find(Pgno pgno) const {
  if (buckets_.empty()) return nullptr;
  for (Page* page = buckets_[pgno & (buckets_.size() - 1)]; page; page = page->hash_next)
    if (page->pgno == pgno) return page;
  return nullptr;
}

void PageCache::show() {
  if (hidden_ || buckets_.empty()) {
    visible_buckets_ = empty_bucket_;
    visible_mask_ = 0;
  } else {
    visible_buckets_ = buckets_.data();
    visible_mask_ = static_cast<uint32_t>(buckets_.size() - 1);
  }
}

void PageCache::set_hidden(bool hidden) {
  hidden_ = hidden;
  show();
}

bool PageCache::grow_buckets() {
  if (pages_.size() < buckets_.size()) return true;
  PodArray<Page*> larger;
  const size_t size = buckets_.empty() ? 32 : buckets_.size() * 2;
  // Without memory for more buckets the chains just get longer.
  if (!larger.resize(size, nullptr).ok()) return !buckets_.empty();
  for (Page* page : pages_) {
    Page*& head = larger[page->pgno & (size - 1)];
    page->hash_next = head;
    head = page;
  }
  buckets_.swap(larger);
  show();
  return true;
}

bool PageCache::add_slab() {
  const bool is_large = pages_.size() >= kManyPages;
  const size_t size = is_large ? kHugePageSize : kSlabHeader + kSmallSlabPages * sizeof(Page);
  void* memory = is_large ? mem_alloc_huge_page() : mem_alloc(size);
  if (!memory) return false;
  auto* slab = static_cast<Slab*>(memory);
  slab->next = slabs_;
  slabs_ = slab;
  auto* pages = reinterpret_cast<Page*>(static_cast<uint8_t*>(memory) + kSlabHeader);
  for (size_t i = (size - kSlabHeader) / sizeof(Page); i-- > 0;) {
    pages[i].hash_next = free_;
    free_ = &pages[i];
  }
  return true;
}

Page* PageCache::take_free() {
  if (!free_ && !add_slab()) return nullptr;
  Page* page = free_;
  free_ = page->hash_next;
  return page;
}

Status PageCache::insert(Pgno pgno, Pager* pager, Page** out) {
  ASSERT(!find(pgno));
  RETURN_IF_ERROR(pages_.reserve(pages_.size() + 1));
  RETURN_IF_ERROR(dirty_.reserve(pages_.size() + 1));
  if (!grow_buckets()) return Code::kNomem;
  Page* page = take_free();
  if (!page) return Code::kNomem;
  page->data = nullptr;
  page->pgno = pgno;
  page->pins = 0;
  page->pager = pager;
  page->image = nullptr;
  page->saved_serial = 0;
  page->flags = 0;
  page->slot = count();
  std::memset(page->extra, 0, sizeof page->extra);
  Page*& head = buckets_[pgno & (buckets_.size() - 1)];
  page->hash_next = head;
  head = page;
  *out = page;
  return pages_.push_back(page);
}

void PageCache::remove(Page* page) {
  ASSERT(page->pins == 0 && !(page->flags & kPageDirty) && !page->image);
  Page** link = &buckets_[page->pgno & (buckets_.size() - 1)];
  while (*link != page) link = &(*link)->hash_next;
  *link = page->hash_next;
  Page* last = pages_.back();
  pages_[page->slot] = last;
  last->slot = page->slot;
  pages_.pop_back();
  page->hash_next = free_;
  free_ = page;
}

void PageCache::mark_dirty(Page* page) {
  if (page->flags & kPageDirty) return;
  page->flags |= kPageDirty;
  page->dirty_slot = dirty_count();
  ignore_status(dirty_.push_back(page));
}

void PageCache::mark_clean(Page* page) {
  if (!(page->flags & kPageDirty)) return;
  page->flags &= ~(kPageDirty | kPageWritable | kPageDontWrite);
  Page* last = dirty_.back();
  dirty_[page->dirty_slot] = last;
  last->dirty_slot = page->dirty_slot;
  dirty_.pop_back();
}

Page* PageCache::find_victim() {
  // Two rounds clear every reference bit; a bound keeps a cache full of dirty pages from being scanned at
  // each miss.
  uint32_t steps = 2 * count() < 4096 ? 2 * count() : 4096;
  for (; steps > 0; steps--) {
    if (++hand_ >= count()) hand_ = 0;
    Page* page = pages_[hand_];
    if (page->pins != 0 || (page->flags & kPageDirty)) continue;
    if (page->flags & kPageReferenced) {
      page->flags &= ~kPageReferenced;
      continue;
    }
    return page;
  }
  return nullptr;
}

}  // namespace ringlite
