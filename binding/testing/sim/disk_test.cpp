#include "testing/sim/disk.h"

#include <set>

#include "testing/sim/virtual_io.h"
#include "testing/test.h"

namespace ringlite::sim {
namespace {

constexpr size_t kSize = 4 * Disk::kSectorSize;

Bytes fill(uint8_t byte) { return Bytes(kSize, byte); }

/** A machine whose file holds a synced 1 in every byte; `change` is then made, and a power cut follows. */
template <typename Change>
Bytes after_power_cut(uint64_t seed, const PowerCut& cut, Change change) {
  Machine machine(seed, 100, false);
  const std::shared_ptr<DiskFile> file = machine.disk.create("/f", true);
  machine.disk.sync_directory(machine.disk.directory_serial());
  machine.disk.write(*file, 0, fill(1));
  machine.disk.sync(*file, machine.disk.serial());
  change(machine, *file);
  Dice dice(seed);
  machine.disk.power_cut(cut, dice);
  const std::shared_ptr<DiskFile> found = machine.disk.find("/f");
  return found ? found->current : Bytes();
}

TEST(what_is_synced_survives_a_power_cut) {
  for (uint64_t seed = 0; seed < 50; seed++) {
    const Bytes content = after_power_cut(seed, {}, [](Machine& machine, DiskFile& file) {
      machine.disk.write(file, 0, fill(2));
      machine.disk.sync(file, machine.disk.serial());
    });
    CHECK(content == fill(2));
  }
}

TEST(what_is_not_synced_survives_in_any_part) {
  std::set<Bytes> outcomes;
  for (uint64_t seed = 0; seed < 200; seed++)
    outcomes.insert(after_power_cut(seed, {}, [](Machine& machine, DiskFile& file) {
      machine.disk.write(file, 0, fill(2));
      machine.disk.write(file, 0, Bytes(Disk::kSectorSize, 3));
    }));
  Bytes all = fill(2);
  std::fill(all.begin(), all.begin() + Disk::kSectorSize, uint8_t{3});
  Bytes reordered = fill(1);
  std::fill(reordered.begin(), reordered.begin() + Disk::kSectorSize, uint8_t{3});
  CHECK(outcomes.contains(fill(1)));
  CHECK(outcomes.contains(fill(2)));
  CHECK(outcomes.contains(all));
  CHECK(outcomes.contains(reordered));
  CHECK(outcomes.size() > 6);
}

TEST(a_sync_is_for_what_was_written_before_it_began) {
  bool is_lost = false;
  for (uint64_t seed = 0; seed < 50; seed++) {
    const Bytes content = after_power_cut(seed, {}, [](Machine& machine, DiskFile& file) {
      machine.disk.write(file, 0, fill(2));
      const uint64_t serial = machine.disk.serial();
      machine.disk.write(file, 0, fill(3));
      machine.disk.sync(file, serial);
    });
    CHECK(content[0] == 2 || content[0] == 3);
    is_lost |= content == fill(2);
  }
  CHECK(is_lost);
}

TEST(names_come_and_go_with_the_directory) {
  bool has_come_back = false;
  for (uint64_t seed = 0; seed < 50; seed++) {
    const auto remove = [](Machine& machine, DiskFile&) { CHECK(machine.disk.remove("/f")); };
    has_come_back |= !after_power_cut(seed, {}, remove).empty();
    CHECK(after_power_cut(seed, {.durable_removals = true}, remove).empty());
    CHECK(after_power_cut(seed, {}, [](Machine& machine, DiskFile&) {
            CHECK(machine.disk.remove("/f"));
            machine.disk.sync_directory(machine.disk.directory_serial());
          }).empty());
    Machine machine(seed, 100, false);
    const std::shared_ptr<DiskFile> file = machine.disk.create("/new", true);
    machine.disk.write(*file, 0, fill(1));
    machine.disk.sync(*file, machine.disk.serial());
    machine.disk.sync_directory(machine.disk.directory_serial());
    Dice dice(seed);
    machine.disk.power_cut({}, dice);
    CHECK(machine.disk.find("/new") != nullptr && machine.disk.find("/new")->current == fill(1));
  }
  CHECK(has_come_back);
}

TEST(locks_of_a_dead_process_are_free) {
  Machine machine(1, 100, false);
  VirtualIo first(machine, 1);
  VirtualIo second(machine, 2);
  std::unique_ptr<File> one;
  std::unique_ptr<File> other;
  CHECK_OK(first.files().open("/f", OpenFlags{.create = true}, &one));
  CHECK_OK(second.files().open("/f", OpenFlags{}, &other));
  CHECK_OK(one->lock_range(10, 1, LockKind::kExclusive));
  CHECK(other->lock_range(10, 1, LockKind::kShared).is(Code::kBusy));
  first.release_locks();
  CHECK_OK(other->lock_range(10, 1, LockKind::kShared));
}

}  // namespace
}  // namespace ringlite::sim
