#include "base/buffer.h"

#include <algorithm>

namespace ringlite {

Status Buffer::grow(size_t capacity) {
  constexpr size_t kSmallestCapacity = 32;
  const size_t target = std::max({capacity, capacity_ + capacity_ / 2, kSmallestCapacity});
  void* grown = mem_realloc(data_, target);
  if (!grown) return Code::kNomem;
  data_ = static_cast<uint8_t*>(grown);
  capacity_ = target;
  return kOk;
}

}  // namespace ringlite
