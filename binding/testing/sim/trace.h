// Trace: what happened in a simulated run, a line each, for people. Off unless asked for: a run is the same
// with and without.
#pragma once
#include <cstdarg>
#include <cstdio>

#include "testing/sim/scheduler.h"

namespace ringlite::sim {

class Trace {
 public:
  explicit Trace(const Scheduler& scheduler) : scheduler_(scheduler) {}

  /** nullptr: off. */
  void set_output(FILE* output) { output_ = output; }
  bool is_on() const { return output_ != nullptr; }

  /** Adds the virtual time, and the process and task that run. */
  [[gnu::format(printf, 2, 3)]] void line(const char* format, ...) {
    if (!output_) return;
    std::fprintf(output_, "%9.3f ms  ", static_cast<double>(scheduler_.now_ns()) / 1e6);
    if (scheduler_.is_in_task())
      std::fprintf(output_, "process %d task %d  ", scheduler_.process(), scheduler_.task());
    else
      std::fprintf(output_, "*** ");
    va_list arguments;
    va_start(arguments, format);
    std::vfprintf(output_, format, arguments);
    va_end(arguments);
    std::fputc('\n', output_);
  }

 private:
  const Scheduler& scheduler_;
  FILE* output_ = nullptr;
};

}  // namespace ringlite::sim
