// Threads with a pager each on one Store: transfers keep the sum of all pages constant, and every reader must
// see it so. Run under ThreadSanitizer, too (make test-tsan).
#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/endian.h"
#include "io/memory_io.h"
#include "pager/pager.h"
#include "pager/store.h"
#include "testing/test.h"

namespace ringlite {
namespace {

constexpr Pgno kPages = 60;
constexpr uint32_t kInitial = 1000;

bool keep_trying(void*, int attempts, Pager*) {
  std::this_thread::yield();
  return attempts < 1000000;
}

Status read_value(Pager& pager, Pgno pgno, uint32_t* value) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(pgno, &page));
  *value = load_be32(page.data() + 200);
  return load_be32(page.data() + 400) == *value ? kOk : Status(Code::kCorrupt);
}

Status write_value(Pager& pager, Pgno pgno, uint32_t value) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(pgno, &page));
  RETURN_IF_ERROR(pager.write(page));
  store_be32(page.mutable_data() + 200, value);
  store_be32(page.mutable_data() + 400, value);
  return kOk;
}

Status set_up(Pager& pager, JournalMode mode) {
  RETURN_IF_ERROR(pager.set_page_size(512, 0));
  RETURN_IF_ERROR(pager.begin(true, false));
  PageRef page;
  RETURN_IF_ERROR(pager.get(1, &page));
  RETURN_IF_ERROR(pager.write(page));
  std::memcpy(page.mutable_data(), "SQLite format 3", 16);
  store_be16(page.mutable_data() + 16, 512);
  page.mutable_data()[18] = page.mutable_data()[19] = 1;
  page.reset();
  for (Pgno pgno = 2; pgno <= kPages; pgno++) RETURN_IF_ERROR(write_value(pager, pgno, kInitial));
  RETURN_IF_ERROR(pager.commit());
  pager.end_read();
  JournalMode result;
  return pager.set_journal_mode(mode, &result);
}

struct Shared {
  Io& io;
  std::atomic<int> commits = 0;
  std::atomic<int> wrong_sums = 0;
  std::atomic<int> errors = 0;
};

void run_thread(Shared& shared, uint64_t seed, int transactions) {
  std::unique_ptr<Pager> pager;
  if (!Pager::open(shared.io, "/test.db", PagerOpenOptions{}, &pager).ok()) {
    shared.errors++;
    return;
  }
  pager->set_cache_size(seed % 2 ? 20 : 200);
  pager->set_busy_handler({.wait = keep_trying});
  pager->set_wal_autocheckpoint(40);
  uint64_t random = seed;
  const auto next = [&random](uint32_t bound) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((random >> 33) % bound);
  };
  for (int i = 0; i < transactions; i++) {
    const bool writes = next(2) == 0;
    Status status = pager->begin(writes, false);
    if (status.ok() && writes) {
      for (uint32_t transfers = 1 + next(6); transfers > 0 && status.ok(); transfers--) {
        const Pgno from = 2 + next(kPages - 1);
        const Pgno to = 2 + next(kPages - 1);
        uint32_t a = 0, b = 0;
        status = read_value(*pager, from, &a);
        if (status.ok()) status = write_value(*pager, from, a - 1);
        if (status.ok()) status = read_value(*pager, to, &b);
        if (status.ok()) status = write_value(*pager, to, b + 1);
      }
      if (status.ok()) status = pager->commit();
      if (status.ok()) shared.commits++;
    } else if (status.ok()) {
      uint32_t sum = 0;
      for (Pgno pgno = 2; pgno <= kPages && status.ok(); pgno++) {
        uint32_t value = 0;
        status = read_value(*pager, pgno, &value);
        sum += value;
      }
      if (status.ok() && sum != kInitial * (kPages - 1)) shared.wrong_sums++;
    }
    if (!status.ok() && status.primary() != static_cast<int32_t>(Code::kBusy)) {
      shared.errors++;
      std::fprintf(stderr, "thread %d: error %d\n", static_cast<int>(seed), status.extended());
    }
    pager->end_read();
  }
}

