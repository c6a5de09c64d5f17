#include "testing/sim/history.h"
#include "testing/test.h"

namespace ringlite::sim {
namespace {

Operation append(int key, int64_t value) { return {true, key, value, {}}; }
Operation read(int key, List list) { return {false, key, 0, std::move(list)}; }

/** Transactions in the order in which they begin; `until` is the event at which one ends. */
TransactionRecord transaction(uint64_t from, uint64_t until, Outcome outcome,
                              std::vector<Operation> operations) {
  return {"a client", from, until, outcome, false, std::move(operations)};
}

std::string check(std::vector<TransactionRecord> transactions) {
  return find_anomaly({std::vector<List>(3), std::move(transactions)});
}

constexpr Outcome kYes = Outcome::kCommitted;

TEST(a_serial_history_has_no_anomaly) {
  CHECK_EQ(check({transaction(1, 2, kYes, {append(0, 1), append(1, 2)}),
                  transaction(3, 4, kYes, {read(0, {1}), append(0, 3)}),
                  transaction(5, 6, kYes, {read(0, {1, 3}), read(1, {2}), read(2, {})})}),
           "");
}

TEST(a_lost_commit_is_an_anomaly) {
  CHECK(check({transaction(1, 2, kYes, {append(0, 1)}), transaction(3, 4, kYes, {read(0, {})})}) != "");
  // At the same time it may come later.
  CHECK_EQ(check({transaction(1, 4, kYes, {append(0, 1)}), transaction(2, 3, kYes, {read(0, {})})}), "");
}

TEST(a_stale_reader_may_miss_commits_but_no_part_of_one) {
  std::vector<TransactionRecord> transactions = {transaction(1, 2, kYes, {append(0, 1), append(1, 2)}),
                                                 transaction(3, 4, kYes, {read(0, {}), read(1, {})})};
  transactions[1].may_be_stale = true;
  CHECK_EQ(check(transactions), "");
  transactions[1].operations[1] = read(1, {2});
  CHECK(check(transactions) != "");
}

TEST(a_half_commit_is_an_anomaly) {
  CHECK(check({transaction(1, 9, kYes, {append(0, 1), append(1, 2)}),
               transaction(2, 8, kYes, {read(0, {1}), read(1, {})})}) != "");
  CHECK(check({transaction(1, 9, kYes, {append(0, 1), append(0, 2)}), transaction(2, 8, kYes, {read(0, {1})}),
               transaction(3, 7, kYes, {read(0, {1, 2})})}) != "");
}

TEST(write_skew_is_an_anomaly) {
  CHECK(check({transaction(1, 9, kYes, {read(0, {}), append(1, 1)}),
               transaction(2, 8, kYes, {read(1, {}), append(0, 2)})}) != "");
}

TEST(values_of_aborted_transactions_must_not_be_read) {
  CHECK(check({transaction(1, 2, Outcome::kAborted, {append(0, 1)}),
               transaction(3, 4, kYes, {read(0, {1})})}) != "");
  CHECK_EQ(
      check({transaction(1, 0, Outcome::kUnknown, {append(0, 1)}), transaction(3, 4, kYes, {read(0, {1})})}),
      "");
  CHECK_EQ(
      check({transaction(1, 0, Outcome::kUnknown, {append(0, 1)}), transaction(3, 4, kYes, {read(0, {})})}),
      "");
}

TEST(aborted_transactions_must_not_see_what_never_was) {
  CHECK(check({transaction(1, 9, kYes, {append(0, 1), append(1, 2)}),
               transaction(2, 8, Outcome::kAborted, {read(0, {1}), append(2, 3), read(1, {})})}) != "");
}

TEST(lists_must_agree) {
  CHECK(check({transaction(1, 9, kYes, {append(0, 1)}), transaction(2, 9, kYes, {append(0, 2)}),
               transaction(3, 9, kYes, {read(0, {1, 2})}), transaction(4, 9, kYes, {read(0, {2, 1})})}) !=
        "");
  CHECK(check({transaction(1, 9, kYes, {append(0, 1)}), transaction(3, 9, kYes, {read(0, {1, 1})})}) != "");
  CHECK(check({transaction(3, 9, kYes, {read(0, {7})})}) != "");
  CHECK(check({transaction(1, 2, kYes, {append(0, 1), read(0, {})})}) != "");
}

}  // namespace
}  // namespace ringlite::sim
