// A minimal test runner for the engine without Node. TEST(name) { ... CHECK(x); CHECK_EQ(a, b);
// CHECK_OK(status); }
#pragma once
#include <cstdio>
#include <sstream>
#include <string>

#include "base/status.h"

namespace ringlite::testing {

using TestFunction = void (*)();
struct Registration {
  Registration(const char* name, TestFunction function);
};

/** Records a failure of the running test (the run goes on with the next check). */
void fail(const char* file, int line, const std::string& message);

template <typename T>
std::string show(const T& value) {
  if constexpr (requires(std::ostringstream & out) { out << value; }) {
    std::ostringstream out;
    out << value;
    return out.str();
  } else {
    return "(value)";
  }
}

}  // namespace ringlite::testing

#define TEST(name)                                                                               \
  static void test_##name();                                                                     \
  static ::ringlite::testing::Registration registration_##name(__FILE__ ":" #name, test_##name); \
  static void test_##name()

#define CHECK(condition) \
  ((condition) ? (void)0 : ::ringlite::testing::fail(__FILE__, __LINE__, "CHECK(" #condition ")"))

#define CHECK_EQ(actual, expected)                                                                 \
  do {                                                                                             \
    auto&& actual_ = (actual);                                                                     \
    auto&& expected_ = (expected);                                                                 \
    if (!(actual_ == expected_))                                                                   \
      ::ringlite::testing::fail(__FILE__, __LINE__,                                                \
                                std::string(#actual " is ") + ::ringlite::testing::show(actual_) + \
                                    ", expected " + ::ringlite::testing::show(expected_));         \
  } while (0)

#define CHECK_OK(expression)                                                                             \
  do {                                                                                                   \
    ::ringlite::Status check_status_ = (expression);                                                     \
    if (!check_status_.ok())                                                                             \
      ::ringlite::testing::fail(__FILE__, __LINE__,                                                      \
                                #expression " failed with " + std::to_string(check_status_.extended())); \
  } while (0)
