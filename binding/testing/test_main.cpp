#include <cstring>
#include <vector>

#include "testing/test.h"

namespace ringlite::testing {
namespace {

struct TestCase {
  const char* name;
  TestFunction function;
};

std::vector<TestCase>& tests() {
  static std::vector<TestCase> all;
  return all;
}

int failures_of_test = 0;

}  // namespace

Registration::Registration(const char* name, TestFunction function) { tests().push_back({name, function}); }

void fail(const char* file, int line, const std::string& message) {
  failures_of_test++;
  std::fprintf(stderr, "  %s:%d: %s\n", file, line, message.c_str());
}

}  // namespace ringlite::testing

int main(int argc, char** argv) {
  using namespace ringlite::testing;
  int passed = 0, failed = 0;
  for (const TestCase& test : tests()) {
    if (argc > 1 && !std::strstr(test.name, argv[1])) continue;
    failures_of_test = 0;
    test.function();
    if (failures_of_test == 0) {
      passed++;
    } else {
      failed++;
      std::fprintf(stderr, "FAILED %s\n", test.name);
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed ? 1 : 0;
}
