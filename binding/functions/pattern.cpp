#include "functions/pattern.h"

#include <cstring>

#include "base/utf.h"
#include "record/text_order.h"

namespace ringlite {
namespace {

/** Reads characters of text; 0 at the end (and again after it). */
class CharacterReader {
 public:
  explicit CharacterReader(std::string_view text)
      : cursor_(reinterpret_cast<const uint8_t*>(text.data())), end_(cursor_ + text.size()) {}
  bool is_at_end() const { return cursor_ == end_; }
  uint32_t next() { return cursor_ == end_ ? 0 : read_utf8(&cursor_, end_); }
  uint8_t peek_byte() const { return cursor_ == end_ ? 0 : *cursor_; }
  /** After peek_byte() gave an ASCII character. */
  void skip_byte() { cursor_++; }

  /** Advances to the next byte that is this ASCII character; false, at the end, when there is none. */
  bool seek_byte(uint8_t byte) {
    const size_t size = static_cast<size_t>(end_ - cursor_);
    const void* found = size == 0 ? nullptr : std::memchr(cursor_, byte, size);
    cursor_ = found ? static_cast<const uint8_t*>(found) : end_;
    return cursor_ != end_;
  }

  /** The same for an ASCII letter in either case, given in lower case: the cases differ in one bit. */
  bool seek_letter(uint8_t lower) {
    while (cursor_ != end_ && (*cursor_ | 0x20) != lower) cursor_++;
    return cursor_ != end_;
  }

 private:
  const uint8_t* cursor_;
  const uint8_t* end_;
};

/** Matches one character against a set, whose '[' has been read; reads the set to its end. An unclosed set
 * matches nothing. A ']' right after the opening is a member. */
bool matches_set(CharacterReader& pattern, uint32_t character) {
  uint32_t member = pattern.next();
  const bool is_inverted = member == '^';
  if (is_inverted) member = pattern.next();
  bool is_seen = false;
  uint32_t range_start = 0;
  if (member == ']') {
    is_seen = character == ']';
    member = pattern.next();
  }
  while (member != 0 && member != ']') {
    const uint8_t following = pattern.peek_byte();
    if (member == '-' && following != ']' && following != 0 && range_start > 0) {
      const uint32_t range_end = pattern.next();
      is_seen |= character >= range_start && character <= range_end;
      range_start = 0;
    } else {
      is_seen |= character == member;
      range_start = member;
    }
    member = pattern.next();
  }
  return member != 0 && is_seen != is_inverted;
}

bool equal_ignoring_case(uint32_t left, uint32_t right) {
  return left < 0x80 && right < 0x80 &&
         ascii_lower(static_cast<uint8_t>(left)) == ascii_lower(static_cast<uint8_t>(right));
}

/** One pattern element other than any_sequence, whose first character `element` has been read, against the
 * next character. */
bool matches_element(const PatternRules& rules, CharacterReader& pattern, uint32_t element,
                     CharacterReader& text) {
  if (rules.has_sets && element == '[') {
    const uint32_t character = text.next();
    return character != 0 && matches_set(pattern, character);
  }
  bool is_literal = false;
  if (rules.escape != 0 && element == rules.escape) {
    element = pattern.next();
    if (element == 0) return false;
    is_literal = true;
  }
  const uint32_t character = text.next();
  if (character == element) return true;
  if (rules.ignores_case && equal_ignoring_case(element, character)) return true;
  return element == rules.any_character && !is_literal && character != 0;
}

/** The ASCII characters that stand for themselves in a pattern; 0, the end of a text, does not. */
class PlainCharacters {
 public:
  explicit constexpr PlainCharacters(const PatternRules& rules) {
    exclude(rules.any_sequence);
    exclude(rules.any_character);
    exclude(rules.escape);
    if (rules.has_sets) exclude('[');
  }
  constexpr bool has(uint8_t character) const {
    return character < 0x80 && (others_[character / 64] >> (character % 64) & 1) == 0;
  }

 private:
  constexpr void exclude(uint32_t character) {
    if (character < 0x80) others_[character / 64] |= uint64_t{1} << (character % 64);
  }

  uint64_t others_[2] = {1, 0};
};

/** Passes over plain characters of the pattern as long as the text has the same, without decoding them. False
 * when the text has another one. */
bool skip_equal(const PatternRules& rules, const PlainCharacters& plain, CharacterReader* pattern,
                CharacterReader* text) {
  for (;;) {
    const uint8_t element = pattern->peek_byte();
    if (!plain.has(element)) return true;
    const uint8_t character = text->peek_byte();
    if (element != character && !(rules.ignores_case && equal_ignoring_case(element, character)))
      return false;
    pattern->skip_byte();
    text->skip_byte();
  }
}

/** Moves `text` to the next place where `pattern` may match: where its first byte occurs, when that is a
 * plain ASCII character. False when there is none. */
bool seek_candidate(const PatternRules& rules, const PlainCharacters& plain, const CharacterReader& pattern,
                    CharacterReader* text) {
  const uint8_t first = pattern.peek_byte();
  if (!plain.has(first)) return true;
  const bool is_letter = ascii_lower(first) != ascii_upper(first);
  return rules.ignores_case && is_letter ? text->seek_letter(ascii_lower(first)) : text->seek_byte(first);
}

// After a mismatch, the elements behind the last any_sequence are tried one character further on; what stands
// before it has matched as early as possible and need not be tried again.
bool matches(const PatternRules& rules, const PlainCharacters& plain, std::string_view pattern_text,
             std::string_view text_text) {
  CharacterReader pattern(pattern_text);
  CharacterReader text(text_text);
  bool has_retry = false;
  CharacterReader retry_pattern = pattern;
  CharacterReader retry_text = text;
  for (;;) {
    if (skip_equal(rules, plain, &pattern, &text)) {
      if (!pattern.is_at_end()) {
        const uint32_t element = pattern.next();
        if (element == rules.any_sequence) {
          if (pattern.is_at_end()) return true;
          if (!seek_candidate(rules, plain, pattern, &text)) return false;
          has_retry = true;
          retry_pattern = pattern;
          retry_text = text;
          continue;
        }
        if (matches_element(rules, pattern, element, text)) continue;
      } else if (text.is_at_end()) {
        return true;
      }
    }
    if (!has_retry || retry_text.is_at_end()) return false;
    retry_text.next();
    if (!seek_candidate(rules, plain, retry_pattern, &retry_text)) return false;
    pattern = retry_pattern;
    text = retry_text;
  }
}

constexpr PlainCharacters kLikePlain(kLikeRules);
constexpr PlainCharacters kGlobPlain(kGlobRules);

}  // namespace

bool matches_pattern(const PatternRules& rules, std::string_view pattern, std::string_view text) {
  if (rules.escape != 0) return matches(rules, PlainCharacters(rules), pattern, text);
  return matches(rules, rules.has_sets ? kGlobPlain : kLikePlain, pattern, text);
}

}  // namespace ringlite
