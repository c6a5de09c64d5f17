// The record format (fileformat2.html section 2.1): a header of varints (its own length, then one serial type
// per field), then the field bodies in order.
//
//   SERIAL TYPE   BODY BYTES     MEANING
//   0             0              NULL
//   1 2 3 4 5 6   1 2 3 4 6 8    big-endian two's-complement integer
//   7             8              big-endian IEEE 754 real
//   8 9           0              the integers 0 and 1
//   10 11         0              reserved: read as NULL
//   n >= 12 even  (n-12)/2       blob
//   n >= 13 odd   (n-13)/2       text in the database encoding
//
// This file knows bytes and Values; it must not know pages or cursors. Bytes of records come from disk:
// everything that reads them is bounded and answers SQLITE_CORRUPT.
#pragma once
#include <cstdint>

#include "base/assert.h"
#include "base/endian.h"
#include "base/status.h"
#include "base/varint.h"
#include "record/key_info.h"
#include "record/value.h"

namespace ringlite {

/** Largest string, blob or row in bytes: better-sqlite3 sets SQLite's limit to the longest string of
 * JavaScript. */
constexpr uint32_t kMaxLength = 536'870'888;
/** A larger record header than this can only be corrupt (SQLite's limit: 32767 fields of 3 bytes and the
 * length). */
constexpr uint32_t kMaxRecordHeader = 98307;

namespace serial_type {
constexpr uint32_t kNull = 0;
constexpr uint32_t kInt64 = 6;
constexpr uint32_t kReal = 7;
constexpr uint32_t kZero = 8;
constexpr uint32_t kOne = 9;
constexpr uint32_t kFirstBytes = 12;
constexpr uint8_t kFixedSizes[12] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

/** Body bytes of a field of serial type `type`. */
inline uint32_t size(uint32_t type) {
  return type < kFirstBytes ? kFixedSizes[type] : (type - kFirstBytes) / 2;
}
inline bool is_text(uint32_t type) { return type >= kFirstBytes && (type & 1) == 1; }
inline bool is_blob(uint32_t type) { return type >= kFirstBytes && (type & 1) == 0; }
inline bool is_integer(uint32_t type) { return (type >= 1 && type <= 6) || type == kZero || type == kOne; }
/** Smallest serial type of an integer, in a database of schema format 4. */
uint32_t of_integer(int64_t integer);
}  // namespace serial_type

/** Body of an integer field (serial types 1..6, 8, 9). */
inline int64_t decode_integer(const uint8_t* body, uint32_t type) {
  switch (type) {
    case 1:
      return static_cast<int8_t>(body[0]);
    case 2:
      return static_cast<int16_t>(load_be16(body));
    case 3:
      return (static_cast<int64_t>(static_cast<int8_t>(body[0])) * 65536) | load_be16(body + 1);
    case 4:
      return static_cast<int32_t>(load_be32(body));
    case 5:
      return (static_cast<int64_t>(static_cast<int16_t>(load_be16(body))) * 4294967296) | load_be32(body + 2);
    case 6:
      return static_cast<int64_t>(load_be64(body));
    default:
      return type == serial_type::kOne ? 1 : 0;
  }
}

inline double decode_real(const uint8_t* body) {
  const uint64_t bits = load_be64(body);
  double real;
  std::memcpy(&real, &bits, sizeof real);
  return real;
}

/** Turns UTF-16 bytes of a record into owned UTF-8 text in `value`. */
Status decode_utf16_text(const uint8_t* body, uint32_t size, TextEncoding encoding, Value* value);

/** Reads a field whose body is wholly at `body`. Text and blobs share the bytes (kEphemeral), except text of
 * a UTF-16 database, which is transcoded into the Value's own allocation (SQLITE_NOMEM). A stored NaN reads
 * as NULL. */
inline Status decode_field(const uint8_t* body, uint32_t type, TextEncoding encoding, Value* value) {
  if (type >= serial_type::kFirstBytes) {
    const uint32_t size = serial_type::size(type);
    if ((type & 1) == 0) {
      value->set_blob(body, size, Storage::kEphemeral);
    } else if (encoding == TextEncoding::kUtf8) [[likely]] {
      value->set_text(body, size, Storage::kEphemeral);
    } else {
      return decode_utf16_text(body, size, encoding, value);
    }
  } else if (type == serial_type::kReal) {
    value->set_real(decode_real(body));
  } else if (type == serial_type::kNull || type > serial_type::kOne) {
    value->set_null();
  } else {
    value->set_integer(decode_integer(body, type));
  }
  return kOk;
}

/** Where the fields of one record are, found out only as far as asked for: the first access to column 5
 * parses the header up to column 5 and remembers. One RecordLayout serves a cursor; its arrays are allocated
 * once.
 *
 *  Use: begin() for each row, then locate(column). When the header doesn't fit the bytes at hand (payload
 * that overflows), begin() says so through header_size(): call begin() again with at least that many bytes.
 */
class RecordLayout {
 public:
  RecordLayout() = default;
  RecordLayout(const RecordLayout&) = delete;
  RecordLayout& operator=(const RecordLayout&) = delete;
  RecordLayout(RecordLayout&& other) noexcept { swap(other); }
  RecordLayout& operator=(RecordLayout&& other) noexcept {
    swap(other);
    return *this;
  }
  ~RecordLayout() { mem_free(entries_); }

