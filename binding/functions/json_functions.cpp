// JSON functions that build and read values; those that change them are in json_edit_functions.cpp.
#include "functions/builtins.h"
#include "functions/json_argument.h"
#include "functions/json_parse.h"
#include "functions/json_render.h"
#include "functions/text_cursor.h"
#include "record/affinity.h"

namespace ringlite {
namespace {

using json::Search;

/** Answers with JSON text that was just put together; the jsonb_ form of the function with its JSONB. The
 * subtype is set either way. */
Status return_built(FunctionContext& context, Buffer&& text) {
  if (!json::wants_jsonb(context)) return json::return_json_text(context, std::move(text));
  RETURN_IF_ERROR(json::return_text_as_jsonb(context, text.text()));
  context.result->set_subtype(json::kSubtype);
  return kOk;
}

bool is_word(std::string_view text) {
  for (const char byte : text) {
    const uint8_t lower = ascii_lower(static_cast<uint8_t>(byte));
    if (!is_digit(byte) && byte != '_' && !(lower >= 'a' && lower <= 'z')) return false;
  }
  return true;
}

/** The short paths of -> and ->>: a label, or an index (negative ones count from the end). */
Status expand_path(const Value& value, std::string_view path, Buffer* expanded) {
  if (value.is_integer()) {
    RETURN_IF_ERROR(expanded->append("["));
    if (path[0] == '-') RETURN_IF_ERROR(expanded->append("#"));
    RETURN_IF_ERROR(expanded->append(path));
    return expanded->append("]");
  }
  if (is_word(path)) {
    RETURN_IF_ERROR(expanded->append("."));
    return expanded->append(path);
  }
  if (path[0] == '[' && path.size() >= 3 && path.back() == ']') return expanded->append(path);
  RETURN_IF_ERROR(expanded->append(".\""));
  RETURN_IF_ERROR(expanded->append(path));
  return expanded->append("\"");
}

enum class ArrowForm : uint8_t { kJson, kSql };

Status arrow(FunctionContext& context, const Value* arguments, ArrowForm form) {
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  TextArgument path_argument;
  RETURN_IF_ERROR(path_argument.init(context, arguments[1]));
  if (input.is_null() || path_argument.is_null()) return kOk;
  const std::string_view path = path_argument.until_nul();
  Buffer expanded;
  std::string_view steps = path;
  if (!path.empty() && path[0] == '$') {
    steps.remove_prefix(1);
  } else {
    RETURN_IF_ERROR(expand_path(arguments[1], path, &expanded));
    steps = expanded.text();
  }
  uint32_t position;
  const Search search = input.document().find(steps, &position);
  if (search == Search::kNotFound) return kOk;
  if (search != Search::kFound) return json::fail_search(context, path, search);
  if (form == ArrowForm::kSql) return json::return_element(context, input.view(), position, false);
  Buffer text;
  RETURN_IF_ERROR(json::append_json(context, input.view(), position, &text));
  return json::return_json_text(context, std::move(text));
}

/** An element for json_extract with one path: an SQL value, or JSON (of subtype JSON when it is text). */
Status return_extracted(FunctionContext& context, json::View view, uint32_t position) {
  const bool as_jsonb = json::wants_jsonb(context);
  RETURN_IF_ERROR(json::return_element(context, view, position, as_jsonb));
  json::Element element;
  if (!as_jsonb && json::read_element(view, position, &element) && element.is_container()) {
    context.result->set_subtype(json::kSubtype);
  }
  return kOk;
}

/** Follows a path that must begin with $. */
Status follow_path(FunctionContext& context, json::Document& document, std::string_view path,
                   uint32_t* position, bool* is_found) {
  *is_found = false;
  if (path.empty() || path[0] != '$') return json::fail_search(context, path, Search::kBadPath);
  const Search search = document.find(path.substr(1), position);
  *is_found = search == Search::kFound;
  return *is_found || search == Search::kNotFound ? kOk : json::fail_search(context, path, search);
}

}  // namespace

Status json_function(FunctionContext& context, int argument_count, const Value* arguments) {
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  return input.is_null() ? kOk : json::return_document(context, input.document());
}

Status json_array_function(FunctionContext& context, int argument_count, const Value* arguments) {
  Buffer text;
  RETURN_IF_ERROR(text.append_byte('['));
  for (int index = 0; index < argument_count; index++) {
    if (index > 0) RETURN_IF_ERROR(text.append_byte(','));
    RETURN_IF_ERROR(json::append_value(context, arguments[index], &text));
  }
  RETURN_IF_ERROR(text.append_byte(']'));
  return return_built(context, std::move(text));
}

Status json_object_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count % 2 != 0) return context.fail("json_object() requires an even number of arguments");
  for (int index = 0; index < argument_count; index += 2) {
    if (!arguments[index].is_text()) return context.fail("json_object() labels must be TEXT");
  }
  Buffer text;
  RETURN_IF_ERROR(text.append_byte('{'));
  for (int index = 0; index < argument_count; index += 2) {
    if (index > 0) RETURN_IF_ERROR(text.append_byte(','));
    RETURN_IF_ERROR(json::append_text_literal(arguments[index].text(), &text));
    RETURN_IF_ERROR(text.append_byte(':'));
    RETURN_IF_ERROR(json::append_value(context, arguments[index + 1], &text));
  }
  RETURN_IF_ERROR(text.append_byte('}'));
  return return_built(context, std::move(text));
}

Status json_quote_function(FunctionContext& context, int, const Value* arguments) {
  Buffer text;
  RETURN_IF_ERROR(json::append_value(context, arguments[0], &text));
  return json::return_json_text(context, std::move(text));
}

