// LIKE and GLOB matching.
#pragma once
#include <cstdint>
#include <string_view>

namespace ringlite {

/** The wildcards of a pattern language; 0 switches one off. */
struct PatternRules {
  uint32_t any_sequence;   // % or *
  uint32_t any_character;  // _ or ?
  uint32_t escape;         // LIKE ... ESCAPE: the next character stands for itself
  bool has_sets;           // GLOB: [abc], [a-z], [^a]
  bool ignores_case;       // of ASCII letters
};

constexpr PatternRules kLikeRules{'%', '_', 0, false, true};
constexpr PatternRules kCaseSensitiveLikeRules{'%', '_', 0, false, false};
constexpr PatternRules kGlobRules{'*', '?', 0, true, false};

/** Whether all of `text` matches `pattern`. Neither contains NUL. */
bool matches_pattern(const PatternRules& rules, std::string_view pattern, std::string_view text);

}  // namespace ringlite
