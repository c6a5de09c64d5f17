// The border without JavaScript: rows become the cells that spec/border.ts promises, and parameters come back
// from them.
#include <string>
#include <vector>

#include "engine/parameter_reader.h"
#include "engine/row_writer.h"
#include "testing/test.h"

namespace ringlite {
namespace {

using border::Tag;

/** A border over a buffer of the test's own. */
struct TestBorder {
  explicit TestBorder(size_t size) : storage((size + 7) / 8) {
    border.bytes = reinterpret_cast<uint8_t*>(storage.data());
    border.size = size;
  }
  uint64_t cell(size_t index) const { return storage[Border::kDataOffset / 8 + index]; }
  void set_cell(size_t index, uint64_t cell) { storage[Border::kDataOffset / 8 + index] = cell; }

  std::vector<uint64_t> storage;
  Border border;
};

RowWriter::Result write_row(RowWriter& writer, const std::vector<Value>& values, bool safe = false) {
  RowWriter::Result result = RowWriter::Result::kFull;
  CHECK_OK(writer.write(values.data(), static_cast<uint32_t>(values.size()), safe, &result));
  return result;
}

double as_double(uint64_t cell) {
  double real;
  std::memcpy(&real, &cell, 8);
  return real;
}

TEST(numbers_and_nulls_are_cells) {
  TestBorder test(4096);
  RowWriter writer;
  writer.begin(test.border);
  std::vector<Value> row(6);
  row[0].set_integer(-5);
  row[1].set_integer(int64_t{1} << 31);
  row[2].set_real(0.25);
  row[4].set_integer(INT64_MIN);
  row[5].set_real(-0.0);
  CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
  CHECK_EQ(test.cell(0), make_cell(Tag::kInt32, static_cast<uint32_t>(-5)));
  CHECK_EQ(as_double(test.cell(1)), 2147483648.0);
  CHECK_EQ(as_double(test.cell(2)), 0.25);
  CHECK_EQ(test.cell(3), make_cell(Tag::kNull, 0));
  CHECK_EQ(as_double(test.cell(4)), -9223372036854775808.0);
  CHECK_EQ(test.cell(5), uint64_t{1} << 63);
}

TEST(safe_integers_keep_their_bits) {
  TestBorder test(4096);
  RowWriter writer;
  writer.begin(test.border);
  std::vector<Value> row(2);
  row[0].set_integer(INT64_MAX);
  row[1].set_integer(7);
  CHECK(write_row(writer, row, true) == RowWriter::Result::kWritten);
  CHECK_EQ(test.cell(0) >> 32, make_cell(Tag::kInt64, 0) >> 32);
  int64_t integer;
  std::memcpy(&integer, test.border.bytes + static_cast<uint32_t>(test.cell(0)), 8);
  CHECK_EQ(integer, INT64_MAX);
  CHECK_EQ(test.cell(1), make_cell(Tag::kInt32, 7));
}

TEST(text_goes_to_the_narrowest_string) {
  TestBorder test(4096);
  RowWriter writer;
  writer.begin(test.border);
  std::vector<Value> row(6);
  row[0].set_text("plain ascii", Storage::kStatic);
  row[1].set_text("caf\xc3\xa9", Storage::kStatic);
  row[2].set_text("\xe6\x97\xa5\xf0\x9f\x99\x82", Storage::kStatic);
  row[3].set_text("", Storage::kStatic);
  row[4].set_text("bad \xff", Storage::kStatic);
  row[5].set_text("\xed\xa0\x80", Storage::kStatic);
  CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
  CHECK_EQ(std::string(test.border.latin1.text()), std::string("plain asciicaf\xe9"));
  CHECK_EQ(test.border.wide.size(), size_t{3});
  CHECK_EQ(static_cast<int>(test.border.wide[0]), 0x65e5);
  CHECK_EQ(static_cast<int>(test.border.wide[1]), 0xd83d);
  CHECK_EQ(static_cast<int>(test.border.wide[2]), 0xde42);
  CHECK_EQ(test.cell(0), make_cell(Tag::kText, 11));
  CHECK_EQ(test.cell(1), make_cell(Tag::kText, 15));
  CHECK_EQ(test.cell(2), make_cell(Tag::kWideText, 3));
  CHECK_EQ(test.cell(3), make_cell(Tag::kText, 15));
  CHECK_EQ(test.cell(4), make_cell(Tag::kFar, 0));
  CHECK_EQ(test.cell(5), make_cell(Tag::kFar, 0));
  CHECK(writer.has_far());
}

TEST(invalid_utf8_is_far) {
  const char* invalid[] = {"\xc0\x80",         "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                           "\xf5\x80\x80\x80", "\xc3",         "\xe2\x82",         "\x80",
                           "a\xc3(b",          "\xfe"};
  for (const char* text : invalid) {
    TestBorder test(4096);
    RowWriter writer;
    writer.begin(test.border);
    std::vector<Value> row(1);
    row[0].set_text(text, Storage::kStatic);
    CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
    CHECK_EQ(test.cell(0), make_cell(Tag::kFar, 0));
    CHECK(test.border.latin1.empty());
  }
}

TEST(blobs_lie_in_the_side_area) {
  TestBorder test(4096);
  RowWriter writer;
  writer.begin(test.border);
  std::vector<Value> row(2);
  row[0].set_blob("abc", 3, Storage::kStatic);
  row[0].set_zero_tail(2);
  row[1].set_zero_blob(5000);
  CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
  const uint8_t* blob = test.border.bytes + static_cast<uint32_t>(test.cell(0));
  uint32_t size;
  std::memcpy(&size, blob, 4);
  CHECK_EQ(size, 5u);
  CHECK_EQ(std::memcmp(blob + 4, "abc\0\0", 5), 0);
  CHECK_EQ(test.cell(1), make_cell(Tag::kFar, 0));
}

TEST(a_row_that_does_not_fit_leaves_no_trace) {
  TestBorder test(Border::kDataOffset + 64);
  RowWriter writer;
  writer.begin(test.border);
  std::vector<Value> row(3);
  row[0].set_text("first", Storage::kStatic);
  CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
  row[0].set_text("second", Storage::kStatic);
  row[2].set_blob("0123456789012345678901234567890123456789", 40, Storage::kStatic);
  CHECK(write_row(writer, row) == RowWriter::Result::kFull);
  CHECK_EQ(writer.row_count(), 1u);
  CHECK_EQ(std::string(test.border.latin1.text()), std::string("first"));
  CHECK(writer.space_needed() >= 3 * 8 + 44);
  row[2].set_null();
  CHECK(write_row(writer, row) == RowWriter::Result::kWritten);
  CHECK_EQ(std::string(test.border.latin1.text()), std::string("firstsecond"));
}

TEST(parameters_come_back) {
  TestBorder test(4096);
  const size_t count = 6;
  const double real = 1.5;
  uint64_t bits;
  std::memcpy(&bits, &real, 8);
  test.set_cell(0, bits);
  test.set_cell(1, make_cell(Tag::kNull, 0));
  test.set_cell(2, make_cell(Tag::kText, 4));
  test.set_cell(3, make_cell(Tag::kInt64, 0));
  test.set_cell(4, make_cell(Tag::kBlob, 2));
  test.set_cell(5, make_cell(Tag::kFar, 0));
  test.set_cell(count + 3, static_cast<uint64_t>(INT64_MIN));
  std::memcpy(test.border.data() + count * 16, "textxy", 6);
  std::vector<Value> values(count);
  values[5].set_integer(77);
  CHECK_OK(read_parameters(test.border, values.data(), count));
  CHECK_EQ(values[0].real(), 1.5);
  CHECK(values[1].is_null());
  CHECK_EQ(std::string(values[2].text()), std::string("text"));
  CHECK_EQ(values[3].integer(), INT64_MIN);
  CHECK(values[4].is_blob());
  CHECK_EQ(std::string(values[4].text()), std::string("xy"));
  CHECK_EQ(values[5].integer(), 77);
}

TEST(malformed_parameters_are_an_error) {
  TestBorder test(Border::kDataOffset + 64);
  std::vector<Value> values(5);
  CHECK(read_parameters(test.border, values.data(), 5).is(Code::kMisuse));
  test.set_cell(0, make_cell(Tag::kText, 1000));
  CHECK(read_parameters(test.border, values.data(), 1).is(Code::kMisuse));
  test.set_cell(0, make_cell(static_cast<Tag>(7), 0));
  CHECK(read_parameters(test.border, values.data(), 1).is(Code::kMisuse));
}

}  // namespace
}  // namespace ringlite
