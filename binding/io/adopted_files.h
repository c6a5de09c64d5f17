// AdoptedFiles: databases that are used through descriptors which the application opened: one of the database
// file, one of its rollback journal. The process needs no right to open anything in their directory.
//
// Invariants
// 1. All users of a database file in the process have the same journal.
// 2. The journal is never removed, as it could not be made again: it is truncated, which means the same.
// 3. A transaction begins only while both files have a name: a journal that nobody else finds protects
//    nothing.
// 4. No descriptor of a database file is closed here (posix_file.h): its locks are those of the process.
#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "io/posix_file.h"

namespace ringlite {

/** A database file whose journal is known by its descriptor as well. */
class AdoptedFile final : public PosixFile {
 public:
  /** Takes over both descriptors. */
  AdoptedFile(int descriptor, bool writable, FileIdentity identity, int journal)
      : PosixFile(descriptor, writable, true, identity), journal_(journal) {}
  ~AdoptedFile() override;
  Status check_in_place() override;

 private:
  int journal_;
};

class AdoptedFiles {
 public:
  static AdoptedFiles& instance();

  /** Whether the path may be that of an adopted file; if it is, the methods below `find` it. */
  static bool may_have(const char* path) { return path[0] == 'f' && path[1] == 'd' && path[2] == ':'; }

  /** SQLITE_CANTOPEN, or the reason "another journal". */
  Status adopt(DescriptorPair descriptors, std::string* name);
  void release(const std::string& name);

  // --- what FileSystem does with paths; false: the path is not of an adopted file ---

  bool open(const char* path, OpenFlags flags, std::unique_ptr<File>* file, Status* status);
  bool remove(const char* path, bool sync, Status* status);
  bool exists(const char* path, bool* exists, Status* status);
  bool identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size);
  bool has(const char* path);

 private:
  enum class Part { kDatabase, kJournal, kSuperJournal, kOther };
  struct Entry {
    std::string name;
    /** -1 once it was opened or given to a file that is open. */
    int database;
    int journal;
    bool database_is_writable;
    bool journal_is_writable;
    FileIdentity identity;
    FileIdentity journal_identity;
  };

  Entry* find(std::string_view path, Part* part);
  Status open_database(Entry& entry, std::unique_ptr<File>* file);

  std::mutex mutex_;
  std::vector<Entry> entries_;
  uint64_t count_ = 0;
};

/** Why the descriptors are no good for a database; nullptr when they are. */
const char* find_descriptor_fault(DescriptorPair descriptors, bool readonly);

}  // namespace ringlite
