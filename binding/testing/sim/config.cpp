#include "testing/sim/config.h"

#include <cstdlib>

#include "testing/sim/dice.h"

namespace ringlite::sim {
namespace {

template <size_t N>
int64_t one_of(Dice& dice, const int64_t (&values)[N]) {
  return values[dice.below(N)];
}

/** Small numbers as often as large ones. */
int64_t scale(Dice& dice, int low_bits, int high_bits) {
  const int bits = static_cast<int>(dice.between(low_bits, high_bits - 1));
  return (int64_t{1} << bits) + static_cast<int64_t>(dice.below(uint64_t{1} << bits));
}

}  // namespace

Config Config::draw(uint64_t seed) {
  Dice dice(seed * 0x9e3779b97f4a7c15 + 1);
  Config config;
  config.schedule = static_cast<int64_t>(dice.next() >> 16);
  config.page_size = one_of(dice, {512, 512, 1024, 4096});
  config.auto_vacuum = one_of(dice, {0, 0, 1, 2});
  config.mode =
      one_of(dice, {kWalMode, kWalMode, kWalMode, kWalMode, kDeleteMode, kTruncateMode, kPersistMode});
  config.processes = dice.between(1, 4);
  config.connections = dice.chance(1, 3) ? 2 : 1;
  config.transactions = dice.between(4, 16);
  config.keys = dice.between(2, 6);
  config.cache_pages = one_of(dice, {10, 10, 20, 2000});
  config.autocheckpoint = one_of(dice, {0, 1, 4, 10, 20, 1000});
  config.size_limit = one_of(dice, {-1, -1, 0, 2000, 20000});
  config.timeout_ms = one_of(dice, {0, 50, 1000, 5000});
  config.mode_changes = dice.chance(1, 16);
  config.filler = dice.between(0, 6);
  config.crashes = dice.between(0, 3);
  config.kills = config.processes > 1 ? dice.between(0, 4) : dice.between(0, 1);
  config.pauses = config.processes > 1 ? dice.between(0, 3) : 0;
  config.event_gap = scale(dice, 11, 17);
  config.faults = dice.chance(1, 3) ? scale(dice, 5, 11) : 0;
  config.full = dice.chance(1, 8);
  config.loses_nothing = dice.chance(1, 8);
  config.switch_scale = scale(dice, 3, 13);
  config.buffers_stores = dice.chance(1, 2);
  config.exclusive = dice.chance(1, 24);
  if (config.exclusive) config.processes = config.connections = 1;
  // Rollback journals need synchronous=FULL to survive a power cut, and EXTRA where the removal of a name is
  // not durable.
  config.synchronous =
      config.mode == kWalMode || config.loses_nothing ? dice.between(1, 3) : dice.between(2, 3);
  config.durable_removals = config.synchronous < 3 || config.mode_changes || dice.chance(1, 2);
  if (config.mode_changes && config.synchronous == 1) config.synchronous = 2;
  if (config.processes > 1 && dice.chance(1, 3)) config.slow_locks = scale(dice, 2, 7);
  config.kept_locks = config.slow_locks == 0 && dice.chance(1, 2);
  return config;
}

bool Config::set(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = assignment.substr(0, equals);
  const int64_t value = std::atoll(std::string(assignment.substr(equals + 1)).c_str());
#define SET(field)      \
  if (name == #field) { \
    field = value;      \
    return true;        \
  }
  RINGLITE_SIM_SETTINGS(SET)
#undef SET
  return false;
}

std::string Config::text() const {
  std::string text;
#define APPEND(field) text += (text.empty() ? "" : " ") + std::string(#field "=") + std::to_string(field);
  RINGLITE_SIM_SETTINGS(APPEND)
#undef APPEND
  return text;
}

}  // namespace ringlite::sim
