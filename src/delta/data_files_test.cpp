#include "delta/data_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "core/text.h"
#include "delta/partition_value.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
using Rows = std::vector<std::string>;

class DataFilesTest : public TableTest {
 protected:
  std::size_t stored_files() { return store().list({.prefix = "raw/orders/"}).value().size(); }
  std::string refused(const std::string& sql, const Schema& schema) {
    const auto plan = plan_write(connection(), sql, schema);
    if (!plan) {
      return plan.error().text();
    }
    const auto files = write_data_files(connection(), store(), location_, *plan);
    return files ? "written" : files.error().text();
  }
  static Schema schema_of(std::string_view fields) {
    return parse_schema(R"({"type":"struct","fields":[)" + std::string(fields) + "]}").value();
  }
};

TEST_F(DataFilesTest, EveryTypeComesBack) {
  const std::string sql =
      "SELECT 'text' AS s, 1::BIGINT AS l, 2::INTEGER AS i, 3::SMALLINT AS sh, 4::TINYINT AS b, 1.5::FLOAT AS f, "
      "2.5::DOUBLE AS d, "
      "12.34::DECIMAL(10,2) AS de, 1e37::DECIMAL(38,0) AS big, true AS bo, '\\x00\\xFF'::BLOB AS bi, DATE '2024-02-29' "
      "AS da, "
      "TIMESTAMPTZ '2024-01-01 00:00:00.123456+00' AS ts, TIMESTAMP '1969-12-31 23:59:59.999999' AS tn, [1, NULL] AS "
      "li, "
      "{'x': 1, 'y': {'z': 'q'}} AS st, MAP {'k': 1.5::DOUBLE} AS m, [{'a': 1}] AS ls "
      "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, 'nan', 'inf', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
      "NULL, NULL, NULL";
  create(sql);
  EXPECT_EQ(rows(), (Rows{"text|1|2|3|4|1.5|2.5|12.34|9999999999999999538762658202121142272|true|\\x00\\xFF|2024-02-29|"
                          "2024-01-01 00:00:00.123456+00|1969-12-31 23:59:59.999999|[1, NULL]|{'x': 1, 'y': {'z': "
                          "q}}|{k=1.5}|[{'a': 1}]",
                          "NULL|NULL|NULL|NULL|NULL|nan|inf|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL"}));
}

TEST_F(DataFilesTest, PartitionsOfEveryTypeComeBack) {
  const std::string sql =
      "SELECT * FROM (VALUES (1, 'a b/c%=x', DATE '2024-01-01', TIMESTAMPTZ '2024-01-01 01:02:03.5+00', TIMESTAMP "
      "'2024-01-01 01:02:03', true, "
      "1.5::DOUBLE, 0.1::FLOAT, 1.50::DECIMAL(5,2), 'bytes'::BLOB, 9::BIGINT, 1::SMALLINT, 1::TINYINT), "
      "(2, 'é😀:#?&+\"\\<>|*''~^`{}[];@!$,()', NULL, NULL, NULL, false, 'nan', 'inf', -0.05, '\\x01'::BLOB, -5, -5, "
      "-5), "
      "(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
      "(4, '__HIVE_DEFAULT_PARTITION__', NULL, NULL, NULL, NULL, 1e300, '-inf', NULL, NULL, NULL, NULL, NULL)) "
      "v(x, s, d, ts, tn, b, f, fl, de, bi, l, sh, ti)";
  create(sql, {"s", "d", "ts", "tn", "b", "f", "fl", "de", "bi", "l", "sh", "ti"});
  const auto plain = connection().query_rows("SELECT * FROM (" + sql + ") ORDER BY ALL").value();
  const auto read = rows();
  ASSERT_EQ(read.size(), plain.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    std::string line;
    for (const auto& value : plain[i]) {
      line += (line.empty() ? "" : "|") + value.value_or("NULL");
    }
    EXPECT_EQ(read[i], line);
  }
}

