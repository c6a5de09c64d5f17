// Loads the addon into one environment, and unloads it.
#include <node_api.h>

#include <new>

#include "addon/calls.h"
#include "addon/environment.h"

namespace {

using ringlite::Environment;

/** Runs before the environment's memory goes: connections close while the thread still works. */
void close_environment(void* data) { static_cast<Environment*>(data)->close_all(); }

void delete_environment(napi_env env, void* data, void* hint) { delete static_cast<Environment*>(data); }

void delete_instance(napi_env env, void* data, void* hint) {
  napi_remove_env_cleanup_hook(env, close_environment, data);
  delete static_cast<Environment*>(data);
}

/** instance(): the addon's functions on an Environment of their own, which lives as long as the object that
   has them. Each copy of the JavaScript takes one: test runners load the package several times, but the addon
   once. */
napi_value make_instance(napi_env env, napi_callback_info info) {
  napi_value instance = nullptr;
  if (napi_create_object(env, &instance) != napi_ok) return nullptr;
  auto* environment = new (std::nothrow) Environment(env);
  if (environment == nullptr) {
    napi_throw_error(env, nullptr, "out of memory");
    return nullptr;
  }
  if (napi_wrap(env, instance, environment, delete_instance, nullptr, nullptr) != napi_ok) {
    delete environment;
    return nullptr;
  }
  napi_add_env_cleanup_hook(env, close_environment, environment);
  ringlite::define_calls(env, instance, environment);
  return instance;
}

napi_value initialize(napi_env env, napi_value exports) {
  auto* environment = new (std::nothrow) Environment(env);
  if (environment == nullptr) {
    napi_throw_error(env, nullptr, "out of memory");
    return nullptr;
  }
  if (napi_set_instance_data(env, environment, delete_environment, nullptr) != napi_ok) {
    delete environment;
    return nullptr;
  }
  napi_add_env_cleanup_hook(env, close_environment, environment);
  ringlite::define_calls(env, exports, environment);
  napi_value instance = nullptr;
  if (napi_create_function(env, "instance", NAPI_AUTO_LENGTH, make_instance, nullptr, &instance) == napi_ok)
    napi_set_named_property(env, exports, "instance", instance);
  return exports;
}

}  // namespace

NAPI_MODULE(ringlite, initialize)
