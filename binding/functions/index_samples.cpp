#include "functions/index_samples.h"

#include <algorithm>
#include <cstdio>

#include "functions/builtins.h"
#include "functions/lazy.h"

namespace ringlite {

Status IndexSampler::start(int columns, int64_t rows) {
  ASSERT(columns > 0 && columns_ == 0);
  const size_t width = 3 * static_cast<size_t>(columns);
  const size_t holders = 1 + static_cast<size_t>(columns) + kSamples;
  RETURN_IF_ERROR(figures_.append_fill(0, width * holders * sizeof(uint64_t)));
  RETURN_IF_ERROR(best_.resize(static_cast<size_t>(columns)));
  RETURN_IF_ERROR(samples_.resize(kSamples));
  columns_ = columns;
  size_t next = width;
  for (int i = 0; i < columns; i++, next += width) {
    best_[static_cast<size_t>(i)].figures = next;
    best_[static_cast<size_t>(i)].column = i;
  }
  for (Sample& sample : samples_) {
    sample.figures = next;
    next += width;
  }
  period_ = static_cast<uint64_t>(rows) / (kSamples / 3 + 1) + 1;
  random_ = (0x689e962du * static_cast<uint32_t>(columns)) ^ (0xd0944565u * static_cast<uint32_t>(rows));
  return kOk;
}

/** Of two samples for the same column: more repetition in the columns after it, then chance. */
bool IndexSampler::breaks_tie(const Sample& sample, const Sample& other) {
  const uint64_t* const mine = equal(sample);
  const uint64_t* const theirs = equal(other);
  for (int i = sample.column + 1; i < columns_; i++) {
    if (mine[i] != theirs[i]) return mine[i] > theirs[i];
  }
  return sample.hash > other.hash;
}

bool IndexSampler::is_better(const Sample& sample, const Sample& other) {
  const uint64_t mine = equal(sample)[sample.column];
  const uint64_t theirs = equal(other)[other.column];
  if (mine != theirs) return mine > theirs;
  if (sample.column != other.column) return sample.column < other.column;
  return breaks_tie(sample, other);
}

Status IndexSampler::copy(Sample* to, const Sample& from) {
  std::copy_n(figures(from, Figure::kEqual), 3 * columns_, figures(*to, Figure::kEqual));
  to->column = from.column;
  to->hash = from.hash;
  to->is_periodic = from.is_periodic;
  return to->key.copy_from(from.key);
}

/**
 * When a kept sample has the same prefix, that one speaks for the group. *is_known: nothing is left to do;
 * the result: its rank has changed.
 */
bool IndexSampler::upgrade(const Sample& sample, bool* is_known) {
  Sample* chosen = nullptr;
  for (int i = count_ - 1; i >= 0; i--) {
    Sample& known = samples_[static_cast<size_t>(i)];
    if (equal(known)[sample.column] != 0) continue;
    if (known.is_periodic) {
      *is_known = true;
      return false;
    }
    if (!chosen || is_better(known, *chosen)) chosen = &known;
  }
  if (!chosen) return false;
  *is_known = true;
  chosen->column = sample.column;
  equal(*chosen)[sample.column] = equal(sample)[sample.column];
  return true;
}

/** Keeps the sample. The repetition of its first `unknown` prefixes isn't known before their groups end: 0
 * until then. */
Status IndexSampler::insert(const Sample& sample, int unknown) {
  unknown_ = std::max(unknown_, unknown);
  if (!sample.is_periodic) {
    bool is_known = false;
    if (upgrade(sample, &is_known)) find_least();
    if (is_known) return kOk;
  }
  if (count_ == kSamples) {
    std::rotate(samples_.begin() + least_, samples_.begin() + least_ + 1, samples_.end());
    count_--;
  }
  Sample& added = samples_[static_cast<size_t>(count_)];
  RETURN_IF_ERROR(copy(&added, sample));
  std::fill_n(equal(added), unknown, 0);
  count_++;
  find_least();
  return kOk;
}

void IndexSampler::find_least() {
  if (count_ < kSamples) return;
  int least = -1;
  for (int i = 0; i < kSamples; i++) {
    const Sample& sample = samples_[static_cast<size_t>(i)];
    if (sample.is_periodic) continue;
    if (least < 0 || is_better(samples_[static_cast<size_t>(least)], sample)) least = i;
  }
  ASSERT(least >= 0);
  least_ = least;
}

/** The groups of the prefixes from column `changed` on have ended: their best entries may be kept. */
Status IndexSampler::end_groups(int changed) {
  const uint64_t* const repeated = equal(current_);
  for (int i = columns_ - 2; i >= changed; i--) {
    Sample& best = best_[static_cast<size_t>(i)];
    equal(best)[i] = repeated[i];
    if (count_ < kSamples || is_better(best, samples_[static_cast<size_t>(least_)])) {
      RETURN_IF_ERROR(insert(best, i));
    }
  }
  if (changed >= unknown_) return kOk;
  for (int s = 0; s < count_; s++) {
    uint64_t* const known = equal(samples_[static_cast<size_t>(s)]);
    for (int i = changed; i < columns_; i++) {
      if (known[i] == 0) known[i] = repeated[i];
    }
  }
  unknown_ = changed;
  return kOk;
}

Status IndexSampler::add(int changed, const Value& key) {
  ASSERT(changed >= 0 && changed < columns_);
  uint64_t* const repeated = equal(current_);
  uint64_t* const less = figures(current_, Figure::kLess);
  if (rows_ == 0) {
    std::fill_n(repeated, columns_, 1);
  } else {
    RETURN_IF_ERROR(end_groups(changed));
    uint64_t* const distinct_less = figures(current_, Figure::kDistinctLess);
    for (int i = 0; i < changed; i++) repeated[i]++;
    for (int i = changed; i < columns_; i++) {
      distinct_less[i]++;
      less[i] += repeated[i];
      repeated[i] = 1;
    }
  }
  rows_++;
  RETURN_IF_ERROR(current_.key.copy_from(key));
  random_ = random_ * 1103515245u + 12345u;
  current_.hash = random_;
  const uint64_t before = less[columns_ - 1];
  if (before / period_ != (before + 1) / period_) {
    current_.is_periodic = true;
    current_.column = 0;
    RETURN_IF_ERROR(insert(current_, columns_ - 1));
    current_.is_periodic = false;
  }
  for (int i = 0; i < columns_ - 1; i++) {
    current_.column = i;
    Sample& best = best_[static_cast<size_t>(i)];
    if (i >= changed || breaks_tie(current_, best)) RETURN_IF_ERROR(copy(&best, current_));
  }
  return kOk;
}

Status IndexSampler::finish() { return rows_ == 0 ? Status(kOk) : end_groups(0); }

Status IndexSampler::append_figures(int sample, Figure figure, Buffer* text) const {
  const Sample& shown = samples_[static_cast<size_t>(sample)];
  const uint64_t* const values = const_cast<IndexSampler*>(this)->figures(shown, figure);
  for (int i = 0; i < columns_; i++) {
    char digits[24];
    const int length = std::snprintf(digits, sizeof digits, i == 0 ? "%llu" : " %llu",
                                     static_cast<unsigned long long>(values[i]));
    RETURN_IF_ERROR(text->append(digits, static_cast<size_t>(length)));
  }
  return kOk;
}

// ---------------------------------------------------------------- the aggregate of ANALYZE's program

namespace {

/** The values are read one after the other: of each sample its key, then its three figures; NULL behind the
 * last. */
struct SamplesState {
  Lazy<IndexSampler> sampler;
  int sample;
  int field;
  bool is_finished;
};

SamplesState& as_samples(void* state) { return *static_cast<SamplesState*>(state); }

/** Of an index entry: its own columns and the primary key's. */
constexpr int64_t kMostColumns = 4000;

/** Only ANALYZE's code makes these calls; those of a crafted program are refused. */
bool are_sample_arguments(const Value* arguments) {
  for (int i : {0, 2, 3}) {
    if (!arguments[i].is_integer()) return false;
  }
  const int64_t changed = arguments[0].integer();
  const int64_t columns = arguments[2].integer();
  return columns >= 1 && columns <= kMostColumns && changed >= 0 && changed < columns &&
         arguments[3].integer() >= 0;
}

/** Arguments: first changed column, key, columns of an entry, entries of the index. */
Status samples_step(FunctionContext& context, void* state, int, const Value* arguments) {
  constexpr std::string_view kRefusal = "no figures of an index entry";
  if (!are_sample_arguments(arguments)) return context.fail(kRefusal);
  const int columns = static_cast<int>(arguments[2].integer());
  IndexSampler& sampler = as_samples(state).sampler.make();
  if (!sampler.is_started()) RETURN_IF_ERROR(sampler.start(columns, arguments[3].integer()));
  if (columns != sampler.columns()) return context.fail(kRefusal);
  return sampler.add(static_cast<int>(arguments[0].integer()), arguments[1]);
}

Status samples_value(FunctionContext& context, void* state_bytes) {
  context.result->set_null();
  if (!state_bytes) return kOk;
  SamplesState& state = as_samples(state_bytes);
  IndexSampler& sampler = *state.sampler;
  if (!state.is_finished) {
    RETURN_IF_ERROR(sampler.finish());
    state.is_finished = true;
  }
  if (state.sample == sampler.sample_count()) return kOk;
  if (state.field == 0) {
    state.field = 1;
    return context.result->copy_from(sampler.key(state.sample));
  }
  Buffer text;
  const auto figure = static_cast<IndexSampler::Figure>(state.field - 1);
  RETURN_IF_ERROR(sampler.append_figures(state.sample, figure, &text));
  if (++state.field > 3) {
    state.field = 0;
    state.sample++;
  }
  return context.return_text(std::move(text));
}

void destroy_samples(void* state) { as_samples(state).sampler.destroy(); }

}  // namespace

FunctionDefinition index_samples_aggregate() {
  return {.state_size = sizeof(SamplesState),
          .step = samples_step,
          .value = samples_value,
          .finalize = samples_value,
          .destroy = destroy_samples};
}

}  // namespace ringlite