TEST_F(DataFilesTest, PartitionValuesStandInTheLogAsDeltaWantsThem) {
  create("SELECT 1 AS id, TIMESTAMPTZ '2024-01-01 09:00:00+09' AS ts, 'a b' AS s, true AS b", {"ts", "s", "b"});
  const AddFile file = load()->files().add_file(0);
  EXPECT_EQ(file.partition_values,
            (PartitionValues{{"ts", "2024-01-01T00:00:00.000000Z"}, {"s", "a b"}, {"b", "true"}}));
  EXPECT_TRUE(file.path.starts_with("ts=2024-01-01%252000%253A00%253A00%252B00/s=a%2520b/b=true/part-")) << file.path;
}

TEST_F(DataFilesTest, ColumnsMayBeCalledLikeThoseOfDuckDb) {
  create("SELECT 1 AS filename, 2 AS file_index, 3 AS File_Row_Number, 'a' AS p UNION ALL SELECT 4, 5, 6, 'b'", {"p"});
  EXPECT_EQ(rows(), (Rows{"1|2|3|a", "4|5|6|b"}));
}

TEST_F(DataFilesTest, RowsKnowTheirPositions) {
  create("SELECT i::INTEGER AS id FROM range(3) r(i)");
  append("SELECT 7 AS id");
  const auto scan = Scan::plan(load()).value();
  const auto sql = scan_sql(store(), scan, {.with_row_positions = true}).value();
  const auto found =
      connection().query_rows("SELECT id, \"weir row\", \"weir file\" FROM (" + sql + ") ORDER BY id").value();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[2][1], "2");
  EXPECT_EQ(found[3][1], "0");
  EXPECT_EQ(found[3][2], "1");
  EXPECT_EQ(scan_sql_order(scan), (std::vector<std::uint32_t>{0, 1}));
}

TEST_F(DataFilesTest, EmptyTextsAreNullAsPartitionValues) {
  create("SELECT 1 AS id, '' AS p UNION ALL SELECT 2, NULL", {"p"});
  EXPECT_EQ(rows(), (Rows{"1|NULL", "2|NULL"}));
  EXPECT_EQ(load()->files().size(), 1U);
}

TEST_F(DataFilesTest, ManyPartitionsGiveOneFileEach) {
  create("SELECT i, i % 80 AS p FROM range(30000) r(i)", {"p"});
  EXPECT_EQ(load()->files().size(), 80U);
  EXPECT_EQ(rows(std::nullopt, "count(*), count(DISTINCT p), sum(i)"), Rows{"30000|80|449985000"});
}

TEST_F(DataFilesTest, LargeResultsAreSplit) {
  const auto files = write("SELECT i, hash(i) AS h FROM range(1000000) r(i)",
                           schema_of(R"x({"name":"i","type":"long"},{"name":"h","type":"decimal(20,0)"})x"),
                           {.file_bytes_target = 2U << 20U});
  EXPECT_GT(files.size(), 1U);
  std::set<std::string> paths;
  for (const AddFile& file : files) {
    paths.insert(file.path);
  }
  EXPECT_EQ(paths.size(), files.size());
}

TEST_F(DataFilesTest, FilesAreNamedAfterTheirCompression) {
  EXPECT_TRUE(write("SELECT 1 AS a", schema_of(R"({"name":"a","type":"long"})"))[0].path.ends_with(".zstd.parquet"));
  EXPECT_TRUE(write("SELECT 1 AS a", schema_of(R"({"name":"a","type":"long"})"),
                    {.properties = {{"delta.parquet.compression.codec", "SNAPPY"}}})[0]
                  .path.ends_with(".snappy.parquet"));
}

TEST_F(DataFilesTest, SortsRows) {
  const auto files =
      write("SELECT i FROM range(1000) r(i)", schema_of(R"({"name":"i","type":"long"})"), {.sort_by = {"i DESC"}});
  const auto path = *store().local_path("raw/orders/" + files[0].path);
  EXPECT_EQ(connection().query_integer("SELECT i FROM read_parquet(" + sql_string(path.string()) + ") LIMIT 1").value(),
            999);
}

