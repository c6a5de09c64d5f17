// Declarations of all built-in function bodies, for the table in function_table.cpp. Each group is
// implemented in the file named.
#pragma once
#include "functions/function.h"

namespace ringlite {

#define DECLARE_SCALAR(name) Status name(FunctionContext& context, int argument_count, const Value* arguments)

// value_functions.cpp
DECLARE_SCALAR(typeof_function);
DECLARE_SCALAR(subtype_function);
DECLARE_SCALAR(minimum_of_arguments);
DECLARE_SCALAR(maximum_of_arguments);
DECLARE_SCALAR(nullif_function);
DECLARE_SCALAR(random_function);
DECLARE_SCALAR(randomblob_function);
DECLARE_SCALAR(zeroblob_function);
DECLARE_SCALAR(last_insert_rowid_function);
DECLARE_SCALAR(changes_function);
DECLARE_SCALAR(total_changes_function);
DECLARE_SCALAR(sqlite_version_function);
DECLARE_SCALAR(sqlite_source_id_function);
DECLARE_SCALAR(compileoption_used_function);
DECLARE_SCALAR(compileoption_get_function);
DECLARE_SCALAR(sqlite_log_function);
DECLARE_SCALAR(load_extension_function);
DECLARE_SCALAR(match_function);

// text_functions.cpp, text_edit_functions.cpp
DECLARE_SCALAR(length_function);
DECLARE_SCALAR(octet_length_function);
DECLARE_SCALAR(instr_function);
DECLARE_SCALAR(unicode_function);
DECLARE_SCALAR(char_function);
DECLARE_SCALAR(upper_function);
DECLARE_SCALAR(lower_function);
DECLARE_SCALAR(hex_function);
DECLARE_SCALAR(unhex_function);
DECLARE_SCALAR(soundex_function);
DECLARE_SCALAR(like_function);
DECLARE_SCALAR(case_sensitive_like_function);
DECLARE_SCALAR(glob_function);
DECLARE_SCALAR(printf_function);
DECLARE_SCALAR(quote_function);
DECLARE_SCALAR(unistr_quote_function);
DECLARE_SCALAR(unistr_function);
DECLARE_SCALAR(substr_function);
DECLARE_SCALAR(replace_function);
DECLARE_SCALAR(trim_function);
DECLARE_SCALAR(ltrim_function);
DECLARE_SCALAR(rtrim_function);
DECLARE_SCALAR(concat_function);
DECLARE_SCALAR(concat_ws_function);

// math_functions.cpp
DECLARE_SCALAR(abs_function);
DECLARE_SCALAR(sign_function);
DECLARE_SCALAR(round_function);
DECLARE_SCALAR(ceil_function);
DECLARE_SCALAR(floor_function);
DECLARE_SCALAR(trunc_function);
DECLARE_SCALAR(ln_function);
DECLARE_SCALAR(log_function);
DECLARE_SCALAR(log2_function);
DECLARE_SCALAR(exp_function);
DECLARE_SCALAR(power_function);
DECLARE_SCALAR(mod_function);
DECLARE_SCALAR(acos_function);
DECLARE_SCALAR(asin_function);
DECLARE_SCALAR(atan_function);
DECLARE_SCALAR(atan2_function);
DECLARE_SCALAR(cos_function);
DECLARE_SCALAR(sin_function);
DECLARE_SCALAR(tan_function);
DECLARE_SCALAR(cosh_function);
DECLARE_SCALAR(sinh_function);
DECLARE_SCALAR(tanh_function);
DECLARE_SCALAR(acosh_function);
DECLARE_SCALAR(asinh_function);
DECLARE_SCALAR(atanh_function);
DECLARE_SCALAR(sqrt_function);
DECLARE_SCALAR(radians_function);
DECLARE_SCALAR(degrees_function);
DECLARE_SCALAR(pi_function);

// date_functions.cpp, strftime.cpp
DECLARE_SCALAR(julianday_function);
DECLARE_SCALAR(unixepoch_function);
DECLARE_SCALAR(date_function);
DECLARE_SCALAR(time_function);
DECLARE_SCALAR(datetime_function);
DECLARE_SCALAR(strftime_function);
DECLARE_SCALAR(timediff_function);

// json_functions.cpp, json_edit_functions.cpp
DECLARE_SCALAR(json_function);
DECLARE_SCALAR(json_array_function);
DECLARE_SCALAR(json_object_function);
DECLARE_SCALAR(json_quote_function);
DECLARE_SCALAR(json_extract_function);
DECLARE_SCALAR(json_arrow_function);
DECLARE_SCALAR(json_double_arrow_function);
DECLARE_SCALAR(json_type_function);
DECLARE_SCALAR(json_array_length_function);
DECLARE_SCALAR(json_valid_function);
DECLARE_SCALAR(json_error_position_function);
DECLARE_SCALAR(json_pretty_function);
DECLARE_SCALAR(json_remove_function);
DECLARE_SCALAR(json_replace_function);
DECLARE_SCALAR(json_insert_function);
DECLARE_SCALAR(json_set_function);
DECLARE_SCALAR(json_array_insert_function);
DECLARE_SCALAR(json_patch_function);

#undef DECLARE_SCALAR

// aggregate_functions.cpp, percentile_functions.cpp, window_functions.cpp, json_group_functions.cpp: whole
// definitions.
FunctionDefinition minimum_aggregate();
FunctionDefinition maximum_aggregate();
FunctionDefinition sum_aggregate();
FunctionDefinition total_aggregate();
FunctionDefinition average_aggregate();
FunctionDefinition count_aggregate();
FunctionDefinition group_concat_aggregate();
FunctionDefinition percentile_aggregate();
// index_samples.cpp
FunctionDefinition index_samples_aggregate();
FunctionDefinition row_number_window();
FunctionDefinition rank_window();
FunctionDefinition dense_rank_window();
FunctionDefinition percent_rank_window();
FunctionDefinition cume_dist_window();
FunctionDefinition ntile_window();
FunctionDefinition first_value_window();
FunctionDefinition last_value_window();
FunctionDefinition nth_value_window();
/** lead and lag: computed by the code of the query, so that their steps do nothing. */
FunctionDefinition offset_window();
FunctionDefinition json_group_array_aggregate();
FunctionDefinition json_group_object_aggregate();

}  // namespace ringlite
