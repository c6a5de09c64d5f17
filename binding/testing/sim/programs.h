// Programs: what differential/simulation/programs.ts has compiled: database files to start from
// ("512-0/base": page size and auto_vacuum mode) and a program image for each statement of the clients
// against them ("512-0/commit").
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ringlite::sim {

class Programs {
 public:
  /** Entries of [name length][name][size][bytes], lengths as 32-bit words. Ends the process when the file is
   * no good. */
  static Programs read(const char* path);

  /** Ends the process when there is none. */
  const std::vector<uint8_t>& get(const std::string& variant, const std::string& name) const;

 private:
  std::map<std::string, std::vector<uint8_t>> entries_;
};

}  // namespace ringlite::sim
