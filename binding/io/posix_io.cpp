#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "io/posix_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <mutex>

#include "io/adopted_files.h"
#include "io/posix_file.h"
#include "io/posix_shared_memory.h"

namespace ringlite {
namespace {

constexpr unsigned kDefaultPermissions = 0644;
constexpr int kMaxSymbolicLinks = 200;

class PosixRandom final : public Random {
 public:
  void fill(void* buffer, size_t size) override {
    auto* bytes = static_cast<uint8_t*>(buffer);
    while (size > 0) {
      const ssize_t count = ::getrandom(bytes, size < 256 ? size : 256, 0);
      if (count <= 0) continue;
      bytes += count;
      size -= static_cast<size_t>(count);
    }
  }
};

class PosixClock final : public Clock {
 public:
  int64_t now_ms() override {
    struct timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);
    return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
  }
  int64_t monotonic_ns() override {
    struct timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1000000000 + now.tv_nsec;
  }
  void sleep_ms(int64_t duration_ms) override {
    struct timespec left = {static_cast<time_t>(duration_ms / 1000),
                            static_cast<long>(duration_ms % 1000 * 1000000)};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
  }
};

std::string directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/** A journal or WAL is created with the permissions and owner of its database. */
struct Ownership {
  unsigned mode = kDefaultPermissions;
  bool known = false;
  uid_t user = 0;
  gid_t group = 0;
};

/** SQLITE_IOERR_FSTAT when the database of a journal or WAL is not there. */
Status ownership_of(const std::string& path, Ownership* result) {
  for (const char* suffix : {"-journal", "-wal", "-shm"}) {
    const size_t length = std::strlen(suffix);
    if (path.size() <= length || path.compare(path.size() - length, length, suffix) != 0) continue;
    struct stat information;
    if (::stat(path.substr(0, path.size() - length).c_str(), &information) != 0)
      return std::strcmp(suffix, "-shm") == 0 ? kOk : Status(Code::kIoerrFstat);
    *result = {information.st_mode & 0777u, true, information.st_uid, information.st_gid};
    break;
  }
  return kOk;
}

class PosixFileSystem final : public FileSystem {
 public:
  explicit PosixFileSystem(Random& random) : random_(random) {}

  Status open(const char* path, OpenFlags flags, std::unique_ptr<File>* file) override {
    Status status;
    if (AdoptedFiles::may_have(path) && AdoptedFiles::instance().open(path, flags, file, &status))
      return status;
    std::unique_ptr<PosixFile> opened;
    RETURN_IF_ERROR(open_file(path, flags, &opened));
    *file = std::move(opened);
    return kOk;
  }

  Status open_shared_memory(const char* path, std::unique_ptr<SharedMemory>* memory) override {
    std::unique_ptr<PosixFile> file;
    const OpenFlags flags{.create = true, .readonly_fallback = true, .database = true};
    if (const Status status = open_file(path, flags, &file); !status.ok())
      return status.is(Code::kReadonlyDirectory) ? Status(Code::kCantopen) : status;
    *memory = std::make_unique<PosixSharedMemory>(std::move(file));
    return kOk;
  }

  Status remove(const char* path, bool sync) override {
    Status status;
    if (AdoptedFiles::may_have(path) && AdoptedFiles::instance().remove(path, sync, &status)) return status;
    if (::unlink(path) != 0) return errno == ENOENT ? Code::kIoerrDeleteNoent : Code::kIoerrDelete;
    return sync ? sync_directory(path) : kOk;
  }

  Status exists(const char* path, bool* exists) override {
    Status status;
    if (AdoptedFiles::may_have(path) && AdoptedFiles::instance().exists(path, exists, &status)) return status;
    struct stat information;
    *exists = ::stat(path, &information) == 0 && (!S_ISREG(information.st_mode) || information.st_size > 0);
    return kOk;
  }

  Status identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) override {
    if (AdoptedFiles::may_have(path) && AdoptedFiles::instance().identify(path, identity, found, size))
      return kOk;
    struct stat information;
    *found = ::stat(path, &information) == 0;
    if (!*found) return kOk;
    *identity = {information.st_dev, information.st_ino};
    *size = static_cast<uint64_t>(information.st_size);
    return kOk;
  }

  Status sync_directory(const char* path) override {
    // The names of adopted files are not ours to make durable.
    if (AdoptedFiles::may_have(path) && AdoptedFiles::instance().has(path)) return kOk;
    const int descriptor = open_descriptor(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY, 0);
    // Directories that cannot be opened cannot be synced; SQLite takes that for success, too.
    if (descriptor < 0) return kOk;
    const int result = ::fsync(descriptor);
    ::close(descriptor);
    return result != 0 ? Status(Code::kIoerrDirFsync) : kOk;
  }

