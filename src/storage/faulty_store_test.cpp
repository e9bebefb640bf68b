#include "storage/faulty_store.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace weir::storage {
namespace {
using Fault = FaultyStore::Fault;

TEST(FaultyStore, FailsOnceWithoutEffect) {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  store.inject(2, Fault::kFailBefore);
  EXPECT_TRUE(store.put("a", "1", {}));
  EXPECT_EQ(store.put("b", "2", {}).error().code, ErrorCode::kIo);
  EXPECT_TRUE(store.put("c", "3", {}));
  EXPECT_EQ(inner->list({}).value().size(), 2U);
}

TEST(FaultyStore, LosesTheAnswerOfACallThatWorked) {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  store.inject(1, Fault::kFailAfter);
  EXPECT_FALSE(store.put_if_absent("a", "1", {}));
  EXPECT_EQ(inner->read("a").value(), "1");
}

TEST(FaultyStore, StaysDeadAfterDying) {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  store.inject(1, Fault::kDieBefore);
  EXPECT_FALSE(store.put("a", "1", {}));
  EXPECT_FALSE(store.read("a"));
  EXPECT_FALSE(store.list({}));
  EXPECT_EQ(store.calls_count(), 3U);
}

TEST(FaultyStore, LetsOthersInBetween) {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  store.before_each_call([&](std::string_view operation, std::string_view key) {
    if (operation == "put_if_absent") {
      ASSERT_TRUE(store.put(key, "theirs", {}));
    }
  });
  EXPECT_EQ(store.put_if_absent("a", "ours", {}).value(), PutOutcome::kExists);
  EXPECT_EQ(inner->read("a").value(), "theirs");
}
}  // namespace
}  // namespace weir::storage
