// Functions that measure, search and recode text. Those that build new text from pieces are in
// text_edit_functions.cpp.
#include <cstring>

#include "base/utf.h"
#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/pattern.h"
#include "record/affinity.h"
#include "record/text_order.h"

namespace ringlite {
namespace {

bool is_continuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/** 1-based position of `needle`, counted in bytes or characters; 0 when it doesn't occur. */
int64_t position_of(const uint8_t* haystack, size_t size, const uint8_t* needle, size_t needle_size,
                    bool counts_characters) {
  if (needle_size == 0) return 1;
  const uint8_t* const end = haystack + size;
  int64_t position = 1;
  for (const uint8_t* cursor = haystack; static_cast<size_t>(end - cursor) >= needle_size; position++) {
    if (*cursor == *needle && std::memcmp(cursor, needle, needle_size) == 0) return position;
    cursor++;
    while (counts_characters && cursor < end && is_continuation(*cursor)) cursor++;
  }
  return 0;
}

template <typename Mapping>
Status map_bytes(FunctionContext& context, const Value& value, Mapping mapping) {
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, value));
  if (text.is_null()) return kOk;
  // SQLite counts the terminator it adds.
  if (text.size() + 1 > context.length_limit()) return Code::kToobig;
  uint8_t* bytes;
  RETURN_IF_ERROR(context.prepare_text(text.size(), &bytes));
  for (size_t index = 0; index < text.size(); index++) bytes[index] = mapping(text.data()[index]);
  return kOk;
}

Status match_arguments(FunctionContext& context, int argument_count, const Value* arguments,
                       PatternRules rules) {
  if (arguments[0].is_blob() || arguments[1].is_blob()) {
    context.result->set_integer(0);
    return kOk;
  }
  TextArgument pattern, text;
  RETURN_IF_ERROR(pattern.init(context, arguments[0]));
  if (pattern.size() > context.environment->limits->like_pattern_length) {
    return context.fail("LIKE or GLOB pattern too complex");
  }
  if (argument_count == 3) {
    TextArgument escape;
    RETURN_IF_ERROR(escape.init(context, arguments[2]));
    if (escape.is_null()) return kOk;
    const std::string_view character = escape.until_nul();
    const uint8_t* cursor = reinterpret_cast<const uint8_t*>(character.data());
    if (count_utf8(cursor, character.size()) != 1)
      return context.fail("ESCAPE expression must be a single character");
    rules.escape = read_utf8(&cursor, cursor + character.size());
    if (rules.escape == rules.any_sequence) rules.any_sequence = 0;
    if (rules.escape == rules.any_character) rules.any_character = 0;
  }
  RETURN_IF_ERROR(text.init(context, arguments[1]));
  if (pattern.is_null() || text.is_null()) return kOk;
  context.result->set_integer(matches_pattern(rules, pattern.until_nul(), text.until_nul()));
  return kOk;
}

bool contains_character(const TextArgument& set, uint32_t character) {
  const uint8_t* const end = set.data() + set.size();
  for (const uint8_t* cursor = set.data(); cursor < end;) {
    if (read_utf8(&cursor, end) == character) return true;
  }
  return false;
}

/** Decodes pairs of hex digits, skipping characters of `skipped` between pairs; false when the text is
 * anything else. */
bool decode_hex(std::string_view hex, const TextArgument& skipped, uint8_t* bytes, uint32_t* size) {
  const uint8_t* cursor = reinterpret_cast<const uint8_t*>(hex.data());
  const uint8_t* const end = cursor + hex.size();
  *size = 0;
  while (cursor < end) {
    const int high = hex_digit_value(static_cast<char>(*cursor));
    if (high < 0) {
      if (!contains_character(skipped, read_utf8(&cursor, end))) return false;
      continue;
    }
    cursor++;
    const int low = cursor < end ? hex_digit_value(static_cast<char>(*cursor)) : -1;
    if (low < 0) return false;
    cursor++;
    bytes[(*size)++] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

/** Soundex digit of a letter; '0' for vowels and the letters that count as such. */
char soundex_digit(char letter) {
  //                                  abcdefghijklmnopqrstuvwxyz
  static constexpr char kDigits[] = "01230120022455012623010202";
  const uint8_t lower = ascii_lower(static_cast<uint8_t>(letter));
  return lower >= 'a' && lower <= 'z' ? kDigits[lower - 'a'] : '0';
}

bool is_letter(char byte) {
  const uint8_t lower = ascii_lower(static_cast<uint8_t>(byte));
  return lower >= 'a' && lower <= 'z';
}

}  // namespace

Status length_function(FunctionContext& context, int, const Value* arguments) {
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  if (value.is_blob()) {
    context.result->set_integer(static_cast<int64_t>(value.blob_size()));
    return kOk;
  }
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, value));
  const std::string_view counted = text.until_nul();
  context.result->set_integer(
      static_cast<int64_t>(count_utf8(reinterpret_cast<const uint8_t*>(counted.data()), counted.size())));
  return kOk;
}

