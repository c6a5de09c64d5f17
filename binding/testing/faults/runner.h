// What the fault runners share: they are processes of their own, which end with code 2 when they can't do
// their work.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/status.h"

namespace ringlite {

using Bytes = std::vector<uint8_t>;

inline Bytes read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(2);
  }
  return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

inline void require(Status status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %d\n", what, status.extended());
  std::exit(2);
}

}  // namespace ringlite
