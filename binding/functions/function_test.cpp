// Every function against vectors from SQLite, plus what vectors cannot show: the clock, randomness, limits,
// running out of memory.
#include "functions/function.h"

#include <ctime>

#include "functions/arguments.h"
#include "record/affinity.h"
#include "record/test_vectors.h"

namespace ringlite {
namespace {

using testing::check_vectors;
using testing::format_value;
using testing::from_hex;
using testing::to_hex;
using testing::VectorCase;

const FunctionLimits kLimits;
const int64_t kChanges = 3, kTotalChanges = 7, kLastRowid = 42;
int clock_reads = 0;

int64_t fixed_clock(void*) {
  // 2024-02-29 12:34:56.789
  return 210866760000000 + 1709210096789 + clock_reads++;
}

void counting_bytes(void*, void* bytes, size_t size) {
  for (size_t index = 0; index < size; index++)
    static_cast<uint8_t*>(bytes)[index] = static_cast<uint8_t>(0x80 + index);
}

bool local_time_is_utc(void*, int64_t unix_seconds, LocalTime* time) {
  const time_t seconds = static_cast<time_t>(unix_seconds);
  tm fields;
  if (!gmtime_r(&seconds, &fields)) return false;
  *time = {fields.tm_year + 1900, fields.tm_mon + 1, fields.tm_mday,
           fields.tm_hour,        fields.tm_min,     fields.tm_sec};
  return true;
}

FunctionEnvironment test_environment() {
  FunctionEnvironment environment;
  environment.julian_now_ms = fixed_clock;
  environment.random_bytes = counting_bytes;
  environment.local_time = local_time_is_utc;
  environment.changes = &kChanges;
  environment.total_changes = &kTotalChanges;
  environment.last_insert_rowid = &kLastRowid;
  environment.limits = &kLimits;
  return environment;
}

const FunctionDefinition* find_definition(const std::string& name, bool is_aggregate) {
  for (uint16_t id = 0; id < kFunctionCount; id++) {
    const FunctionDefinition& definition = builtin_function(static_cast<FunctionId>(id));
    if (definition.name && name == definition.name &&
        (is_aggregate ? definition.step != nullptr : definition.scalar != nullptr)) {
      return &definition;
    }
  }
  return nullptr;
}

std::string format_error(Status status, std::string_view message) {
  const bool is_too_big = status.is(Code::kToobig);
  if (message.empty() && is_too_big) message = "string or blob too big";
  return std::string(is_too_big ? "ESQLITE_TOOBIG:" : "ESQLITE_ERROR:") + to_hex(message);
}

std::string call(const FunctionDefinition& function, TextEncoding encoding,
                 const std::vector<Value>& arguments, uint8_t* subtype = nullptr) {
  const FunctionEnvironment environment = test_environment();
  FunctionContext context;
  Value result;
  context.environment = &environment;
  context.encoding = encoding;
  context.function_id = function.id;
  context.result = &result;
  const Status status = function.scalar(context, static_cast<int>(arguments.size()), arguments.data());
  if (subtype) *subtype = result.subtype();
  return status.ok() ? format_value(result) : format_error(status, context.error_message());
}

std::string call_named(VectorCase& test) {
  if (test.operation.substr(0, 11) == "subtype_of_") {
    uint8_t subtype = 0;
    const std::string inner = call(*find_definition(test.operation.substr(11), false), TextEncoding::kUtf8,
                                   test.arguments, &subtype);
    return inner[0] == 'E' ? inner : "I" + std::to_string(subtype);
  }
  const FunctionDefinition* function = find_definition(test.operation, false);
  return function ? call(*function, TextEncoding::kUtf8, test.arguments) : "no such function";
}

TEST(value_functions_are_sqlites) { check_vectors("functions/vectors/values.txt", call_named); }
TEST(patterns_are_sqlites) { check_vectors("functions/vectors/patterns.txt", call_named); }
TEST(formats_are_sqlites) { check_vectors("functions/vectors/formats.txt", call_named); }
TEST(mathematics_is_sqlites) { check_vectors("functions/vectors/mathematics.txt", call_named); }
TEST(json_reading_is_sqlites) { check_vectors("functions/vectors/json-read.txt", call_named); }
TEST(json_paths_are_sqlites) { check_vectors("functions/vectors/json-find.txt", call_named); }
TEST(json_building_is_sqlites) { check_vectors("functions/vectors/json-build.txt", call_named); }
TEST(json_edits_are_sqlites) { check_vectors("functions/vectors/json-edit.txt", call_named); }
TEST(dates_are_sqlites) { check_vectors("functions/vectors/dates.txt", call_named); }

TEST(case_sensitive_like_is_sqlites) {
  check_vectors("functions/vectors/case-sensitive-like.txt", [](VectorCase& test) {
    return call(builtin_function(FunctionId::kLikeCaseSensitive), TextEncoding::kUtf8, test.arguments);
  });
}

std::string call_wide(VectorCase& test, TextEncoding encoding) {
  if (test.operation == "cast_blob") {
    CHECK_OK(cast_value(&test.arguments[0], Affinity::kBlob, encoding));
    return format_value(test.arguments[0]);
  }
  const size_t nested = test.operation.find("_of_");
  if (nested == std::string::npos)
    return call(*find_definition(test.operation, false), encoding, test.arguments);
  const std::string inner =
      call(*find_definition(test.operation.substr(nested + 4), false), encoding, test.arguments);
  std::vector<Value> intermediate(1);
  testing::parse_value(inner, &intermediate[0]);
  return call(*find_definition(test.operation.substr(0, nested), false), encoding, intermediate);
}

TEST(wide_databases_are_sqlites) {
  check_vectors("functions/vectors/utf16le.txt",
                [](VectorCase& test) { return call_wide(test, TextEncoding::kUtf16le); });
  check_vectors("functions/vectors/utf16be.txt",
                [](VectorCase& test) { return call_wide(test, TextEncoding::kUtf16be); });
}

/** Runs an aggregate over rows that follow each other in `values`. */
class AggregateRun {
 public:
  explicit AggregateRun(const FunctionDefinition& function)
      : function_(function), environment_(test_environment()) {
    context_.environment = &environment_;
    context_.function_id = function.id;
  }
  Status step(const Value* row, int count) {
    return aggregate_step(function_, context_, &accumulator_, count, row);
  }
  Status inverse(const Value* row, int count) {
    return aggregate_inverse(function_, context_, &accumulator_, count, row);
  }
  Status value(Value* result) {
    context_.result = result;
    return aggregate_value(function_, context_, &accumulator_);
  }
  Status finalize() { return aggregate_finalize(function_, context_, &accumulator_); }
  const Value& accumulator() const { return accumulator_; }
  std::string error(Status status) const { return format_error(status, context_.error_message()); }
  FunctionContext& context() { return context_; }