void run_threads(JournalMode mode, int threads, int transactions) {
  std::unique_ptr<Io> io = make_memory_io();
  {
    std::unique_ptr<Pager> pager;
    CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &pager));
    CHECK_OK(set_up(*pager, mode));
  }
  Shared shared{*io};
  std::vector<std::thread> running;
  for (int i = 0; i < threads; i++)
    running.emplace_back(
        [&shared, i, transactions] { run_thread(shared, static_cast<uint64_t>(i + 1), transactions); });
  for (std::thread& thread : running) thread.join();
  CHECK_EQ(shared.wrong_sums.load(), 0);
  CHECK_EQ(shared.errors.load(), 0);
  CHECK(shared.commits.load() > 0);
  std::unique_ptr<Pager> pager;
  CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &pager));
  CHECK_OK(pager->begin_read());
  uint32_t sum = 0;
  for (Pgno pgno = 2; pgno <= kPages; pgno++) {
    uint32_t value = 0;
    CHECK_OK(read_value(*pager, pgno, &value));
    sum += value;
  }
  CHECK_EQ(sum, kInitial * (kPages - 1));
}

TEST(pager_threads_wal) { run_threads(JournalMode::kWal, 4, 300); }
TEST(pager_threads_delete) { run_threads(JournalMode::kDelete, 4, 100); }
TEST(pager_threads_persist) { run_threads(JournalMode::kPersist, 3, 100); }

bool wait_in_queue(void*, int attempts, Pager* pager) {
  if (pager)
    pager->wait_for_writer(10'000'000'000);
  else
    std::this_thread::yield();
  return attempts < 1000000;
}

/** While one writes, others come one after the other; they write in this order. */
void check_order_of_arrival(JournalMode mode) {
  std::unique_ptr<Io> io = make_memory_io();
  std::unique_ptr<Pager> first;
  CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &first));
  CHECK_OK(set_up(*first, mode));
  CHECK_OK(first->begin(true, false));
  CHECK_OK(write_value(*first, 2, 1));
  constexpr int kThreads = 4;
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    std::atomic<bool> is_there = false;
    threads.emplace_back([&, i] {
      std::unique_ptr<Pager> pager;
      CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &pager));
      pager->set_busy_handler({.wait = wait_in_queue});
      is_there = true;
      CHECK_OK(pager->begin(true, false));
      CHECK_OK(write_value(*pager, 2, static_cast<uint32_t>(i)));
      {
        std::lock_guard guard(mutex);
        order.push_back(i);
      }
      CHECK_OK(pager->commit());
      pager->end_read();
    });
    while (!is_there) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK_OK(first->commit());
  first->end_read();
  for (std::thread& thread : threads) thread.join();
  CHECK(order == (std::vector<int>{0, 1, 2, 3}));
}

TEST(pager_writers_of_a_process_queue_in_rollback_modes) {
  check_order_of_arrival(JournalMode::kDelete);
  check_order_of_arrival(JournalMode::kPersist);
}
TEST(pager_writers_of_a_process_queue_in_wal_mode) { check_order_of_arrival(JournalMode::kWal); }

TEST(pager_store_memory_is_bounded_by_the_largest_cache) {
  std::unique_ptr<Io> io = make_memory_io();
  std::unique_ptr<Pager> first, second;
  CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &first));
  CHECK_OK(set_up(*first, JournalMode::kDelete));
  first->set_cache_size(20);
  CHECK_OK(Pager::open(*io, "/test.db", PagerOpenOptions{}, &second));
  second->set_cache_size(20);
  for (Pager* pager : {first.get(), second.get()}) {
    CHECK_OK(pager->begin_read());
    for (Pgno pgno = 1; pgno <= kPages; pgno++) {
      PageRef page;
      CHECK_OK(pager->get(pgno, &page));
    }
    pager->end_read();
  }
  CHECK(store_statistics(*io, "/test.db").images <= 42);
}

}  // namespace
}  // namespace ringlite
