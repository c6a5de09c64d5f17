// What the fault runners share: they are processes of their own, which end with code 2 when they can't do
// their work.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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

/** SAVEPOINT, ROLLBACK TO and RELEASE, which stand before the statements in a file of programs. */
enum Control { kSavepoint, kRollbackTo, kRelease, kControlImages };

/** The images of a file of programs: the number of statements, then [byte length][image] of the controls and
 * the statements. Numbers are words of 4 bytes. */
inline std::vector<Bytes> read_images(const Bytes& programs) {
  uint32_t statements = 0;
  std::memcpy(&statements, programs.data(), 4);
  std::vector<Bytes> images;
  size_t at = 4;
  for (uint32_t i = 0; i < statements + kControlImages; i++) {
    uint32_t size = 0;
    std::memcpy(&size, programs.data() + at, 4);
    const uint8_t* image = programs.data() + at + 4;
    images.emplace_back(image, image + size);
    at += 4 + size;
  }
  return images;
}

inline void require(Status status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %d\n", what, status.extended());
  std::exit(2);
}

}  // namespace ringlite
