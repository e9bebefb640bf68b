#include "core/files.h"

#include <gtest/gtest.h>

namespace weir {
namespace {
class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folder = TempDir::create();
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
  }
  std::vector<std::string> found(std::string_view pattern) {
    std::vector<std::string> names;
    const auto paths = find_files(folder_->path(), pattern);
    for (const auto& path : *paths) {
      names.push_back(relative_text(path, folder_->path()));
    }
    return names;
  }
  std::optional<TempDir> folder_;
};

TEST_F(FilesTest, WritesAndReads) {
  const auto path = folder_->path() / "new/folder/a.txt";
  ASSERT_TRUE(write_file(path, "one"));
  ASSERT_TRUE(write_file(path, "two"));
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_EQ(found("new/folder/*").size(), 1U);
}

TEST_F(FilesTest, SaysWhatIsMissingOrTooLarge) {
  EXPECT_EQ(read_file(folder_->path() / "none").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(write_file(folder_->path() / "a", "12345"));
  EXPECT_EQ(read_file(folder_->path() / "a", 3).error().code, ErrorCode::kInvalid);
}

TEST_F(FilesTest, FindsByPattern) {
  for (const char* name : {"day1/orders/a.csv", "day2/orders/b.csv", "day2/orders/.hidden.csv", "day2/other/c.csv", "x%20y.csv"}) {
    ASSERT_TRUE(write_file(folder_->path() / name, ""));
  }
  EXPECT_EQ(found("day*/orders/*.csv"), (std::vector<std::string>{"day1/orders/a.csv", "day2/orders/b.csv"}));
  EXPECT_EQ(found("**/*.csv").size(), 4U);
  EXPECT_EQ(found("day2/other/c.csv").size(), 1U);
  EXPECT_TRUE(found("nowhere/*.csv").empty());
  EXPECT_EQ(found("x%20y.csv").size(), 1U);
}

TEST_F(FilesTest, ATempDirGoesWithItsOwner) {
  std::filesystem::path path;
  {
    const auto inner = TempDir::create(folder_->path());
    path = inner->path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}
}  // namespace
}  // namespace weir
