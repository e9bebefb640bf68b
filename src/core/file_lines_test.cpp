#include "core/file_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/files.h"
#include "core/scope.h"

namespace weir {
namespace {
class FileLinesTest : public testing::Test {
 protected:
  std::filesystem::path file(std::string_view bytes) {
    const std::filesystem::path path = folder_.path() / "file";
    EXPECT_TRUE(write_file(path, bytes));
    return path;
  }
  std::vector<std::string> read(std::string_view bytes) {
    std::vector<std::string> seen;
    for (const Result<std::string_view>& line : lines(file(bytes))) {
      seen.emplace_back(line ? *line : "error: " + line.error().message);
    }
    return seen;
  }
  TempDir folder_ = TempDir::create().value();
};

TEST_F(FileLinesTest, GivesLinesWithoutTheirEnds) {
  EXPECT_EQ(read("a\nb\r\n\nlast"), (std::vector<std::string>{"a", "b", "", "last"}));
  EXPECT_EQ(read("a\n"), std::vector<std::string>{"a"});
  EXPECT_TRUE(read("").empty());
}

TEST_F(FileLinesTest, LinesMayBeLongerThanABuffer) {
  const std::string longer(1'000'000, 'x');
  EXPECT_EQ(read("a\n" + longer + "\nb\n" + longer), (std::vector<std::string>{"a", longer, "b", longer}));
}

TEST_F(FileLinesTest, ALineThatIsTooLongIsAnError) {
  std::vector<std::string> seen;
  for (const Result<std::string_view>& line : lines(file("a\n" + std::string(600'000, 'x')), {.line_bytes_max = 1000})) {
    seen.emplace_back(line ? *line : line.error().message);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "line 2 is longer than 1000 bytes"}));
}

TEST_F(FileLinesTest, AMissingFileIsAnError) {
  auto missing = lines(folder_.path() / "missing");
  const auto first = missing.begin();
  ASSERT_NE(first, missing.end());
  EXPECT_EQ(first->error().code, ErrorCode::kNotFound);
  auto no_chunks = chunks(folder_.path() / "missing");
  EXPECT_FALSE(*no_chunks.begin());
}

TEST_F(FileLinesTest, GivesChunks) {
  std::vector<std::string> seen;
  for (const Result<std::string_view>& chunk : chunks(file("abcdefgh"), 3)) {
    seen.emplace_back(chunk.value());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"abc", "def", "gh"}));
}

TEST(ScopeTest, CallsAtTheEndUnlessReleased) {
  int calls = 0;
  {
    const scope_exit first([&] { ++calls; });
    scope_exit second([&] { calls += 10; });
    second.release();
    scope_exit third([&] { calls += 100; });
    const scope_exit moved(std::move(third));
  }
  EXPECT_EQ(calls, 101);
}

TEST(ScopeTest, ATimerAddsUpAndReports) {
  const ManualClock clock;
  std::chrono::nanoseconds sum{0};
  std::chrono::nanoseconds reported{0};
  for (int i = 0; i < 2; ++i) {
    const ScopedTimer adding(sum, clock);
    const ScopedTimer reporting([&](std::chrono::nanoseconds elapsed) { reported = elapsed; }, clock);
    clock.wait_for(std::chrono::milliseconds(3));
  }
  EXPECT_EQ(sum, std::chrono::milliseconds(6));
  EXPECT_EQ(reported, std::chrono::milliseconds(3));
}
}  // namespace
}  // namespace weir
