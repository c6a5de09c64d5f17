// ImagePool: allocates page images and keeps the committed ones of a Store for all its pagers.
//
// A committed image is the content of its page for versions [from, until) of the database; until is kLatest
// for the newest. Versions are the Store's commit counter (see store.h), not WAL frames, so that images stay
// valid across checkpoints. Invariants: images in the pool never change; of one page at most one has until ==
// kLatest; intervals do not overlap. Thread-safe. allocate/release need no lock; an image that only the pool
// references is freed under the pool's mutex.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>

#include "base/pod_array.h"
#include "base/status.h"
#include "pager/image_memory.h"
#include "pager/page.h"

namespace ringlite {

class ImagePool {
 public:
  explicit ImagePool(uint32_t page_size) : page_size_(page_size) {}
  ~ImagePool();
  ImagePool(const ImagePool&) = delete;
  ImagePool& operator=(const ImagePool&) = delete;

  /** A new image with one reference; its content is uninitialized, its slack zero. nullptr: out of memory. */
  Image* allocate(Pgno pgno);
  static void retain(Image* image) { image->references.fetch_add(1, std::memory_order_relaxed); }
  void release(Image* image);

  /** The image of `pgno` at `version` with a reference for the caller, or nullptr. */
  Image* find(Pgno pgno, uint64_t version);
  /**
   * Adds what a reader at `version` loaded, which is still the newest content. When another reader was
   * faster, `image` is released and theirs is returned. Out of memory: the image simply is not shared.
   */
  Image* share_loaded(Image* image, uint64_t version);
  /**
   * A commit made `image` (or nullptr: content not at hand) the page's newest content from `version` on. Old
   * content stays for readers of older versions when `keep_old`.
   */
  void publish(Pgno pgno, Image* image, uint64_t version, bool keep_old);
  /** Releases the caller's reference and frees the image when only the pool holds it besides. */
  void evict(Image* image);
  /** Forgets images of pages above `count`. */
  void drop_above(Pgno count, uint64_t version, bool keep_old);
  /** Forgets everything (images in use live on until released). */
  void clear();
  /** Frees images that nobody uses until at most `limit` images exist (or all are in use). */
  void shrink_to(size_t limit);

  /** Only when nothing is allocated or everything was cleared. */
  void set_page_size(uint32_t page_size) { page_size_ = page_size; }
  uint32_t page_size() const { return page_size_; }
  /** Images in existence, in the pool and private. */
  size_t image_count() const { return image_count_.load(std::memory_order_relaxed); }
  size_t pooled_count();

 private:
  Image** bucket(Pgno pgno) { return &buckets_[pgno & (buckets_.size() - 1)]; }
  bool grow_if_needed();
  bool insert_locked(Image* image);
  void drop_locked(Image** link);

  ImageMemory memory_;
  uint32_t page_size_;
  std::atomic<size_t> image_count_ = 0;
  std::mutex mutex_;
  PodArray<Image*> buckets_;
  size_t pooled_ = 0;
  size_t hand_ = 0;
};

}  // namespace ringlite
