// The calls that read schema tables: as an index that the connections of the process share, or the rows that
// changed.
#include "addon/call.h"
#include "engine/schema_index.h"

namespace ringlite {
namespace {

napi_value to_javascript(napi_env env, const Value& value) {
  napi_value result = nullptr;
  switch (value.type()) {
    case ValueType::kInteger:
      napi_create_double(env, static_cast<double>(value.integer()), &result);
      break;
    case ValueType::kReal:
      napi_create_double(env, value.real(), &result);
      break;
    case ValueType::kText:
      napi_create_string_utf8(env, reinterpret_cast<const char*>(value.data()), value.size(), &result);
      break;
    case ValueType::kBlob:
    case ValueType::kNull:
      napi_get_null(env, &result);
      break;
  }
  return result;
}

/** Exact: a BigInt where a number would not be. */
napi_value rowid_to_javascript(napi_env env, int64_t rowid) {
  constexpr int64_t kExact = int64_t{1} << 53;
  napi_value result = nullptr;
  if (rowid >= -kExact && rowid <= kExact)
    napi_create_double(env, static_cast<double>(rowid), &result);
  else
    napi_create_bigint_int64(env, rowid, &result);
  return result;
}

/** Rows of a schema table as they arrive. */
struct SchemaCollector {
  napi_env env;
  napi_value rows;
  uint32_t count = 0;

