#include "lake/sql_names.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace weir::lake {
namespace {
std::string names(std::string_view sql) {
  std::vector<std::string> out;
  for (const SqlName& name : sql_names(sql)) {
    std::string text = name.schema.empty() ? name.name : name.schema + "." + name.name;
    text += name.version ? "@" + std::to_string(*name.version) : "";
    text += name.time.empty() ? "" : "@" + name.time;
    out.push_back(text + (name.path ? " (path)" : ""));
  }
  return join(out, " ");
}

TEST(SqlNamesTest, FindsTablesInAnyKindOfStatement) {
  EXPECT_EQ(names("select * from raw.orders o join \"staging\".\"x y\" on true"), "raw.orders staging.x y");
  EXPECT_EQ(names("explain analyze from raw.orders"), "raw.orders");
  EXPECT_EQ(names("summarize raw.orders"), "raw.orders");
  EXPECT_EQ(names("with a as (select 1 from raw.b) select * from a, raw.c"), "raw.b a raw.c");
}

TEST(SqlNamesTest, SingleNamesOnlyWhereTablesStand) {
  EXPECT_EQ(names("select status, count(*) from orders where status = 1"), "orders");
  EXPECT_EQ(names("select * from range(5)"), "");
}

TEST(SqlNamesTest, TextsAndCommentsHoldNoNames) { EXPECT_EQ(names("select 'from raw.a' /* raw.b */ -- raw.c\n"), ""); }

TEST(SqlNamesTest, ReadsAllFormsOfTimeTravel) {
  EXPECT_EQ(names("from raw.a version as of 5"), "raw.a@5");
  EXPECT_EQ(names("from raw.a FOR VERSION AS OF '6' as x"), "raw.a@6");
  EXPECT_EQ(names("from raw.a timestamp as of '2024-01-01'"), "raw.a@2024-01-01");
  EXPECT_EQ(names("from raw.a at (version => 7) join raw.a at (timestamp => '2024-01-02')"), "raw.a@7 raw.a@2024-01-02");
  EXPECT_EQ(names("from raw.a@v8"), "raw.a@8");
}

TEST(SqlNamesTest, AnAliasCalledVersionIsNoTimeTravel) { EXPECT_EQ(names("select * from raw.a version join raw.b on true"), "raw.a raw.b"); }

TEST(SqlNamesTest, KnowsThePlaceInTheText) {
  const std::string sql = "select * from raw.a version as of 5 where x";
  const SqlName name = sql_names(sql).at(0);
  EXPECT_EQ(sql.substr(name.offset, name.length), "raw.a version as of 5");
}

TEST(SqlNamesTest, PathsOfTables) { EXPECT_EQ(names("from delta.`/data/x`"), "delta./data/x (path)"); }
}  // namespace
}  // namespace weir::lake
