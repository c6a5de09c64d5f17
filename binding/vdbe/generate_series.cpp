// generate_series(start, stop, step): the integers start, start + step, ... up to stop. Columns: value, and
// the hidden start, stop, step. As SQLite's series extension: stop defaults to 4294967295, step to 1; step 0
// counts as 1; with a negative step the values fall; a NULL argument makes the table empty. Conditions on the
// value narrow the series before it begins; without any of the three arguments they replace the default
// bounds.
//
// Invariant: `last` is a value of the series, so that the scan ends exactly on it.
#include <cmath>
#include <limits>
#include <new>

#include "base/memory.h"
#include "record/affinity.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

namespace {

constexpr int64_t kDefaultStop = 0xffffffff;
constexpr int64_t kSmallest = std::numeric_limits<int64_t>::min();
constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

enum Column : uint32_t { kValue = 0, kStart = 1, kStop = 2, kStep = 3 };

/** Bits of the plan; the arguments come in this order (lib/catalog/native-modules.ts). */
enum Plan : int64_t {
  kHasStart = 0x0001,
  kHasStop = 0x0002,
  kHasStep = 0x0004,
  kDescending = 0x0008,
  kAscending = 0x0010,
  kValueEqual = 0x0080,
  kValueFrom = 0x0100,
  kValueAbove = 0x0200,
  kValueUpTo = 0x1000,
  kValueBelow = 0x2000,
  kLowerBound = kValueEqual | kValueFrom | kValueAbove,
  kUpperBound = kValueEqual | kValueUpTo | kValueBelow,
};

struct SeriesScan : ScanState {
  int64_t start = 0;
  int64_t stop = kDefaultStop;
  int64_t step = 1;
  int64_t value = 0;
  int64_t last = 0;
  uint64_t stride = 1;
  bool falls = false;
  bool at_end = true;
};

/** The values that conditions allow. */
struct Range {
  int64_t smallest = kSmallest;
  int64_t largest = kLargest;
  bool is_empty = false;
};

SeriesScan& scan_of(ScanState* state) { return *static_cast<SeriesScan*>(state); }

uint64_t distance(int64_t high, int64_t low) {
  return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
}
int64_t raised(int64_t value, uint64_t by) { return static_cast<int64_t>(static_cast<uint64_t>(value) + by); }
int64_t lowered(int64_t value, uint64_t by) {
  return static_cast<int64_t>(static_cast<uint64_t>(value) - by);
}

Status open(ConnectionState&, FunctionContext&, const VirtualTableReference&, ScanState** state) {
  void* memory = mem_alloc(sizeof(SeriesScan));
  if (!memory) return Code::kNomem;
  *state = new (memory) SeriesScan();
  return kOk;
}

void close(ScanState* state) { mem_free(&scan_of(state)); }

void bound_equal(const Value& argument, Range* range) {
  Number number;
  if (numeric_type(argument, &number) != ValueType::kReal) {
    range->smallest = range->largest = value_as_integer(argument);
    return;
  }
  const double real = value_as_real(argument);
  if (real != std::ceil(real) || real < static_cast<double>(kSmallest) ||
      real > static_cast<double>(kLargest)) {
    range->is_empty = true;
  } else {
    range->smallest = range->largest = real_to_integer(real);
  }
}

void bound_below(const Value& argument, bool is_strict, Range* range) {
  Number number;
  if (numeric_type(argument, &number) != ValueType::kReal) {
    range->smallest = value_as_integer(argument);
    if (!is_strict) return;
    if (range->smallest == kLargest)
      range->is_empty = true;
    else
      range->smallest++;
    return;
  }
  const double real = value_as_real(argument);
  if (real <= static_cast<double>(kSmallest)) return;
  if (real > static_cast<double>(kLargest)) {
    range->is_empty = true;
    return;
  }
  range->smallest = real_to_integer(std::ceil(real));
  if (!is_strict || real != std::ceil(real)) return;
  if (range->smallest == kLargest)
    range->is_empty = true;
  else
    range->smallest++;
}

void bound_above(const Value& argument, bool is_strict, Range* range) {
  Number number;
  if (numeric_type(argument, &number) != ValueType::kReal) {
    range->largest = value_as_integer(argument);
    if (!is_strict) return;
    if (range->largest == kSmallest)
      range->is_empty = true;
    else
      range->largest--;
    return;
  }
  const double real = value_as_real(argument);
  const double smallest = static_cast<double>(kSmallest);
  if (real >= static_cast<double>(kLargest)) return;
  if (real < smallest || (is_strict && real == smallest)) {
    range->is_empty = true;
    return;
  }
  range->largest = real_to_integer(std::floor(real));
  if (is_strict && real == std::floor(real)) range->largest--;
}

/** Reads what the plan says about the value column, from `arguments`. */
Range read_range(int64_t plan, const Value* arguments) {
  Range range;
  if (plan & kValueEqual) {
    bound_equal(*arguments, &range);
    return range;
  }
  if (plan & (kValueFrom | kValueAbove)) bound_below(*arguments++, (plan & kValueAbove) != 0, &range);
  if (plan & (kValueUpTo | kValueBelow)) bound_above(*arguments, (plan & kValueBelow) != 0, &range);
  if (range.smallest > range.largest) range.is_empty = true;
  return range;
}

/** Moves the first value into the range; false when there is none. */
bool enter_range(SeriesScan& scan, const Range& range) {
  if (!scan.falls && scan.value < range.smallest) {
    const uint64_t steps = distance(range.smallest, scan.value) / scan.stride;
    scan.value = raised(scan.value, steps * scan.stride);
    if (scan.value < range.smallest) {
      if (distance(kLargest, scan.value) < scan.stride) return false;
      scan.value = raised(scan.value, scan.stride);
    }
  } else if (scan.falls && scan.value > range.largest) {
    const uint64_t steps = distance(scan.value, range.largest) / scan.stride;
    scan.value = lowered(scan.value, steps * scan.stride);
    if (scan.value > range.largest) {
      if (distance(scan.value, kSmallest) < scan.stride) return false;
      scan.value = lowered(scan.value, scan.stride);
    }
  }
  if (!scan.falls && scan.last > range.largest) scan.last = range.largest;
  if (scan.falls && scan.last < range.smallest) scan.last = range.smallest;
  return scan.falls ? scan.value >= scan.last : scan.value <= scan.last;
}

/** start, stop and step, and the bounds that stand for them; returns how many arguments that took. */
uint32_t read_arguments(SeriesScan& scan, int64_t plan, const Value* arguments) {
  uint32_t used = 0;
  scan.start = plan & kHasStart ? value_as_integer(arguments[used++]) : 0;
  scan.stop = plan & kHasStop ? value_as_integer(arguments[used++]) : kDefaultStop;
  scan.step = plan & kHasStep ? value_as_integer(arguments[used++]) : 1;
  if (scan.step == 0) scan.step = 1;
  if (!(plan & (kHasStart | kHasStep)) && plan & kLowerBound) scan.start = kSmallest;
  if (!(plan & (kHasStop | kHasStep)) && plan & kUpperBound) scan.stop = kLargest;
  scan.falls = scan.step < 0;
  scan.stride =
      scan.falls ? uint64_t{0} - static_cast<uint64_t>(scan.step) : static_cast<uint64_t>(scan.step);
  return used;
}

Status filter(ScanState* state, FunctionContext&, int64_t plan, uint32_t argument_count,
              const Value* arguments) {
  SeriesScan& scan = scan_of(state);
  scan.at_end = true;
  for (uint32_t i = 0; i < argument_count; i++)
    if (arguments[i].is_null()) return kOk;
  const uint32_t used = read_arguments(scan, plan, arguments);
  scan.value = scan.start;
  scan.last = scan.stop;
  if (scan.falls ? scan.value < scan.last : scan.value > scan.last) return kOk;
  if (plan & (kLowerBound | kUpperBound)) {
    const Range range = read_range(plan, arguments + used);
    if (range.is_empty || !enter_range(scan, range)) return kOk;
  }
  if (scan.falls)
    scan.last = raised(scan.last, distance(scan.value, scan.last) % scan.stride);
  else
    scan.last = lowered(scan.last, distance(scan.last, scan.value) % scan.stride);
  if (plan & (scan.falls ? kAscending : kDescending)) {
    std::swap(scan.value, scan.last);
    scan.falls = !scan.falls;
  }
  scan.at_end = false;
  return kOk;
}

Status next(ScanState* state, FunctionContext&) {
  SeriesScan& scan = scan_of(state);
  if (scan.value == scan.last)
    scan.at_end = true;
  else
    scan.value = scan.falls ? lowered(scan.value, scan.stride) : raised(scan.value, scan.stride);
  return kOk;
}

bool at_end(const ScanState* state) { return static_cast<const SeriesScan*>(state)->at_end; }

Status column(ScanState* state, FunctionContext& context, uint32_t column) {
  const SeriesScan& scan = scan_of(state);
  switch (column) {
    case kStart:
      context.result->set_integer(scan.start);
      break;
    case kStop:
      context.result->set_integer(scan.stop);
      break;
    case kStep:
      context.result->set_integer(scan.step);
      break;
    default:
      context.result->set_integer(scan.value);
      break;
  }
  return kOk;
}

int64_t rowid(const ScanState* state) { return static_cast<const SeriesScan*>(state)->value; }

}  // namespace

const VirtualTableModule* generate_series_module() {
  static constexpr VirtualTableModule module = {
      "generate_series", open, close, filter, next, at_end, column, rowid};
  return &module;
}

}  // namespace ringlite
