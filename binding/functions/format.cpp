#include "functions/format.h"

#include <algorithm>

#include "base/utf.h"
#include "functions/arguments.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

/** One conversion of a format: %[flags][width][.precision][l|ll]type. */
struct Conversion {
  bool is_left_justified = false;
  bool is_alternate = false;       // '#'
  bool counts_characters = false;  // '!'
  bool pads_with_zeros = false;
  bool has_thousands = false;  // ','
  char positive_sign = '\0';
  int32_t width = 0;
  int32_t precision = -1;  // -1: not given
  char type = '\0';        // '\0': the format ended within the conversion
};

/** Appends text, minding the limit on the length of strings (a terminator counts). */
class Output {
 public:
  Output(Buffer* text, uint64_t limit) : text_(text), limit_(limit) {}

  Status append(std::string_view piece) {
    is_used_ = true;
    RETURN_IF_ERROR(check(piece.size()));
    return text_->append(piece);
  }
  Status fill(char byte, int64_t count) {
    if (count <= 0) return kOk;
    RETURN_IF_ERROR(check(static_cast<uint64_t>(count)));
    return text_->append_fill(static_cast<uint8_t>(byte), static_cast<size_t>(count));
  }
  Status check(uint64_t added) const {
    return text_->size() + added + 1 > limit_ ? Status(Code::kToobig) : kOk;
  }
  uint64_t limit() const { return limit_; }
  Buffer* text() {
    is_used_ = true;
    return text_;
  }
  /** Whether anything was appended, be it empty text. */
  bool is_used() const { return is_used_; }

 private:
  bool is_used_ = false;
  Buffer* text_;
  uint64_t limit_;
};

class Formatter {
 public:
  Formatter(FunctionContext& context, std::string_view format, int argument_count, const Value* arguments,
            Buffer* text)
      : context_(context),
        format_(format),
        arguments_(arguments),
        arguments_left_(argument_count),
        output_(text, context.length_limit()) {}

  Status run(bool* has_output) {
    const Status status = run_conversions();
    *has_output = output_.is_used();
    return status;
  }

 private:
  Status run_conversions() {
    while (position_ < format_.size()) {
      const size_t percent = std::min(format_.find('%', position_), format_.size());
      if (percent != position_)
        RETURN_IF_ERROR(output_.append(format_.substr(position_, percent - position_)));
      if (percent == format_.size()) break;
      position_ = percent + 1;
      if (position_ == format_.size()) return output_.append("%");
      const Conversion conversion = read_conversion();
      bool goes_on = true;
      RETURN_IF_ERROR(convert(conversion, &goes_on));
      if (!goes_on) break;
    }
    return kOk;
  }

  char current() const { return position_ < format_.size() ? format_[position_] : '\0'; }

  const Value& next_argument() {
    static const Value kNone;
    if (arguments_left_ == 0) return kNone;
    arguments_left_--;
    return *arguments_++;
  }

  /** Digits as a number that wraps around at 32 bits and loses its sign, as SQLite reads widths. */
  int32_t read_number() {
    uint32_t number = 0;
    for (; is_digit(current()); position_++) number = number * 10 + static_cast<uint32_t>(current() - '0');
    return static_cast<int32_t>(number & 0x7fffffff);
  }

  int32_t next_width() { return static_cast<int32_t>(value_as_integer(next_argument())); }

  /** Reads one flag; false at the first character that is none. */
  bool read_flag(Conversion* conversion) {
    switch (current()) {
      case '-':
        conversion->is_left_justified = true;
        break;
      case '+':
      case ' ':
        conversion->positive_sign = current();
        break;
      case '#':
        conversion->is_alternate = true;
        break;
      case '!':
        conversion->counts_characters = true;
        break;
      case '0':
        conversion->pads_with_zeros = true;
        break;
      case ',':
        conversion->has_thousands = true;
        break;
      default:
        return false;
    }
    position_++;
    return true;
  }

  void read_star_width(Conversion* conversion) {
    position_++;
    const int32_t width = next_width();
    if (width < 0) conversion->is_left_justified = true;
    conversion->width = width >= 0 ? width : width == INT32_MIN ? 0 : -width;
  }

  void read_precision(Conversion* conversion) {
    position_++;
    if (current() != '*') {
      conversion->precision = read_number();
      return;
    }
    position_++;
    const int32_t precision = next_width();
    conversion->precision = precision >= 0 ? precision : precision == INT32_MIN ? -1 : -precision;
  }

