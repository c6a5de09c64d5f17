#include "pager/image_pool.h"

#include <cstring>

namespace ringlite {
namespace {

/** From this size on images are allocated in bulk. */
constexpr size_t kLargePoolBytes = 2 << 20;

}  // namespace

ImagePool::~ImagePool() {
  clear();
  ASSERT(image_count() == 0);
}

Image* ImagePool::allocate(Pgno pgno) {
  const size_t size = page_size_ + kPageSlack;
  Image* image = memory_.allocate(size, image_count() >= kLargePoolBytes / size);
  if (!image) return nullptr;
  image->references.store(1, std::memory_order_relaxed);
  image->pgno = pgno;
  image->until = kLatest;
  std::memset(image->content() + page_size_, 0, kPageSlack);
  image_count_.fetch_add(1, std::memory_order_relaxed);
  return image;
}

void ImagePool::release(Image* image) {
  const uint32_t before = image->references.fetch_sub(1, std::memory_order_acq_rel);
  ASSERT(before > 0);
  if (before != 1) return;
  image_count_.fetch_sub(1, std::memory_order_relaxed);
  memory_.free(image);
}

Image* ImagePool::find(Pgno pgno, uint64_t version) {
  std::lock_guard lock(mutex_);
  if (buckets_.empty()) return nullptr;
  for (Image* image = *bucket(pgno); image; image = image->next) {
    if (image->pgno == pgno && image->from <= version && version < image->until) {
      retain(image);
      return image;
    }
  }
  return nullptr;
}

bool ImagePool::grow_if_needed() {
  if (pooled_ < buckets_.size()) return true;
  PodArray<Image*> larger;
  const size_t size = buckets_.empty() ? 256 : buckets_.size() * 2;
  if (!larger.resize(size, nullptr).ok()) return !buckets_.empty();
  for (Image* chain : buckets_) {
    while (chain) {
      Image* next = chain->next;
      Image*& head = larger[chain->pgno & (size - 1)];
      chain->next = head;
      head = chain;
      chain = next;
    }
  }
  buckets_.swap(larger);
  hand_ = 0;
  return true;
}

bool ImagePool::insert_locked(Image* image) {
  if (!grow_if_needed()) return false;
  Image** head = bucket(image->pgno);
  retain(image);
  image->next = *head;
  *head = image;
  pooled_++;
  return true;
}

void ImagePool::drop_locked(Image** link) {
  Image* image = *link;
  *link = image->next;
  image->next = nullptr;
  pooled_--;
  release(image);
}

Image* ImagePool::share_loaded(Image* image, uint64_t version) {
  std::lock_guard lock(mutex_);
  if (!buckets_.empty()) {
    for (Image* other = *bucket(image->pgno); other; other = other->next) {
      if (other->pgno != image->pgno || other->until != kLatest) continue;
      // The newest content is known from a later commit on: what we loaded is at least as new, so it is the
      // same.
      if (version < other->from) other->from = version;
      retain(other);
      release(image);
      return other;
    }
  }
  image->from = version;
  image->until = kLatest;
  insert_locked(image);
  return image;
}

void ImagePool::publish(Pgno pgno, Image* image, uint64_t version, bool keep_old) {
  std::lock_guard lock(mutex_);
  if (!buckets_.empty()) {
    for (Image** link = bucket(pgno); *link;) {
      Image* old = *link;
      if (old->pgno == pgno && old->until == kLatest && old != image) {
        old->until = version;
        if (!keep_old || old->references.load(std::memory_order_acquire) == 1) {
          drop_locked(link);
          continue;
        }
      }
      if (old == image) {
        // Restored by a savepoint rollback: the committed image itself was "written" again.
        return;
      }
      link = &old->next;
    }
  }
  if (!image) return;
  image->from = version;
  image->until = kLatest;
  insert_locked(image);
}

void ImagePool::evict(Image* image) {
  std::lock_guard lock(mutex_);
  if (image->references.load(std::memory_order_acquire) == 2 && !buckets_.empty()) {
    for (Image** link = bucket(image->pgno); *link; link = &(*link)->next) {
      if (*link != image) continue;
      drop_locked(link);
      break;
    }
  }
  release(image);
}

void ImagePool::drop_above(Pgno count, uint64_t version, bool keep_old) {
  std::lock_guard lock(mutex_);
  for (Image*& head : buckets_) {
    for (Image** link = &head; *link;) {
      Image* image = *link;
      if (image->pgno > count && image->until == kLatest) {
        image->until = version;
        if (!keep_old) {
          drop_locked(link);
          continue;
        }
      }
      link = &image->next;
    }
  }
}

void ImagePool::clear() {
  std::lock_guard lock(mutex_);
  for (Image*& head : buckets_)
    while (head) drop_locked(&head);
}

void ImagePool::shrink_to(size_t limit) {
  if (image_count() <= limit) return;
  std::lock_guard lock(mutex_);
  for (size_t step = 0; step < buckets_.size() && image_count() > limit; step++) {
    hand_ = (hand_ + 1) & (buckets_.size() - 1);
    for (Image** link = &buckets_[hand_]; *link;) {
      if ((*link)->references.load(std::memory_order_acquire) == 1)
        drop_locked(link);
      else
        link = &(*link)->next;
    }
  }
}

size_t ImagePool::pooled_count() {
  std::lock_guard lock(mutex_);
  return pooled_;
}

}  // namespace ringlite