 private:
  const FunctionDefinition& function_;
  FunctionEnvironment environment_;
  FunctionContext context_;
  Value accumulator_;
};

TEST(aggregates_are_sqlites) {
  check_vectors("functions/vectors/aggregates.txt", [](VectorCase& test) -> std::string {
    const FunctionDefinition* function = find_definition(test.operation, true);
    if (!function) return "no such function";
    AggregateRun run(*function);
    const int width = static_cast<int>(test.arguments[1].integer());
    for (int64_t row = 0; row < test.arguments[0].integer(); row++) {
      const Status status = run.step(&test.arguments[2 + static_cast<size_t>(row * width)], width);
      if (!status.ok()) return run.error(status);
    }
    const Status status = run.finalize();
    return status.ok() ? format_value(run.accumulator()) : run.error(status);
  });
}

std::string quoted(const Value& value) {
  std::vector<Value> arguments(1);
  arguments[0].borrow(value);
  const std::string text = call(builtin_function(FunctionId::kQuote), TextEncoding::kUtf8, arguments);
  return from_hex(std::string_view(text).substr(1));
}

/** Lines are: rows, arguments per row, preceding, following, the arguments of all rows = the quoted results,
 * joined by |. */
std::string run_frames(VectorCase& test) {
  const FunctionDefinition* function = find_definition(test.operation, true);
  if (!function) return "no such function";
  AggregateRun run(*function);
  const int64_t count = test.arguments[0].integer();
  const int width = static_cast<int>(test.arguments[1].integer());
  const int64_t preceding = test.arguments[2].integer();
  const int64_t following = test.arguments[3].integer();
  const auto row_at = [&](int64_t row) { return &test.arguments[4 + static_cast<size_t>(row * width)]; };
  int64_t added = 0, removed = 0;
  std::string results;
  for (int64_t row = 0; row < count; row++) {
    Status status;
    while (status.ok() && added <= std::min(row + following, count - 1))
      status = run.step(row_at(added++), width);
    Value result;
    if (status.ok()) status = run.value(&result);
    // A row leaves the frame right after the last result it is part of.
    while (status.ok() && removed <= row - preceding) status = run.inverse(row_at(removed++), width);
    if (!status.ok()) return run.error(status);
    if (row > 0) results += '|';
    results += quoted(result);
  }
  return "T" + to_hex(results);
}

TEST(moving_frames_are_sqlites) { check_vectors("functions/vectors/frames.txt", run_frames); }
TEST(json_groups_are_sqlites) { check_vectors("functions/vectors/json-groups.txt", run_frames); }

TEST(every_declared_function_is_in_the_table) {
  for (uint16_t id = 0; id < kFunctionCount; id++) {
    const FunctionDefinition& definition = builtin_function(static_cast<FunctionId>(id));
    CHECK_EQ(definition.name != nullptr && static_cast<uint16_t>(definition.id) == id, true);
    if (definition.step) CHECK(definition.finalize != nullptr && definition.state_size != 0);
  }
}

TEST(time_stands_still_within_a_step) {
  const FunctionEnvironment environment = test_environment();
  FunctionContext context;
  context.environment = &environment;
  context.function_id = FunctionId::kDatetime;
  Value arguments[2], result;
  context.result = &result;
  clock_reads = 0;
  CHECK_OK(arguments[0].copy_text("now"));
  CHECK_OK(arguments[1].copy_text("subsec"));
  const FunctionDefinition& datetime = builtin_function(FunctionId::kDatetime);
  CHECK_OK(datetime.scalar(context, 2, arguments));
  CHECK_EQ(result.text(), "2024-02-29 12:34:56.789");
  CHECK_OK(datetime.scalar(context, 0, arguments));
  CHECK_EQ(result.text(), "2024-02-29 12:34:56");
  CHECK_EQ(clock_reads, 1);
  context.begin_step();
  CHECK_OK(datetime.scalar(context, 2, arguments));
  CHECK_EQ(result.text(), "2024-02-29 12:34:56.790");
}

TEST(now_is_refused_where_functions_must_be_pure) {
  const FunctionEnvironment environment = test_environment();
  FunctionContext context;
  context.environment = &environment;
  context.function_id = FunctionId::kDate;
  Value argument, result;
  context.result = &result;
  CHECK_OK(argument.copy_text("now"));
  const FunctionDefinition& date = builtin_function(FunctionId::kDate);
  context.pure_use = PureUse::kCheckConstraint;
  CHECK(date.scalar(context, 1, &argument).is(Code::kError));
  CHECK_EQ(context.error_message(), "non-deterministic use of date() in a CHECK constraint");
  context.pure_use = PureUse::kIndex;
  CHECK(date.scalar(context, 0, &argument).is(Code::kError));
  CHECK_EQ(context.error_message(), "non-deterministic use of date() in an index");
  CHECK_OK(argument.copy_text("2024-01-01"));
  CHECK_OK(date.scalar(context, 1, &argument));
}

TEST(the_connection_is_seen) {
  CHECK_EQ(call(builtin_function(FunctionId::kChanges), TextEncoding::kUtf8, {}), "I3");
  CHECK_EQ(call(builtin_function(FunctionId::kTotalChanges), TextEncoding::kUtf8, {}), "I7");
  CHECK_EQ(call(builtin_function(FunctionId::kLastInsertRowid), TextEncoding::kUtf8, {}), "I42");
  // 0x8786858483828180 without its sign, negated.
  CHECK_EQ(call(builtin_function(FunctionId::kRandom), TextEncoding::kUtf8, {}), "I-542267609333268864");
  std::vector<Value> size(1);
  size[0].set_integer(3);
  CHECK_EQ(call(builtin_function(FunctionId::kRandomblob), TextEncoding::kUtf8, size), "B808182");
}

TEST(lengths_are_limited) {
  FunctionEnvironment environment = test_environment();
  FunctionLimits limits;
  limits.length = 100;
  environment.limits = &limits;
  FunctionContext context;
  context.environment = &environment;
  Value arguments[3], result;
  context.result = &result;
  CHECK_OK(arguments[0].copy_text(std::string(60, 'a')));
  CHECK_OK(arguments[1].copy_text("a"));
  CHECK_OK(arguments[2].copy_text("bb"));
  CHECK(builtin_function(FunctionId::kHex).scalar(context, 1, arguments).is(Code::kToobig));
  CHECK(builtin_function(FunctionId::kReplace).scalar(context, 3, arguments).is(Code::kToobig));
  CHECK(builtin_function(FunctionId::kConcat).scalar(context, 2, arguments).ok());
  arguments[0].set_integer(101);
  CHECK(builtin_function(FunctionId::kZeroblob).scalar(context, 1, arguments).is(Code::kToobig));
  CHECK(builtin_function(FunctionId::kRandomblob).scalar(context, 1, arguments).is(Code::kToobig));
}

TEST(extremes_report_skipped_rows) {
  AggregateRun run(builtin_function(FunctionId::kMaxAggregate));
  Value value;
  CHECK_OK(run.step(&value, 1));
  CHECK(!run.context().row_skipped);
  value.set_integer(5);
  CHECK_OK(run.step(&value, 1));
  CHECK(!run.context().row_skipped);
  value.set_integer(4);
  CHECK_OK(run.step(&value, 1));
  CHECK(run.context().row_skipped);
  run.context().row_skipped = false;
  CHECK_OK(run.finalize());
  CHECK_EQ(format_value(run.accumulator()), "I5");
}

/** Each allocation of each function fails once: SQLITE_NOMEM or no error at all, and nothing leaks (the
 * sanitizer watches). */
TEST(functions_survive_running_out_of_memory) {
  const FunctionEnvironment environment = test_environment();
  for (uint16_t id = 0; id < kFunctionCount; id++) {
    const FunctionDefinition& function = builtin_function(static_cast<FunctionId>(id));
    if (!function.scalar && !function.step) continue;
    for (int64_t failing = 1; failing <= 6; failing++) {
      FunctionContext context;
      context.environment = &environment;
      context.function_id = function.id;
      Value arguments[3], result, accumulator;
      context.result = &result;
      CHECK_OK(arguments[0].copy_text("%.60d 2024-01-01 a longer text of many words"));
      CHECK_OK(arguments[1].copy_text("a somewhat longer piece of text, to be copied"));
      CHECK_OK(arguments[2].copy_text("the third argument, which is long as well"));
      mem_fail_after(failing);
      Status status;
      if (function.scalar) {
        status = function.scalar(context, 2, arguments);
      } else {
        status = aggregate_step(function, context, &accumulator, 1, arguments);
        if (status.ok()) status = aggregate_step(function, context, &accumulator, 1, arguments);
        if (status.ok()) status = aggregate_finalize(function, context, &accumulator);
      }
      mem_fail_after(0);
      CHECK(status.ok() || status.is(Code::kNomem) || !context.error_message().empty());
    }
  }
}

}  // namespace
}  // namespace ringlite
