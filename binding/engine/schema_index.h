// SchemaIndex: the rows of one schema table as they were in one snapshot, and where to find those of a name.
// One index serves all connections of the process that see the same schema (worker threads too); nothing of
// it changes once it is read, except that some parts are made when they are first asked for.
//
// It knows the columns of sqlite_schema; what the SQL in them means is not its business: words count wherever
// they are, in a comment too. Hashes of folded names find rows, so that an answer may hold rows of another
// name: who asks compares.
//
// Invariants:
//  1. Rows are numbered from 0 in rowid order.
//  2. A row is in the chain of its name and, an index or trigger, in that of its table, unless it is odd: one
//  of its names is not text
//     in UTF-8, or there is no such type.
//  3. pages_ are all pages but page 1 that the rows were read from; page_one_ is what page 1 held behind the
//  file's header, where every
//     commit writes.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/buffer.h"
#include "base/pod_array.h"
#include "btree/btree.h"
#include "engine/schema_shape.h"
#include "pager/page_set.h"
#include "record/key_info.h"
#include "record/value.h"

namespace ringlite {

/** One row of sqlite_schema. Text views are valid while the Values that hold them are. */
struct SchemaRow {
  int64_t rowid = 0;
  /** False for a row that is gone: the fields are NULL. */
  bool exists = true;
  Value type;
  Value name;
  Value table_name;
  Value root_page;
  Value sql;
};

/** What the catalog needs of one database besides its rows. */
struct SchemaHeader {
  uint32_t cookie = 0;
  /** Number of the text encoding; of an empty file, the one it would get. */
  uint32_t encoding = 0;
  uint32_t format = 0;
};

/** Decodes the whole record of a row. Text is copied. SQLITE_CORRUPT, SQLITE_NOMEM. */
Status decode_schema_row(const uint8_t* payload, uint32_t size, TextEncoding encoding, SchemaRow* row);

class SchemaIndex {
 public:
  /** What rows can be asked for; the numbers are those of lib/catalog/source.ts. */
  enum class Question : int32_t {
    kNamed = 0,             ///< rows of this name
    kOfTable = 1,           ///< indexes and triggers on the table of this name
    kMentioning = 2,        ///< views, triggers, and tables with foreign keys whose text has this word
    kViewsAndTriggers = 3,  ///< all of them
    kLiteralSensitive = 4,  ///< indexes with a comparison in their text
    kOdd = 5,               ///< rows that can only be found by number
    kSuspect = 6,           ///< rows that may be malformed, see schema_shape.h
  };

  /** The index that connections of this process share, or reads the schema table and shares it. `btree` is in
     a transaction. SQLITE_CORRUPT, SQLITE_NOMEM, I/O errors. */
  static Status of(Btree& btree, const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out);
  /** Of a database that does not exist yet. SQLITE_NOMEM. */
  static Status read_none(const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out);
  SchemaIndex(const SchemaIndex&) = delete;
  SchemaIndex& operator=(const SchemaIndex&) = delete;

  uint32_t count() const { return static_cast<uint32_t>(entries_.size()); }
  const SchemaHeader& header() const { return header_; }
  /** Pages of the file when the rows were read. */
  uint32_t page_count() const { return page_count_; }

  /** Decodes row `number`. SQLITE_CORRUPT, SQLITE_NOMEM. */
  Status row(uint32_t number, SchemaRow* row) const;
  /** The number of a row, -1 when there is none. */
  int64_t number_of(int64_t rowid) const;
  /** Appends the numbers of the rows that `question` asks for, in rowid order. `text`: the name or word.
   * SQLITE_NOMEM. */
  Status find(Question question, std::string_view text, PodArray<uint32_t>* numbers) const;

 private:
  static constexpr uint32_t kNone = 0xffffffff;
  using Type = SchemaObject;

  struct Entry {
    int64_t rowid;
    size_t offset;  ///< of its record in payloads_
    uint32_t size;
    uint32_t name_hash;
    uint32_t table_hash;
    uint32_t next_named;  ///< next row in the chain of the name's bucket
    uint32_t next_of_table;
    uint32_t root;  ///< 0: none that fits
    Type type;
    SchemaShape shape;
    bool is_odd;
  };
  struct Word {
    uint32_t hash;
    uint32_t first;  ///< in mentions_, kNone: the slot is free
  };
  struct Mention {
    uint32_t number;
    uint32_t next;
  };

  SchemaIndex() = default;

  TextEncoding encoding() const { return static_cast<TextEncoding>(header_.encoding); }
  static Status read(Btree* btree, const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out);
  Status is_current(Btree& btree, const SchemaHeader& header, bool* current) const;
  Status read_rows(Btree& btree);
  Status add_row(class Cursor& cursor);
  Status describe(Entry* entry) const;
  Status link();
  Status find_suspects();
  bool is_suspect(uint32_t number) const;
  bool has_own_name(uint32_t number) const;
  bool has_own_root(uint32_t number) const;
  bool has_key(uint32_t key, const Entry& table) const;
  uint32_t table_before(uint32_t number) const;
  Status text_of(const Entry& entry, Value* sql) const;
  Status make_words() const;
  Status add_words(uint32_t number, std::string_view text, bool needs_reference) const;
  Status add_mention(uint32_t hash, uint32_t number) const;
  Status grow_words() const;
  Word* word_slot(uint32_t hash) const;
  Status make_sensitive() const;

  SchemaHeader header_;
  uint32_t page_count_ = 0;
  PageSet pages_;
  Buffer page_one_;
  Buffer payloads_;
  PodArray<Entry> entries_;
  PodArray<uint32_t> named_;
  PodArray<uint32_t> of_table_;
  PodArray<uint32_t> views_and_triggers_;
  PodArray<uint32_t> odd_;
  PodArray<uint32_t> suspects_;

  // Made when first asked for.
  mutable std::mutex mutex_;
  mutable bool has_words_ = false;
  mutable uint32_t word_count_ = 0;
  mutable PodArray<Word> words_;
  mutable PodArray<Mention> mentions_;
  mutable PodArray<uint32_t> row_words_;
  mutable bool has_sensitive_ = false;
  mutable PodArray<uint32_t> sensitive_;
};

}  // namespace ringlite
