#include "lake/session.h"

#include "lake/test_lake.h"

namespace weir::lake {
namespace {
using SessionTest = TestLake;

TEST_F(SessionTest, AStatementSeesOneVersion) {
  write("raw.t", "select 1 as id");
  auto session = lake_->session().value();
  ASSERT_TRUE(session->bind("from raw.t"));
  write("raw.t", "select 2 as id", {.mode = WriteMode::kAppend});
  EXPECT_EQ(session->connection().query_value("select count(*) from raw.t").value(), "1");
  ASSERT_TRUE(session->release());
  ASSERT_TRUE(session->bind("from raw.t"));
  EXPECT_EQ(session->connection().query_value("select count(*) from raw.t").value(), "2");
}

TEST_F(SessionTest, NamesWithoutSchemaAreLookedFor) {
  write("raw.t", "select 'raw' as s");
  EXPECT_EQ(rows("from t"), "raw");
  write("analytics.t", "select 'analytics' as s");
  EXPECT_EQ(rows("from t"), "analytics");
  EXPECT_EQ(rows("with t as (select 'cte' as s) from t"), "cte");
}

TEST_F(SessionTest, NamesInAnyCaseAndWithOddLetters) {
  write("raw.Orders", "select 1 as id");
  write("raw.주문 표", "select 2 as id");
  EXPECT_EQ(rows("from RAW.orders"), "1");
  EXPECT_EQ(rows("from raw.\"주문 표\""), "2");
}

TEST_F(SessionTest, ViewsReadThroughOtherViews) {
  write("raw.t", "select i as id from range(10) r(i)");
  ASSERT_TRUE(lake_->write_view(name("staging.a"), "select id * 2 as id from raw.t", {}));
  ASSERT_TRUE(lake_->write_view(name("staging.b"), "select sum(id) as total from staging.a", {}));
  EXPECT_EQ(rows("from staging.b"), "90");
  auto session = lake_->session().value();
  ASSERT_TRUE(session->bind("from staging.b"));
  EXPECT_EQ(session->inputs().size(), 3U);
  EXPECT_EQ(session->inputs().at("raw.t"), lake_->current_version(name("raw.t")).value());
}

TEST_F(SessionTest, StatementsAroundAQueryReadOnlyTheFilesThatItNeeds) {
  write("raw.t", "select 1 as id");
  const auto first_files = *find_files(lake_->options().root, "raw/t/*.parquet");
  ASSERT_EQ(first_files.size(), 1U);
  write("raw.t", "select 2 as id", {.mode = WriteMode::kAppend});
  std::filesystem::remove(first_files[0]);
  const auto session = lake_->session().value();
  const std::string copy = sql_string((lake_->options().root / "out.csv").string());
  for (const std::string& sql : {std::string("select id from raw.t where id = 2"), std::string("create or replace temp table a as select id from raw.t where id = 2"),
                                 "copy (select max(id) as m from raw.t where id in (2, 3)) to " + copy, std::string("explain analyze select id from raw.t where id > 1"),
                                 std::string("create temp table b as with x as (select id from raw.t where id = 2) select count(*) as n from x")}) {
    const auto result = session->query(sql);
    EXPECT_TRUE(result) << sql << ": " << result.error().text();
  }
  // What comes behind such a statement is not forgotten.
  EXPECT_FALSE(session->query("create temp table c as select id from raw.t where id = 2; select count(id) from raw.t"));
  EXPECT_FALSE(session->query("create temp table d as select id from raw.t"));
}

TEST_F(SessionTest, ExtensionsAreThereForAllSessionsAndRunOnce) {
  int calls_count = 0;
  LakeOptions options = lake_->options();
  options.extensions.emplace_back([&](duck::Connection& connection) -> Status {
    ++calls_count;
    WEIR_TRY(connection.execute("CREATE MACRO memory.main.twice(x) AS x * 2"));
    return {};
  });
  const auto lake = Lake::open(options);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(lake->session().value()->query("select memory.twice(2)"));
  }
  EXPECT_EQ(calls_count, 1);
}

TEST_F(SessionTest, AViewThatReadsItselfIsRefused) {
  ASSERT_TRUE(lake_->write_view(name("staging.a"), "from staging.b", {}));
  ASSERT_TRUE(lake_->write_view(name("staging.b"), "from staging.a", {}));
  auto session = lake_->session().value();
  const auto result = session->query("from staging.a");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().text().contains("reads itself")) << result.error().text();
}

TEST_F(SessionTest, TimeTravelByVersionAndTime) {
  write("raw.t", "select 1 as id");
  write("raw.t", "select 2 as id");
  EXPECT_EQ(rows("select a.id, b.id from raw.t version as of 0 a, raw.t b"), "1|2");
  EXPECT_EQ(rows("from raw.t at (version => 1)"), "2");
  EXPECT_TRUE(rows("from raw.t version as of 9").starts_with("error: raw.t:"));
}

TEST_F(SessionTest, AnUnknownTableIsSuggested) {
  write("raw.orders", "select 1 as id");
  auto session = lake_->session().value();
  const auto result = session->query("select *\nfrom raw.order");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text(), ":2:6: there is no table raw.order; did you mean \"raw.orders\"?");
}

TEST_F(SessionTest, TablesAreReadOnly) {
  write("raw.t", "select 1 as id");
  auto session = lake_->session().value();
  EXPECT_FALSE(session->query("insert into raw.t values (2)"));
  EXPECT_FALSE(session->query("delete from raw.t"));
  EXPECT_EQ(rows("from raw.t"), "1");
}

TEST_F(SessionTest, FilesThatCannotMatchAreLeftOut) {
  write("raw.t", "select 1 as id, 'a' as s");
  write("raw.t", "select 100 as id, 'b' as s", {.mode = WriteMode::kAppend});
  EXPECT_EQ(rows("select s from raw.t where id > 50"), "b");
  EXPECT_EQ(rows("select t.s from raw.t t where t.id between 0 and 5"), "a");
  EXPECT_EQ(rows("select count(*) from raw.t"), "2");
  // A later statement of the same session needs the other file.
  auto session = lake_->session().value();
  ASSERT_TRUE(session->query("select s from raw.t where id > 50"));
  auto all = session->query("select count(*) from raw.t");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->next().value()->column(0).integer(0), 2);
}

TEST_F(SessionTest, ConditionsOfAnOuterJoinDropNoRows) {
  write("raw.t", "select 1 as id, 10 as x");
  write("raw.t", "select 2 as id, 99 as x", {.mode = WriteMode::kAppend});
  EXPECT_EQ(rows("select k, t.id from range(1, 3) r(k) left join raw.t t on t.id = k where t.x is null"), "");
  EXPECT_EQ(rows("select k, t.id from range(1, 3) r(k) left join raw.t t on t.id = k where t.x > 50"), "2|2");
}
}  // namespace
}  // namespace weir::lake
