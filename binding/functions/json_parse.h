// JSON text (with JSON5 extensions) to JSONB.
#pragma once
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace ringlite::json {

struct ParseOutcome {
  bool is_valid = false;
  /** The text uses something that is not RFC 8259 JSON. */
  bool is_json5 = false;
  /** Position of the first byte that is wrong, when not valid. */
  uint32_t error_position = 0;
};

/** Appends the JSONB of `text` (which contains no NUL) to `output`. The Status is about memory only. */
Status parse_text(std::string_view text, Buffer* output, ParseOutcome* outcome);

}  // namespace ringlite::json
