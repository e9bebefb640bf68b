#include "lake/writer.h"

#include "lake/test_lake.h"

namespace weir::lake {
namespace {
using WriterTest = TestLake;

TEST_F(WriterTest, CreatesAppendsAndOverwrites) {
  EXPECT_EQ(write("raw.t", "select 1 as id, 'a' as s").version, 0);
  EXPECT_EQ(write("raw.t", "select 2 as id, 'b' as s", {.mode = WriteMode::kAppend}).version, 1);
  EXPECT_EQ(rows("select * from raw.t order by id"), "1|a;2|b");
  write("raw.t", "select 3 as id, 'c' as s");
  EXPECT_EQ(rows("select * from raw.t"), "3|c");
  EXPECT_EQ(rows("select * from raw.t version as of 1 order by id"), "1|a;2|b");
}

TEST_F(WriterTest, OverwriteMayChangeTheSchema) {
  write("raw.t", "select 1 as id");
  write("raw.t", "select 'x' as name, date '2024-01-01' as day");
  EXPECT_EQ(rows("from raw.t"), "x|2024-01-01");
  EXPECT_EQ(rows("from raw.t@v0"), "1");
}

TEST_F(WriterTest, AppendRefusesAnUnknownColumn) {
  write("raw.t", "select 1 as id");
  const auto result = try_write("raw.t", "select 1 as id, 2 as extra", {.mode = WriteMode::kAppend});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().text().contains("extra")) << result.error().text();
}

TEST_F(WriterTest, MergeSchemaAddsColumns) {
  write("raw.t", "select 1 as id");
  write("raw.t", "select 2 as id, 'x' as extra", {.mode = WriteMode::kAppend, .schema_mode = delta::SchemaMode::kMerge});
  EXPECT_EQ(rows("select id, extra from raw.t order by id"), "1|NULL;2|x");
}

TEST_F(WriterTest, MergeReplacesByKeyAndAddsTheRest) {
  write("raw.t", "select i as id, 'old' as s from range(5) r(i)");
  write("raw.t", "select i as id, 'new' as s from range(3, 7) r(i)", {.mode = WriteMode::kMerge, .keys = {"id"}});
  EXPECT_EQ(rows("select s, count(*), min(id) from raw.t group by s order by s"), "new|4|3;old|3|0");
}

TEST_F(WriterTest, MergeLeavesFilesWithoutSuchKeysAlone) {
  write("raw.t", "select 1 as id, 'a' as s");
  write("raw.t", "select 2 as id, 'b' as s", {.mode = WriteMode::kAppend});
  const std::string before = std::string(lake_->snapshot(name("raw.t")).value()->files().path(0));
  write("raw.t", "select 2 as id, 'c' as s", {.mode = WriteMode::kMerge, .keys = {"id"}});
  const auto after = lake_->snapshot(name("raw.t")).value();
  EXPECT_EQ(after->files().size(), 2U);
  bool kept = false;
  for (std::size_t i = 0; i < after->files().size(); ++i) {
    kept = kept || after->files().path(i) == before;
  }
  EXPECT_TRUE(kept);
}

TEST_F(WriterTest, MergeKeysMayBeSeveralColumns) {
  write("raw.t", "select 1 as a, 'x' as b, 1 as v union all select 1, 'y', 2");
  write("raw.t", "select 1 as a, 'y' as b, 9 as v", {.mode = WriteMode::kMerge, .keys = {"a", "b"}});
  EXPECT_EQ(rows("select * from raw.t order by b"), "1|x|1;1|y|9");
}

TEST_F(WriterTest, DoubledMergeKeysAreNamed) {
  write("raw.t", "select 1 as id");
  const auto result = try_write("raw.t", "select 7 as id union all select 7", {.mode = WriteMode::kMerge, .keys = {"id"}});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().text().contains("id = 7")) << result.error().text();
}

TEST_F(WriterTest, NullMergeKeysAreRefused) {
  const auto result = try_write("raw.t", "select null::int as id, 1 as v", {.mode = WriteMode::kMerge, .keys = {"id"}});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().text().contains("no value in the key")) << result.error().text();
}

TEST_F(WriterTest, ReplaceWhereExchangesRows) {
  write("raw.t", "select 'a' as f, 1 as v union all select 'a', 2 union all select 'b', 3 union all select null, 4");
  write("raw.t", "select 'a' as f, 10 as v",
        {.mode = WriteMode::kReplaceWhere, .replace_where = "f = 'a'", .replace_conditions = {{{"f"}, delta::Comparison::kEqual, {"a"}}}});
  EXPECT_EQ(rows("select * from raw.t order by v"), "b|3;NULL|4;a|10");
}

