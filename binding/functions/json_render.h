// JSONB to JSON text.
#pragma once
#include <string_view>

#include "base/buffer.h"
#include "functions/function.h"
#include "functions/jsonb.h"

namespace ringlite::json {

/** Appends the JSON text of the element at `position`. Fails with "malformed JSON" or "JSON nested too deep".
 */
Status append_json(FunctionContext& context, View view, uint32_t position, Buffer* output);

/** As append_json, on several lines, each level indented by `indent`. */
Status append_pretty_json(FunctionContext& context, View view, std::string_view indent, Buffer* output);

/** Appends text as a JSON literal, with quotes and escapes. */
Status append_text_literal(std::string_view text, Buffer* output);

/** The text that an element of a text type means, without escapes (malformed ones are left out). */
Status append_plain_text(View view, const Element& element, Buffer* output);

Status fail_malformed(FunctionContext& context);
Status fail_too_deep(FunctionContext& context);

}  // namespace ringlite::json
