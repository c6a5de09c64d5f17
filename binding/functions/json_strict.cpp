#include "functions/json_strict.h"

#include <bit>
#include <cstring>

#include "base/endian.h"
#include "functions/jsonb.h"
#include "functions/text_cursor.h"

namespace ringlite::json {
namespace {

/** Deeper texts are left to the other parser. */
constexpr uint32_t kDeepest = 64;
/** Room behind what the rest of the text can need: for headers that are longer than what stands for them in
 * the text (those of open containers are), and for copies of whole words. */
constexpr size_t kSlack = 32;

/** Where reading and writing stand; !input: this is not for this parser. Kept in registers, for what is
 * written could be anything as far as the compiler knows. */
struct Place {
  const char* input;
  uint8_t* output;
};
constexpr Place kNotStrict{nullptr, nullptr};

bool is_space(char byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

const char* skip_space(const char* input, const char* end) {
  while (input != end && is_space(*input)) input++;
  return input;
}

/** The high bit of each byte that ends a run of plain bytes: quotes, backslashes, controls. Bits above the
 * lowest one may be wrong. */
uint64_t find_special(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = kOnes << 7;
  const uint64_t quotes = word ^ (kOnes * '"'), backslashes = word ^ (kOnes * '\\');
  return (((word - kOnes * 0x20) & ~word) | ((quotes - kOnes) & ~quotes) |
          ((backslashes - kOnes) & ~backslashes)) &
         kHigh;
}

const char* skip_plain(const char* input, const char* end) {
  for (; end - input >= 8; input += 8) {
    const uint64_t special = find_special(load_le64(input));
    if (special) return input + (std::countr_zero(special) >> 3);
  }
  while (input != end && static_cast<uint8_t>(*input) >= 0x20 && *input != '"' && *input != '\\') input++;
  return input;
}

/** The end of the escape whose backslash is at `input`, nullptr when it is none of JSON's. */
const char* skip_escape(const char* input, const char* end) {
  if (end - input < 2) return nullptr;
  switch (input[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return input + 2;
    case 'u':
      if (end - input < 6) return nullptr;
      for (int digit = 2; digit < 6; digit++) {
        if (hex_digit_value(input[digit]) < 0) return nullptr;
      }
      return input + 6;
    default:
      return nullptr;
  }
}

/** Writes an element; `end` bounds what may be read behind the payload. */
uint8_t* write_element(Type type, const char* payload, size_t size, const char* end, uint8_t* output) {
  if (size <= kLongestShort) [[likely]] {
    *output++ = static_cast<uint8_t>(size << 4 | static_cast<uint32_t>(type));
    if (end - payload >= 12) [[likely]] {
      std::memcpy(output, payload, 12);
    } else {
      for (size_t index = 0; index < size; index++) output[index] = static_cast<uint8_t>(payload[index]);
    }
    return output + size;
  }
  output += write_header(type, size, output);
  std::memcpy(output, payload, size);
  return output + size;
}

/** Reads a text literal whose opening quote is at `place.input`. */
Place copy_text(Place place, const char* end) {
  const char* const start = place.input + 1;
  Type type = Type::kText;
  for (const char* input = start;;) {
    input = skip_plain(input, end);
    if (input == end) return kNotStrict;
    if (*input == '"') [[likely]]
      return {input + 1, write_element(type, start, static_cast<size_t>(input - start), end, place.output)};
    if (*input != '\\') return kNotStrict;
    type = Type::kTextEscaped;
    input = skip_escape(input, end);
    if (!input) return kNotStrict;
  }
}

const char* skip_digits(const char* input, const char* end) {
  while (input != end && is_digit(*input)) input++;
  return input;
}

Place copy_number(Place place, const char* end) {
  const char* input = place.input + (*place.input == '-');
  const char* const digits = input;
  input = skip_digits(input, end);
  if (input == digits || (*digits == '0' && input - digits > 1)) return kNotStrict;
  Type type = Type::kInteger;
  if (input != end && *input == '.') {
    type = Type::kReal;
    const char* const fraction = ++input;
    input = skip_digits(input, end);
    if (input == fraction) return kNotStrict;
  }
  if (input != end && (*input == 'e' || *input == 'E')) {
    type = Type::kReal;
    input++;
    if (input != end && (*input == '+' || *input == '-')) input++;
    const char* const exponent = input;
    input = skip_digits(input, end);
    if (input == exponent) return kNotStrict;
  }
  const size_t size = static_cast<size_t>(input - place.input);
  return {input, write_element(type, place.input, size, end, place.output)};
}

/** Reads true, false or null. What follows is looked at by the caller, who wants a separator. */
Place copy_word(Place place, const char* end) {
  const std::string_view rest(place.input, static_cast<size_t>(end - place.input));
  const auto take = [&](std::string_view word, Type type) -> Place {
    if (rest.substr(0, word.size()) != word) return kNotStrict;
    *place.output = static_cast<uint8_t>(type);
    return {place.input + word.size(), place.output + 1};
  };
  if (rest[0] == 't') return take("true", Type::kTrue);
  return rest[0] == 'f' ? take("false", Type::kFalse) : take("null", Type::kNull);
}

Place copy_scalar(Place place, const char* end) {
  if (*place.input == '"') return copy_text(place, end);
  return is_digit(*place.input) || *place.input == '-' ? copy_number(place, end) : copy_word(place, end);
}

/** Reads a label, and the colon behind it. */
Place copy_label(Place place, const char* end) {
  place.input = skip_space(place.input, end);
  if (place.input == end || *place.input != '"') return kNotStrict;
  place = copy_text(place, end);
  if (!place.input) return kNotStrict;
  place.input = skip_space(place.input, end);
  if (place.input == end || *place.input != ':') return kNotStrict;
  return {place.input + 1, place.output};
}

/** A container that is being written: `reserved` bytes are kept free for its header. */
struct Container {
  uint8_t* start;
  uint32_t reserved;
  Type type;
  char closing;
};

/** The header of most containers that end with `rest` more bytes of text. */
uint32_t likely_header(size_t rest) { return rest < 0xd0 ? 2 : rest < 0xd000 ? 3 : kLongestHeader; }

/** Writes the header of a container whose payload ends at `output`; returns where it ends now, nullptr when
 * the header is longer than was likely. */
uint8_t* close_container(const Container& container, uint8_t* output) {
  uint8_t* const payload = container.start + container.reserved;
  const size_t size = static_cast<size_t>(output - payload);
  if (size <= kLongestShort) {
    *container.start = static_cast<uint8_t>(size << 4 | static_cast<uint32_t>(container.type));
    uint64_t low;
    uint32_t high;
    std::memcpy(&low, payload, sizeof low);
    std::memcpy(&high, payload + sizeof low, sizeof high);
    std::memcpy(container.start + 1, &low, sizeof low);
    std::memcpy(container.start + 1 + sizeof low, &high, sizeof high);
    return container.start + 1 + size;
  }
  uint8_t header[kLongestHeader];
  const uint32_t header_size = write_header(container.type, size, header);
  if (header_size > container.reserved) return nullptr;
  if (header_size < container.reserved) std::memmove(container.start + header_size, payload, size);
  std::memcpy(container.start, header, header_size);
  return container.start + header_size + size;
}

/** Reads `text`, writing from `output` to at most `limit`. Returns the end of the JSONB, nullptr when this
 * parser cannot say. */
uint8_t* convert(std::string_view text, uint8_t* output, const uint8_t* limit) {
  Container open[kDeepest];
  uint32_t depth = 0;
  const char* const end = text.data() + text.size();
  Place place{text.data(), output};
  for (;;) {
    place.input = skip_space(place.input, end);
    const size_t rest = static_cast<size_t>(end - place.input);
    if (rest == 0 || static_cast<size_t>(limit - place.output) < rest + kSlack) return nullptr;
    const char first = *place.input;
    if (first == '{' || first == '[') {
      if (depth == kDeepest) return nullptr;
      const bool is_object = first == '{';
      const uint32_t reserved = likely_header(rest);
      open[depth++] = is_object ? Container{place.output, reserved, Type::kObject, '}'}
                                : Container{place.output, reserved, Type::kArray, ']'};
      place = {skip_space(place.input + 1, end), place.output + reserved};
      if (place.input == end) return nullptr;
      if (*place.input != open[depth - 1].closing) {
        if (is_object) place = copy_label(place, end);
        if (!place.input) return nullptr;
        continue;
      }
    } else {
      place = copy_scalar(place, end);
      if (!place.input) return nullptr;
    }
    // Behind a value, or at the bracket that ends an empty container.
    for (;;) {
      place.input = skip_space(place.input, end);
      if (place.input == end) return depth == 0 ? place.output : nullptr;
      if (depth == 0) return nullptr;
      const Container& container = open[depth - 1];
      const char separator = *place.input++;
      if (separator == ',') {
        if (container.closing == '}') place = copy_label(place, end);
        if (!place.input) return nullptr;
        break;
      }
      if (separator != container.closing) return nullptr;
      place.output = close_container(container, place.output);
      if (!place.output) return nullptr;
      depth--;
    }
  }
}

}  // namespace

Status parse_strict_text(std::string_view text, Buffer* output, bool* is_parsed) {
  const size_t start = output->size();
  // Numbers of 12 digits and more are the elements that are longer than their text.
  RETURN_IF_ERROR(
      output->reserve(start + text.size() + text.size() / 8 + kDeepest * kLongestHeader + kSlack));
  uint8_t* const end = convert(text, output->data() + start, output->data() + output->capacity());
  *is_parsed = end != nullptr;
  return end ? output->resize(static_cast<size_t>(end - output->data())) : kOk;
}

}  // namespace ringlite::json
