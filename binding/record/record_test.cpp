// The record format against payloads that SQLite wrote; incremental reading; malformed records.
#include "record/record.h"

#include <memory>

#include "record/affinity.h"
#include "record/compare.h"
#include "record/test_vectors.h"

namespace ringlite {
namespace {

using testing::check_vectors;
using testing::format_value;
using testing::VectorCase;

std::string encode_case(VectorCase& test, TextEncoding encoding) {
  std::string affinities(test.arguments.size(), 'E');
  RecordEncoding format;
  format.text = encoding;
  if (test.operation == "real_columns") {
    format.affinities = affinities.c_str();
    for (Value& value : test.arguments) CHECK_OK(apply_affinity(&value, Affinity::kReal));
  }
  Value record;
  const uint32_t count = static_cast<uint32_t>(test.arguments.size());
  CHECK_OK(encode_record(test.arguments.data(), count, format, &record));

  // Reading it back, from the last column to the first, gives the values.
  RecordLayout layout;
  CHECK_OK(layout.init(count + 1));
  CHECK_OK(layout.begin(record.data(), record.size(), record.size()));
  bool present = true;
  CHECK_OK(layout.locate(count, &present));
  CHECK(!present);
  for (uint32_t column = count; column-- > 0;) {
    CHECK_OK(layout.locate(column, &present));
    CHECK(present);
    Value value;
    CHECK_OK(decode_field(record.data() + layout.offset(column), layout.type(column), encoding, &value));
    if (test.operation == "real_columns") CHECK_OK(apply_affinity(&value, Affinity::kReal));
    if (encoding == TextEncoding::kUtf8 || !value.is_text()) {
      CHECK_EQ(format_value(value), format_value(test.arguments[column]));
    }
    Value same;
    CHECK_OK(decode_record_field(record.data(), record.size(), column, encoding, &same, &present));
    CHECK_EQ(same.type() == value.type() || test.operation == "real_columns", true);
  }
  uint32_t fields;
  CHECK_OK(count_fields(record.data(), record.size(), &fields));
  CHECK_EQ(fields, count);
  return format_value(record);
}

TEST(records_are_sqlites) {
  check_vectors("record/vectors/records-utf8.txt",
                [](VectorCase& test) { return encode_case(test, TextEncoding::kUtf8); });
  check_vectors("record/vectors/records-utf16le.txt",
                [](VectorCase& test) { return encode_case(test, TextEncoding::kUtf16le); });
  check_vectors("record/vectors/records-utf16be.txt",
                [](VectorCase& test) { return encode_case(test, TextEncoding::kUtf16be); });
}

TEST(zero_tail_stays_virtual_at_the_end_only) {
  Value values[3];
  values[0].set_zero_blob(3);
  values[1].set_integer(5);
  values[2].set_zero_blob(1000);
  Value record;
  CHECK_OK(encode_record(values, 3, {}, &record));
  CHECK_EQ(record.zero_tail(), 1000u);
  CHECK_EQ(record.size(), 5u + 3u + 1u);
  values[2].set_null();
  CHECK_OK(encode_record(values, 3, {}, &record));
  CHECK_EQ(record.zero_tail(), 0u);
  CHECK_EQ(format_value(record), std::string("B0412") + "0100" + "000000" + "05");
  values[0].set_zero_blob(kMaxLength);
  CHECK(encode_record(values, 3, {}, &record).is(Code::kToobig));
}

TEST(old_schema_formats_have_no_constant_types) {
  Value values[2];
  values[0].set_integer(0);
  values[1].set_integer(1);
  RecordEncoding format;
  format.has_no_constant_types = true;
  Value record;
  CHECK_OK(encode_record(values, 2, format, &record));
  CHECK_EQ(format_value(record), std::string("B0301010001"));
}

TEST(sort_flags_order_fields) {
  const KeyField descending[] = {{Collation::kBinary, kSortDescending}};
  const KeyField nulls_last[] = {{Collation::kBinary, kSortNullsAsBig}};
  const KeyField nulls_first_descending[] = {{Collation::kBinary, kSortNullsAsBig | kSortDescending}};
  Value null, one, two;
  one.set_integer(1);
  two.set_integer(2);
  const auto compare = [](const Value& left, const Value& right, const KeyField* fields) {
    const KeyInfo info{1, 1, TextEncoding::kUtf8, fields};
    Value record;
    CHECK_OK(encode_record(&left, 1, {}, &record));
    RecordKey key{&info, &right, 1};
    const int order = choose_comparison(key)(record.data(), record.size(), key);
    const int of_values = compare_value_arrays(&left, &right, info, 1);
    CHECK_EQ(order < 0, of_values < 0);
    CHECK_EQ(order > 0, of_values > 0);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  };
  CHECK_EQ(compare(one, two, descending), 1);
  CHECK_EQ(compare(null, one, descending), 1);
  CHECK_EQ(compare(one, two, nulls_last), -1);
  CHECK_EQ(compare(null, one, nulls_last), 1);
  CHECK_EQ(compare(one, null, nulls_last), -1);
  CHECK_EQ(compare(one, two, nulls_first_descending), 1);
  CHECK_EQ(compare(null, one, nulls_first_descending), -1);
  CHECK_EQ(compare(null, null, nulls_last), 0);
}

TEST(prefix_keys_answer_their_default) {
  const KeyField fields[] = {{}, {}, {}};
  const KeyInfo info{3, 3, TextEncoding::kUtf8, fields};
  Value values[3];
  values[0].set_integer(7);
  CHECK_OK(values[1].copy_text("x"));
  values[2].set_integer(9);
  Value record;
  CHECK_OK(encode_record(values, 3, {}, &record));
  for (int8_t wanted : {-1, 0, 1}) {
    RecordKey key{&info, values, 2, wanted};
    CHECK_EQ(choose_comparison(key)(record.data(), record.size(), key), wanted);
    CHECK(key.equal_seen);
  }
}

/** Every prefix and many bit flips of a record: an error or an answer, never a read outside (the sanitizer
 * watches). */
TEST(malformed_records_are_errors) {
  Value values[4];
  values[0].set_integer(123456);
  CHECK_OK(values[1].copy_text(std::string(100, 'a')));
  values[2].set_real(1.5);
  CHECK_OK(values[3].copy_blob("xyz", 3));
  Value record;
  CHECK_OK(encode_record(values, 4, {}, &record));
  const KeyField fields[] = {{}, {}, {}, {}};
  const KeyInfo info{4, 4, TextEncoding::kUtf8, fields};
  int corrupt = 0;
  for (uint32_t size = 1; size <= record.size(); size++) {
    for (uint32_t flip = 0; flip <= 8 * 8; flip++) {
      // An allocation of exactly `size` bytes, so that the sanitizer sees any overrun.
      const std::unique_ptr<uint8_t[]> bytes(new uint8_t[size]);
      std::memcpy(bytes.get(), record.data(), size);
      if (flip < 64 && flip / 8 < size) bytes[flip / 8] ^= static_cast<uint8_t>(1 << (flip % 8));
      RecordKey key{&info, values, 4};
      choose_comparison(key)(bytes.get(), size, key);
      RecordKey text_key{&info, values + 1, 3};
      choose_comparison(text_key)(bytes.get(), size, text_key);
      Status status;
      compare_records(bytes.get(), size, record.data(), record.size(), info, 4, &status);
      corrupt += key.corrupt || !status.ok();
      RecordLayout layout;
      CHECK_OK(layout.init(4));
      bool present;
      if (layout.begin(bytes.get(), size, size).ok() && layout.locate(3, &present).ok() && present) {
        Value value;
        CHECK_OK(decode_field(bytes.get() + layout.offset(3), layout.type(3), TextEncoding::kUtf8, &value));
        CHECK_OK(value.make_persistent());
      }
      uint32_t count;
      ignore_status(count_fields(bytes.get(), size, &count));
    }
  }
  CHECK(corrupt > 100);
}

}  // namespace
}  // namespace ringlite
