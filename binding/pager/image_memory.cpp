#include "pager/image_memory.h"

#include <new>

#include "base/memory.h"
#include "io/huge_pages.h"

namespace ringlite {

struct ImageChunk {
  ImageChunk* next;
  ImageChunk* previous;
  /** Blocks that were given back, linked through their first bytes. */
  void* free;
  size_t block_size;
  /** Bytes from the chunk's beginning that blocks have been cut from. */
  size_t cut;
  uint32_t used;

  bool has_room() const { return free || cut + block_size <= kHugePageSize; }
};

namespace {

constexpr size_t kCacheLine = 64;
/** Where the first image begins, so that contents begin with a cache line. */
constexpr size_t kFirstBlock = 2 * kCacheLine - sizeof(Image) % kCacheLine;
static_assert(kFirstBlock >= sizeof(ImageChunk) && kFirstBlock % alignof(Image) == 0);

size_t block_size_of(size_t content_size) {
  return (sizeof(Image) + content_size + kCacheLine - 1) / kCacheLine * kCacheLine;
}

}  // namespace

ImageMemory::~ImageMemory() {
  while (ImageChunk* chunk = first_) {
    ASSERT(chunk->used == 0);
    unlink(chunk);
    mem_free(chunk);
  }
}

void ImageMemory::link(ImageChunk* chunk) {
  chunk->previous = nullptr;
  chunk->next = first_;
  if (first_) first_->previous = chunk;
  first_ = chunk;
}

void ImageMemory::unlink(ImageChunk* chunk) {
  (chunk->previous ? chunk->previous->next : first_) = chunk->next;
  if (chunk->next) chunk->next->previous = chunk->previous;
}

ImageChunk* ImageMemory::chunk_with_room(size_t block_size) {
  for (ImageChunk* chunk = first_; chunk; chunk = chunk->next)
    if (chunk->block_size == block_size) return chunk;
  void* memory = mem_alloc_huge_page();
  if (!memory) return nullptr;
  auto* chunk = new (memory) ImageChunk{};
  chunk->block_size = block_size;
  chunk->cut = kFirstBlock;
  link(chunk);
  return chunk;
}

Image* ImageMemory::allocate(size_t content_size, bool is_large_pool) {
  if (!is_large_pool) {
    void* block = mem_alloc(sizeof(Image) + content_size);
    return block ? new (block) Image{} : nullptr;
  }
  const size_t block_size = block_size_of(content_size);
  std::lock_guard lock(mutex_);
  ImageChunk* chunk = chunk_with_room(block_size);
  if (!chunk) return nullptr;
  void* block = chunk->free;
  if (block) {
    chunk->free = *static_cast<void**>(block);
  } else {
    block = reinterpret_cast<uint8_t*>(chunk) + chunk->cut;
    chunk->cut += block_size;
  }
  chunk->used++;
  if (!chunk->has_room()) unlink(chunk);
  auto* image = new (block) Image{};
  image->chunk = chunk;
  return image;
}

void ImageMemory::free(Image* image) {
  ImageChunk* chunk = image->chunk;
  if (!chunk) {
    mem_free(image);
    return;
  }
  std::lock_guard lock(mutex_);
  if (!chunk->has_room()) link(chunk);
  *reinterpret_cast<void**>(image) = chunk->free;
  chunk->free = image;
  if (--chunk->used > 0 || (first_ == chunk && !chunk->next)) return;
  unlink(chunk);
  mem_free(chunk);
}

}  // namespace ringlite
