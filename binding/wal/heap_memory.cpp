#include "wal/heap_memory.h"

#include <cstring>

#include "base/memory.h"

namespace ringlite {

HeapMemory::~HeapMemory() {
  for (uint8_t* region : regions_) mem_free(region);
}

Status HeapMemory::map(uint32_t region, bool extend, uint8_t** address) {
  *address = nullptr;
  while (extend && regions_.size() <= region) {
    auto* bytes = static_cast<uint8_t*>(mem_alloc(kRegionSize));
    if (!bytes) return Code::kNomem;
    std::memset(bytes, 0, kRegionSize);
    if (const Status status = regions_.push_back(bytes); !status.ok()) {
      mem_free(bytes);
      return status;
    }
  }
  if (region < regions_.size()) *address = regions_[region];
  return kOk;
}

}  // namespace ringlite
