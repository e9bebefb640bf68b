#include <gmock/gmock.h>

#include "transform/compiler.h"
#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using testing::TestProject;
using ::testing::UnorderedElementsAre;

TEST(CompileTest, RefsAndSourcesAreNamesInTheLake) {
  TestProject project;
  project.file("models/sources.yml",
               "sources: [{name: raw, schema: landing, tables: [{name: orders, identifier: Orders 2}]}]");
  project.model("a", "{{ config(schema='staging', alias='first') }} select * from {{ source('raw', 'orders') }}");
  project.model("b", "select * from {{ ref('a') }} join {{ ref('shop', 'a') }} using (id)");
  EXPECT_EQ(project.compiled("model.shop.a"), "select * from \"landing\".\"Orders 2\"");
  EXPECT_EQ(project.compiled("model.shop.b"),
            "select * from \"staging\".\"first\" join \"staging\".\"first\" using (id)");
}

TEST(CompileTest, TheGraphKnowsWhatIsRead) {
  TestProject project;
  project.raw_tables({"orders"});
  project.model("a", "select * from {{ source('raw', 'orders') }}");
  project.model(
      "b", "select * from {{ ref('a') }} {% if false %} {{ ref('c') }} {% endif %}\n-- {{ source('raw', 'orders') }}");
  EXPECT_THAT(project.node("model.shop.b")->info().inputs,
              UnorderedElementsAre("model.shop.a", "source.shop.raw.orders"));
  EXPECT_THAT(project.node("source.shop.raw.orders")->info().tables_read, ElementsAre("raw.orders"));
}

TEST(CompileTest, EphemeralModelsStandInFront) {
  TestProject project;
  project.model("a", "{{ config(materialized='ephemeral') }}select 1 as id");
  project.model("b", "{{ config(materialized='ephemeral') }}select id + 1 as id from {{ ref('a') }}");
  project.model("c", "select * from {{ ref('b') }}, {{ ref('a') }}");
  EXPECT_EQ(project.compiled("model.shop.c"),
            "with __dbt__cte__a as ( select 1 as id ), __dbt__cte__b as ( select id + 1 as id from __dbt__cte__a ) "
            "select * from __dbt__cte__b, __dbt__cte__a");
  EXPECT_FALSE(project.node("model.shop.a")->info().runs());
}

TEST(CompileTest, EphemeralModelsJoinTheCtesOfTheModel) {
  EXPECT_EQ(with_ctes("-- first\nwith x as (select 2) select 1", {{"__dbt__cte__a", "select 1"}}),
            "-- first\nwith __dbt__cte__a as (\nselect 1\n), x as (select 2) select 1");
  EXPECT_EQ(with_ctes("WITH RECURSIVE x as (select 2) select 1", {{"__dbt__cte__a", "select 1"}}),
            "WITH RECURSIVE __dbt__cte__a as (\nselect 1\n), x as (select 2) select 1");
}

TEST(CompileTest, AnEphemeralModelThatReadsItselfIsRefused) {
  TestProject project;
  project.model("a", "{{ config(materialized='ephemeral') }} select * from {{ ref('b') }}");
  project.model("b", "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}");
  EXPECT_EQ(project.compile_error("model.shop.a"), "models/a.sql: the ephemeral model \"a\" reads itself");
}

TEST(CompileTest, TheResultIsKeptBelowTarget) {
  TestProject project;
  project.model("staging/a", "select {{ 1 + 1 }} as id");
  const auto compiled = project.loaded().compile("model.shop.a").value();
  EXPECT_EQ(compiled.path, project.folder() / "target/compiled/shop/models/staging/a.sql");
  EXPECT_EQ(read_file(compiled.path).value(), "select 2 as id");
}

TEST(CompileTest, AnUnknownNodeIsSaid) {
  TestProject project;
  project.model("orders", "select 1 as id");
  EXPECT_EQ(project.compile_error("model.shop.order"),
            "there is no node \"model.shop.order\"; did you mean \"model.shop.orders\"?");
}

TEST(CompileTest, ThisIsTheModelsOwnTable) {
  TestProject project;
  project.model(
      "a",
      "{{ config(schema='staging') }} select '{{ this }}', '{{ this.schema }}.{{ this.identifier }} {{ this.name }}'");
  EXPECT_EQ(project.compiled("model.shop.a"), "select '\"staging\".\"a\"', 'staging.a a'");
}

TEST(CompileTest, TheContextIsDbts) {
  TestProject project;
  project.model("a",
                "select '{{ target.name }} {{ target.schema }} {{ target.type }} {{ execute }} {{ invocation_id }} {{ "
                "project_name }} "
                "{{ run_started_at.strftime('%Y-%m-%d') }} {{ model.name }} {{ model.config.materialized }} {{ "
                "is_incremental() }}'");
  EXPECT_EQ(project.compiled("model.shop.a"),
            "select 'lake analytics weir True an-invocation shop 2024-06-01 a view False'");
}

TEST(CompileTest, DatesCanBeReckonedWith) {
  TestProject project;
  project.model("a",
                "select '{{ (run_started_at - modules.datetime.timedelta(days=1, hours=13)).isoformat() }}', "
                "'{{ modules.datetime.date(2024, 2, 28) + modules.datetime.timedelta(days=2) }}', "
                "{{ (modules.datetime.date(2024, 3, 1) - modules.datetime.date(2024, 2, 1)).days }}");
  EXPECT_EQ(project.compiled("model.shop.a"), "select '2024-05-30T23:00:00', '2024-03-01', 29");
}
}  // namespace
}  // namespace weir::transform