Status json_extract_function(FunctionContext& context, int argument_count, const Value* arguments) {
  if (argument_count < 2) return kOk;
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  Buffer array;
  if (argument_count > 2) RETURN_IF_ERROR(array.append_byte('['));
  for (int index = 1; index < argument_count; index++) {
    TextArgument path;
    RETURN_IF_ERROR(path.init(context, arguments[index]));
    if (path.is_null()) return kOk;
    uint32_t position;
    bool is_found;
    RETURN_IF_ERROR(follow_path(context, input.document(), path.until_nul(), &position, &is_found));
    if (argument_count == 2) return is_found ? return_extracted(context, input.view(), position) : kOk;
    if (index > 1) RETURN_IF_ERROR(array.append_byte(','));
    RETURN_IF_ERROR(is_found ? json::append_json(context, input.view(), position, &array)
                             : array.append("null"));
  }
  RETURN_IF_ERROR(array.append_byte(']'));
  if (json::wants_jsonb(context)) return json::return_text_as_jsonb(context, array.text());
  return json::return_json_text(context, std::move(array));
}

Status json_arrow_function(FunctionContext& context, int, const Value* arguments) {
  return arrow(context, arguments, ArrowForm::kJson);
}

Status json_double_arrow_function(FunctionContext& context, int, const Value* arguments) {
  return arrow(context, arguments, ArrowForm::kSql);
}

Status json_type_function(FunctionContext& context, int argument_count, const Value* arguments) {
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  uint32_t position = 0;
  if (argument_count == 2) {
    TextArgument path;
    RETURN_IF_ERROR(path.init(context, arguments[1]));
    if (path.is_null()) return kOk;
    bool is_found;
    RETURN_IF_ERROR(follow_path(context, input.document(), path.until_nul(), &position, &is_found));
    if (!is_found) return kOk;
  }
  return context.return_literal(json::type_name(input.view().data[position] & 15));
}

Status json_array_length_function(FunctionContext& context, int argument_count, const Value* arguments) {
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  uint32_t position = 0;
  if (argument_count == 2) {
    TextArgument path;
    RETURN_IF_ERROR(path.init(context, arguments[1]));
    if (path.is_null()) return kOk;
    bool is_found;
    RETURN_IF_ERROR(follow_path(context, input.document(), path.until_nul(), &position, &is_found));
    if (!is_found) return kOk;
  }
  json::Element element;
  const bool is_array =
      json::read_element(input.view(), position, &element) && element.is(json::Type::kArray);
  context.result->set_integer(is_array ? json::count_elements(input.view(), element) : 0);
  return kOk;
}

Status json_valid_function(FunctionContext& context, int argument_count, const Value* arguments) {
  // 1: RFC 8259 text, 2: JSON5 text, 4: looks like JSONB, 8: is JSONB through and through.
  int64_t accepted = 1;
  if (argument_count == 2) {
    accepted = value_as_integer(arguments[1]);
    if (accepted < 1 || accepted > 15)
      return context.fail("FLAGS parameter to json_valid() must be between 1 and 15");
  }
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  BytesArgument bytes;
  bool is_jsonb;
  RETURN_IF_ERROR(json::read_jsonb(context, value, &bytes, &is_jsonb));
  bool is_valid = false;
  if (is_jsonb) {
    const json::View view{bytes.data(), static_cast<uint32_t>(bytes.size())};
    json::Element root;
    is_valid = (accepted & 4) != 0 || ((accepted & 8) != 0 && json::read_element(view, 0, &root) &&
                                       json::find_error(view, root, 1) == 0);
  } else if ((accepted & 3) != 0) {
    json::JsonArgument input;
    RETURN_IF_ERROR(input.init(context, value, true));
    is_valid = input.is_valid() && ((accepted & 2) != 0 || !input.document().is_json5());
  }
  context.result->set_integer(is_valid);
  return kOk;
}

Status json_error_position_function(FunctionContext& context, int, const Value* arguments) {
  const Value& value = arguments[0];
  if (value.is_null()) return kOk;
  BytesArgument bytes;
  bool is_jsonb;
  RETURN_IF_ERROR(json::read_jsonb(context, value, &bytes, &is_jsonb));
  if (is_jsonb) {
    const json::View view{bytes.data(), static_cast<uint32_t>(bytes.size())};
    json::Element root;
    json::read_element(view, 0, &root);
    context.result->set_integer(json::find_error(view, root, 1));
    return kOk;
  }
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, value));
  Buffer jsonb;
  json::ParseOutcome outcome;
  RETURN_IF_ERROR(json::parse_text(text.until_nul(), &jsonb, &outcome));
  int64_t position = 0;
  if (!outcome.is_valid) {
    // Characters, counted by their first bytes.
    const std::string_view before = text.until_nul().substr(0, outcome.error_position);
    for (const char byte : before) position += (byte & 0xc0) != 0x80;
    position++;
  }
  context.result->set_integer(position);
  return kOk;
}

Status json_pretty_function(FunctionContext& context, int argument_count, const Value* arguments) {
  json::JsonArgument input;
  RETURN_IF_ERROR(input.init(context, arguments[0]));
  if (input.is_null()) return kOk;
  TextArgument indent;
  std::string_view indentation = "    ";
  if (argument_count == 2) {
    RETURN_IF_ERROR(indent.init(context, arguments[1]));
    if (!indent.is_null()) indentation = indent.until_nul();
  }
  Buffer text;
  RETURN_IF_ERROR(json::append_pretty_json(context, input.view(), indentation, &text));
  return context.return_text(std::move(text));
}

}  // namespace ringlite
