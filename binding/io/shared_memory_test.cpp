// Shared memory of all kinds: regions that openers share, locks between them.
#include <cstdlib>
#include <cstring>
#include <string>

#include "io/memory_io.h"
#include "io/posix_io.h"
#include "testing/test.h"

namespace ringlite {
namespace {

void check_sharing(FileSystem& files, const std::string& path) {
  std::unique_ptr<SharedMemory> first;
  std::unique_ptr<SharedMemory> second;
  CHECK_OK(files.open_shared_memory(path.c_str(), &first));
  CHECK_OK(files.open_shared_memory(path.c_str(), &second));
  uint8_t* here = nullptr;
  uint8_t* there = nullptr;
  CHECK_OK(second->map(0, false, &there));
  CHECK(there == nullptr);
  CHECK_OK(first->map(2, true, &here));
  CHECK(here != nullptr && here[0] == 0 && here[SharedMemory::kRegionSize - 1] == 0);
  std::memcpy(here + 100, "shared", 6);
  CHECK_OK(second->map(2, false, &there));
  CHECK(there != nullptr && std::memcmp(there + 100, "shared", 6) == 0);
  uint8_t* again = nullptr;
  CHECK_OK(first->map(2, false, &again));
  CHECK(again == here);

  CHECK_OK(first->lock_range(120, 1, LockKind::kExclusive));
  CHECK(second->lock_range(120, 1, LockKind::kShared).is(Code::kBusy));
  CHECK_OK(second->lock_range(121, 1, LockKind::kExclusive));
  bool locked = false;
  CHECK_OK(second->is_locked_by_other(120, 1, LockKind::kShared, &locked));
  CHECK(locked);
  CHECK_OK(first->lock_range(120, 1, LockKind::kShared));
  CHECK_OK(second->lock_range(120, 1, LockKind::kShared));
  CHECK(first->lock_range(120, 1, LockKind::kExclusive).is(Code::kBusy));
  second.reset();
  CHECK_OK(first->lock_range(120, 2, LockKind::kExclusive));
}

TEST(memory_is_shared_between_openers) {
  const std::unique_ptr<Io> io = make_memory_io();
  check_sharing(io->files(), "/a.db-shm");
  CHECK_OK(io->files().remove("/a.db-shm", false));
}

TEST(posix_memory_is_shared_between_openers) {
  char name[] = "/tmp/ringlite-shm-XXXXXX";
  const std::string path = std::string(::mkdtemp(name)) + "/a.db-shm";
  check_sharing(posix_io().files(), path);
  std::unique_ptr<SharedMemory> memory;
  CHECK_OK(posix_io().files().open_shared_memory(path.c_str(), &memory));
  CHECK_OK(memory->clear());
  uint8_t* address = nullptr;
  CHECK_OK(memory->map(0, false, &address));
  CHECK(address == nullptr);
  CHECK_OK(posix_io().files().remove(path.c_str(), false));
  CHECK_EQ(std::system(("rmdir " + std::string(name)).c_str()), 0);
}

}  // namespace
}  // namespace ringlite
