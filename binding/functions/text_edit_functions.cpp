// Functions that build text: substr, replace, trim, concat, unistr, quote, printf.
#include <cstring>

#include "base/utf.h"
#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/format.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

/** The part of `text` that remains after skipping `count` characters. */
std::string_view skip_characters(std::string_view text, int64_t count) {
  const uint8_t* const start = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* const end = start + text.size();
  const uint8_t* cursor = start;
  for (; count > 0 && cursor < end; count--) cursor = skip_utf8(cursor, end);
  return text.substr(static_cast<size_t>(cursor - start));
}

size_t count_characters(std::string_view text) {
  return count_utf8(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

struct Slice {
  int64_t start;   // units to skip
  int64_t length;  // units to take, at most
};

/** What substr's arguments select of `size` units (needed for a negative start only). */
Slice resolve_slice(int64_t start, int64_t length, int64_t size) {
  if (start < 0) {
    start += size;
    if (start < 0) {
      length = length < 0 ? 0 : length + start;
      start = 0;
    }
  } else if (start > 0) {
    start--;
  } else if (length > 0) {
    // Position 0 is one before the first unit and takes one off the length.
    length--;
  }
  if (length < 0) {
    // A negative length takes the units before the start.
    length = length < -start ? start : -length;
    start -= length;
  }
  return {start, length};
}

enum TrimSides : uint8_t { kLeft = 1, kRight = 2 };

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}
bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

/** The first character of `set` that is at the given end of `text`; empty when none is. */
std::string_view character_at_end(std::string_view text, std::string_view set,
                                  bool (*is_at_end)(std::string_view, std::string_view)) {
  while (!set.empty()) {
    const std::string_view rest = skip_characters(set, 1);
    const std::string_view character = set.substr(0, set.size() - rest.size());
    if (is_at_end(text, character)) return character;
    set = rest;
  }
  return {};
}

Status trim(FunctionContext& context, int argument_count, const Value* arguments, int sides) {
  TextArgument input, characters;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  std::string_view set = " ";
  if (argument_count == 2) {
    RETURN_IF_ERROR(characters.init(context, arguments[1]));
    if (characters.is_null()) return kOk;
    set = characters.until_nul();
  }
  std::string_view text = input.text();
  while ((sides & kLeft) && !text.empty()) {
    const std::string_view character = character_at_end(text, set, starts_with);
    if (character.empty()) break;
    text.remove_prefix(character.size());
  }
  while ((sides & kRight) && !text.empty()) {
    const std::string_view character = character_at_end(text, set, ends_with);
    if (character.empty()) break;
    text.remove_suffix(character.size());
  }
  return context.return_text(text);
}

Status concatenate(FunctionContext& context, std::string_view separator, int argument_count,
                   const Value* arguments) {
  Buffer text;
  bool is_first = true;
  for (int index = 0; index < argument_count; index++) {
    TextArgument piece;
    RETURN_IF_ERROR(piece.init(context, arguments[index]));
    if (piece.is_null()) continue;
    if (!is_first) RETURN_IF_ERROR(text.append(separator));
    RETURN_IF_ERROR(text.append(piece.text()));
    if (text.size() > context.length_limit()) return Code::kToobig;
    is_first = false;
  }
  return context.return_text(std::move(text));
}

/** Reads `count` hex digits at the start of `text`; -1 when there aren't as many. */
int64_t read_hex(std::string_view text, size_t count) {
  if (text.size() < count) return -1;
  int64_t value = 0;
  for (size_t index = 0; index < count; index++) {
    const int digit = hex_digit_value(text[index]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/** Reads the escape after a backslash; -1 when it is invalid. `*length` receives its length without the
 * backslash. */
int64_t read_escape(std::string_view text, size_t* length) {
  const char kind = text.empty() ? '\0' : text[0];
  if (hex_digit_value(kind) >= 0) {
    *length = 4;
    return read_hex(text, 4);
  }
  const size_t digits = kind == '+' ? 6 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  *length = digits + 1;
  return digits == 0 ? -1 : read_hex(text.substr(1), digits);
}

Status quote(FunctionContext& context, const Value& value, bool escapes_controls) {
  Buffer text;
  RETURN_IF_ERROR(append_literal(context, value, escapes_controls, &text));
  return context.return_text(std::move(text));
}

}  // namespace

Status substr_function(FunctionContext& context, int argument_count, const Value* arguments) {
  const Value& value = arguments[0];
  if (value.is_null() || (value.is_blob() && value.blob_size() == 0)) return kOk;
  for (int index = 1; index < argument_count; index++) {
    if (arguments[index].is_null()) return kOk;
  }
  const int64_t start = value_as_integer(arguments[1]);
  const int64_t length =
      argument_count == 3 ? value_as_integer(arguments[2]) : static_cast<int64_t>(context.length_limit());
  if (value.is_blob()) {
    BytesArgument bytes;
    RETURN_IF_ERROR(bytes.init(context, value));
    const int64_t size = static_cast<int64_t>(bytes.size());
    Slice slice = resolve_slice(start, length, size);
    if (slice.start >= size) slice = {0, 0};
    slice.length = std::min(slice.length, size - slice.start);
    return context.result->copy_blob(bytes.data() + slice.start, static_cast<uint32_t>(slice.length));
  }
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, value));
  const std::string_view all = text.until_nul();
  const Slice slice =
      resolve_slice(start, length, start < 0 ? static_cast<int64_t>(count_characters(all)) : 0);
  const std::string_view from_start = skip_characters(all, slice.start);
  const std::string_view rest = skip_characters(from_start, slice.length);
  return context.return_text(from_start.substr(0, from_start.size() - rest.size()));
}

Status replace_function(FunctionContext& context, int, const Value* arguments) {
  TextArgument text, pattern, replacement;
  RETURN_IF_ERROR(text.init(context, arguments[0]));
  RETURN_IF_ERROR(pattern.init(context, arguments[1]));
  if (text.is_null() || pattern.is_null()) return kOk;
  if (pattern.until_nul().empty()) return context.return_text(text.text());
  RETURN_IF_ERROR(replacement.init(context, arguments[2]));
  if (replacement.is_null()) return kOk;
  Buffer result;
  RETURN_IF_ERROR(result.reserve(text.size()));
  std::string_view rest = text.text();
  for (size_t found; (found = rest.find(pattern.text())) != std::string_view::npos;) {
    RETURN_IF_ERROR(result.append(rest.substr(0, found)));
    RETURN_IF_ERROR(result.append(replacement.text()));
    if (result.size() > context.length_limit()) return Code::kToobig;
    rest.remove_prefix(found + pattern.size());
  }
  RETURN_IF_ERROR(result.append(rest));
  return context.return_text(std::move(result));
}

Status trim_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return trim(context, argument_count, arguments, kLeft | kRight);
}