  /** Room for `column_count` columns; later columns of a record are never looked at. */
  Status init(uint32_t column_count);
  uint32_t column_count() const { return column_count_; }

  /** Starts a row: `bytes` are the first `available` bytes of a payload of `payload_size` bytes and must stay
   * readable while locate() is used. SQLITE_CORRUPT when the header cannot be right. */
  Status begin(const uint8_t* bytes, uint32_t available, uint32_t payload_size) {
    known_ = 0;
    bytes_ = bytes;
    payload_size_ = payload_size;
    if (available == 0 || bytes[0] >= 0x80) [[unlikely]]
      return begin_slowly(available);
    header_size_ = body_position_ = bytes[0];
    header_position_ = 1;
    CORRUPT_IF(header_size_ > payload_size);
    return kOk;
  }
  /** Bytes of the header. When larger than the `available` given, locate() must not be used yet. */
  uint32_t header_size() const { return header_size_; }

  /** Makes type() and offset() of `column` known. `*present` is false when the record has fewer fields (the
   * column's default value counts then). SQLITE_CORRUPT when the header or the field reaches beyond the
   * payload. */
  Status locate(uint32_t column, bool* present) {
    ASSERT(column < column_count_);
    if (column < known_) [[likely]] {
      *present = true;
      return kOk;
    }
    return parse_to(column, present);
  }
  bool is_known(uint32_t column) const { return column < known_; }
  /** Serial type of a located column. */
  uint32_t type(uint32_t column) const {
    ASSERT(column < known_);
    return entries_[column].type;
  }
  /** Position of a located column's body in the payload. */
  uint32_t offset(uint32_t column) const {
    ASSERT(column < known_);
    return entries_[column].offset;
  }

  void swap(RecordLayout& other) noexcept;

 private:
  struct Entry {
    uint32_t type;
    uint32_t offset;
  };
  Status begin_slowly(uint32_t available);
  Status parse_to(uint32_t column, bool* present);

  Entry* entries_ = nullptr;
  uint32_t column_count_ = 0;
  uint32_t known_ = 0;  // columns parsed so far
  const uint8_t* bytes_ = nullptr;
  uint32_t header_size_ = 0;
  uint32_t header_position_ = 0;  // of the next serial type
  uint32_t body_position_ = 0;    // of the next field's body
  uint32_t payload_size_ = 0;
};

/** Number of fields in a record; SQLITE_CORRUPT when the header is malformed. */
Status count_fields(const uint8_t* record, uint32_t size, uint32_t* count);

/** Reads one field of a whole record. `*present` is false (and the value NULL) when the record is shorter. */
Status decode_record_field(const uint8_t* record, uint32_t size, uint32_t column, TextEncoding encoding,
                           Value* value, bool* present);

struct RecordEncoding {
  TextEncoding text = TextEncoding::kUtf8;
  /** The database's schema format is below 4: serial types 8 and 9 are not used. */
  bool has_no_constant_types = false;
  /** One affinity character per field, or nullptr. Only 'E' matters here: integral reals are stored as
   * integers. (The affinities themselves have been applied: record/affinity.h.) */
  const char* affinities = nullptr;
};

/** True for reals that a REAL column holds as an integer: whole ones that fit into six bytes. */
bool is_stored_as_integer(double real);

/** Writes `count` values as a record into `destination`, an owned blob. Zero tails of the last fields stay a
 * zero tail of the blob, others are written out. SQLITE_TOOBIG above kMaxLength. `destination` must not be
 * one of the values. */
Status encode_record(const Value* values, uint32_t count, const RecordEncoding& encoding, Value* destination);

}  // namespace ringlite
