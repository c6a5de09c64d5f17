// What the B-tree's tests share: databases in memory, index records, a seeded generator, whole-database
// checks.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "btree/btree.h"
#include "btree/cursor.h"
#include "io/memory_io.h"
#include "record/record.h"
#include "testing/test.h"

namespace ringlite::testing {

/** xorshift*: small, and the same everywhere. */
class Generator {
 public:
  explicit Generator(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dull;
  }
  /** 0 <= result < limit. */
  uint32_t below(uint32_t limit) { return static_cast<uint32_t>((next() >> 32) * limit >> 32); }
  bool chance(uint32_t percent) { return below(100) < percent; }
  std::string bytes(uint32_t size) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>('a' + below(26));
    return text;
  }

 private:
  uint64_t state_;
};

/** RINGLITE_TEST_SEED in the environment overrides the seed. */
inline uint64_t test_seed(uint64_t standard) {
  const char* text = std::getenv("RINGLITE_TEST_SEED");
  return text ? std::strtoull(text, nullptr, 10) : standard;
}

struct DatabaseOptions {
  uint32_t page_size = 4096;
  int reserved_bytes = 0;
  AutoVacuum auto_vacuum = AutoVacuum::kNone;
  /** Not kMemory: a file (of the memory Io) with this journal. */
  JournalMode journal_mode = JournalMode::kMemory;
  /** Pages; small ones make transactions spill. */
  int64_t cache_size = 2000;
};

constexpr char kTestPath[] = "/test.db";

/** A database in memory, or a file of a memory Io. */
struct TestDatabase {
  std::unique_ptr<Io> io;
  std::unique_ptr<Btree> btree;
  DatabaseOptions options;

  explicit TestDatabase(const DatabaseOptions& database_options = {})
      : io(make_memory_io()), options(database_options) {
    open();
    CHECK_OK(btree->set_page_size(options.page_size, options.reserved_bytes, false));
    CHECK_OK(btree->set_auto_vacuum(options.auto_vacuum));
  }

  bool is_file() const { return options.journal_mode != JournalMode::kMemory; }

  /** Opens the file, perhaps again: with nothing in the cache. */
  void open() {
    btree.reset();
    PagerOpenOptions pager_options;
    pager_options.memory = !is_file();
    std::unique_ptr<Pager> pager;
    CHECK_OK(Pager::open(*io, kTestPath, pager_options, &pager));
    pager->set_cache_size(options.cache_size);
    CHECK_OK(Btree::open(std::move(pager), &btree));
  }

  /** Sets the journal mode of the file, which exists. */
  void set_journal_mode() {
    if (!is_file()) return;
    JournalMode result;
    CHECK_OK(btree->pager().set_journal_mode(options.journal_mode, &result));
    CHECK(result == options.journal_mode);
  }
  Btree* operator->() { return btree.get(); }
  Btree& operator*() { return *btree; }
};

/** Keys of the tests' index trees: (integer, text). */
inline const KeyInfo& test_key_info() {
  static const KeyField fields[2] = {};
  static const KeyInfo key_info = {2, 2, TextEncoding::kUtf8, fields};
  return key_info;
}

/** An index key with its encoded record. */
struct TestKey {
  Value values[2];
  Value record;
  RecordKey key;

  TestKey(int64_t number, const std::string& text) {
    values[0].set_integer(number);
    CHECK_OK(values[1].copy_text(text));
    CHECK_OK(encode_record(values, 2, RecordEncoding{}, &record));
    key.key_info = &test_key_info();
    key.values = values;
    key.field_count = 2;
  }
  Entry entry() {
    Entry entry;
    entry.data = record.data();
    entry.size = record.size();
    entry.key = &key;
    return entry;
  }
};

inline Entry row(int64_t rowid, const std::string& payload) {
  Entry entry;
  entry.rowid = rowid;
  entry.data = reinterpret_cast<const uint8_t*>(payload.data());
  entry.size = static_cast<uint32_t>(payload.size());
  return entry;
}

inline std::string payload_of(Cursor& cursor) {
  std::string text(cursor.payload_size(), '\0');
  CHECK_OK(cursor.payload(0, static_cast<uint32_t>(text.size()), text.data()));
  return text;
}

/** Fails with SQLite's messages when a page is wrong. `roots` without page 1. */
inline bool check_integrity(Btree& btree, const std::vector<Pgno>& roots) {
  std::vector<Pgno> all = {1};
  all.insert(all.end(), roots.begin(), roots.end());
  IntegrityReport report;
  CHECK_OK(btree.integrity_check(all.data(), nullptr, all.size(), 10, &report));
  if (report.error_count != 0) fail(__FILE__, __LINE__, "integrity: " + std::string(report.messages.text()));
  return report.error_count == 0;
}

}  // namespace ringlite::testing
