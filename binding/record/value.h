// Value: one SQL value, as held by a register of the virtual machine, a bound parameter or a function
// argument.
//
// Invariants:
// 1. Text is UTF-8 (lone surrogates as WTF-8), not NUL-terminated, may contain NUL. Blobs may have a tail of
// zero bytes
//    that is not stored (zeroblob): blob_size() counts it, size() doesn't.
// 2. The bytes of text and blobs are kStatic (live as long as the program or parameter set), kEphemeral
// (valid until the
//    cursor moves or the source register changes) or kOwned (in this Value's own allocation).
// 3. The allocation is kept when the Value becomes NULL or a number, so that a register which holds text row
// after row
//    allocates once. clear() frees it.
// 4. A kAggregate value is the state of a running aggregate: not readable as an SQL value (it reads as NULL).
//
// No implicit copies: copy_from() may fail, borrow() shares bytes as kEphemeral, moving is free.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"

namespace ringlite {

/** Fundamental types, with the numbers of sqlite3_column_type. */
enum class ValueType : uint8_t { kInteger = 1, kReal = 2, kText = 3, kBlob = 4, kNull = 5 };

enum class Storage : uint8_t { kStatic, kEphemeral, kOwned };

/** Header of the state of a running aggregate; the state follows, aligned to 16 bytes. See
 * functions/function.h. */
struct alignas(16) AggregateBlock {
  /** Releases what the state owns (not the block); nullptr when it owns nothing. */
  void (*destroy)(void* state);
  uint32_t state_size;
  void* state() { return this + 1; }
};

class Value {
 public:
  Value() = default;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  Value(Value&& other) noexcept { swap(other); }
  /** Swaps, so the moved-from Value keeps this one's allocation for reuse. */
  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (aggregate_) [[unlikely]]
      release_aggregate();
    if (allocation_) mem_free(allocation_);
  }

  ValueType type() const { return type_; }
  bool is_null() const { return type_ == ValueType::kNull; }
  bool is_integer() const { return type_ == ValueType::kInteger; }
  bool is_real() const { return type_ == ValueType::kReal; }
  bool is_text() const { return type_ == ValueType::kText; }
  bool is_blob() const { return type_ == ValueType::kBlob; }
  bool is_number() const { return is_integer() || is_real(); }
  Storage storage() const { return storage_; }

  int64_t integer() const {
    ASSERT(is_integer());
    return number_.integer;
  }
  double real() const {
    ASSERT(is_real());
    return number_.real;
  }
  /** Stored bytes of text or a blob (without the zero tail). */
  const uint8_t* data() const { return data_; }
  /** Number of stored bytes. */
  uint32_t size() const { return size_; }
  /** Zero bytes after the stored ones (blobs only). */
  uint32_t zero_tail() const { return is_blob() ? static_cast<uint32_t>(number_.integer) : 0; }
  /** All bytes of a blob, or of text. */
  uint64_t blob_size() const { return static_cast<uint64_t>(size_) + zero_tail(); }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

  /** Application-defined subtype (JSON is 'J'); 0 for none. Cleared by every set_* and copied with the value.
   */
  uint8_t subtype() const { return subtype_; }
  void set_subtype(uint8_t subtype) { subtype_ = subtype; }

  /** A NULL: "no change" marker of UPDATE on virtual tables and of OP_Null's cleared registers, equals
   * nothing. A real: got its type from a REAL column (Affinity with p5) and is whole; a record without an
   * affinity for it holds it as an integer. */
  bool is_marked() const { return marked_; }
  void set_marked(bool marked) { marked_ = marked; }

  void set_null() { become(ValueType::kNull); }
  void set_integer(int64_t integer) {
    become(ValueType::kInteger);
    number_.integer = integer;
  }
  /** NaN becomes NULL, as everywhere in SQLite. */
  void set_real(double real) {
    if (real != real) [[unlikely]]
      return set_null();
    become(ValueType::kReal);
    number_.real = real;
  }
  /** Shares bytes owned by someone else; `storage` is kStatic or kEphemeral. */
  void set_text(const void* bytes, uint32_t size, Storage storage) {
    share(ValueType::kText, bytes, size, storage);
  }
  void set_text(std::string_view text, Storage storage) {
    share(ValueType::kText, text.data(), static_cast<uint32_t>(text.size()), storage);
  }
  void set_blob(const void* bytes, uint32_t size, Storage storage) {
    share(ValueType::kBlob, bytes, size, storage);
  }
  void set_zero_blob(uint32_t size) {
    share(ValueType::kBlob, nullptr, 0, Storage::kStatic);
    number_.integer = size;
  }
  void set_zero_tail(uint32_t size) {
    ASSERT(is_blob());
    number_.integer = size;
  }

  /** Copies the bytes into the own allocation. `bytes` may point into this Value. */
  Status copy_text(const void* bytes, uint32_t size) { return copy_bytes(ValueType::kText, bytes, size); }
  Status copy_text(std::string_view text) {
    return copy_bytes(ValueType::kText, text.data(), static_cast<uint32_t>(text.size()));
  }
  Status copy_blob(const void* bytes, uint32_t size) { return copy_bytes(ValueType::kBlob, bytes, size); }

