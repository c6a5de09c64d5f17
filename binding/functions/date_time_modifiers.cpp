// Modifiers of date functions: '+1 day', 'start of month', 'localtime', ...
#include "functions/date_time.h"
#include "functions/text_cursor.h"

namespace ringlite {
namespace {

/** A unit of '+N units'. Amounts beyond the limit are refused: they leave the calendar anyway. */
struct Unit {
  std::string_view name;
  float limit;
  float seconds;
};

constexpr Unit kUnits[] = {
    {"second", 4.6427e+14f, 1.0f}, {"minute", 7.7379e+12f, 60.0f},   {"hour", 1.2897e+11f, 3600.0f},
    {"day", 5373485.0f, 86400.0f}, {"month", 176546.0f, 2592000.0f}, {"year", 14713.0f, 31536000.0f},
};

// The local time functions of C libraries are only reliable in this range; other years are mapped into it.
constexpr int64_t kFirstLocalMs = kUnixEpochMs;
constexpr int64_t kLastLocalMs = 213'014'145'600'000;  // 2038-01-18

}  // namespace

Status DateTime::apply_modifier(FunctionContext& context, std::string_view modifier, int index,
                                bool* is_valid) {
  *is_valid = true;
  const bool is_first = index == 1;
  if (equals_ignoring_case(modifier, "auto")) {
    *is_valid = is_first;
    if (is_first) decide_number();
  } else if (equals_ignoring_case(modifier, "ceiling") || equals_ignoring_case(modifier, "floor")) {
    compute_julian();
    if (equals_ignoring_case(modifier, "floor")) {
      julian_ms_ -= overflow_days_ * kMillisecondsPerDay;
    } else {
      overflow_days_ = 0;
    }
    clear_fields();
  } else if (equals_ignoring_case(modifier, "julianday")) {
    *is_valid = is_first && has_julian_ && is_number_;
    if (*is_valid) is_number_ = false;
  } else if (equals_ignoring_case(modifier, "localtime")) {
    RETURN_IF_ERROR(require_impure(context));
    if (!is_local_) RETURN_IF_ERROR(to_local(context));
    is_utc_ = false;
    is_local_ = true;
  } else if (equals_ignoring_case(modifier, "unixepoch")) {
    *is_valid = is_first && is_number_ && read_as_unix_time();
  } else if (equals_ignoring_case(modifier, "utc")) {
    RETURN_IF_ERROR(require_impure(context));
    if (!is_utc_) RETURN_IF_ERROR(to_utc(context));
  } else if (equals_ignoring_case(modifier, "subsec") || equals_ignoring_case(modifier, "subsecond")) {
    shows_subseconds_ = true;
  } else if (take_prefix_ignoring_case(&modifier, "weekday ")) {
    *is_valid = move_to_weekday(modifier);
  } else if (take_prefix_ignoring_case(&modifier, "start of ")) {
    *is_valid = move_to_start(modifier);
  } else {
    *is_valid = shift(modifier);
  }
  return kOk;
}

/** 'auto': a number outside the julian days is unix seconds, if it can be. */
void DateTime::decide_number() {
  constexpr double kFirstSecond = -210866760000.0;  // -4713-11-24 12:00:00
  constexpr double kLastSecond = 253402300799.0;    //  9999-12-31 23:59:59
  if (!is_number_ || has_julian_) {
    is_number_ = false;
  } else if (second_ >= kFirstSecond && second_ <= kLastSecond) {
    const double ms = second_ * 1000.0 + 210866760000000.0;
    clear_fields();
    julian_ms_ = static_cast<int64_t>(ms + 0.5);
    has_julian_ = true;
    is_number_ = false;
  }
}

bool DateTime::read_as_unix_time() {
  const double ms = second_ * 1000.0 + 210866760000000.0;
  if (!(ms >= 0.0 && ms < 464269060800000.0)) return false;
  clear_fields();
  julian_ms_ = static_cast<int64_t>(ms + 0.5);
  has_julian_ = true;
  is_number_ = false;
  return true;
}

Status DateTime::to_local(FunctionContext& context) {
  compute_julian();
  int year_shift = 0;
  int64_t ms = julian_ms_;
  if (ms < kFirstLocalMs || ms > kLastLocalMs) {
    DateTime similar = *this;
    similar.compute_fields();
    year_shift = 2000 + similar.year_ % 4 - similar.year_;
    similar.year_ += year_shift;
    similar.has_julian_ = false;
    ms = similar.julian_ms();
  }
  LocalTime local;
  const FunctionEnvironment& environment = *context.environment;
  if (!environment.local_time ||
      !environment.local_time(environment.source, ms / 1000 - kUnixEpochMs / 1000, &local)) {
    return context.fail("local time unavailable");
  }
  year_ = local.year - year_shift;
  month_ = local.month;
  day_ = local.day;
  hour_ = local.hour;
  minute_ = local.minute;
  second_ = local.second + static_cast<double>(julian_ms_ % 1000) * 0.001;
  has_date_ = true;
  has_time_ = true;
  has_julian_ = false;
  is_number_ = false;
  zone_minutes_ = 0;
  is_error_ = false;
  return kOk;
}

/** Finds the UTC time whose local time this is, by correcting a guess. */
Status DateTime::to_utc(FunctionContext& context) {
  compute_julian();
  const int64_t wanted = julian_ms_;
  int64_t guess = wanted;
  int64_t error = 0;
  int attempts = 0;
  do {
    guess -= error;
    DateTime local = from_julian_ms(guess);
    RETURN_IF_ERROR(local.to_local(context));
    error = local.julian_ms() - wanted;
  } while (error != 0 && attempts++ < 3);
  *this = from_julian_ms(guess);
  is_utc_ = true;
  return kOk;
}

/** The same or the next day that is weekday N (0 = Sunday). */
bool DateTime::move_to_weekday(std::string_view number) {
  double wanted;
  const RealText found = parse_real(number, &wanted);
  if (!found.has_number || !found.is_whole || !(wanted >= 0.0 && wanted < 7.0)) return false;
  const int weekday = static_cast<int>(wanted);
  if (weekday != wanted) return false;
  compute_fields();
  zone_minutes_ = 0;
  has_julian_ = false;
  compute_julian();
  int64_t present = (julian_ms_ + kMillisecondsPerDay * 3 / 2) / kMillisecondsPerDay % 7;
  if (present > weekday) present -= 7;
  julian_ms_ += (weekday - present) * kMillisecondsPerDay;
  clear_fields();
  return true;
}

bool DateTime::move_to_start(std::string_view unit) {
  if (!has_julian_ && !has_date_ && !has_time_) return false;
  compute_date();
  has_time_ = true;
  hour_ = minute_ = 0;
  second_ = 0.0;
  is_number_ = false;
  zone_minutes_ = 0;
  has_julian_ = false;
  if (equals_ignoring_case(unit, "month")) {
    day_ = 1;
  } else if (equals_ignoring_case(unit, "year")) {
    month_ = 1;
    day_ = 1;
  } else if (!equals_ignoring_case(unit, "day")) {
    return false;
  }
  return true;
}

/** Modifiers that begin with a number: 'N units', [+-]HH:MM[:SS.FFF], or +-YYYY-MM-DD[ HH:MM[:SS.FFF]]. */
bool DateTime::shift(std::string_view modifier) {
  TextCursor cursor(modifier);
  const char first = *cursor;
  if (first != '+' && first != '-' && !is_digit(first)) return false;
  // The number ends at a colon, a space, or the dash after a year of four or five digits.
  size_t length = 1;
  int year;
  for (; cursor[length] != '\0'; length++) {
    if (cursor[length] == ':' || is_space(cursor[length])) break;
    if (cursor[length] != '-' || (length != 5 && length != 6)) continue;
    TextCursor digits(modifier.substr(1));
    if (digits.read_digits(static_cast<int>(length) - 1, 0, 14712, &year)) break;
  }
  double amount;
  const RealText found = parse_real(modifier.substr(0, length), &amount);
  if (!found.has_number || !found.is_whole) return false;

  size_t time_start = 0;
  if (cursor[length] == '-') {
    bool is_done = false;
    if (first != '+' && first != '-') return false;
    if (!shift_by_date(modifier, length - 1, &is_done, &time_start)) return false;
    if (is_done) return true;
    return shift_by_time(modifier.substr(time_start), first == '-');
  }
  if (cursor[length] == ':') {
    const size_t start = is_digit(first) ? 0 : 1;
    return shift_by_time(modifier.substr(start), first == '-');
  }
  cursor.advance(length);
  cursor.skip_spaces();
  const bool is_applied = shift_by_units(amount, cursor.rest());
  return is_applied;
}

/** `*is_done` when nothing follows the date, otherwise a time starts at `*time_start`. */
bool DateTime::shift_by_date(std::string_view modifier, size_t year_digits, bool* is_done,
                             size_t* time_start) {
  const bool is_negative = modifier[0] == '-';
  TextCursor cursor(modifier.substr(1));
  int years, months, days;
  if (!cursor.read_digits(static_cast<int>(year_digits), 0, 14712, &years) || !cursor.take('-')) return false;
  if (!cursor.read_digits(2, 0, 11, &months) || !cursor.take('-')) return false;
  if (!cursor.read_digits(2, 0, 30, &days)) return false;
  compute_fields();
  has_julian_ = false;
  year_ += is_negative ? -years : years;
  month_ += is_negative ? -months : months;
  normalize_month();
  compute_overflow_days();
  compute_julian();
  has_time_ = false;
  has_date_ = false;
  julian_ms_ += (is_negative ? -days : days) * kMillisecondsPerDay;
  *is_done = cursor.is_at_end();
  if (*is_done) return true;
  if (!is_space(*cursor)) return false;
  cursor.advance();
  *time_start = modifier.size() - cursor.rest().size();
  int hours, minutes;
  return cursor.read_digits(2, 0, 24, &hours) && cursor.take(':') && cursor.read_digits(2, 0, 59, &minutes);
}

bool DateTime::shift_by_time(std::string_view time, bool is_negative) {
  DateTime amount;
  if (!amount.parse_time(time)) return false;
  int64_t ms = (amount.julian_ms() - kMillisecondsPerDay / 2) % kMillisecondsPerDay;
  if (is_negative) ms = -ms;
  compute_julian();
  clear_fields();
  julian_ms_ += ms;
  return true;
}

bool DateTime::shift_by_units(double amount, std::string_view unit) {
  if (unit.size() < 3 || unit.size() > 10) return false;
  if (ascii_lower(static_cast<uint8_t>(unit.back())) == 's') unit.remove_suffix(1);
  compute_julian();
  const double rounding = amount < 0 ? -0.5 : 0.5;
  overflow_days_ = 0;
  for (const Unit& candidate : kUnits) {
    if (!equals_ignoring_case(unit, candidate.name) ||
        !(amount > -candidate.limit && amount < candidate.limit))
      continue;
    const bool is_month = candidate.name == "month";
    if (is_month || candidate.name == "year") {
      compute_fields();
      const int whole = static_cast<int>(amount);
      if (is_month) {
        month_ += whole;
        normalize_month();
      } else {
        year_ += whole;
      }
      compute_overflow_days();
      has_julian_ = false;
      amount -= whole;
    }
    compute_julian();
    julian_ms_ += static_cast<int64_t>(amount * 1000.0 * static_cast<double>(candidate.seconds) + rounding);
    clear_fields();
    return true;
  }
  clear_fields();
  return false;
}

}  // namespace ringlite
