// Collations over text in any encoding. record/compare.h is the face; this part knows only bytes.
#pragma once
#include <cstdint>

#include "base/status.h"
#include "record/key_info.h"

namespace ringlite {

/** Lower case of an ASCII letter, any other byte unchanged. */
constexpr uint8_t ascii_lower(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte + 32) : byte;
}
constexpr uint8_t ascii_upper(uint8_t byte) {
  return byte >= 'a' && byte <= 'z' ? static_cast<uint8_t>(byte - 32) : byte;
}

/** Text of a UTF-16 database, as it is stored, against UTF-8 text. SQLITE_NOMEM goes to *status. */
int compare_encoded_text_to_utf8(TextEncoding encoding, Collation collation, const uint8_t* encoded,
                                 uint32_t encoded_size, const uint8_t* utf8, uint32_t utf8_size,
                                 Status* status);
/** Two texts of a UTF-16 database as they are stored. */
int compare_encoded_texts(TextEncoding encoding, Collation collation, const uint8_t* left, uint32_t left_size,
                          const uint8_t* right, uint32_t right_size, Status* status);

}  // namespace ringlite
