// JSON functions that change a value: remove, replace, insert, set, array_insert, patch.
#include "functions/builtins.h"
#include "functions/json_argument.h"
#include "functions/json_render.h"

namespace ringlite {
namespace {

using json::Edit;
using json::Search;

Status fail_count(FunctionContext& context, std::string_view name) {
  Buffer message;
  RETURN_IF_ERROR(message.append("json_"));
  RETURN_IF_ERROR(message.append(name));
  RETURN_IF_ERROR(message.append("() needs an odd number of arguments"));
  return context.fail(message.text());
}

/** Applies pairs of path and value, from left to right. A path that is NULL is passed over. */
Status apply_edits(FunctionContext& context, int argument_count, const Value* arguments, Edit edit,
                   std::string_view name) {
  if (argument_count < 1) return kOk;
  if (argument_count % 2 == 0) return fail_count(context, name);
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  json::Document& document = input.document();
  for (int index = 1; index + 1 < argument_count; index += 2) {
    TextArgument path_argument;
    RETURN_IF_ERROR(path_argument.init(context, arguments[index]));
    if (path_argument.is_null()) continue;
    const std::string_view path = path_argument.until_nul();
    if (path.empty() || path[0] != '$') return json::fail_search(context, path, Search::kBadPath);
    json::Document value;
    RETURN_IF_ERROR(json::encode_value(context, arguments[index + 1], &value));
    if (path.size() == 1) {
      if (edit == Edit::kReplace || edit == Edit::kSet) RETURN_IF_ERROR(document.replace(value.view()));
      continue;
    }
    Search search;
    RETURN_IF_ERROR(document.edit(path.substr(1), edit, value.view(), &search));
    if (search != Search::kFound && search != Search::kNotFound)
      return json::fail_search(context, path, search);
  }
  return json::return_document(context, document);
}

}  // namespace

Status json_remove_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count < 1) return kOk;
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  for (int index = 1; index < argument_count; index++) {
    TextArgument path_argument;
    RETURN_IF_ERROR(path_argument.init(context, arguments[index]));
    if (path_argument.is_null()) return kOk;
    const std::string_view path = path_argument.until_nul();
    if (path.empty() || path[0] != '$') return json::fail_search(context, path, Search::kBadPath);
    // Without the root nothing is left.
    if (path.size() == 1) return kOk;
    Search search;
    RETURN_IF_ERROR(input.document().edit(path.substr(1), Edit::kRemove, {}, &search));
    if (search != Search::kFound && search != Search::kNotFound)
      return json::fail_search(context, path, search);
  }
  return json::return_document(context, input.document());
}

Status json_replace_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return apply_edits(context, argument_count, arguments, Edit::kReplace, "replace");
}

Status json_insert_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return apply_edits(context, argument_count, arguments, Edit::kInsert, "insert");
}

Status json_set_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return apply_edits(context, argument_count, arguments, Edit::kSet, "set");
}

Status json_array_insert_function(FunctionContext& context, int argument_count, const Value* arguments) {
  return apply_edits(context, argument_count, arguments, Edit::kArrayInsert, "array_insert");
}

Status json_patch_function(FunctionContext& context, int, const Value* arguments) {
  json::JsonArgument target, patch;
  RETURN_IF_ERROR(target.init(context, arguments[0]));
  if (target.is_null()) return kOk;
  RETURN_IF_ERROR(patch.init(context, arguments[1]));
  if (patch.is_null()) return kOk;
  Search search;
  RETURN_IF_ERROR(target.document().merge(patch.view(), &search));
  if (search == Search::kTooDeep) return json::fail_too_deep(context);
  if (search != Search::kFound) return json::fail_malformed(context);
  return json::return_document(context, target.document());
}

}  // namespace ringlite
