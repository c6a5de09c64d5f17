// Fallible allocation. Everything whose size depends on data or user input is allocated here, so that running
// out of memory is SQLITE_NOMEM and tests can inject failures at the N-th allocation.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ringlite {

/** Returns nullptr when memory is exhausted or a test asked for a failure. `size` in bytes. */
void* mem_alloc(size_t size);
/** `alignment`: a power of two that divides `size`. */
void* mem_alloc_aligned(size_t alignment, size_t size);
void* mem_realloc(void* block, size_t size);
void mem_free(void* block);

/** Tests: the `countdown`-th allocation from now on this thread fails (1 = the next); 0 turns injection off.
 */
void mem_fail_after(int64_t countdown);
/** Tests: whether the failure asked for last has happened. */
bool mem_failure_happened();

}  // namespace ringlite
