// json_each(json, root) and json_tree(json, root): the elements of a JSON value as rows; with json_each those
// of the outermost array or object, with json_tree all at any depth, containers before what they contain.
// jsonb_each and jsonb_tree answer arrays and objects as JSONB. Columns: key, value, type, atom, id, parent,
// fullkey, path, and the hidden json and root.
//
// Invariants of a scan that is not at its end:
//  1. `position_` is the start of an element of `jsonb_`; within an object that of its label.
//  2. `parents_` are the containers around it, outermost first, from `root_` on; `path_` is the path of the
//  innermost one.
//  3. `container_` is the type of that container, or how the root was reached: kArray by index, kObject by
//  label, 0 as $.
#include <charconv>
#include <new>

#include "base/memory.h"
#include "base/pod_array.h"
#include "functions/json_argument.h"
#include "functions/json_parse.h"
#include "functions/json_render.h"
#include "record/number_text.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

namespace {

using json::Element;
using json::Search;
using json::Type;
using json::View;

enum Column : uint32_t { kKey, kValue, kType, kAtom, kId, kParent, kFullKey, kPath, kJson, kRoot };

/** Plans (lib/catalog/native-modules.ts): no argument, json, json and root. */
enum Plan : int64_t { kNoArgument = 0, kJsonOnly = 1, kJsonAndRoot = 3 };

constexpr uint8_t kNoContainer = 0;
constexpr uint8_t kArrayType = static_cast<uint8_t>(Type::kArray);
constexpr uint8_t kObjectType = static_cast<uint8_t>(Type::kObject);

struct Parent {
  uint32_t head;       // its row: of its label within an object
  uint32_t value;      // its element
  uint32_t end;        // first byte after it
  uint32_t path_size;  // length of its own container's path
  int64_t index;       // of the present element, in an array
};

class JsonScan : public ScanState {
 public:
  JsonScan(bool is_tree, bool as_jsonb) : is_tree_(is_tree), as_jsonb_(as_jsonb) {}

  Status filter(FunctionContext& context, int64_t plan, const Value* arguments);
  Status next(FunctionContext& context);
  bool at_end() const { return position_ >= end_; }
  Status column(FunctionContext& context, uint32_t column);
  int64_t rowid() const { return rowid_; }

 private:
  View view() const { return {jsonb_.data(), static_cast<uint32_t>(jsonb_.size())}; }
  Status read_json(FunctionContext& context, const Value& value, bool* is_null);
  Status find_root(FunctionContext& context, std::string_view root, uint32_t* start, bool* is_found);
  Status begin(FunctionContext& context, uint32_t start);
  Status value_element(FunctionContext& context, Element* element) const;
  Status enter(FunctionContext& context, const Element& container);
  void leave_finished();
  Status append_step(FunctionContext& context);
  size_t path_size() const;
  Status root_key(FunctionContext& context);
  Status key(FunctionContext& context);
  Status value(FunctionContext& context);
  Status atom(FunctionContext& context);
  Status full_key(FunctionContext& context);

