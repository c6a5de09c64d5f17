#include "functions/json_argument.h"

#include "functions/format.h"
#include "functions/json_parse.h"
#include "functions/json_render.h"
#include "record/affinity.h"

namespace ringlite::json {
namespace {

/** Documents of the texts seen last in a statement: several functions over one column parse it once. */
class DocumentCache {
 public:
  /** The document of `text`, or nullptr. */
  Document* find(std::string_view text) {
    for (Entry& entry : entries_) {
      if (entry.text.text() == text && !entry.text.empty()) {
        entry.last_use = ++uses_;
        return &entry.document;
      }
    }
    return nullptr;
  }

  /** Parses `text` (`json` is what is to be parsed of it) in place of the document not used for longest, and
   * answers where it is: nullptr when the text is malformed. */
  Status parse(std::string_view text, std::string_view json, Document** parsed) {
    Entry* oldest = &entries_[0];
    for (Entry& entry : entries_) {
      if (entry.last_use < oldest->last_use) oldest = &entry;
    }
    oldest->text.clear();
    bool is_valid;
    RETURN_IF_ERROR(oldest->document.parse(json, &is_valid));
    *parsed = is_valid ? &oldest->document : nullptr;
    if (!is_valid) return kOk;
    oldest->last_use = ++uses_;
    return oldest->text.assign(text.data(), text.size());
  }

