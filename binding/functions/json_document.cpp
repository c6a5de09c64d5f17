#include "functions/json_document.h"

#include <cstring>

#include "base/endian.h"
#include "functions/json_parse.h"
#include "record/number_text.h"

namespace ringlite::json {
namespace {

/** A label in a path. */
struct PathKey {
  std::string_view text;
  bool is_raw = true;
};

/** Reads `.label` or `."label"`; *path becomes what follows. False when there is no label. */
bool read_key(std::string_view* path, PathKey* key) {
  std::string_view rest = path->substr(1);
  if (!rest.empty() && rest[0] == '"') {
    rest.remove_prefix(1);
    size_t length = 0;
    while (length < rest.size() && rest[length] != '"')
      length += rest[length] == '\\' && length + 1 < rest.size() ? 2 : 1;
    if (length >= rest.size()) return false;
    key->text = rest.substr(0, length);
    key->is_raw = key->text.find('\\') == std::string_view::npos;
    *path = rest.substr(length + 1);
    return true;
  }
  size_t length = 0;
  while (length < rest.size() && rest[length] != '.' && rest[length] != '[') length++;
  if (length == 0) return false;
  key->text = rest.substr(0, length);
  key->is_raw = true;
  *path = rest.substr(length);
  return true;
}

/** Digits of an index; large ones stop growing, they are beyond any array. */
uint64_t read_index_digits(std::string_view path, size_t* position) {
  uint64_t index = 0;
  for (; *position < path.size() && is_digit(path[*position]); (*position)++) {
    if (index < UINT32_MAX) index = index * 10 + static_cast<uint64_t>(path[*position] - '0');
  }
  return index;
}

/** Reads `[N]`, `[#]` or `[#-N]` of an array. */
Search read_index(std::string_view* path, View view, const Element& array, uint64_t* index) {
  size_t position = 1;
  *index = read_index_digits(*path, &position);
  const auto is_closed = [&] { return position < path->size() && (*path)[position] == ']'; };
  if (position < 2 || !is_closed()) {
    if (path->size() < 2 || (*path)[1] != '#') return Search::kBadPath;
    *index = count_elements(view, array);
    position = 2;
    if (path->size() > 3 && (*path)[2] == '-' && is_digit((*path)[3])) {
      position = 3;
      const uint64_t back = read_index_digits(*path, &position);
      if (back > *index) return Search::kNotFound;
      *index -= back;
    }
    if (!is_closed()) return Search::kBadPath;
  }
  *path = path->substr(position + 1);
  return Search::kFound;
}

/** Where one step of a path leads. When not found, `value` is where a new element would go. */
struct StepResult {
  Search search;
  uint32_t value = 0;
  uint32_t label = 0;
  /** The step could be made by inserting at `value`. */
  bool is_insertable = false;
};

StepResult find_label(View view, const Element& object, const PathKey& key) {
  uint32_t position = object.body();
  const uint32_t end = object.end();
  while (position < end) {
    Element label, value;
    if (!read_element(view, position, &label) || !label.is_text()) return {Search::kMalformed};
    if (label.end() >= end) return {Search::kMalformed};
    if (!read_element(view, label.end(), &value) || value.type > static_cast<uint8_t>(Type::kObject))
      return {Search::kMalformed};
    if (equal_labels(key.text, key.is_raw, payload_text(view, label), label.is_raw_text())) {
      if (value.end() > end) return {Search::kMalformed};
      return {Search::kFound, value.start, label.start};
    }
    position = value.end();
  }
  if (position > end) return {Search::kMalformed};
  return {Search::kNotFound, position, 0, true};
}

StepResult find_index(View view, const Element& array, uint64_t index) {
  uint32_t position = array.body();
  while (position < array.end()) {
    if (index == 0) return {Search::kFound, position};
    index--;
    Element element;
    if (!read_element(view, position, &element)) return {Search::kMalformed};
    position = element.end();
  }
  if (position > array.end()) return {Search::kMalformed};
  return {Search::kNotFound, position, 0, index == 0};
}

/** Makes the first step of *path from the element at `position`, removing it from *path. */
StepResult make_step(View view, uint32_t position, std::string_view* path, PathKey* key) {
  // The type decides first, even for an element that cannot be read.
  Element element;
  if (!read_element(view, position, &element))
    element = {static_cast<uint8_t>(view.data[position] & 15), position, 0, 0};
  if ((*path)[0] == '.') {
    if (!read_key(path, key)) return {Search::kBadPath};
    return element.is(Type::kObject) ? find_label(view, element, *key) : StepResult{Search::kNotFound};
  }
  if ((*path)[0] != '[') return {Search::kBadPath};
  if (!element.is(Type::kArray)) return {Search::kNotFound};
  uint64_t index;
  const Search search = read_index(path, view, element, &index);
  return search == Search::kFound ? find_index(view, element, index) : StepResult{search};
}

/** As read_element, for a container whose stated size is not right during an edit. */
bool read_container(View view, uint32_t position, Element* element) {
  return position < view.size && read_element({view.data, UINT32_MAX}, position, element);
}

/** When `inserted` is `excess` bytes shorter than what it overwrites: writes it with a longer header than
 * needed, so that no byte has to move. Not every excess can be had. */
bool overwrite_padded(uint8_t* target, View inserted, uint32_t excess) {
  static constexpr uint32_t kHeaderSizes[] = {1, 2, 3, 5, 9};
  static constexpr uint8_t kSizeCodes[] = {0, 0xc0, 0xd0, 0xe0, 0xf0};
  if ((inserted.data[0] & 15) <= static_cast<uint8_t>(Type::kFalse)) return false;
  const uint8_t code = inserted.data[0] >> 4;
  const uint32_t old_header = code <= 11 ? 1 : kHeaderSizes[code - 11];
  const uint32_t new_header = old_header + excess;
  for (size_t form = 1; form < std::size(kHeaderSizes); form++) {
    if (kHeaderSizes[form] != new_header) continue;
    uint32_t payload = inserted.size - old_header;
    target[0] = static_cast<uint8_t>((inserted.data[0] & 15) | kSizeCodes[form]);
    std::memcpy(target + new_header, inserted.data + old_header, payload);
    for (uint32_t index = new_header; --index >= 1; payload >>= 8)
      target[index] = static_cast<uint8_t>(payload);
    return true;
  }
  return false;
}

}  // namespace

Status Document::parse(std::string_view text, bool* is_valid) {
  buffer_.clear();
  is_owned_ = true;
  ParseOutcome outcome;
  RETURN_IF_ERROR(parse_text(text, &buffer_, &outcome));
  *is_valid = outcome.is_valid;
  is_json5_ = outcome.is_json5;
  return kOk;
}

Status Document::replace(View value) {
  RETURN_IF_ERROR(make_editable());
  return splice(0, static_cast<uint32_t>(buffer_.size()), value);
}

Status Document::release(Buffer* jsonb) {
  RETURN_IF_ERROR(make_editable());
  jsonb->swap(buffer_);
  return kOk;
}

Status Document::make_editable() {
  if (is_owned_) return kOk;
  is_owned_ = true;
  return buffer_.assign(view_.data, view_.size);
}

Search Document::find(std::string_view path, uint32_t* position, uint32_t* label) const {
  *position = 0;
  uint32_t found_label = 0;
  for (uint32_t depth = 1; !path.empty(); depth++) {
    PathKey key;
    const StepResult step = make_step(view(), *position, &path, &key);
    if (step.search != Search::kFound) return step.search;
    if (depth >= kDepthLimit) return Search::kTooDeep;
    *position = step.value;
    found_label = step.label;
  }
  if (label) *label = found_label;
  return Search::kFound;
}

/** Replaces `removed` bytes by `inserted` (which is not part of this document). */
Status Document::splice(uint32_t position, uint32_t removed, View inserted) {
  const size_t old_size = buffer_.size();
  ASSERT(position + static_cast<size_t>(removed) <= old_size);
  const bool is_shorter = inserted.size != 0 && inserted.size < removed && removed - inserted.size <= 8;
  if (is_shorter && overwrite_padded(buffer_.data() + position, inserted, removed - inserted.size))
    return kOk;
  const size_t new_size = old_size - removed + inserted.size;
  if (new_size > old_size) RETURN_IF_ERROR(buffer_.resize(new_size));
  std::memmove(buffer_.data() + position + inserted.size, buffer_.data() + position + removed,
               old_size - position - removed);
  RETURN_IF_ERROR(buffer_.resize(new_size));
  if (inserted.size != 0) std::memcpy(buffer_.data() + position, inserted.data, inserted.size);
  return kOk;
}

/** Writes the header of the container at `position` anew after its payload has changed by *delta; *delta then
 * counts the header, too. */
Status Document::resize_container(uint32_t position, uint32_t old_payload, int64_t* delta) {
  Element container;
  if (!read_container(view(), position, &container)) return kOk;
  Buffer header;
  const uint64_t payload = static_cast<uint64_t>(static_cast<int64_t>(old_payload) + *delta);
  RETURN_IF_ERROR(append_header(static_cast<Type>(container.type), payload, &header));
  const int64_t header_delta = static_cast<int64_t>(header.size()) - static_cast<int64_t>(container.header);
  const size_t old_size = buffer_.size();
  const size_t new_size = static_cast<size_t>(static_cast<int64_t>(old_size) + header_delta);
  if (header_delta > 0) RETURN_IF_ERROR(buffer_.resize(new_size));
  std::memmove(buffer_.data() + position + header.size(), buffer_.data() + container.body(),
               old_size - container.body());
  std::memcpy(buffer_.data() + position, header.data(), header.size());
  RETURN_IF_ERROR(buffer_.resize(new_size));
  *delta += header_delta;
  return kOk;
}

namespace {

/** What has to be inserted so that `path`, the part of a path that leads beyond what exists, leads to
 * `value`: containers made as the path says. */
Status append_new_structure(std::string_view path, View value, uint32_t depth, Buffer* output,
                            Search* search) {
  *search = Search::kFound;
  if (path.empty()) return output->append(value.data, value.size);
  if (depth + 1 >= kDepthLimit) {
    *search = Search::kTooDeep;
    return kOk;
  }
  const bool is_object = path[0] == '.';
  const uint8_t empty = static_cast<uint8_t>(is_object ? Type::kObject : Type::kArray);
  PathKey key;
  const StepResult step = make_step({&empty, 1}, 0, &path, &key);
  if (!step.is_insertable) {
    *search = step.search;
    return kOk;
  }
  Buffer payload;
  if (is_object)
    RETURN_IF_ERROR(append_element(key.is_raw ? Type::kTextRaw : Type::kText5, key.text, &payload));
  RETURN_IF_ERROR(append_new_structure(path, value, depth + 1, &payload, search));
  if (*search != Search::kFound) return kOk;
  return append_element(static_cast<Type>(empty), payload.text(), output);
}

bool adds_elements(Edit edit) {
  return edit == Edit::kInsert || edit == Edit::kSet || edit == Edit::kArrayInsert;
}

}  // namespace

Status Document::edit(std::string_view path, Edit edit, View value, Search* search) {
  ASSERT(!path.empty() && edit != Edit::kNone);
  RETURN_IF_ERROR(make_editable());
  const std::string_view whole_path = path;
  Buffer containers;  // positions of the containers passed, outermost first
  uint32_t position = 0, label = 0, depth = 0;
  StepResult step{Search::kFound};
  PathKey key;
  while (!path.empty()) {
    const uint32_t container = position;
    step = make_step(view(), position, &path, &key);
    const bool is_passed = step.search == Search::kFound || (step.is_insertable && adds_elements(edit));
    if (!is_passed) {
      *search = step.search;
      return kOk;
    }
    RETURN_IF_ERROR(containers.append(&container, sizeof container));
    if (step.search != Search::kFound) break;
    if (++depth >= kDepthLimit) {
      *search = Search::kTooDeep;
      return kOk;
    }
    position = step.value;
    label = step.label;
  }

  *search = Search::kFound;
  const size_t old_size = buffer_.size();
  if (step.search != Search::kFound) {
    Element container;
    uint32_t container_position;
    std::memcpy(&container_position, containers.data() + containers.size() - sizeof container_position,
                sizeof container_position);
    const bool is_object =
        read_element(view(), container_position, &container) && container.is(Type::kObject);
    if (is_object && edit == Edit::kArrayInsert && (path.empty() || path.back() != ']')) {
      *search = Search::kNotArray;
      return kOk;
    }
    Buffer inserted;
    if (is_object)
      RETURN_IF_ERROR(append_element(key.is_raw ? Type::kTextRaw : Type::kText5, key.text, &inserted));
    RETURN_IF_ERROR(append_new_structure(path, value, depth, &inserted, search));
    if (*search != Search::kFound) return kOk;
    RETURN_IF_ERROR(splice(step.value, 0, {inserted.data(), static_cast<uint32_t>(inserted.size())}));
  } else if (edit == Edit::kInsert) {
    return kOk;
  } else if (edit == Edit::kArrayInsert) {
    if (whole_path.back() != ']') {
      *search = Search::kNotArray;
      return kOk;
    }
    RETURN_IF_ERROR(splice(position, 0, value));
  } else {
    Element element;
    const uint32_t end = read_element(view(), position, &element) ? element.end() : position;
    const uint32_t start = edit == Edit::kRemove && label != 0 ? label : position;
    RETURN_IF_ERROR(splice(start, end - start, edit == Edit::kRemove ? View{} : value));
  }

  int64_t delta = static_cast<int64_t>(buffer_.size()) - static_cast<int64_t>(old_size);
  for (size_t count = containers.size() / sizeof(uint32_t); count > 0 && delta != 0; count--) {
    uint32_t container_position;
    std::memcpy(&container_position, containers.data() + (count - 1) * sizeof container_position,
                sizeof container_position);
    Element container;
    if (!read_container(view(), container_position, &container)) break;
    RETURN_IF_ERROR(resize_container(container_position, container.payload, &delta));
  }
  return kOk;
}

Status Document::merge(View patch, Search* search) {
  RETURN_IF_ERROR(make_editable());
  Element root;
  if (!read_element(patch, 0, &root)) {
    *search = Search::kMalformed;
    return kOk;
  }
  *search = Search::kFound;
  int64_t delta = 0;
  return merge_at(0, patch, root, 0, &delta, search);
}

/** Merges into the element at `target`. *delta receives by how much that element has grown. */
Status Document::merge_at(uint32_t target, View patch, const Element& patch_element, uint32_t depth,
                          int64_t* delta, Search* search) {
  *delta = 0;
  Element element;
  if (!read_element(view(), target, &element)) {
    *search = Search::kMalformed;
    return kOk;
  }
  const size_t size_before = buffer_.size();
  if (!patch_element.is(Type::kObject)) {
    const View replacement{patch.data + patch_element.start, patch_element.header + patch_element.payload};
    RETURN_IF_ERROR(splice(target, element.header + element.payload, replacement));
    *delta = static_cast<int64_t>(buffer_.size()) - static_cast<int64_t>(size_before);
    return kOk;
  }
  // The stated size of the target stays what it was until the end; `*delta` says how much that is off.
  const uint32_t stated_payload = element.payload;
  const uint32_t body = element.body();
  if (!element.is(Type::kObject)) {
    RETURN_IF_ERROR(splice(body, stated_payload, {}));
    *delta = -static_cast<int64_t>(stated_payload);
    buffer_.data()[target] =
        static_cast<uint8_t>((buffer_.data()[target] & 0xf0) | static_cast<uint8_t>(Type::kObject));
  }
  for (uint32_t cursor = patch_element.body(); cursor < patch_element.end();) {
    Element label, value;
    const bool is_readable = read_element(patch, cursor, &label) && label.is_text() &&
                             label.end() < patch_element.end() && read_element(patch, label.end(), &value) &&
                             value.end() <= patch_element.end();
    if (!is_readable) {
      *search = Search::kMalformed;
      return kOk;
    }
    cursor = value.end();

    const uint32_t end = static_cast<uint32_t>(static_cast<int64_t>(body + stated_payload) + *delta);
    const PathKey key{payload_text(patch, label), label.is_raw_text()};
    Element present{element.type, target, element.header, end - body};
    const StepResult found = find_label(view(), present, key);
    if (found.search == Search::kMalformed) {
      *search = Search::kMalformed;
      return kOk;
    }
    int64_t change = 0;
    if (found.search == Search::kFound) {
      if (value.is(Type::kNull)) {
        Element old_value;
        if (!read_element(view(), found.value, &old_value)) return CORRUPT();
        RETURN_IF_ERROR(splice(found.label, old_value.end() - found.label, {}));
        change = -static_cast<int64_t>(old_value.end() - found.label);
      } else {
        if (depth >= kDepthLimit) {
          *search = Search::kTooDeep;
          return kOk;
        }
        RETURN_IF_ERROR(merge_at(found.value, patch, value, depth + 1, &change, search));
        if (*search != Search::kFound) return kOk;
      }
    } else if (!value.is(Type::kNull)) {
      const uint32_t label_size = label.header + label.payload;
      const bool is_object = value.is(Type::kObject);
      const uint32_t copied = label_size + (is_object ? 0 : value.header + value.payload);
      RETURN_IF_ERROR(splice(end, 0, {patch.data + label.start, copied}));
      change = copied;
      if (is_object) {
        // Objects are merged with nothing, so that nulls inside them disappear.
        const uint8_t null = 0;
        RETURN_IF_ERROR(splice(end + label_size, 0, {&null, 1}));
        if (depth >= kDepthLimit) {
          *search = Search::kTooDeep;
          return kOk;
        }
        int64_t growth;
        RETURN_IF_ERROR(merge_at(end + label_size, patch, value, depth + 1, &growth, search));
        if (*search != Search::kFound) return kOk;
        change += 1 + growth;
      }
    }
    *delta += change;
  }
  return *delta == 0 ? kOk : resize_container(target, stated_payload, delta);
}

}  // namespace ringlite::json
