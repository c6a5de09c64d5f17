// IndexSampler: chooses the entries of an index that ANALYZE keeps in sqlite_stat4, from one walk over the
// index in its order.
//
// Owns: the choice, which is SQLite's to the entry: a third of the samples at even distances, the others
// where a prefix of the columns repeats most often; ties are broken by a pseudo-random number that depends on
// the index's number of columns and entries only. Must not know: where entries come from and how samples are
// stored.
#pragma once
#include "base/array.h"
#include "base/buffer.h"
#include "base/status.h"
#include "record/value.h"

namespace ringlite {

class IndexSampler {
 public:
  /** The most samples that are kept. */
  static constexpr int kSamples = 24;

  /** What is counted for each prefix of a sample's columns. */
  enum class Figure : uint8_t { kEqual, kLess, kDistinctLess };

  /** `columns`: of an entry, the row's key included; `rows`: entries of the index. */
  [[nodiscard]] Status start(int columns, int64_t rows);
  bool is_started() const { return columns_ > 0; }
  int columns() const { return columns_; }

  /** The next entry: `changed` is the first column that differs from the entry before, `key` finds the row.
   */
  [[nodiscard]] Status add(int changed, const Value& key);

  /** After the last entry. */
  [[nodiscard]] Status finish();

  int sample_count() const { return count_; }
  const Value& key(int sample) const { return samples_[static_cast<size_t>(sample)].key; }
  /** The figures of a sample, one for each column, with blanks between. */
  [[nodiscard]] Status append_figures(int sample, Figure figure, Buffer* text) const;

 private:
  struct Sample {
    Value key;
    /** Position of its figures in figures_: `columns_` of each kind. */
    size_t figures = 0;
    /** The column whose repetition makes it worth keeping. */
    int column = 0;
    uint32_t hash = 0;
    bool is_periodic = false;
  };

  uint64_t* figures(const Sample& sample, Figure figure) {
    return reinterpret_cast<uint64_t*>(figures_.data()) + sample.figures +
           static_cast<size_t>(figure) * static_cast<size_t>(columns_);
  }
  uint64_t* equal(const Sample& sample) { return figures(sample, Figure::kEqual); }

  bool breaks_tie(const Sample& sample, const Sample& other);
  bool is_better(const Sample& sample, const Sample& other);
  [[nodiscard]] Status copy(Sample* to, const Sample& from);
  [[nodiscard]] Status insert(const Sample& sample, int unknown);
  bool upgrade(const Sample& sample, bool* is_known);
  void find_least();
  [[nodiscard]] Status end_groups(int changed);

  int columns_ = 0;
  int count_ = 0;
  /** The kept sample that goes first when there are too many. */
  int least_ = 0;
  /** No kept sample has an unknown (0) repetition from this column on. */
  int unknown_ = 0;
  uint64_t rows_ = 0;
  uint64_t period_ = 1;
  uint32_t random_ = 0;
  Buffer figures_;
  Sample current_;
  /** Of each column the best entry of the present group of equal prefixes. */
  Array<Sample> best_;
  Array<Sample> samples_;
};

}  // namespace ringlite
