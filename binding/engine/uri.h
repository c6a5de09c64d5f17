// URI: file names of the form file:PATH?NAME=VALUE&..., as SQLite reads them (uri.html). Only names are taken
// apart here; nothing is opened.
#pragma once
#include <string_view>

#include "base/status.h"
#include "base/string.h"

namespace ringlite {

/** What a connection was opened for: no URI allows more. */
struct FileAccess {
  bool is_readonly = false;
  bool may_create = true;
};

struct FileUri {
  /** Decoded; empty for a temporary database. */
  String path;
  FileAccess access;
  /** mode=memory */
  bool is_memory = false;
  /** nolock=1, or the VFS without locks. */
  bool has_no_locks = false;
  /** immutable=1 */
  bool is_immutable = false;
};

inline bool is_uri(std::string_view name) { return name.substr(0, 5) == "file:"; }

/** Parses a name for which is_uri() holds. SQLITE_ERROR, SQLITE_PERM with SQLite's text in `message`,
 * SQLITE_NOMEM. */
Status parse_uri(std::string_view uri, FileAccess allowed, FileUri* result, String* message);

}  // namespace ringlite