  bool is_tree_;
  bool as_jsonb_;
  uint8_t container_ = kNoContainer;
  uint32_t position_ = 0;
  uint32_t end_ = 0;
  uint32_t rowid_ = 0;
  uint32_t root_size_ = 0;  // length of the root's path
  bool is_text_ = false;    // the argument was text
  Value argument_;
  Buffer jsonb_;
  Buffer path_;
  PodArray<Parent> parents_;
};

/** Reads the argument; `*is_null`: there is nothing to scan. */
Status JsonScan::read_json(FunctionContext& context, const Value& value, bool* is_null) {
  *is_null = value.is_null();
  if (*is_null) return kOk;
  RETURN_IF_ERROR(argument_.copy_from(value));
  BytesArgument bytes;
  bool is_jsonb;
  RETURN_IF_ERROR(json::read_jsonb(context, argument_, &bytes, &is_jsonb));
  is_text_ = !is_jsonb;
  if (is_jsonb) return jsonb_.assign(bytes.data(), bytes.size());
  TextArgument text;
  RETURN_IF_ERROR(text.init(context, argument_));
  jsonb_.clear();
  json::ParseOutcome outcome;
  RETURN_IF_ERROR(json::parse_text(text.until_nul(), &jsonb_, &outcome));
  return outcome.is_valid ? kOk : json::fail_malformed(context);
}

/** Follows the root argument, a path. */
Status JsonScan::find_root(FunctionContext& context, std::string_view root, uint32_t* start, bool* is_found) {
  *is_found = false;
  *start = 0;
  if (root.empty() || root[0] != '$') return json::fail_search(context, root, Search::kBadPath);
  uint32_t label = 0;
  if (root.size() > 1) {
    json::Document document;
    document.borrow(view());
    const Search search = document.find(root.substr(1), start, &label);
    if (search == Search::kNotFound) return kOk;
    // Whatever is wrong, SQLite calls the path bad here.
    if (search != Search::kFound) return json::fail_search(context, root, Search::kBadPath);
    container_ = label > 0 ? kObjectType : kArrayType;
  }
  *is_found = true;
  position_ = label > 0 ? label : *start;
  root_size_ = static_cast<uint32_t>(root.size());
  return path_.assign(root.data(), root.size());
}

Status JsonScan::filter(FunctionContext& context, int64_t plan, const Value* arguments) {
  position_ = end_ = rowid_ = 0;
  container_ = kNoContainer;
  root_size_ = 0;
  parents_.clear();
  path_.clear();
  if (plan == kNoArgument) return kOk;
  bool is_null;
  RETURN_IF_ERROR(read_json(context, arguments[0], &is_null));
  if (is_null) return kOk;
  if (plan == kJsonOnly) {
    root_size_ = 1;
    RETURN_IF_ERROR(path_.append("$"));
    return begin(context, 0);
  }
  TextArgument root;
  RETURN_IF_ERROR(root.init(context, arguments[1]));
  if (root.is_null()) return kOk;
  uint32_t start;
  bool is_found;
  RETURN_IF_ERROR(find_root(context, root.until_nul(), &start, &is_found));
  return is_found ? begin(context, start) : kOk;
}

/** Goes to the first row of the element at `start`. */
Status JsonScan::begin(FunctionContext& context, uint32_t start) {
  Element root;
  if (!json::read_element(view(), start, &root)) return json::fail_malformed(context);
  end_ = root.end();
  if (is_tree_ || !root.is_container()) return kOk;
  position_ = root.body();
  container_ = root.type;
  return parents_.push_back({position_, start, end_, 0, 0});
}

/** The present row's value. */
Status JsonScan::value_element(FunctionContext& context, Element* element) const {
  uint32_t position = position_;
  if (container_ == kObjectType) {
    Element label;
    if (!json::read_element(view(), position, &label)) return json::fail_malformed(context);
    position = label.end();
  }
  return json::read_element(view(), position, element) ? kOk : json::fail_malformed(context);
}

Status JsonScan::next(FunctionContext& context) {
  Element element;
  RETURN_IF_ERROR(value_element(context, &element));
  if (is_tree_ && element.is_container()) {
    RETURN_IF_ERROR(enter(context, element));
  } else {
    position_ = element.end();
  }
  if (is_tree_) leave_finished();
  if (container_ == kArrayType && !parents_.empty()) parents_.back().index++;
  rowid_++;
  return kOk;
}

/** Goes to the first element of the container that the scan is on. */
Status JsonScan::enter(FunctionContext& context, const Element& container) {
  const uint32_t path_size = static_cast<uint32_t>(path_.size());
  if (container_ != kNoContainer && !parents_.empty()) RETURN_IF_ERROR(append_step(context));
  RETURN_IF_ERROR(parents_.push_back({position_, container.start, container.end(), path_size, -1}));
  position_ = container.body();
  container_ = container.type;
  return kOk;
}

/** Leaves the containers whose end has been reached. */
void JsonScan::leave_finished() {
  bool has_left = false;
  while (!parents_.empty() && position_ >= parents_.back().end) {
    ignore_status(path_.resize(parents_.back().path_size));
    parents_.pop_back();
    has_left = true;
  }
  if (!has_left) return;
  Element container;
  const bool is_inside = !parents_.empty() && json::read_element(view(), parents_.back().value, &container);
  container_ = is_inside ? container.type : kNoContainer;
}

bool is_plain_label(std::string_view label) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (label.empty() || !is_letter(label[0])) return false;
  for (const char c : label)
    if (!is_letter(c) && !is_digit(c)) return false;
  return true;
}

/** Appends the step from the container to the present element to the path: [N], .label or ."label". */
Status JsonScan::append_step(FunctionContext& context) {
  if (container_ == kArrayType) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, parents_.back().index);
    RETURN_IF_ERROR(path_.append_byte('['));
    RETURN_IF_ERROR(path_.append(digits, static_cast<size_t>(end - digits)));
    return path_.append_byte(']');
  }
  Element element;
  if (!json::read_element(view(), position_, &element)) return json::fail_malformed(context);
  const std::string_view label = json::payload_text(view(), element);
  const bool is_plain = is_plain_label(label);
  RETURN_IF_ERROR(path_.append(is_plain ? "." : ".\""));
  RETURN_IF_ERROR(path_.append(label));
  return is_plain ? kOk : path_.append_byte('"');
}

/** Length of the path of what contains the present row: the root's own row is contained in what its path
 * leads through. */
size_t JsonScan::path_size() const {
  size_t size = path_.size();
  if (rowid_ != 0 || !is_tree_ || size < 2) return size;
  const std::string_view path = path_.text();
  json::Document document;
  document.borrow(view());
  while (size > 1) {
    size--;
    if (path[size] != '[' && path[size] != '.') continue;
    uint32_t start;
    Element element;
    if (document.find(path.substr(1, size - 1), &start) != Search::kFound) continue;
    if (json::read_element(view(), start, &element) && element.body() == position_) break;
  }
  return size;
}

