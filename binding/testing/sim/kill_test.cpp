// A process is killed at every point of its work on a WAL database; what others commit afterwards must be
// seen.
#include <cstring>
#include <memory>

#include "base/endian.h"
#include "pager/pager.h"
#include "testing/sim/virtual_io.h"
#include "testing/test.h"

namespace ringlite::sim {
namespace {

constexpr uint32_t kPageSize = 512;
constexpr int kVictim = 1;

/** Never destroyed: what a killed process leaves refers to it. */
VirtualIo& make_io(Machine& machine, uint64_t seed) { return *new VirtualIo(machine, seed); }

Status set_page(Pager& pager, Pgno pgno, uint32_t value) {
  PageRef page;
  RETURN_IF_ERROR(pager.get(pgno, &page));
  RETURN_IF_ERROR(pager.write(page));
  store_be32(page.mutable_data() + 200, value);
  return kOk;
}

void commit(Pager& pager, Pgno pgno, uint32_t value) {
  CHECK_OK(pager.begin(true, false));
  CHECK_OK(set_page(pager, pgno, value));
  CHECK_OK(pager.commit());
  pager.end_read();
}

Pager* open(Io& io) {
  std::unique_ptr<Pager> pager;
  CHECK_OK(Pager::open(io, "/test.db", PagerOpenOptions{}, &pager));
  return pager.release();
}

/** A database of three pages in WAL mode. */
void put_database(Machine& machine) {
  Bytes content(3 * kPageSize);
  std::memcpy(content.data(), "SQLite format 3", 16);
  store_be16(content.data() + 16, kPageSize);
  content[18] = content[19] = 2;
  store_be32(content.data() + 28, 3);
  machine.disk.put("/test.db", std::move(content));
}

/** Two lives of the log. Pagers stay open: closing them would remove the log. */
void work(Io& io) {
  Pager* pager = open(io);
  for (uint32_t value = 1; value <= 2; value++) {
    commit(*pager, 2, value);
    int frames = 0;
    int backfilled = 0;
    CHECK_OK(pager->checkpoint(CheckpointMode::kPassive, &frames, &backfilled));
  }
}

/** False when the work was done before the kill. */
bool survives_kill_at(uint64_t points) {
  Machine machine(1, 1'000'000, false);
  put_database(machine);
  // Somebody is always there: an index that nobody uses is made anew.
  machine.scheduler.spawn(4, [&] {
    Pager* bystander = open(make_io(machine, 4));
    CHECK_OK(bystander->begin(false, false));
    bystander->end_read();
  });
  CHECK(machine.scheduler.run() == Scheduler::Outcome::kFinished);
  VirtualIo& victim = make_io(machine, 1);
  bool is_killed = false;
  machine.scheduler.spawn(kVictim, [&] { work(victim); });
  machine.scheduler.set_event(machine.scheduler.points() + points, [&] {
    is_killed = machine.scheduler.is_alive(kVictim);
    machine.scheduler.kill(kVictim);
    victim.release_locks();
  });
  CHECK(machine.scheduler.run() == Scheduler::Outcome::kFinished);
  if (!is_killed) return false;
  uint32_t seen = 0;
  machine.scheduler.spawn(2, [&] {
    commit(*open(make_io(machine, 2)), 3, 7);
    Pager* reader = open(make_io(machine, 3));
    CHECK_OK(reader->begin(false, false));
    PageRef page;
    CHECK_OK(reader->get(3, &page));
    seen = load_be32(page.data() + 200);
    page.reset();
    reader->end_read();
  });
  CHECK(machine.scheduler.run() == Scheduler::Outcome::kFinished);
  CHECK_EQ(seen, uint32_t{7});
  return true;
}

/**
 * One who died between publishing the empty log and forgetting how much of the old one was in the database
 * file left a count by which the first frames of the new log were there, too: the next commit was
 * acknowledged, and nobody saw it.
 */
TEST(a_commit_after_a_kill_at_any_point_is_seen) {
  uint64_t points = 1;
  while (survives_kill_at(points)) points += 3;
  CHECK(points > 1000);
}

}  // namespace
}  // namespace ringlite::sim
