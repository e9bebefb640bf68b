#include "ingest/sources/parquet/parquet_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const duck::Type kInteger{.id = duck::TypeId::kInteger};
const duck::Type kBigInt{.id = duck::TypeId::kBigInt};
const duck::Type kDouble{.id = duck::TypeId::kDouble};

class ParquetFormatTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& select) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(test_connection().execute("COPY (" + select + ") TO " + sql_string(path.string()) + " (FORMAT parquet)"));
    return path;
  }
  /// `count` files of one row each, with the columns `id` and `file`.
  std::vector<std::filesystem::path> write_alike(std::size_t count) {
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; i < count; ++i) {
      paths.push_back(write("f" + std::to_string(100 + i) + ".parquet", "SELECT " + std::to_string(i) + " AS id"));
    }
    return paths;
  }
  /// The statement that reads the files.
  static std::string sql_of(const std::vector<std::filesystem::path>& paths) {
    std::vector<InputFile> files;
    for (const auto& path : paths) {
      files.push_back(find_input_files(path.parent_path(), {path.string()})->at(0));
    }
    ConfigMap none = *ConfigMap::open(*parse_config("{}", "x.yml"), "source");
    const auto format = parse_parquet_format(none);
    auto set = (*format)->look_at({.files = files, .known = {}, .declared = {}, .connection = test_connection()});
    RejectLog log(files, {}, {});
    return (*set)->rows({.columns = (*set)->columns(), .keys = {}, .rejects = log, .connection = test_connection()})->sql;
  }
  TestFolder folder_;
};

TEST_F(ParquetFormatTest, MoreMisfitsThanTheLimitAreAnError) {
  const auto path = write("a.parquet", "SELECT unnest([1.0, 1.5, 2.5]) :: DOUBLE AS n");
  const ReadOutcome outcome = read_files("parquet", "{}", {path}, {.known = {{"n", kInteger}}, .limit = {.rows = 1, .fraction = {}}});
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->text(), HasSubstr("rows do not fit, the limit is 1"));
}

TEST_F(ParquetFormatTest, MisfitsThatCannotBeReadAreAnError) {
  const auto path = write("a.parquet", "SELECT 1.5 :: DOUBLE AS n");
  const std::vector<InputFile> files = *find_input_files(folder_.path(), {path.string()});
  ConfigMap none = *ConfigMap::open(*parse_config("{}", "x.yml"), "source");
  const auto format = parse_parquet_format(none);
  auto set = (*format)->look_at({.files = files, .known = {{"n", kInteger}}, .declared = {}, .connection = test_connection()});
  RejectLog log(files, {}, {});
  const auto rows = (*set)->rows({.columns = {{"n", kInteger}}, .keys = {}, .rejects = log, .connection = test_connection()});
  ASSERT_TRUE(rows);
  std::filesystem::remove(path);
  EXPECT_FALSE(rows->records_count());
}

TEST_F(ParquetFormatTest, FilesWithTheSameColumnsAreReadByOneCall) {
  const auto paths = write_alike(30);
  const std::string sql = sql_of(paths);
  EXPECT_EQ(sql.find("read_parquet"), sql.rfind("read_parquet")) << sql;
  EXPECT_EQ(read_files("parquet", "{}", paths).rows.size(), 30U);
}

TEST_F(ParquetFormatTest, EachRowNamesItsFile) {
  const auto other = write("e.parquet", "SELECT 7 AS id, 'x' AS other");  // between the others in no way
  auto paths = write_alike(3);
  paths.push_back(other);
  const auto rows = test_connection().query_rows("SELECT id, _weir_source FROM (" + sql_of(paths) + ") ORDER BY id");
  std::vector<std::string> lines;
  for (const auto& row : *rows) {
    lines.push_back(*row[0] + " " + std::filesystem::path(*row[1]).filename().string());
  }
  EXPECT_THAT(lines, ElementsAre("0 f100.parquet", "1 f101.parquet", "2 f102.parquet", "7 e.parquet"));
}

TEST_F(ParquetFormatTest, FilesOfFoldersWithLongLettersAreNamed) {
  std::filesystem::create_directories(folder_.path() / "택시 üé");
  const auto a = write("택시 üé/a.parquet", "SELECT 1 AS id");
  const auto b = write("택시 üé/b.parquet", "SELECT 2 AS id");
  const auto rows = test_connection().query_rows("SELECT DISTINCT _weir_source FROM (" + sql_of({a, b}) + ") ORDER BY 1");
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0)[0], "a.parquet");
}