TEST_F(DataFilesTest, TypesThatFitAreCast) {
  const Schema schema = schema_of(
      R"x({"name":"id","type":"long"},{"name":"price","type":"decimal(12,4)"},{"name":"at","type":"timestamp_ntz"},)x"
      R"({"name":"x","type":"double"},{"name":"s","type":{"type":"struct","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}})");
  const auto plan = plan_write(
      connection(),
      "SELECT 1::TINYINT AS ID, 1.5::DECIMAL(4,2) AS price, DATE '2024-01-01' AS at, 1.5::FLOAT AS x, {'A': 1} AS s",
      schema);
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_FALSE(plan->schema_changed);
  EXPECT_EQ(connection().describe(plan->select_sql).value()[1].type.sql(), "DECIMAL(12,4)");
}

TEST_F(DataFilesTest, WhatDoesNotFitIsRefusedWithTheWayOut) {
  const Schema schema = schema_of(R"({"name":"id","type":"integer"},{"name":"country","type":"string"})");
  EXPECT_NE(refused("SELECT 1::BIGINT AS id, 'x' AS country", schema)
                .find("id: the table has type integer, but the query gives BIGINT"),
            std::string::npos);
  EXPECT_NE(refused("SELECT 1::BIGINT AS id, 'x' AS country", schema).find("CAST(\"id\" AS INTEGER)"),
            std::string::npos);
  EXPECT_NE(refused("SELECT 1 AS id, 'x' AS contry", schema).find("did you mean \"country\""), std::string::npos);
  EXPECT_NE(refused("SELECT 1 AS id, 2 AS ID", schema), "written");
  EXPECT_NE(refused("SELEC 1", schema), "written");
}

TEST_F(DataFilesTest, MissingColumnsAreNull) {
  EXPECT_EQ(
      refused("SELECT 1 AS id", schema_of(R"({"name":"id","type":"integer"},{"name":"country","type":"string"})")),
      "written");
}

TEST_F(DataFilesTest, NotNullIsEnforcedAlsoInsideStructs) {
  const Schema schema =
      schema_of(R"({"name":"id","type":"integer","nullable":false},)"
                R"({"name":"s","type":{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false}]}},)"
                R"({"name":"l","type":{"type":"array","elementType":"integer","containsNull":false}})");
  EXPECT_EQ(refused("SELECT 1 AS id, NULL::STRUCT(a INTEGER) AS s, [1] AS l", schema), "written");
  const std::size_t before = stored_files();
  EXPECT_NE(refused("SELECT CASE WHEN i < 5 THEN i END::INTEGER AS id FROM range(10) r(i)", schema)
                .find("id: the column is NOT NULL"),
            std::string::npos);
  EXPECT_NE(refused("SELECT 1 AS id, {'a': NULL::INTEGER} AS s", schema).find("s: the column is NOT NULL"),
            std::string::npos);
  EXPECT_NE(refused("SELECT 1 AS id, [1, NULL] AS l", schema).find("l: the column is NOT NULL"), std::string::npos);
  EXPECT_NE(refused("SELECT NULL::STRUCT(a INTEGER) AS s", schema).find("id: the column is NOT NULL"),
            std::string::npos);
  EXPECT_EQ(stored_files(), before);
}

TEST_F(DataFilesTest, FailuresLeaveNothing) {
  const Schema schema = schema_of(R"({"name":"i","type":"long"},{"name":"p","type":"long"})");
  const auto plan =
      plan_write(
          connection(),
          "SELECT CASE WHEN i = 900000 THEN error('boom') ELSE i END::BIGINT AS i, i % 7 AS p FROM range(1000000) r(i)",
          schema)
          .value();
  EXPECT_FALSE(write_data_files(connection(), store(), location_, plan, {.row_group_rows = 2048}));
  EXPECT_FALSE(write_data_files(connection(), store(), location_, plan,
                                {.partition_columns = {"p"}, .row_group_rows = 2048, .partitions_expected = 7}));
  EXPECT_EQ(stored_files(), 0U);
}

TEST_F(DataFilesTest, DiscardTakesFilesBack) {
  const auto files =
      write("SELECT i, i % 3 AS p FROM range(9) r(i)",
            schema_of(R"({"name":"i","type":"long"},{"name":"p","type":"long"})"), {.partition_columns = {"p"}});
  EXPECT_EQ(stored_files(), 3U);
  discard_data_files(store(), location_, files);
  EXPECT_EQ(stored_files(), 0U);
}
}  // namespace
}  // namespace weir::delta
