#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "io/adopted_files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/assert.h"

namespace ringlite {
namespace {

constexpr std::string_view kJournalSuffix = "-journal";
constexpr std::string_view kSuperJournalSuffix = "-mj";
/** Where the file header says in what mode the file is: write version, read version. */
constexpr off_t kVersionOffset = 18;
constexpr uint8_t kWalVersion = 2;

/** Never one of the standard streams. */
int duplicate(int descriptor) { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

bool is_linked(int descriptor) {
  struct stat information;
  return ::fstat(descriptor, &information) == 0 && information.st_nlink > 0;
}

bool is_writable(int descriptor) { return (::fcntl(descriptor, F_GETFL) & O_ACCMODE) == O_RDWR; }

bool identify_descriptor(int descriptor, FileIdentity* identity) {
  struct stat information;
  if (::fstat(descriptor, &information) != 0) return false;
  *identity = {information.st_dev, information.st_ino, true};
  return true;
}

bool truncate_to_nothing(int descriptor) {
  int result;
  do {
    result = ::ftruncate(descriptor, 0);
  } while (result < 0 && errno == EINTR);
  return result == 0;
}

enum class Fault { kNone, kClosed, kNoFile, kNoReading, kNoWriting, kAppending, kDeleted };

Fault fault_of(int descriptor, bool readonly) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0) return Fault::kClosed;
  struct stat information;
  if (::fstat(descriptor, &information) != 0 || !S_ISREG(information.st_mode)) return Fault::kNoFile;
  if ((flags & O_ACCMODE) == O_WRONLY) return Fault::kNoReading;
  if (!readonly && (flags & O_ACCMODE) != O_RDWR) return Fault::kNoWriting;
  if (flags & O_APPEND) return Fault::kAppending;
  return information.st_nlink == 0 ? Fault::kDeleted : Fault::kNone;
}

#define CANNOT_OPEN "Cannot open database because the "

struct FaultText {
  Fault fault;
  const char* of_database;
  const char* of_journal;
};

#define FAULT_TEXT(fault, text) \
  { fault, CANNOT_OPEN "database file " text, CANNOT_OPEN "journal file " text }

constexpr FaultText kFaultTexts[] = {
    FAULT_TEXT(Fault::kClosed, "descriptor is not open"),
    FAULT_TEXT(Fault::kNoFile, "descriptor does not refer to a regular file"),
    FAULT_TEXT(Fault::kNoReading, "descriptor was not opened for reading"),
    FAULT_TEXT(Fault::kNoWriting, "descriptor was not opened for writing (use the \"readonly\" option)"),
    FAULT_TEXT(Fault::kAppending, "descriptor was opened in append mode"),
    FAULT_TEXT(Fault::kDeleted, "has been deleted"),
};

/** What is wrong with one of the two descriptors; null when nothing is. */
const char* fault_text(Fault fault, const char* FaultText::*file) {
  for (const FaultText& text : kFaultTexts)
    if (text.fault == fault) return text.*file;
  return nullptr;
}

}  // namespace

const char* find_descriptor_fault(DescriptorPair descriptors, bool readonly) {
  if (const char* text = fault_text(fault_of(descriptors.database, readonly), &FaultText::of_database))
    return text;
  if (const char* text = fault_text(fault_of(descriptors.journal, readonly), &FaultText::of_journal))
    return text;
  FileIdentity database;
  FileIdentity journal;
  if (!identify_descriptor(descriptors.database, &database) ||
      !identify_descriptor(descriptors.journal, &journal))
    return fault_text(Fault::kNoFile, &FaultText::of_database);
  if (database == journal) return CANNOT_OPEN "database and journal file descriptors refer to the same file";
  uint8_t versions[2] = {};
  if (::pread(descriptors.database, versions, sizeof versions, kVersionOffset) == sizeof versions &&
      versions[0] == kWalVersion && versions[1] == kWalVersion)
    return "Cannot open database from a file descriptor because it is in WAL mode";
  return nullptr;
}

#undef CANNOT_OPEN

// --- one file ---

AdoptedFile::~AdoptedFile() { ::close(journal_); }

Status AdoptedFile::check_in_place() {
  return is_linked(descriptor_) && is_linked(journal_) ? kOk : Status(Code::kCantopenReplaced);
}

// --- all of them ---

AdoptedFiles& AdoptedFiles::instance() {
  static AdoptedFiles* files = new AdoptedFiles;
  return *files;
}

