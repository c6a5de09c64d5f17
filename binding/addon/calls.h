// The functions that JavaScript sees; lib/session/binding.ts has their types. Calls that can fail in SQLite's
// way put the extended code into reply.errorCode (0: fine) and keep the message for errorMessage().
#pragma once
#include <node_api.h>

#include "addon/environment.h"

namespace ringlite {

/** Adds all functions to `exports`. */
napi_status define_calls(napi_env env, napi_value exports, Environment* environment);

}  // namespace ringlite
