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
  return exports;
}

}  // namespace

NAPI_MODULE(ringlite, initialize)
