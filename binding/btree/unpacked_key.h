// UnpackedKey: an encoded index record decoded into values, as a search key for the tree that it came from or
// goes to.
#pragma once
#include <cstdint>

#include "base/memory.h"
#include "base/status.h"
#include "record/compare.h"
#include "record/record.h"

namespace ringlite {

class UnpackedKey {
 public:
  UnpackedKey() = default;
  UnpackedKey(const UnpackedKey&) = delete;
  UnpackedKey& operator=(const UnpackedKey&) = delete;
  ~UnpackedKey();

  /** Decodes the key fields of `record`, whose bytes must stay in place. SQLITE_CORRUPT, SQLITE_NOMEM. */
  Status decode(const uint8_t* record, uint32_t size, const KeyInfo& key_info);
  RecordKey& key() { return key_; }

 private:
  RecordKey key_;
  RecordLayout layout_;
  Value* values_ = nullptr;
  uint32_t value_count_ = 0;
};

}  // namespace ringlite
