// generate_series(start, stop, step): the integers start, start + step, ... up to stop. Columns: value, and the hidden
// start, stop, step. As SQLite's series extension: stop defaults to 4294967295, step to 1; step 0 counts as 1; a negative
// step counts down from stop's side; a NULL argument makes the table empty.
#include <new>

#include "base/memory.h"
#include "record/affinity.h"
#include "vdbe/virtual_table.h"

namespace ringlite {

struct ScanState {
  int64_t start;
  int64_t stop;
  int64_t step;
  int64_t value;
  uint64_t left;  // rows after the present one
  bool at_end;
};

namespace {

constexpr int64_t kDefaultStop = 0xffffffff;
enum Column : uint32_t { kValue = 0, kStart = 1, kStop = 2, kStep = 3 };

Status open(ConnectionState&, const VirtualTableReference&, ScanState** state) {
  void* memory = mem_alloc(sizeof(ScanState));
  if (!memory) return Code::kNomem;
  *state = new (memory) ScanState{0, kDefaultStop, 1, 0, 0, true};
  return kOk;
}

void close(ScanState* state) { mem_free(state); }

/** Rows after the first one. */
uint64_t count_after_first(int64_t first, int64_t last, int64_t step) {
  const uint64_t distance = step > 0 ? static_cast<uint64_t>(last) - static_cast<uint64_t>(first)
                                     : static_cast<uint64_t>(first) - static_cast<uint64_t>(last);
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : uint64_t{0} - static_cast<uint64_t>(step);
  return distance / stride;
}

Status filter(ScanState* state, int64_t plan, uint32_t argument_count, const Value* arguments, ModuleMessage* message) {
  *state = ScanState{0, kDefaultStop, 1, 0, 0, true};
  if (!(plan & 1)) {
    *message = "first argument to \"generate_series()\" missing or unusable";
    return Code::kError;
  }
  int64_t* const targets[] = {&state->start, &state->stop, &state->step};
  uint32_t used = 0;
  for (int i = 0; i < 3; i++) {
    if (!(plan & (int64_t{1} << i)) || used >= argument_count) continue;
    const Value& argument = arguments[used++];
    if (argument.is_null()) return kOk;
    *targets[i] = value_as_integer(argument);
  }
  if (state->step == 0) state->step = 1;
  state->at_end = state->step > 0 ? state->start > state->stop : state->start < state->stop;
  state->value = state->start;
  if (!state->at_end) state->left = count_after_first(state->start, state->stop, state->step);
  return kOk;
}

Status next(ScanState* state, ModuleMessage*) {
  if (state->left == 0) {
    state->at_end = true;
    return kOk;
  }
  state->left--;
  state->value = static_cast<int64_t>(static_cast<uint64_t>(state->value) + static_cast<uint64_t>(state->step));
  return kOk;
}

bool at_end(const ScanState* state) { return state->at_end; }

Status column(ScanState* state, uint32_t column, Value* value) {
  switch (column) {
    case kStart: value->set_integer(state->start); break;
    case kStop: value->set_integer(state->stop); break;
    case kStep: value->set_integer(state->step); break;
    default: value->set_integer(state->value); break;
  }
  return kOk;
}

int64_t rowid(const ScanState* state) { return state->value; }

}  // namespace

const VirtualTableModule* generate_series_module() {
  static constexpr VirtualTableModule module = {"generate_series", open, close, filter, next, at_end, column, rowid, nullptr};
  return &module;
}

}  // namespace ringlite
