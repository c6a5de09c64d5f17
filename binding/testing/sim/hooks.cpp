// What makes unchanged engine code run under the scheduler: the linker sends its calls for mutexes,
// conditions, threads and the clock that these use here (-Wl,--wrap), and the sources that touch the
// wal-index are compiled with -fsanitize=thread but linked with these functions instead of its runtime, so
// that each atomic access to shared memory is a point where another process may come in between or this one
// may die.
//
// Outside of a task everything is what it was.
#include <pthread.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <mutex>

#include "testing/sim/scheduler.h"
#include "testing/sim/shared_arena.h"

using ringlite::sim::Scheduler;
using ringlite::sim::SharedArena;

extern "C" {

// --- mutexes ---

int __real_pthread_mutex_lock(pthread_mutex_t* mutex);
int __real_pthread_mutex_trylock(pthread_mutex_t* mutex);
int __real_pthread_mutex_unlock(pthread_mutex_t* mutex);

int __wrap_pthread_mutex_lock(pthread_mutex_t* mutex) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_mutex_lock(mutex);
  scheduler->lock(mutex);
  return 0;
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t* mutex) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_mutex_trylock(mutex);
  return scheduler->try_lock(mutex) ? 0 : EBUSY;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t* mutex) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_mutex_unlock(mutex);
  scheduler->unlock(mutex);
  return 0;
}

// --- conditions, threads, std::chrono::steady_clock ---

int __real_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                  const struct timespec* until);
void __real__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(void* condition,
                                                                      std::unique_lock<std::mutex>& lock);
void __real__ZNSt18condition_variable10notify_oneEv(void* condition);
int64_t __real__ZNSt6chrono3_V212steady_clock3nowEv();
int __real_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                          void* context);
int __real_pthread_join(pthread_t thread, void** result);

int __wrap_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                  const struct timespec* until) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_cond_clockwait(condition, mutex, clock, until);
  return scheduler->wait(condition, mutex, until->tv_sec * INT64_C(1'000'000'000) + until->tv_nsec)
             ? 0
             : ETIMEDOUT;
}

void __wrap__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(void* condition,
                                                                      std::unique_lock<std::mutex>& lock) {
  Scheduler* scheduler = Scheduler::current();
  if (scheduler)
    scheduler->wait(condition, lock.mutex()->native_handle(), INT64_MAX);
  else
    __real__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(condition, lock);
}

void __wrap__ZNSt18condition_variable10notify_oneEv(void* condition) {
  Scheduler* scheduler = Scheduler::current();
  if (scheduler)
    scheduler->notify_one(condition);
  else
    __real__ZNSt18condition_variable10notify_oneEv(condition);
}

int64_t __wrap__ZNSt6chrono3_V212steady_clock3nowEv() {
  const Scheduler* scheduler = Scheduler::current();
  return scheduler ? scheduler->now_ns() : __real__ZNSt6chrono3_V212steady_clock3nowEv();
}

int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                          void* context) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_create(thread, attributes, body, context);
  *thread = static_cast<pthread_t>(scheduler->spawn(scheduler->process(), [=] { body(context); }));
  return 0;
}

int __wrap_pthread_join(pthread_t thread, void** result) {
  Scheduler* scheduler = Scheduler::current();
  if (!scheduler) return __real_pthread_join(thread, result);
  scheduler->join(static_cast<int>(thread));
  return 0;
}

// --- shared memory ---

#define ATOMIC_ACCESS(BITS, TYPE)                                                                           \
  TYPE __tsan_atomic##BITS##_load(const volatile TYPE* address, int) {                                      \
    return SharedArena::load(const_cast<const TYPE*>(address));                                             \
  }                                                                                                         \
  void __tsan_atomic##BITS##_store(volatile TYPE* address, TYPE value, int) {                               \
    SharedArena::store(const_cast<TYPE*>(address), value);                                                  \
  }                                                                                                         \
  TYPE __tsan_atomic##BITS##_exchange(volatile TYPE* address, TYPE value, int) {                            \
    return __atomic_exchange_n(address, value, __ATOMIC_SEQ_CST);                                           \
  }                                                                                                         \
  TYPE __tsan_atomic##BITS##_fetch_add(volatile TYPE* address, TYPE value, int) {                           \
    return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);                                            \
  }                                                                                                         \
  TYPE __tsan_atomic##BITS##_fetch_sub(volatile TYPE* address, TYPE value, int) {                           \
    return __atomic_fetch_sub(address, value, __ATOMIC_SEQ_CST);                                            \
  }                                                                                                         \
  int __tsan_atomic##BITS##_compare_exchange_strong(volatile TYPE* address, TYPE* expected, TYPE wanted,    \
                                                    int, int) {                                             \
    return __atomic_compare_exchange_n(address, expected, wanted, false, __ATOMIC_SEQ_CST,                  \
                                       __ATOMIC_SEQ_CST);                                                   \
  }                                                                                                         \
  int __tsan_atomic##BITS##_compare_exchange_weak(volatile TYPE* address, TYPE* expected, TYPE wanted, int, \
                                                  int) {                                                    \
    return __atomic_compare_exchange_n(address, expected, wanted, false, __ATOMIC_SEQ_CST,                  \
                                       __ATOMIC_SEQ_CST);                                                   \
  }

ATOMIC_ACCESS(8, uint8_t)
ATOMIC_ACCESS(16, uint16_t)
ATOMIC_ACCESS(32, uint32_t)
ATOMIC_ACCESS(64, uint64_t)
#undef ATOMIC_ACCESS

void __tsan_atomic_thread_fence(int) { SharedArena::fence(); }

// Plain accesses, calls and the rest of what the compiler reports.
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_read_range(void*, unsigned long) {}
void __tsan_write_range(void*, unsigned long) {}
#define PLAIN_ACCESS(SIZE)                   \
  void __tsan_read##SIZE(void*) {}           \
  void __tsan_write##SIZE(void*) {}          \
  void __tsan_unaligned_read##SIZE(void*) {} \
  void __tsan_unaligned_write##SIZE(void*) {}
PLAIN_ACCESS(1)
PLAIN_ACCESS(2)
PLAIN_ACCESS(4)
PLAIN_ACCESS(8)
PLAIN_ACCESS(16)
#undef PLAIN_ACCESS

}  // extern "C"
