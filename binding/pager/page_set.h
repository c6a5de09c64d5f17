// PageSet: a sparse set of page numbers (which pages are in the journal, were spilled, ...). Two levels:
// blocks of 4096 bits, allocated where something is set. Adding can fail with SQLITE_NOMEM; a failed add
// changes nothing.
#pragma once
#include <cstdint>
#include <cstring>

#include "base/memory.h"
#include "base/pod_array.h"
#include "base/status.h"
#include "pager/page.h"

namespace ringlite {

class PageSet {
 public:
  PageSet() = default;
  PageSet(const PageSet&) = delete;
  PageSet& operator=(const PageSet&) = delete;
  ~PageSet() { clear(); }

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  bool contains(Pgno pgno) const {
    const size_t block = pgno / kBlockBits;
    if (block >= blocks_.size() || !blocks_[block]) return false;
    return (blocks_[block]->words[word_of(pgno)] >> (pgno % 64)) & 1;
  }
  Status add(Pgno pgno) {
    const size_t block = pgno / kBlockBits;
    if (block >= blocks_.size()) RETURN_IF_ERROR(blocks_.resize(block + 1, nullptr));
    if (!blocks_[block]) {
      auto* fresh = static_cast<Block*>(mem_alloc(sizeof(Block)));
      if (!fresh) return Code::kNomem;
      std::memset(fresh, 0, sizeof(Block));
      blocks_[block] = fresh;
    }
    uint64_t& word = blocks_[block]->words[word_of(pgno)];
    const uint64_t bit = uint64_t{1} << (pgno % 64);
    if (!(word & bit)) count_++;
    word |= bit;
    return kOk;
  }
  void remove(Pgno pgno) {
    if (!contains(pgno)) return;
    blocks_[pgno / kBlockBits]->words[word_of(pgno)] &= ~(uint64_t{1} << (pgno % 64));
    count_--;
  }
  void clear() {
    for (Block* block : blocks_) mem_free(block);
    blocks_.clear();
    count_ = 0;
  }
  /** Calls visit(pgno) in ascending order. */
  template <typename Visit>
  void for_each(Visit visit) const {
    for (size_t block = 0; block < blocks_.size(); block++) {
      if (!blocks_[block]) continue;
      for (uint32_t word = 0; word < kBlockBits / 64; word++) {
        for (uint64_t bits = blocks_[block]->words[word]; bits; bits &= bits - 1)
          visit(static_cast<Pgno>(block * kBlockBits + word * 64 + __builtin_ctzll(bits)));
      }
    }
  }

 private:
  static constexpr uint32_t kBlockBits = 4096;
  struct Block {
    uint64_t words[kBlockBits / 64];
  };
  static uint32_t word_of(Pgno pgno) { return pgno % kBlockBits / 64; }

  PodArray<Block*> blocks_;
  size_t count_ = 0;
};

}  // namespace ringlite
