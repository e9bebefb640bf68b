// A MERGE that dies at any call of the store leaves the old rows or the new ones, and can be run again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/log.h"
#include "delta/dml/dml_fixture_test.h"
#include "storage/faulty_store.h"

namespace weir::delta {
namespace {
using Fault = storage::FaultyStore::Fault;

class DmlCrashTest : public DmlTest, public testing::WithParamInterface<std::tuple<Fault, bool>> {
 protected:
  void SetUp() override {
    DmlTest::SetUp();
    set_log_level(LogLevel::kError);
  }
  void TearDown() override { set_log_level(LogLevel::kWarn); }

  Result<CommitOutcome> merge_with(storage::ObjectStore& through) {
    WEIR_TRY_ASSIGN(const auto snapshot, Snapshot::load(through, location_, {.connection = &connection()}));
    WEIR_TRY_ASSIGN(auto transaction, Transaction::begin(snapshot));
    const auto request = upsert("SELECT i * 2 AS id, 7 AS n FROM range(1500) r(i)");
    const auto changes = merge_rows(connection(), through, transaction, request, options());
    if (!changes) {
      return std::unexpected(changes.error());
    }
    return transaction.commit(through, commit_options());
  }
};
INSTANTIATE_TEST_SUITE_P(Faults, DmlCrashTest,
                         testing::Combine(testing::Values(Fault::kFailBefore, Fault::kFailAfter, Fault::kDieBefore,
                                                          Fault::kDieAfter),
                                          testing::Bool()));

TEST_P(DmlCrashTest, EveryCallMayBeTheLast) {
  const auto [fault, vectors] = GetParam();
  const Rows before = {"2000|0|0"};
  const Rows after = {"2500|1500|10500"};
  const std::string summary = "count(*), count(*) FILTER (n = 7), sum(n)::BIGINT";
  for (std::size_t call = 1;; ++call) {
    SCOPED_TRACE(fmt::format("call {}", call));
    location_ = TableLocation::at(fmt::format("raw/table{}", call));
    create("SELECT i AS id, 0 AS n FROM range(2000) r(i)", {}, vectors ? with_vectors() : StringMap());
    storage::FaultyStore faulty(store());
    faulty.inject(call, fault);
    const auto outcome = merge_with(faulty);
    const Rows found = rows(std::nullopt, summary);
    ASSERT_TRUE(found == after || (!outcome && found == before)) << found[0];
    ASSERT_TRUE(merge_with(store()));
    ASSERT_EQ(rows(std::nullopt, summary), after);
    check();
    if (faulty.calls_count() < call) {
      ASSERT_TRUE(outcome);
      EXPECT_GT(call, 4U);
      return;
    }
  }
}
}  // namespace
}  // namespace weir::delta
