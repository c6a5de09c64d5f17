// Call: one call from JavaScript as the functions of the addon see it: its arguments, the Environment, and
// where errors are reported.
#pragma once
#include <node_api.h>

#include <span>
#include <string>
#include <string_view>

#include "addon/environment.h"

namespace ringlite {

/** Arguments of a call and what it is made on. */
template <size_t kCount>
struct Call {
  Call(napi_env env, napi_callback_info info) : env(env) {
    size_t count = kCount;
    void* data = nullptr;
    napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
    environment = static_cast<Environment*>(data);
  }

  int32_t integer(size_t index) const {
    int32_t value = -1;
    napi_get_value_int32(env, arguments[index], &value);
    return value;
  }
  bool boolean(size_t index) const {
    bool value = false;
    napi_get_value_bool(env, arguments[index], &value);
    return value;
  }
  std::string text(size_t index) const {
    size_t size = 0;
    napi_get_value_string_utf8(env, arguments[index], nullptr, 0, &size);
    std::string text(size, '\0');
    napi_get_value_string_utf8(env, arguments[index], text.data(), size + 1, &size);
    return text;
  }
  Connection* connection(size_t index) const { return environment->connection(integer(index)); }
  Statement* statement(size_t index) const { return environment->statement(integer(index)); }

  /** Reports the outcome; the message of a failure without one of its own is looked up by JavaScript. */
  void report(Status status, std::string_view message = {}) const {
    Border& border = environment->border();
    border.error_message.clear();
    if (!status.ok()) ignore_status(border.error_message.append(message));
    if (border.is_attached()) border.reply(border::reply::kErrorCode, status.extended());
  }
  napi_value number(int32_t value) const {
    napi_value result = nullptr;
    napi_create_int32(env, value, &result);
    return result;
  }
  napi_value array(std::span<const uint32_t> numbers) const {
    napi_value result = nullptr;
    napi_create_array_with_length(env, numbers.size(), &result);
    for (uint32_t i = 0; i < numbers.size(); i++) {
      napi_value element = nullptr;
      napi_create_uint32(env, numbers[i], &element);
      napi_set_element(env, result, i, element);
    }
    return result;
  }

  napi_env env;
  Environment* environment = nullptr;
  napi_value arguments[kCount == 0 ? 1 : kCount] = {};
};

/** One property of the addon's interface. */
struct CallDefinition {
  const char* name;
  napi_callback function;
};

/** Those of the schema: addon/schema_calls.cpp. */
extern const CallDefinition kSchemaCalls[];
extern const size_t kSchemaCallCount;

}  // namespace ringlite
