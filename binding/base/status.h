// Status: the outcome of everything that can fail in the engine. No exceptions are used.
//
// A Status is one extended SQLite result code (see spec/errors.ts), so it is passed in a register and
// compared for free. Messages that name things (tables, columns) are constants of programs; the engine keeps
// none here.
#pragma once
#include <cstdint>

#include "base/error_codes.gen.h"

namespace ringlite {

class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Code code) : code_(static_cast<int32_t>(code)) {}  // NOLINT: implicit on purpose
  static constexpr Status from_code(int32_t code) {
    Status status;
    status.code_ = code;
    return status;
  }

  constexpr bool ok() const { return code_ == 0; }
  /** Extended result code, e.g. SQLITE_IOERR_READ (266). */
  constexpr int32_t extended() const { return code_; }
  /** Primary result code: the low 8 bits. */
  constexpr int32_t primary() const { return code_ & 0xff; }
  constexpr bool is(Code code) const { return code_ == static_cast<int32_t>(code); }
  constexpr bool operator==(const Status& other) const = default;

 private:
  int32_t code_ = 0;
};

constexpr Status kOk{};

/** For a Status that cannot be acted on (cleanup after another error). */
inline void ignore_status(Status) {}

}  // namespace ringlite

#define RINGLITE_CONCAT_INNER(a, b) a##b
#define RINGLITE_CONCAT(a, b) RINGLITE_CONCAT_INNER(a, b)

/** Returns from the enclosing function when the expression's Status is not ok. */
#define RETURN_IF_ERROR(expression)                                            \
  do {                                                                         \
    if (::ringlite::Status status_ = (expression); !status_.ok()) [[unlikely]] \
      return status_;                                                          \
  } while (0)
