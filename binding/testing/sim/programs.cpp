#include "testing/sim/programs.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "testing/faults/runner.h"

namespace ringlite::sim {

Programs Programs::read(const char* path) {
  const std::vector<uint8_t> bytes = read_file(path);
  Programs programs;
  size_t at = 0;
  const auto take = [&]() -> std::vector<uint8_t> {
    uint32_t size = 0;
    if (bytes.size() - at >= sizeof size) std::memcpy(&size, bytes.data() + at, sizeof size);
    if (bytes.size() - at < sizeof size + size) {
      std::fprintf(stderr, "%s is cut off\n", path);
      std::exit(2);
    }
    at += sizeof size + size;
    return {bytes.begin() + static_cast<ptrdiff_t>(at - size), bytes.begin() + static_cast<ptrdiff_t>(at)};
  };
  while (at < bytes.size()) {
    const std::vector<uint8_t> name = take();
    programs.entries_[std::string(name.begin(), name.end())] = take();
  }
  return programs;
}

const std::vector<uint8_t>& Programs::get(const std::string& variant, const std::string& name) const {
  const auto found = entries_.find(variant + "/" + name);
  if (found != entries_.end()) return found->second;
  std::fprintf(stderr, "no program %s/%s\n", variant.c_str(), name.c_str());
  std::exit(2);
}

}  // namespace ringlite::sim
