// PodArray: an Array that says of its values that they are plain data.
#pragma once
#include <type_traits>

#include "base/array.h"

namespace ringlite {

template <typename T>
requires std::is_trivially_copyable_v<T>
using PodArray = Array<T>;

}  // namespace ringlite