 private:
  struct Entry {
    Buffer text;
    Document document;
    uint64_t last_use = 0;
  };
  Entry entries_[4];
  uint64_t uses_ = 0;
};

/** Shorter texts are parsed sooner than found. */
constexpr size_t kSmallestCached = 40;

Status return_number(FunctionContext& context, std::string_view text) {
  double real;
  const RealText found = parse_real(text, &real);
  if (!found.has_number || !found.is_whole) return fail_malformed(context);
  context.result->set_real(real);
  return kOk;
}

/** Reads a decimal integer that fits whatever its digits are; false when it is something else. */
bool read_small_integer(std::string_view text, int64_t* integer) {
  constexpr size_t kMostDigits = 18;
  const bool is_negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(is_negative);
  if (digits.empty() || digits.size() > kMostDigits) return false;
  int64_t magnitude = 0;
  for (const char digit : digits) {
    if (!is_digit(digit)) return false;
    magnitude = magnitude * 10 + (digit - '0');
  }
  *integer = is_negative ? -magnitude : magnitude;
  return true;
}

Status return_integer(FunctionContext& context, std::string_view text) {
  int64_t small;
  if (read_small_integer(text, &small)) {
    context.result->set_integer(small);
    return kOk;
  }
  const bool is_negative = !text.empty() && text[0] == '-';
  const std::string_view digits = is_negative ? text.substr(1) : text;
  if (digits.empty()) return fail_malformed(context);
  int64_t integer = 0;
  switch (parse_integer_literal(digits, &integer)) {
    case IntegerText::kExact:
      if (integer < 0) {
        // A hexadecimal literal with the top bit set is a large positive number in JSON.
        const double real = static_cast<double>(static_cast<uint64_t>(integer));
        context.result->set_real(is_negative ? -real : real);
      } else {
        context.result->set_integer(is_negative ? -integer : integer);
      }
      return kOk;
    case IntegerText::kMagnitudeOfSmallest:
      if (!is_negative) break;
      context.result->set_integer(INT64_MIN);
      return kOk;
    case IntegerText::kOverflow:
      break;
    case IntegerText::kTrailing:
    case IntegerText::kNone:
      return fail_malformed(context);
  }
  return return_number(context, text);
}

}  // namespace

Status read_jsonb(FunctionContext& context, const Value& value, BytesArgument* bytes, bool* is_jsonb) {
  *is_jsonb = false;
  if (!value.is_blob()) return kOk;
  RETURN_IF_ERROR(bytes->init(context, value));
  *is_jsonb = looks_like_jsonb({bytes->data(), static_cast<uint32_t>(bytes->size())});
  return kOk;
}

Status JsonArgument::init(FunctionContext& context, const Value& value, bool tolerates_errors) {
  is_null_ = value.is_null();
  if (is_null_) return kOk;
  RETURN_IF_ERROR(read_jsonb(context, value, &bytes_, &is_valid_));
  if (is_valid_) {
    document_.borrow({bytes_.data(), static_cast<uint32_t>(bytes_.size())});
    return kOk;
  }
  // A blob that isn't JSONB is taken for text.
  RETURN_IF_ERROR(init_text(context, value));
  return is_valid_ || tolerates_errors ? kOk : fail_malformed(context);
}

Status JsonArgument::init_text(FunctionContext& context, const Value& value) {
  RETURN_IF_ERROR(text_.init(context, value));
  if (text_.size() == 0) return kOk;
  const bool is_cached = value.is_text() && text_.size() >= kSmallestCached;
  DocumentCache* const cache = is_cached ? context.kept<DocumentCache>() : nullptr;
  if (is_cached && !cache) return Code::kNomem;
  if (!cache) return document_.parse(text_.until_nul(), &is_valid_);
  Document* kept = cache->find(text_.text());
  if (!kept) RETURN_IF_ERROR(cache->parse(text_.text(), text_.until_nul(), &kept));
  if (kept) document_.borrow(*kept);
  is_valid_ = kept != nullptr;
  return kOk;
}

Status encode_value(FunctionContext& context, const Value& value, Document* document) {
  switch (value.type()) {
    case ValueType::kNull:
      return document->append(Type::kNull, {});
    case ValueType::kBlob: {
      BytesArgument bytes;
      bool is_jsonb;
      RETURN_IF_ERROR(read_jsonb(context, value, &bytes, &is_jsonb));
      if (!is_jsonb) return context.fail("JSON cannot hold BLOB values");
      return document->assign({bytes.data(), static_cast<uint32_t>(bytes.size())});
    }
    case ValueType::kText: {
      if (value.subtype() != kSubtype) return document->append(Type::kTextRaw, value.text());
      TextArgument text;
      RETURN_IF_ERROR(text.init(context, value));
      bool is_valid;
      RETURN_IF_ERROR(document->parse(text.until_nul(), &is_valid));
      return is_valid ? kOk : fail_malformed(context);
    }
    case ValueType::kInteger:
    case ValueType::kReal:
      break;
  }
  TextArgument number;
  RETURN_IF_ERROR(number.init(context, value));
  if (value.is_integer()) return document->append(Type::kInteger, number.text());
  if (number.text() == "Inf") return document->append(Type::kReal, "9e999");
  if (number.text() == "-Inf") return document->append(Type::kReal, "-9e999");
  return document->append(Type::kReal, number.text());
}

Status append_value(FunctionContext& context, const Value& value, Buffer* output) {
  switch (value.type()) {
    case ValueType::kNull:
      return output->append("null");
    case ValueType::kInteger:
    case ValueType::kReal:
      return append_literal(context, value, false, output);
    case ValueType::kText:
      return value.subtype() == kSubtype ? output->append(value.text())
                                         : append_text_literal(value.text(), output);
    case ValueType::kBlob:
      break;
  }
  BytesArgument bytes;
  bool is_jsonb;
  RETURN_IF_ERROR(read_jsonb(context, value, &bytes, &is_jsonb));
  if (!is_jsonb) return context.fail("JSON cannot hold BLOB values");
  return append_json(context, {bytes.data(), static_cast<uint32_t>(bytes.size())}, 0, output);
}

Status return_json_text(FunctionContext& context, Buffer&& text) {
  RETURN_IF_ERROR(context.return_text(std::move(text)));
  context.result->set_subtype(kSubtype);
  return kOk;
}

Status return_text_as_jsonb(FunctionContext& context, std::string_view text) {
  Buffer jsonb;
  ParseOutcome outcome;
  RETURN_IF_ERROR(parse_text(text.substr(0, std::min(text.find('\0'), text.size())), &jsonb, &outcome));
  return context.return_blob(std::move(jsonb));
}

Status return_document(FunctionContext& context, Document& document) {
  Buffer output;
  if (wants_jsonb(context)) {
    RETURN_IF_ERROR(document.release(&output));
    return context.return_blob(std::move(output));
  }
  RETURN_IF_ERROR(append_json(context, document.view(), 0, &output));
  return return_json_text(context, std::move(output));
}

Status return_element(FunctionContext& context, View view, uint32_t position, bool as_jsonb) {
  Element element;
  if (!read_element(view, position, &element)) return fail_malformed(context);
  const std::string_view payload = payload_text(view, element);
  switch (static_cast<Type>(element.type)) {
    case Type::kNull:
      return payload.empty() ? kOk : fail_malformed(context);
    case Type::kTrue:
    case Type::kFalse:
      if (!payload.empty()) return fail_malformed(context);
      context.result->set_integer(element.is(Type::kTrue));
      return kOk;
    case Type::kInteger:
    case Type::kInteger5:
      return return_integer(context, payload);
    case Type::kReal:
    case Type::kReal5:
      return return_number(context, payload);
    case Type::kText:
    case Type::kTextEscaped:
    case Type::kText5:
    case Type::kTextRaw: {
      if (element.is_raw_text()) return context.return_text(payload);
      Buffer text;
      RETURN_IF_ERROR(append_plain_text(view, element, &text));
      return context.return_text(std::move(text));
    }
    case Type::kArray:
    case Type::kObject: {
      const View part{view.data + position, element.header + element.payload};
      if (as_jsonb) return context.result->copy_blob(part.data, part.size);
      Buffer text;
      RETURN_IF_ERROR(append_json(context, part, 0, &text));
      return context.return_text(std::move(text));
    }
  }
  return fail_malformed(context);
}

bool wants_jsonb(const FunctionContext& context) {
  switch (context.function_id) {
    case FunctionId::kJsonb:
    case FunctionId::kJsonbArray:
    case FunctionId::kJsonbArrayInsert:
    case FunctionId::kJsonbExtract:
    case FunctionId::kJsonbInsert:
    case FunctionId::kJsonbObject:
    case FunctionId::kJsonbPatch:
    case FunctionId::kJsonbRemove:
    case FunctionId::kJsonbReplace:
    case FunctionId::kJsonbSet:
    case FunctionId::kJsonbGroupArray:
    case FunctionId::kJsonbGroupObject:
      return true;
    default:
      return false;
  }
}

Status fail_search(FunctionContext& context, std::string_view path, Search search) {
  if (search == Search::kMalformed) return fail_malformed(context);
  if (search == Search::kTooDeep) return context.fail("JSON path too deep");
  Buffer message;
  RETURN_IF_ERROR(message.append(search == Search::kNotArray ? "not an array element: " : "bad JSON path: "));
  Value text;
  text.set_text(path, Storage::kEphemeral);
  RETURN_IF_ERROR(append_literal(context, text, false, &message));
  return context.fail(message.text());
}

}  // namespace ringlite::json
