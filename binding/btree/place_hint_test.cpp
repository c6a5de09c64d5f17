#include "btree/place_hint.h"

#include <algorithm>
#include <vector>

#include "testing/test.h"

namespace ringlite {
namespace {

/** A node's keys, searched as Cursor::search_key does. */
struct Keys {
  std::vector<int> keys;
  NodeHeader header{};
  uint32_t comparisons = 0;

  /** Where `key` is or belongs. */
  uint32_t search(int key) {
    header.cell_count = static_cast<uint16_t>(keys.size());
    PlaceHint hint;
    hint.begin_node(header);
    uint32_t low = 0;
    uint32_t high = header.cell_count;
    comparisons = 0;
    while (low < high) {
      const bool is_hinted = hint.proposes(low, high);
      const uint32_t middle = is_hinted ? hint.place() : low + (high - low) / 2;
      comparisons++;
      const bool is_above = keys[middle] < key;
      if (is_hinted) hint.note(is_above);
      if (keys[middle] == key) {
        low = middle;
        break;
      }
      if (is_above) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    hint.end_node(low);
    return low;
  }
  uint32_t expected(int key) const {
    return static_cast<uint32_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
  }
};

TEST(keys_in_order_cost_two_comparisons) {
  Keys node;
  for (int key = 0; key < 20000; key += 100) node.keys.push_back(key);
  for (int key = 501; key < 600; key++) {
    const uint32_t place = node.search(key);
    CHECK_EQ(place, node.expected(key));
    if (key > 502) CHECK(node.comparisons <= 2);
    node.keys.insert(node.keys.begin() + place, key);
  }
}

TEST(the_same_child_again_costs_two_comparisons) {
  Keys node;
  for (int key = 0; key < 2000; key += 10) node.keys.push_back(key);
  node.search(1001);
  node.search(1002);
  for (int key = 1003; key < 1010; key++) {
    CHECK_EQ(node.search(key), node.expected(key));
    CHECK_EQ(node.comparisons, 2u);
  }
}

TEST(a_wrong_hint_is_only_slower) {
  Keys node;
  uint32_t random = 1;
  const auto next = [&](uint32_t limit) {
    random = random * 1103515245 + 12345;
    return static_cast<int>((random >> 8) % limit);
  };
  for (int round = 0; round < 3000; round++) {
    const int key = next(2000);
    const uint32_t place = node.search(key);
    CHECK_EQ(place, node.expected(key));
    CHECK(node.comparisons <= 12);
    const bool is_there = place < node.keys.size() && node.keys[place] == key;
    if (!is_there) node.keys.insert(node.keys.begin() + place, key);
    // Others take keys away, or all but a few.
    if (round % 7 == 0) node.keys.erase(node.keys.begin() + next(static_cast<uint32_t>(node.keys.size())));
    if (round % 700 == 0) node.keys.resize(1);
    // As if the last search had ended anywhere.
    if (round % 3 == 0) {
      node.header.last_place = static_cast<uint16_t>(next(3000));
      node.header.is_steady = true;
    }
  }
}

}  // namespace
}  // namespace ringlite
