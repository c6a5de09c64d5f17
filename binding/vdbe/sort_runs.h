// SortRuns: sorted runs of records in a temporary file, and their merge. The sorter writes a run whenever its
// memory is full.
//
//   OFFSET  SIZE  MEANING (one record of a run; runs lie one after the other)
//   0       4     bytes of the record, little-endian
//   4       n     the record
//
// Knows records only as bytes and how to compare them. A merge gives equal records in the order of their
// runs, so that sorting stays stable.
#pragma once
#include <cstdint>
#include <memory>

#include "base/array.h"
#include "base/buffer.h"
#include "base/pod_array.h"
#include "base/status.h"
#include "io/io.h"
#include "record/key_info.h"

namespace ringlite {

class SortRuns {
 public:
  SortRuns(Io& io, const KeyInfo& key_info, uint32_t compared_fields)
      : io_(io), key_info_(key_info), compared_fields_(compared_fields) {}
  SortRuns(const SortRuns&) = delete;
  SortRuns& operator=(const SortRuns&) = delete;

  // Writing: begin_run, add (in order) ..., end_run.
  Status begin_run();
  Status add(const uint8_t* record, uint32_t size);
  Status end_run();
  size_t run_count() const { return runs_.size(); }

  // Merging all runs: begin_merge, then record() until next() says the end.
  Status begin_merge(bool* is_empty);
  Status next(bool* at_end);
  const uint8_t* record() const { return readers_[winner()].record; }
  uint32_t record_size() const { return readers_[winner()].record_size; }

  /** Merges all runs into one, in a new file: bounds the number of runs of a very large sort. */
  Status compact();

 private:
  struct Run {
    uint64_t start;
    uint64_t end;
  };
  /** One run being read. */
  struct Reader {
    uint64_t position = 0;  // in the file, of what follows the buffer
    uint64_t end = 0;
    Buffer buffer;
    size_t used = 0;                  // bytes of the buffer consumed
    const uint8_t* record = nullptr;  // nullptr: exhausted
    uint32_t record_size = 0;
  };

  Status open_file(std::unique_ptr<File>* file);
  Status flush();
  Status fill(Reader& reader, size_t wanted);
  Status advance(Reader& reader);
  /** True when reader `left` gives its record before reader `right`. */
  bool is_before(size_t left, size_t right);
  Status build_tree();
  void replay(size_t reader);
  size_t winner() const { return tree_[0]; }

  Io& io_;
  const KeyInfo& key_info_;
  uint32_t compared_fields_;
  std::unique_ptr<File> file_;
  uint64_t file_size_ = 0;
  PodArray<Run> runs_;
  Buffer output_;
  Array<Reader> readers_;
  /** Loser tree over the readers: tree_[0] is the winner, tree_[1..] the losers of their matches. */
  PodArray<size_t> tree_;
  Status comparison_status_;
};

}  // namespace ringlite
