#include "engine/schema_shape.h"

#include <algorithm>

namespace ringlite {
namespace {

constexpr uint8_t fold(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }

constexpr bool is_blank(char byte) {
  return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f';
}

constexpr bool is_word(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_' || byte == '$' || static_cast<uint8_t>(byte) >= 0x80;
}

bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return fold(static_cast<uint8_t>(x)) == fold(static_cast<uint8_t>(y));
         });
}

/** The head of a statement, word by word. Comments end it: engines don't write them there. */
class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {}

  /** The next word is this one. */
  bool accept(std::string_view word) {
    skip_blanks();
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) end++;
    if (!is_same(text_.substr(at_, end - at_), word)) return false;
    at_ = end;
    return true;
  }

  bool accept(char byte) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != byte) return false;
    at_++;
    return true;
  }

  /** The next name, in quotes or without, is this one. */
  bool accept_name(std::string_view name) {
    skip_blanks();
    if (at_ == text_.size()) return false;
    const char first = text_[at_];
    if (is_word(first)) return accept(name);
    const char last = first == '[' ? ']' : first;
    if (last != '"' && last != '`' && last != '\'' && last != ']') return false;
    size_t at = at_ + 1;
    for (const char byte : name) {
      if (at >= text_.size() || fold(static_cast<uint8_t>(text_[at])) != fold(static_cast<uint8_t>(byte)))
        return false;
      if (byte == last && (last == ']' || ++at >= text_.size() || text_[at] != last)) return false;
      at++;
    }
    if (at >= text_.size() || text_[at] != last) return false;
    if (last != ']' && at + 1 < text_.size() && text_[at + 1] == last) return false;
    at_ = at + 1;
    return true;
  }

  /** Goes on behind the next word of this kind outside of quotes and brackets. */
  bool skip_to(std::string_view word) {
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (is_word(byte)) {
        if (accept(word)) return true;
        while (at_ < text_.size() && is_word(text_[at_])) at_++;
      } else if (byte == '"' || byte == '`' || byte == '\'' || byte == '[') {
        const size_t end = text_.find(byte == '[' ? ']' : byte, at_ + 1);
        if (end == std::string_view::npos) return false;
        at_ = end + 1;
      } else if (is_blank(byte) || byte == ',') {
        at_++;
      } else {
        return false;
      }
    }
    return false;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) at_++;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool is_root(const Value& root, uint32_t page_count) {
  return root.is_integer() && root.integer() >= 2 && root.integer() <= page_count;
}

bool is_no_root(const Value& root) { return root.is_integer() && root.integer() == 0; }

/** The text was not cut off behind `end`. */
bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && is_same(text.substr(text.size() - end.size()), end);
}

bool fits_table(Head head, std::string_view name, std::string_view text) {
  return head.accept_name(name) && head.accept('(') &&
         (ends_with(text, ")") || ends_with(text, "rowid") || ends_with(text, "strict"));
}

bool fits_index(Head head, std::string_view name, std::string_view table) {
  return head.accept_name(name) && head.accept("on") && head.accept_name(table) && head.accept('(');
}

/** Of a trigger in temp, a schema's name may stand before the table's: not looked at. */
bool fits_trigger(Head head, std::string_view name, std::string_view table, std::string_view text) {
  return head.accept_name(name) && head.skip_to("on") && head.accept_name(table) && !head.accept('.') &&
         ends_with(text, "end");
}

/** The number at the end of the name of an automatic index of `table`, 0 when that is no such name. */
uint32_t key_of(std::string_view name, std::string_view table) {
  constexpr std::string_view kPrefix = "sqlite_autoindex_";
  constexpr size_t kMostDigits = 5;
  const size_t size = kPrefix.size() + table.size();
  if (name.size() <= size + 1 || name.size() > size + 1 + kMostDigits) return 0;
  if (!is_same(name.substr(0, kPrefix.size()), kPrefix) ||
      !is_same(name.substr(kPrefix.size(), table.size()), table) || name[size] != '_')
    return 0;
  uint32_t key = 0;
  for (const char digit : name.substr(size + 1)) {
    if (digit < '0' || digit > '9') return 0;
    key = 10 * key + static_cast<uint32_t>(digit - '0');
  }
  return key;
}

}  // namespace

SchemaShape shape_of(SchemaObject type, std::string_view name, std::string_view table, const Value& root,
                     const Value& sql, uint32_t page_count) {
  if (type == SchemaObject::kIndex && sql.is_null()) {
    const uint32_t key = key_of(name, table);
    return {key > 0 && is_root(root, page_count), key};
  }
  if (!sql.is_text()) return {};
  const std::string_view text = sql.text();
  Head head(text);
  if (!head.accept("create")) return {};
  switch (type) {
    case SchemaObject::kTable:
      if (!is_same(name, table)) return {};
      if (head.accept("virtual"))
        return {is_no_root(root) && head.accept("table") && head.accept_name(name) && head.accept("using")};
      return {is_root(root, page_count) && head.accept("table") && fits_table(head, name, text)};
    case SchemaObject::kView:
      return {is_same(name, table) && is_no_root(root) && head.accept("view") && head.accept_name(name) &&
              (head.accept("as") || head.accept('('))};
    case SchemaObject::kIndex:
      static_cast<void>(head.accept("unique"));
      return {is_root(root, page_count) && head.accept("index") && fits_index(head, name, table)};
    case SchemaObject::kTrigger:
      return {is_no_root(root) && head.accept("trigger") && fits_trigger(head, name, table, text)};
    case SchemaObject::kOther:
      return {};
  }
  return {};
}

}  // namespace ringlite
