#include "functions/jsonb.h"

#include <cstring>

#include "base/endian.h"
#include "base/utf.h"
#include "record/number_text.h"

namespace ringlite::json {
namespace {

bool is_hex(char byte) { return hex_digit_value(byte) >= 0; }

/** Escape sequences are decoded without checking their digits: a letter beyond F counts by its low bits, as
 * in SQLite. */
uint32_t loose_hex(char byte) {
  uint32_t value = static_cast<uint8_t>(byte);
  value += 9 * (1 & (value >> 6));
  return value & 15;
}

uint32_t loose_hex4(std::string_view text) {
  return loose_hex(text[0]) << 12 | loose_hex(text[1]) << 8 | loose_hex(text[2]) << 4 | loose_hex(text[3]);
}

/** Escaped line ends at the start of `text`, which stand for nothing: their bytes. */
uint32_t skipped_line_ends(std::string_view text) {
  size_t position = 0;
  while (position + 1 < text.size() && text[position] == '\\') {
    const std::string_view rest = text.substr(position + 1);
    if (rest[0] == '\n') {
      position += 2;
    } else if (rest[0] == '\r') {
      position += rest.size() > 1 && rest[1] == '\n' ? 3 : 2;
    } else if (rest.size() >= 3 &&
               (rest.substr(0, 3) == "\xe2\x80\xa8" || rest.substr(0, 3) == "\xe2\x80\xa9")) {
      position += 4;
    } else {
      break;
    }
  }
  return static_cast<uint32_t>(position);
}

/** Reads a character of at most four bytes, not minding what it is. */
uint32_t read_limited(std::string_view text, uint32_t* length) {
  const uint8_t first = static_cast<uint8_t>(text[0]);
  *length = 1;
  if (first < 0xc0) return first;
  uint32_t character = first < 0xe0   ? first & 0x1fu
                       : first < 0xf0 ? first & 0x0fu
                       : first < 0xf8 ? first & 0x07u
                       : first < 0xfc ? first & 0x03u
                       : first < 0xfe ? first & 0x01u
                                      : 0;
  while (*length < 4 && *length < text.size() && (text[*length] & 0xc0) == 0x80) {
    character = (character << 6) + (static_cast<uint8_t>(text[*length]) & 0x3fu);
    (*length)++;
  }
  return character;
}

/** The next character of a label; 0 at its end. */
uint32_t next_label_character(std::string_view* label, bool is_raw) {
  if (label->empty()) return 0;
  uint32_t length;
  const bool is_escape = !is_raw && (*label)[0] == '\\';
  const uint32_t character = is_escape ? read_escape(*label, &length) : read_limited(*label, &length);
  label->remove_prefix(length);
  return character;
}

// ---------------------------------------------------------------- complete checks

class Checker {
 public:
  explicit Checker(View view) : view_(view) {}

  uint32_t check(const Element& element, uint32_t depth) const {
    if (depth > kDepthLimit) return element.start + 1;
    switch (static_cast<Type>(element.type)) {
      case Type::kNull:
      case Type::kTrue:
      case Type::kFalse:
        return element.header + element.payload == 1 ? 0 : element.start + 1;
      case Type::kInteger:
        return check_integer(element);
      case Type::kInteger5:
        return check_hex_integer(element);
      case Type::kReal:
      case Type::kReal5:
        return check_real(element, element.is(Type::kReal5));
      case Type::kText:
        return check_plain_text(element);
      case Type::kTextEscaped:
      case Type::kText5:
        return check_escaped_text(element, element.is(Type::kText5));
      case Type::kTextRaw:
        return 0;
      case Type::kArray:
      case Type::kObject:
        return check_container(element, depth);
    }
    return element.start + 1;
  }

 private:
  char at(uint32_t position) const {
    return position < view_.size ? static_cast<char>(view_.data[position]) : '\0';
  }

  uint32_t check_integer(const Element& element) const {
    if (element.payload < 1) return element.start + 1;
    uint32_t position = element.body();
    if (at(position) == '-') {
      position++;
      if (element.payload < 2) return element.start + 1;
    }
    for (; position < element.end(); position++) {
      if (!is_digit(at(position))) return position + 1;
    }
    return 0;
  }

  uint32_t check_hex_integer(const Element& element) const {
    if (element.payload < 3) return element.start + 1;
    uint32_t position = element.body();
    if (at(position) == '-') {
      if (element.payload < 4) return element.start + 1;
      position++;
    }
    if (at(position) != '0') return element.start + 1;
    if (at(position + 1) != 'x' && at(position + 1) != 'X') return position + 2;
    for (position += 2; position < element.end(); position++) {
      if (!is_hex(at(position))) return position + 1;
    }
    return 0;
  }

