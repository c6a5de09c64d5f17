// Arguments of functions, read the way sqlite3_value_text and sqlite3_value_blob read them, without changing
// the registers they are in: text and blobs are viewed in place, numbers are written to a buffer inside the
// reader.
#pragma once
#include <algorithm>
#include <string_view>

#include "base/buffer.h"
#include "functions/function.h"
#include "record/number_text.h"
#include "record/value.h"

namespace ringlite {

/** A value as UTF-8 text. The view is valid as long as the reader and the value are. */
class TextArgument {
 public:
  /** NULL has no text: is_null(). Blobs are taken as text in the database's encoding. Only SQLITE_NOMEM can
   * happen. */
  Status init(const FunctionContext& context, const Value& value) {
    if (value.is_text()) [[likely]] {
      text_ = value.text();
      is_null_ = false;
      return kOk;
    }
    return init_slowly(context, value);
  }
  bool is_null() const { return is_null_; }
  /** All bytes, including any after a NUL. */
  std::string_view text() const { return text_; }
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(text_.data()); }
  size_t size() const { return text_.size(); }
  /** The text as functions that work on C strings see it: it ends at the first NUL. */
  std::string_view until_nul() const { return text_.substr(0, std::min(text_.find('\0'), text_.size())); }

 private:
  Status init_slowly(const FunctionContext& context, const Value& value);

  std::string_view text_;
  bool is_null_ = true;
  char number_[kNumberTextCapacity];
  Buffer copy_;
};

/** A value as bytes: a blob as it is, text in the database's encoding, numbers as UTF-8 text, NULL as
 * nothing. */
class BytesArgument {
 public:
  Status init(const FunctionContext& context, const Value& value);
  const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(bytes_.data()); }
  size_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
  TextArgument text_;
  Buffer copy_;
};

/** Copies an argument into the result (min, max, nullif, ...); the subtype goes along. */
inline Status return_value(FunctionContext& context, const Value& value) {
  return context.result->copy_from(value);
}

}  // namespace ringlite
