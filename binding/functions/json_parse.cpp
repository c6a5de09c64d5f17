#include "functions/json_parse.h"

#include <cstring>

#include "functions/json_strict.h"
#include "functions/jsonb.h"
#include "functions/text_cursor.h"

namespace ringlite::json {
namespace {

/** How reading an element ended, when not with an element; positive values are the position behind it. */
enum Ending : int64_t {
  kEndOfText = 0,
  kSyntaxError = -1,
  kClosingBrace = -2,
  kClosingBracket = -3,
  kComma = -4,
  kColon = -5,
};

constexpr bool is_json_space(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool is_alphanumeric(char byte) {
  const uint8_t lower = ascii_lower(static_cast<uint8_t>(byte));
  return is_digit(byte) || (lower >= 'a' && lower <= 'z');
}
bool is_identifier_start(char byte) {
  const uint8_t lower = ascii_lower(static_cast<uint8_t>(byte));
  return (lower >= 'a' && lower <= 'z') || byte == '_' || byte == '$' || lower >= 0x80;
}
bool is_identifier_part(char byte) { return is_identifier_start(byte) || is_digit(byte); }

/** Literals beyond JSON's, in any case. */
struct ExtraLiteral {
  std::string_view name;
  Type type;
};
constexpr ExtraLiteral kExtraLiterals[] = {
    {"inf", Type::kReal},  {"infinity", Type::kReal}, {"NaN", Type::kNull},
    {"QNaN", Type::kNull}, {"SNaN", Type::kNull},
};
constexpr std::string_view kInfinity = "9e999";
constexpr std::string_view kNegativeInfinity = "-9e999";

class Parser {
 public:
  Parser(std::string_view text, Buffer* output) : text_(text), output_(output) {}

  Status run(ParseOutcome* outcome) {
    int64_t end = parse_element(0);
    RETURN_IF_ERROR(failure_);
    if (end > 0) {
      uint32_t position = static_cast<uint32_t>(end);
      while (is_json_space(at(position))) position++;
      if (position < text_.size()) {
        position += skip_json5_space(position);
        if (position < text_.size()) end = kSyntaxError;
        is_json5_ = true;
      }
    }
    outcome->is_valid = end > 0;
    outcome->is_json5 = is_json5_;
    outcome->error_position = error_position_;
    return kOk;
  }

 private:
  char at(uint64_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  int64_t fail_at(uint32_t position) {
    error_position_ = position;
    return kSyntaxError;
  }
  int64_t end_with(Ending ending, uint32_t position) {
    error_position_ = position;
    return ending;
  }
  /** For endings that are not elements where one was wanted. An error inside has told its position already.
   */
  int64_t fail_unless_error(int64_t ending, uint32_t position) {
    return ending == kSyntaxError ? kSyntaxError : fail_at(position);
  }

  void append(Type type, std::string_view payload) {
    if (!failure_.ok()) return;
    const size_t size = payload.size();
    if (size > kLongestShort || output_->capacity() - output_->size() <= size) {
      failure_ = append_element(type, payload, output_);
      return;
    }
    // Most labels and values: the header is one byte, and there is room.
    const size_t start = output_->size();
    failure_ = output_->resize(start + size + 1);
    uint8_t* const target = output_->data() + start;
    target[0] = static_cast<uint8_t>(size << 4 | static_cast<uint32_t>(type));
    for (size_t index = 0; index < size; index++) target[index + 1] = static_cast<uint8_t>(payload[index]);
  }
  void append_constant(Type type) { append(type, {}); }

  /** White space and comments of JSON5 at `position`: their bytes. */
  uint32_t skip_json5_space(uint32_t position) const;
  uint32_t comment_size(uint32_t position) const;

  int64_t parse_element(uint32_t position);
  int64_t parse_object(uint32_t position);
  int64_t parse_array(uint32_t position);
  uint32_t skip_plain(uint32_t position) const;
  int64_t parse_text_literal(uint32_t position);
  bool check_escape(uint32_t* position, Type* type);
  int64_t parse_number(uint32_t position);
  int64_t parse_digits(uint32_t position, bool is_real, bool is_json5);
  int64_t finish_number(uint32_t start, uint32_t end, bool is_real, bool is_json5);
  int64_t parse_word(uint32_t position);

  /** A label of an object: any element, whose type is checked by the caller, or a bare identifier. Closing
   * brace: the object ends. */
  int64_t parse_label(uint32_t* position);
  bool is_unicode_escape(uint32_t position) const;
  /** Skips to the separator after an element: returns kComma, `closing`, or kSyntaxError, with its position.
   */
  int64_t find_separator(uint32_t* position, char closing, Ending closing_ending);

  /** Opens a container: reserves its header, which close_container() writes when the size is known. */
  bool open_container(uint32_t position, uint32_t* start);
  void close_container(Type type, uint32_t start);

  std::string_view text_;
  Buffer* output_;
  Status failure_;
  uint32_t error_position_ = 0;
  uint32_t depth_ = 0;
  bool is_json5_ = false;
};

uint32_t Parser::comment_size(uint32_t position) const {
  if (at(position + 1) == '*' && at(position + 2) != '\0') {
    uint32_t end = position + 3;
    while (at(end) != '/' || at(end - 1) != '*') {
      if (at(end) == '\0') return 0;
      end++;
    }
    return end + 1 - position;
  }
  if (at(position + 1) != '/') return 0;
  uint32_t end = position + 2;
  for (; at(end) != '\0'; end++) {
    if (at(end) == '\n' || at(end) == '\r') break;
    const std::string_view three = text_.substr(end, 3);
    if (three == "\xe2\x80\xa8" || three == "\xe2\x80\xa9") {
      end += 2;
      break;
    }
  }
  return end + (at(end) != '\0' ? 1 : 0) - position;
}

uint32_t Parser::skip_json5_space(uint32_t start) const {
  static constexpr std::string_view kWideSpaces[] = {"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                                     "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
                                                     "\xef\xbb\xbf"};
  uint32_t position = start;
  for (;;) {
    const char byte = at(position);
    uint32_t size = 0;
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
      size = 1;
    } else if (byte == '/') {
      size = comment_size(position);
    } else if (byte == '\xc2' && at(position + 1) == '\xa0') {
      size = 2;
    } else if (static_cast<uint8_t>(byte) >= 0xe1) {
      const std::string_view three = text_.substr(std::min<size_t>(position, text_.size()), 3);
      for (const std::string_view space : kWideSpaces) {
        if (three == space) size = 3;
      }
      // U+2000 to U+200A
      const bool is_quad = three.size() == 3 && three.substr(0, 2) == "\xe2\x80" &&
                           static_cast<uint8_t>(three[2]) >= 0x80 && static_cast<uint8_t>(three[2]) <= 0x8a;
      if (is_quad) size = 3;
    }
    if (size == 0) return position - start;
    position += size;
  }
}

int64_t Parser::parse_element(uint32_t position) {
  for (;;) {
    const char byte = at(position);
    switch (byte) {
      case '{':
        return parse_object(position);
      case '[':
        return parse_array(position);
      case '"':
      case '\'':
        return parse_text_literal(position);
      case '}':
        return end_with(kClosingBrace, position);
      case ']':
        return end_with(kClosingBracket, position);
      case ',':
        return end_with(kComma, position);
      case ':':
        return end_with(kColon, position);
      case '\0':
        return kEndOfText;
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        position++;
        continue;
      case '\v':
      case '\f':
      case '/':
      case '\xc2':
      case '\xe1':
      case '\xe2':
      case '\xe3':
      case '\xef': {
        const uint32_t size = skip_json5_space(position);
        if (size == 0) return fail_at(position);
        position += size;
        is_json5_ = true;
        continue;
      }
      default:
        if (is_digit(byte) || byte == '-' || byte == '+' || byte == '.') return parse_number(position);
        return parse_word(position);
    }
  }
}

bool Parser::open_container(uint32_t position, uint32_t* start) {
  *start = static_cast<uint32_t>(output_->size());
  if (++depth_ > kDepthLimit) {
    error_position_ = position;
    return false;
  }
  // Room for the largest header; close_container() moves the payload when a shorter one will do.
  if (failure_.ok()) failure_ = output_->append_fill(0, kLongestHeader);
  return failure_.ok();
}

void Parser::close_container(Type type, uint32_t start) {
  depth_--;
  if (!failure_.ok()) return;
  const size_t payload = output_->size() - start - kLongestHeader;
  uint8_t header[kLongestHeader];
  const uint32_t header_size = write_header(type, payload, header);
  uint8_t* const target = output_->data() + start;
  std::memmove(target + header_size, target + kLongestHeader, payload);
  std::memcpy(target, header, header_size);
  failure_ = output_->resize(start + header_size + payload);
}

int64_t Parser::find_separator(uint32_t* position, char closing, Ending closing_ending) {
  while (is_json_space(at(*position))) (*position)++;
  if (at(*position) == ',') return kComma;
  if (at(*position) == closing) return closing_ending;
  const int64_t ending = parse_element(*position);
  if (ending == kComma || ending == closing_ending) {
    *position = error_position_;
    return ending;
  }
  error_position_ = *position;
  return kSyntaxError;
}

int64_t Parser::parse_array(uint32_t opening) {
  uint32_t start;
  if (!open_container(opening, &start)) return kSyntaxError;
  const size_t body = output_->size();
  for (uint32_t position = opening + 1;; position++) {
    int64_t end = parse_element(position);
    if (!failure_.ok()) return kSyntaxError;
    if (end <= 0) {
      if (end != kClosingBracket) return fail_unless_error(end, position);
      position = error_position_;
      if (output_->size() != body) is_json5_ = true;  // a comma before the bracket
      close_container(Type::kArray, start);
      return position + 1;
    }
    position = static_cast<uint32_t>(end);
    end = find_separator(&position, ']', kClosingBracket);
    if (end == kComma) continue;
    if (end != kClosingBracket) return kSyntaxError;
    close_container(Type::kArray, start);
    return position + 1;
  }
}

bool Parser::is_unicode_escape(uint32_t position) const {
  if (at(position) != '\\' || at(position + 1) != 'u') return false;
  for (uint32_t digit = 2; digit < 6; digit++) {
    if (hex_digit_value(at(position + digit)) < 0) return false;
  }
  return true;
}

int64_t Parser::parse_label(uint32_t* position) {
  const int64_t end = parse_element(*position);
  if (end > 0 || end == kClosingBrace) return end;
  *position += skip_json5_space(*position);
  Type type = Type::kText;
  if (!is_identifier_start(at(*position)) && !is_unicode_escape(*position)) {
    return fail_unless_error(end, *position);
  }
  uint32_t last = *position;
  if (at(last) == '\\') type = Type::kTextEscaped;
  for (last++;; last++) {
    if (is_unicode_escape(last)) {
      type = Type::kTextEscaped;
    } else if (!is_identifier_part(at(last)) || skip_json5_space(last) != 0) {
      break;
    }
  }
  append(type, text_.substr(*position, last - *position));
  is_json5_ = true;
  return last;
}

int64_t Parser::parse_object(uint32_t opening) {
  uint32_t start;
  if (!open_container(opening, &start)) return kSyntaxError;
  const size_t body = output_->size();
  for (uint32_t position = opening + 1;; position++) {
    const size_t label_start = output_->size();
    int64_t end = parse_label(&position);
    if (!failure_.ok()) return kSyntaxError;
    if (end == kClosingBrace) {
      position = error_position_;
      if (output_->size() != body) is_json5_ = true;
      close_container(Type::kObject, start);
      return position + 1;
    }
    if (end <= 0) return kSyntaxError;
    const uint8_t label_type = (*output_)[label_start] & 15;
    if (label_type < static_cast<uint8_t>(Type::kText) || label_type > static_cast<uint8_t>(Type::kTextRaw)) {
      return fail_at(position);
    }
    position = static_cast<uint32_t>(end);
    while (is_json_space(at(position))) position++;
    if (at(position) == ':') {
      position++;
    } else {
      end = parse_element(position);
      if (end != kColon) return fail_unless_error(end, position);
      position = error_position_ + 1;
    }
    end = parse_element(position);
    if (!failure_.ok()) return kSyntaxError;
    if (end <= 0) return fail_unless_error(end, position);
    position = static_cast<uint32_t>(end);
    end = find_separator(&position, '}', kClosingBrace);
    if (end == kComma) continue;
    if (end != kClosingBrace) return kSyntaxError;
    close_container(Type::kObject, start);
    return position + 1;
  }
}

/** Checks the escape whose backslash is before *position, moving to its last byte as far as that matters. */
bool Parser::check_escape(uint32_t* position, Type* type) {
  const char kind = at(*position);
  const bool is_json = kind != '\0' && std::strchr("\"\\/bfnrt", kind) != nullptr;
  if (is_json || is_unicode_escape(*position - 1)) {
    if (*type == Type::kText) *type = Type::kTextEscaped;
    return true;
  }
  const std::string_view three = text_.substr(std::min<size_t>(*position, text_.size()), 3);
  const bool is_line_end = kind == '\n' || kind == '\r' || three == "\xe2\x80\xa8" || three == "\xe2\x80\xa9";
  const bool is_nul = kind == '0' && !is_digit(at(*position + 1));
  const bool is_byte =
      kind == 'x' && hex_digit_value(at(*position + 1)) >= 0 && hex_digit_value(at(*position + 2)) >= 0;
  if (kind != '\'' && kind != 'v' && !is_line_end && !is_nul && !is_byte) return false;
  if (kind == '\r' && at(*position + 1) == '\n') (*position)++;
  *type = Type::kText5;
  is_json5_ = true;
  return true;
}

/** The position of the next byte of a text literal that does not stand for itself, or the end. */
uint32_t Parser::skip_plain(uint32_t position) const {
  static constexpr struct PlainBytes {
    bool is[256] = {};
    constexpr PlainBytes() {
      for (int byte = 0; byte < 256; byte++) is[byte] = is_plain(static_cast<uint8_t>(byte));
    }
  } kPlain;
  const char* const text = text_.data();
  const uint32_t size = static_cast<uint32_t>(text_.size());
  while (position < size && kPlain.is[static_cast<uint8_t>(text[position])]) position++;
  return position;
}

int64_t Parser::parse_text_literal(uint32_t opening) {
  const char quote = text_[opening];
  if (quote == '\'') is_json5_ = true;
  Type type = Type::kText;
  uint32_t position = opening + 1;
  for (;; position++) {
    position = skip_plain(position);
    const char byte = at(position);
    if (byte == quote) break;
    if (byte == '\\') {
      position++;
      if (!check_escape(&position, &type)) return fail_at(position);
    } else if (byte == '"') {
      type = Type::kText5;
    } else if (byte != '\'') {
      // Control characters are allowed in JSON5; the end of the text is not.
      if (byte == '\0') return fail_at(position);
      type = Type::kText5;
      is_json5_ = true;
    }
  }
  append(type, text_.substr(opening + 1, position - opening - 1));
  return position + 1;
}

int64_t Parser::finish_number(uint32_t start, uint32_t end, bool is_real, bool is_json5) {
  if (at(start) == '+') start++;
  const Type type =
      is_real ? (is_json5 ? Type::kReal5 : Type::kReal) : (is_json5 ? Type::kInteger5 : Type::kInteger);
  append(type, text_.substr(start, end - start));
  return end;
}

int64_t Parser::parse_number(uint32_t start) {
  const char first = at(start);
  if (first == '.') {
    if (!is_digit(at(start + 1))) return fail_at(start);
    is_json5_ = true;
    return parse_digits(start, true, true);
  }
  if (first == '+') is_json5_ = true;
  const bool has_sign = first == '+' || first == '-';
  const uint32_t digits = has_sign ? start + 1 : start;
  if (!is_digit(at(digits))) {
    std::string_view word = text_.substr(std::min<size_t>(digits, text_.size()));
    if (take_prefix_ignoring_case(&word, "inf")) {
      is_json5_ = true;
      append(Type::kReal, first == '-' ? kNegativeInfinity : kInfinity);
      return digits + (take_prefix_ignoring_case(&word, "inity") ? 8 : 3);
    }
    if (at(digits) != '.') return fail_at(start);
    is_json5_ = true;
    return parse_digits(start, false, true);
  }
  if (at(digits) == '0') {
    const bool is_hex =
        (at(digits + 1) == 'x' || at(digits + 1) == 'X') && hex_digit_value(at(digits + 2)) >= 0;
    if (is_hex) {
      is_json5_ = true;
      uint32_t end = digits + 3;
      while (hex_digit_value(at(end)) >= 0) end++;
      return finish_number(start, end, false, true);
    }
    if (is_digit(at(digits + 1))) return fail_at(start + 1);
  }
  return parse_digits(start, false, false);
}

/** Digits, points and exponents after the first byte. */
int64_t Parser::parse_digits(uint32_t start, bool is_real, bool is_json5) {
  bool has_exponent = false;
  uint32_t position = start + 1;
  // A point must have a digit on one side at least.
  const auto allows_bare_point = [&] {
    const bool is_bare = at(position - 1) == '.' && position >= start + 2 && is_digit(at(position - 2));
    if (is_bare) {
      is_json5_ = true;
      is_json5 = true;
    }
    return is_bare;
  };
  for (;; position++) {
    const char byte = at(position);
    if (is_digit(byte)) continue;
    if (byte == '.') {
      if (is_real) return fail_at(position);
      is_real = true;
    } else if (byte == 'e' || byte == 'E') {
      if (!is_digit(at(position - 1)) && !allows_bare_point()) return fail_at(position);
      if (has_exponent) return fail_at(position);
      is_real = true;
      has_exponent = true;
      if (at(position + 1) == '+' || at(position + 1) == '-') position++;
      if (!is_digit(at(position + 1))) return fail_at(position);
    } else {
      break;
    }
  }
  if (!is_digit(at(position - 1)) && !allows_bare_point()) return fail_at(position);
  return finish_number(start, position, is_real, is_json5);
}

int64_t Parser::parse_word(uint32_t position) {
  static constexpr struct {
    std::string_view name;
    Type type;
  } kLiterals[] = {{"true", Type::kTrue}, {"false", Type::kFalse}, {"null", Type::kNull}};
  const std::string_view rest = text_.substr(position);
  for (const auto& literal : kLiterals) {
    if (rest.substr(0, literal.name.size()) == literal.name &&
        !is_alphanumeric(at(position + literal.name.size()))) {
      append_constant(literal.type);
      return position + static_cast<int64_t>(literal.name.size());
    }
  }
  if (rest[0] != 't' && rest[0] != 'f') {
    for (const ExtraLiteral& literal : kExtraLiterals) {
      const size_t size = literal.name.size();
      if (!equals_ignoring_case(rest.substr(0, size), literal.name) || is_alphanumeric(at(position + size)))
        continue;
      append(literal.type, literal.type == Type::kReal ? kInfinity : std::string_view());
      is_json5_ = true;
      return position + static_cast<int64_t>(size);
    }
  }
  return fail_at(position);
}

}  // namespace

Status parse_text(std::string_view text, Buffer* output, ParseOutcome* outcome) {
  if (text.size() > UINT32_MAX / 2) return Code::kToobig;
  RETURN_IF_ERROR(parse_strict_text(text, output, &outcome->is_valid));
  if (outcome->is_valid) return kOk;
  // Containers shrink as they are closed, so that the result is hardly ever longer than the text.
  RETURN_IF_ERROR(output->reserve(output->size() + text.size() + 16));
  return Parser(text, output).run(outcome);
}

}  // namespace ringlite::json
