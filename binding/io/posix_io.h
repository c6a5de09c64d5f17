// The operating system's files, clock and randomness (Linux: OFD locks; elsewhere POSIX locks).
// Law: a descriptor of a database file is closed only when nobody else in the process can hold locks on its
// inode, because closing any descriptor drops all POSIX locks of the process on that inode (another SQLite
// engine's too).
#pragma once
#include "io/io.h"

namespace ringlite {

/** The one instance of the process. Thread-safe. */
Io& posix_io();

}  // namespace ringlite