/** The key of a root that a path leads to: the path's last step. */
Status JsonScan::root_key(FunctionContext& context) {
  if (root_size_ <= 1) return kOk;
  const size_t start = path_size();
  const std::string_view step = path_.text().substr(start, root_size_ - start);
  if (step.empty()) return kOk;
  if (step[0] == '[') {
    int64_t index = 0;
    std::from_chars(step.data() + 1, step.data() + step.size(), index);
    context.result->set_integer(index);
    return kOk;
  }
  const bool is_quoted = step.size() > 2 && step[1] == '"';
  return context.return_text(is_quoted ? step.substr(2, step.size() - 3) : step.substr(1));
}

Status JsonScan::key(FunctionContext& context) {
  if (parents_.empty()) return root_key(context);
  if (container_ == kObjectType) return json::return_element(context, view(), position_, false);
  context.result->set_integer(parents_.back().index);
  return kOk;
}

Status JsonScan::value(FunctionContext& context) {
  Element element;
  RETURN_IF_ERROR(value_element(context, &element));
  RETURN_IF_ERROR(json::return_element(context, view(), element.start, as_jsonb_));
  if (element.is_container()) context.result->set_subtype(json::kSubtype);
  return kOk;
}

Status JsonScan::atom(FunctionContext& context) {
  Element element;
  RETURN_IF_ERROR(value_element(context, &element));
  return element.is_container() ? kOk : json::return_element(context, view(), element.start, false);
}

Status JsonScan::full_key(FunctionContext& context) {
  const size_t size = path_.size();
  if (!parents_.empty()) RETURN_IF_ERROR(append_step(context));
  RETURN_IF_ERROR(context.return_text(path_.text()));
  return path_.resize(size);
}

Status JsonScan::column(FunctionContext& context, uint32_t column) {
  switch (column) {
    case kKey:
      return key(context);
    case kValue:
      return value(context);
    case kType: {
      Element element;
      RETURN_IF_ERROR(value_element(context, &element));
      return context.return_literal(json::type_name(element.type));
    }
    case kAtom:
      return atom(context);
    case kId:
      context.result->set_integer(position_);
      return kOk;
    case kParent:
      if (is_tree_ && !parents_.empty()) context.result->set_integer(parents_.back().head);
      return kOk;
    case kFullKey:
      return full_key(context);
    case kPath:
      return context.return_text(path_.text().substr(0, path_size()));
    case kJson: {
      if (!is_text_) return context.result->copy_blob(jsonb_.data(), static_cast<uint32_t>(jsonb_.size()));
      TextArgument text;
      RETURN_IF_ERROR(text.init(context, argument_));
      return context.return_text(text.until_nul());
    }
    default:
      return context.return_text(path_.text().substr(0, root_size_));
  }
}

template <bool kIsTree, bool kAsJsonb>
Status open(ConnectionState&, FunctionContext&, const VirtualTableReference&, ScanState** state) {
  void* memory = mem_alloc(sizeof(JsonScan));
  if (!memory) return Code::kNomem;
  *state = new (memory) JsonScan(kIsTree, kAsJsonb);
  return kOk;
}

JsonScan& scan_of(ScanState* state) { return *static_cast<JsonScan*>(state); }

void close(ScanState* state) {
  JsonScan& scan = scan_of(state);
  scan.~JsonScan();
  mem_free(&scan);
}

Status filter(ScanState* state, FunctionContext& context, int64_t plan, uint32_t argument_count,
              const Value* arguments) {
  const uint32_t needed = plan == kNoArgument ? 0 : plan == kJsonOnly ? 1 : 2;
  return argument_count < needed ? Status(Code::kInternal) : scan_of(state).filter(context, plan, arguments);
}

Status next(ScanState* state, FunctionContext& context) { return scan_of(state).next(context); }
bool at_end(const ScanState* state) { return static_cast<const JsonScan*>(state)->at_end(); }
Status column(ScanState* state, FunctionContext& context, uint32_t column) {
  return scan_of(state).column(context, column);
}
int64_t rowid(const ScanState* state) { return static_cast<const JsonScan*>(state)->rowid(); }

template <bool kIsTree, bool kAsJsonb>
constexpr VirtualTableModule json_module(const char* name) {
  return {name, open<kIsTree, kAsJsonb>, close, filter, next, at_end, column, rowid};
}

}  // namespace

const VirtualTableModule* json_each_module() {
  static constexpr VirtualTableModule module = json_module<false, false>("json_each");
  return &module;
}

const VirtualTableModule* json_tree_module() {
  static constexpr VirtualTableModule module = json_module<true, false>("json_tree");
  return &module;
}

const VirtualTableModule* jsonb_each_module() {
  static constexpr VirtualTableModule module = json_module<false, true>("jsonb_each");
  return &module;
}

const VirtualTableModule* jsonb_tree_module() {
  static constexpr VirtualTableModule module = json_module<true, true>("jsonb_tree");
  return &module;
}

}  // namespace ringlite
