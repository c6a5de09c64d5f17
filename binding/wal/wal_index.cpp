#include "wal/wal_index.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <new>

#include "base/assert.h"
#include "base/memory.h"

namespace ringlite {
namespace {

constexpr uint32_t kHeaderWords = sizeof(WalIndexHeader) / 4;

uint32_t load_word(const uint8_t* at) {
  return __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_ACQUIRE);
}
void store_word(uint8_t* at, uint32_t value) {
  __atomic_store_n(reinterpret_cast<uint32_t*>(at), value, __ATOMIC_RELEASE);
}
uint16_t load_slot(const uint8_t* region, uint32_t slot) {
  return __atomic_load_n(reinterpret_cast<const uint16_t*>(region + kWalHashOffset) + slot, __ATOMIC_ACQUIRE);
}
void store_slot(uint8_t* region, uint32_t slot, uint16_t value) {
  __atomic_store_n(reinterpret_cast<uint16_t*>(region + kWalHashOffset) + slot, value, __ATOMIC_RELEASE);
}

uint32_t first_slot(uint32_t pgno) { return (pgno * 383) & (kWalHashSlots - 1); }
uint32_t next_slot(uint32_t slot) { return (slot + 1) & (kWalHashSlots - 1); }

/** Where the page numbers of a region begin. */
uint32_t pages_offset(uint32_t region) { return region == 0 ? kWalIndexHeaderBytes : 0; }

void read_copy(const uint8_t* from, WalIndexHeader* header) {
  uint32_t words[kHeaderWords];
  for (uint32_t i = 0; i < kHeaderWords; i++) words[i] = load_word(from + 4 * i);
  std::memcpy(header, words, sizeof words);
}

void write_copy(uint8_t* to, const WalIndexHeader& header) {
  uint32_t words[kHeaderWords];
  std::memcpy(words, &header, sizeof words);
  for (uint32_t i = 0; i < kHeaderWords; i++) store_word(to + 4 * i, words[i]);
}

WalChecksum checksum_of(const WalIndexHeader& header) {
  return wal_checksum({}, reinterpret_cast<const uint8_t*>(&header), offsetof(WalIndexHeader, checksum),
                      std::endian::native == std::endian::big);
}

bool same(const WalIndexHeader& a, const WalIndexHeader& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/** Clears what a region says of its frames after the first `count`. */
void clear_after(uint8_t* region, uint32_t number, uint32_t count) {
  for (uint32_t slot = 0; slot < kWalHashSlots; slot++)
    if (load_slot(region, slot) > count) store_slot(region, slot, 0);
  for (uint32_t at = pages_offset(number) + 4 * count; at < kWalHashOffset; at += 4)
    store_word(region + at, 0);
}

Status add_to_region(uint8_t* region, uint32_t number, uint32_t frame, uint32_t pgno) {
  const uint32_t index = frame - wal_frames_before(number);
  uint8_t* page = region + pages_offset(number) + 4 * (index - 1);
  if (index == 1) clear_after(region, number, 0);
  // A writer who died has left frames here: they go, with all after them.
  else if (load_word(page) != 0)
    clear_after(region, number, index - 1);
  uint32_t slot = first_slot(pgno);
  for (uint32_t collisions = 0; load_slot(region, slot) != 0; slot = next_slot(slot))
    CORRUPT_IF(collisions++ > index);
  store_word(page, pgno);
  store_slot(region, slot, static_cast<uint16_t>(index));
  return kOk;
}

}  // namespace

WalIndex::~WalIndex() {
  for (auto& block : blocks_) mem_free(block.load());
}

Status WalIndex::open(bool extend, bool* exists) {
  uint8_t* address = nullptr;
  RETURN_IF_ERROR(region(0, extend, &address));
  if (address) first_.store(address, std::memory_order_release);
  *exists = address != nullptr;
  return kOk;
}

uint8_t* WalIndex::mapped(uint32_t number) const {
  const Block* block = blocks_[number / kBlockSize].load(std::memory_order_acquire);
  return block ? block[number % kBlockSize].load(std::memory_order_acquire) : nullptr;
}

Status WalIndex::region(uint32_t number, bool extend, uint8_t** address) const {
  CORRUPT_IF(number >= kBlockSize * kBlockSize);
  if ((*address = mapped(number))) return kOk;
  std::lock_guard lock(mutex_);
  std::atomic<Block*>& block = blocks_[number / kBlockSize];
  if (!block.load()) {
    void* memory = mem_alloc(kBlockSize * sizeof(Block));
    if (!memory) return Code::kNomem;
    Block* fresh = static_cast<Block*>(memory);
    for (uint32_t i = 0; i < kBlockSize; i++) new (&fresh[i]) Block(nullptr);
    block.store(fresh, std::memory_order_release);
  }
  RETURN_IF_ERROR(memory_.map(number, extend, address));
  block.load()[number % kBlockSize].store(*address, std::memory_order_release);
  return kOk;
}

uint32_t WalIndex::load(uint32_t offset) const { return load_word(first_ + offset); }
void WalIndex::store(uint32_t offset, uint32_t value) { store_word(first_ + offset, value); }

// --- header ---

bool WalIndex::read_header(WalIndexHeader* header) const {
  if (!first_) return false;
  WalIndexHeader copy;
  read_copy(first_, header);
  barrier();
  read_copy(first_ + sizeof copy, &copy);
  return same(*header, copy) && header->is_initialized && checksum_of(*header) == header->checksum;
}

void WalIndex::write_header(WalIndexHeader* header) {
  header->is_initialized = 1;
  header->version = kWalIndexVersion;
  header->checksum = checksum_of(*header);
  write_copy(first_ + sizeof *header, *header);
  barrier();
  write_copy(first_, *header);
}

bool WalIndex::is_current(const WalIndexHeader& header) const {
  const uint8_t* live = first_.load(std::memory_order_acquire);
  uint32_t words[kHeaderWords];
  std::memcpy(words, &header, sizeof words);
  uint32_t differences = 0;
  for (uint32_t i = 0; i < kHeaderWords; i++) differences |= load_word(live + 4 * i) ^ words[i];
  return differences == 0;
}

bool WalIndex::has_salts(const uint32_t* salts) const {
  WalIndexHeader live;
  read_copy(first_, &live);
  return std::memcmp(live.salts, salts, sizeof live.salts) == 0;
}

uint32_t WalIndex::live_mx_frame() const { return load(offsetof(WalIndexHeader, mx_frame)); }

// --- frames ---

Status WalIndex::append(uint32_t frame, uint32_t pgno) {
  const uint32_t number = wal_region_of(frame);
  uint8_t* address = nullptr;
  RETURN_IF_ERROR(region(number, true, &address));
  return add_to_region(address, number, frame, pgno);
}

void WalIndex::forget_after(uint32_t mx_frame) {
  if (mx_frame == 0) return;
  const uint32_t number = wal_region_of(mx_frame);
  // Later regions are cleared when the first frame comes to them.
  if (uint8_t* address = mapped(number)) clear_after(address, number, mx_frame - wal_frames_before(number));
}

Status WalIndex::find(uint32_t pgno, uint32_t first, uint32_t last, uint32_t* frame) const {
  *frame = 0;
  if (last == 0 || first > last) return kOk;
  for (uint32_t number = wal_region_of(last) + 1; number-- > wal_region_of(first);) {
    uint8_t* address = nullptr;
    RETURN_IF_ERROR(region(number, false, &address));
    CORRUPT_IF(!address);
    const uint32_t before = wal_frames_before(number);
    const uint8_t* pages = address + pages_offset(number);
    uint32_t best = 0;
    uint32_t slots = 0;
    for (uint32_t slot = first_slot(pgno);; slot = next_slot(slot)) {
      const uint32_t index = load_slot(address, slot);
      if (index == 0) break;
      CORRUPT_IF(++slots > kWalHashSlots || index > kWalRegionFrames);
      const uint32_t candidate = before + index;
      if (candidate > best && candidate >= first && candidate <= last &&
          load_word(pages + 4 * (index - 1)) == pgno)
        best = candidate;
    }
    if (best != 0) {
      *frame = best;
      return kOk;
    }
  }
  return kOk;
}

uint32_t WalIndex::pgno_of(uint32_t frame) const {
  const uint32_t number = wal_region_of(frame);
  uint8_t* address = nullptr;
  if (!region(number, false, &address).ok() || !address) return 0;
  return load_word(address + pages_offset(number) + 4 * (frame - wal_frames_before(number) - 1));
}

Status WalIndex::append_to(uint8_t* region, uint32_t frame, uint32_t pgno) {
  return add_to_region(region, wal_region_of(frame), frame, pgno);
}

Status WalIndex::replace_region(uint32_t number, const uint8_t* content) {
  uint8_t* address = nullptr;
  RETURN_IF_ERROR(region(number, true, &address));
  for (uint32_t at = pages_offset(number); at < SharedMemory::kRegionSize; at += 4) {
    const uint32_t word = load_word(content + at);
    if (load_word(address + at) != word) store_word(address + at, word);
  }
  return kOk;
}

}  // namespace ringlite
