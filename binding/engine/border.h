// Border: one environment's side of the shared buffer (layout: spec/border.ts) and the text of the batch in
// it.
//
// The buffer belongs to JavaScript; `bytes` may change between calls, never during one. Nothing here is per
// statement, so a batch must be decoded before the next call.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/buffer.h"
#include "base/pod_array.h"
#include "engine/border.gen.h"
#include "record/value.h"

namespace ringlite {

struct Border {
  uint8_t* bytes = nullptr;
  size_t size = 0;

  /** Text of the batch: Latin-1 characters, and UTF-16 units of the values that are not Latin-1. */
  Buffer latin1;
  PodArray<char16_t> wide;
  /** The row (or arguments) whose values are marked far; valid until the statement moves on. */
  const Value* far_values = nullptr;
  uint32_t far_count = 0;
  /** Message of the last error outcome. */
  Buffer error_message;

  static constexpr size_t kDataOffset = border::kControlWords * 4;

  bool is_attached() const { return bytes != nullptr && size > kDataOffset; }
  int32_t request(uint32_t word) const { return load(word); }
  void reply(uint32_t word, int32_t value) { std::memcpy(bytes + word * 4, &value, 4); }
  void reply64(uint32_t word, int64_t value) { std::memcpy(bytes + word * 4, &value, 8); }

  uint8_t* data() { return bytes + kDataOffset; }
  const uint8_t* data() const { return bytes + kDataOffset; }
  size_t data_size() const { return size - kDataOffset; }

 private:
  int32_t load(uint32_t word) const {
    int32_t value;
    std::memcpy(&value, bytes + word * 4, 4);
    return value;
  }
};

inline constexpr uint64_t make_cell(border::Tag tag, uint32_t low) {
  return static_cast<uint64_t>(border::kCellTag | static_cast<uint32_t>(tag)) << 32 | low;
}

}  // namespace ringlite