  uint32_t check_real(const Element& element, bool allows_bare_point) const {
    if (element.payload < 2) return element.start + 1;
    uint32_t position = element.body();
    const uint32_t end = element.end();
    bool has_point = false, has_exponent = false;
    if (at(position) == '-') {
      position++;
      if (element.payload < 3) return element.start + 1;
    }
    if (at(position) == '.') {
      if (!allows_bare_point || !is_digit(at(position + 1))) return position + 1;
      position += 2;
      has_point = true;
    } else if (at(position) == '0' && !allows_bare_point) {
      const char next = at(position + 1);
      if (position + 3 > end || (next != '.' && next != 'e' && next != 'E')) return position + 1;
      position++;
    }
    for (; position < end; position++) {
      const char byte = at(position);
      if (is_digit(byte)) continue;
      if (byte == '.') {
        if (has_point || has_exponent) return position + 1;
        if (!allows_bare_point && (position == end - 1 || !is_digit(at(position + 1)))) return position + 1;
        has_point = true;
      } else if (byte == 'e' || byte == 'E') {
        if (has_exponent || position == end - 1) return position + 1;
        if (at(position + 1) == '+' || at(position + 1) == '-') {
          position++;
          if (position == end - 1) return position + 1;
        }
        has_exponent = true;
      } else {
        return position + 1;
      }
    }
    return has_point || has_exponent ? 0 : element.start + 1;
  }

  uint32_t check_plain_text(const Element& element) const {
    for (uint32_t position = element.body(); position < element.end(); position++) {
      const uint8_t byte = view_.data[position];
      if (!is_plain(byte) && byte != '\'') return position + 1;
    }
    return 0;
  }

  uint32_t check_escaped_text(const Element& element, bool is_json5) const {
    const uint32_t end = element.end();
    for (uint32_t position = element.body(); position < end; position++) {
      const uint8_t byte = view_.data[position];
      if (is_plain(byte) || byte == '\'') continue;
      if (byte == '"' || byte <= 0x1f) {
        if (!is_json5) return position + 1;
        continue;
      }
      if (position + 1 >= end) return position + 1;
      const char kind = at(position + 1);
      if (kind != '\0' && std::strchr("\"\\/bfnrt", kind)) {
        position++;
      } else if (kind == 'u') {
        if (position + 5 >= end) return position + 1;
        for (uint32_t digit = 2; digit < 6; digit++) {
          if (!is_hex(at(position + digit))) return position + 1;
        }
        position++;
      } else if (kind == '\0') {
        // SQLite's search for the escape finds the terminator of its list.
        position++;
      } else if (!is_json5) {
        return position + 1;
      } else {
        uint32_t length;
        const std::string_view rest(reinterpret_cast<const char*>(view_.data) + position, end - position);
        if (read_escape(rest, &length) == kInvalidCharacter) return position + 1;
        position += length - 1;
      }
    }
    return 0;
  }

  uint32_t check_container(const Element& element, uint32_t depth) const {
    uint32_t count = 0;
    uint32_t position = element.body();
    while (position < element.end()) {
      Element child;
      if (!read_element(view_, position, &child) || child.end() > element.end()) return position + 1;
      const bool is_label = element.is(Type::kObject) && count % 2 == 0;
      if (is_label && !child.is_text()) return position + 1;
      const uint32_t error = check(child, depth + 1);
      if (error != 0) return error;
      count++;
      position = child.end();
    }
    return element.is(Type::kObject) && count % 2 != 0 ? position + 1 : 0;
  }

