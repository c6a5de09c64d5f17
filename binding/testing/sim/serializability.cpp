// find_anomaly(): the order of each list's values gives dependencies between transactions, a cycle of which
// is a contradiction (Adya's serialization graph, as Elle builds it from lists).
#include <algorithm>
#include <cstddef>
#include <map>

#include "testing/sim/history.h"

namespace ringlite::sim {
namespace {

/** Why one transaction comes before another. */
enum class Reason : uint8_t { kNone, kTime, kWriteWrite, kWriteRead, kReadWrite };

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kTime:
      return "ended before the start of";
    case Reason::kWriteWrite:
      return "appended before";
    case Reason::kWriteRead:
      return "was read by";
    case Reason::kReadWrite:
      return "did not see an append of";
  }
  return "";
}

bool is_prefix(const List& prefix, const List& list) {
  return prefix.size() <= list.size() && std::equal(prefix.begin(), prefix.end(), list.begin());
}

class Checker {
 public:
  explicit Checker(const History& history) : history_(history), transactions_(history.transactions) {}

  std::string run() {
    note_writers();
    if (!strip_own_appends() || !order_lists() || !check_values()) return problem_;
    build_edges();
    return find_cycle();
  }

 private:
  /** A read without the reader's own appends. */
  struct Read {
    size_t transaction;
    int key;
    List list;
  };
  struct Append {
    size_t transaction;
    int key;
    bool is_seen = false;
  };

  std::string name(size_t transaction) const {
    const TransactionRecord& record = transactions_[transaction];
    const char* outcome = record.outcome == Outcome::kCommitted ? "committed"
                          : record.outcome == Outcome::kAborted ? "aborted"
                                                                : "unknown";
    return "transaction " + std::to_string(transaction) + " of " + record.client + " (" + outcome + ")";
  }

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  void note_writers() {
    for (size_t i = 0; i < transactions_.size(); i++)
      for (const Operation& operation : transactions_[i].operations)
        if (operation.is_append) appends_[operation.value] = {i, operation.key};
  }

  /** Each read must end with what the transaction has appended itself until then. */
  bool strip_own_appends() {
    for (size_t i = 0; i < transactions_.size(); i++) {
      std::map<int, List> own;
      for (const Operation& operation : transactions_[i].operations) {
        List& mine = own[operation.key];
        if (operation.is_append) {
          mine.push_back(operation.value);
          continue;
        }
        const List& list = operation.list;
        const bool sees_own =
            list.size() >= mine.size() &&
            std::equal(mine.begin(), mine.end(), list.end() - static_cast<ptrdiff_t>(mine.size()));
        if (!sees_own)
          return fail(name(i) + " does not see its own appends " + describe(operation.key, mine) + " in " +
                      describe(operation.key, list));
        reads_.push_back(
            {i, operation.key, List(list.begin(), list.end() - static_cast<ptrdiff_t>(mine.size()))});
      }
    }
    return true;
  }

  /** The longest read of each key is the order of its values; all others are prefixes of it. */
  bool order_lists() {
    orders_ = history_.initial;
    for (const Read& read : reads_) {
      List& order = orders_[static_cast<size_t>(read.key)];
      if (!is_prefix(history_.initial[static_cast<size_t>(read.key)], read.list))
        return fail(name(read.transaction) + " misses what was there in the beginning, " +
                    describe(read.key, history_.initial[static_cast<size_t>(read.key)]) + ": " +
                    describe(read.key, read.list));
      if (is_prefix(read.list, order)) continue;
      if (!is_prefix(order, read.list))
        return fail(name(read.transaction) + " read " + describe(read.key, read.list) + ", another one " +
                    describe(read.key, order));
      order = read.list;
    }
    return true;
  }

  bool check_values() {
    for (size_t key = 0; key < orders_.size(); key++) {
      for (size_t at = history_.initial[key].size(); at < orders_[key].size(); at++) {
        const int64_t value = orders_[key][at];
        const auto found = appends_.find(value);
        if (found == appends_.end() || found->second.key != static_cast<int>(key))
          return fail("nobody appended " + std::to_string(value) + ": " +
                      describe(static_cast<int>(key), orders_[key]));
        if (found->second.is_seen)
          return fail(std::to_string(value) +
                      " is there twice: " + describe(static_cast<int>(key), orders_[key]));
        found->second.is_seen = true;
        if (transactions_[found->second.transaction].outcome == Outcome::kAborted)
          return fail(std::to_string(value) + ", appended by " + name(found->second.transaction) +
                      ", was read: " + describe(static_cast<int>(key), orders_[key]));
      }
    }
    return true;
  }

  /** Whether what it appended counts. */
  bool is_committed(size_t transaction) const {
    if (transactions_[transaction].outcome != Outcome::kUnknown)
      return transactions_[transaction].outcome == Outcome::kCommitted;
    for (const auto& [value, append] : appends_)
      if (append.transaction == transaction && append.is_seen) return true;
    return false;
  }

  void add(size_t from, size_t to, Reason reason) {
    if (from == to) return;
    Reason& present = edges_[from * transactions_.size() + to];
    if (present == Reason::kNone || present == Reason::kTime) present = reason;
  }

