#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TestProject;

/// Errors that DuckDB finds, told with the place in the model's file.
class SqlErrorTest : public ::testing::Test {
 protected:
  std::string error_of(std::string_view sql) {
    project_.model("m", "{{ config(materialized='table') }}\n" + std::string(sql));
    return project_.run_error("model.shop.m");
  }
  TestProject project_;
};

TEST_F(SqlErrorTest, ALineWithoutTagsHasItsPlace) {
  EXPECT_THAT(error_of("select id,\n  nmae\nfrom (select 1 as id, 'a' as name)"), StartsWith("models/m.sql:3:3: "));
}

TEST_F(SqlErrorTest, AlsoBehindALoop) {
  EXPECT_THAT(
      error_of("select\n{% for i in range(5) %}\n  {{ i }} as c{{ i }},\n{% endfor %}\n  nope\nfrom (select 1 as id)"),
      StartsWith("models/m.sql:6:3: "));
}

TEST_F(SqlErrorTest, ALineOfALoop) {
  EXPECT_THAT(error_of("select\n{% for i in range(3) %}\n  nope,\n{% endfor %}\n  1 as id"),
              StartsWith("models/m.sql:4:3: "));
}

TEST_F(SqlErrorTest, ALineWithATag) {
  EXPECT_THAT(error_of("select id,\n  nope + {{ 1 + 1 }} as x\nfrom (select 1 as id)"),
              StartsWith("models/m.sql:3:3: "));
}

TEST_F(SqlErrorTest, ElseThePlaceInTheCompiledFile) {
  const std::string error = error_of(
      "select\n{% for i in range(3) %}\n  {{ 'nope' if i == 2 else i }} as c{{ i }},\n{% endfor %}\n  1 as id");
  EXPECT_THAT(error, StartsWith("models/m.sql: "));
  EXPECT_THAT(error, HasSubstr("(target/compiled/shop/models/m.sql:"));
}

TEST_F(SqlErrorTest, ATableThatIsNotThere) {
  project_.raw_tables({"orders"});
  project_.fill("raw.orders_2024", "SELECT 1 AS id");
  EXPECT_EQ(error_of("select *\nfrom {{ source('raw', 'orders') }}"), "models/m.sql:3:6: there is no table raw.orders");
}

TEST_F(SqlErrorTest, ASyntaxError) {
  EXPECT_THAT(error_of("select 1 as id\nfrom where"), StartsWith("models/m.sql:3:"));
}

TEST_F(SqlErrorTest, AValueThatCannotBeCast) {
  EXPECT_THAT(error_of("select cast(x as integer) as id from (values ('1'), ('b')) as t(x)"),
              StartsWith("models/m.sql: "));
}

TEST_F(SqlErrorTest, AViewIsCheckedToo) {
  project_.model("m", "select nope from (select 1 as id)");
  EXPECT_THAT(project_.run_error("model.shop.m"), StartsWith("models/m.sql:1:8: "));
}

TEST_F(SqlErrorTest, ASnapshotsBlockHasThePlacesOfItsFile) {
  project_.file("snapshots/s.sql",
                "\n{% snapshot s %}\n{{ config(unique_key='id', strategy='check', check_cols='all') }}\nselect id,\n  "
                "nope\nfrom (select 1 as id)\n"
                "{% endsnapshot %}");
  EXPECT_THAT(project_.run_error("snapshot.shop.s"), StartsWith("snapshots/s.sql:5:3: "));
}

TEST_F(SqlErrorTest, ASemicolonAndACommentAtTheEndDoNoHarm) {
  EXPECT_EQ(error_of("select 1 as id; -- done"), "no error");
  EXPECT_EQ(error_of("select 1 as id -- done"), "no error");
}
}  // namespace
}  // namespace weir::transform
