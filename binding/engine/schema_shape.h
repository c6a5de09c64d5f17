// The shape of a row of sqlite_schema, as far as it can be told without parsing: whether the columns fit each
// other and the first words of the statement. Of rows that have it, only what the statement means can still
// be wrong; the others may be fine too, but who reads the schema has to look at them at once, since SQLite
// reports a malformed one at the first statement that needs the schema.
#pragma once
#include <cstdint>
#include <string_view>

#include "record/value.h"

namespace ringlite {

enum class SchemaObject : uint8_t { kTable, kView, kIndex, kTrigger, kOther };

/** What the columns say of an object: whether it is one that SQLite would have written. */
struct SchemaShape {
  /** The row is certainly of that kind, with that name, on that table. */
  bool fits = false;
  /** Of an index that a constraint made: which key of its table that is, from 1. 0: the index has a text. */
  uint32_t key = 0;
};

/** `root` must be a page of the file, which has `page_count`. */
SchemaShape shape_of(SchemaObject type, std::string_view name, std::string_view table, const Value& root,
                     const Value& sql, uint32_t page_count);

}  // namespace ringlite
