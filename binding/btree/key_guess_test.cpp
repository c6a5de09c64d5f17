#include "btree/key_guess.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "testing/test.h"

namespace ringlite {
namespace {

struct Search {
  uint32_t place = 0;
  uint32_t looks = 0;
};

/** Finds the first key that is not smaller; the keys around the node are known, as from its parent. */
Search search(const std::vector<int64_t>& keys, int64_t target, int64_t below, int64_t above) {
  KeyGuess guess(target);
  guess.note_below(below);
  guess.note_above(above);
  guess.begin_node();
  Search result;
  auto high = static_cast<uint32_t>(keys.size());
  while (result.place < high) {
    const uint32_t middle = guess.place(result.place, high);
    CHECK(middle >= result.place && middle < high);
    result.looks++;
    if (keys[middle] < target) {
      result.place = middle + 1;
      guess.note_below(keys[middle]);
    } else {
      high = middle;
      guess.note_above(keys[middle]);
    }
  }
  return result;
}

TEST(key_guess_finds_dense_and_random_keys_with_few_looks) {
  std::vector<int64_t> dense(300);
  for (size_t i = 0; i < dense.size(); i++) dense[i] = static_cast<int64_t>(1000 + i);
  uint32_t most = 0;
  for (int64_t target = 1000; target < 1300; target++) {
    const Search found = search(dense, target, 999, 1300);
    CHECK_EQ(static_cast<int64_t>(found.place), target - 1000);
    most = std::max(most, found.looks);
  }
  CHECK(most <= 4);
  std::mt19937_64 random(1);
  std::vector<int64_t> even(300);
  for (int64_t& key : even) key = static_cast<int64_t>(random() >> 32);
  std::sort(even.begin(), even.end());
  uint32_t looks = 0;
  for (int64_t key : even) looks += search(even, key, 0, int64_t{1} << 32).looks;
  CHECK(looks < 300 * 7);  // halving needs more than 8
}

TEST(key_guess_is_never_much_worse_than_halving) {
  std::vector<std::vector<int64_t>> hostile(4, std::vector<int64_t>(500));
  for (size_t i = 0; i < 500; i++) {
    hostile[0][i] = i < 60 ? int64_t{1} << i : INT64_MAX;
    hostile[1][i] = i < 499 ? INT64_MIN + static_cast<int64_t>(i) : INT64_MAX;
    hostile[2][i] = 7;
    hostile[3][i] = static_cast<int64_t>(i * 7919 % 500);  // no order at all: a damaged page
  }
  for (const auto& keys : hostile)
    for (int64_t target : {INT64_MIN, int64_t{0}, int64_t{7}, int64_t{8}, int64_t{1} << 40, INT64_MAX})
      for (int64_t below : {INT64_MIN, int64_t{6}})
        CHECK(search(keys, target, below, INT64_MAX).looks <= 3 + 9);
}

}  // namespace
}  // namespace ringlite
