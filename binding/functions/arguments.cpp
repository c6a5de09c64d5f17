#include "functions/arguments.h"

#include "base/utf.h"

namespace ringlite {

Status TextArgument::init_slowly(const FunctionContext& context, const Value& value) {
  is_null_ = value.is_null();
  if (is_null_) {
    text_ = {};
    return kOk;
  }
  if (value.is_number()) {
    const size_t size =
        value.is_integer() ? integer_to_text(value.integer(), number_) : real_to_text(value.real(), number_);
    text_ = {number_, size};
    return kOk;
  }
  text_ = value.text();
  if (value.zero_tail() != 0) {
    RETURN_IF_ERROR(copy_.assign(value.data(), value.size()));
    RETURN_IF_ERROR(copy_.append_fill(0, value.zero_tail()));
    text_ = copy_.text();
  }
  if (context.encoding != TextEncoding::kUtf8) {
    Buffer utf8;
    RETURN_IF_ERROR(utf8.resize(utf8_capacity(text_.size())));
    const size_t size =
        utf16_to_utf8(data(), text_.size(), context.encoding == TextEncoding::kUtf16be, utf8.data());
    RETURN_IF_ERROR(utf8.resize(size));
    copy_ = std::move(utf8);
    text_ = copy_.text();
  }
  return kOk;
}

Status BytesArgument::init(const FunctionContext& context, const Value& value) {
  bytes_ = {};
  if (value.is_blob()) {
    bytes_ = value.text();
    if (value.zero_tail() == 0) return kOk;
    RETURN_IF_ERROR(copy_.assign(value.data(), value.size()));
    RETURN_IF_ERROR(copy_.append_fill(0, value.zero_tail()));
    bytes_ = copy_.text();
    return kOk;
  }
  RETURN_IF_ERROR(text_.init(context, value));
  bytes_ = text_.text();
  if (value.is_text() && context.encoding != TextEncoding::kUtf8) {
    RETURN_IF_ERROR(copy_.resize(utf16_size(text_.data(), text_.size())));
    utf8_to_utf16(text_.data(), text_.size(), context.encoding == TextEncoding::kUtf16be, copy_.data());
    bytes_ = copy_.text();
  }
  return kOk;
}

}  // namespace ringlite
