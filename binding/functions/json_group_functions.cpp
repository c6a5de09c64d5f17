// json_group_array and json_group_object. The text grows with each row; a moving window takes pieces off its
// front.
#include "functions/builtins.h"
#include "functions/json_argument.h"
#include "functions/json_render.h"
#include "functions/lazy.h"

namespace ringlite {
namespace {

/** The elements so far, each but the first preceded by a comma: the result without its brackets. An object's
 * row without a label is a '@'. */
struct GroupState {
  Lazy<Buffer> text;
  bool has_unlabelled;
};

GroupState& as_group(void* state) { return *static_cast<GroupState*>(state); }

Status append_separator(Buffer& text) { return text.empty() ? kOk : text.append_byte(','); }

Status array_step(FunctionContext& context, void* state, int, const Value* arguments) {
  Buffer& text = as_group(state).text.make();
  RETURN_IF_ERROR(append_separator(text));
  return json::append_value(context, arguments[0], &text);
}

Status object_step(FunctionContext& context, void* state, int, const Value* arguments) {
  Buffer& text = as_group(state).text.make();
  TextArgument label;
  RETURN_IF_ERROR(label.init(context, arguments[0]));
  RETURN_IF_ERROR(append_separator(text));
  if (label.is_null()) {
    as_group(state).has_unlabelled = true;
    return text.append_byte('@');
  }
  RETURN_IF_ERROR(json::append_text_literal(label.until_nul(), &text));
  RETURN_IF_ERROR(text.append_byte(':'));
  return json::append_value(context, arguments[1], &text);
}

/** Length of the first element of `text`: up to the first comma that is in no text literal and no container.
 */
size_t first_element_length(std::string_view text) {
  bool is_in_text = false;
  int depth = 0;
  for (size_t position = 0; position < text.size(); position++) {
    const char byte = text[position];
    if (byte == ',' && !is_in_text && depth == 0) return position;
    if (byte == '"') {
      is_in_text = !is_in_text;
    } else if (byte == '\\') {
      position++;
    } else if (!is_in_text) {
      if (byte == '{' || byte == '[') depth++;
      if (byte == '}' || byte == ']') depth--;
    }
  }
  return text.size();
}

Status group_inverse(FunctionContext&, void* state, int, const Value*) {
  Buffer& text = as_group(state).text.make();
  const size_t length = first_element_length(text.text());
  text.erase_front(std::min(length + 1, text.size()));
  return kOk;
}

/** Copies the elements of an object that have a label. */
Status append_labelled(std::string_view text, Buffer* output) {
  bool is_first = true;
  while (!text.empty()) {
    const size_t length = first_element_length(text);
    const std::string_view element = text.substr(0, length);
    if (element != "@") {
      if (!is_first) RETURN_IF_ERROR(output->append_byte(','));
      RETURN_IF_ERROR(output->append(element));
      is_first = false;
    }
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return kOk;
}

Status group_value(FunctionContext& context, void* state, char opening, char closing) {
  Buffer result;
  RETURN_IF_ERROR(result.append_byte(static_cast<uint8_t>(opening)));
  if (state && as_group(state).text.is_made()) {
    const std::string_view elements = as_group(state).text->text();
    RETURN_IF_ERROR(as_group(state).has_unlabelled ? append_labelled(elements, &result)
                                                   : result.append(elements));
  }
  RETURN_IF_ERROR(result.append_byte(static_cast<uint8_t>(closing)));
  if (!json::wants_jsonb(context)) return json::return_json_text(context, std::move(result));
  RETURN_IF_ERROR(json::return_text_as_jsonb(context, result.text()));
  if (!state) context.result->set_subtype(json::kSubtype);
  return kOk;
}

Status array_value(FunctionContext& context, void* state) { return group_value(context, state, '[', ']'); }
Status object_value(FunctionContext& context, void* state) { return group_value(context, state, '{', '}'); }

void destroy_group(void* state) { as_group(state).text.destroy(); }

}  // namespace

FunctionDefinition json_group_array_aggregate() {
  return {.state_size = sizeof(GroupState),
          .step = array_step,
          .inverse = group_inverse,
          .value = array_value,
          .finalize = array_value,
          .destroy = destroy_group};
}

FunctionDefinition json_group_object_aggregate() {
  FunctionDefinition definition = json_group_array_aggregate();
  definition.step = object_step;
  definition.value = definition.finalize = object_value;
  return definition;
}

}  // namespace ringlite
