#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <vector>

#include "core/files.h"
#include "metadb/database.h"

namespace weir::metadb {
namespace {
constexpr std::array<std::string_view, 1> kNumbers = {"CREATE TABLE numbers(n INTEGER PRIMARY KEY)"};

Status add_number(Database& database, std::int64_t number) {
  return database.write(
      [number](Writer& writer) { return writer.execute("INSERT INTO numbers VALUES (?)", {number}); });
}

/// Runs `work` in a process of its own; its exit code is 0 when `work` gives true.
pid_t in_new_process(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(work() ? 0 : 1);
  }
  return child;
}

class ProcessesTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Database>> open() const { return Database::open(folder_.path() / "numbers.db", kNumbers); }
  std::int64_t numbers_count() const {
    return open().value()->read("SELECT count(*) FROM numbers").value()[0].integer(0);
  }
  TempDir folder_ = TempDir::create().value();
};

TEST_F(ProcessesTest, ShareAFileFromItsCreationOn) {
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process) {
    children.push_back(in_new_process([&, process] {
      auto database = open();
      bool fine = database.has_value();
      for (int i = 0; fine && i < 20; ++i) {
        fine = add_number(**database, process * 100 + i).has_value();
      }
      return fine;
    }));
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(numbers_count(), 60);
}

TEST_F(ProcessesTest, AKilledProcessLosesNothingItCalledDurable) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = in_new_process([&] {
    auto database = open();
    for (std::int64_t i = 0; database; ++i) {
      if (!add_number(**database, i) || ::write(pipe_ends[1], "+", 1) != 1) {
        break;
      }
    }
    return false;
  });
  close(pipe_ends[1]);
  std::int64_t durable_count = 0;
  for (char mark = 0; durable_count < 30 && ::read(pipe_ends[0], &mark, 1) == 1;) {
    ++durable_count;
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  EXPECT_EQ(durable_count, 30);
  EXPECT_GE(numbers_count(), durable_count);
}
}  // namespace
}  // namespace weir::metadb
