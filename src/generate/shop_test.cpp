#include "generate/shop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/files.h"
#include "core/hash.h"
#include "generate/shop/reader_for_test.h"

namespace weir::generate {
namespace {
// A hash over the names and bytes of all files below a folder.
std::uint64_t fingerprint(const std::filesystem::path& folder) {
  std::uint64_t hash = 0;
  const auto paths = *find_files(folder, "**");
  for (const auto& path : paths) {
    if (std::filesystem::is_regular_file(path)) {
      hash = hash64(relative_text(path, folder), hash);
      hash = hash64(*read_file(path, 1U << 30U), hash);
    }
  }
  return hash;
}

class ShopTest : public ::testing::Test {
 protected:
  Result<GenerateSummary> generate(ShopOptions options) {
    options.folder = folder_.path();
    return generate_shop(options);
  }
  ErrorCode error_of(ShopOptions options) {
    const auto summary = generate(std::move(options));
    return summary ? ErrorCode::kInternal : summary.error().code;
  }
  TempDir folder_ = *TempDir::create();
};

TEST_F(ShopTest, WritesTheSameBytesOnEveryMachine) {
  ASSERT_TRUE(generate({.scale = 0.01}));
  ASSERT_TRUE(generate({.scale = 0.01, .day = 2}));
  EXPECT_EQ(fingerprint(folder_.path()),
            2'354'792'029'635'005'819U);  // changes only together with kFormat of the manifest
}

TEST_F(ShopTest, WritesTheSameBytesWithAnyNumberOfThreads) {
  ASSERT_TRUE(generate({.scale = 0.002, .threads_max = 1}));
  const std::uint64_t with_one = fingerprint(folder_.path());
  ASSERT_TRUE(generate({.scale = 0.002, .threads_max = 7}));
  EXPECT_EQ(fingerprint(folder_.path()), with_one);
}

TEST_F(ShopTest, WritesOtherBytesWithAnotherSeed) {
  ASSERT_TRUE(generate({.scale = 0.001, .seed = 1}));
  const std::uint64_t with_one = fingerprint(folder_.path());
  ASSERT_TRUE(generate({.scale = 0.001, .seed = 2}));
  EXPECT_NE(fingerprint(folder_.path()), with_one);
}

TEST_F(ShopTest, HasTheSizeOfItsScale) {
  const GenerateSummary summary = *generate({.scale = 0.01});
  std::map<std::string, std::uint64_t> keys;
  for (const GeneratedTable& table : summary.tables) {
    keys[table.name] = table.keys_count;
  }
  EXPECT_EQ(keys["customers"], 1'000U);
  EXPECT_EQ(keys["products"], 100U);
  EXPECT_EQ(keys["orders"], 10'000U);
  EXPECT_NEAR(static_cast<double>(keys["order_items"]), 50'000, 1'500);
  EXPECT_NEAR(static_cast<double>(keys["payments"]), 11'800, 600);
}

TEST_F(ShopTest, CountsWhatIsInTheFiles) {
  const GenerateSummary summary = *generate({.scale = 0.01});
  std::uint64_t size_bytes = 0;
  for (const GeneratedFile& file : summary.files) {
    const std::string text = *read_file(folder_.path() / file.path);
    const bool is_csv = file.path.ends_with(".csv");
    const std::size_t rows_count = is_csv ? shop::csv_rows(text).size() - 1 : shop::lines_of(text).size();
    EXPECT_EQ(file.rows_count, rows_count) << file.path;
    EXPECT_EQ(file.size_bytes, text.size()) << file.path;
    size_bytes += text.size();
  }
  EXPECT_EQ(summary.size_bytes, size_bytes);
  EXPECT_EQ(summary.files.size(), 36U + 36 + 12 + 5);
}

TEST_F(ShopTest, LeavesAManifestAndNoTemporaryFile) {
  ASSERT_TRUE(generate({.scale = 0.001}));
  const std::string manifest = *read_file(folder_.path() / "day1" / "_manifest.json");
  EXPECT_NE(manifest.find("\"scale\": 0.001,"), std::string::npos);
  EXPECT_NE(manifest.find("\"until\": \"2025-01-01\""), std::string::npos);
  EXPECT_NE(manifest.find("\"path\": \"orders/orders_2022-01.csv\""), std::string::npos);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path();
  }
}

TEST_F(ShopTest, RefusesOptionsOutOfRange) {
  EXPECT_EQ(error_of({.scale = 0}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.scale = -1}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.scale = std::numeric_limits<double>::quiet_NaN()}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.scale = 1e9}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.scale = 0.001, .day = 0}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.scale = 0.001, .day = 367}), ErrorCode::kInvalid);
  EXPECT_EQ(generate_shop({}).error().code, ErrorCode::kInvalid);
}

TEST_F(ShopTest, RefusesAFolderThatIsAFile) {
  ASSERT_TRUE(write_file(folder_.path() / "file", "x"));
  const auto summary = generate_shop({.folder = folder_.path() / "file", .scale = 0.001});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kIo);
}

TEST_F(ShopTest, StopsWhenAsked) {
  std::stop_source stop;
  const auto stop_at_first_report = [&stop](const GenerateProgress&) { stop.request_stop(); };
  const auto summary = generate_shop({.folder = folder_.path(), .scale = 0.01}, stop_at_first_report, stop.get_token());
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "day1" / "_manifest.json"));
}

TEST_F(ShopTest, ReportsProgressUpToTheEnd) {
  GenerateProgress last;
  const auto summary = generate_shop({.folder = folder_.path(), .scale = 0.01, .threads_max = 1},
                                     [&last](const GenerateProgress& progress) { last = progress; });
  ASSERT_TRUE(summary);
  EXPECT_NEAR(static_cast<double>(last.rows_count), static_cast<double>(summary->rows_count), 0.05 * 73'000);
  EXPECT_NEAR(static_cast<double>(last.rows_expected_count), static_cast<double>(summary->rows_count), 0.05 * 73'000);
}
}  // namespace
}  // namespace weir::generate
