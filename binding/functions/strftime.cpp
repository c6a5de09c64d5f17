// strftime(): dates by a format.
#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/date_text.h"
#include "functions/date_time.h"
#include "functions/format.h"

namespace ringlite {
namespace {

int hour_of_12(int hour) {
  if (hour > 12) hour -= 12;
  return hour == 0 ? 12 : hour;
}

void append_clock(DateText& text, const DateTime& time, bool with_seconds) {
  text.append_number(time.hour(), 2);
  text.append(':');
  text.append_number(time.minute(), 2);
  if (!with_seconds) return;
  text.append(':');
  text.append_number(static_cast<int>(time.second()), 2);
}

/** "SS.SSS" */
Status append_precise_seconds(FunctionContext& context, const DateTime& time, Buffer* output) {
  RealFormat format;
  format.conversion = 'f';
  format.precision = 3;
  format.width = 6;
  format.pads_with_zeros = true;
  return append_real(time.second(), format, context.length_limit(), output);
}

Status append_unix_seconds(FunctionContext& context, DateTime& time, Buffer* output) {
  const int64_t ms = time.julian_ms();
  if (time.shows_subseconds()) {
    RealFormat format;
    format.conversion = 'f';
    format.precision = 3;
    return append_real(static_cast<double>(ms - kUnixEpochMs) / 1000.0, format, context.length_limit(),
                       output);
  }
  char digits[kNumberTextCapacity];
  return output->append(digits, integer_to_text(ms / 1000 - kUnixEpochMs / 1000, digits));
}

Status append_julian_day(FunctionContext& context, DateTime& time, Buffer* output) {
  RealFormat format;
  format.precision = 16;
  return append_real(static_cast<double>(time.julian_ms()) / 86400000.0, format, context.length_limit(),
                     output);
}

/** Writes conversions that fit a DateText; false for an unknown one. */
bool append_conversion(DateText& text, const DateTime& time, char conversion) {
  switch (conversion) {
    case 'd':
      text.append_number(time.day(), 2);
      return true;
    case 'e':
      text.append_number(time.day(), 2, ' ');
      return true;
    case 'F':
      text.append_number(time.year(), 4);
      text.append('-');
      text.append_number(time.month(), 2);
      text.append('-');
      text.append_number(time.day(), 2);
      return true;
    case 'g':
      text.append_number(time.iso_thursday().year() % 100, 2);
      return true;
    case 'G':
      text.append_number(time.iso_thursday().year(), 4);
      return true;
    case 'H':
      text.append_number(time.hour(), 2);
      return true;
    case 'k':
      text.append_number(time.hour(), 2, ' ');
      return true;
    case 'I':
      text.append_number(hour_of_12(time.hour()), 2);
      return true;
    case 'l':
      text.append_number(hour_of_12(time.hour()), 2, ' ');
      return true;
    case 'j':
      text.append_number(time.days_after_new_year() + 1, 3);
      return true;
    case 'm':
      text.append_number(time.month(), 2);
      return true;
    case 'M':
      text.append_number(time.minute(), 2);
      return true;
    case 'p':
    case 'P':
      text.append(time.hour() >= 12 ? (conversion == 'p' ? 'P' : 'p') : (conversion == 'p' ? 'A' : 'a'));
      text.append(conversion == 'p' ? 'M' : 'm');
      return true;
    case 'R':
      append_clock(text, time, false);
      return true;
    case 'S':
      text.append_number(static_cast<int>(time.second()), 2);
      return true;
    case 'T':
      append_clock(text, time, true);
      return true;
    case 'u':
      text.append_number(time.days_after_monday() + 1, 1);
      return true;
    case 'w':
      text.append_number(time.days_after_sunday(), 1);
      return true;
    case 'U':
      text.append_number((time.days_after_new_year() - time.days_after_sunday() + 7) / 7, 2);
      return true;
    case 'V':
      text.append_number(time.iso_thursday().days_after_new_year() / 7 + 1, 2);
      return true;
    case 'W':
      text.append_number((time.days_after_new_year() - time.days_after_monday() + 7) / 7, 2);
      return true;
    case 'Y':
      text.append_number(time.year(), 4);
      return true;
    case '%':
      text.append('%');
      return true;
    default:
      return false;
  }
}

}  // namespace

Status strftime_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count == 0) return kOk;
  TextArgument format_argument;
  RETURN_IF_ERROR(format_argument.init(context, arguments[0]));
  if (format_argument.is_null()) return kOk;
  DateTime time;
  bool is_valid;
  RETURN_IF_ERROR(time.read_arguments(context, argument_count - 1, arguments + 1, &is_valid));
  if (!is_valid) return kOk;
  time.compute_fields();

  Buffer output;
  std::string_view format = format_argument.until_nul();
  for (size_t percent; (percent = format.find('%')) != std::string_view::npos;) {
    RETURN_IF_ERROR(output.append(format.substr(0, percent)));
    format.remove_prefix(percent + 1);
    // An unknown conversion, or none, makes the whole result NULL.
    if (format.empty()) return kOk;
    const char conversion = format[0];
    format.remove_prefix(1);
    if (conversion == 's') {
      RETURN_IF_ERROR(append_unix_seconds(context, time, &output));
    } else if (conversion == 'f') {
      RETURN_IF_ERROR(append_precise_seconds(context, time, &output));
    } else if (conversion == 'J') {
      RETURN_IF_ERROR(append_julian_day(context, time, &output));
    } else {
      DateText text;
      if (!append_conversion(text, time, conversion)) return kOk;
      RETURN_IF_ERROR(output.append(text.view()));
    }
    if (output.size() + 1 > context.length_limit()) return Code::kToobig;
  }
  RETURN_IF_ERROR(output.append(format));
  return context.return_text(std::move(output));
}

}  // namespace ringlite
