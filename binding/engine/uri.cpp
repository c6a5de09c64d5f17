#include "engine/uri.h"

#include "base/buffer.h"

namespace ringlite {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/** Reads a URI from left to right. Text ends at '#', or at a NUL. */
class UriReader {
 public:
  explicit UriReader(std::string_view text)
      : text_(text.substr(0, text.find_first_of(std::string_view("#\0", 2)))) {}

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? 0 : text_[at_]; }
  void skip() { at_++; }
  std::string_view rest() const { return text_.substr(at_); }
  void skip_to(std::string_view stops) {
    while (!at_end() && stops.find(peek()) == stops.npos) at_++;
  }

  /** Decoded text up to one of `stops`. What follows an encoded NUL is left out. */
  Status read_until(std::string_view stops, Buffer* out) {
    while (!at_end() && stops.find(peek()) == stops.npos) {
      char c = peek();
      at_++;
      const int high = c == '%' && at_ + 1 < text_.size() ? hex_digit(text_[at_]) : -1;
      const int low = high >= 0 ? hex_digit(text_[at_ + 1]) : -1;
      if (low >= 0) {
        at_ += 2;
        if (high == 0 && low == 0) {
          skip_to(stops);
          break;
        }
        c = static_cast<char>(high * 16 + low);
      }
      RETURN_IF_ERROR(out->append_byte(static_cast<uint8_t>(c)));
    }
    return kOk;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

std::string_view view_of(const Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (c != lower_case[i]) return false;
  }
  return true;
}

/** SQLite's words for yes and no; numbers are yes unless 0, anything else is no. */
bool is_true(std::string_view value) {
  for (const char* yes : {"on", "yes", "true"})
    if (equals_ignoring_case(value, yes)) return true;
  if (value.empty() || value[0] < '0' || value[0] > '9') return false;
  // Only the last byte of the number counts.
  uint32_t number = 0;
  for (size_t i = 0; i < value.size() && value[i] >= '0' && value[i] <= '9'; i++) {
    number = number * 10 + static_cast<uint32_t>(value[i] - '0');
    if (number > 0x7fffffff) return false;
  }
  return static_cast<uint8_t>(number) != 0;
}

Status refuse(Code code, std::initializer_list<std::string_view> parts, String* message) {
  RETURN_IF_ERROR(message->assign(parts));
  return code;
}

/** What has been allowed so far is the limit, by an earlier mode as well. */
Status set_mode(std::string_view mode, FileUri* result, String* message) {
  if (mode == "memory") {
    result->is_memory = true;
    result->access = {};
    return kOk;
  }
  const bool is_known = mode == "ro" || mode == "rw" || mode == "rwc";
  if (!is_known) return refuse(Code::kError, {"no such access mode: ", mode}, message);
  const FileAccess& limit = result->access;
  const bool is_allowed =
      result->is_memory || mode == "ro" || (!limit.is_readonly && (mode == "rw" || limit.may_create));
  if (!is_allowed) return refuse(Code::kPerm, {"access mode not allowed: ", mode}, message);
  result->is_memory = false;
  result->access = {.is_readonly = mode == "ro", .may_create = mode == "rwc"};
  return kOk;
}

Status set_vfs(std::string_view vfs, FileUri* result, String* message) {
  if (vfs == "unix-none")
    result->has_no_locks = true;
  else if (vfs != "unix")
    return refuse(Code::kError, {"no such vfs: ", vfs}, message);
  return kOk;
}

/** The first of several parameters of a name counts for these two. */
struct Seen {
  bool nolock = false;
  bool immutable = false;
};

Status set_parameter(std::string_view name, std::string_view value, Seen* seen, FileUri* result,
                     String* message) {
  if (name == "mode") return set_mode(value, result, message);
  if (name == "cache" && value != "shared" && value != "private")
    return refuse(Code::kError, {"no such cache mode: ", value}, message);
  if (name == "nolock" && !seen->nolock) {
    seen->nolock = true;
    result->has_no_locks |= is_true(value);
  }
  if (name == "immutable" && !seen->immutable) {
    seen->immutable = true;
    result->is_immutable = is_true(value);
  }
  return kOk;
}

Status skip_authority(UriReader* reader, String* message) {
  if (reader->rest().substr(0, 2) != "//") return kOk;
  reader->skip();
  reader->skip();
  const std::string_view after = reader->rest();
  reader->skip_to("/");
  const std::string_view authority = after.substr(0, after.size() - reader->rest().size());
  if (authority.empty() || authority == "localhost") return kOk;
  return refuse(Code::kError, {"invalid uri authority: ", authority}, message);
}

}  // namespace

Status parse_uri(std::string_view uri, FileAccess allowed, FileUri* result, String* message) {
  UriReader reader(uri.substr(5));
  *result = {};
  result->access = allowed;
  RETURN_IF_ERROR(skip_authority(&reader, message));
  Buffer name;
  RETURN_IF_ERROR(reader.read_until("?", &name));
  RETURN_IF_ERROR(result->path.assign(view_of(name)));
  Seen seen;
  Buffer vfs;
  bool has_vfs = false;
  while (!reader.at_end()) {
    reader.skip();
    name.clear();
    Buffer value;
    RETURN_IF_ERROR(reader.read_until("=&", &name));
    if (name.empty()) {
      // A value without a name says nothing.
      reader.skip_to("&");
      continue;
    }
    if (reader.peek() == '=') {
      reader.skip();
      RETURN_IF_ERROR(reader.read_until("&", &value));
    }
    if (view_of(name) == "vfs") {
      has_vfs = true;
      vfs.swap(value);
      continue;
    }
    RETURN_IF_ERROR(set_parameter(view_of(name), view_of(value), &seen, result, message));
  }
  return has_vfs ? set_vfs(view_of(vfs), result, message) : kOk;
}

}  // namespace ringlite
