// Reads bound parameters and answers to host calls from the data area of the border.
#pragma once
#include <cstdint>

#include "base/status.h"
#include "engine/border.h"
#include "record/value.h"

namespace ringlite {

/** Copies `count` parameters into `values`; far ones keep what they hold. SQLITE_MISUSE when the area is
   malformed, SQLITE_NOMEM. */
Status read_parameters(const Border& border, Value* values, uint32_t count);

}  // namespace ringlite
