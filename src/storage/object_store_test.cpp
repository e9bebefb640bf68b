// What every store promises, checked on each kind of store.
#include "storage/object_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/files.h"
#include "storage/local_copy.h"
#include "storage/local_store.h"
#include "storage/memory_store.h"

namespace weir::storage {
namespace {
class AnyStore : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = std::make_unique<TempDir>(TempDir::create().value());
    store_ = GetParam() == "local" ? open_local_store(folder_->path()) : make_memory_store();
  }
  ObjectStore& store() { return *store_; }
  std::vector<std::string> keys(const ListOptions& options) {
    std::vector<std::string> out;
    const auto objects = store().list(options).value();
    for (const ObjectInfo& object : objects) {
      out.push_back(object.key);
    }
    return out;
  }
  void put_all(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      ASSERT_TRUE(store().put(name, "x", {}));
    }
  }

 private:
  std::unique_ptr<TempDir> folder_;
  std::unique_ptr<ObjectStore> store_;
};
INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, testing::Values("local", "memory"),
                         [](const auto& kind) { return kind.param; });

using Keys = std::vector<std::string>;

TEST_P(AnyStore, ReadsWhatWasPut) {
  ASSERT_TRUE(store().put("a/b.txt", "hello", {.durable = true}));
  EXPECT_EQ(store().read("a/b.txt").value(), "hello");
  EXPECT_EQ(store().head("a/b.txt").value().size_bytes, 5U);
  ASSERT_TRUE(store().put("a/b.txt", "", {}));
  EXPECT_EQ(store().read("a/b.txt").value(), "");
}

TEST_P(AnyStore, ReadLeavesRoomForTheJsonParser) {
  ASSERT_TRUE(store().put("a", std::string(1000, 'x'), {}));
  const std::string text = store().read("a").value();
  EXPECT_GE(text.capacity(), text.size() + 64);
}

TEST_P(AnyStore, ReadsRangesUpToTheEnd) {
  ASSERT_TRUE(store().put("a", "0123456789", {}));
  EXPECT_EQ(store().read_range("a", 2, 3).value(), "234");
  EXPECT_EQ(store().read_range("a", 8, 100).value(), "89");
  EXPECT_EQ(store().read_range("a", 100, 1).value(), "");
}

TEST_P(AnyStore, MissingObjectsAreNotFound) {
  EXPECT_EQ(store().read("no/such").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().head("no").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store().read_range("no", 0, 1).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store().remove("no/such"));
  EXPECT_TRUE(store().list({.prefix = "no/"}).value().empty());
}

TEST_P(AnyStore, RefusesKeysThatLeaveTheRoot) {
  for (const char* key : {"", "/a", "a//b", "../a", "a/../b", "a/", "./a"}) {
    EXPECT_EQ(store().put(key, "x", {}).error().code, ErrorCode::kInvalid) << key;
  }
}

TEST_P(AnyStore, PutIfAbsentKeepsTheFirst) {
  EXPECT_EQ(store().put_if_absent("log/0", "first", {.durable = true}).value(), PutOutcome::kWritten);
  EXPECT_EQ(store().put_if_absent("log/0", "second", {}).value(), PutOutcome::kExists);
  EXPECT_EQ(store().read("log/0").value(), "first");
  EXPECT_EQ(keys({}), Keys{"log/0"});
}

TEST_P(AnyStore, PutIfAbsentHasOneWinner) {
  constexpr int kRounds = 50;
  std::atomic<int> wins = 0;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int round = 0; round < kRounds; ++round) {
        const auto outcome = store().put_if_absent("log/" + std::to_string(round),
                                                   std::string(100, static_cast<char>('a' + writer)), {});
        wins += outcome.value() == PutOutcome::kWritten ? 1 : 0;
      }
    });
  }
  writers.clear();
  EXPECT_EQ(wins, kRounds);
}

TEST_P(AnyStore, ListsInTheOrderOfBytes) {
  put_all({"t/b", "t/a/x", "t/a-b", "u", "t/a/y"});
  EXPECT_EQ(keys({.prefix = "t/"}), (Keys{"t/a-b", "t/a/x", "t/a/y", "t/b"}));
  EXPECT_EQ(keys({.prefix = "t/a"}), (Keys{"t/a-b", "t/a/x", "t/a/y"}));
  EXPECT_EQ(keys({.prefix = "t/", .start_after = "t/a/x"}), (Keys{"t/a/y", "t/b"}));
  EXPECT_EQ(keys({.prefix = "t/", .start_after = "a", .limit_count = 2}), (Keys{"t/a-b", "t/a/x"}));
  EXPECT_EQ(keys({.prefix = "t/", .recursive = false}), (Keys{"t/a-b", "t/b"}));
}

TEST_P(AnyStore, ListsFolders) {
  put_all({"raw/a/1", "raw/b/2", "raw/a/3", "top", "raw/file"});
  EXPECT_EQ(store().list_folders("").value(), Keys{"raw"});
  EXPECT_EQ(store().list_folders("raw").value(), (Keys{"a", "b"}));
  EXPECT_TRUE(store().list_folders("none").value().empty());
}

TEST_P(AnyStore, StreamedObjectsAppearAtTheEnd) {
  auto writer = store().open_writer("a/big", {}).value();
  ASSERT_TRUE(writer->write("one "));
  EXPECT_TRUE(keys({}).empty());
  ASSERT_TRUE(writer->write("two"));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(store().read("a/big").value(), "one two");
}

TEST_P(AnyStore, UnfinishedStreamsLeaveNothing) {
  {
    auto writer = store().open_writer("a/big", {}).value();
    ASSERT_TRUE(writer->write("half"));
  }
  EXPECT_TRUE(keys({}).empty());
}

TEST_P(AnyStore, RemovedObjectsAreGone) {
  put_all({"a/b", "a/c"});
  ASSERT_TRUE(store().remove("a/b"));
  EXPECT_EQ(keys({}), Keys{"a/c"});
}

TEST_P(AnyStore, GivesLocalCopies) {
  ASSERT_TRUE(store().put("a/data.bin", "bytes", {}));
  const LocalCopy copy = LocalCopy::open(store(), "a/data.bin").value();
  EXPECT_EQ(read_file(copy.path()).value(), "bytes");
  EXPECT_EQ(LocalCopy::open(store(), "a/none").error().code, ErrorCode::kNotFound);
}

TEST_P(AnyStore, UploadsFiles) {
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file(folder.path() / "f", std::string(100'000, 'z')));
  ASSERT_TRUE(upload_file(store(), "up/f", folder.path() / "f", {}));
  EXPECT_EQ(store().read("up/f").value(), std::string(100'000, 'z'));
  EXPECT_EQ(upload_file(store(), "up/g", folder.path() / "g", {}).error().code, ErrorCode::kNotFound);
}
}  // namespace
}  // namespace weir::storage
