#include "testing/sim/shared_arena.h"

#include <cstdlib>
#include <cstring>

#include "base/assert.h"

namespace ringlite::sim {

SharedArena::SharedArena(Scheduler& scheduler, uint64_t seed, bool buffers_stores)
    : scheduler_(scheduler),
      dice_(seed),
      buffers_stores_(buffers_stores),
      memory_(static_cast<uint8_t*>(std::calloc(kRegions, kRegionSize))) {
  ASSERT(memory_ && !instance_);
  instance_ = this;
}

SharedArena::~SharedArena() {
  instance_ = nullptr;
  std::free(memory_);
}

uint8_t* SharedArena::allocate() { return next_ == kRegions ? nullptr : memory_ + kRegionSize * next_++; }

void SharedArena::buffer(void* address, uint32_t size, uint32_t value) {
  const auto task = static_cast<size_t>(scheduler_.task());
  if (buffers_.size() <= task) buffers_.resize(task + 1);
  buffers_[task].push_back({address, size, value});
  buffered_count_++;
  while (buffers_[task].size() > dice_.below(kBufferSize)) apply_oldest(task);
}

bool SharedArena::find_buffered(const void* address, uint32_t* value) const {
  const auto task = static_cast<size_t>(scheduler_.task());
  if (buffers_.size() <= task) return false;
  const auto& buffer = buffers_[task];
  for (auto store = buffer.rbegin(); store != buffer.rend(); ++store) {
    if (store->address != address) continue;
    *value = store->value;
    return true;
  }
  return false;
}

void SharedArena::apply_oldest(size_t task) {
  const Store store = buffers_[task].front();
  buffers_[task].pop_front();
  buffered_count_--;
  if (store.size == 4)
    std::memcpy(store.address, &store.value, 4);
  else if (store.size == 2)
    *static_cast<uint16_t*>(store.address) = static_cast<uint16_t>(store.value);
  else
    *static_cast<uint8_t*>(store.address) = static_cast<uint8_t>(store.value);
}

void SharedArena::drain(size_t task) {
  while (buffers_.size() > task && !buffers_[task].empty()) apply_oldest(task);
}

void SharedArena::drain_all() {
  for (size_t task = 0; task < buffers_.size(); task++) drain(task);
}

}  // namespace ringlite::sim
