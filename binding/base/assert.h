// ASSERT: programmer errors (on in debug and test builds). CORRUPT_IF: what comes from disk; never an assert.
#pragma once
#include "base/status.h"

namespace ringlite {

/** Prints the failed condition and aborts. */
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

/** Called for each corruption found, so that a debugger or a test can see where; returns `code`. */
Status report_corruption(Code code, const char* file, int line);

}  // namespace ringlite

#if defined(RINGLITE_ASSERTS) && RINGLITE_ASSERTS
#define ASSERT(condition) \
  ((condition) ? (void)0 : ::ringlite::assertion_failed(#condition, __FILE__, __LINE__))
#else
#define ASSERT(condition) ((void)sizeof(!(condition)))
#endif

#define CORRUPT() (::ringlite::report_corruption(::ringlite::Code::kCorrupt, __FILE__, __LINE__))

#define CORRUPT_IF(condition)   \
  do {                          \
    if (condition) [[unlikely]] \
      return CORRUPT();         \
  } while (0)
