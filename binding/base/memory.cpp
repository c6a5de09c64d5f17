#include "base/memory.h"

#include <cstdlib>

namespace ringlite {
namespace {

thread_local int64_t countdown_to_failure = 0;

bool should_fail() {
  if (countdown_to_failure == 0) [[likely]] return false;
  return --countdown_to_failure == 0;
}

}  // namespace

void* mem_alloc(size_t size) { return should_fail() ? nullptr : std::malloc(size ? size : 1); }

void* mem_realloc(void* block, size_t size) { return should_fail() ? nullptr : std::realloc(block, size ? size : 1); }

void mem_free(void* block) { std::free(block); }

void mem_fail_after(int64_t countdown) { countdown_to_failure = countdown; }

}  // namespace ringlite