  static void visit(void* context, const SchemaRow& row) {
    auto* self = static_cast<SchemaCollector*>(context);
    napi_handle_scope scope = nullptr;
    napi_open_handle_scope(self->env, &scope);
    napi_value exists = nullptr;
    napi_get_boolean(self->env, row.exists, &exists);
    napi_set_element(self->env, self->rows, self->count++, exists);
    napi_set_element(self->env, self->rows, self->count++, rowid_to_javascript(self->env, row.rowid));
    for (const Value* value : {&row.type, &row.name, &row.table_name, &row.root_page, &row.sql})
      napi_set_element(self->env, self->rows, self->count++, to_javascript(self->env, *value));
    napi_close_handle_scope(self->env, scope);
  }
};

void set_number(napi_env env, napi_value object, const char* name, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

void set_header(napi_env env, napi_value object, const SchemaHeader& header) {
  set_number(env, object, "cookie", header.cookie);
  set_number(env, object, "encoding", header.encoding);
  set_number(env, object, "format", header.format);
}

/** What `index`, an External of loadSchema's, holds. */
const SchemaIndex* index_of(napi_env env, napi_value index) {
  void* data = nullptr;
  if (napi_get_value_external(env, index, &data) != napi_ok) return nullptr;
  return static_cast<std::shared_ptr<const SchemaIndex>*>(data)->get();
}

Connection* connection_with(const Call<2>& call, uint32_t database) {
  Connection* connection = call.connection(0);
  return connection != nullptr && database < connection->state().databases.size() ? connection : nullptr;
}

void report_schema(const Call<2>& call, Status status) {
  call.report(status, status.is(Code::kError) ? "unsupported file format" : "");
}

/** loadSchema(connection, database): { cookie, encoding, format, count, pageCount, index } of all rows as
 * they are now.
 */
napi_value load_schema(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const auto database = static_cast<uint32_t>(call.integer(1));
  Connection* connection = connection_with(call, database);
  auto shared = std::make_unique<std::shared_ptr<const SchemaIndex>>();
  const Status status = connection ? connection->read_schema(database, shared.get()) : Status(Code::kMisuse);
  report_schema(call, status);
  if (!status.ok()) return nullptr;
  napi_value result = nullptr;
  napi_value index = nullptr;
  napi_create_object(env, &result);
  set_header(env, result, (*shared)->header());
  set_number(env, result, "count", (*shared)->count());
  set_number(env, result, "pageCount", (*shared)->page_count());
  const auto finalize = [](napi_env, void* data, void*) {
    delete static_cast<std::shared_ptr<const SchemaIndex>*>(data);
  };
  if (napi_create_external(env, shared.get(), finalize, nullptr, &index) != napi_ok) return nullptr;
  static_cast<void>(shared.release());
  napi_set_named_property(env, result, "index", index);
  return result;
}

/** schemaRow(index, number): whether it exists (it does), rowid, type, name, table, root page and SQL. */
napi_value schema_row(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const SchemaIndex* index = index_of(env, call.arguments[0]);
  const auto number = static_cast<uint32_t>(call.integer(1));
  SchemaRow row;
  Status status = Code::kMisuse;
  if (index != nullptr && number < index->count()) status = index->row(number, &row);
  call.report(status);
  if (!status.ok()) return nullptr;
  SchemaCollector collector{env, nullptr};
  napi_create_array(env, &collector.rows);
  SchemaCollector::visit(&collector, row);
  return collector.rows;
}

/** schemaFind(index, question, text): numbers of rows; see SchemaIndex::Question. */
napi_value schema_find(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  const SchemaIndex* index = index_of(env, call.arguments[0]);
  const auto question = static_cast<SchemaIndex::Question>(call.integer(1));
  PodArray<uint32_t> numbers;
  const Status status = index ? index->find(question, call.text(2), &numbers) : Status(Code::kMisuse);
  call.report(status);
  if (!status.ok()) return nullptr;
  return call.array({numbers.data(), numbers.size()});
}

/** schemaNumber(index, rowid): the number of a row, -1 when there is none. */
napi_value schema_number(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const SchemaIndex* index = index_of(env, call.arguments[0]);
  int64_t rowid = 0;
  bool lossless = true;
  if (napi_get_value_bigint_int64(env, call.arguments[1], &rowid, &lossless) != napi_ok)
    napi_get_value_int64(env, call.arguments[1], &rowid);
  return call.number(index ? static_cast<int32_t>(index->number_of(rowid)) : -1);
}

/** readSchemaChanges(connection, database): { cookie, encoding, format, rows }, rows being whether it exists,
   rowid, type, name, table, root page and SQL of one object after the other: those that this connection has
   written since the schema was last read. Undefined when they are not all that may differ. */
napi_value read_schema_changes(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  const auto database = static_cast<uint32_t>(call.integer(1));
  Connection* connection = connection_with(call, database);
  SchemaCollector collector{env, nullptr};
  napi_create_array(env, &collector.rows);
  SchemaHeader header;
  bool are_enough = false;
  const Status status = connection ? connection->read_schema_changes(
                                         database, &header, SchemaCollector::visit, &collector, &are_enough)
                                   : Status(Code::kMisuse);
  report_schema(call, status);
  if (!status.ok() || !are_enough) return nullptr;
  napi_value result = nullptr;
  napi_create_object(env, &result);
  set_header(env, result, header);
  napi_set_named_property(env, result, "rows", collector.rows);
  return result;
}

/** filledTrees(connection, database, roots): of each tree whether it has entries. */
napi_value filled_trees(napi_env env, napi_callback_info info) {
  Call<3> call(env, info);
  Connection* connection = call.connection(0);
  const auto database = static_cast<uint32_t>(call.integer(1));
  uint32_t count = 0;
  napi_get_array_length(env, call.arguments[2], &count);
  std::vector<int64_t> roots(count, 0);
  for (uint32_t i = 0; i < count; i++) {
    napi_value root = nullptr;
    napi_get_element(env, call.arguments[2], i, &root);
    napi_get_value_int64(env, root, &roots[i]);
  }
  std::vector<bool> filled;
  Status status = Code::kMisuse;
  if (connection != nullptr && database < connection->state().databases.size())
    status = connection->find_filled_trees(database, roots, &filled);
  call.report(status);
  if (!status.ok()) return nullptr;
  napi_value result = nullptr;
  napi_create_array_with_length(env, count, &result);
  for (uint32_t i = 0; i < count; i++) {
    napi_value value = nullptr;
    napi_get_boolean(env, filled[i], &value);
    napi_set_element(env, result, i, value);
  }
  return result;
}

/** schemaCookie(connection, database) */
napi_value schema_cookie(napi_env env, napi_callback_info info) {
  Call<2> call(env, info);
  Connection* connection = call.connection(0);
  const uint32_t database = static_cast<uint32_t>(call.integer(1));
  uint32_t cookie = 0;
  Status status = Code::kMisuse;
  if (connection && database < connection->state().databases.size())
    status = connection->read_cookie(database, &cookie);
  call.report(status);
  napi_value result = nullptr;
  napi_create_uint32(env, cookie, &result);
  return result;
}

}  // namespace

const CallDefinition kSchemaCalls[] = {
    {"loadSchema", load_schema},
    {"schemaRow", schema_row},
    {"schemaFind", schema_find},
    {"schemaNumber", schema_number},
    {"schemaCookie", schema_cookie},
    {"filledTrees", filled_trees},
    {"readSchemaChanges", read_schema_changes},
};
const size_t kSchemaCallCount = std::size(kSchemaCalls);

}  // namespace ringlite
