// SettingGet and SettingSet: the settings of spec/settings.ts and what they do to pagers and B-trees.
#include <algorithm>
#include <cstdlib>

#include "pager/pager.h"
#include "record/affinity.h"
#include "vdbe/connection_state.h"

namespace ringlite {

namespace {

/** Settings that belong to one database; the others are the connection's. */
bool is_database_setting(Setting setting) {
  switch (setting) {
    case Setting::kAutoVacuum:
    case Setting::kCacheSize:
    case Setting::kCacheSpill:
    case Setting::kDefaultCacheSize:
    case Setting::kJournalSizeLimit:
    case Setting::kLockingMode:
    case Setting::kMmapSize:
    case Setting::kPageSize:
    case Setting::kSecureDelete:
    case Setting::kSynchronous:
      return true;
    default:
      return false;
  }
}

constexpr int64_t kSmallestPage = 512, kLargestPage = 65536;
/** SQLITE_MAX_MMAP_SIZE. */
constexpr int64_t kLargestMap = 0x7fff0000;

constexpr struct {
  const char* name;
  TextEncoding encoding;
} kEncodingNames[] = {
    {"UTF-8", TextEncoding::kUtf8},       {"UTF8", TextEncoding::kUtf8},
    {"UTF-16le", TextEncoding::kUtf16le}, {"UTF16le", TextEncoding::kUtf16le},
    {"UTF-16be", TextEncoding::kUtf16be}, {"UTF16be", TextEncoding::kUtf16be},
    {"UTF-16", TextEncoding::kUtf16le},   {"UTF16", TextEncoding::kUtf16le},
};

/** Pages that a cache_size allows, as SQLite counts them: each page costs 136 bytes more than its content. */
int64_t cache_pages(int64_t cache_size, uint32_t page_size) {
  constexpr int64_t kPageOverhead = 136;
  return cache_size >= 0 ? cache_size : -cache_size * 1024 / (page_size + kPageOverhead);
}

bool equals_ignoring_case(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const auto lower = [](char character) {
      return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
    };
    if (lower(text[i]) != lower(name[i])) return false;
  }
  return true;
}

const char* encoding_name(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::kUtf16le:
      return "UTF-16le";
    case TextEncoding::kUtf16be:
      return "UTF-16be";
    default:
      return "UTF-8";
  }
}

Status fail(String* message, const char* text) {
  *message = String::literal(text);
  return Code::kError;
}

}  // namespace

Status ConnectionState::get_setting(int database, Setting setting, Value* value) {
  if (setting == Setting::kEncoding) {
    value->set_text(std::string_view(encoding_name(encoding)), Storage::kStatic);
    return kOk;
  }
  if (setting == Setting::kTempStoreDirectory) return value->copy_text(temp_store_directory);
  if (!is_database_setting(setting)) {
    value->set_integer(setting == Setting::kShrinkMemory ? 0 : this->value(setting));
    return kOk;
  }
  int64_t integer = 0;
  RETURN_IF_ERROR(get_database_setting(database, setting, &integer));
  value->set_integer(integer);
  return kOk;
}

Status ConnectionState::get_database_setting(int index, Setting setting, int64_t* value) {
  Database& database = databases[index];
  if (setting == Setting::kSynchronous) {
    *value = database.synchronous;
    return kOk;
  }
  if (setting == Setting::kCacheSize) {
    *value = database.cache_size;
    return kOk;
  }
  if (index == 1) RETURN_IF_ERROR(open_temp());
  Btree& btree = *database.btree;
  Pager& pager = btree.pager();
  switch (setting) {
    case Setting::kAutoVacuum:
      *value = static_cast<int64_t>(btree.auto_vacuum());
      return kOk;
    case Setting::kCacheSpill: {
      const int64_t pages = cache_pages(database.cache_size, btree.page_size());
      *value = database.spill_pages == 0 ? 0 : database.spill_pages > pages ? database.spill_pages : pages;
      return kOk;
    }
    case Setting::kDefaultCacheSize: {
      if (!btree.in_transaction()) RETURN_IF_ERROR(btree.begin_read());
      const int32_t stored = static_cast<int32_t>(btree.get_meta(Meta::kDefaultCacheSize));
      *value = stored == 0 ? database.cache_size : std::llabs(stored);
      return kOk;
    }
    case Setting::kJournalSizeLimit:
      *value = pager.journal_size_limit();
      return kOk;
    case Setting::kLockingMode:
      *value = static_cast<int64_t>(apply_to_all(index) ? default_locking_mode_
                                                        : pager.locking_mode(LockingMode::kQuery));
      return kOk;
    case Setting::kMmapSize:
      *value = database.mmap_size;
      return kOk;
    case Setting::kPageSize:
      *value = btree.page_size();
      return kOk;
    case Setting::kSecureDelete:
      *value = static_cast<int64_t>(btree.secure_delete());
      return kOk;
    default:
      return Code::kInternal;
  }
}

