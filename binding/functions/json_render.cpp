#include "functions/json_render.h"

#include "base/utf.h"
#include "record/number_text.h"

namespace ringlite::json {
namespace {

Status append_control(uint8_t byte, Buffer* output) {
  static constexpr std::string_view kNamed = "\b\t\n\f\r";
  static constexpr std::string_view kNames = "btnfr";
  static constexpr char kDigits[] = "0123456789abcdef";
  const size_t index = kNamed.find(static_cast<char>(byte));
  if (index != std::string_view::npos) {
    const char escape[] = {'\\', kNames[index]};
    return output->append(escape, sizeof escape);
  }
  const char escape[] = {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
  return output->append(escape, sizeof escape);
}

/** Length of the run of bytes at the start of `text` that need no escape. */
size_t plain_length(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && (is_plain(static_cast<uint8_t>(text[length])) || text[length] == '\''))
    length++;
  return length;
}

class Renderer {
 public:
  Renderer(FunctionContext& context, View view, Buffer* output)
      : context_(context), view_(view), output_(output) {}

  /** Appends the element at `position`; *end receives the position behind it. */
  Status append(uint32_t position, uint32_t depth, uint32_t* end) {
    Element element;
    if (!read_element(view_, position, &element)) return fail_malformed(context_);
    *end = element.end();
    const std::string_view payload = payload_text(view_, element);
    switch (static_cast<Type>(element.type)) {
      case Type::kNull:
        *end = position + 1;
        return output_->append("null");
      case Type::kTrue:
        *end = position + 1;
        return output_->append("true");
      case Type::kFalse:
        *end = position + 1;
        return output_->append("false");
      case Type::kInteger:
      case Type::kReal:
        return payload.empty() ? fail_malformed(context_) : output_->append(payload);
      case Type::kInteger5:
        return append_hex_integer(payload);
      case Type::kReal5:
        return append_bare_real(payload);
      case Type::kText:
      case Type::kTextEscaped:
        RETURN_IF_ERROR(output_->append_byte('"'));
        RETURN_IF_ERROR(output_->append(payload));
        return output_->append_byte('"');
      case Type::kText5:
        RETURN_IF_ERROR(output_->append_byte('"'));
        RETURN_IF_ERROR(append_json5_text(payload));
        return output_->append_byte('"');
      case Type::kTextRaw:
        return append_text_literal(payload, output_);
      case Type::kArray:
      case Type::kObject:
        return append_container(element, depth + 1);
    }
    return fail_malformed(context_);
  }

  Status append_pretty(uint32_t position, uint32_t depth, std::string_view indent, uint32_t* end);

 private:
  Status append_container(const Element& element, uint32_t depth);
  Status append_hex_integer(std::string_view text);
  Status append_bare_real(std::string_view text);
  Status append_json5_text(std::string_view text);
  Status append_json5_escape(std::string_view* text);
  Status append_indent(std::string_view indent, uint32_t depth) {
    for (uint32_t level = 0; level < depth; level++) RETURN_IF_ERROR(output_->append(indent));
    return kOk;
  }

