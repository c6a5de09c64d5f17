#include "base/memory.h"

#include <cstdlib>

namespace ringlite {
namespace {

thread_local int64_t countdown_to_failure = 0;
thread_local bool has_failed = false;

bool should_fail() {
  if (countdown_to_failure == 0) [[likely]]
    return false;
  if (--countdown_to_failure > 0) return false;
  has_failed = true;
  return true;
}

}  // namespace

void* mem_alloc(size_t size) { return should_fail() ? nullptr : std::malloc(size ? size : 1); }

void* mem_alloc_aligned(size_t alignment, size_t size) {
  return should_fail() ? nullptr : std::aligned_alloc(alignment, size);
}

void* mem_realloc(void* block, size_t size) {
  return should_fail() ? nullptr : std::realloc(block, size ? size : 1);
}

void mem_free(void* block) { std::free(block); }

void mem_fail_after(int64_t countdown) {
  countdown_to_failure = countdown;
  has_failed = false;
}

bool mem_failure_happened() { return has_failed; }

}  // namespace ringlite