  /** Flags may stand after a '*' width or before a width, in any number; a number or a precision ends them.
   */
  Conversion read_conversion() {
    Conversion conversion;
    for (;;) {
      if (read_flag(&conversion)) continue;
      if (current() == '*') {
        read_star_width(&conversion);
        if (current() != '.' && current() != 'l') break;
      } else if (current() >= '1' && current() <= '9') {
        conversion.width = read_number();
        if (current() != '.' && current() != 'l') break;
      } else if (current() == '.') {
        read_precision(&conversion);
        if (current() != 'l') break;
      } else if (current() == 'l') {
        position_++;
        if (current() == 'l') position_++;
        break;
      } else {
        break;
      }
    }
    conversion.type = current();
    if (position_ < format_.size()) position_++;
    return conversion;
  }

  Status convert(const Conversion& conversion, bool* goes_on) {
    switch (conversion.type) {
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
      case 'p':
      case 'r':
        return convert_integer(conversion);
      case 'f':
      case 'e':
      case 'E':
      case 'g':
      case 'G':
        return convert_real(conversion);
      case 's':
      case 'z':
        return convert_text(conversion);
      case 'q':
      case 'Q':
      case 'w':
        return convert_quoted(conversion);
      case 'c':
        return convert_character(conversion);
      case '%':
        return pad("%", conversion.width, conversion);
      case 'n':
        return output_.append("");
      default:
        *goes_on = false;
        return kOk;
    }
  }

  Status pad(std::string_view piece, int64_t width, const Conversion& conversion) {
    const int64_t padding = width - static_cast<int64_t>(piece.size());
    if (!conversion.is_left_justified) RETURN_IF_ERROR(output_.fill(' ', padding));
    RETURN_IF_ERROR(output_.append(piece));
    return conversion.is_left_justified ? output_.fill(' ', padding) : kOk;
  }

  /** Pads a piece of text, whose width counts characters when the conversion says so. */
  Status pad_text(std::string_view piece, int64_t width, bool counts_characters,
                  const Conversion& conversion) {
    if (counts_characters && width > 0) {
      width += std::count_if(piece.begin(), piece.end(), [](char byte) { return (byte & 0xc0) == 0x80; });
    }
    return pad(piece, width, conversion);
  }

  Status convert_integer(const Conversion& conversion);
  Status append_grouped(int64_t zeros, std::string_view digits);
  Status convert_real(const Conversion& conversion);
  Status convert_text(const Conversion& conversion);
  Status convert_quoted(const Conversion& conversion);
  Status convert_character(const Conversion& conversion);

  FunctionContext& context_;
  std::string_view format_;
  const Value* arguments_;
  int arguments_left_;
  Output output_;
  size_t position_ = 0;
};

struct IntegerForm {
  uint32_t base;
  bool is_signed;
  bool is_ordinal;
  bool allows_thousands;
  const char* digits;
  const char* prefix;  // of the alternate form
};

IntegerForm integer_form(char type) {
  static const char kLower[] = "0123456789abcdef";
  static const char kUpper[] = "0123456789ABCDEF";
  switch (type) {
    case 'x':
      return {16, false, false, false, kLower, "0x"};
    case 'p':
      return {16, false, false, false, kUpper, "0x"};
    case 'X':
      return {16, false, false, false, kUpper, "0X"};
    case 'o':
      return {8, false, false, false, kLower, "0"};
    case 'r':
      return {10, true, true, false, kLower, ""};
    case 'u':
      return {10, false, false, true, kLower, ""};
    default:
      return {10, true, false, true, kLower, ""};
  }
}

std::string_view ordinal_suffix(uint64_t magnitude) {
  static constexpr std::string_view kSuffixes[] = {"th", "st", "nd", "rd"};
  const uint64_t last = magnitude % 10;
  return kSuffixes[last >= 4 || magnitude / 10 % 10 == 1 ? 0 : last];
}