  View view_;
};

}  // namespace

bool read_long_element(View view, uint32_t position, Element* element) {
  const uint8_t* const bytes = view.data + position;
  const uint32_t available = view.size - position;
  const uint32_t code = bytes[0] >> 4;
  ASSERT(code > 11);
  const uint32_t header = code == 12 ? 2 : code == 13 ? 3 : code == 14 ? 5 : 9;
  *element = {static_cast<uint8_t>(bytes[0] & 15), position, header, 0};
  if (available < header) return false;
  const uint64_t payload = header == 2   ? bytes[1]
                           : header == 3 ? load_be16(bytes + 1)
                           : header == 5 ? load_be32(bytes + 1)
                                         : load_be64(bytes + 1);
  if (payload > available - header) return false;
  element->payload = static_cast<uint32_t>(payload);
  return true;
}

uint32_t write_header(Type type, uint64_t payload, uint8_t* header) {
  const uint8_t low = static_cast<uint8_t>(type);
  if (payload <= 11) {
    header[0] = static_cast<uint8_t>(payload << 4 | low);
    return 1;
  }
  if (payload <= 0xff) {
    header[0] = 0xc0 | low;
    header[1] = static_cast<uint8_t>(payload);
    return 2;
  }
  if (payload <= 0xffff) {
    header[0] = 0xd0 | low;
    store_be16(header + 1, static_cast<uint16_t>(payload));
    return 3;
  }
  header[0] = 0xe0 | low;
  store_be32(header + 1, static_cast<uint32_t>(payload));
  return 5;
}

Status append_header(Type type, uint64_t payload, Buffer* output) {
  if (payload > UINT32_MAX) return Code::kToobig;
  uint8_t header[kLongestHeader];
  return output->append(header, write_header(type, payload, header));
}

Status append_element(Type type, std::string_view payload, Buffer* output) {
  if (payload.size() > UINT32_MAX) return Code::kToobig;
  const size_t start = output->size();
  RETURN_IF_ERROR(output->resize(start + kLongestHeader + payload.size()));
  const uint32_t header = write_header(type, payload.size(), output->data() + start);
  if (!payload.empty()) std::memcpy(output->data() + start + header, payload.data(), payload.size());
  return output->resize(start + header + payload.size());
}

bool looks_like_jsonb(View view) {
  Element element;
  if (!read_element(view, 0, &element) || element.end() != view.size) return false;
  if (element.type > static_cast<uint8_t>(Type::kObject)) return false;
  if (element.type <= static_cast<uint8_t>(Type::kFalse) && element.payload != 0) return false;
  const char first = static_cast<char>(view.data[0]);
  const bool may_be_text = element.payload <= 7 && (first == '{' || first == '[' || is_digit(first));
  return !may_be_text || find_error(view, element, 1) == 0;
}

uint32_t find_error(View view, const Element& element, uint32_t depth) {
  return Checker(view).check(element, depth);
}

uint32_t count_elements(View view, const Element& array) {
  uint32_t count = 0;
  for (uint32_t position = array.body(); position < array.end(); count++) {
    Element element;
    if (!read_element(view, position, &element)) return count + 1;
    position = element.end();
  }
  return count;
}

uint32_t read_escape(std::string_view text, uint32_t* length) {
  *length = static_cast<uint32_t>(text.size());
  if (text.size() < 2) return kInvalidCharacter;
  const char kind = text[1];
  if (kind == 'u') {
    if (text.size() < 6) return kInvalidCharacter;
    const uint32_t unit = loose_hex4(text.substr(2));
    *length = 6;
    if ((unit & 0xfc00) != 0xd800 || text.size() < 12 || text[6] != '\\' || text[7] != 'u') return unit;
    const uint32_t low = loose_hex4(text.substr(8));
    if ((low & 0xfc00) != 0xdc00) return unit;
    *length = 12;
    return ((unit & 0x3ff) << 10) + (low & 0x3ff) + 0x10000;
  }
  if (kind == 'x') {
    if (text.size() < 4) return kInvalidCharacter;
    *length = 4;
    return loose_hex(text[2]) << 4 | loose_hex(text[3]);
  }
  if (kind == '\n' || kind == '\r' || kind == '\xe2') {
    const uint32_t skipped = skipped_line_ends(text);
    if (skipped == 0) return kInvalidCharacter;
    if (skipped == text.size()) return 0;
    uint32_t rest_length;
    const std::string_view rest = text.substr(skipped);
    const uint32_t character =
        rest[0] == '\\' ? read_escape(rest, &rest_length) : read_limited(rest, &rest_length);
    *length = skipped + rest_length;
    return character;
  }
  *length = 2;
  static constexpr std::string_view kKinds = "bfnrtv'\"/\\";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t\v'\"/\\";
  const size_t index = kKinds.find(kind);
  if (index != std::string_view::npos) return static_cast<uint8_t>(kMeanings[index]);
  if (kind == '0') return text.size() > 2 && is_digit(text[2]) ? kInvalidCharacter : 0;
  return kInvalidCharacter;
}

bool equal_escaped_labels(std::string_view left, bool left_is_raw, std::string_view right,
                          bool right_is_raw) {
  for (;;) {
    const uint32_t character = next_label_character(&left, left_is_raw);
    if (character != next_label_character(&right, right_is_raw)) return false;
    if (character == 0) return true;
  }
}

std::string_view type_name(uint8_t type) {
  static constexpr std::string_view kNames[] = {"null", "true",  "false", "integer", "integer",
                                                "real", "real",  "text",  "text",    "text",
                                                "text", "array", "object"};
  return type < std::size(kNames) ? kNames[type] : std::string_view("");
}

}  // namespace ringlite::json
