// Arguments of JSON functions, and the results of such functions.
#pragma once
#include <string_view>

#include "functions/arguments.h"
#include "functions/json_document.h"

namespace ringlite::json {

/** An argument that is to be JSON: text (parsed, and kept for the next call with the same text) or JSONB. */
class JsonArgument {
 public:
  /** NULL is left as is_null(). Anything that is not JSON is the error "malformed JSON", or, with
   * `tolerates_errors`, !is_valid(). */
  Status init(FunctionContext& context, const Value& value, bool tolerates_errors = false);

  bool is_null() const { return is_null_; }
  bool is_valid() const { return is_valid_; }
  Document& document() { return document_; }
  View view() const { return document_.view(); }

 private:
  Status init_text(FunctionContext& context, const Value& value);

  Document document_;
  BytesArgument bytes_;
  TextArgument text_;
  bool is_null_ = false;
  bool is_valid_ = false;
};

/** Whether a value is a blob that looks like JSONB; `bytes` is initialized with it. */
Status read_jsonb(FunctionContext& context, const Value& value, BytesArgument* bytes, bool* is_jsonb);

/** Encodes an SQL value as JSONB: JSON text keeps its structure, other text becomes a text element. */
Status encode_value(FunctionContext& context, const Value& value, Document* document);
/** Appends an SQL value as JSON text. */
Status append_value(FunctionContext& context, const Value& value, Buffer* output);

/** Answers with JSON text, of subtype JSON. */
Status return_json_text(FunctionContext& context, Buffer&& text);
/** Answers with the JSONB of JSON text that is known to be well-formed. */
Status return_text_as_jsonb(FunctionContext& context, std::string_view text);
/** Answers with a whole document: text or JSONB, as the function called wants. */
Status return_document(FunctionContext& context, Document& document);
/** Answers with an element as an SQL value; arrays and objects as text (`as_jsonb`: JSONB). */
Status return_element(FunctionContext& context, View view, uint32_t position, bool as_jsonb);

/** Whether the function called is one of the jsonb_ functions. */
bool wants_jsonb(const FunctionContext& context);

/** Fails with what is wrong about a path. */
Status fail_search(FunctionContext& context, std::string_view path, Search search);

}  // namespace ringlite::json
