// The quick way from JSON text to JSONB: one pass over text that is RFC 8259 JSON without anything unusual.
// Whatever else there is (JSON5, errors, deep nesting) is json_parse.cpp's, which writes the same JSONB for
// the texts that this one takes.
#pragma once
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"

namespace ringlite::json {

/** Appends the JSONB of `text` to `output`; or leaves `output` as it was, with !*is_parsed: nothing is known
 * about the text then. The Status is about memory only. */
Status parse_strict_text(std::string_view text, Buffer* output, bool* is_parsed);

}  // namespace ringlite::json
