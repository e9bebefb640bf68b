#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestProject;

class MacroTest : public ::testing::Test {
 protected:
  void macros(std::string_view text) { project_.file("macros/macros.sql", text); }
  std::string compiled(std::string_view sql) {
    project_.model("m", sql);
    return project_.compiled("model.shop.m");
  }
  TestProject project_;
};

TEST_F(MacroTest, AMacroIsKnownInModels) {
  macros("{% macro dollars(column, digits=2) %}round({{ column }} / 100, {{ digits }}){% endmacro %}");
  EXPECT_EQ(compiled("select {{ dollars('amount') }}, {{ shop.dollars('tax', digits=0) }}"),
            "select round(amount / 100, 2), round(tax / 100, 0)");
}

TEST_F(MacroTest, MacrosCallEachOtherAndTheContext) {
  macros(
      "{% macro outer() %}{{ inner(var('x', 1)) }} from {{ this }}{% endmacro %}{% macro inner(n) %}{{ n + 1 }}{% "
      "endmacro %}");
  EXPECT_EQ(compiled("select {{ outer() }}"), "select 2 from \"analytics\".\"m\"");
}

TEST_F(MacroTest, AMacroCanReturnAValue) {
  macros("{% macro methods() %}{{ return(['card', 'cash']) }}{% endmacro %}");
  EXPECT_EQ(compiled("select {% for m in methods() %}'{{ m }}'{{ ', ' if not loop.last }}{% endfor %}"),
            "select 'card', 'cash'");
}

TEST_F(MacroTest, RefsInMacrosCount) {
  macros("{% macro all_of(name) %}select * from {{ ref(name) }}{% endmacro %}");
  project_.model("a", "select 1 as id");
  EXPECT_EQ(compiled("{{ all_of('a') }}"), "select * from \"analytics\".\"a\"");
  EXPECT_THAT(project_.node("model.shop.m")->info().inputs, ElementsAre("model.shop.a"));
}

TEST_F(MacroTest, DispatchTakesTheNearestToTheDatabase) {
  macros(
      "{% macro f() %}{{ adapter.dispatch('f')() }}{% endmacro %}"
      "{% macro default__f() %}default{% endmacro %}{% macro duckdb__f() %}duck{% endmacro %}{% macro postgres__f() "
      "%}pg{% endmacro %}");
  EXPECT_EQ(compiled("select '{{ f() }}'"), "select 'duck'");
}

TEST_F(MacroTest, DispatchSaysWhatItLookedFor) {
  macros("{% macro f() %}{{ adapter.dispatch('f')() }}{% endmacro %}");
  project_.model("m", "select '{{ f() }}'");
  EXPECT_THAT(project_.load_error(), HasSubstr("there is no macro \"f\" for this database; looked for shop.weir__f"));
}

TEST_F(MacroTest, DbtsOwnMacrosAreThere) {
  EXPECT_EQ(compiled("select {{ dbt.date_trunc('month', 'd') }}, {{ dateadd('day', 1, 'd') }}, {{ dbt.safe_cast('x', "
                     "api.Column('a', 'int').dtype) }}"),
            "select date_trunc('month', d), date_add(d, interval (1) day), try_cast(x as int)");
}

TEST_F(MacroTest, ASpineOfDatesRuns) {
  project_.model("m",
                 "{{ config(materialized='table') }} {{ dbt.date_spine('day', \"'2024-01-30'\", \"'2024-02-02'\") }}");
  project_.run({"model.shop.m"});
  EXPECT_THAT(project_.rows("SELECT CAST(date_day AS DATE) FROM analytics.m ORDER BY 1"),
              ElementsAre("2024-01-30", "2024-01-31", "2024-02-01"));
}

TEST_F(MacroTest, TheProjectsMacrosComeFirst) {
  macros("{% macro ref(name) %}{{ builtins.ref(name) }} /* mine */{% endmacro %}");
  project_.model("a", "select 1 as id");
  EXPECT_EQ(compiled("select * from {{ ref('a') }}"), "select * from \"analytics\".\"a\" /* mine */");
}

