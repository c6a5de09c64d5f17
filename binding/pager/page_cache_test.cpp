// PageCache's hash table against a model: what was inserted and not removed is found, nothing else.
#include "pager/page_cache.h"

#include <vector>

#include "base/memory.h"
#include "testing/test.h"

namespace ringlite {
namespace {

uint32_t next_random(uint32_t& state) {
  state = state * 1664525 + 1013904223;
  return state >> 8;
}

void check_all(const PageCache& cache, const std::vector<Page*>& handles) {
  for (Pgno pgno = 1; pgno < handles.size(); pgno++) CHECK(cache.lookup(pgno) == handles[pgno]);
}

/** Inserts and removes pages among `range` numbers at random. */
void run_model(uint32_t range, int steps, uint32_t seed) {
  PageCache cache;
  std::vector<Page*> handles(range + 1, nullptr);
  uint32_t count = 0;
  for (int step = 0; step < steps; step++) {
    const Pgno pgno = 1 + next_random(seed) % range;
    CHECK(cache.find(pgno) == handles[pgno]);
    if (handles[pgno]) {
      cache.remove(handles[pgno]);
      handles[pgno] = nullptr;
      count--;
    } else {
      CHECK_OK(cache.insert(pgno, nullptr, &handles[pgno]));
      CHECK_EQ(handles[pgno]->pgno, pgno);
      CHECK_EQ(reinterpret_cast<uintptr_t>(handles[pgno]) % alignof(Page), 0u);
      count++;
    }
    CHECK_EQ(cache.count(), count);
  }
  check_all(cache, handles);
  for (Page* page : handles)
    if (page) cache.remove(page);
  CHECK_EQ(cache.count(), 0u);
  CHECK(!cache.lookup(1));
}

}  // namespace

TEST(page_cache_follows_its_model) {
  for (uint32_t seed = 1; seed <= 8; seed++) run_model(40, 4000, seed);
  run_model(1000, 20000, 9);
  run_model(20000, 60000, 10);
}

TEST(page_cache_of_page_numbers_far_apart) {
  PageCache cache;
  std::vector<Page*> handles;
  for (uint32_t i = 0; i < 300; i++) {
    handles.push_back(nullptr);
    CHECK_OK(cache.insert(i * 65536 + 1, nullptr, &handles.back()));
  }
  for (uint32_t i = 0; i < 300; i++) CHECK(cache.lookup(i * 65536 + 1) == handles[i]);
  for (uint32_t i = 0; i < 300; i++) CHECK(!cache.lookup(i * 65536 + 2));
  for (Page* page : handles) cache.remove(page);
}

TEST(page_cache_hides_its_pages) {
  PageCache cache;
  CHECK(!cache.lookup(7));
  Page* page = nullptr;
  CHECK_OK(cache.insert(7, nullptr, &page));
  cache.set_hidden(true);
  CHECK(!cache.lookup(7));
  CHECK(cache.find(7) == page);
  cache.set_hidden(false);
  CHECK(cache.lookup(7) == page);
  cache.remove(page);
}

/** A table that cannot grow serves until one entry is left; nothing is lost by the failure. */
TEST(page_cache_without_memory_to_grow) {
  PageCache cache;
  std::vector<Page*> handles;
  Status status;
  for (Pgno pgno = 1; pgno <= 200 && status.ok(); pgno++) {
    Page* page = nullptr;
    if (pgno > 32) mem_fail_after(1);
    status = cache.insert(pgno, nullptr, &page);
    mem_fail_after(0);
    if (status.ok()) handles.push_back(page);
  }
  CHECK(status.is(Code::kNomem));
  for (Pgno pgno = 1; pgno <= handles.size(); pgno++) CHECK(cache.lookup(pgno) == handles[pgno - 1]);
  CHECK(!cache.lookup(static_cast<Pgno>(handles.size() + 1)));
  for (Page* page : handles) cache.remove(page);
}

}  // namespace ringlite
