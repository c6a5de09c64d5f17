// ImageMemory: where the images of a pool lie. The first ones come from the heap one by one; a pool that has
// grown takes them from chunks of 2 MB, which the system may map with large pages. A chunk that holds no
// image any more is given back, but for one. Thread-safe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "pager/page.h"

namespace ringlite {

/** A chunk's header, at its beginning; blocks of one size follow. */
struct ImageChunk;

class ImageMemory {
 public:
  ImageMemory() = default;
  ~ImageMemory();
  ImageMemory(const ImageMemory&) = delete;
  ImageMemory& operator=(const ImageMemory&) = delete;

  /** Room for an image of `content_size` bytes; `is_large_pool`: many are in use already. Sets Image::chunk.
   * nullptr: out of memory. */
  Image* allocate(size_t content_size, bool is_large_pool);
  void free(Image* image);

 private:
  ImageChunk* chunk_with_room(size_t block_size);
  void link(ImageChunk* chunk);
  void unlink(ImageChunk* chunk);

  std::mutex mutex_;
  /** Chunks with room, the one that was given back to last first. */
  ImageChunk* first_ = nullptr;
};

}  // namespace ringlite
