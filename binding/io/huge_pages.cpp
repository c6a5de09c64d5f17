#include "io/huge_pages.h"

#include <sys/mman.h>

#include "base/memory.h"

namespace ringlite {

void* mem_alloc_huge_page() {
  void* block = mem_alloc_aligned(kHugePageSize, kHugePageSize);
#if defined(MADV_HUGEPAGE)
  // A wish: systems that don't grant it work with small pages.
  if (block) ::madvise(block, kHugePageSize, MADV_HUGEPAGE);
#endif
  return block;
}

}  // namespace ringlite
