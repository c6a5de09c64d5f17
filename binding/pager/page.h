// Page: a pager's handle on one page, and PageRef, the pin that keeps it in place.
//
// An Image is the content of one version of a page. Committed images are immutable and shared by all pagers
// of a Store; a writer's image is private to its pager until commit. A Page (one pager's, used by one thread)
// points to the image that its transaction sees. data() may move when Pager::write makes the private copy or
// a savepoint rolls back, so users keep PageRefs and re-read data(), never raw pointers across such calls.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/status.h"

namespace ringlite {

using Pgno = uint32_t;
class Pager;
struct ImageChunk;

/** Bytes after the page's content that may be read (they are zero), so that decoders of varints need no
 * bounds check. */
inline constexpr uint32_t kPageSlack = 32;
/** Bytes of a page handle that belong to the B-tree; zeroed whenever the content changes behind the B-tree's
 * back. */
inline constexpr uint32_t kPageExtraSize = 32;
inline constexpr uint32_t kMinPageSize = 512;
inline constexpr uint32_t kMaxPageSize = 65536;
/** The largest page number SQLite uses. */
inline constexpr Pgno kMaxPageCount = 0xfffffffe;
/** Where SQLite's lock bytes are; the page that contains this offset is never used. */
inline constexpr uint64_t kPendingByte = 0x40000000;
inline constexpr Pgno lock_byte_page(uint32_t page_size) {
  return static_cast<Pgno>(kPendingByte / page_size + 1);
}

/** One version of one page: this header, then page_size bytes of content, then kPageSlack zero bytes. */
struct alignas(16) Image {
  /** Versions of the database for which this is the page's content: [from, until). Guarded by the pool's
   * mutex. */
  uint64_t from;
  uint64_t until;
  Image* next;
  /** Where the image lies; nullptr: on the heap by itself. Belongs to ImageMemory. */
  ImageChunk* chunk;
  std::atomic<uint32_t> references;
  Pgno pgno;

  uint8_t* content() { return reinterpret_cast<uint8_t*>(this + 1); }
  const uint8_t* content() const { return reinterpret_cast<const uint8_t*>(this + 1); }
};

/** Image::until of the newest version of a page. */
inline constexpr uint64_t kLatest = ~uint64_t{0};

/** Handle flags. */
enum PageFlag : uint16_t {
  kPageDirty = 1 << 0,       // must be written to the file before the transaction can commit
  kPageWritable = 1 << 1,    // Pager::write was called since the page was last clean
  kPagePrivate = 1 << 2,     // the image is this pager's own, changed in this write transaction
  kPageDontWrite = 1 << 3,   // free page: its content need not reach the file
  kPageReferenced = 1 << 4,  // used since the clock hand passed
  kPageNoContent = 1 << 5,   // the image is this pager's own zeros, and the original is wanted by nobody
};

/** Handles lie anywhere in memory: what reading a page needs is in one line of the processor's cache. */
struct alignas(64) Page {
  uint8_t* data;
  uint64_t saved_serial;
  Pgno pgno;
  uint32_t pins;
  uint16_t flags;
  alignas(16) uint8_t extra[kPageExtraSize];

  Image* image;
  Pager* pager;
  uint32_t slot;
  uint32_t dirty_slot;
  Page* next_free;
};
static_assert(offsetof(Page, image) == 64);

/** RAII pin. Move-only; clone() pins once more. */
class PageRef {
 public:
  PageRef() = default;
  PageRef(PageRef&& other) noexcept : page_(other.page_) { other.page_ = nullptr; }
  PageRef& operator=(PageRef&& other) noexcept {
    if (this != &other) {
      reset();
      page_ = other.page_;
      other.page_ = nullptr;
    }
    return *this;
  }
  PageRef(const PageRef&) = delete;
  PageRef& operator=(const PageRef&) = delete;
  ~PageRef() { reset(); }

  explicit operator bool() const { return page_ != nullptr; }
  Pgno pgno() const { return page_->pgno; }
  const uint8_t* data() const { return page_->data; }
  /** Only after Pager::write in this transaction. */
  uint8_t* mutable_data() const {
    ASSERT(page_->flags & kPageWritable);
    return page_->data;
  }
  bool is_writable() const { return (page_->flags & kPageWritable) != 0; }
  /** kPageExtraSize bytes of the B-tree's, 16-byte aligned. */
  void* extra() const { return page_->extra; }
  /** How many PageRefs hold this page. */
  uint32_t pin_count() const { return page_->pins; }
  Page* handle() const { return page_; }
  Pager& pager() const { return *page_->pager; }

  PageRef clone() const { return PageRef(page_); }
  void reset() {
    if (page_) {
      ASSERT(page_->pins > 0);
      page_->pins--;
      page_ = nullptr;
    }
  }
  /** Pins `page`. For the pager. */
  explicit PageRef(Page* page) : page_(page) {
    if (page) page->pins++;
  }

 private:
  Page* page_ = nullptr;
};

}  // namespace ringlite
