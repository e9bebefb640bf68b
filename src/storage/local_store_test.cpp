#include "storage/local_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "core/files.h"

namespace weir::storage {
namespace {
TEST(LocalStore, GivesThePathOfAKey) {
  const auto store = open_local_store("/data/lake/");
  EXPECT_EQ(store->local_path("raw/a"), std::filesystem::path("/data/lake/raw/a"));
  EXPECT_EQ(store->local_path("../a"), std::nullopt);
  EXPECT_EQ(store->name(), "/data/lake");
}

TEST(LocalStore, HidesAndRemovesUnfinishedFiles) {
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file(folder.path() / "t" / ".weir-tmp-1-2", "half"));
  ASSERT_TRUE(write_file(folder.path() / "t" / ".hidden.crc", "whole"));
  const auto store = open_local_store(folder.path());
  const auto objects = store->list({}).value();
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(objects[0].key, "t/.hidden.crc");
  EXPECT_EQ(remove_leftovers(folder.path(), Timestamp{}).value(), 0U);
  EXPECT_EQ(remove_leftovers(folder.path(), system_clock().now() + std::chrono::hours(1)).value(), 1U);
}

TEST(LocalStore, NewFilesHaveTheUsersPermissions) {
  const TempDir folder = TempDir::create().value();
  const auto store = open_local_store(folder.path());
  const mode_t old_mask = ::umask(022);
  ASSERT_TRUE(store->put_if_absent("a", "x", {}));
  ::umask(old_mask);
  struct stat info{};
  ASSERT_EQ(::stat((folder.path() / "a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0644U);
}

TEST(LocalStore, ReportsWhatTheSystemSays) {
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file(folder.path() / "file", "x"));
  const auto store = open_local_store(folder.path());
  const Status status = store->put("file/below", "x", {});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().text().find("file"), std::string::npos);
}

TEST(LocalStore, MakesFilesOfOthersDurable) {
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file(folder.path() / "t" / "p=1" / "part.parquet", "x"));
  const auto store = open_local_store(folder.path());
  EXPECT_TRUE(store->make_durable(std::vector<std::string>{"t/p=1/part.parquet"}));
  EXPECT_FALSE(store->make_durable(std::vector<std::string>{"t/none"}));
}
}  // namespace
}  // namespace weir::storage
