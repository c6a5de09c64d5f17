// Memory in large units, for which the system may use large pages of its own: the processor then finds its
// way to any of it with far fewer look-ups of addresses.
#pragma once
#include <cstddef>

namespace ringlite {

/** Size and alignment of such memory. */
inline constexpr size_t kHugePageSize = 2 << 20;

/** kHugePageSize bytes, uninitialized and aligned to their size; nullptr when memory is exhausted. Freed with
 * mem_free(). */
void* mem_alloc_huge_page();

}  // namespace ringlite
