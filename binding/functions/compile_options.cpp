#include "functions/compile_options.h"

#include <algorithm>
#include <iterator>

#include "record/text_order.h"

namespace ringlite {
namespace {

// The options of better-sqlite3's build that are part of the contract, in SQLite's order.
constexpr std::string_view kOptions[] = {
    "ATOMIC_INTRINSICS=1",
    "COMPILER=gcc-12.2.0",
    "DEFAULT_AUTOVACUUM",
    "DEFAULT_CACHE_SIZE=-16000",
    "DEFAULT_FILE_FORMAT=4",
    "DEFAULT_FOREIGN_KEYS",
    "DEFAULT_JOURNAL_SIZE_LIMIT=-1",
    "DEFAULT_MEMSTATUS=0",
    "DEFAULT_MMAP_SIZE=0",
    "DEFAULT_PAGE_SIZE=4096",
    "DEFAULT_PCACHE_INITSZ=20",
    "DEFAULT_RECURSIVE_TRIGGERS",
    "DEFAULT_SECTOR_SIZE=4096",
    "DEFAULT_SYNCHRONOUS=2",
    "DEFAULT_WAL_AUTOCHECKPOINT=1000",
    "DEFAULT_WAL_SYNCHRONOUS=1",
    "DEFAULT_WORKER_THREADS=0",
    "DIRECT_OVERFLOW_READ",
    "DQS=0",
    "ENABLE_COLUMN_METADATA",
    "ENABLE_DBSTAT_VTAB",
    "ENABLE_FTS3",
    "ENABLE_FTS3_PARENTHESIS",
    "ENABLE_FTS4",
    "ENABLE_FTS5",
    "ENABLE_GEOPOLY",
    "ENABLE_MATH_FUNCTIONS",
    "ENABLE_PERCENTILE",
    "ENABLE_RTREE",
    "ENABLE_STAT4",
    "ENABLE_UPDATE_DELETE_LIMIT",
    "LIKE_DOESNT_MATCH_BLOBS",
    "MALLOC_SOFT_LIMIT=1024",
    "MAX_ATTACHED=10",
    "MAX_COLUMN=2000",
    "MAX_COMPOUND_SELECT=500",
    "MAX_DEFAULT_PAGE_SIZE=8192",
    "MAX_EXPR_DEPTH=1000",
    "MAX_FUNCTION_ARG=1000",
    "MAX_LENGTH=1000000000",
    "MAX_LIKE_PATTERN_LENGTH=50000",
    "MAX_MMAP_SIZE=0x7fff0000",
    "MAX_PAGE_COUNT=0xfffffffe",
    "MAX_PAGE_SIZE=65536",
    "MAX_SQL_LENGTH=1000000000",
    "MAX_TRIGGER_DEPTH=1000",
    "MAX_VARIABLE_NUMBER=32766",
    "MAX_VDBE_OP=250000000",
    "MAX_WORKER_THREADS=8",
    "MUTEX_PTHREADS",
    "OMIT_DEPRECATED",
    "OMIT_PROGRESS_CALLBACK",
    "OMIT_SHARED_CACHE",
    "OMIT_TCL_VARIABLE",
    "SOUNDEX",
    "SYSTEM_MALLOC",
    "TEMP_STORE=1",
    "THREADSAFE=2",
    "USE_URI",
};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char left, char right) {
           return ascii_lower(static_cast<uint8_t>(left)) == ascii_lower(static_cast<uint8_t>(right));
         });
}

bool is_identifier_character(char byte) {
  const uint8_t lower = ascii_lower(static_cast<uint8_t>(byte));
  return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' ||
         lower >= 0x80;
}

}  // namespace

std::string_view compile_option(int32_t index) {
  return index >= 0 && index < static_cast<int32_t>(std::size(kOptions)) ? kOptions[index]
                                                                         : std::string_view();
}

bool is_compile_option_used(std::string_view name) {
  constexpr std::string_view kPrefix = "SQLITE_";
  if (starts_with_ignoring_case(name, kPrefix)) name.remove_prefix(kPrefix.size());
  return std::any_of(std::begin(kOptions), std::end(kOptions), [name](std::string_view option) {
    if (!starts_with_ignoring_case(option, name)) return false;
    return option.size() == name.size() || !is_identifier_character(option[name.size()]);
  });
}

}  // namespace ringlite