Status ltrim_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return trim(context, argument_count, arguments, kLeft);
}

Status rtrim_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return trim(context, argument_count, arguments, kRight);
}

Status concat_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return concatenate(context, "", argument_count, arguments);
}

Status concat_ws_function(FunctionContext& context, int argument_count, const Value* arguments) {
  TextArgument separator;
  RETURN_IF_ERROR(separator.init(context, arguments[0]));
  if (separator.is_null()) return kOk;
  return concatenate(context, separator.text(), argument_count - 1, arguments + 1);
}

Status unistr_function(FunctionContext& context, int, const Value* arguments) {
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, arguments[0]));
  if (text.is_null()) return kOk;
  Buffer result;
  // A backslash counts only up to the first NUL; what follows is taken as it is.
  const size_t escapes_end = text.until_nul().size();
  std::string_view rest = text.text().substr(0, escapes_end);
  for (size_t found; (found = rest.find('\\')) != std::string_view::npos;) {
    RETURN_IF_ERROR(result.append(rest.substr(0, found)));
    rest.remove_prefix(found + 1);
    if (!rest.empty() && rest[0] == '\\') {
      RETURN_IF_ERROR(result.append_byte('\\'));
      rest.remove_prefix(1);
      continue;
    }
    size_t length;
    const int64_t character = read_escape(rest, &length);
    if (character < 0) return context.fail("invalid Unicode escape");
    uint8_t bytes[4];
    RETURN_IF_ERROR(
        result.append(bytes, static_cast<size_t>(write_utf8(static_cast<uint32_t>(character), bytes))));
    rest.remove_prefix(length);
  }
  RETURN_IF_ERROR(result.append(rest));
  RETURN_IF_ERROR(result.append(text.text().substr(escapes_end)));
  return context.return_text(std::move(result));
}

Status quote_function(FunctionContext& context, int, const Value* arguments) {
  return quote(context, arguments[0], false);
}

Status unistr_quote_function(FunctionContext& context, int, const Value* arguments) {
  return quote(context, arguments[0], true);
}

Status printf_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count == 0) return kOk;
  TextArgument format;
  RETURN_IF_ERROR(format.init(context, arguments[0]));
  if (format.is_null()) return kOk;
  Buffer text;
  bool has_output;
  RETURN_IF_ERROR(
      format_arguments(context, format.until_nul(), argument_count - 1, arguments + 1, &text, &has_output));
  return has_output ? context.return_text(std::move(text)) : kOk;
}

}  // namespace ringlite
