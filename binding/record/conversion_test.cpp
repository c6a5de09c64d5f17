// Conversions, affinities, arithmetic and order against vectors from SQLite.
#include "record/affinity.h"
#include "record/arithmetic.h"
#include "record/compare.h"
#include "record/test_vectors.h"

namespace ringlite {
namespace {

using testing::check_vectors;
using testing::format_value;
using testing::VectorCase;

Affinity affinity_named(const std::string& name) {
  if (name == "blob") return Affinity::kBlob;
  if (name == "text") return Affinity::kText;
  if (name == "numeric") return Affinity::kNumeric;
  if (name == "integer") return Affinity::kInteger;
  return Affinity::kReal;
}

TEST(casts_are_sqlites) {
  check_vectors("record/vectors/conversions.txt", [](VectorCase& test) {
    Value& value = test.arguments[0];
    CHECK_OK(cast_value(&value, affinity_named(test.operation.substr(5)), TextEncoding::kUtf8));
    return format_value(value);
  });
}

TEST(affinities_are_sqlites) {
  check_vectors("record/vectors/affinities.txt", [](VectorCase& test) {
    Value& value = test.arguments[0];
    CHECK_OK(apply_affinity(&value, affinity_named(test.operation.substr(9))));
    return format_value(value);
  });
}

void calculate_named(const std::string& name, const Value& left, const Value& right, Value* result) {
  if (name == "add") return calculate<ArithmeticOperator::kAdd>(left, right, result);
  if (name == "subtract") return calculate<ArithmeticOperator::kSubtract>(left, right, result);
  if (name == "multiply") return calculate<ArithmeticOperator::kMultiply>(left, right, result);
  if (name == "divide") return calculate<ArithmeticOperator::kDivide>(left, right, result);
  if (name == "remainder") return calculate<ArithmeticOperator::kRemainder>(left, right, result);
  if (name == "and") return calculate_bits(BitOperator::kAnd, left, right, result);
  if (name == "or") return calculate_bits(BitOperator::kOr, left, right, result);
  if (name == "shift_left") return calculate_bits(BitOperator::kShiftLeft, left, right, result);
  calculate_bits(BitOperator::kShiftRight, left, right, result);
}

TEST(arithmetic_is_sqlites) {
  check_vectors("record/vectors/arithmetic.txt", [](VectorCase& test) {
    Value result;
    calculate_named(test.operation, test.arguments[0], test.arguments[1], &result);
    // The result may take an operand's place.
    calculate_named(test.operation, test.arguments[0], test.arguments[1], &test.arguments[0]);
    CHECK_EQ(format_value(test.arguments[0]), format_value(result));
    return format_value(result);
  });
}

Collation collation_named(const std::string& name) {
  if (name == "nocase") return Collation::kNocase;
  return name == "rtrim" ? Collation::kRtrim : Collation::kBinary;
}

int sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

/** compare_values, and the record comparisons on one-field records, must all agree. */
std::string compare_case(VectorCase& test, TextEncoding encoding) {
  const Value& left = test.arguments[0];
  const Value& right = test.arguments[1];
  const KeyField fields[] = {{collation_named(test.operation), 0}, {Collation::kBinary, 0}};
  const KeyInfo info{2, 2, encoding, fields};
  const int order = sign(compare_values(left, right, fields[0].collation, encoding));
  RecordEncoding format;
  format.text = encoding;
  Value left_record, right_record;
  CHECK_OK(encode_record(&left, 1, format, &left_record));
  CHECK_OK(encode_record(&right, 1, format, &right_record));
  RecordKey key{&info, &right, 1};
  CHECK_EQ(sign(compare_record_to_key(left_record.data(), left_record.size(), key)), order);
  CHECK_EQ(sign(choose_comparison(key)(left_record.data(), left_record.size(), key)), order);
  CHECK_EQ(key.equal_seen, order == 0);
  Status status;
  CHECK_EQ(sign(compare_records(left_record.data(), left_record.size(), right_record.data(),
                                right_record.size(), info, 1, &status)),
           order);
  CHECK_OK(status);
  CHECK(!key.corrupt);
  return "I" + std::to_string(order);
}

TEST(order_is_sqlites) {
  check_vectors("record/vectors/order-utf8.txt",
                [](VectorCase& test) { return compare_case(test, TextEncoding::kUtf8); });
  check_vectors("record/vectors/order-utf16le.txt",
                [](VectorCase& test) { return compare_case(test, TextEncoding::kUtf16le); });
  check_vectors("record/vectors/order-utf16be.txt",
                [](VectorCase& test) { return compare_case(test, TextEncoding::kUtf16be); });
}

}  // namespace
}  // namespace ringlite
