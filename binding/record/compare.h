// Order of values and of records (datatype3.html section 4): NULL, then numbers by exact value, then text by
// collation, then blobs by memcmp.
//
// On a UTF-16 database BINARY orders text by its encoded bytes, NOCASE and RTRIM by UTF-8: as SQLite does.
#pragma once
#include <cstdint>

#include "record/key_info.h"
#include "record/record.h"
#include "record/value.h"

namespace ringlite {

/** Exact comparison of an integer with a real (not NaN): negative, 0, positive. */
int compare_integer_to_real(int64_t integer, double real);

/** Compares UTF-8 text of a UTF-8 database. */
int compare_text(Collation collation, const uint8_t* left, uint32_t left_size, const uint8_t* right,
                 uint32_t right_size);
/** Compares UTF-8 text as a database of `encoding` orders it. */
int compare_text_as(TextEncoding encoding, Collation collation, const uint8_t* left, uint32_t left_size,
                    const uint8_t* right, uint32_t right_size);

/** Total order of values: negative, 0 or positive. NULLs are equal to each other. */
int compare_values(const Value& left, const Value& right, Collation collation, TextEncoding encoding);

/** A search key: `field_count` leading values (registers are fine) to compare records with. */
struct RecordKey {
  const KeyInfo* key_info = nullptr;
  const Value* values = nullptr;
  uint16_t field_count = 0;
  /** The answer when all `field_count` fields are equal. 0: equal. -1: the record counts as smaller than the
   * key (SeekLE, SeekGT), 1: as larger (SeekGE, SeekLT). */
  int8_t default_result = 0;
  /** Set when a comparison found all fields equal, even though default_result was answered. */
  bool equal_seen = false;
  /** Set when a record could not be read; the answer of that comparison means nothing. */
  bool corrupt = false;
  /** Set when memory ran out (UTF-16 text under NOCASE or RTRIM); the answer means nothing. */
  bool out_of_memory = false;
};

/** Compares a record of an index with `key`: negative when the record is smaller, positive when it is larger.
 * A record with fewer fields than the key is corrupt. */
int compare_record_to_key(const uint8_t* record, uint32_t size, RecordKey& key);
/** The same when the first `skip` fields are known to be equal. */
int compare_record_to_key_from(const uint8_t* record, uint32_t size, RecordKey& key, uint32_t skip);

using RecordComparison = int (*)(const uint8_t* record, uint32_t size, RecordKey& key);
/** The fastest comparison for the key: specialised when its first field is an integer, or text with BINARY.
 * Valid as long as key_info, field_count and the type of the first value stay the same. */
RecordComparison choose_comparison(const RecordKey& key);

/** Compares two records field by field (sorters). `*status` becomes SQLITE_CORRUPT when one cannot be read,
 * or SQLITE_NOMEM; it is left alone otherwise. */
int compare_records(const uint8_t* left, uint32_t left_size, const uint8_t* right, uint32_t right_size,
                    const KeyInfo& key_info, uint32_t field_count, Status* status);

/** Applies the sort flags of a field to the result of comparing it. */
inline int apply_sort_flags(int result, uint8_t sort_flags, bool has_null) {
  if (sort_flags == 0 || result == 0) return result;
  const bool is_descending = (sort_flags & kSortDescending) != 0;
  const bool nulls_are_big = (sort_flags & kSortNullsAsBig) != 0;
  return is_descending != (nulls_are_big && has_null) ? -result : result;
}

/** Compares arrays of values (OP_Compare): the first `count` fields, with sort flags applied. */
int compare_value_arrays(const Value* left, const Value* right, const KeyInfo& key_info, uint32_t count);

}  // namespace ringlite