Status Formatter::convert_integer(const Conversion& conversion) {
  const IntegerForm form = integer_form(conversion.type);
  const int64_t value = value_as_integer(next_argument());
  const bool is_negative = form.is_signed && value < 0;
  const uint64_t magnitude = is_negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  const char sign = is_negative ? '-' : form.is_signed ? conversion.positive_sign : '\0';
  int64_t precision = conversion.precision;
  if (conversion.pads_with_zeros) precision = std::max<int64_t>(precision, conversion.width - (sign != '\0'));
  const bool has_thousands = conversion.has_thousands && form.allows_thousands;
  // SQLite needs a buffer of that size for long ones.
  constexpr int64_t kBuffered = 37;
  if (precision >= kBuffered &&
      static_cast<uint64_t>(precision + 10 + (has_thousands ? precision / 3 : 0)) > output_.limit()) {
    return Code::kToobig;
  }

  char digits[32];
  char* cursor = digits + sizeof digits;
  uint64_t rest = magnitude;
  do {
    *--cursor = form.digits[rest % form.base];
    rest /= form.base;
  } while (rest != 0);
  const std::string_view significant(cursor, static_cast<size_t>(digits + sizeof digits - cursor));
  const std::string_view suffix = form.is_ordinal ? ordinal_suffix(magnitude) : std::string_view();

  char prefix[4];
  size_t prefix_size = 0;
  if (conversion.is_alternate && magnitude != 0) {
    for (const char* next = form.prefix; *next; next++) prefix[prefix_size++] = *next;
  }
  if (sign) prefix[prefix_size++] = sign;
  const int64_t zeros =
      std::max<int64_t>(precision - static_cast<int64_t>(significant.size() + suffix.size()), 0);
  const int64_t length = zeros + static_cast<int64_t>(significant.size());
  const int64_t separators = has_thousands ? (length - 1) / 3 : 0;
  const int64_t size = static_cast<int64_t>(prefix_size + suffix.size()) + length + separators;
  const int64_t padding = conversion.width - size;
  if (!conversion.is_left_justified) RETURN_IF_ERROR(output_.fill(' ', padding));
  RETURN_IF_ERROR(output_.append({prefix, prefix_size}));
  if (has_thousands) {
    RETURN_IF_ERROR(append_grouped(zeros, significant));
  } else {
    RETURN_IF_ERROR(output_.fill('0', zeros));
    RETURN_IF_ERROR(output_.append(significant));
  }
  if (!suffix.empty()) RETURN_IF_ERROR(output_.append(suffix));
  return conversion.is_left_justified ? output_.fill(' ', padding) : kOk;
}

/** Digits after `zeros` zeros, in groups of three. */
Status Formatter::append_grouped(int64_t zeros, std::string_view digits) {
  const int64_t length = zeros + static_cast<int64_t>(digits.size());
  for (int64_t index = 0; index < length; index++) {
    const char digit = index < zeros ? '0' : digits[static_cast<size_t>(index - zeros)];
    RETURN_IF_ERROR(output_.append({&digit, 1}));
    const int64_t left = length - 1 - index;
    if (left > 0 && left % 3 == 0) RETURN_IF_ERROR(output_.append(","));
  }
  return kOk;
}

Status Formatter::convert_real(const Conversion& conversion) {
  RealFormat format;
  format.conversion = conversion.type == 'E' ? 'e' : conversion.type == 'G' ? 'g' : conversion.type;
  format.exponent_letter = conversion.type == 'E' || conversion.type == 'G' ? 'E' : 'e';
  if (conversion.precision >= 0) format.precision = conversion.precision;
  format.width = conversion.width;
  format.positive_sign = conversion.positive_sign;
  format.is_alternate = conversion.is_alternate;
  format.is_exact = conversion.counts_characters;
  format.pads_with_zeros = conversion.pads_with_zeros;
  format.is_left_justified = conversion.is_left_justified;
  format.has_thousands = conversion.has_thousands;
  return append_real(value_as_real(next_argument()), format, output_.limit(), output_.text());
}

/** The first `count` characters of `text`. */
std::string_view first_characters(std::string_view text, int64_t count) {
  const uint8_t* const start = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* const end = start + text.size();
  const uint8_t* cursor = start;
  for (; count > 0 && cursor < end; count--) cursor = skip_utf8(cursor, end);
  return text.substr(0, static_cast<size_t>(cursor - start));
}

Status Formatter::convert_text(const Conversion& conversion) {
  TextArgument argument;
  RETURN_IF_ERROR(argument.init(context_, next_argument()));
  std::string_view text = argument.until_nul();
  if (conversion.precision >= 0) {
    text = conversion.counts_characters ? first_characters(text, conversion.precision)
                                        : text.substr(0, static_cast<size_t>(conversion.precision));
  }
  return pad_text(text, conversion.width, conversion.counts_characters, conversion);
}

Status Formatter::convert_character(const Conversion& conversion) {
  TextArgument argument;
  RETURN_IF_ERROR(argument.init(context_, next_argument()));
  const std::string_view text = argument.until_nul();
  // No character at all is shown as a NUL byte.
  std::string_view character("\0", 1);
  if (!text.empty()) {
    size_t length = 1;
    if ((text[0] & 0xc0) == 0xc0) {
      while (length < 4 && length < text.size() && (text[length] & 0xc0) == 0x80) length++;
    }
    character = text.substr(0, length);
  }
  int64_t width = conversion.width;
  if (conversion.precision > 1) {
    const int64_t repeats = conversion.precision - 1;
    width -= repeats;
    if (width > 1 && !conversion.is_left_justified) {
      RETURN_IF_ERROR(output_.fill(' ', width - 1));
      width = 0;
    }
    RETURN_IF_ERROR(output_.check(static_cast<uint64_t>(repeats) * character.size()));
    for (int64_t count = 0; count < repeats; count++) RETURN_IF_ERROR(output_.append(character));
  }
  return pad_text(character, width, true, conversion);
}

