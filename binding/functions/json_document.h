// A JSON value of a function argument, as JSONB: found by path, and edited.
#pragma once
#include <string_view>

#include "base/buffer.h"
#include "functions/function.h"
#include "functions/jsonb.h"

namespace ringlite::json {

/** What to do with the element that a path leads to. */
enum class Edit : uint8_t {
  kNone,
  kRemove,
  kReplace,  // only when it exists
  kInsert,   // only when it doesn't
  kSet,
  kArrayInsert,  // before the array element that the path names
};

enum class Search : uint8_t { kFound, kNotFound, kNotArray, kMalformed, kTooDeep, kBadPath };

class Document {
 public:
  Document() = default;

  View view() const {
    return is_owned_ ? View{buffer_.data(), static_cast<uint32_t>(buffer_.size())} : view_;
  }
  bool is_json5() const { return is_json5_; }

  /** Shares JSONB that outlives the document; edits copy it. */
  void borrow(View view) {
    view_ = view;
    is_owned_ = false;
  }
  /** Shares the JSONB of a document that outlives this one. */
  void borrow(const Document& other) {
    borrow(other.view());
    is_json5_ = other.is_json5_;
  }
  /** Parses JSON text. `*is_valid` is false when it is malformed; the Status is about memory. */
  Status parse(std::string_view text, bool* is_valid);
  /** Replaces the whole value by another one, as an edit of the root. */
  Status replace(View value);
  /** Becomes a copy of `view`. */
  Status assign(View view) {
    is_owned_ = true;
    return buffer_.assign(view.data, view.size);
  }
  Status append(Type type, std::string_view payload) {
    is_owned_ = true;
    return append_element(type, payload, &buffer_);
  }
  /** Gives the JSONB away. */
  Status release(Buffer* jsonb);

  /** Follows `path` (what stands behind the $) from the root. `*position` receives where the element is,
   * `*label` where its label in an object is, 0 for none. */
  Search find(std::string_view path, uint32_t* position, uint32_t* label = nullptr) const;

  /** Follows `path` and edits; `value` is what to insert. `*search` is kNotFound when there was nothing to
   * edit. */
  Status edit(std::string_view path, Edit edit, View value, Search* search);

  /** Applies an RFC 7396 merge patch. */
  Status merge(View patch, Search* search);

 private:
  Status make_editable();
  Status splice(uint32_t position, uint32_t removed, View inserted);
  Status merge_at(uint32_t target, View patch, const Element& patch_element, uint32_t depth, int64_t* delta,
                  Search* search);
  Status resize_container(uint32_t position, uint32_t old_payload, int64_t* delta);

  Buffer buffer_;
  View view_;
  bool is_owned_ = false;
  bool is_json5_ = false;
};

}  // namespace ringlite::json
