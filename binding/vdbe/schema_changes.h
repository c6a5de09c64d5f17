// SchemaChanges: which rows of one database's schema table programs of this connection have written since the
// session last read them, so that it need not read the whole table after every CREATE.
//
// It must not know what is in the rows.
//
// Invariants:
//  1. A row that differs from what the session knows is in `rows`, unless `is_everything` is set.
//  2. `expected_cookie` is the schema cookie of the file as far as this connection has read or written it:
//  when the file has
//     another one, somebody else has changed rows as well.
#pragma once
#include <cstdint>

#include "base/pod_array.h"

namespace ringlite {

class SchemaChanges {
 public:
  /** The session has never read the schema, or must not rely on what it knows. */
  void forget() {
    is_everything_ = true;
    rows_.clear();
  }
  /** A program wrote, or deleted, the row. */
  void touch(int64_t rowid) {
    add(rows_, is_everything_, rowid);
    add(transaction_rows_, is_everything_in_transaction_, rowid);
  }
  /** A program is about to change the cookie. `before`: what the file says. */
  void set_cookie(uint32_t before, uint32_t cookie) {
    if (!has_cookie_before_) cookie_before_ = before;
    has_cookie_before_ = true;
    expected_cookie_ = cookie;
  }

  void committed() { end_transaction(); }
  void rolled_back() {
    undo();
    if (has_cookie_before_) expected_cookie_ = cookie_before_;
    end_transaction();
  }
  /** A part of the transaction was undone; `cookie` is what the file says now. */
  void partly_rolled_back(uint32_t cookie) {
    undo();
    expected_cookie_ = cookie;
  }

  /** Whether reading rows() is enough, the file's cookie being `cookie`. */
  bool are_enough(uint32_t cookie) const { return !is_everything_ && cookie == expected_cookie_; }
  const PodArray<int64_t>& rows() const { return rows_; }
  /** The session knows everything as of `cookie`. */
  void read(uint32_t cookie) {
    rows_.clear();
    is_everything_ = false;
    expected_cookie_ = cookie;
  }

 private:
  /** Reading more rows one by one costs about as much as reading all. */
  static constexpr size_t kMaximum = 4096;

  static void add(PodArray<int64_t>& rows, bool& is_everything, int64_t rowid) {
    if (is_everything) return;
    if (!rows.empty() && rows.back() == rowid) return;
    if (rows.size() < kMaximum && rows.push_back(rowid).ok()) return;
    is_everything = true;
    rows.clear();
  }
  void undo() {
    if (is_everything_in_transaction_) forget();
    for (const int64_t rowid : transaction_rows_) add(rows_, is_everything_, rowid);
  }
  void end_transaction() {
    transaction_rows_.clear();
    is_everything_in_transaction_ = false;
    has_cookie_before_ = false;
  }

  bool is_everything_ = true;
  bool is_everything_in_transaction_ = false;
  bool has_cookie_before_ = false;
  uint32_t cookie_before_ = 0;
  uint32_t expected_cookie_ = 0;
  PodArray<int64_t> rows_;
  PodArray<int64_t> transaction_rows_;
};

}  // namespace ringlite