Status ConnectionState::set_setting(int database, Setting setting, const Value& value, String* message) {
  if (setting == Setting::kEncoding)
    return set_encoding(value.is_text() ? value.text() : std::string_view(), message);
  if (setting == Setting::kTempStoreDirectory) {
    String directory;
    RETURN_IF_ERROR(directory.assign(value.is_text() ? value.text() : std::string_view()));
    bool exists = directory.empty();
    if (!exists) RETURN_IF_ERROR(io.files().exists(directory.c_str(), &exists));
    if (!exists) return fail(message, "not a writable directory");
    temp_store_directory.swap(directory);
    return kOk;
  }
  const int64_t integer = value_as_integer(value);
  if (is_database_setting(setting)) return set_database_setting(database, setting, integer, message);
  return set_connection_setting(setting, integer, message);
}

/** The encoding of a database that does not exist yet; an existing one keeps its own. */
Status ConnectionState::set_encoding(std::string_view name, String* message) {
  for (const auto& known : kEncodingNames) {
    if (!equals_ignoring_case(name, known.name)) continue;
    Btree& main = *databases[0].btree;
    const bool was_reading = main.in_transaction();
    if (!was_reading) RETURN_IF_ERROR(main.begin_read());
    const bool is_new = main.page_count() == 0 || main.get_meta(Meta::kTextEncoding) == 0;
    if (!was_reading && active_readers == 0) main.end_read();
    if (is_new && encoding != known.encoding) {
      encoding = known.encoding;
      bump_schema(0);
    }
    return kOk;
  }
  RETURN_IF_ERROR(message->assign({"unsupported encoding: ", name}));
  return Code::kError;
}

Status ConnectionState::set_connection_setting(Setting setting, int64_t value, String* message) {
  switch (setting) {
    case Setting::kForeignKeys:
      if (autocommit) set_value(setting, value != 0);
      return kOk;
    case Setting::kDeferForeignKeys:
      if (value == 0) deferred_immediate_violations = 0;
      set_value(setting, value != 0);
      return kOk;
    case Setting::kBusyTimeout:
      set_value(setting, value > 0 ? (value > INT32_MAX ? INT32_MAX : value) : 0);
      return kOk;
    case Setting::kTempStore:
      if (value == this->value(setting)) return kOk;
      if (databases[1].btree && (!autocommit || databases[1].btree->in_transaction()))
        return fail(message, "temporary storage cannot be changed from within a transaction");
      drop_temp();
      set_value(setting, value >= 0 && value <= 2 ? value : 0);
      return kOk;
    case Setting::kThreads:
      if (value >= 0) set_value(setting, value < limits.worker_threads ? value : limits.worker_threads);
      return kOk;
    case Setting::kAnalysisLimit:
      if (value >= 0) set_value(setting, value & 0x7fffffff);
      return kOk;
    case Setting::kHardHeapLimit: {
      const int64_t present = this->value(setting);
      if (value > 0 && (present == 0 || value < present)) set_value(setting, value);
      return kOk;
    }
    case Setting::kSoftHeapLimit:
      if (value >= 0) set_value(setting, value);
      return kOk;
    case Setting::kShrinkMemory:
      for (Database& database : databases)
        if (database.btree) database.btree->pager().shrink();
      return kOk;
    case Setting::kWalAutocheckpoint:
      set_value(setting, value > 0 ? value : 0);
      for (Database& database : databases)
        if (database.btree)
          database.btree->pager().set_wal_autocheckpoint(static_cast<int>(value > 0 ? value : 0));
      return kOk;
    case Setting::kFullfsync:
    case Setting::kCheckpointFullfsync:
      set_value(setting, value != 0);
      for (Database& database : databases) {
        if (!database.btree) continue;
        if (setting == Setting::kFullfsync)
          database.btree->pager().set_fullfsync(value != 0);
        else
          database.btree->pager().set_checkpoint_fullfsync(value != 0);
      }
      return kOk;
    default:
      set_value(setting, value != 0);
      return kOk;
  }
}

