// Several writers change rows of one table at once: no change is lost, and none is made twice.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "delta/dml/dml_fixture_test.h"

namespace weir::delta {
namespace {
constexpr int kWritersCount = 3;
constexpr int kRoundsCount = 5;
constexpr int kAttemptsMax = 200;

class DmlConcurrencyTest : public DmlTest, public testing::WithParamInterface<bool> {
 protected:
  // Reads, changes, commits, and begins again after a conflict.
  template <typename Change>
  bool repeat(duck::Connection& own, RandomSource& random, Change change) {
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      auto snapshot = Snapshot::load(store(), location_, {.connection = &own});
      auto transaction = snapshot ? Transaction::begin(*snapshot) : std::unexpected(snapshot.error());
      const DmlOptions options{.random = &random, .durable = false};
      auto changes = transaction ? change(*transaction, options) : std::unexpected(transaction.error());
      if (!changes) {
        ADD_FAILURE() << changes.error().text();
        return false;
      }
      if (changes->empty()) {
        return true;
      }
      const auto outcome = transaction->commit(store(), {.random = &random, .durable = false, .connection = &own});
      if (!outcome) {
        ADD_FAILURE() << outcome.error().text();
        return false;
      }
      if (outcome->committed()) {
        return true;
      }
      discard_changes(store(), location_, *changes);
    }
    ADD_FAILURE() << "too many conflicts";
    return false;
  }

  void work(int writer) {
    static const auto database = duck::Database::open({.threads_count = 1}).value();
    duck::Connection own = database->connect().value();
    SeededRandom random(static_cast<std::uint64_t>(writer) + 100);
    for (int round = 0; round < kRoundsCount; ++round) {
      // Everybody counts in a row of their own and in one that all share.
      const std::string where = fmt::format("id IN (0, {})", writer + 1);
      repeat(own, random, [&](Transaction& transaction, const DmlOptions& options) {
        return update_rows(own, store(), transaction, {{.where = where}, {{"n", "n + 1"}}}, options);
      });
      // The first one inserts, all others find it.
      MergeRequest request{.source_sql = fmt::format("SELECT {} AS id, 1 AS n", 1000 + round),
                           .on = "t.id = s.id",
                           .clauses = {{.then = MergeClause::Then::kUpdate, .assignments = {{"n", "t.n + s.n"}}},
                                       {.when = MergeClause::When::kNotMatched,
                                        .then = MergeClause::Then::kInsert,
                                        .all_columns = true}},
                           .equal_columns = {{"id", "id"}}};
      repeat(own, random, [&](Transaction& transaction, const DmlOptions& options) {
        return merge_rows(own, store(), transaction, request, options);
      });
    }
  }
};
INSTANTIATE_TEST_SUITE_P(With, DmlConcurrencyTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Vectors" : "Rewriting"; });

TEST_P(DmlConcurrencyTest, NoChangeIsLost) {
  create("SELECT i::INTEGER AS id, 0 AS n FROM range(0, 10) r(i)", {}, GetParam() ? with_vectors() : StringMap());
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWritersCount; ++writer) {
    writers.emplace_back([this, writer] { work(writer); });
  }
  writers.clear();
  EXPECT_EQ(rows(std::nullopt, "n").size(), 10U + kRoundsCount);
  const std::string total = std::to_string(kWritersCount * kRoundsCount);
  const auto found = rows();
  EXPECT_EQ(found[0], "0|" + total);
  for (int writer = 1; writer <= kWritersCount; ++writer) {
    EXPECT_EQ(found[static_cast<std::size_t>(writer)], fmt::format("{}|{}", writer, kRoundsCount));
  }
  for (int round = 0; round < kRoundsCount; ++round) {
    EXPECT_EQ(found[found.size() - static_cast<std::size_t>(kRoundsCount - round)],
              fmt::format("{}|{}", 1000 + round, kWritersCount));
  }
  check();
}
}  // namespace
}  // namespace weir::delta