Status octet_length_function(FunctionContext& context, int, const Value* arguments) {
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  uint64_t size = value.blob_size();
  const bool is_wide = context.encoding != TextEncoding::kUtf8;
  if (value.is_text()) {
    if (is_wide) size = utf16_size(value.data(), value.size());
  } else if (value.is_number()) {
    TextArgument text;
    RETURN_IF_ERROR(text.init(context, value));
    size = text.size() * (is_wide ? 2 : 1);
  }
  context.result->set_integer(static_cast<int64_t>(size));
  return kOk;
}

Status instr_function(FunctionContext& context, int, const Value* arguments) {
  if (arguments[0].is_null() || arguments[1].is_null()) return kOk;
  int64_t position;
  if (arguments[0].is_blob() && arguments[1].is_blob()) {
    BytesArgument haystack, needle;
    RETURN_IF_ERROR(haystack.init(context, arguments[0]));
    RETURN_IF_ERROR(needle.init(context, arguments[1]));
    position = position_of(haystack.data(), haystack.size(), needle.data(), needle.size(), false);
  } else {
    TextArgument haystack, needle;
    RETURN_IF_ERROR(haystack.init(context, arguments[0]));
    RETURN_IF_ERROR(needle.init(context, arguments[1]));
    position = position_of(haystack.data(), haystack.size(), needle.data(), needle.size(), true);
  }
  context.result->set_integer(position);
  return kOk;
}

Status unicode_function(FunctionContext& context, int, const Value* arguments) {
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, arguments[0]));
  const std::string_view characters = text.until_nul();
  if (characters.empty()) return kOk;
  const uint8_t* cursor = reinterpret_cast<const uint8_t*>(characters.data());
  context.result->set_integer(read_utf8(&cursor, cursor + characters.size()));
  return kOk;
}

Status char_function(FunctionContext& context, int argument_count, const Value* arguments) {
  uint8_t* bytes;
  RETURN_IF_ERROR(context.prepare_text(4 * static_cast<uint64_t>(argument_count), &bytes));
  uint32_t size = 0;
  for (int index = 0; index < argument_count; index++) {
    const int64_t character = value_as_integer(arguments[index]);
    const bool is_valid = character >= 0 && character <= 0x10ffff;
    size += static_cast<uint32_t>(
        write_utf8(is_valid ? static_cast<uint32_t>(character) : kReplacementCharacter, bytes + size));
  }
  context.result->truncate(size);
  return kOk;
}

Status upper_function(FunctionContext& context, int, const Value* arguments) {
  return map_bytes(context, arguments[0], ascii_upper);
}

Status lower_function(FunctionContext& context, int, const Value* arguments) {
  return map_bytes(context, arguments[0], ascii_lower);
}

Status hex_function(FunctionContext& context, int, const Value* arguments) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  BytesArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (2 * input.size() + 1 > context.length_limit()) return Code::kToobig;
  uint8_t* bytes;
  RETURN_IF_ERROR(context.prepare_text(2 * static_cast<uint64_t>(input.size()), &bytes));
  for (size_t index = 0; index < input.size(); index++) {
    bytes[2 * index] = static_cast<uint8_t>(kDigits[input.data()[index] >> 4]);
    bytes[2 * index + 1] = static_cast<uint8_t>(kDigits[input.data()[index] & 15]);
  }
  return kOk;
}

Status unhex_function(FunctionContext& context, int argument_count, const Value* arguments) {
  TextArgument hex, skipped;
  RETURN_IF_ERROR(hex.init(context, arguments[0]));
  if (argument_count == 2) {
    RETURN_IF_ERROR(skipped.init(context, arguments[1]));
    if (skipped.is_null()) return kOk;
  }
  if (hex.is_null()) return kOk;
  uint8_t* bytes;
  RETURN_IF_ERROR(context.prepare_blob(hex.size() / 2, &bytes));
  uint32_t size;
  if (decode_hex(hex.until_nul(), skipped, bytes, &size)) {
    context.result->truncate(size);
  } else {
    context.result->set_null();
  }
  return kOk;
}

Status soundex_function(FunctionContext& context, int, const Value* arguments) {
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, arguments[0]));
  std::string_view word = text.until_nul();
  while (!word.empty() && !is_letter(word[0])) word.remove_prefix(1);
  if (word.empty()) return context.return_literal("?000");
  char code[4] = {static_cast<char>(ascii_upper(static_cast<uint8_t>(word[0]))), '0', '0', '0'};
  int length = 1;
  char previous = soundex_digit(word[0]);
  for (size_t index = 0; index < word.size() && length < 4; index++) {
    // Bytes beyond ASCII count by their low seven bits.
    const char digit = soundex_digit(static_cast<char>(word[index] & 0x7f));
    if (digit != '0' && digit != previous) code[length++] = digit;
    previous = digit;
  }
  return context.return_text(std::string_view(code, 4));
}

Status like_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return match_arguments(context, argument_count, arguments, kLikeRules);
}

Status case_sensitive_like_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return match_arguments(context, argument_count, arguments, kCaseSensitiveLikeRules);
}

Status glob_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return match_arguments(context, argument_count, arguments, kGlobRules);
}

}  // namespace ringlite
