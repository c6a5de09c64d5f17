// Time values: the texts and numbers that date functions take as their first argument.
#include "functions/arguments.h"
#include "functions/date_time.h"
#include "functions/text_cursor.h"
#include "record/affinity.h"

namespace ringlite {

Status require_impure(FunctionContext& context) {
  if (context.pure_use == PureUse::kAnywhere) return kOk;
  const std::string_view place = context.pure_use == PureUse::kCheckConstraint   ? "a CHECK constraint"
                                 : context.pure_use == PureUse::kGeneratedColumn ? "a generated column"
                                                                                 : "an index";
  Buffer message;
  RETURN_IF_ERROR(message.append("non-deterministic use of "));
  RETURN_IF_ERROR(message.append(builtin_function(context.function_id).name));
  RETURN_IF_ERROR(message.append("() in "));
  RETURN_IF_ERROR(message.append(place));
  return context.fail(message.text());
}

Status DateTime::read_arguments(FunctionContext& context, int argument_count, const Value* arguments,
                                bool* is_valid) {
  *this = DateTime();
  *is_valid = false;
  if (argument_count == 0) {
    RETURN_IF_ERROR(require_impure(context));
    return set_now(context, is_valid);
  }
  if (arguments[0].is_number()) {
    set_number(value_as_real(arguments[0]));
  } else {
    TextArgument text;
    RETURN_IF_ERROR(text.init(context, arguments[0]));
    if (text.is_null()) return kOk;
    bool is_parsed = false;
    RETURN_IF_ERROR(parse_value(context, text.until_nul(), &is_parsed));
    if (!is_parsed) return kOk;
  }
  for (int index = 1; index < argument_count; index++) {
    TextArgument modifier;
    RETURN_IF_ERROR(modifier.init(context, arguments[index]));
    if (modifier.is_null()) return kOk;
    bool is_applied = false;
    RETURN_IF_ERROR(apply_modifier(context, modifier.until_nul(), index, &is_applied));
    if (!is_applied) return kOk;
  }
  compute_julian();
  if (is_error_ || !is_valid_julian_ms(julian_ms_)) return kOk;
  // A date such as February 31st, alone, is shown as the day it really is.
  if (argument_count == 1 && has_date_ && day_ > 28) has_date_ = false;
  *is_valid = true;
  return kOk;
}

Status DateTime::set_now(FunctionContext& context, bool* is_valid) {
  julian_ms_ = context.julian_now_ms();
  if (julian_ms_ <= 0) return kOk;
  has_julian_ = true;
  is_utc_ = true;
  is_local_ = false;
  clear_fields();
  *is_valid = true;
  return kOk;
}

/** The number may be a julian day, which it is taken for unless a modifier says otherwise, or unix seconds.
 */
void DateTime::set_number(double number) {
  second_ = number;
  is_number_ = true;
  if (number >= 0.0 && number < 5373484.5) {
    julian_ms_ = static_cast<int64_t>(number * 86400000.0 + 0.5);
    has_julian_ = true;
  }
}

Status DateTime::parse_value(FunctionContext& context, std::string_view text, bool* is_valid) {
  *is_valid = true;
  if (parse_date(text) || parse_time(text)) return kOk;
  if (equals_ignoring_case(text, "now")) {
    *is_valid = false;
    RETURN_IF_ERROR(require_impure(context));
    return set_now(context, is_valid);
  }
  double number;
  const RealText found = parse_real(text, &number);
  if (found.has_number && found.is_whole) {
    set_number(number);
    return kOk;
  }
  *is_valid = false;
  if (equals_ignoring_case(text, "subsec") || equals_ignoring_case(text, "subsecond")) {
    RETURN_IF_ERROR(require_impure(context));
    shows_subseconds_ = true;
    return set_now(context, is_valid);
  }
  return kOk;
}

/** [-]YYYY-MM-DD, perhaps followed by spaces or T and a time. */
bool DateTime::parse_date(std::string_view text) {
  TextCursor cursor(text);
  const bool is_negative = cursor.take('-');
  int year, month, day;
  if (!cursor.read_digits(4, 0, 14712, &year) || !cursor.take('-')) return false;
  if (!cursor.read_digits(2, 1, 12, &month) || !cursor.take('-')) return false;
  if (!cursor.read_digits(2, 1, 31, &day)) return false;
  while (is_space(*cursor) || *cursor == 'T') cursor.advance();
  if (!parse_time(cursor.rest())) {
    if (!cursor.is_at_end()) return false;
    has_time_ = false;
  }
  has_julian_ = false;
  has_date_ = true;
  year_ = is_negative ? -year : year;
  month_ = month;
  day_ = day;
  compute_overflow_days();
  if (zone_minutes_ != 0) compute_julian();
  return true;
}

/** HH:MM[:SS[.FFF]] and a time zone. */
bool DateTime::parse_time(std::string_view text) {
  TextCursor cursor(text);
  int hour, minute, second = 0;
  if (!cursor.read_digits(2, 0, 24, &hour) || !cursor.take(':') || !cursor.read_digits(2, 0, 59, &minute))
    return false;
  double fraction = 0.0;
  if (cursor.take(':')) {
    if (!cursor.read_digits(2, 0, 59, &second)) return false;
    if (*cursor == '.' && is_digit(cursor[1])) {
      double scale = 1.0;
      cursor.advance();
      for (; is_digit(*cursor); cursor.advance()) {
        fraction = fraction * 10.0 + (*cursor - '0');
        scale *= 10.0;
      }
      fraction /= scale;
      // Anything finer would round up to the next second.
      if (fraction > 0.999) fraction = 0.999;
    }
  }
  has_julian_ = false;
  is_number_ = false;
  has_time_ = true;
  hour_ = hour;
  minute_ = minute;
  second_ = second + fraction;
  return parse_zone(cursor.rest());
}

/** Nothing, Z, or +-HH:MM. */
bool DateTime::parse_zone(std::string_view text) {
  TextCursor cursor(text);
  cursor.skip_spaces();
  zone_minutes_ = 0;
  if (*cursor == 'Z' || *cursor == 'z') {
    cursor.advance();
    is_local_ = false;
    is_utc_ = true;
  } else if (*cursor == '+' || *cursor == '-') {
    const int sign = *cursor == '-' ? -1 : 1;
    cursor.advance();
    int hours, minutes;
    if (!cursor.read_digits(2, 0, 14, &hours) || !cursor.take(':') || !cursor.read_digits(2, 0, 59, &minutes))
      return false;
    zone_minutes_ = sign * (minutes + hours * 60);
    if (zone_minutes_ == 0) {
      is_local_ = false;
      is_utc_ = true;
    }
  } else {
    return cursor.is_at_end();
  }
  cursor.skip_spaces();
  return cursor.is_at_end();
}

}  // namespace ringlite
