#include "pager/super_journal.h"

#include <cstdio>
#include <cstring>

#include "base/endian.h"
#include "pager/rollback_journal.h"

namespace ringlite {
namespace {

/** Longest name that SQLite reads back from a journal. */
constexpr uint32_t kMaxNameLength = 512;

}  // namespace

Status create_super_journal(Io& io, const std::string& main_file, const Buffer& journals, bool durable,
                            std::string* path) {
  bool exists = true;
  for (int attempt = 0; exists; attempt++) {
    if (attempt > 100) return Code::kFull;
    uint32_t random = 0;
    io.random().fill(&random, sizeof random);
    char suffix[32];
    std::snprintf(suffix, sizeof suffix, "-mj%06X9%02X", (random >> 8) & 0xffffff, random & 0xff);
    *path = main_file + suffix;
    RETURN_IF_ERROR(io.files().exists(path->c_str(), &exists));
  }
  std::unique_ptr<File> file;
  RETURN_IF_ERROR(io.files().open(path->c_str(), OpenFlags{.create = true, .exclusive = true}, &file));
  Status status = file->write(journals.data(), journals.size(), 0);
  if (status.ok() && durable) status = file->sync(SyncKind::kData);
  if (status.ok() && durable) status = io.files().sync_directory(path->c_str());
  if (!status.ok()) {
    file.reset();
    ignore_status(io.files().remove(path->c_str(), false));
  }
  return status;
}

Status remove_super_journal(Io& io, const std::string& path) { return io.files().remove(path.c_str(), true); }

Status read_super_journal_name(File& journal, std::string* name) {
  name->clear();
  uint64_t size = 0;
  RETURN_IF_ERROR(journal.size(&size));
  if (size < 16) return kOk;
  uint8_t tail[16];
  size_t got = 0;
  RETURN_IF_ERROR(journal.read(tail, sizeof tail, size - 16, &got));
  const uint32_t length = load_be32(tail);
  if (got < sizeof tail || std::memcmp(tail + 8, kJournalMagic, 8) != 0) return kOk;
  if (length == 0 || length > kMaxNameLength || length > size - 16) return kOk;
  char text[kMaxNameLength];
  RETURN_IF_ERROR(journal.read(text, length, size - 16 - length, &got));
  uint32_t sum = load_be32(tail + 4);
  for (uint32_t i = 0; i < length; i++) sum -= static_cast<uint32_t>(static_cast<int>(text[i]));
  if (got == length && sum == 0) name->assign(text, strnlen(text, length));
  return kOk;
}

Status remove_super_journal_if_unused(Io& io, const std::string& path) {
  std::unique_ptr<File> file;
  RETURN_IF_ERROR(io.files().open(path.c_str(), OpenFlags{.readonly = true}, &file));
  uint64_t size = 0;
  RETURN_IF_ERROR(file->size(&size));
  std::string content(size, '\0');
  size_t got = 0;
  RETURN_IF_ERROR(file->read(content.data(), size, 0, &got));
  content.resize(got);
  for (size_t at = 0; at < content.size();) {
    const std::string journal_path = content.c_str() + at;
    at += journal_path.size() + 1;
    bool exists = false;
    RETURN_IF_ERROR(io.files().exists(journal_path.c_str(), &exists));
    if (!exists) continue;
    std::unique_ptr<File> journal;
    RETURN_IF_ERROR(io.files().open(journal_path.c_str(), OpenFlags{.readonly = true}, &journal));
    std::string name;
    RETURN_IF_ERROR(read_super_journal_name(*journal, &name));
    if (name == path) return kOk;
  }
  file.reset();
  return io.files().remove(path.c_str(), false);
}

}  // namespace ringlite
