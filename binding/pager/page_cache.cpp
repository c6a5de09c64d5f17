#include "pager/page_cache.h"

#include <bit>
#include <cstring>

#include "base/memory.h"
#include "io/huge_pages.h"

namespace ringlite {
namespace {

constexpr size_t kSmallSlabPages = 32;
/** A cache of more handles than this takes large slabs. */
constexpr size_t kManyPages = 4096;
constexpr size_t kSlabHeader = alignof(Page);

}  // namespace

PageCache::~PageCache() {
  while (slabs_) {
    Slab* next = slabs_->next;
    mem_free(slabs_);
    slabs_ = next;
  }
}

void PageCache::show() { visible_ = hidden_ ? Table{} : table_; }

void PageCache::set_hidden(bool hidden) {
  hidden_ = hidden;
  show();
}

/** Room for one more, with half of the table or more empty. */
bool PageCache::grow_table() {
  if ((pages_.size() + 1) * 2 <= entries_.size()) return true;
  PodArray<uintptr_t> larger;
  const size_t size = entries_.empty() ? 64 : entries_.size() * 2;
  // Without memory for more the searches just get longer; one entry stays empty, where they end.
  if (!larger.resize(size, 0).ok()) return pages_.size() + 1 < entries_.size();
  entries_.swap(larger);
  table_.entries = entries_.data();
  table_.mask = static_cast<uint32_t>(size - 1);
  table_.shift = static_cast<uint32_t>(64 - std::countr_zero(size));
  for (Page* page : pages_) add_entry(page);
  show();
  return true;
}

void PageCache::add_entry(Page* page) {
  uint32_t at = table_.home(page->pgno);
  while (entries_[at] != 0) at = (at + 1) & table_.mask;
  entries_[at] = Table::entry_of(page);
}

/** Moves up what follows, so that every entry is reached from its home without a gap. */
void PageCache::remove_entry(Page* page) {
  const uint32_t mask = table_.mask;
  uint32_t gap = table_.home(page->pgno);
  while (Table::page_of(entries_[gap]) != page) gap = (gap + 1) & mask;
  for (uint32_t at = (gap + 1) & mask; entries_[at] != 0; at = (at + 1) & mask) {
    const uint32_t home = table_.home(Table::page_of(entries_[at])->pgno);
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    entries_[gap] = entries_[at];
    gap = at;
  }
  entries_[gap] = 0;
}

bool PageCache::add_slab() {
  const bool is_large = pages_.size() >= kManyPages;
  const size_t size = is_large ? kHugePageSize : kSlabHeader + kSmallSlabPages * sizeof(Page);
  void* memory = is_large ? mem_alloc_huge_page() : mem_alloc_aligned(alignof(Page), size);
  if (!memory) return false;
  auto* slab = static_cast<Slab*>(memory);
  slab->next = slabs_;
  slabs_ = slab;
  auto* pages = reinterpret_cast<Page*>(static_cast<uint8_t*>(memory) + kSlabHeader);
  for (size_t i = (size - kSlabHeader) / sizeof(Page); i-- > 0;) {
    pages[i].next_free = free_;
    free_ = &pages[i];
  }
  return true;
}

Page* PageCache::take_free() {
  if (!free_ && !add_slab()) return nullptr;
  Page* page = free_;
  free_ = page->next_free;
  return page;
}

Status PageCache::insert(Pgno pgno, Pager* pager, Page** out) {
  ASSERT(!find(pgno));
  RETURN_IF_ERROR(pages_.reserve(pages_.size() + 1));
  RETURN_IF_ERROR(dirty_.reserve(pages_.size() + 1));
  if (!grow_table()) return Code::kNomem;
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
  add_entry(page);
  *out = page;
  return pages_.push_back(page);
}

void PageCache::remove(Page* page) {
  ASSERT(page->pins == 0 && !(page->flags & kPageDirty) && !page->image);
  remove_entry(page);
  Page* last = pages_.back();
  pages_[page->slot] = last;
  last->slot = page->slot;
  pages_.pop_back();
  page->next_free = free_;
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
