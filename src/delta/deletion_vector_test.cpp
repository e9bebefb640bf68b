#include "delta/deletion_vector.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace weir::delta {
namespace {
using RowNumbers = std::vector<std::int64_t>;

TEST(DeletionVector, ReadsTheExampleOfTheProtocol) {
  const auto store = storage::make_memory_store();
  const DeletionVector vector{'i', "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", std::nullopt, 40, 6};
  EXPECT_EQ(read_deletion_vector(*store, TableLocation::at("t"), vector).value(), (RowNumbers{3, 4, 7, 11, 18, 29}));
}

TEST(DeletionVector, InlineTextsMayBePadded) {
  const auto store = storage::make_memory_store();
  const std::string bytes = encode_deletion_vector({1, 2, 3});
  ASSERT_NE(bytes.size() % 4, 0U);
  const DeletionVector vector{'i', encode_z85(bytes), std::nullopt, static_cast<std::int32_t>(bytes.size()), 3};
  EXPECT_EQ(read_deletion_vector(*store, TableLocation::at("t"), vector).value(), (RowNumbers{1, 2, 3}));
}

TEST(DeletionVector, NamesItsFile) {
  EXPECT_EQ(deletion_vector_path("ab^-aqEH.-t@S}K{vb[*k^").value(),
            "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
  EXPECT_EQ(deletion_vector_path("^-aqEH.-t@S}K{vb[*k^").value(),
            "deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
  EXPECT_FALSE(deletion_vector_path("short"));
}

TEST(DeletionVector, KeepsRowsOfEveryKind) {
  RowNumbers dense;
  for (std::int64_t i = 0; i < 10'000; ++i) {
    dense.push_back(i * 3);
  }
  for (const RowNumbers& numbers :
       {RowNumbers{}, RowNumbers{0}, RowNumbers{65'535, 65'536}, dense, RowNumbers{1, 5'000'000'000}}) {
    EXPECT_EQ(decode_deletion_vector(encode_deletion_vector(numbers), 1'000'000).value(), numbers);
  }
}

TEST(DeletionVector, RefusesDamage) {
  const std::string bytes = encode_deletion_vector({1, 2, 3, 70'000});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_deletion_vector(std::string_view(bytes).substr(0, length), 100)) << length;
  }
  EXPECT_FALSE(decode_deletion_vector(bytes, 3));
  EXPECT_FALSE(decode_deletion_vector("xxxx" + bytes.substr(4), 100));
}

TEST(DeletionVector, ChecksSizeAndChecksumOfFiles) {
  const auto store = storage::make_memory_store();
  const std::string bytes = encode_deletion_vector({1, 2});
  const auto stored = [&](const std::string& checksum) {
    std::string file = "\x01";
    file += std::string(3, '\0') + static_cast<char>(bytes.size());
    file += bytes + checksum;
    EXPECT_TRUE(store->put("t/dv.bin", file, {}));
    return read_deletion_vector(*store, TableLocation::at("t"),
                                {'p', "dv.bin", 1, static_cast<std::int32_t>(bytes.size()), 2});
  };
  const auto damaged = stored("abcd");
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().text().find("checksum"), std::string::npos);
}

TEST(Z85, GoesBothWays) {
  EXPECT_EQ(encode_z85("\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B"), "HelloWorld");
  EXPECT_EQ(decode_z85("HelloWorld").value(), "\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B");
  EXPECT_EQ(decode_z85(encode_z85("abcdef")).value(), std::string("abcdef\0\0", 8));
  EXPECT_EQ(decode_z85("HelloWo").value().size(), 5U);
  EXPECT_FALSE(decode_z85("abcdef"));
  EXPECT_FALSE(decode_z85("ab,de"));
  EXPECT_FALSE(decode_z85("#####"));
}
}  // namespace
}  // namespace weir::delta