  /** Makes this an owned text or blob of `size` uninitialized bytes, to be written through *bytes. The bytes
   * that the Value held before are lost. */
  Status prepare_text(uint32_t size, uint8_t** bytes) { return prepare(ValueType::kText, size, bytes); }
  Status prepare_blob(uint32_t size, uint8_t** bytes) { return prepare(ValueType::kBlob, size, bytes); }
  /** Takes over `allocation` (from mem_alloc, `capacity` bytes), whose first `size` bytes are the text or
   * blob. */
  void adopt(ValueType type, uint8_t* allocation, uint32_t size, uint32_t capacity);
  /** Cuts text or a blob without zero tail to its first `size` bytes. */
  void truncate(uint32_t size) {
    ASSERT(size <= size_ && zero_tail() == 0);
    size_ = size;
  }
  /** Text becomes a blob, or a blob (without zero tail) text, with the same bytes. */
  void set_type_of_bytes(ValueType type) {
    ASSERT((is_text() || is_blob()) && zero_tail() == 0);
    type_ = type;
    number_.integer = 0;
  }

  /** A deep copy: kEphemeral and kOwned bytes are copied, kStatic ones shared. */
  Status copy_from(const Value& other);
  /** A shallow copy: bytes are shared (kOwned ones as kEphemeral), valid as long as `other` is unchanged. */
  void borrow(const Value& other) {
    ASSERT(this != &other);
    if (aggregate_) [[unlikely]]
      release_aggregate();
    number_ = other.number_;
    data_ = other.data_;
    size_ = other.size_;
    type_ = other.type_;
    storage_ = other.storage_ == Storage::kOwned ? Storage::kEphemeral : other.storage_;
    subtype_ = other.subtype_;
    marked_ = other.marked_;
  }
  /** Ephemeral bytes are copied into the own allocation; anything else is left alone. */
  Status make_persistent() {
    if (storage_ != Storage::kEphemeral || (!is_text() && !is_blob())) return kOk;
    return copy_ephemeral();
  }
  /** Bytes become writable and the zero tail is materialized (text and blobs). */
  Status make_writable(uint8_t** bytes);

  /** NULL, with the allocation freed. */
  void clear();

  void swap(Value& other) noexcept {
    std::swap(number_, other.number_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(allocation_, other.allocation_);
    std::swap(type_, other.type_);
    std::swap(storage_, other.storage_);
    std::swap(subtype_, other.subtype_);
    std::swap(marked_, other.marked_);
    std::swap(aggregate_, other.aggregate_);
  }

  /** State of the aggregate that runs in this accumulator; nullptr before the first step. */
  AggregateBlock* aggregate() const {
    return aggregate_ ? reinterpret_cast<AggregateBlock*>(allocation_) : nullptr;
  }
  /** Starts an aggregate: `state_size` zeroed bytes. `destroy` is called when the Value is cleared or
   * overwritten. */
  Status start_aggregate(uint32_t state_size, void (*destroy)(void*), void** state);

 private:
  void become(ValueType type) {
    if (aggregate_) [[unlikely]]
      release_aggregate();
    type_ = type;
    subtype_ = 0;
    marked_ = false;
  }
  void share(ValueType type, const void* bytes, uint32_t size, Storage storage) {
    ASSERT(storage != Storage::kOwned);
    become(type);
    number_.integer = 0;
    data_ = static_cast<const uint8_t*>(bytes);
    size_ = size;
    storage_ = storage;
  }
  Status copy_bytes(ValueType type, const void* bytes, uint32_t size) {
    if (size > capacity_ || aggregate_) [[unlikely]]
      return copy_bytes_slowly(type, bytes, size);
    // The bytes may be this Value's own.
    if (size != 0) std::memmove(allocation_, bytes, size);
    own(type, size);
    return kOk;
  }
  Status prepare(ValueType type, uint32_t size, uint8_t** bytes) {
    if (size > capacity_ || aggregate_) [[unlikely]]
      RETURN_IF_ERROR(make_room(size));
    own(type, size);
    *bytes = allocation_;
    return kOk;
  }
  void own(ValueType type, uint32_t size) {
    become(type);
    number_.integer = 0;
    data_ = allocation_;
    size_ = size;
    storage_ = Storage::kOwned;
  }
  Status copy_bytes_slowly(ValueType type, const void* bytes, uint32_t size);
  Status make_room(uint32_t size);
  Status copy_ephemeral();
  Status reserve(uint32_t capacity, bool keep_bytes);
  void release_aggregate();

  union {
    int64_t integer;
    double real;
  } number_ = {0};                 // blobs: integer is the zero tail
  const uint8_t* data_ = nullptr;  // text and blobs
  uint8_t* allocation_ = nullptr;  // own bytes, kept while the Value holds something else
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;  // of allocation_
  ValueType type_ = ValueType::kNull;
  Storage storage_ = Storage::kStatic;
  uint8_t subtype_ = 0;
  bool marked_ = false;
  bool aggregate_ = false;
};

static_assert(sizeof(Value) <= 40);

}  // namespace ringlite
