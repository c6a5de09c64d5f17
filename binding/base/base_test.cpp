#include <memory>
#include <string>

#include "base/array.h"
#include "base/bounded_array.h"
#include "base/buffer.h"
#include "base/endian.h"
#include "base/string.h"
#include "base/utf.h"
#include "base/varint.h"
#include "testing/test.h"

namespace ringlite {
namespace {

TEST(varints_round_trip) {
  for (int shift = 0; shift < 64; shift++) {
    for (int64_t delta = -2; delta <= 2; delta++) {
      const uint64_t value = (uint64_t{1} << shift) + static_cast<uint64_t>(delta);
      uint8_t bytes[9];
      const int length = write_varint(bytes, value);
      CHECK_EQ(length, varint_length(value));
      uint64_t read = 0;
      CHECK_EQ(read_varint(bytes, &read), length);
      CHECK_EQ(read, value);
      read = 0;
      CHECK_EQ(read_varint_bounded(bytes, bytes + length, &read), length);
      CHECK_EQ(read, value);
      CHECK_EQ(read_varint_bounded(bytes, bytes + length - 1, &read), 0);
    }
  }
}

TEST(varint_bytes_are_the_file_formats) {
  uint8_t bytes[9];
  CHECK_EQ(write_varint(bytes, 0x80), 2);
  CHECK_EQ(bytes[0], 0x81);
  CHECK_EQ(bytes[1], 0x00);
  CHECK_EQ(write_varint(bytes, UINT64_MAX), 9);
  for (const uint8_t byte : bytes) CHECK_EQ(byte, 0xff);
  uint32_t narrow;
  CHECK_EQ(read_varint32(bytes, &narrow), 9);
  CHECK_EQ(narrow, 0xffffffffu);
}

TEST(endian_loads_and_stores) {
  uint8_t bytes[8];
  store_be32(bytes, 0x01020304);
  CHECK_EQ(bytes[0], 1);
  CHECK_EQ(load_be16(bytes), 0x0102);
  CHECK_EQ(load_le16(bytes), 0x0201);
  store_le64(bytes, 0x0102030405060708);
  CHECK_EQ(bytes[0], 8);
  CHECK_EQ(load_be64(bytes), 0x0807060504030201u);
}

TEST(buffer_grows_and_fails_cleanly) {
  Buffer buffer;
  for (int index = 0; index < 1000; index++) CHECK_OK(buffer.append_byte(static_cast<uint8_t>(index)));
  CHECK_EQ(buffer.size(), 1000u);
  CHECK_EQ(buffer[999], 999 & 0xff);
  mem_fail_after(1);
  CHECK(buffer.reserve(1 << 20).is(Code::kNomem));
  CHECK_EQ(buffer[999], 999 & 0xff);
  buffer.erase_front(999);
  CHECK_EQ(buffer.size(), 1u);
}

TEST(arrays_of_plain_and_other_values_fail_cleanly) {
  Array<int> plain;
  CHECK_OK(plain.resize(3, 7));
  for (int i = 0; i < 1000; i++) CHECK_OK(plain.push_back(i));
  CHECK_EQ(plain[2], 7);
  CHECK_EQ(plain.back(), 999);
  CHECK_OK(plain.push_back(plain[2]));
  CHECK_EQ(plain.back(), 7);
  mem_fail_after(1);
  CHECK(plain.reserve(1 << 20).is(Code::kNomem));
  CHECK_EQ(plain.size(), 1004u);

  Array<std::unique_ptr<int>> owners;
  for (int i = 0; i < 100; i++) CHECK_OK(owners.push_back(std::make_unique<int>(i)));
  CHECK_EQ(*owners[57], 57);
  mem_fail_after(1);
  CHECK(owners.reserve(1 << 20).is(Code::kNomem));
  CHECK_EQ(*owners[99], 99);
  owners.truncate(10);
  CHECK_EQ(*owners.back(), 9);
  mem_fail_after(0);
}

TEST(strings_end_with_nul_and_fail_empty) {
  String text;
  CHECK(text.empty());
  CHECK_EQ(std::string(text.c_str()), "");
  CHECK_OK(text.assign({"one", "", "two"}));
  CHECK_EQ(std::string(text.c_str()), "onetwo");
  String moved = std::move(text);
  CHECK_EQ(std::string(moved.view()), "onetwo");
  mem_fail_after(1);
  CHECK(moved.assign(std::string(100, 'x')).is(Code::kNomem));
  mem_fail_after(0);
  CHECK(moved.empty());
  moved = String::literal("fixed");
  CHECK_EQ(std::string(moved.c_str()), "fixed");
}

TEST(bounded_arrays_keep_their_order) {
  BoundedArray<std::unique_ptr<int>, 3> values;
  for (int i = 0; i < 3; i++) values.push_back(std::make_unique<int>(i));
  CHECK(values.is_full());
  values.erase(0);
  CHECK_EQ(values.size(), 2u);
  CHECK_EQ(*values[0], 1);
  CHECK_EQ(*values[1], 2);
  values.push_back(std::make_unique<int>(9));
  CHECK_EQ(*values[2], 9);
}

TEST(utf_transcodes_both_ways) {
  for (const uint32_t character :
       {0x41u, 0xe4u, 0x7ffu, 0x800u, 0x20acu, 0xffeeu, 0x10000u, 0x1d11eu, 0x10ffffu}) {
    uint8_t utf8[4];
    const int length = write_utf8(character, utf8);
    const uint8_t* cursor = utf8;
    CHECK_EQ(read_utf8(&cursor, utf8 + length), character);
    CHECK(cursor == utf8 + length);
    for (const bool big_endian : {false, true}) {
      uint8_t utf16[8], back[8];
      const size_t units = utf8_to_utf16(utf8, static_cast<size_t>(length), big_endian, utf16);
      CHECK_EQ(units, utf16_size(utf8, static_cast<size_t>(length)));
      CHECK_EQ(utf16_to_utf8(utf16, units, big_endian, back), static_cast<size_t>(length));
      CHECK(std::memcmp(back, utf8, static_cast<size_t>(length)) == 0);
    }
  }
}

TEST(utf8_reads_malformed_text_as_sqlite_does) {
  const auto read = [](std::initializer_list<uint8_t> bytes) {
    const uint8_t* cursor = bytes.begin();
    return read_utf8(&cursor, bytes.end());
  };
  CHECK_EQ(read({0x80}), 0x80u);
  CHECK_EQ(read({0xc1, 0x81}), kReplacementCharacter);
  CHECK_EQ(read({0xed, 0xa0, 0x80}), kReplacementCharacter);
  CHECK_EQ(read({0xef, 0xbf, 0xbe}), kReplacementCharacter);
  CHECK_EQ(read({0xe2}), kReplacementCharacter);
  CHECK_EQ(read({0xe0, 0x82, 0x80}), 0x80u);
}

TEST(characters_are_counted_by_lead_bytes) {
  const uint8_t text[] = "abcdefgh\xe2\x82\xac\x80z";
  CHECK_EQ(count_utf8(text, sizeof text - 1), 10u);
  const uint8_t stray[] = "\x80\x80";
  CHECK_EQ(count_utf8(stray, sizeof stray - 1), 2u);
}

}  // namespace
}  // namespace ringlite