  FunctionContext& context_;
  View view_;
  Buffer* output_;
};

Status Renderer::append_container(const Element& element, uint32_t depth) {
  const bool is_object = element.is(Type::kObject);
  if (depth > kDepthLimit) return fail_too_deep(context_);
  RETURN_IF_ERROR(output_->append_byte(is_object ? '{' : '['));
  uint32_t position = element.body();
  uint32_t count = 0;
  for (; position < element.end(); count++) {
    if (count != 0) RETURN_IF_ERROR(output_->append_byte(is_object && count % 2 == 1 ? ':' : ','));
    RETURN_IF_ERROR(append(position, depth, &position));
  }
  if (position > element.end() || (is_object && count % 2 == 1)) return fail_malformed(context_);
  return output_->append_byte(is_object ? '}' : ']');
}

Status Renderer::append_hex_integer(std::string_view text) {
  if (text.empty()) return fail_malformed(context_);
  size_t position = 2;
  if (text[0] == '-') {
    RETURN_IF_ERROR(output_->append_byte('-'));
    position++;
  } else if (text[0] == '+') {
    position++;
  }
  uint64_t value = 0;
  bool overflows = false;
  for (; position < text.size(); position++) {
    const int digit = hex_digit_value(text[position]);
    if (digit < 0) return fail_malformed(context_);
    if (value >> 60 != 0) {
      overflows = true;
    } else {
      value = value << 4 | static_cast<uint64_t>(digit);
    }
  }
  if (overflows) return output_->append("9.0e999");
  char digits[20];
  char* cursor = digits + sizeof digits;
  do {
    *--cursor = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return output_->append(cursor, static_cast<size_t>(digits + sizeof digits - cursor));
}

/** A real with a bare point gets a 0 on the side where digits are missing. */
Status Renderer::append_bare_real(std::string_view text) {
  if (text.empty()) return fail_malformed(context_);
  size_t position = 0;
  if (text[0] == '-') {
    RETURN_IF_ERROR(output_->append_byte('-'));
    position++;
  }
  if (position < text.size() && text[position] == '.') RETURN_IF_ERROR(output_->append_byte('0'));
  for (; position < text.size(); position++) {
    RETURN_IF_ERROR(output_->append_byte(static_cast<uint8_t>(text[position])));
    const bool is_bare =
        text[position] == '.' && (position + 1 == text.size() || !is_digit(text[position + 1]));
    if (is_bare) RETURN_IF_ERROR(output_->append_byte('0'));
  }
  return kOk;
}

Status Renderer::append_json5_text(std::string_view text) {
  while (!text.empty()) {
    const size_t plain = plain_length(text);
    RETURN_IF_ERROR(output_->append(text.substr(0, plain)));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const uint8_t byte = static_cast<uint8_t>(text[0]);
    if (byte == '"') {
      RETURN_IF_ERROR(output_->append("\\\""));
      text.remove_prefix(1);
    } else if (byte <= 0x1f) {
      RETURN_IF_ERROR(append_control(byte, output_));
      text.remove_prefix(1);
    } else {
      RETURN_IF_ERROR(append_json5_escape(&text));
    }
  }
  return kOk;
}

/** Writes the escape at the start of *text as JSON knows it, and removes it. */
Status Renderer::append_json5_escape(std::string_view* text) {
  if (text->size() < 2) return fail_malformed(context_);
  const char kind = (*text)[1];
  size_t length = 2;
  Status status;
  if (kind == '\'') {
    status = output_->append_byte('\'');
  } else if (kind == 'v') {
    status = output_->append("\\u000b");
  } else if (kind == '0') {
    status = output_->append("\\u0000");
  } else if (kind == 'x') {
    if (text->size() < 4) return fail_malformed(context_);
    RETURN_IF_ERROR(output_->append("\\u00"));
    status = output_->append(text->substr(2, 2));
    length = 4;
  } else if (kind == '\r') {
    length = text->size() > 2 && (*text)[2] == '\n' ? 3 : 2;
  } else if (kind == '\xe2') {
    const std::string_view separator = text->substr(1, 3);
    if (separator != "\xe2\x80\xa8" && separator != "\xe2\x80\xa9") return fail_malformed(context_);
    length = 4;
  } else if (kind != '\n') {
    status = output_->append(text->substr(0, 2));
  }
  text->remove_prefix(length);
  return status;
}

Status Renderer::append_pretty(uint32_t position, uint32_t depth, std::string_view indent, uint32_t* end) {
  Element element;
  if (!read_element(view_, position, &element)) return fail_malformed(context_);
  if (!element.is_container()) return append(position, depth, end);
  const bool is_object = element.is(Type::kObject);
  if (element.type > static_cast<uint8_t>(Type::kObject)) return fail_malformed(context_);
  *end = element.end();
  RETURN_IF_ERROR(output_->append_byte(is_object ? '{' : '['));
  if (element.payload != 0) {
    if (depth + 1 >= kDepthLimit) return fail_too_deep(context_);
    RETURN_IF_ERROR(output_->append_byte('\n'));
    for (uint32_t child = element.body();;) {
      RETURN_IF_ERROR(append_indent(indent, depth + 1));
      if (is_object) {
        RETURN_IF_ERROR(append(child, depth + 1, &child));
        if (child > element.end()) return fail_malformed(context_);
        RETURN_IF_ERROR(output_->append(": "));
      }
      RETURN_IF_ERROR(append_pretty(child, depth + 1, indent, &child));
      if (child >= element.end()) break;
      RETURN_IF_ERROR(output_->append(",\n"));
    }
    RETURN_IF_ERROR(output_->append_byte('\n'));
    RETURN_IF_ERROR(append_indent(indent, depth));
  }
  return output_->append_byte(is_object ? '}' : ']');
}

}  // namespace

Status fail_malformed(FunctionContext& context) { return context.fail("malformed JSON"); }
Status fail_too_deep(FunctionContext& context) { return context.fail("JSON nested too deep"); }

Status append_json(FunctionContext& context, View view, uint32_t position, Buffer* output) {
  uint32_t end;
  return Renderer(context, view, output).append(position, 0, &end);
}

Status append_pretty_json(FunctionContext& context, View view, std::string_view indent, Buffer* output) {
  uint32_t end;
  return Renderer(context, view, output).append_pretty(0, 0, indent, &end);
}

Status append_text_literal(std::string_view text, Buffer* output) {
  RETURN_IF_ERROR(output->append_byte('"'));
  while (!text.empty()) {
    const size_t plain = plain_length(text);
    RETURN_IF_ERROR(output->append(text.substr(0, plain)));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const uint8_t byte = static_cast<uint8_t>(text[0]);
    if (byte == '"' || byte == '\\') {
      const uint8_t escape[] = {'\\', byte};
      RETURN_IF_ERROR(output->append(escape, sizeof escape));
    } else {
      RETURN_IF_ERROR(append_control(byte, output));
    }
    text.remove_prefix(1);
  }
  return output->append_byte('"');
}

Status append_plain_text(View view, const Element& element, Buffer* output) {
  std::string_view text = payload_text(view, element);
  if (element.is_raw_text()) return output->append(text);
  while (!text.empty()) {
    const size_t backslash = std::min(text.find('\\'), text.size());
    RETURN_IF_ERROR(output->append(text.substr(0, backslash)));
    text.remove_prefix(backslash);
    if (text.empty()) break;
    uint32_t length;
    const uint32_t character = read_escape(text, &length);
    text.remove_prefix(length);
    if (character == kInvalidCharacter) continue;
    uint8_t bytes[4];
    RETURN_IF_ERROR(output->append(bytes, static_cast<size_t>(write_utf8(character, bytes))));
  }
  return kOk;
}

}  // namespace ringlite::json
