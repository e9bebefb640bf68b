#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <thread>

#include "core/files.h"
#include "metadb/database.h"

namespace weir::metadb {
namespace {
constexpr std::array<std::string_view, 1> kNumbers = {"CREATE TABLE numbers(n INTEGER PRIMARY KEY)"};

Write add_number(std::int64_t number) {
  return [number](Writer& writer) { return writer.execute("INSERT INTO numbers VALUES (?)", {number}); };
}

class GroupCommitTest : public testing::Test {
 protected:
  std::unique_ptr<Database> open() { return Database::open(folder_.path() / "numbers.db", kNumbers).value(); }
  static std::int64_t numbers_count(Database& database) {
    return database.read("SELECT count(*) FROM numbers").value()[0].integer(0);
  }
  TempDir folder_ = TempDir::create().value();
};

TEST_F(GroupCommitTest, TellsWhenEachWriteIsDurable) {
  const auto database = open();
  std::atomic<int> durable = 0;
  for (int i = 0; i < 100; ++i) {
    database->submit(add_number(i), [&](const Status& status) { durable += status ? 1 : 0; });
  }
  database->flush();
  EXPECT_EQ(durable, 100);
  EXPECT_EQ(numbers_count(*database), 100);
}

TEST_F(GroupCommitTest, CommitsWaitingWritesTogether) {
  const auto database = open();
  std::latch started(1);
  std::latch release(1);
  // While the first write holds the thread, the others gather behind it.
  database->submit([&](Writer&) {
    started.count_down();
    release.wait();
    return Status();
  });
  started.wait();
  std::vector<std::int64_t> seen_before_commit;
  for (int i = 0; i < 3; ++i) {
    database->submit([&, i](Writer& writer) -> Status {
      WEIR_TRY(add_number(i)(writer));
      // Another connection sees none of them until all are committed.
      seen_before_commit.push_back(numbers_count(*database));
      return {};
    });
  }
  release.count_down();
  database->flush();
  EXPECT_THAT(seen_before_commit, testing::ElementsAre(0, 0, 0));
  EXPECT_EQ(numbers_count(*database), 3);
}

TEST_F(GroupCommitTest, OneFailureLeavesTheOthersOfItsGroupBe) {
  const auto database = open();
  std::latch release(1);
  database->submit([&](Writer&) {
    release.wait();
    return Status();
  });
  std::vector<bool> outcomes;
  for (const std::int64_t number : {1, 2, 2, 3}) {
    database->submit(add_number(number), [&](const Status& status) { outcomes.push_back(status.has_value()); });
  }
  release.count_down();
  database->flush();
  EXPECT_THAT(outcomes, testing::ElementsAre(true, true, false, true));
  EXPECT_EQ(numbers_count(*database), 3);
}

TEST_F(GroupCommitTest, ClosingCommitsWhatWasSubmitted) {
  {
    const auto database = open();
    for (int i = 0; i < 10; ++i) {
      database->submit(add_number(i));
    }
  }
  EXPECT_EQ(numbers_count(*open()), 10);
}

TEST_F(GroupCommitTest, ManyThreadsWriteAndRead) {
  const auto database = open();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_TRUE(database->write(add_number(thread * 100 + i)));
        EXPECT_GT(numbers_count(*database), i);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(numbers_count(*database), 100);
}

TEST_F(GroupCommitTest, SeveralDatabaseObjectsShareAFileFromItsCreationOn) {
  // Connections know nothing of each other, in one process or in several.
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      const auto database = open();
      for (int i = 0; i < 25; ++i) {
        EXPECT_TRUE(database->write(add_number(thread * 100 + i)));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(numbers_count(*open()), 100);
}

TEST_F(GroupCommitTest, GivesUpOnALockThatIsHeldTooLong) {
  const auto holder = open();
  const auto waiter = Database::open(holder->path(), kNumbers, {.busy_timeout = std::chrono::milliseconds(1)}).value();
  std::latch holding(1);
  std::latch release(1);
  holder->submit([&](Writer&) {
    holding.count_down();
    release.wait();
    return Status();
  });
  holding.wait();
  const Status status = waiter->write(add_number(1));
  release.count_down();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kTimeout);
}
}  // namespace
}  // namespace weir::metadb