TEST_F(ParquetFormatTest, RejectsOfAGroupNameTheirFileAndRow) {
  const auto a = write("a.parquet", "SELECT unnest([1.0, 2.0]) :: DOUBLE AS n");
  const auto b = write("b.parquet", "SELECT 3 :: INTEGER AS n");
  const auto c = write("c.parquet", "SELECT unnest([4.0, 5.5]) :: DOUBLE AS n");
  const ReadOutcome outcome = read_files("parquet", "{}", {a, b, c}, {.known = {{"n", kInteger}}});
  EXPECT_THAT(outcome.lines(), ElementsAre("1", "2", "3", "4"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].file, "c.parquet");
  EXPECT_EQ(outcome.rejects[0].line, 2U);
  EXPECT_EQ(outcome.records_count, 5U);
}

TEST_F(ParquetFormatTest, RowsComeInTheOrderOfTheFilesWhateverTheirSchema) {
  const auto a = write("a.parquet", "SELECT 1 AS id");
  const auto b = write("b.parquet", "SELECT 2 :: BIGINT AS id");
  const auto c = write("c.parquet", "SELECT 3 AS id");
  EXPECT_THAT(read_files("parquet", "{}", {a, b, c}).lines(), ElementsAre("1", "2", "3"));
}

TEST_F(ParquetFormatTest, AWiderTypeNeedsNoLookForMisfits) {
  const auto path = write("a.parquet", "SELECT 1 :: INTEGER AS n");
  const ReadOutcome outcome = read_files("parquet", "{}", {path}, {.known = {{"n", kDouble}}});
  EXPECT_THAT(outcome.lines(), ElementsAre("1.0"));
  EXPECT_TRUE(outcome.rejects.empty());
}

TEST_F(ParquetFormatTest, WholeNumbersThatADoubleCannotHoldAreRejects) {
  const auto path = write("a.parquet", "SELECT unnest([1, 9007199254740993]) AS n");
  const ReadOutcome outcome = read_files("parquet", "{}", {path}, {.known = {{"n", kDouble}}});
  EXPECT_THAT(outcome.lines(), ElementsAre("1.0"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("2 n"));
}

TEST_F(ParquetFormatTest, NamesThatDifferByCaseAreOneColumn) {
  const auto a = write("a.parquet", "SELECT 1.5 :: DOUBLE AS airport_fee");
  const auto b = write("b.parquet", "SELECT 2.5 :: DOUBLE AS Airport_fee");
  const ReadOutcome outcome = read_files("parquet", "{}", {a, b});
  EXPECT_THAT(outcome.names(), ElementsAre("airport_fee"));
  EXPECT_THAT(outcome.lines(), ElementsAre("1.5", "2.5"));
}

TEST_F(ParquetFormatTest, RenamedColumnsMeetInOne) {
  const auto a = write("a.parquet", "SELECT 1 AS tpep_id, 'a' AS x");
  const auto b = write("b.parquet", "SELECT 2 :: BIGINT AS LPEP_ID, 'b' AS x");
  const ReadOutcome outcome =
      read_files("parquet", "{}", {a, b}, {.known = {}, .declared = {}, .keys = {}, .limit = {}, .renamed = {{"tpep_id", "id"}, {"lpep_id", "id"}}});
  ASSERT_FALSE(outcome.error) << outcome.error->text();
  EXPECT_THAT(outcome.names(), ElementsAre("id", "x"));
  EXPECT_EQ(outcome.columns[0].type, kBigInt);
  EXPECT_THAT(outcome.lines(), ElementsAre("1|a", "2|b"));
}

TEST_F(ParquetFormatTest, TwoColumnsOfAFileCannotBecomeOne) {
  const auto path = write("a.parquet", "SELECT 1 AS a, 2 AS b");
  const ReadOutcome outcome = read_files("parquet", "{}", {path}, {.known = {}, .declared = {}, .keys = {}, .limit = {}, .renamed = {{"a", "b"}}});
  ASSERT_EQ(outcome.bad_files.size(), 1U);
  EXPECT_THAT(outcome.bad_files[0].error.text(), HasSubstr("two of its columns would be b"));
}

TEST_F(ParquetFormatTest, AColumnNamedLikeWhatDuckDbTellsDoesNotHideIt) {
  const auto a = write("a.parquet", "SELECT 'x' AS filename, 1 AS file_index");
  const auto b = write("b.parquet", "SELECT 'y' AS filename, 2 AS file_index");
  const auto rows = test_connection().query_rows("SELECT _weir_source, filename FROM (" + sql_of({a, b}) + ") ORDER BY 1");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(rows->at(1)[0], "b.parquet");
  EXPECT_EQ(rows->at(1)[1], "y");
}

TEST_F(ParquetFormatTest, ABadFileAmongGoodOnesIsNamed) {
  auto paths = write_alike(3);
  paths.push_back(folder_.write("bad.parquet", "no parquet"));
  const ReadOutcome outcome = read_files("parquet", "{}", paths);
  ASSERT_EQ(outcome.bad_files.size(), 1U);
  EXPECT_EQ(outcome.bad_files[0].file, 3U);
  EXPECT_EQ(outcome.rows.size(), 3U);
}
}  // namespace
}  // namespace weir::ingest
