#include "pager/image_memory.h"

#include <cstring>
#include <thread>
#include <vector>

#include "testing/test.h"

namespace ringlite {
namespace {

constexpr size_t kSize = 4096 + kPageSlack;

TEST(image_memory_hands_out_room_and_takes_it_back_in_any_order) {
  ImageMemory memory;
  std::vector<Image*> images;
  for (size_t i = 0; i < 2000; i++) {
    // Sizes change when a file turns out to have other pages.
    const size_t size = i % 3 == 0 ? 512 + kPageSlack : kSize;
    Image* image = memory.allocate(size, i >= 100);
    CHECK(image != nullptr);
    if (!image) return;
    std::memset(image->content(), static_cast<int>(i), size);
    CHECK_EQ(reinterpret_cast<uintptr_t>(image->content()) % (i >= 100 ? 64 : 16), uintptr_t{0});
    image->pgno = static_cast<Pgno>(i);
    images.push_back(image);
  }
  for (size_t step : {7u, 1u}) {
    for (size_t i = 0; i < images.size(); i += step) {
      if (!images[i]) continue;
      CHECK_EQ(size_t{images[i]->pgno}, i);
      CHECK_EQ(images[i]->content()[500], static_cast<uint8_t>(i));
      memory.free(images[i]);
      images[i] = nullptr;
    }
  }
}

TEST(image_memory_is_used_by_threads) {
  ImageMemory memory;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&memory, t] {
      std::vector<Image*> mine;
      for (int i = 0; i < 3000; i++) {
        Image* image = memory.allocate(kSize, true);
        std::memset(image->content(), t, kSize);
        mine.push_back(image);
        if (i % 3 == 0) {
          memory.free(mine[mine.size() / 2]);
          mine.erase(mine.begin() + static_cast<ptrdiff_t>(mine.size() / 2));
        }
      }
      for (Image* image : mine) {
        CHECK_EQ(image->content()[4000], static_cast<uint8_t>(t));
        memory.free(image);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace ringlite