Status ConnectionState::set_database_setting(int index, Setting setting, int64_t value, String* message) {
  Database& database = databases[index];
  if (setting == Setting::kSynchronous) {
    if (!autocommit) return fail(message, "Safety level may not be changed inside a transaction");
    if (index == 1) return kOk;
    // SQLite keeps level + 1 in three bits, of which zero is not a level.
    const int64_t stored = (value + 1) & 7;
    database.synchronous = static_cast<int>((stored == 0 ? 1 : stored) - 1);
    database.is_synchronous_set = true;
    apply_sync_flags(database);
    return kOk;
  }
  if (index == 1) RETURN_IF_ERROR(open_temp());
  Btree& btree = *database.btree;
  Pager& pager = btree.pager();
  switch (setting) {
    case Setting::kAutoVacuum: {
      if (value < 0 || value > 2) return kOk;
      next_auto_vacuum = static_cast<int>(value);
      const Status status = btree.set_auto_vacuum(static_cast<AutoVacuum>(value));
      return status.is(Code::kReadonly) ? kOk : status;
    }
    case Setting::kCacheSize:
      database.cache_size = value;
      pager.set_cache_size(value);
      return kOk;
    case Setting::kCacheSpill: {
      // Negative: KiB, of which less than a page is no limit of its own.
      const int64_t pages = value < 0 ? std::max<int64_t>(cache_pages(value, btree.page_size()), 1) : value;
      database.spill_pages = pages;
      pager.set_spill_size(pages > 1    ? pages
                           : pages == 1 ? cache_pages(database.cache_size, btree.page_size())
                                        : 0);
      return kOk;
    }
    case Setting::kDefaultCacheSize:
      RETURN_IF_ERROR(begin(index, 1, nullptr));
      RETURN_IF_ERROR(btree.update_meta(Meta::kDefaultCacheSize, static_cast<uint32_t>(std::llabs(value))));
      database.cache_size = std::llabs(value);
      pager.set_cache_size(database.cache_size);
      return kOk;
    case Setting::kJournalSizeLimit:
      pager.set_journal_size_limit(value < -1 ? -1 : value);
      return kOk;
    case Setting::kLockingMode: {
      const LockingMode mode = value == 1 ? LockingMode::kExclusive : LockingMode::kNormal;
      if (!apply_to_all(index)) {
        pager.locking_mode(mode);
        return kOk;
      }
      default_locking_mode_ = mode;
      for (size_t i = 0; i < databases.size(); i++)
        if (databases[i].btree && i != 1) databases[i].btree->pager().locking_mode(mode);
      return kOk;
    }
    case Setting::kMmapSize:
      // Files are not mapped; the limit is kept for who asks.
      database.mmap_size = value < 0 ? 0 : value > kLargestMap ? kLargestMap : value;
      return kOk;
    case Setting::kPageSize:
      if (value < kSmallestPage || value > kLargestPage || (value & (value - 1)) != 0) return kOk;
      next_page_size = static_cast<uint32_t>(value);
      if (index == 0) page_size = next_page_size;
      return btree.set_page_size(static_cast<uint32_t>(value), -1, false);
    case Setting::kSecureDelete:
      for (Database& each : databases)
        if (each.btree && (apply_to_all(index) || &each == &database) && value >= 0 && value <= 2)
          each.btree->set_secure_delete(static_cast<SecureDelete>(value));
      return kOk;
    default:
      return Code::kInternal;
  }
}

}  // namespace ringlite
