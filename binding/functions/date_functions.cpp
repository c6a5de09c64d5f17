// julianday, unixepoch, date, time, datetime, timediff; strftime is in strftime.cpp.
#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/date_text.h"
#include "functions/date_time.h"

namespace ringlite {
namespace {

/** Reads the arguments and lets `show` write the result; NULL when they make no time. */
template <typename Show>
Status with_time(FunctionContext& context, int argument_count, const Value* arguments, Show show) {
  DateTime time;
  bool is_valid;
  RETURN_IF_ERROR(time.read_arguments(context, argument_count, arguments, &is_valid));
  return is_valid ? show(time) : kOk;
}

void append_date(DateText& text, const DateTime& time) {
  const int year = time.year();
  if (year < 0) text.append('-');
  text.append_number(year < 0 ? -year : year, 4);
  text.append('-');
  text.append_number(time.month(), 2);
  text.append('-');
  text.append_number(time.day(), 2);
}

void append_time(DateText& text, const DateTime& time) {
  text.append_number(time.hour(), 2);
  text.append(':');
  text.append_number(time.minute(), 2);
  text.append(':');
  if (!time.shows_subseconds()) return text.append_number(static_cast<int>(time.second()), 2);
  const int ms = static_cast<int>(1000.0 * time.second() + 0.5);
  text.append_number(ms / 1000 % 100, 2);
  text.append('.');
  text.append_number(ms % 1000, 3);
}

/** Years and months between `from` and `to` (sign +1: from is earlier), moving `from` to within a month of
 * `to`. */
struct CalendarDistance {
  int years;
  int months;
};

CalendarDistance approach(DateTime& moving, const DateTime& target, int64_t target_ms, int sign) {
  CalendarDistance distance{sign * (target.year() - moving.year()), sign * (target.month() - moving.month())};
  int year = target.year();
  int month = target.month();
  // A date that stays is not computed again: with an hour of 24 that would count the day twice.
  if (distance.years != 0) moving.set_date(year, moving.month());
  if (distance.months != 0) moving.set_date(year, month);
  if (distance.months < 0) {
    distance.years--;
    distance.months += 12;
  }
  while (sign > 0 ? target_ms < moving.julian_ms() : target_ms > moving.julian_ms()) {
    if (--distance.months < 0) {
      distance.months = 11;
      distance.years--;
    }
    month -= sign;
    if (month < 1) {
      month = 12;
      year--;
    } else if (month > 12) {
      month = 1;
      year++;
    }
    moving.set_date(year, month);
  }
  return distance;
}

}  // namespace

Status julianday_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return with_time(context, argument_count, arguments, [&](DateTime& time) {
    context.result->set_real(static_cast<double>(time.julian_ms()) / 86400000.0);
    return kOk;
  });
}

Status unixepoch_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return with_time(context, argument_count, arguments, [&](DateTime& time) {
    const int64_t ms = time.julian_ms();
    if (time.shows_subseconds()) {
      context.result->set_real(static_cast<double>(ms - kUnixEpochMs) / 1000.0);
    } else {
      context.result->set_integer(ms / 1000 - kUnixEpochMs / 1000);
    }
    return kOk;
  });
}

Status date_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return with_time(context, argument_count, arguments, [&](DateTime& time) {
    time.compute_fields();
    DateText text;
    append_date(text, time);
    return context.return_text(text.view());
  });
}

Status time_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return with_time(context, argument_count, arguments, [&](DateTime& time) {
    time.compute_fields();
    DateText text;
    append_time(text, time);
    return context.return_text(text.view());
  });
}

Status datetime_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return with_time(context, argument_count, arguments, [&](DateTime& time) {
    time.compute_fields();
    DateText text;
    append_date(text, time);
    text.append(' ');
    append_time(text, time);
    return context.return_text(text.view());
  });
}

/** (+|-)YYYY-MM-DD HH:MM:SS.SSS: what has to be added to the second time to make it the first. */
Status timediff_function(FunctionContext& context, int, const Value* arguments) {
  DateTime first, second;
  bool is_valid;
  RETURN_IF_ERROR(first.read_arguments(context, 1, &arguments[0], &is_valid));
  if (!is_valid) return kOk;
  RETURN_IF_ERROR(second.read_arguments(context, 1, &arguments[1], &is_valid));
  if (!is_valid) return kOk;
  first.compute_fields();
  second.compute_fields();
  const int64_t first_ms = first.julian_ms();
  const int sign = first_ms >= second.julian_ms() ? 1 : -1;
  const CalendarDistance distance = approach(second, first, first_ms, sign);
  const int64_t rest_ms = sign > 0 ? first_ms - second.julian_ms() : second.julian_ms() - first_ms;

  // The rest is shown as a date of January 0000, whose days count from 1.
  constexpr int64_t kYearZeroMs = 148'699'540'800'000;
  DateTime rest = DateTime::from_julian_ms(rest_ms + kYearZeroMs);
  rest.compute_fields();
  DateText text;
  text.append(sign > 0 ? '+' : '-');
  text.append_number(distance.years, 4);
  text.append('-');
  text.append_number(distance.months, 2);
  text.append('-');
  text.append_number(rest.day() - 1, 2);
  text.append(' ');
  text.append_number(rest.hour(), 2);
  text.append(':');
  text.append_number(rest.minute(), 2);
  text.append(':');
  const int ms = static_cast<int>(rest.second() * 1000.0 + 0.5);
  text.append_number(ms / 1000, 2);
  text.append('.');
  text.append_number(ms % 1000, 3);
  return context.return_text(text.view());
}

}  // namespace ringlite
