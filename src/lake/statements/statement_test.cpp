#include "lake/statements/statement.h"

#include "lake/test_lake.h"

namespace weir::lake {
namespace {
class StatementTest : public TestLake {
 protected:
  Status run(const std::string& sql) {
    auto session = lake_->session().value();
    auto result = run_statement(*session, sql);
    return result ? Status() : std::unexpected(result.error());
  }
};

TEST_F(StatementTest, ErrorsPointIntoTheStatement) {
  write("raw.t", "select 1 as id");
  const auto place = [&](const std::string& sql) {
    const Status status = run(sql);
    EXPECT_FALSE(status) << sql;
    return status || !status.error().place ? std::string() : status.error().place->text();
  };
  EXPECT_EQ(place("delete from raw.t where idd = 1"), ":1:25");
  EXPECT_EQ(place("update raw.t\nset id = 1 +\n  idd"), ":3:3");
  EXPECT_EQ(place("update raw.t set id == 1"), ":1:22");
  EXPECT_EQ(place("merge into raw.t t using raw.t s on t.id = s.id"), ":1:48");
  EXPECT_EQ(place("insert into raw.t\nselect nothing"), ":2:8");
  EXPECT_EQ(place("alter table raw.t rename to x"), ":1:19");
}

TEST_F(StatementTest, AStatementThatBreaksOffDoesNoHarm) {
  const std::string statements[] = {
      "merge into raw.t as t using (select 1 as id, case when true then 'x' end as s) as s on t.id = s.id when matched and s.id > 0 then "
      "update set s = s.s when not matched then insert (id, s) values (s.id, s.s) when not matched by source then delete",
      "create or replace table raw.n (id int not null default 1, m map<string, array<int>>, constraint c check (id > 0)) partitioned by (id)",
      "insert into raw.t (id, s) replace where id = 1 select 1, 'x'",
      "alter table raw.t set tblproperties ('a.b' = 'c')",
  };
  for (const std::string& sql : statements) {
    for (std::size_t length = 1; length < sql.size(); length += 3) {
      write("raw.t", "select 1 as id, 'a' as s");
      const Status status = run(sql.substr(0, length));
      EXPECT_TRUE(status || !status.error().message.empty()) << sql.substr(0, length);
    }
    const Status whole = run(sql);
    EXPECT_TRUE(whole) << sql << ": " << whole.error().text();
  }
}

TEST_F(StatementTest, AStatementWithoutEffectMakesNoCommit) {
  write("raw.t", "select 1 as id");
  ASSERT_TRUE(run("delete from raw.t where id = 7"));
  ASSERT_TRUE(run("merge into raw.t t using (select 7 as id) s on t.id = s.id when matched then delete"));
  EXPECT_EQ(lake_->snapshot(name("raw.t")).value()->version(), 0);
}
}  // namespace
}  // namespace weir::lake