  void build_edges() {
    const size_t count = transactions_.size();
    edges_.assign(count * count, Reason::kNone);
    for (size_t from = 0; from < count; from++)
      for (size_t to = 0; to < count; to++)
        // What nobody was told of may still happen: recovery finds the frames of a commit whose sync failed.
        if (transactions_[from].outcome != Outcome::kUnknown && transactions_[from].ended_at != 0 &&
            transactions_[from].ended_at < transactions_[to].began_at && !transactions_[to].may_be_stale)
          add(from, to, Reason::kTime);
    for (size_t key = 0; key < orders_.size(); key++) {
      const List& order = orders_[key];
      for (size_t at = history_.initial[key].size() + 1; at < order.size(); at++)
        add(appends_[order[at - 1]].transaction, appends_[order[at]].transaction, Reason::kWriteWrite);
      add_unseen(static_cast<int>(key));
    }
    for (const Read& read : reads_) {
      const List& order = orders_[static_cast<size_t>(read.key)];
      const size_t known = history_.initial[static_cast<size_t>(read.key)].size();
      if (read.list.size() > known)
        add(appends_[read.list.back()].transaction, read.transaction, Reason::kWriteRead);
      if (read.list.size() < order.size())
        add(read.transaction, appends_[order[read.list.size()]].transaction, Reason::kReadWrite);
    }
  }

  /** Committed appends that nobody has read come after everything that was read. */
  void add_unseen(int key) {
    const List& order = orders_[static_cast<size_t>(key)];
    const bool has_new = order.size() > history_.initial[static_cast<size_t>(key)].size();
    for (const auto& [value, append] : appends_) {
      if (append.key != key || append.is_seen || !is_committed(append.transaction)) continue;
      if (has_new) add(appends_[order.back()].transaction, append.transaction, Reason::kWriteWrite);
      for (const Read& read : reads_)
        if (read.key == key) add(read.transaction, append.transaction, Reason::kReadWrite);
    }
  }

  /** By taking away transactions that nothing comes before, until none is left. */
  bool is_acyclic() const {
    const size_t count = transactions_.size();
    std::vector<size_t> degree(count);
    for (size_t from = 0; from < count; from++)
      for (size_t to = 0; to < count; to++) degree[to] += edges_[from * count + to] != Reason::kNone;
    std::vector<size_t> free;
    for (size_t i = 0; i < count; i++)
      if (degree[i] == 0) free.push_back(i);
    for (size_t at = 0; at < free.size(); at++)
      for (size_t to = 0; to < count; to++)
        if (edges_[free[at] * count + to] != Reason::kNone && --degree[to] == 0) free.push_back(to);
    return free.size() == count;
  }

  /** The shortest cycle, by breadth-first search from every transaction. */
  std::string find_cycle() const {
    if (is_acyclic()) return {};
    const size_t count = transactions_.size();
    std::vector<size_t> best;
    for (size_t start = 0; start < count; start++) {
      std::vector<size_t> before(count, SIZE_MAX);
      std::vector<size_t> queue = {start};
      bool is_found = false;
      for (size_t at = 0; at < queue.size() && !is_found; at++) {
        for (size_t next = 0; next < count && !is_found; next++) {
          if (edges_[queue[at] * count + next] == Reason::kNone) continue;
          if (next != start && before[next] != SIZE_MAX) continue;
          before[next] = queue[at];
          is_found = next == start;
          queue.push_back(next);
        }
      }
      if (!is_found) continue;
      std::vector<size_t> cycle = {start};
      for (size_t at = before[start]; at != start; at = before[at]) cycle.push_back(at);
      std::reverse(cycle.begin() + 1, cycle.end());
      if (best.empty() || cycle.size() < best.size()) best = cycle;
    }
    return best.empty() ? std::string() : describe_cycle(best);
  }

  std::string describe_cycle(const std::vector<size_t>& cycle) const {
    std::string text = "these transactions cannot be put in an order:";
    for (size_t i = 0; i < cycle.size(); i++) {
      const size_t next = cycle[(i + 1) % cycle.size()];
      text += "\n  " + name(cycle[i]) + " " + name_of(edges_[cycle[i] * transactions_.size() + next]) + " " +
              name(next);
    }
    for (const size_t transaction : cycle) {
      text += "\n  " + name(transaction) + ":";
      for (const Operation& operation : transactions_[transaction].operations) {
        text += operation.is_append ? "\n    append " + std::to_string(operation.value) + " to key " +
                                          std::to_string(operation.key)
                                    : "\n    read " + describe(operation.key, operation.list);
      }
    }
    return text;
  }

  const History& history_;
  const std::vector<TransactionRecord>& transactions_;
  std::map<int64_t, Append> appends_;
  std::vector<Read> reads_;
  std::vector<List> orders_;
  /** [from * count + to] */
  std::vector<Reason> edges_;
  std::string problem_;
};

}  // namespace

std::string describe(int key, const List& list) {
  std::string text = "key " + std::to_string(key) + ": [";
  for (size_t i = 0; i < list.size(); i++) text += (i ? " " : "") + std::to_string(list[i]);
  return text + "]";
}

std::string find_anomaly(const History& history) { return Checker(history).run(); }

}  // namespace ringlite::sim
