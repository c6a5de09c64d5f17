// Files in memory, with locks between open files, for tests and simulations. Deterministic: the clock is set
// by the test and randomness comes from a seed.
#pragma once
#include <memory>

#include "io/io.h"

namespace ringlite {

/** An empty file system. Thread-safe. */
std::unique_ptr<Io> make_memory_io(uint64_t seed = 1);

/** Another process of the same machine: it sees the files, locks and shared memory of `io`, which
 * make_memory_io() made. */
std::unique_ptr<Io> make_memory_peer(Io& io, uint64_t seed = 2);

}  // namespace ringlite
