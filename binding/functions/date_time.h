// A point in time as the date functions handle it: reading texts and numbers, modifiers, calendar arithmetic.
// Milliseconds since the julian epoch (noon of November 24th, 4714 BC, proleptic Gregorian calendar) are the
// common measure; a DateTime may also hold broken-down fields, an undecided number, or all of them, whichever
// are marked valid.
#pragma once
#include <cstdint>
#include <string_view>

#include "functions/function.h"

namespace ringlite {

constexpr int64_t kMillisecondsPerDay = 86'400'000;
/** Julian ms of 1970-01-01 00:00:00. */
constexpr int64_t kUnixEpochMs = 210'866'760'000'000;
/** Julian ms of 9999-12-31 23:59:59.999. */
constexpr int64_t kLastMs = 464'269'060'799'999;

constexpr bool is_valid_julian_ms(int64_t ms) { return ms >= 0 && ms <= kLastMs; }

class DateTime {
 public:
  /** Reads the arguments of a date function: a time value and modifiers (none: now). `*is_valid` is false
   * when they make no time (the function's result is NULL). Errors: non-deterministic use, no local time,
   * SQLITE_NOMEM. */
  Status read_arguments(FunctionContext& context, int argument_count, const Value* arguments, bool* is_valid);

  int64_t julian_ms() {
    compute_julian();
    return julian_ms_;
  }
  /** Broken-down fields of a valid time. */
  void compute_fields() {
    compute_date();
    compute_time();
  }
  int year() const { return year_; }
  int month() const { return month_; }
  int day() const { return day_; }
  int hour() const { return hour_; }
  int minute() const { return minute_; }
  double second() const { return second_; }
  /** The 'subsec' modifier was given. */
  bool shows_subseconds() const { return shows_subseconds_; }

  /** The same time on another date of the calendar (which need not exist: it is normalized through
   * julian_ms()). */
  void set_date(int year, int month) {
    year_ = year;
    month_ = month;
    has_julian_ = false;
  }
  /** Days since January 1st of its year. Needs fields. */
  int days_after_new_year() const;
  /** 0 = Monday. */
  int days_after_monday() const {
    return static_cast<int>((julian_ms_ + kMillisecondsPerDay / 2) / kMillisecondsPerDay % 7);
  }
  /** 0 = Sunday. */
  int days_after_sunday() const {
    return static_cast<int>((julian_ms_ + kMillisecondsPerDay * 3 / 2) / kMillisecondsPerDay % 7);
  }
  /** Thursday of its (Monday to Sunday) week, with the date computed: it decides the ISO year and week. */
  DateTime iso_thursday() const;

  static DateTime from_julian_ms(int64_t ms) {
    DateTime time;
    time.julian_ms_ = ms;
    time.has_julian_ = true;
    return time;
  }

 private:
  // date_time.cpp: calendar
  void compute_julian();
  void compute_date();
  void compute_time();
  void compute_overflow_days();
  void clear_fields();
  void fail();
  void normalize_month();

  // date_time_parse.cpp: time values
  Status parse_value(FunctionContext& context, std::string_view text, bool* is_valid);
  bool parse_date(std::string_view text);
  bool parse_time(std::string_view text);
  bool parse_zone(std::string_view text);
  void set_number(double number);
  Status set_now(FunctionContext& context, bool* is_valid);

  // date_time_modifiers.cpp
  Status apply_modifier(FunctionContext& context, std::string_view modifier, int index, bool* is_valid);
  void decide_number();
  bool read_as_unix_time();
  Status to_local(FunctionContext& context);
  Status to_utc(FunctionContext& context);
  bool move_to_weekday(std::string_view number);
  bool move_to_start(std::string_view unit);
  bool shift(std::string_view modifier);
  bool shift_by_date(std::string_view modifier, size_t year_digits, bool* is_done, size_t* time_start);
  bool shift_by_time(std::string_view time, bool is_negative);
  bool shift_by_units(double amount, std::string_view unit);

  int64_t julian_ms_ = 0;
  int year_ = 0;
  int month_ = 0;
  int day_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  double second_ = 0;      // or the undecided number
  int zone_minutes_ = 0;   // offset still to be subtracted
  int overflow_days_ = 0;  // days that `day_` is beyond the end of its month, for 'floor'
  bool has_julian_ = false;
  bool has_date_ = false;
  bool has_time_ = false;
  bool is_number_ = false;  // second_ is a number that may be a julian day or unix seconds
  bool is_error_ = false;
  bool shows_subseconds_ = false;
  bool is_utc_ = false;
  bool is_local_ = false;
};

/** Reports the use of the clock or the time zone where a function must be deterministic; ok elsewhere. */
Status require_impure(FunctionContext& context);

}  // namespace ringlite
