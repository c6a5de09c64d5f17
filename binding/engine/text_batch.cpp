#include "engine/text_batch.h"

namespace ringlite {
namespace {

/** Reads one character strictly: no overlong forms, surrogates, or values beyond U+10FFFF. Returns false for
   those and for stray or missing continuation bytes. */
bool read_strict(const uint8_t** cursor, const uint8_t* end, uint32_t* character) {
  const uint8_t* at = *cursor;
  const uint8_t first = *at++;
  if (first < 0x80) {
    *character = first;
    *cursor = at;
    return true;
  }
  const int extra = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  if (extra == 0 || first > 0xf4 || end - at < extra) return false;
  uint32_t value = first & (0x3fu >> extra);
  for (int i = 0; i < extra; i++, at++) {
    if ((*at & 0xc0) != 0x80) return false;
    value = value << 6 | (*at & 0x3fu);
  }
  constexpr uint32_t kSmallest[4] = {0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[extra] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return false;
  *character = value;
  *cursor = at;
  return true;
}

/** True when all of it is valid; `*largest` is the largest character. */
bool scan(const uint8_t* text, const uint8_t* end, uint32_t* largest) {
  *largest = 0;
  while (text < end) {
    uint32_t character;
    if (!read_strict(&text, end, &character)) return false;
    if (character > *largest) *largest = character;
  }
  return true;
}

}  // namespace

Status append_other_text(Border& border, const uint8_t* text, uint32_t size, TextForm* form) {
  const uint8_t* end = text + size;
  uint32_t largest;
  if (!scan(text, end, &largest)) {
    *form = TextForm::kInvalid;
    return kOk;
  }
  uint32_t character = 0;
  if (largest < 0x100) {
    *form = TextForm::kLatin1;
    uint8_t* start = border.latin1.data() + border.latin1.size();
    uint8_t* to = start;
    while (text < end && read_strict(&text, end, &character)) *to++ = static_cast<uint8_t>(character);
    return border.latin1.resize(border.latin1.size() + static_cast<size_t>(to - start));
  }
  *form = TextForm::kWide;
  RETURN_IF_ERROR(border.wide.reserve(border.wide.size() + size));
  while (text < end && read_strict(&text, end, &character)) {
    if (character < 0x10000) {
      RETURN_IF_ERROR(border.wide.push_back(static_cast<char16_t>(character)));
    } else {
      RETURN_IF_ERROR(border.wide.push_back(static_cast<char16_t>(0xd7c0 + (character >> 10))));
      RETURN_IF_ERROR(border.wide.push_back(static_cast<char16_t>(0xdc00 | (character & 0x3ff))));
    }
  }
  return kOk;
}

}  // namespace ringlite
