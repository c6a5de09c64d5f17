// Calendar arithmetic of DateTime (after Meeus, Astronomical Algorithms, chapter 7), with the integer and
// floating point steps of SQLite.
#include "functions/date_time.h"

namespace ringlite {

void DateTime::fail() {
  *this = DateTime();
  is_error_ = true;
}

void DateTime::clear_fields() {
  has_date_ = false;
  has_time_ = false;
  zone_minutes_ = 0;
}

void DateTime::compute_julian() {
  if (has_julian_) return;
  int year = 2000, month = 1, day = 1;
  if (has_date_) {
    year = year_;
    month = month_;
    day = day_;
  }
  if (year < -4713 || year > 9999 || is_number_) return fail();
  if (month <= 2) {
    year--;
    month += 12;
  }
  const int century = (year + 4800) / 100;
  const int leap_correction = 38 - century + century / 4;
  const int days_of_years = 36525 * (year + 4716) / 100;
  const int days_of_months = 306001 * (month + 1) / 10000;
  julian_ms_ = static_cast<int64_t>((days_of_years + days_of_months + day + leap_correction - 1524.5) *
                                    kMillisecondsPerDay);
  has_julian_ = true;
  if (!has_time_) return;
  julian_ms_ += hour_ * 3'600'000 + minute_ * 60'000 + static_cast<int64_t>(second_ * 1000 + 0.5);
  if (zone_minutes_ != 0) {
    julian_ms_ -= zone_minutes_ * 60'000;
    clear_fields();
    is_utc_ = true;
    is_local_ = false;
  }
}

void DateTime::compute_date() {
  if (has_date_) return;
  if (!has_julian_) {
    year_ = 2000;
    month_ = 1;
    day_ = 1;
  } else if (!is_valid_julian_ms(julian_ms_)) {
    return fail();
  } else {
    const int day_number = static_cast<int>((julian_ms_ + kMillisecondsPerDay / 2) / kMillisecondsPerDay);
    const int century = static_cast<int>((day_number + 32044.75) / 36524.25) - 52;
    const int shifted = day_number + 1 + century - (century + 100) / 4 + 25 + 1524;
    const int year = static_cast<int>((shifted - 122.1) / 365.25);
    const int days_of_years = 36525 * (year & 32767) / 100;
    const int month = static_cast<int>((shifted - days_of_years) / 30.6001);
    day_ = shifted - days_of_years - static_cast<int>(30.6001 * month);
    month_ = month < 14 ? month - 1 : month - 13;
    year_ = month_ > 2 ? year - 4716 : year - 4715;
  }
  has_date_ = true;
}

void DateTime::compute_time() {
  if (has_time_) return;
  compute_julian();
  const int day_ms = static_cast<int>((julian_ms_ + kMillisecondsPerDay / 2) % kMillisecondsPerDay);
  second_ = (day_ms % 60'000) / 1000.0;
  const int day_minutes = day_ms / 60'000;
  minute_ = day_minutes % 60;
  hour_ = day_minutes / 60;
  is_number_ = false;
  has_time_ = true;
}

void DateTime::compute_overflow_days() {
  const bool is_leap_year = year_ % 4 == 0 && (year_ % 100 != 0 || year_ % 400 == 0);
  const bool is_short_month = month_ == 4 || month_ == 6 || month_ == 9 || month_ == 11 || month_ == 0;
  overflow_days_ = 0;
  if (day_ <= 28) return;
  if (month_ == 2) {
    overflow_days_ = day_ - (is_leap_year ? 29 : 28);
  } else if (is_short_month) {
    overflow_days_ = day_ == 31 ? 1 : 0;
  }
}

/** Brings a month outside 1..12, after adding months, back into range by moving years. */
void DateTime::normalize_month() {
  const int years = month_ > 0 ? (month_ - 1) / 12 : (month_ - 12) / 12;
  year_ += years;
  month_ -= years * 12;
}

int DateTime::days_after_new_year() const {
  DateTime new_year = *this;
  new_year.has_julian_ = false;
  new_year.month_ = 1;
  new_year.day_ = 1;
  new_year.compute_julian();
  return static_cast<int>((julian_ms_ - new_year.julian_ms_ + kMillisecondsPerDay / 2) / kMillisecondsPerDay);
}

DateTime DateTime::iso_thursday() const {
  DateTime thursday = *this;
  thursday.julian_ms_ += (3 - days_after_monday()) * kMillisecondsPerDay;
  thursday.has_date_ = false;
  thursday.compute_date();
  return thursday;
}

}  // namespace ringlite
