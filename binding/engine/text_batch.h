// Text of result rows on its way to JavaScript: Latin-1 where every character allows it, UTF-16 otherwise.
#pragma once
#include <cstdint>

#include "engine/border.h"

namespace ringlite {

enum class TextForm : uint8_t {
  kLatin1,   ///< appended to border.latin1
  kWide,     ///< appended to border.wide
  kInvalid,  ///< not UTF-8 as V8 reads it: nothing appended
};

/** Appends text that is not all ASCII. SQLITE_NOMEM. */
Status append_other_text(Border& border, const uint8_t* text, uint32_t size, TextForm* form);

/** Appends one text value. SQLITE_NOMEM. */
inline Status append_text(Border& border, const uint8_t* text, uint32_t size, TextForm* form) {
  RETURN_IF_ERROR(border.latin1.reserve(border.latin1.size() + size + 8));
  uint8_t* to = border.latin1.data() + border.latin1.size();
  uint64_t all = 0;
  uint32_t at = 0;
  for (; at + 8 <= size; at += 8) {
    uint64_t word;
    std::memcpy(&word, text + at, 8);
    all |= word;
    std::memcpy(to + at, &word, 8);
  }
  for (; at < size; at++) {
    all |= text[at];
    to[at] = text[at];
  }
  if ((all & 0x8080808080808080u) != 0) [[unlikely]]
    return append_other_text(border, text, size, form);
  *form = TextForm::kLatin1;
  return border.latin1.resize(border.latin1.size() + size);
}

}  // namespace ringlite
