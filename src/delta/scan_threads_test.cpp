#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "delta/empty_parquet.h"
#include "delta/table_fixture_test.h"
#include "duck/scalar_function.h"

namespace weir::delta {
namespace {
/// Waits until two threads have come.
class Meeting {
 public:
  bool come() {
    std::unique_lock lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    changed_.notify_all();
    gave_up_ = gave_up_ || !changed_.wait_for(lock, std::chrono::seconds(20), [this] { return threads_.size() >= 2; });
    return !gave_up_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool gave_up_ = false;
  std::set<std::thread::id> threads_;
};

class ScanThreadsTest : public TableTest {};

TEST_F(ScanThreadsTest, OneFileIsReadByAllThreads) {
  create("SELECT i AS id, 'K' || i % 2 AS k FROM range(400000) r(i)");
  const auto snapshot = load();
  ASSERT_EQ(snapshot->files().size(), 1U);
  const auto meeting = std::make_shared<Meeting>();
  ASSERT_TRUE(duck::register_scalar_function(connection(), {.name = "meet",
                                                            .arguments = {{.id = duck::TypeId::kBigInt}},
                                                            .returns = {.id = duck::TypeId::kBigInt},
                                                            .is_volatile = true,
                                                            .call = [meeting](duck::ScalarCall& call) -> Status {
                                                              auto* const out = static_cast<std::int64_t*>(call.result_data());
                                                              std::fill_n(out, call.rows_count(), meeting->come() ? 1 : 0);
                                                              return {};
                                                            }}));
  const std::string sql = scan_sql(store(), Scan::plan(snapshot).value()).value();
  EXPECT_EQ(connection().query_integer("SELECT sum(meet(id))::BIGINT FROM (" + sql + ")").value(), 400000);
  EXPECT_EQ(connection().query_value("SELECT count(*) || ' ' || sum(id) || ' ' || min(k) || max(k) FROM (" + sql + ")").value(),
            "400000 79999800000 K0K1");
}

TEST_F(ScanThreadsTest, RowPositionsArePositionsInTheFile) {
  create("SELECT i AS id FROM range(200000) r(i)");
  const std::string sql = scan_sql(store(), Scan::plan(load()).value(), {.with_row_positions = true}).value();
  EXPECT_EQ(connection()
                .query_integer(fmt::format("SELECT count(*) FROM ({}) WHERE id = \"{}\" AND \"{}\" = 0", sql, kRowColumn, kFileColumn))
                .value(),
            200000);
}

TEST_F(ScanThreadsTest, TheEmptyFileHasNoRows) {
  EXPECT_EQ(connection().query_integer("SELECT count(*) FROM read_parquet('" + empty_parquet_path() + "')").value(), 0);
}
}  // namespace
}  // namespace weir::delta