TEST_F(WriterTest, ATransactionHappensOnce) {
  const WriteRequest once{.mode = WriteMode::kAppend, .transactions = {{"load/a.csv", 5}}};
  EXPECT_FALSE(write("raw.t", "select 1 as id", once).already_done);
  EXPECT_TRUE(write("raw.t", "select 1 as id", once).already_done);
  EXPECT_EQ(rows("select count(*) from raw.t"), "1");
}

TEST_F(WriterTest, SeveralTransactionsAreAllRecorded) {
  write("raw.t", "select 1 as id", {.mode = WriteMode::kAppend, .transactions = {{"a", 1}, {"b", 2}}});
  const auto snapshot = lake_->snapshot(name("raw.t")).value();
  EXPECT_EQ(snapshot->transaction_version("a"), 1);
  EXPECT_EQ(snapshot->transaction_version("b"), 2);
  EXPECT_TRUE(write("raw.t", "select 2 as id", {.mode = WriteMode::kAppend, .transactions = {{"c", 1}, {"b", 2}}}).already_done);
}

TEST_F(WriterTest, AnEmptyAppendMakesNoCommit) {
  write("raw.t", "select 1 as id");
  EXPECT_TRUE(write("raw.t", "select 1 as id where false", {.mode = WriteMode::kAppend}).unchanged);
  EXPECT_TRUE(lake_->current_version(name("raw.t")).value().starts_with("0:"));
}

TEST_F(WriterTest, AnEmptyTableKeepsItsSchema) {
  write("raw.t", "select 1 as id, 'x' as s where false");
  EXPECT_EQ(rows("select count(*), count(s) from raw.t"), "0|0");
}

TEST_F(WriterTest, PartitionsComeBackWithOddValues) {
  write("raw.t", "select * from (values (1, 'a b/ü'), (2, ''), (3, null), (4, 'x=y%')) t(id, p)", {.partition_by = {"p"}});
  EXPECT_EQ(rows("select id, p from raw.t where p = 'a b/ü'"), "1|a b/ü");
  EXPECT_EQ(rows("select id from raw.t where p = 'x=y%'"), "4");
  EXPECT_EQ(rows("select count(*) from raw.t"), "4");
}

TEST_F(WriterTest, ATableThatIsMadeAnewIsNotTheOldOne) {
  write("raw.a", "select 1 as id");
  write("staging.b", "select * from raw.a", {.record = {.node = "model.x.b", .code_hash = "h1"}});
  const auto last = lake_->last_build(name("staging.b")).value();
  ASSERT_TRUE(lake_->drop(name("raw.a")));
  EXPECT_EQ(lake_->changed_input(last->record.inputs).value(), "raw.a is gone");
  write("raw.a", "select 2 as id");
  EXPECT_EQ(lake_->changed_input(last->record.inputs).value(), "raw.a was made anew");
}

TEST_F(WriterTest, TheBuildRecordComesBack) {
  write("raw.a", "select 1 as id");
  write("staging.b", "select * from raw.a", {.record = {.node = "model.x.b", .code_hash = "h1", .extra = {{"files", "d"}}}});
  const auto last = lake_->last_build(name("staging.b")).value();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->record.node, "model.x.b");
  EXPECT_EQ(last->record.code_hash, "h1");
  EXPECT_EQ(last->record.inputs, (InputVersions{{"raw.a", lake_->current_version(name("raw.a")).value()}}));
  EXPECT_EQ(last->record.extra.at("files"), "d");
  EXPECT_FALSE(lake_->changed_input(last->record.inputs).value());
  write("raw.a", "select 2 as id", {.mode = WriteMode::kAppend});
  EXPECT_EQ(lake_->changed_input(last->record.inputs).value(), "raw.a moved from version 0 to 1");
}

TEST_F(WriterTest, AFailingQueryLeavesNothingBehind) {
  write("raw.t", "select 1 as id");
  EXPECT_FALSE(try_write("raw.t", "select (case when i = 900000 then 'x' else '1' end)::int as id from range(1000000) r(i)", {.mode = WriteMode::kAppend}));
  EXPECT_EQ(rows("select count(*) from raw.t"), "1");
  EXPECT_EQ(find_files(folder_->path(), "lake/raw/t/*.parquet")->size(), 1U);
}

TEST_F(WriterTest, ATableReplacesAViewOfItsName) {
  ASSERT_TRUE(lake_->write_view(name("raw.t"), "select 1 as id", {}));
  EXPECT_EQ(rows("from raw.t"), "1");
  write("raw.t", "select 2 as id");
  EXPECT_EQ(rows("from raw.t"), "2");
  ASSERT_TRUE(lake_->write_view(name("raw.t"), "select 3 as id", {}));
  EXPECT_EQ(rows("from raw.t"), "3");
}
}  // namespace
}  // namespace weir::lake
