// BackgroundThread: a thread for work that nobody waits for. Unlike std::thread's, its start can fail without
// an exception.
#pragma once
#include <pthread.h>

namespace ringlite {

class BackgroundThread {
 public:
  BackgroundThread() = default;
  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;

  bool is_started() const { return is_started_; }
  /** Runs `body(context)`; false when the system has no thread to give. */
  bool start(void* (*body)(void* context), void* context) {
    is_started_ = pthread_create(&thread_, nullptr, body, context) == 0;
    return is_started_;
  }
  /** Waits for the end of `body`. */
  void join() {
    if (is_started_) pthread_join(thread_, nullptr);
    is_started_ = false;
  }

 private:
  pthread_t thread_ = {};
  bool is_started_ = false;
};

}  // namespace ringlite
