// The operating system's files through the Io interface: reads at the end, locks between open files, names.
#include "io/posix_io.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "testing/test.h"

namespace ringlite {
namespace {

class Directory {
 public:
  Directory() {
    char name[] = "/tmp/ringlite-io-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Directory() { ignore_result(std::system(("rm -rf " + path_).c_str())); }
  std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  static void ignore_result(int) {}
  std::string path_;
};

TEST(posix_read_write_truncate) {
  Directory directory;
  FileSystem& files = posix_io().files();
  std::unique_ptr<File> file;
  const std::string path = directory.file("a");
  CHECK(files.open(path.c_str(), OpenFlags{}, &file).is(Code::kCantopen));
  CHECK_OK(files.open(path.c_str(), OpenFlags{.create = true}, &file));
  const IoSlice slices[] = {{"hello ", 6}, {"", 0}, {"world", 5}};
  CHECK_OK(file->write_vector(slices, 3, 10));
  char buffer[32];
  size_t got = 0;
  CHECK_OK(file->read(buffer, sizeof buffer, 5, &got));
  CHECK_EQ(got, 16u);
  CHECK(std::memcmp(buffer + 5, "hello world", 11) == 0 && buffer[0] == 0 && buffer[16] == 0);
  CHECK_OK(file->truncate(3));
  uint64_t size = 0;
  CHECK_OK(file->size(&size));
  CHECK_EQ(size, 3u);
  bool exists = false;
  CHECK_OK(files.exists(path.c_str(), &exists));
  CHECK(exists);
  CHECK_OK(file->truncate(0));
  CHECK_OK(files.exists(path.c_str(), &exists));
  CHECK(!exists);
  CHECK_OK(files.remove(path.c_str(), true));
  CHECK(files.remove(path.c_str(), false).is(Code::kIoerrDeleteNoent));
}

TEST(posix_write_vector_of_many_slices) {
  Directory directory;
  std::unique_ptr<File> file;
  CHECK_OK(posix_io().files().open(directory.file("a").c_str(), OpenFlags{.create = true}, &file));
  std::vector<IoSlice> slices(3000, IoSlice{"ab", 2});
  CHECK_OK(file->write_vector(slices.data(), slices.size(), 0));
  std::string content(6000, 0);
  size_t got = 0;
  CHECK_OK(file->read(content.data(), content.size(), 0, &got));
  CHECK_EQ(got, 6000u);
  for (size_t i = 0; i < content.size(); i++) CHECK_EQ(content[i], i % 2 ? 'b' : 'a');
}

TEST(posix_locks_conflict_between_open_files) {
  Directory directory;
  FileSystem& files = posix_io().files();
  std::unique_ptr<File> first, second;
  const std::string path = directory.file("a");
  CHECK_OK(files.open(path.c_str(), OpenFlags{.create = true}, &first));
  CHECK_OK(files.open(path.c_str(), OpenFlags{}, &second));
  CHECK_OK(first->lock_range(100, 10, LockKind::kShared));
  CHECK_OK(second->lock_range(105, 10, LockKind::kShared));
  CHECK(second->lock_range(100, 10, LockKind::kExclusive).is(Code::kBusy));
  bool locked = false;
  CHECK_OK(second->is_locked_by_other(100, 1, LockKind::kExclusive, &locked));
  CHECK(locked);
  CHECK_OK(second->is_locked_by_other(100, 1, LockKind::kShared, &locked));
  CHECK(!locked);
  CHECK_OK(first->lock_range(100, 10, LockKind::kNone));
  CHECK_OK(second->is_locked_by_other(100, 1, LockKind::kExclusive, &locked));
  CHECK(!locked);
  CHECK_OK(second->lock_range(100, 10, LockKind::kExclusive));
  CHECK(first->lock_range(105, 1, LockKind::kShared).is(Code::kBusy));
}

TEST(posix_database_descriptor_is_kept_and_reused) {
  Directory directory;
  FileSystem& files = posix_io().files();
  const std::string path = directory.file("a.db");
  std::unique_ptr<File> file;
  const OpenFlags flags{.create = true, .readonly_fallback = true, .database = true};
  CHECK_OK(files.open(path.c_str(), flags, &file));
  CHECK_OK(file->write("x", 1, 0));
  const FileIdentity identity = file->identity();
  CHECK_OK(file->lock_range(5, 1, LockKind::kExclusive));
  file.reset();
  CHECK_OK(files.open(path.c_str(), flags, &file));
  CHECK(file->identity() == identity && file->is_writable());
  // Its locks were given up when it was closed.
  std::unique_ptr<File> other;
  CHECK_OK(files.open(path.c_str(), OpenFlags{}, &other));
  CHECK_OK(other->lock_range(5, 1, LockKind::kExclusive));
}

TEST(posix_child_does_not_keep_locks) {
  Directory directory;
  FileSystem& files = posix_io().files();
  const std::string path = directory.file("a.db");
  std::unique_ptr<File> file, other;
  CHECK_OK(files.open(path.c_str(), OpenFlags{.create = true, .database = true}, &file));
  CHECK_OK(files.open(path.c_str(), OpenFlags{}, &other));
  CHECK_OK(file->lock_range(5, 1, LockKind::kExclusive));
  int gate[2];
  CHECK(::pipe(gate) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    ::close(gate[1]);
    ::_exit(::read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  CHECK_OK(file->lock_range(5, 1, LockKind::kNone));
  file.reset();
  CHECK_OK(other->lock_range(5, 1, LockKind::kExclusive));
  ::close(gate[1]);
  ::close(gate[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
}

TEST(posix_full_path_follows_links) {
  Directory directory;
  FileSystem& files = posix_io().files();
  std::string full;
  CHECK_OK(files.full_path(directory.file("new.db").c_str(), &full));
  CHECK_EQ(full, directory.file("new.db"));
  CHECK(files.full_path(directory.file("missing/new.db").c_str(), &full).is(Code::kCantopen));
  CHECK(::symlink(directory.file("new.db").c_str(), directory.file("link").c_str()) == 0);
  CHECK_OK(files.full_path(directory.file("link").c_str(), &full));
  CHECK_EQ(full, directory.file("new.db"));
  CHECK(::symlink(directory.file("loop").c_str(), directory.file("loop").c_str()) == 0);
  CHECK(files.full_path(directory.file("loop").c_str(), &full).is(Code::kCantopen));
}

TEST(posix_temporary_file_vanishes) {
  std::string path;
  CHECK_OK(posix_io().files().temporary_path(&path));
  std::unique_ptr<File> file;
  CHECK_OK(posix_io().files().open(
      path.c_str(), OpenFlags{.create = true, .exclusive = true, .delete_on_close = true}, &file));
  CHECK_OK(file->write("abc", 3, 0));
  CHECK(::access(path.c_str(), F_OK) != 0);
}

}  // namespace
}  // namespace ringlite
