/*
 * LD_PRELOAD library of commit-step.test.ts: makes one step of a commit fail with EIO, once, in whatever engine takes it.
 *
 * FAULT_FILE names a file that holds the step to fail; it is removed when that has happened, and no fault is waiting without it. Steps:
 *   sync-empty         fsync of a rollback journal that has been truncated to nothing
 *   sync-zeroed        fsync of a journal whose header has been zeroed
 *   sync-directory     fsync of a directory while FAULT_JOURNAL is gone
 *   truncate-journal   truncation of a journal to nothing
 *   truncate-database  truncation of another file
 *   zero-nothing       zeroing of a journal's header, no byte of it written
 *   zero-some          the same, 12 of the 28 bytes written
 *   unlink             removal of a journal
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(result, name, ...)                              \
  static result (*real)(__VA_ARGS__);                        \
  if (!real) *(void**)&real = dlsym(RTLD_NEXT, #name)

enum { kHeaderSize = 28, kTornSize = 12 };

static int waits_for(const char* step) {
  const char* path = getenv("FAULT_FILE");
  FILE* file = path ? fopen(path, "r") : NULL;
  if (!file) return 0;
  char wanted[32] = "";
  const int is_read = fgets(wanted, sizeof wanted, file) != NULL;
  fclose(file);
  return is_read && strcmp(wanted, step) == 0;
}

static int fail(void) {
  unlink(getenv("FAULT_FILE"));
  errno = EIO;
  return -1;
}

static int is_journal_name(const char* path, size_t length) {
  static const char suffix[] = "-journal";
  const size_t size = sizeof suffix - 1;
  return length > size && memcmp(path + length - size, suffix, size) == 0;
}

static int is_journal(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path);
  return length > 0 && is_journal_name(path, (size_t)length);
}

static int is_zero_header(const void* bytes, size_t size) {
  static const char zeros[kHeaderSize];
  return size == kHeaderSize && memcmp(bytes, zeros, kHeaderSize) == 0;
}

static int sync_fails(int descriptor) {
  struct stat state;
  if (fstat(descriptor, &state) != 0) return 0;
  if (S_ISDIR(state.st_mode)) {
    const char* journal = getenv("FAULT_JOURNAL");
    return journal && access(journal, F_OK) != 0 && waits_for("sync-directory");
  }
  if (!is_journal(descriptor)) return 0;
  if (state.st_size == 0) return waits_for("sync-empty");
  char header[kHeaderSize];
  return pread(descriptor, header, kHeaderSize, 0) == kHeaderSize && is_zero_header(header, kHeaderSize) &&
         waits_for("sync-zeroed");
}

int fsync(int descriptor) {
  REAL(int, fsync, int);
  return sync_fails(descriptor) ? fail() : real(descriptor);
}

int fdatasync(int descriptor) {
  REAL(int, fdatasync, int);
  return sync_fails(descriptor) ? fail() : real(descriptor);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  REAL(ssize_t, pwrite64, int, const void*, size_t, off64_t);
  if (offset == 0 && is_zero_header(bytes, size) && is_journal(descriptor)) {
    if (waits_for("zero-nothing")) return fail();
    if (waits_for("zero-some")) {
      real(descriptor, bytes, kTornSize, 0);
      return fail();
    }
  }
  return real(descriptor, bytes, size, offset);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return pwrite64(descriptor, bytes, size, offset);
}

int ftruncate64(int descriptor, off64_t size) {
  REAL(int, ftruncate64, int, off64_t);
  const int hits = is_journal(descriptor) ? size == 0 && waits_for("truncate-journal") : waits_for("truncate-database");
  return hits ? fail() : real(descriptor, size);
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int unlink(const char* path) {
  REAL(int, unlink, const char*);
  return is_journal_name(path, strlen(path)) && waits_for("unlink") ? fail() : real(path);
}