TEST_F(MacroTest, SchemasCanBeGenerated) {
  macros(
      "{% macro generate_schema_name(custom_schema_name, node) %}{{ target.schema }}{{ '_' ~ custom_schema_name if "
      "custom_schema_name }}"
      "{% endmacro %}\n{% macro generate_alias_name(custom_alias_name=none, node=none) %}t_{{ node.name }}{% endmacro "
      "%}");
  project_.model("a", "{{ config(schema='staging') }} select 1 as id");
  EXPECT_EQ(compiled("select * from {{ ref('a') }}"), "select * from \"analytics_staging\".\"t_a\"");
  EXPECT_THAT(project_.node("model.shop.m")->info().tables_written, ElementsAre("analytics.t_m"));
}

TEST_F(MacroTest, AMacroThatChangesMakesItsModelsStale) {
  macros("{% macro n() %}1{% endmacro %}");
  project_.model(
      "m",
      "{{ config(materialized='incremental') }} select {% if is_incremental() %}{{ n() }}{% else %}0{% endif %} as id");
  project_.run({"model.shop.m"});
  EXPECT_EQ(project_.staleness("model.shop.m"), "fresh");
  macros("{% macro n() %}2{% endmacro %}");
  EXPECT_EQ(project_.staleness("model.shop.m"), "code changed");
}

TEST_F(MacroTest, TwoMacrosOfOneNameAreRefused) {
  macros("{% macro f() %}1{% endmacro %}");
  project_.file("macros/other.sql", "{% macro f() %}2{% endmacro %}");
  EXPECT_EQ(project_.load_error(),
            "macros/other.sql:1:1: there is another macro \"f\" in macros/macros.sql:1:1; rename or remove one");
}

TEST_F(MacroTest, QueriesRunWhileCompiling) {
  project_.raw_tables({"methods"});
  project_.fill("raw.methods", "SELECT * FROM (VALUES ('card', 2), ('cash', 1)) AS t(name, rank)");
  macros(
      "{% macro methods() %}{% call statement('methods', fetch_result=true) %}select name from {{ source('raw', "
      "'methods') }} order by rank"
      "{% endcall %}{{ return(load_result('methods')['data']) }}{% endmacro %}");
  EXPECT_EQ(compiled("{% set rows = run_query('select * from ' ~ source('raw', 'methods') ~ ' order by rank') %}select "
                     "{% for row in rows %}'{{ row.name }}{{ row[1] }}', {% endfor %}'{{ rows.columns['NAME'].values() "
                     "| join('+') }}', "
                     "'{{ methods()[0][0] }}'"),
            "select 'cash1', 'card2', 'cash+card', 'cash'");
}

TEST_F(MacroTest, AQueryThatFailsHasTheTemplatesPlace) {
  project_.model("m", "select 1\n{{ run_query('select * from nowhere') }}");
  EXPECT_THAT(project_.compile_error("model.shop.m"),
              HasSubstr("models/m.sql:2:4: a query of the template failed: there is no table nowhere"));
}

TEST_F(MacroTest, ColumnsOfATableAreKnown) {
  project_.raw_tables({"orders"});
  project_.fill("raw.orders", "SELECT 1 AS id, 'x' AS status, 2.5 AS amount");
  EXPECT_EQ(compiled("select {% for c in adapter.get_columns_in_relation(source('raw', 'orders')) if not c.is_string() "
                     "%}{{ c.quoted }} {{ c.dtype }}, "
                     "{% endfor %}{{ adapter.get_relation('lake', 'raw', 'orders').type }}, {{ "
                     "adapter.get_relation('lake', 'raw', 'nope') is none }}"),
            "select \"id\" INTEGER, \"amount\" DECIMAL(2,1), table, True");
}
}  // namespace
}  // namespace weir::transform
