// KeyGuess: where in a node a whole number is to be expected, by interpolation between the keys that are
// known on both sides. A binary search of a page that is not in the processor's cache waits for memory at
// each step; keys that are spread evenly are found at once or beside the guess. It only proposes places:
// whatever it says, a search that narrows its bounds by each comparison ends, and after a few guesses in a
// node it halves again.
#pragma once
#include <cstdint>

namespace ringlite {

class KeyGuess {
 public:
  explicit KeyGuess(int64_t target) : target_(target) {}

  void begin_node() {
    guesses_left_ = kGuesses;
    last_ = Side::kUnknown;
  }
  /** The next place to look at in [low, high), which is not empty. */
  uint32_t place(uint32_t low, uint32_t high) {
    const uint32_t width = high - low;
    if (guesses_left_ == 0 || width < kWorthwhile || !has_below_ || !has_above_) return low + width / 2;
    const uint64_t span = static_cast<uint64_t>(above_) - static_cast<uint64_t>(below_);
    const uint64_t offset = static_cast<uint64_t>(target_) - static_cast<uint64_t>(below_);
    if (span == 0 || offset > span) return low + width / 2;
    guesses_left_--;
    // The known keys stand at low - 1 and high.
    const double part = static_cast<double>(offset) / static_cast<double>(span);
    const auto steps = static_cast<uint32_t>(part * (width + 1));
    uint32_t place = steps == 0 ? 0 : steps - 1;
    if (place >= width) place = width - 1;
    return low + beyond(place, width);
  }
  /** Whether keys that are compared now are worth noting. */
  bool is_guessing() const { return guesses_left_ > 0 && has_below_ && has_above_; }
  void note_below(int64_t key) {
    below_ = key;
    has_below_ = true;
    last_ = Side::kBelow;
  }
  void note_above(int64_t key) {
    above_ = key;
    has_above_ = true;
    last_ = Side::kAbove;
  }

 private:
  static constexpr uint32_t kGuesses = 3;
  static constexpr uint32_t kWorthwhile = 4;
  enum class Side : uint8_t { kUnknown, kBelow, kAbove };

  /** A little further than expected, so that the key is soon known to lie between two close places. */
  uint32_t beyond(uint32_t place, uint32_t width) const {
    if (last_ == Side::kBelow) {
      const uint32_t further = place + place / 4 + 1;
      return further < width ? further : width - 1;
    }
    if (last_ == Side::kAbove) {
      const uint32_t step = (width - 1 - place) / 4 + 1;
      return place > step ? place - step : 0;
    }
    return place;
  }

  int64_t target_;
  int64_t below_ = 0;
  int64_t above_ = 0;
  bool has_below_ = false;
  bool has_above_ = false;
  Side last_ = Side::kUnknown;
  uint32_t guesses_left_ = 0;
};

}  // namespace ringlite
