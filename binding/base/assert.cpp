#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace ringlite {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

Status report_corruption(Code code, const char* file, int line) {
#if defined(RINGLITE_TRACE_CORRUPTION)
  std::fprintf(stderr, "%s:%d: corruption\n", file, line);
#else
  (void)file;
  (void)line;
#endif
  return code;
}

}  // namespace ringlite
