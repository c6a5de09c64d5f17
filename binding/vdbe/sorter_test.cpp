// Sorting against std::stable_sort: in memory, spilled to many runs, with every kind of key.
#include "vdbe/sorter.h"

#include <algorithm>
#include <random>

#include "io/memory_io.h"
#include "record/compare.h"
#include "record/record.h"
#include "testing/test.h"

using namespace ringlite;

namespace {

std::vector<uint8_t> random_record(std::mt19937& random, int number) {
  Value values[3];
  const auto fill = [&](Value& value) {
    switch (random() % 6) {
      case 0:
        value.set_null();
        break;
      case 1:
        value.set_integer(static_cast<int32_t>(random() % 20) - 10);
        break;
      case 2:
        value.set_integer(static_cast<int64_t>(random()) << 31 | random());
        break;
      case 3:
        value.set_real(static_cast<double>(static_cast<int32_t>(random() % 40) - 20) / 2);
        break;
      case 4:
        CHECK_OK(value.copy_text(std::string(random() % 12, static_cast<char>('A' + random() % 3))));
        break;
      default:
        CHECK_OK(value.copy_blob("abcdefgh", random() % 9));
        break;
    }
  };
  fill(values[0]);
  fill(values[1]);
  values[2].set_integer(number);
  Value record;
  CHECK_OK(encode_record(values, 3, {}, &record));
  return {record.data(), record.data() + record.size()};
}

void check_sort(uint8_t first_flags, Collation collation, uint32_t compared, size_t memory_limit, int count,
                uint32_t seed) {
  const KeyField fields[] = {{collation, first_flags}, {Collation::kBinary, 0}, {}};
  KeyInfo key_info;
  key_info.key_field_count = static_cast<uint16_t>(compared);
  key_info.all_field_count = 3;
  key_info.fields = fields;
  std::mt19937 random(seed);
  std::vector<std::vector<uint8_t>> records;
  for (int i = 0; i < count; i++) records.push_back(random_record(random, i));

  auto io = make_memory_io();
  Sorter sorter(*io, key_info, compared, memory_limit);
  for (const auto& record : records)
    CHECK_OK(sorter.insert(record.data(), static_cast<uint32_t>(record.size())));
  Status status;
  std::stable_sort(records.begin(), records.end(), [&](const auto& left, const auto& right) {
    return compare_records(left.data(), static_cast<uint32_t>(left.size()), right.data(),
                           static_cast<uint32_t>(right.size()), key_info, compared, &status) < 0;
  });
  bool at_end;
  CHECK_OK(sorter.sort(&at_end));
  size_t position = 0;
  while (!at_end) {
    const std::vector<uint8_t> record(sorter.record(), sorter.record() + sorter.record_size());
    CHECK(position < records.size() && record == records[position]);
    position++;
    CHECK_OK(sorter.next(&at_end));
  }
  CHECK_EQ(position, records.size());
}

}  // namespace

TEST(sorter_agrees_with_stable_sort) {
  uint32_t seed = 1;
  for (const uint8_t flags : {0, 1, 2, 3})
    for (const Collation collation : {Collation::kBinary, Collation::kNocase, Collation::kRtrim})
      for (const uint32_t compared : {1u, 2u}) check_sort(flags, collation, compared, 0, 700, seed++);
}

TEST(sorter_spills_and_merges) {
  check_sort(0, Collation::kBinary, 1, 1, 1, 100);
  check_sort(0, Collation::kBinary, 2, 300 * 1024, 60000, 101);
  check_sort(1, Collation::kBinary, 1, 260 * 1024, 30000, 102);
}

TEST(sorter_compacts_many_runs) { check_sort(0, Collation::kBinary, 1, 1, 300, 103); }
