#include "delta/deletion_vector_writer.h"

#include <gtest/gtest.h>

#include "delta/deletion_vector.h"
#include "storage/memory_store.h"

namespace weir::delta {
namespace {
std::vector<std::int64_t> every_third(std::int64_t count) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    rows.push_back(i * 3);
  }
  return rows;
}

TEST(DeletionVectorWriter, SmallVectorsStandInTheLog) {
  const auto store = storage::make_memory_store();
  SeededRandom random(1);
  DeletionVectorWriter writer(random);
  const DeletionVector vector = writer.add({1, 5, 70'000}).value();
  ASSERT_TRUE(writer.write(*store, TableLocation::at("t"), false));
  EXPECT_EQ(vector.storage_type, 'i');
  EXPECT_TRUE(store->list({}).value().empty());
  EXPECT_EQ(read_deletion_vector(*store, TableLocation::at("t"), vector).value(),
            (std::vector<std::int64_t>{1, 5, 70'000}));
}

TEST(DeletionVectorWriter, LargeOnesShareAFile) {
  const auto store = storage::make_memory_store();
  SeededRandom random(1);
  DeletionVectorWriter writer(random);
  const DeletionVector first = writer.add(every_third(1000)).value();
  const DeletionVector second = writer.add(every_third(30'000)).value();
  ASSERT_TRUE(writer.write(*store, TableLocation::at("t"), false));
  EXPECT_EQ(first.storage_type, 'u');
  EXPECT_EQ(first.path_or_inline, second.path_or_inline);
  const auto objects = store->list({}).value();
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_TRUE(objects[0].key.starts_with("t/deletion_vector_")) << objects[0].key;
  EXPECT_EQ(read_deletion_vector(*store, TableLocation::at("t"), first).value(), every_third(1000));
  EXPECT_EQ(read_deletion_vector(*store, TableLocation::at("t"), second).value(), every_third(30'000));
  writer.discard(*store, TableLocation::at("t"));
  EXPECT_TRUE(store->list({}).value().empty());
}

TEST(DeletionVectorWriter, StatisticsBecomeLoose) {
  EXPECT_EQ(loose_stats(std::nullopt, 7), R"({"numRecords":7,"tightBounds":false})");
  EXPECT_EQ(loose_stats(R"({"numRecords":3,"maxValues":{"d":1.50}})", 7),
            R"({"numRecords":3,"maxValues":{"d":1.50},"tightBounds":false})");
  EXPECT_EQ(loose_stats(R"({"numRecords":3,"tightBounds":true})", 7), R"({"numRecords":3,"tightBounds":false})");
}
}  // namespace
}  // namespace weir::delta
