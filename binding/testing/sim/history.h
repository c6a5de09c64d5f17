// History: what the clients of a simulated run did and saw, for the checkers. Transactions append values,
// each of which is appended once in a run, to lists named by keys, and read whole lists: a list then tells in
// which order its values came.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ringlite::sim {

using List = std::vector<int64_t>;

enum class Outcome : uint8_t {
  /** Acknowledged. */
  kCommitted,
  /** Rolled back, or refused. */
  kAborted,
  /** Nobody was told: the client died, or COMMIT failed in a way that leaves it open. */
  kUnknown,
};

struct Operation {
  bool is_append;
  int key;
  /** Appends. */
  int64_t value;
  /** Reads. */
  List list;
};

struct TransactionRecord {
  /** For messages. */
  std::string client;
  /** Positions in the order of all events of the run; `ended_at` 0: never. */
  uint64_t began_at = 0;
  uint64_t ended_at = 0;
  Outcome outcome = Outcome::kUnknown;
  /** Reads after a crash that may have lost what was acknowledged: may be ordered before what ended before
   * it. */
  bool may_be_stale = false;
  std::vector<Operation> operations;
};

/** From one power cut to the next. */
struct History {
  /** What the lists held in the beginning, by key. */
  std::vector<List> initial;
  std::vector<TransactionRecord> transactions;
};

/** "key 3: [1 2 3]". */
std::string describe(int key, const List& list);

/**
 * Whether the history is strictly serializable: there is an order of its transactions, in which each sees
 * exactly what those before it did, and a transaction that ended before another began comes before it. So an
 * acknowledged commit that is missing later is found as well as a half commit, a value that was rolled back,
 * or a snapshot that never was. What aborted transactions read counts, too. Returns an empty text, or what is
 * wrong, with the transactions of a cycle.
 */
std::string find_anomaly(const History& history);

}  // namespace ringlite::sim
