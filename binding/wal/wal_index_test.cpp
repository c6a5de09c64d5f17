// The wal-index: frames of pages are found for every snapshot, whatever was added and forgotten.
#include "wal/wal_index.h"

#include <vector>

#include "testing/test.h"
#include "wal/heap_memory.h"

namespace ringlite {
namespace {

struct Model {
  HeapMemory memory;
  WalIndex index{memory};
  std::vector<uint32_t> pages{0};  // by frame

  Model() {
    bool exists = false;
    CHECK_OK(index.open(true, &exists));
    CHECK(exists);
  }
  void add(uint32_t pgno) {
    pages.push_back(pgno);
    CHECK_OK(index.append(static_cast<uint32_t>(pages.size() - 1), pgno));
  }
  uint32_t expected(uint32_t pgno, uint32_t first, uint32_t last) const {
    for (uint32_t frame = last; frame >= first && frame > 0; frame--)
      if (pages[frame] == pgno) return frame;
    return 0;
  }
  void check(uint32_t pgno, uint32_t first, uint32_t last) {
    uint32_t frame = 1;
    CHECK_OK(index.find(pgno, first, last, &frame));
    CHECK_EQ(frame, expected(pgno, first, last));
  }
};

TEST(wal_index_finds_the_last_frame_of_a_snapshot) {
  Model model;
  uint64_t state = 1;
  const auto roll = [&](uint32_t sides) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33) % sides;
  };
  for (int round = 0; round < 30; round++) {
    for (uint32_t i = 1 + roll(900); i > 0; i--) model.add(1 + roll(3000));
    const auto last = static_cast<uint32_t>(model.pages.size() - 1);
    for (int i = 0; i < 200; i++) {
      const uint32_t end = 1 + roll(last);
      model.check(1 + roll(3200), 1 + roll(end), end);
    }
    if (round % 3 == 2) {
      // A transaction that is rolled back.
      const uint32_t kept = last - roll(last < 500 ? last : 500);
      model.index.forget_after(kept);
      model.pages.resize(kept + 1);
    }
  }
  for (uint32_t frame = 1; frame < model.pages.size(); frame++)
    CHECK_EQ(model.index.pgno_of(frame), model.pages[frame]);
}

TEST(wal_index_overwrites_what_a_dead_writer_left) {
  Model model;
  for (uint32_t pgno = 1; pgno <= 100; pgno++) model.add(pgno);
  // Frames 51..100 were never committed; another writer goes on after frame 50.
  model.pages.resize(51);
  for (uint32_t pgno = 60; pgno <= 70; pgno++) model.add(pgno);
  for (uint32_t pgno = 1; pgno <= 100; pgno++)
    model.check(pgno, 1, static_cast<uint32_t>(model.pages.size() - 1));
}

TEST(wal_index_header_shows_damage) {
  Model model;
  WalIndexHeader header = {};
  CHECK(!model.index.read_header(&header));
  header.mx_frame = 7;
  header.salts[0] = 1;
  model.index.write_header(&header);
  WalIndexHeader read = {};
  CHECK(model.index.read_header(&read));
  CHECK_EQ(read.mx_frame, 7u);
  CHECK(model.index.is_current(header));
  uint8_t* region = nullptr;
  CHECK_OK(model.memory.map(0, false, &region));
  region[20] ^= 1;
  CHECK(!model.index.read_header(&read));
  region[48 + 20] ^= 1;
  // Both copies agree, but not with the checksum.
  CHECK(!model.index.read_header(&read));
}

}  // namespace
}  // namespace ringlite
