// Functions of values as such, of the connection, and of the library.
#include <cstring>

#include "functions/arguments.h"
#include "functions/builtins.h"
#include "functions/compile_options.h"
#include "record/affinity.h"
#include "record/compare.h"

namespace ringlite {
namespace {

/** The extreme argument; NULL when any is NULL. Of equal ones, min() answers the last and max() the first. */
Status extreme_of_arguments(FunctionContext& context, int argument_count, const Value* arguments,
                            bool wants_largest) {
  int best = 0;
  if (arguments[0].is_null()) return kOk;
  for (int index = 1; index < argument_count; index++) {
    if (arguments[index].is_null()) return kOk;
    const int order = compare_values(arguments[best], arguments[index], context.collation, context.encoding);
    if (wants_largest ? order < 0 : order >= 0) best = index;
  }
  return return_value(context, arguments[best]);
}

}  // namespace

Status typeof_function(FunctionContext& context, int, const Value* arguments) {
  static constexpr std::string_view kNames[] = {"integer", "real", "text", "blob", "null"};
  return context.return_literal(kNames[static_cast<int>(arguments[0].type()) - 1]);
}

Status subtype_function(FunctionContext& context, int, const Value* arguments) {
  context.result->set_integer(arguments[0].subtype());
  return kOk;
}

Status minimum_of_arguments(FunctionContext& context, int argument_count, const Value* arguments) {
  return extreme_of_arguments(context, argument_count, arguments, false);
}

Status maximum_of_arguments(FunctionContext& context, int argument_count, const Value* arguments) {
  return extreme_of_arguments(context, argument_count, arguments, true);
}

Status nullif_function(FunctionContext& context, int, const Value* arguments) {
  if (compare_values(arguments[0], arguments[1], context.collation, context.encoding) == 0) return kOk;
  return return_value(context, arguments[0]);
}

Status random_function(FunctionContext& context, int, const Value*) {
  int64_t random;
  context.environment->random_bytes(context.environment->source, &random, sizeof random);
  // Never the smallest integer, whose abs() would be an error.
  if (random < 0) random = -(random & INT64_MAX);
  context.result->set_integer(random);
  return kOk;
}

Status randomblob_function(FunctionContext& context, int, const Value* arguments) {
  const int64_t size = value_as_integer(arguments[0]);
  const uint64_t wanted = size < 1 ? 1 : static_cast<uint64_t>(size);
  uint8_t* bytes;
  RETURN_IF_ERROR(context.prepare_blob(wanted, &bytes));
  context.environment->random_bytes(context.environment->source, bytes, wanted);
  return kOk;
}

Status zeroblob_function(FunctionContext& context, int, const Value* arguments) {
  const int64_t size = value_as_integer(arguments[0]);
  if (size > static_cast<int64_t>(context.length_limit())) return Code::kToobig;
  context.result->set_zero_blob(size < 0 ? 0 : static_cast<uint32_t>(size));
  return kOk;
}

Status last_insert_rowid_function(FunctionContext& context, int, const Value*) {
  context.result->set_integer(*context.environment->last_insert_rowid);
  return kOk;
}

Status changes_function(FunctionContext& context, int, const Value*) {
  context.result->set_integer(*context.environment->changes);
  return kOk;
}

Status total_changes_function(FunctionContext& context, int, const Value*) {
  context.result->set_integer(*context.environment->total_changes);
  return kOk;
}

Status sqlite_version_function(FunctionContext& context, int, const Value*) {
  return context.return_literal(kSqliteVersion);
}

Status sqlite_source_id_function(FunctionContext& context, int, const Value*) {
  return context.return_literal(kSqliteSourceId);
}

Status compileoption_used_function(FunctionContext& context, int, const Value* arguments) {
  TextArgument name;
  RETURN_IF_ERROR(name.init(context, arguments[0]));
  if (!name.is_null()) context.result->set_integer(is_compile_option_used(name.until_nul()));
  return kOk;
}

Status compileoption_get_function(FunctionContext& context, int, const Value* arguments) {
  // As an int: SQLite reads the argument with 32 bits.
  const int32_t index = static_cast<int32_t>(value_as_integer(arguments[0]));
  const std::string_view option = compile_option(index);
  return option.empty() ? kOk : context.return_literal(option);
}

/** There is no log to write to: the result is NULL, as SQLite's is. */
Status sqlite_log_function(FunctionContext&, int, const Value*) { return kOk; }

/** Loading native extensions from SQL is off, as in better-sqlite3. */
Status load_extension_function(FunctionContext& context, int, const Value*) {
  return context.fail("not authorized");
}

/** MATCH means something only as a constraint of a full-text table. */
Status match_function(FunctionContext& context, int, const Value*) {
  return context.fail("unable to use function MATCH in the requested context");
}

}  // namespace ringlite