Status AdoptedFiles::adopt(DescriptorPair descriptors, std::string* name) {
  std::lock_guard lock(mutex_);
  const uint64_t number = count_++;
  Entry entry{.name = {},
              .database = -1,
              .journal = -1,
              .database_is_writable = is_writable(descriptors.database),
              .journal_is_writable = is_writable(descriptors.journal),
              .identity = {},
              .journal_identity = {}};
  if (!identify_descriptor(descriptors.database, &entry.identity)) return Code::kCantopen;
  if (!identify_descriptor(descriptors.journal, &entry.journal_identity)) return Code::kCantopen;
  for (const Entry& other : entries_)
    if (other.identity == entry.identity && !(other.journal_identity == entry.journal_identity))
      return Code::kCantopenOtherJournal;
  entry.journal = duplicate(descriptors.journal);
  if (entry.journal < 0) return Code::kCantopen;
  entry.database = duplicate(descriptors.database);
  if (entry.database < 0) {
    ::close(entry.journal);
    return Code::kCantopen;
  }
  if (entry.database_is_writable &&
      DatabaseDescriptors::instance().make_writable(entry.identity, entry.database))
    entry.database = -1;
  entry.name = "fd:" + std::to_string(descriptors.database) + ":" + std::to_string(number);
  *name = entry.name;
  entries_.push_back(std::move(entry));
  return kOk;
}

void AdoptedFiles::release(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& candidate) { return candidate.name == name; });
  ASSERT(entry != entries_.end());
  DatabaseDescriptors::instance().park(entry->identity, entry->database, entry->database_is_writable);
  ::close(entry->journal);
  entries_.erase(entry);
}

AdoptedFiles::Entry* AdoptedFiles::find(std::string_view path, Part* part) {
  for (Entry& entry : entries_) {
    if (!path.starts_with(entry.name)) continue;
    const std::string_view suffix = path.substr(entry.name.size());
    if (!suffix.empty() && suffix[0] != '-') continue;
    *part = Part::kOther;
    if (suffix.empty()) *part = Part::kDatabase;
    if (suffix == kJournalSuffix) *part = Part::kJournal;
    if (suffix.starts_with(kSuperJournalSuffix)) *part = Part::kSuperJournal;
    return &entry;
  }
  return nullptr;
}

bool AdoptedFiles::has(const char* path) {
  std::lock_guard lock(mutex_);
  Part part;
  return find(path, &part) != nullptr;
}

Status AdoptedFiles::open_database(Entry& entry, std::unique_ptr<File>* file) {
  if (entry.database < 0) return Code::kCantopen;
  const int journal = duplicate(entry.journal);
  if (journal < 0) return Code::kCantopen;
  *file = std::make_unique<AdoptedFile>(entry.database, entry.database_is_writable, entry.identity, journal);
  entry.database = -1;
  return kOk;
}

bool AdoptedFiles::open(const char* path, OpenFlags flags, std::unique_ptr<File>* file, Status* status) {
  std::lock_guard lock(mutex_);
  Part part;
  Entry* entry = find(path, &part);
  if (!entry) return false;
  *status = Code::kCantopen;
  if (part == Part::kSuperJournal) *status = Code::kCantopenSuperJournal;
  if (part == Part::kDatabase) *status = open_database(*entry, file);
  if (part != Part::kJournal) return true;
  if (!is_linked(entry->journal)) {
    *status = Code::kCantopenReplaced;
    return true;
  }
  const int journal = duplicate(entry->journal);
  if (journal < 0) return true;
  const bool writable = entry->journal_is_writable && !flags.readonly;
  *file = std::make_unique<PosixFile>(journal, writable, false, entry->journal_identity);
  *status = kOk;
  return true;
}

bool AdoptedFiles::remove(const char* path, bool sync, Status* status) {
  std::lock_guard lock(mutex_);
  Part part;
  const Entry* entry = find(path, &part);
  if (!entry) return false;
  *status = Code::kIoerrDeleteNoent;
  if (part != Part::kJournal) return true;
  const bool is_done = truncate_to_nothing(entry->journal) && (!sync || ::fsync(entry->journal) == 0);
  *status = is_done ? kOk : Status(Code::kIoerrDelete);
  return true;
}

bool AdoptedFiles::exists(const char* path, bool* exists, Status* status) {
  std::lock_guard lock(mutex_);
  Part part;
  const Entry* entry = find(path, &part);
  if (!entry) return false;
  *exists = part == Part::kDatabase;
  *status = kOk;
  if (part != Part::kJournal) return true;
  struct stat information;
  if (::fstat(entry->journal, &information) != 0)
    *status = Code::kIoerrAccess;
  else if (information.st_nlink == 0)
    *status = Code::kCantopenReplaced;
  else
    *exists = information.st_size > 0;
  return true;
}

bool AdoptedFiles::identify(const char* path, FileIdentity* identity, bool* found, uint64_t* size) {
  std::lock_guard lock(mutex_);
  Part part;
  const Entry* entry = find(path, &part);
  if (!entry) return false;
  *found = part == Part::kDatabase || part == Part::kJournal;
  if (!*found) return true;
  *identity = part == Part::kDatabase ? entry->identity : entry->journal_identity;
  struct stat information;
  const bool is_known = part == Part::kJournal && ::fstat(entry->journal, &information) == 0;
  *size = is_known ? static_cast<uint64_t>(information.st_size) : 0;
  return true;
}

}  // namespace ringlite
