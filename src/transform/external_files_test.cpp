#include "transform/external_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/text.h"

namespace weir::transform {
namespace {
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class ExternalFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(folder_.path() / "a.log", "12345"));
    ASSERT_TRUE(write_file(folder_.path() / "b.log", "1"));
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::vector<std::string> files(const std::string& sql) const {
    std::vector<std::string> lines;
    for (const std::string_view line : split(external_files_text(sql, folder_.path()), '\n')) {
      if (!line.empty()) {
        lines.emplace_back(line);
      }
    }
    return lines;
  }

  TempDir folder_ = TempDir::create().value();
};

TEST_F(ExternalFilesTest, AreFoundBehindFunctionsThatReadFiles) {
  EXPECT_THAT(files("select * from logs('a.log') -- logs('b.log')"), ElementsAre(StartsWith("a.log 5 ")));
  EXPECT_THAT(files("SELECT * FROM LOGS('*.log', format => 'access')"), ElementsAre(StartsWith("a.log 5 "), StartsWith("b.log 1 ")));
  EXPECT_THAT(files("select * from read_csv(['" + at("a.log") + "', '" + at("b.log") + "'], header = true)").size(), 2U);
}

TEST_F(ExternalFilesTest, OtherTextsAreNone) {
  EXPECT_THAT(files("select logs, 'a.log' from t where x = upper('a.log')"), IsEmpty());
  EXPECT_THAT(files("select * from read_parquet('s3://bucket/a.log')"), IsEmpty());
  EXPECT_THAT(files("select * from logs('nothing*') union from logs("), IsEmpty());
}

TEST_F(ExternalFilesTest, AChangedFileGivesAnotherText) {
  const auto before = files("from logs('a.log')");
  ASSERT_TRUE(write_file(folder_.path() / "a.log", "123456"));
  EXPECT_NE(files("from logs('a.log')"), before);
}
}  // namespace
}  // namespace weir::transform
