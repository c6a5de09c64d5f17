// Test vectors computed by real SQLite (scripts/native-vectors): reading them, for tests only.
//
// One case a line: operation argument ... = result. Values: N, I<decimal>, R<bits in hex>, T<hex>, B<hex>; a
// result may also be an error, E<code name>:<message in hex>.
#pragma once
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "record/value.h"
#include "testing/test.h"

namespace ringlite::testing {

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t index = 0; index + 1 < hex.size(); index += 2) {
    bytes.push_back(static_cast<char>(std::strtoul(std::string(hex.substr(index, 2)).c_str(), nullptr, 16)));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex.push_back(digits[static_cast<uint8_t>(byte) >> 4]);
    hex.push_back(digits[static_cast<uint8_t>(byte) & 15]);
  }
  return hex;
}

inline void parse_value(const std::string& text, Value* value) {
  const std::string rest = text.substr(1);
  switch (text[0]) {
    case 'I':
      value->set_integer(std::strtoll(rest.c_str(), nullptr, 10));
      return;
    case 'R':
      value->set_real(std::bit_cast<double>(static_cast<uint64_t>(std::strtoull(rest.c_str(), nullptr, 16))));
      return;
    case 'T':
      CHECK_OK(value->copy_text(from_hex(rest)));
      return;
    case 'B': {
      const std::string bytes = from_hex(rest);
      CHECK_OK(value->copy_blob(bytes.data(), static_cast<uint32_t>(bytes.size())));
      return;
    }
    default:
      value->set_null();
  }
}

inline std::string format_value(const Value& value) {
  char text[32];
  switch (value.type()) {
    case ValueType::kInteger:
      return "I" + std::to_string(value.integer());
    case ValueType::kReal:
      std::snprintf(text, sizeof text, "R%016llx",
                    static_cast<unsigned long long>(std::bit_cast<uint64_t>(value.real())));
      return text;
    case ValueType::kText:
      return "T" + to_hex(value.text());
    case ValueType::kBlob:
      return "B" + to_hex(std::string(value.text()) + std::string(value.zero_tail(), '\0'));
    case ValueType::kNull:
      break;
  }
  return "N";
}

struct VectorCase {
  std::string operation;
  std::vector<Value> arguments;
  std::string expected;
  std::string line;
};

/** Reads every case of a file below binding/ and passes it to `visit`, which returns the actual result in the
 * format of the file. */
template <typename Visitor>
void check_vectors(const char* path, Visitor visit) {
  std::FILE* file = std::fopen(path, "r");
  if (!file) return fail(path, 0, "cannot open the vectors (tests run in binding/)");
  std::string content;
  char block[65536];
  for (size_t size; (size = std::fread(block, 1, sizeof block, file)) > 0;) content.append(block, size);
  std::fclose(file);
  int line_number = 0;
  int failures = 0;
  for (size_t start = 0; start < content.size() && failures < 20; line_number++) {
    const size_t end = content.find('\n', start);
    VectorCase test;
    test.line = content.substr(start, end - start);
    start = end + 1;
    std::vector<std::string> words;
    for (size_t word = 0; word < test.line.size();) {
      const size_t space = std::min(test.line.find(' ', word), test.line.size());
      words.push_back(test.line.substr(word, space - word));
      word = space + 1;
    }
    test.operation = words[0];
    test.arguments.resize(words.size() - 3);
    for (size_t index = 0; index < test.arguments.size(); index++)
      parse_value(words[index + 1], &test.arguments[index]);
    test.expected = words.back();
    const std::string actual = visit(test);
    if (actual == test.expected) continue;
    failures++;
    fail(path, line_number + 1, test.line + "\n      but got " + actual);
  }
  if (line_number == 0) fail(path, 0, "no cases");
}

}  // namespace ringlite::testing