bool is_control(char byte) { return static_cast<uint8_t>(byte) <= 0x1f; }

/** Appends `text` with `quote` doubled, and control characters and backslashes written for unistr(). */
Status append_escaped(std::string_view text, char quote, bool escapes_controls, Buffer* output) {
  for (const char byte : text) {
    if (escapes_controls && is_control(byte)) {
      static constexpr char kDigits[] = "0123456789abcdef";
      const char escape[] = {'\\', 'u', '0', '0', byte >= 0x10 ? '1' : '0', kDigits[byte & 15]};
      RETURN_IF_ERROR(output->append(escape, sizeof escape));
      continue;
    }
    RETURN_IF_ERROR(output->append_byte(static_cast<uint8_t>(byte)));
    if (byte == quote || (escapes_controls && byte == '\\'))
      RETURN_IF_ERROR(output->append_byte(static_cast<uint8_t>(byte)));
  }
  return kOk;
}

/** %Q: a text literal, or a call of unistr() when control characters are to be escaped and there are any. */
Status append_text_literal(std::string_view text, bool escapes_controls, Buffer* output) {
  const bool is_call = escapes_controls && std::any_of(text.begin(), text.end(), is_control);
  RETURN_IF_ERROR(output->append(is_call ? "unistr('" : "'"));
  RETURN_IF_ERROR(append_escaped(text, '\'', is_call, output));
  return output->append(is_call ? "')" : "'");
}

Status Formatter::convert_quoted(const Conversion& conversion) {
  TextArgument argument;
  RETURN_IF_ERROR(argument.init(context_, next_argument()));
  std::string_view text =
      argument.is_null() ? (conversion.type == 'Q' ? "NULL" : "(NULL)") : argument.until_nul();
  if (conversion.precision >= 0) {
    text = conversion.counts_characters ? first_characters(text, conversion.precision)
                                        : text.substr(0, static_cast<size_t>(conversion.precision));
  }
  Buffer quoted;
  if (conversion.type == 'Q' && !argument.is_null()) {
    RETURN_IF_ERROR(append_text_literal(text, conversion.is_alternate, &quoted));
  } else {
    const bool is_identifier = conversion.type == 'w';
    RETURN_IF_ERROR(
        append_escaped(text, is_identifier ? '"' : '\'', conversion.is_alternate && !is_identifier, &quoted));
  }
  return pad_text(quoted.text(), conversion.width, conversion.counts_characters, conversion);
}

Status append_blob_literal(FunctionContext& context, const Value& value, Buffer* text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  BytesArgument blob;
  RETURN_IF_ERROR(blob.init(context, value));
  if (2 * blob.size() + 4 > context.length_limit()) return Code::kToobig;
  RETURN_IF_ERROR(text->append("X'"));
  for (size_t index = 0; index < blob.size(); index++) {
    const uint8_t byte = blob.data()[index];
    const char pair[] = {kDigits[byte >> 4], kDigits[byte & 15]};
    RETURN_IF_ERROR(text->append(pair, 2));
  }
  return text->append("'");
}

}  // namespace

Status format_arguments(FunctionContext& context, std::string_view format, int argument_count,
                        const Value* arguments, Buffer* text, bool* has_output) {
  return Formatter(context, format, argument_count, arguments, text).run(has_output);
}

Status append_literal(FunctionContext& context, const Value& value, bool escapes_controls, Buffer* text) {
  switch (value.type()) {
    case ValueType::kNull:
      return text->append("NULL");
    case ValueType::kInteger: {
      char digits[kNumberTextCapacity];
      return text->append(digits, integer_to_text(value.integer(), digits));
    }
    case ValueType::kReal: {
      RealFormat format;
      format.precision = 17;
      format.is_exact = true;
      format.pads_with_zeros = true;
      return append_real(value.real(), format, context.length_limit(), text);
    }
    case ValueType::kBlob:
      return append_blob_literal(context, value, text);
    case ValueType::kText:
      break;
  }
  TextArgument argument;
  RETURN_IF_ERROR(argument.init(context, value));
  return append_text_literal(argument.until_nul(), escapes_controls, text);
}

}  // namespace ringlite
