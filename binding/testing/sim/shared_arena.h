// SharedArena: where all shared memory of a simulated machine lies, so that an address tells whether it is
// shared. Accesses pass through it, one at a time, each a scheduling point; a store may wait in its task's
// store buffer before others see it, as on x86 (total store order): a task sees its own stores at once,
// others see them in order, a fence or a system call empties the buffer.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "testing/sim/dice.h"
#include "testing/sim/scheduler.h"

namespace ringlite::sim {

class SharedArena {
 public:
  static constexpr uint32_t kRegionSize = 32768;

  /** `buffers_stores`: stores become visible late. One arena at a time. */
  SharedArena(Scheduler& scheduler, uint64_t seed, bool buffers_stores);
  ~SharedArena();
  SharedArena(const SharedArena&) = delete;
  SharedArena& operator=(const SharedArena&) = delete;

  /** A region of zeros that no one has used before; nullptr when there are no more. */
  uint8_t* allocate();

  template <typename T>
  static T load(const T* address) {
    if (!instance_ || !instance_->contains(address)) return __atomic_load_n(address, __ATOMIC_SEQ_CST);
    instance_->scheduler_.point(instance_->weight_of(address));
    T value = *address;
    if (instance_->buffered_count_ > 0) {
      uint32_t found = 0;
      if (instance_->find_buffered(address, &found)) value = static_cast<T>(found);
    }
    return value;
  }

  template <typename T>
  static void store(T* address, T value) {
    if (!instance_ || !instance_->contains(address)) {
      __atomic_store_n(address, value, __ATOMIC_SEQ_CST);
      return;
    }
    instance_->scheduler_.point(instance_->weight_of(address) + 1);
    if (instance_->buffers_stores_ && sizeof(T) <= 4)
      instance_->buffer(address, sizeof(T), static_cast<uint32_t>(value));
    else
      *address = value;
  }

  static void fence() {
    if (!instance_ || !instance_->scheduler_.is_in_task()) return;
    instance_->scheduler_.point(kHeaderWeight);
    instance_->drain(static_cast<size_t>(instance_->scheduler_.task()));
  }

  /** Makes the running task's stores visible: a system call. */
  void drain_running() {
    if (scheduler_.is_in_task()) drain(static_cast<size_t>(scheduler_.task()));
  }
  /** Makes all stores visible. What a processor has taken into its buffer happens, whatever becomes of the
   * process. */
  void drain_all();

 private:
  static constexpr size_t kRegions = 1024;
  static constexpr size_t kBufferSize = 8;
  /** Of accesses to the index header, its marks and counters: where the races are. */
  static constexpr uint32_t kHeaderWeight = 8;
  static constexpr uint32_t kHeaderBytes = 136;

  struct Store {
    void* address;
    uint32_t size;
    uint32_t value;
  };

  bool contains(const void* address) const {
    const auto* byte = static_cast<const uint8_t*>(address);
    return byte >= memory_ && byte < memory_ + kRegions * kRegionSize && scheduler_.is_in_task();
  }
  uint32_t weight_of(const void* address) const {
    return (static_cast<const uint8_t*>(address) - memory_) % kRegionSize < kHeaderBytes ? kHeaderWeight : 0;
  }
  void buffer(void* address, uint32_t size, uint32_t value);
  bool find_buffered(const void* address, uint32_t* value) const;
  void apply_oldest(size_t task);
  void drain(size_t task);

  Scheduler& scheduler_;
  Dice dice_;
  const bool buffers_stores_;
  uint8_t* memory_;
  size_t next_ = 0;
  /** A buffer for each task. */
  std::vector<std::deque<Store>> buffers_;
  size_t buffered_count_ = 0;
  static inline SharedArena* instance_ = nullptr;
};

}  // namespace ringlite::sim
