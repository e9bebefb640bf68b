// Several processes append to one table at the same time: no row is lost, none is doubled.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "delta/log_segment.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
constexpr int kWriters = 4;
constexpr int kCommitsEach = 15;

// Runs in a process of its own, without DuckDB: what is tested is the log.
int append_many(const std::filesystem::path& folder, const TableLocation& location, int writer) {
  const auto store = storage::open_local_store(folder);
  for (int i = 0; i < kCommitsEach; ++i) {
    const auto snapshot = Snapshot::load(*store, location);
    if (!snapshot) {
      return 1;
    }
    auto transaction = Transaction::begin(*snapshot);
    if (!transaction) {
      return 2;
    }
    AddFile file;
    file.path = "part-" + std::to_string(writer) + "-" + std::to_string(i) + ".parquet";
    file.size_bytes = 1;
    transaction->add_files({file});
    transaction->set_txn("writer-" + std::to_string(writer), i);
    const auto outcome = transaction->commit(*store, {.durable = false, .write_checkpoint = false});
    if (!outcome || !outcome->committed()) {
      return 3;
    }
  }
  return 0;
}

TEST(Concurrency, ProcessesAppendWithoutLossOrDoubling) {
  const TempDir folder = TempDir::create().value();
  const auto store = storage::open_local_store(folder.path());
  const TableLocation location = TableLocation::at("t");
  TableDefinition definition;
  definition.schema = parse_schema(R"({"type":"struct","fields":[{"name":"id","type":"long"}]})").value();
  ASSERT_TRUE(Transaction::create(location, definition)->commit(*store));
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::_exit(append_many(folder.path(), location, writer));
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  const auto snapshot = Snapshot::load(*store, location).value();
  EXPECT_EQ(snapshot->version(), kWriters * kCommitsEach);
  EXPECT_EQ(snapshot->files().size(), static_cast<std::size_t>(kWriters * kCommitsEach));
  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_EQ(snapshot->transaction_version("writer-" + std::to_string(writer)), kCommitsEach - 1);
  }
}

class ConcurrentData : public TableTest {};

TEST_F(ConcurrentData, ThreadsAppendRowsAndCheckpoint) {
  create("SELECT 0 AS writer, 0 AS i", {}, {{"delta.checkpointInterval", "3"}});
  std::vector<std::jthread> writers;
  std::atomic<int> failures = 0;
  static const auto database = duck::Database::open({.threads_count = 2}).value();
  for (int writer = 1; writer <= 3; ++writer) {
    writers.emplace_back([&, writer] {
      auto own = database->connect().value();
      for (int i = 0; i < 5; ++i) {
        const auto snapshot = Snapshot::load(store(), location_, {.connection = &own}).value();
        auto transaction = Transaction::begin(snapshot).value();
        const auto plan =
            plan_write(own, "SELECT " + std::to_string(writer) + " AS writer, " + std::to_string(i) + " AS i",
                       transaction.schema())
                .value();
        transaction.add_files(write_data_files(own, store(), location_, plan).value());
        const auto outcome = transaction.commit(store(), {.durable = false, .connection = &own});
        failures += outcome && outcome->committed() ? 0 : 1;
      }
    });
  }
  writers.clear();
  EXPECT_EQ(failures, 0);
  check();
  EXPECT_EQ(rows(std::nullopt, "count(*), count(DISTINCT (writer, i))"), std::vector<std::string>{"16|16"});
}
}  // namespace
}  // namespace weir::delta
