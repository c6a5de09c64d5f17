#include "record/affinity.h"

#include "base/utf.h"

namespace ringlite {
namespace {

/** Bytes of text or a blob; a blob's zero tail has no digits and is left out. */
std::string_view bytes_of(const Value& value) { return value.text(); }

/** A text's number when the text is wholly one. */
bool parse_whole_number(const Value& value, Number* number) {
  double real;
  const RealText found = parse_real(value.text(), &real);
  if (!found.has_number || !found.is_whole) return false;
  number->is_integer = false;
  number->real = real;
  if (found.is_real_form) return true;
  const int64_t integer = real_to_integer(real);
  if (real_is_integer(real, integer)) {
    number->is_integer = true;
    number->integer = integer;
  } else if (parse_integer(value.text(), &number->integer) == IntegerText::kExact) {
    number->is_integer = true;
  }
  return true;
}

bool has_integer_value(double real, int64_t* integer) {
  *integer = real_to_integer(real);
  return static_cast<double>(*integer) == real && *integer > INT64_MIN && *integer < INT64_MAX;
}

/** CAST to NUMERIC of text or a blob: any prefix counts. */
void cast_to_numeric(Value* value) {
  double real;
  const RealText found = parse_real(bytes_of(*value), &real);
  int64_t integer = 0;
  const bool is_real_form = found.has_number && found.is_real_form;
  if (!is_real_form) {
    const IntegerText form = parse_integer(bytes_of(*value), &integer);
    if (form == IntegerText::kExact || form == IntegerText::kTrailing || form == IntegerText::kNone) {
      return value->set_integer(integer);
    }
  }
  integer = real_to_integer(real);
  if (real_is_integer(real, integer)) return value->set_integer(integer);
  value->set_real(real);
}

Status cast_to_text(Value* value, TextEncoding encoding) {
  if (!value->is_blob()) return make_text(value);
  if (value->zero_tail() != 0) {
    uint8_t* bytes;
    RETURN_IF_ERROR(value->make_writable(&bytes));
  }
  if (encoding == TextEncoding::kUtf8) {
    value->set_type_of_bytes(ValueType::kText);
    return kOk;
  }
  // On a UTF-16 database the bytes are taken as UTF-16.
  const size_t capacity = utf8_capacity(value->size());
  if (capacity > UINT32_MAX) return Code::kToobig;
  Value text;
  uint8_t* bytes;
  RETURN_IF_ERROR(text.prepare_text(static_cast<uint32_t>(capacity), &bytes));
  text.truncate(static_cast<uint32_t>(
      utf16_to_utf8(value->data(), value->size(), encoding == TextEncoding::kUtf16be, bytes)));
  value->swap(text);
  return kOk;
}

/** The bytes of text as a database of `encoding` holds them. */
Status cast_to_blob(Value* value, TextEncoding encoding) {
  if (value->is_blob()) return kOk;
  RETURN_IF_ERROR(make_text(value));
  if (encoding == TextEncoding::kUtf8) {
    value->set_type_of_bytes(ValueType::kBlob);
    return kOk;
  }
  const size_t size = utf16_size(value->data(), value->size());
  if (size > UINT32_MAX) return Code::kToobig;
  Value blob;
  uint8_t* bytes;
  RETURN_IF_ERROR(blob.prepare_blob(static_cast<uint32_t>(size), &bytes));
  utf8_to_utf16(value->data(), value->size(), encoding == TextEncoding::kUtf16be, bytes);
  value->swap(blob);
  return kOk;
}

}  // namespace

Status affinity_detail::apply_slowly(Value* value, Affinity affinity) {
  if (affinity == Affinity::kText) return make_text(value);
  if (value->is_text()) {
    apply_numeric_affinity(value, true);
  } else if (value->is_real() && affinity <= Affinity::kReal) {
    apply_integer_affinity(value);
  }
  if (affinity == Affinity::kReal && value->is_integer())
    value->set_real(static_cast<double>(value->integer()));
  return kOk;
}

void apply_numeric_affinity(Value* value, bool prefers_integer) {
  if (!value->is_text()) return;
  Number number;
  if (!parse_whole_number(*value, &number)) return;
  if (number.is_integer) return value->set_integer(number.integer);
  value->set_real(number.real);
  if (prefers_integer) apply_integer_affinity(value);
}

void apply_integer_affinity(Value* value) {
  int64_t integer;
  if (value->is_real() && has_integer_value(value->real(), &integer)) value->set_integer(integer);
}

Status make_text(Value* value) {
  if (!value->is_number()) return kOk;
  char text[kNumberTextCapacity];
  const size_t size =
      value->is_integer() ? integer_to_text(value->integer(), text) : real_to_text(value->real(), text);
  return value->copy_text(text, static_cast<uint32_t>(size));
}

Status cast_value(Value* value, Affinity affinity, TextEncoding encoding) {
  if (value->is_null()) return kOk;
  switch (affinity) {
    case Affinity::kBlob:
    case Affinity::kNone:
      return cast_to_blob(value, encoding);
    case Affinity::kNumeric:
    case Affinity::kFlexNum:
      if (value->is_text() || value->is_blob()) cast_to_numeric(value);
      return kOk;
    case Affinity::kInteger:
      value->set_integer(value_as_integer(*value));
      return kOk;
    case Affinity::kReal:
      value->set_real(value_as_real(*value));
      return kOk;
    case Affinity::kText:
      break;
  }
  return cast_to_text(value, encoding);
}

int64_t value_as_integer(const Value& value) {
  switch (value.type()) {
    case ValueType::kInteger:
      return value.integer();
    case ValueType::kReal:
      return real_to_integer(value.real());
    case ValueType::kNull:
      return 0;
    case ValueType::kText:
    case ValueType::kBlob:
      break;
  }
  int64_t integer;
  parse_integer(bytes_of(value), &integer);
  return integer;
}

double value_as_real(const Value& value) {
  switch (value.type()) {
    case ValueType::kInteger:
      return static_cast<double>(value.integer());
    case ValueType::kReal:
      return value.real();
    case ValueType::kNull:
      return 0.0;
    case ValueType::kText:
    case ValueType::kBlob:
      break;
  }
  double real;
  parse_real(bytes_of(value), &real);
  return real;
}

Number affinity_detail::number_of_text(const Value& value) {
  Number number;
  if (value.is_null()) return number;
  const RealText found = parse_real(bytes_of(value), &number.real);
  const bool is_whole = found.has_number && found.is_whole;
  if (!found.has_number || !found.is_real_form) {
    const IntegerText form = parse_integer(bytes_of(value), &number.integer);
    const bool has_trailing = form == IntegerText::kTrailing || form == IntegerText::kNone;
    if (form == IntegerText::kExact || (!is_whole && has_trailing)) return number;
  }
  number.is_integer = false;
  return number;
}

ValueType affinity_detail::numeric_type_of_text(const Value& value, Number* number) {
  if (!value.is_text() || !parse_whole_number(value, number)) return value.type();
  return number->is_integer ? ValueType::kInteger : ValueType::kReal;
}

}  // namespace ringlite
