// The table of built-in functions. Functions that the compiler codes itself, and those implemented by the
// code of window queries, have a name here and no body.
#include <array>

#include "functions/builtins.h"

namespace ringlite {
namespace {

using Table = std::array<FunctionDefinition, kFunctionCount>;

void add(Table& table, FunctionId id, const char* name, FunctionDefinition definition = {}) {
  FunctionDefinition& entry = table[static_cast<size_t>(id)];
  ASSERT(entry.name == nullptr);
  entry = definition;
  entry.id = id;
  entry.name = name;
}

void add_scalar(Table& table, FunctionId id, const char* name, ScalarFunction scalar) {
  FunctionDefinition definition;
  definition.scalar = scalar;
  add(table, id, name, definition);
}

void add_inlined(Table& table) {
  add(table, FunctionId::kCoalesce, "coalesce");
  add(table, FunctionId::kIfnull, "ifnull");
  add(table, FunctionId::kIif, "iif");
  add(table, FunctionId::kIf, "if");
  add(table, FunctionId::kUnlikely, "unlikely");
  add(table, FunctionId::kLikely, "likely");
  add(table, FunctionId::kLikelihood, "likelihood");
}

void add_values(Table& table) {
  add_scalar(table, FunctionId::kTypeof, "typeof", typeof_function);
  add_scalar(table, FunctionId::kSubtype, "subtype", subtype_function);
  add_scalar(table, FunctionId::kLength, "length", length_function);
  add_scalar(table, FunctionId::kOctetLength, "octet_length", octet_length_function);
  add_scalar(table, FunctionId::kMin, "min", minimum_of_arguments);
  add_scalar(table, FunctionId::kMax, "max", maximum_of_arguments);
  add_scalar(table, FunctionId::kNullif, "nullif", nullif_function);
  add_scalar(table, FunctionId::kAbs, "abs", abs_function);
  add_scalar(table, FunctionId::kSign, "sign", sign_function);
  add_scalar(table, FunctionId::kRound, "round", round_function);
  add_scalar(table, FunctionId::kRandom, "random", random_function);
  add_scalar(table, FunctionId::kRandomblob, "randomblob", randomblob_function);
  add_scalar(table, FunctionId::kZeroblob, "zeroblob", zeroblob_function);
  add_scalar(table, FunctionId::kLastInsertRowid, "last_insert_rowid", last_insert_rowid_function);
  add_scalar(table, FunctionId::kChanges, "changes", changes_function);
  add_scalar(table, FunctionId::kTotalChanges, "total_changes", total_changes_function);
  add_scalar(table, FunctionId::kSqliteVersion, "sqlite_version", sqlite_version_function);
  add_scalar(table, FunctionId::kSqliteSourceId, "sqlite_source_id", sqlite_source_id_function);
  add_scalar(table, FunctionId::kSqliteCompileoptionUsed, "sqlite_compileoption_used",
             compileoption_used_function);
  add_scalar(table, FunctionId::kSqliteCompileoptionGet, "sqlite_compileoption_get",
             compileoption_get_function);
  add_scalar(table, FunctionId::kSqliteLog, "sqlite_log", sqlite_log_function);
  add_scalar(table, FunctionId::kLoadExtension, "load_extension", load_extension_function);
  add_scalar(table, FunctionId::kMatch, "match", match_function);
}

void add_text(Table& table) {
  add_scalar(table, FunctionId::kLtrim, "ltrim", ltrim_function);
  add_scalar(table, FunctionId::kRtrim, "rtrim", rtrim_function);
  add_scalar(table, FunctionId::kTrim, "trim", trim_function);
  add_scalar(table, FunctionId::kInstr, "instr", instr_function);
  add_scalar(table, FunctionId::kPrintf, "printf", printf_function);
  add_scalar(table, FunctionId::kFormat, "format", printf_function);
  add_scalar(table, FunctionId::kUnicode, "unicode", unicode_function);
  add_scalar(table, FunctionId::kChar, "char", char_function);
  add_scalar(table, FunctionId::kUpper, "upper", upper_function);
  add_scalar(table, FunctionId::kLower, "lower", lower_function);
  add_scalar(table, FunctionId::kHex, "hex", hex_function);
  add_scalar(table, FunctionId::kUnhex, "unhex", unhex_function);
  add_scalar(table, FunctionId::kConcat, "concat", concat_function);
  add_scalar(table, FunctionId::kConcatWs, "concat_ws", concat_ws_function);
  add_scalar(table, FunctionId::kUnistr, "unistr", unistr_function);
  add_scalar(table, FunctionId::kQuote, "quote", quote_function);
  add_scalar(table, FunctionId::kUnistrQuote, "unistr_quote", unistr_quote_function);
  add_scalar(table, FunctionId::kReplace, "replace", replace_function);
  add_scalar(table, FunctionId::kSubstr, "substr", substr_function);
  add_scalar(table, FunctionId::kSubstring, "substring", substr_function);
  add_scalar(table, FunctionId::kSoundex, "soundex", soundex_function);
  add_scalar(table, FunctionId::kGlob, "glob", glob_function);
  add_scalar(table, FunctionId::kLike, "like", like_function);
  add_scalar(table, FunctionId::kLikeCaseSensitive, "like", case_sensitive_like_function);
}

void add_dates(Table& table) {
  add_scalar(table, FunctionId::kJulianday, "julianday", julianday_function);
  add_scalar(table, FunctionId::kUnixepoch, "unixepoch", unixepoch_function);
  add_scalar(table, FunctionId::kDate, "date", date_function);
  add_scalar(table, FunctionId::kTime, "time", time_function);
  add_scalar(table, FunctionId::kDatetime, "datetime", datetime_function);
  add_scalar(table, FunctionId::kStrftime, "strftime", strftime_function);
  add_scalar(table, FunctionId::kTimediff, "timediff", timediff_function);
  add_scalar(table, FunctionId::kCurrentTime, "current_time", time_function);
  add_scalar(table, FunctionId::kCurrentTimestamp, "current_timestamp", datetime_function);
  add_scalar(table, FunctionId::kCurrentDate, "current_date", date_function);
}

void add_mathematics(Table& table) {
  add_scalar(table, FunctionId::kCeil, "ceil", ceil_function);
  add_scalar(table, FunctionId::kCeiling, "ceiling", ceil_function);
  add_scalar(table, FunctionId::kFloor, "floor", floor_function);
  add_scalar(table, FunctionId::kTrunc, "trunc", trunc_function);
  add_scalar(table, FunctionId::kLn, "ln", ln_function);
  add_scalar(table, FunctionId::kLog, "log", log_function);
  add_scalar(table, FunctionId::kLog10, "log10", log_function);
  add_scalar(table, FunctionId::kLog2, "log2", log2_function);
  add_scalar(table, FunctionId::kExp, "exp", exp_function);
  add_scalar(table, FunctionId::kPow, "pow", power_function);
  add_scalar(table, FunctionId::kPower, "power", power_function);
  add_scalar(table, FunctionId::kMod, "mod", mod_function);
  add_scalar(table, FunctionId::kAcos, "acos", acos_function);
  add_scalar(table, FunctionId::kAsin, "asin", asin_function);
  add_scalar(table, FunctionId::kAtan, "atan", atan_function);
  add_scalar(table, FunctionId::kAtan2, "atan2", atan2_function);
  add_scalar(table, FunctionId::kCos, "cos", cos_function);
  add_scalar(table, FunctionId::kSin, "sin", sin_function);
  add_scalar(table, FunctionId::kTan, "tan", tan_function);
  add_scalar(table, FunctionId::kCosh, "cosh", cosh_function);
  add_scalar(table, FunctionId::kSinh, "sinh", sinh_function);
  add_scalar(table, FunctionId::kTanh, "tanh", tanh_function);
  add_scalar(table, FunctionId::kAcosh, "acosh", acosh_function);
  add_scalar(table, FunctionId::kAsinh, "asinh", asinh_function);
  add_scalar(table, FunctionId::kAtanh, "atanh", atanh_function);
  add_scalar(table, FunctionId::kSqrt, "sqrt", sqrt_function);
  add_scalar(table, FunctionId::kRadians, "radians", radians_function);
  add_scalar(table, FunctionId::kDegrees, "degrees", degrees_function);
  add_scalar(table, FunctionId::kPi, "pi", pi_function);
}

void add_aggregates(Table& table) {
  add(table, FunctionId::kIndexSamples, "index_samples", index_samples_aggregate());
  add(table, FunctionId::kMinAggregate, "min", minimum_aggregate());
  add(table, FunctionId::kMaxAggregate, "max", maximum_aggregate());
  add(table, FunctionId::kSum, "sum", sum_aggregate());
  add(table, FunctionId::kTotal, "total", total_aggregate());
  add(table, FunctionId::kAvg, "avg", average_aggregate());
  add(table, FunctionId::kCount, "count", count_aggregate());
  add(table, FunctionId::kGroupConcat, "group_concat", group_concat_aggregate());
  add(table, FunctionId::kStringAgg, "string_agg", group_concat_aggregate());
  add(table, FunctionId::kMedian, "median", percentile_aggregate());
  add(table, FunctionId::kPercentile, "percentile", percentile_aggregate());
  add(table, FunctionId::kPercentileCont, "percentile_cont", percentile_aggregate());
  add(table, FunctionId::kPercentileDisc, "percentile_disc", percentile_aggregate());
}

void add_windows(Table& table) {
  add(table, FunctionId::kRowNumber, "row_number", row_number_window());
  add(table, FunctionId::kRank, "rank", rank_window());
  add(table, FunctionId::kDenseRank, "dense_rank", dense_rank_window());
  add(table, FunctionId::kPercentRank, "percent_rank", percent_rank_window());
  add(table, FunctionId::kCumeDist, "cume_dist", cume_dist_window());
  add(table, FunctionId::kNtile, "ntile", ntile_window());
  add(table, FunctionId::kFirstValue, "first_value", first_value_window());
  add(table, FunctionId::kLastValue, "last_value", last_value_window());
  add(table, FunctionId::kNthValue, "nth_value", nth_value_window());
  add(table, FunctionId::kLead, "lead", offset_window());
  add(table, FunctionId::kLag, "lag", offset_window());
}

/** json_ and jsonb_ functions share their code, which looks at the id for the form of the result. */
void add_json(Table& table) {
  add_scalar(table, FunctionId::kJson, "json", json_function);
  add_scalar(table, FunctionId::kJsonb, "jsonb", json_function);
  add_scalar(table, FunctionId::kJsonArray, "json_array", json_array_function);
  add_scalar(table, FunctionId::kJsonbArray, "jsonb_array", json_array_function);
  add_scalar(table, FunctionId::kJsonArrayInsert, "json_array_insert", json_array_insert_function);
  add_scalar(table, FunctionId::kJsonbArrayInsert, "jsonb_array_insert", json_array_insert_function);
  add_scalar(table, FunctionId::kJsonExtract, "json_extract", json_extract_function);
  add_scalar(table, FunctionId::kJsonbExtract, "jsonb_extract", json_extract_function);
  add_scalar(table, FunctionId::kJsonInsert, "json_insert", json_insert_function);
  add_scalar(table, FunctionId::kJsonbInsert, "jsonb_insert", json_insert_function);
  add_scalar(table, FunctionId::kJsonObject, "json_object", json_object_function);
  add_scalar(table, FunctionId::kJsonbObject, "jsonb_object", json_object_function);
  add_scalar(table, FunctionId::kJsonPatch, "json_patch", json_patch_function);
  add_scalar(table, FunctionId::kJsonbPatch, "jsonb_patch", json_patch_function);
  add_scalar(table, FunctionId::kJsonRemove, "json_remove", json_remove_function);
  add_scalar(table, FunctionId::kJsonbRemove, "jsonb_remove", json_remove_function);
  add_scalar(table, FunctionId::kJsonReplace, "json_replace", json_replace_function);
  add_scalar(table, FunctionId::kJsonbReplace, "jsonb_replace", json_replace_function);
  add_scalar(table, FunctionId::kJsonSet, "json_set", json_set_function);
  add_scalar(table, FunctionId::kJsonbSet, "jsonb_set", json_set_function);
  add_scalar(table, FunctionId::kJsonArrayLength, "json_array_length", json_array_length_function);
  add_scalar(table, FunctionId::kJsonErrorPosition, "json_error_position", json_error_position_function);
  add_scalar(table, FunctionId::kJsonPretty, "json_pretty", json_pretty_function);
  add_scalar(table, FunctionId::kJsonQuote, "json_quote", json_quote_function);
  add_scalar(table, FunctionId::kJsonType, "json_type", json_type_function);
  add_scalar(table, FunctionId::kJsonValid, "json_valid", json_valid_function);
  add_scalar(table, FunctionId::kJsonArrow, "->", json_arrow_function);
  add_scalar(table, FunctionId::kJsonDoubleArrow, "->>", json_double_arrow_function);
  add(table, FunctionId::kJsonGroupArray, "json_group_array", json_group_array_aggregate());
  add(table, FunctionId::kJsonbGroupArray, "jsonb_group_array", json_group_array_aggregate());
  add(table, FunctionId::kJsonGroupObject, "json_group_object", json_group_object_aggregate());
  add(table, FunctionId::kJsonbGroupObject, "jsonb_group_object", json_group_object_aggregate());
}

Table make_table() {
  Table table{};
  add_inlined(table);
  add_values(table);
  add_text(table);
  add_dates(table);
  add_mathematics(table);
  add_aggregates(table);
  add_windows(table);
  add_json(table);
  return table;
}

}  // namespace

const FunctionDefinition& builtin_function(FunctionId id) {
  static const Table table = make_table();
  ASSERT(static_cast<size_t>(id) < table.size());
  return table[static_cast<size_t>(id)];
}

}  // namespace ringlite