  Status full_path(const char* path, std::string* full) override {
    std::string current = path;
    for (int links = 0; links < kMaxSymbolicLinks; links++) {
      char resolved[PATH_MAX];
      if (::realpath(current.c_str(), resolved)) {
        *full = resolved;
        return kOk;
      }
      if (errno != ENOENT) return Code::kCantopen;
      // The file does not exist yet: its directory must, and the name may be a link to a name that does not
      // exist.
      const std::string directory = directory_of(current);
      char target[PATH_MAX];
      const ssize_t length = ::readlink(current.c_str(), target, sizeof target);
      if (length > 0) {
        const std::string name(target, static_cast<size_t>(length));
        current = name[0] == '/' ? name : directory + "/" + name;
        continue;
      }
      if (!::realpath(directory.c_str(), resolved)) return Code::kCantopen;
      const size_t slash = current.rfind('/');
      const std::string name = slash == std::string::npos ? current : current.substr(slash + 1);
      *full = std::strcmp(resolved, "/") == 0 ? "/" + name : std::string(resolved) + "/" + name;
      return kOk;
    }
    return Code::kCantopen;
  }

  Status adopt(DescriptorPair descriptors, std::string* name) override {
    return AdoptedFiles::instance().adopt(descriptors, name);
  }

  void release(const std::string& name) override { AdoptedFiles::instance().release(name); }

  Status temporary_path(std::string* path) override {
    const char* candidates[] = {
        ::getenv("SQLITE_TMPDIR"), ::getenv("TMPDIR"), "/var/tmp", "/usr/tmp", "/tmp", "."};
    for (const char* directory : candidates) {
      struct stat information;
      if (!directory || ::stat(directory, &information) != 0 || !S_ISDIR(information.st_mode)) continue;
      if (::access(directory, W_OK | X_OK) != 0) continue;
      uint64_t random = 0;
      random_.fill(&random, sizeof random);
      char name[32];
      std::snprintf(name, sizeof name, "/etilqs_%llx", static_cast<unsigned long long>(random));
      *path = std::string(directory) + name;
      return kOk;
    }
    return Code::kIoerrGettemppath;
  }

 private:
  Status open_file(const char* path, OpenFlags flags, std::unique_ptr<PosixFile>* file) {
    if (flags.database && reuse_descriptor(path, flags, file)) return kOk;
    Ownership owner;
    RETURN_IF_ERROR(ownership_of(path, &owner));
    const int create = (flags.create ? O_CREAT : 0) | (flags.exclusive ? O_EXCL : 0);
    bool writable = !flags.readonly;
    int descriptor = open_descriptor(path, writable ? O_RDWR | create : O_RDONLY, owner.mode);
    if (descriptor < 0 && errno == EACCES && flags.create && owner.known && ::access(path, F_OK) != 0)
      return Code::kReadonlyDirectory;
    if (descriptor < 0 && writable && flags.readonly_fallback && errno != EISDIR) {
      writable = false;
      descriptor = open_descriptor(path, O_RDONLY, 0);
    }
    if (descriptor < 0) return Code::kCantopen;
    struct stat information;
    if (::fstat(descriptor, &information) != 0) {
      ::close(descriptor);
      return Code::kIoerrFstat;
    }
    if (flags.delete_on_close) ::unlink(path);
    const bool created_for_other = owner.known && writable && information.st_size == 0 && ::geteuid() == 0 &&
                                   (information.st_uid != owner.user || information.st_gid != owner.group);
    if (created_for_other && ::fchown(descriptor, owner.user, owner.group) != 0) errno = 0;
    *file = std::make_unique<PosixFile>(descriptor, writable, flags.database,
                                        FileIdentity{information.st_dev, information.st_ino});
    return kOk;
  }

  /** A descriptor of the file that was kept from an earlier use: opening another one would mean closing it
   * some day. */
  bool reuse_descriptor(const char* path, OpenFlags flags, std::unique_ptr<PosixFile>* file) {
    struct stat information;
    if (::stat(path, &information) != 0 || !S_ISREG(information.st_mode)) return false;
    const FileIdentity identity{information.st_dev, information.st_ino};
    bool writable = false;
    const bool wants_write = !flags.readonly && ::access(path, W_OK) == 0;
    const int descriptor = DatabaseDescriptors::instance().take(identity, wants_write, &writable);
    if (descriptor < 0) return false;
    *file = std::make_unique<PosixFile>(descriptor, writable && wants_write, true, identity);
    return true;
  }

  Random& random_;
};

class PosixIo final : public Io {
 public:
  PosixIo() : files_(random_) {}
  FileSystem& files() override { return files_; }
  Clock& clock() override { return clock_; }
  Random& random() override { return random_; }

 private:
  PosixRandom random_;
  PosixClock clock_;
  PosixFileSystem files_;
};

}  // namespace

Io& posix_io() {
  static PosixIo* io = new PosixIo;
  return *io;
}

}  // namespace ringlite
