// Files by descriptors: names, the journal that is never removed, locks of the process, files without a name.
#include "io/adopted_files.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "io/posix_io.h"
#include "testing/test.h"

namespace ringlite {
namespace {

/** A database file and its journal, open. */
class Pair {
 public:
  Pair() {
    char name[] = "/tmp/ringlite-fd-XXXXXX";
    directory_ = ::mkdtemp(name);
    descriptors_ = {open_new("a"), open_new("a-journal")};
  }
  ~Pair() {
    ::close(descriptors_.database);
    ::close(descriptors_.journal);
    for (const char* name : {"a", "a-journal"}) ::unlink(path(name).c_str());
    ::rmdir(directory_.c_str());
  }
  std::string path(const char* name) const { return directory_ + "/" + name; }
  DescriptorPair descriptors() const { return descriptors_; }

 private:
  int open_new(const char* name) const {
    return ::open(path(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  }
  std::string directory_;
  DescriptorPair descriptors_;
};

TEST(adopted_files_have_names) {
  Pair pair;
  FileSystem& files = posix_io().files();
  std::string name;
  CHECK(find_descriptor_fault(pair.descriptors(), false) == nullptr);
  CHECK_OK(files.adopt(pair.descriptors(), &name));
  std::unique_ptr<File> file;
  std::unique_ptr<File> journal;
  CHECK_OK(files.open(name.c_str(), OpenFlags{.database = true}, &file));
  CHECK_OK(files.open((name + "-journal").c_str(), OpenFlags{.create = true}, &journal));
  CHECK(files.open((name + "-wal").c_str(), OpenFlags{.create = true}, &journal).is(Code::kCantopen));
  CHECK(files.open((name + "-mj12345678").c_str(), OpenFlags{.create = true}, &journal)
            .is(Code::kCantopenSuperJournal));
  FileIdentity by_path;
  FileIdentity by_name;
  bool found = false;
  uint64_t size = 0;
  CHECK_OK(files.identify(pair.path("a").c_str(), &by_path, &found, &size));
  CHECK_OK(files.identify(name.c_str(), &by_name, &found, &size));
  CHECK(by_path.inode == by_name.inode && !(by_path == by_name) && file->identity() == by_name);
  CHECK_OK(file->write("hello", 5, 0));
  file.reset();
  files.release(name);
  CHECK(files.open(name.c_str(), OpenFlags{}, &file).is(Code::kCantopen));
}

TEST(adopted_journals_are_truncated) {
  Pair pair;
  FileSystem& files = posix_io().files();
  std::string name;
  CHECK_OK(files.adopt(pair.descriptors(), &name));
  const std::string path = name + "-journal";
  std::unique_ptr<File> journal;
  CHECK_OK(files.open(path.c_str(), OpenFlags{}, &journal));
  bool exists = true;
  CHECK_OK(files.exists(path.c_str(), &exists));
  CHECK(!exists);
  CHECK_OK(journal->write("x", 1, 0));
  CHECK_OK(files.exists(path.c_str(), &exists));
  CHECK(exists);
  journal.reset();
  CHECK_OK(files.remove(path.c_str(), true));
  CHECK_OK(files.exists(path.c_str(), &exists));
  CHECK(!exists && ::access(pair.path("a-journal").c_str(), F_OK) == 0);
  ::unlink(pair.path("a-journal").c_str());
  CHECK(files.exists(path.c_str(), &exists).is(Code::kCantopenReplaced));
  files.release(name);
}

TEST(adopted_files_exclude_heirs_and_users_by_path) {
  Pair pair;
  FileSystem& files = posix_io().files();
  std::string name;
  CHECK_OK(files.adopt(pair.descriptors(), &name));
  std::unique_ptr<File> file;
  std::unique_ptr<File> by_path;
  CHECK_OK(files.open(name.c_str(), OpenFlags{.database = true}, &file));
  CHECK_OK(files.open(pair.path("a").c_str(), OpenFlags{.database = true}, &by_path));
  CHECK_OK(file->lock_range(100, 10, LockKind::kExclusive));
  CHECK(by_path->lock_range(105, 1, LockKind::kShared).is(Code::kBusy));
  const pid_t child = ::fork();
  if (child == 0) {
    struct flock lock = {};
    lock.l_type = F_RDLCK;
    lock.l_start = 105;
    lock.l_len = 1;
    ::_exit(::fcntl(pair.descriptors().database, F_SETLK, &lock) == 0 ? 0 : 7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK_EQ(WEXITSTATUS(status), 7);
  CHECK_OK(file->lock_range(0, 0, LockKind::kNone));
  CHECK_OK(by_path->lock_range(105, 1, LockKind::kExclusive));
  CHECK(file->lock_range(105, 1, LockKind::kShared).is(Code::kBusy));
  file.reset();
  files.release(name);
}

TEST(adopted_files_that_lose_their_names) {
  Pair pair;
  FileSystem& files = posix_io().files();
  std::string name;
  CHECK_OK(files.adopt(pair.descriptors(), &name));
  std::unique_ptr<File> file;
  CHECK_OK(files.open(name.c_str(), OpenFlags{.database = true}, &file));
  CHECK_OK(file->check_in_place());
  ::unlink(pair.path("a-journal").c_str());
  CHECK(file->check_in_place().is(Code::kCantopenReplaced));
  file.reset();
  files.release(name);
}

TEST(adopted_files_become_writable) {
  Pair pair;
  FileSystem& files = posix_io().files();
  const int reading = ::open(pair.path("a").c_str(), O_RDONLY | O_CLOEXEC);
  std::string reader;
  std::string writer;
  CHECK_OK(files.adopt({reading, pair.descriptors().journal}, &reader));
  std::unique_ptr<File> file;
  CHECK_OK(files.open(reader.c_str(), OpenFlags{.database = true}, &file));
  CHECK(!file->is_writable());
  CHECK_OK(files.adopt(pair.descriptors(), &writer));
  CHECK(file->is_writable());
  CHECK_OK(file->write("x", 1, 0));
  Pair other;
  std::string refused;
  CHECK(files.adopt({reading, other.descriptors().journal}, &refused).is(Code::kCantopenOtherJournal));
  file.reset();
  files.release(reader);
  files.release(writer);
  ::close(reading);
}

}  // namespace
}  // namespace ringlite
