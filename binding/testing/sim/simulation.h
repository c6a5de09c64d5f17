// Simulation: one run from a seed: a virtual machine with a database, processes that use it, kills, pauses
// and power cuts; after each power cut and at the end the database is opened alone, and the history up to
// then is checked.
#pragma once
#include <cstdio>
#include <string>

#include "testing/sim/config.h"
#include "testing/sim/programs.h"

namespace ringlite::sim {

struct Report {
  /** Empty: nothing wrong. */
  std::string problem;
  uint64_t transactions = 0;
  uint64_t commits = 0;
  uint64_t kills = 0;
  uint64_t crashes = 0;
  uint64_t faults = 0;
  uint64_t points = 0;
};

/**
 * Runs in a process of its own: killed tasks leave their memory behind. Prints what happens to `trace` unless
 * it is nullptr.
 */
Report simulate(const Config& config, const Programs& programs, FILE* trace);

}  // namespace ringlite::sim
