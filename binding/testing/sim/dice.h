// Dice: the one source of chance of a simulated run. The same seed gives the same throws on every machine.
#pragma once
#include <cstdint>

namespace ringlite::sim {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  /** splitmix64. */
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /** 0 .. `count` - 1; `count` > 0. */
  uint64_t below(uint64_t count) { return next() % count; }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low + 1)));
  }
  /** True `part` times of `whole`. */
  bool chance(uint64_t part, uint64_t whole) { return below(whole) < part; }

 private:
  uint64_t state_;
};

}  // namespace ringlite::sim
