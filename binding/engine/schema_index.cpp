#include "engine/schema_index.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/varint.h"
#include "btree/cursor.h"
#include "record/record.h"

namespace ringlite {
namespace {

constexpr Pgno kSchemaRoot = 1;
constexpr size_t kFileHeaderSize = 100;
constexpr uint32_t kSqlColumn = 4;

constexpr uint8_t fold(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }

constexpr uint32_t kHashStart = 2166136261u;
constexpr uint32_t hash_step(uint32_t hash, uint8_t byte) { return (hash ^ fold(byte)) * 16777619u; }

/** FNV-1a of the name with ASCII letters folded. */
constexpr uint32_t hash_name(std::string_view name) {
  uint32_t hash = kHashStart;
  for (const char byte : name) hash = hash_step(hash, static_cast<uint8_t>(byte));
  return hash;
}

/** Characters that names are made of without quotes. */
constexpr std::array<bool, 256> make_word_bytes() {
  std::array<bool, 256> table{};
  for (int byte = 0; byte < 256; byte++)
    table[byte] = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                  (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '$' || byte >= 0x80;
  return table;
}
constexpr std::array<bool, 256> kWordBytes = make_word_bytes();

/** Calls visit(hash of the folded word) for each word of `text`, and other(byte) for what is between. */
template <typename Visit, typename Other>
void visit_words(std::string_view text, Visit visit, Other other) {
  const auto* at = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* end = at + text.size();
  while (at < end) {
    if (!kWordBytes[*at]) {
      other(*at++);
      continue;
    }
    uint32_t hash = kHashStart;
    for (; at < end && kWordBytes[*at]; at++) hash = hash_step(hash, *at);
    visit(hash);
  }
}

/** Whether `text` is UTF-8 as JavaScript's strings give it: no surrogates, nothing overlong. */
bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* end = at + text.size();
  while (at < end) {
    if (*at < 0x80) {
      at++;
      continue;
    }
    const int count = *at >= 0xf0 && *at < 0xf5 ? 4 : *at >= 0xe0 ? 3 : *at >= 0xc2 ? 2 : 0;
    if (count == 0 || *at >= 0xf5 || end - at < count) return false;
    uint32_t character = *at & (0x7f >> count);
    for (int i = 1; i < count; i++) {
      if ((at[i] & 0xc0) != 0x80) return false;
      character = character << 6 | (at[i] & 0x3f);
    }
    const bool is_overlong = (count == 3 && character < 0x800) || (count == 4 && character < 0x10000);
    if (is_overlong || (character >= 0xd800 && character < 0xe000) || character > 0x10ffff) return false;
    at += count;
  }
  return true;
}

/** In the text of an index: it is partial or on a condition. */
bool has_comparison(std::string_view sql) {
  constexpr uint32_t kWords[] = {hash_name("where"), hash_name("between"), hash_name("in"), hash_name("is")};
  bool found = false;
  visit_words(
      sql,
      [&](uint32_t hash) {
        found |= std::find(std::begin(kWords), std::end(kWords), hash) != std::end(kWords);
      },
      [&](uint8_t byte) { found |= byte >= '<' && byte <= '>'; });
  return found;
}

}  // namespace

Status decode_schema_row(const uint8_t* payload, uint32_t size, TextEncoding encoding, SchemaRow* row) {
  Value* fields[] = {&row->type, &row->name, &row->table_name, &row->root_page, &row->sql};
  uint32_t column = 0;
  for (Value* field : fields) {
    bool present;
    RETURN_IF_ERROR(decode_record_field(payload, size, column++, encoding, field, &present));
    if (!present) field->set_null();
    RETURN_IF_ERROR(field->make_persistent());
  }
  return kOk;
}

Status SchemaIndex::of(Btree& btree, const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out) {
  if (auto shared = std::static_pointer_cast<const SchemaIndex>(btree.pager().derived_data())) {
    bool current = false;
    RETURN_IF_ERROR(shared->is_current(btree, header, &current));
    if (current) {
      *out = std::move(shared);
      return kOk;
    }
  }
  RETURN_IF_ERROR(read(&btree, header, out));
  btree.pager().share_derived_data(*out, &(*out)->pages_);
  return kOk;
}

Status SchemaIndex::read_none(const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out) {
  return read(nullptr, header, out);
}

/** Whether the rows are those that `btree` has, as far as page 1 tells. */
Status SchemaIndex::is_current(Btree& btree, const SchemaHeader& header, bool* current) const {
  *current = false;
  if (header.cookie != header_.cookie || header.encoding != header_.encoding ||
      header.format != header_.format || page_one_.size() != btree.pager().page_size() - kFileHeaderSize)
    return kOk;
  PageRef page;
  RETURN_IF_ERROR(btree.pager().get(kSchemaRoot, &page));
  *current = std::memcmp(page_one_.data(), page.data() + kFileHeaderSize, page_one_.size()) == 0;
  return kOk;
}

Status SchemaIndex::read(Btree* btree, const SchemaHeader& header, std::shared_ptr<const SchemaIndex>* out) {
  std::shared_ptr<SchemaIndex> index(new (std::nothrow) SchemaIndex);
  if (!index) return Code::kNomem;
  index->header_ = header;
  if (btree != nullptr && btree->page_count() > 0) RETURN_IF_ERROR(index->read_rows(*btree));
  RETURN_IF_ERROR(index->link());
  RETURN_IF_ERROR(index->find_suspects());
  *out = std::move(index);
  return kOk;
}

Status SchemaIndex::read_rows(Btree& btree) {
  page_count_ = btree.page_count();
  PageRef page;
  RETURN_IF_ERROR(btree.pager().get(kSchemaRoot, &page));
  RETURN_IF_ERROR(
      page_one_.append(page.data() + kFileHeaderSize, btree.pager().page_size() - kFileHeaderSize));
  page.reset();
  Cursor cursor;
  RETURN_IF_ERROR(cursor.open(btree, kSchemaRoot, false, nullptr));
  bool empty;
  RETURN_IF_ERROR(cursor.first(&empty));
  while (!empty) {
    RETURN_IF_ERROR(add_row(cursor));
    RETURN_IF_ERROR(cursor.note_pages(&pages_));
    const Status status = cursor.next();
    if (status.is(Code::kDone)) break;
    RETURN_IF_ERROR(status);
  }
  pages_.remove(kSchemaRoot);
  return kOk;
}

Status SchemaIndex::add_row(Cursor& cursor) {
  Entry entry{};
  entry.rowid = cursor.rowid();
  entry.size = cursor.payload_size();
  entry.offset = payloads_.size();
  entry.next_named = entry.next_of_table = kNone;
  // A damaged tree may lead to the same page again and again.
  const uint64_t file_size = uint64_t{cursor.btree().page_count()} * cursor.btree().pager().page_size();
  CORRUPT_IF(entry.size > file_size || entry.offset > 4 * file_size);
  RETURN_IF_ERROR(payloads_.resize(entry.offset + entry.size));
  RETURN_IF_ERROR(cursor.payload(0, entry.size, payloads_.data() + entry.offset));
  RETURN_IF_ERROR(describe(&entry));
  return entries_.push_back(entry);
}

/** Fills in the type, the shape and the hashes. */
Status SchemaIndex::describe(Entry* entry) const {
  SchemaRow row;
  const uint8_t* payload = payloads_.data() + entry->offset;
  Value* const fields[] = {&row.type, &row.name, &row.table_name, &row.root_page, &row.sql};
  uint32_t header_size;
  int at = read_varint32_bounded(payload, payload + entry->size, &header_size);
  CORRUPT_IF(at == 0 || header_size > entry->size);
  uint32_t body = header_size;
  for (Value* field : fields) {
    if (static_cast<uint32_t>(at) >= header_size) break;
    uint32_t type;
    const int length = read_varint32_bounded(payload + at, payload + header_size, &type);
    CORRUPT_IF(length == 0);
    const uint32_t size = serial_type::size(type);
    CORRUPT_IF(size > entry->size - body);
    RETURN_IF_ERROR(decode_field(payload + body, type, encoding(), field));
    body += size;
    at += length;
  }
  const std::string_view type = row.type.is_text() ? row.type.text() : std::string_view();
  entry->type = type == "table"     ? Type::kTable
                : type == "index"   ? Type::kIndex
                : type == "view"    ? Type::kView
                : type == "trigger" ? Type::kTrigger
                                    : Type::kOther;
  entry->is_odd = entry->type == Type::kOther || !row.name.is_text() || !row.table_name.is_text() ||
                  !is_utf8(row.name.text()) || !is_utf8(row.table_name.text());
  if (entry->is_odd) return kOk;
  entry->shape =
      shape_of(entry->type, row.name.text(), row.table_name.text(), row.root_page, row.sql, page_count_);
  entry->root = entry->shape.fits ? static_cast<uint32_t>(row.root_page.integer()) : 0;
  entry->name_hash = hash_name(row.name.text());
  entry->table_hash = hash_name(row.table_name.text());
  return kOk;
}

/** Puts the rows into their chains: from the last to the first, so that the chains are in rowid order. */
Status SchemaIndex::link() {
  size_t buckets = 16;
  while (buckets < entries_.size()) buckets *= 2;
  RETURN_IF_ERROR(named_.resize(buckets, kNone));
  RETURN_IF_ERROR(of_table_.resize(buckets, kNone));
  for (uint32_t number = count(); number-- > 0;) {
    Entry& entry = entries_[number];
    if (entry.is_odd) continue;
    uint32_t& named = named_[entry.name_hash & (buckets - 1)];
    entry.next_named = named;
    named = number;
    if (entry.type != Type::kIndex && entry.type != Type::kTrigger) continue;
    uint32_t& of_table = of_table_[entry.table_hash & (buckets - 1)];
    entry.next_of_table = of_table;
    of_table = number;
  }
  for (uint32_t number = 0; number < count(); number++) {
    const Entry& entry = entries_[number];
    if (entry.is_odd) RETURN_IF_ERROR(odd_.push_back(number));
    if (!entry.is_odd && (entry.type == Type::kView || entry.type == Type::kTrigger))
      RETURN_IF_ERROR(views_and_triggers_.push_back(number));
  }
  return kOk;
}

/** After link(). */
Status SchemaIndex::find_suspects() {
  for (uint32_t number = 0; number < count(); number++)
    if (is_suspect(number)) RETURN_IF_ERROR(suspects_.push_back(number));
  return kOk;
}

bool SchemaIndex::is_suspect(uint32_t number) const {
  const Entry& entry = entries_[number];
  if (entry.is_odd || !entry.shape.fits) return true;
  if (!has_own_name(number)) return true;
  if (entry.type != Type::kIndex && entry.type != Type::kTrigger) return false;
  const uint32_t table = table_before(number);
  if (table == kNone) return true;
  if (entry.type == Type::kTrigger) return false;
  return !has_own_root(number) || (entry.shape.key > 0 && !has_key(entry.shape.key, entries_[table]));
}

/** No row before it has the name; triggers have names of their own. */
bool SchemaIndex::has_own_name(uint32_t number) const {
  const Entry& entry = entries_[number];
  const bool is_trigger = entry.type == Type::kTrigger;
  for (uint32_t at = named_[entry.name_hash & (named_.size() - 1)]; at != number;
       at = entries_[at].next_named)
    if (entries_[at].name_hash == entry.name_hash && (entries_[at].type == Type::kTrigger) == is_trigger)
      return false;
  return true;
}

/** No index of the same table before it has its root page. */
bool SchemaIndex::has_own_root(uint32_t number) const {
  const Entry& entry = entries_[number];
  for (uint32_t at = of_table_[entry.table_hash & (of_table_.size() - 1)]; at != number;
       at = entries_[at].next_of_table)
    if (entries_[at].table_hash == entry.table_hash && entries_[at].root == entry.root) return false;
  return true;
}

/** The table or view before row `number` that it is on. */
uint32_t SchemaIndex::table_before(uint32_t number) const {
  const uint32_t hash = entries_[number].table_hash;
  for (uint32_t at = named_[hash & (named_.size() - 1)]; at != kNone && at < number;
       at = entries_[at].next_named)
    if (entries_[at].name_hash == hash &&
        (entries_[at].type == Type::kTable || entries_[at].type == Type::kView))
      return at;
  return kNone;
}

/** The text of `table` may have that many keys. */
bool SchemaIndex::has_key(uint32_t key, const Entry& table) const {
  constexpr uint32_t kUnique = hash_name("unique");
  constexpr uint32_t kPrimary = hash_name("primary");
  Value sql;
  if (!text_of(table, &sql).ok() || !sql.is_text()) return false;
  uint32_t count = 0;
  visit_words(
      sql.text(), [&](uint32_t hash) { count += hash == kUnique || hash == kPrimary; }, [](uint8_t) {});
  return key <= count;
}

Status SchemaIndex::row(uint32_t number, SchemaRow* row) const {
  const Entry& entry = entries_[number];
  row->rowid = entry.rowid;
  return decode_schema_row(payloads_.data() + entry.offset, entry.size, encoding(), row);
}

int64_t SchemaIndex::number_of(int64_t rowid) const {
  const Entry* end = entries_.end();
  const Entry* found = std::lower_bound(entries_.begin(), end, rowid,
                                        [](const Entry& entry, int64_t key) { return entry.rowid < key; });
  return found != end && found->rowid == rowid ? found - entries_.begin() : -1;
}

Status SchemaIndex::find(Question question, std::string_view text, PodArray<uint32_t>* numbers) const {
  const auto append = [numbers](const PodArray<uint32_t>& found) -> Status {
    for (const uint32_t number : found) RETURN_IF_ERROR(numbers->push_back(number));
    return kOk;
  };
  const uint32_t hash = hash_name(text);
  switch (question) {
    case Question::kNamed:
      for (uint32_t at = named_[hash & (named_.size() - 1)]; at != kNone; at = entries_[at].next_named)
        if (entries_[at].name_hash == hash) RETURN_IF_ERROR(numbers->push_back(at));
      return kOk;
    case Question::kOfTable:
      for (uint32_t at = of_table_[hash & (of_table_.size() - 1)]; at != kNone;
           at = entries_[at].next_of_table)
        if (entries_[at].table_hash == hash) RETURN_IF_ERROR(numbers->push_back(at));
      return kOk;
    case Question::kMentioning: {
      std::lock_guard lock(mutex_);
      RETURN_IF_ERROR(make_words());
      const size_t first = numbers->size();
      for (uint32_t at = word_slot(hash)->first; at != kNone; at = mentions_[at].next)
        RETURN_IF_ERROR(numbers->push_back(mentions_[at].number));
      std::reverse(numbers->begin() + first, numbers->end());
      return kOk;
    }
    case Question::kViewsAndTriggers:
      return append(views_and_triggers_);
    case Question::kLiteralSensitive: {
      std::lock_guard lock(mutex_);
      RETURN_IF_ERROR(make_sensitive());
      return append(sensitive_);
    }
    case Question::kOdd:
      return append(odd_);
    case Question::kSuspect:
      return append(suspects_);
  }
  return kOk;
}

/** The SQL of a row, NULL when it is no text. */
Status SchemaIndex::text_of(const Entry& entry, Value* sql) const {
  bool present;
  RETURN_IF_ERROR(decode_record_field(payloads_.data() + entry.offset, entry.size, kSqlColumn, encoding(),
                                      sql, &present));
  if (!present || !sql->is_text()) sql->set_null();
  return kOk;
}

Status SchemaIndex::make_sensitive() const {
  if (has_sensitive_) return kOk;
  sensitive_.clear();
  Value sql;
  for (uint32_t number = 0; number < count(); number++) {
    const Entry& entry = entries_[number];
    if (entry.is_odd || entry.type != Type::kIndex) continue;
    RETURN_IF_ERROR(text_of(entry, &sql));
    if (sql.is_text() && has_comparison(sql.text())) RETURN_IF_ERROR(sensitive_.push_back(number));
  }
  has_sensitive_ = true;
  return kOk;
}

Status SchemaIndex::make_words() const {
  if (has_words_) return kOk;
  words_.clear();
  mentions_.clear();
  word_count_ = 0;
  RETURN_IF_ERROR(words_.resize(1024, {0, kNone}));
  Value sql;
  for (uint32_t number = 0; number < count(); number++) {
    const Entry& entry = entries_[number];
    if (entry.is_odd || entry.type == Type::kIndex) continue;
    RETURN_IF_ERROR(text_of(entry, &sql));
    if (sql.is_text()) RETURN_IF_ERROR(add_words(number, sql.text(), entry.type == Type::kTable));
  }
  row_words_.reset();
  has_words_ = true;
  return kOk;
}

/** `needs_reference`: only when one of the words is REFERENCES. */
Status SchemaIndex::add_words(uint32_t number, std::string_view text, bool needs_reference) const {
  constexpr uint32_t kReferences = hash_name("references");
  row_words_.clear();
  Status status = kOk;
  bool has_reference = !needs_reference;
  visit_words(
      text,
      [&](uint32_t hash) {
        has_reference |= hash == kReferences;
        if (status.ok()) status = row_words_.push_back(hash);
      },
      [](uint8_t) {});
  RETURN_IF_ERROR(status);
  if (!has_reference) return kOk;
  for (const uint32_t hash : row_words_) RETURN_IF_ERROR(add_mention(hash, number));
  return kOk;
}

Status SchemaIndex::add_mention(uint32_t hash, uint32_t number) const {
  Word* word = word_slot(hash);
  if (word->first == kNone) {
    if (2 * (word_count_ + 1) > words_.size()) {
      RETURN_IF_ERROR(grow_words());
      word = word_slot(hash);
    }
    word_count_++;
  } else if (mentions_[word->first].number == number) {
    return kOk;
  }
  RETURN_IF_ERROR(mentions_.push_back({number, word->first}));
  *word = {hash, static_cast<uint32_t>(mentions_.size() - 1)};
  return kOk;
}

Status SchemaIndex::grow_words() const {
  PodArray<Word> old;
  RETURN_IF_ERROR(old.resize(2 * words_.size(), {0, kNone}));
  old.swap(words_);
  for (const Word& word : old)
    if (word.first != kNone) *word_slot(word.hash) = word;
  return kOk;
}

/** The slot of a word, or the free one that it would get. */
SchemaIndex::Word* SchemaIndex::word_slot(uint32_t hash) const {
  const size_t mask = words_.size() - 1;
  size_t at = (hash * 2654435769u >> 7) & mask;
  while (words_[at].first != kNone && words_[at].hash != hash) at = (at + 1) & mask;
  return &words_[at];
}

}  // namespace ringlite
