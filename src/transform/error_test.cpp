#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TestProject;

TEST(ErrorTest, AnUnknownSourceHasItsPlaceAndTheNearest) {
  TestProject project;
  project.raw_tables({"orders"});
  project.model("stg_orders", "select *\nfrom\n  {{ source('raw', 'order') }}");
  EXPECT_EQ(project.load_error(),
            "models/stg_orders.sql:3:6: unknown source \"raw.order\"; did you mean \"raw.orders\"?");
}

TEST(ErrorTest, AnUnknownModelToo) {
  TestProject project;
  project.model("orders", "select 1 as id");
  project.model("totals", "select * from {{ ref('ordres') }}");
  EXPECT_EQ(project.load_error(), "models/totals.sql:1:18: unknown model \"ordres\"; did you mean \"orders\"?");
}

TEST(ErrorTest, ADisabledModelIsSaidToBe) {
  TestProject project;
  project.model("orders", "{{ config(enabled=false) }} select 1 as id");
  project.model("totals", "select * from {{ ref('orders') }}");
  EXPECT_EQ(project.load_error(), "models/totals.sql:1:18: \"orders\" is disabled in models/orders.sql");
}

TEST(ErrorTest, AMisspelledMacro) {
  TestProject project;
  project.file("macros/money.sql", "{% macro dollars(cents) %}({{ cents }} / 100){% endmacro %}");
  project.model("orders", "select {{ dolars('amount') }} as amount");
  EXPECT_THAT(project.load_error(),
              StartsWith("models/orders.sql:1:11: 'dolars' is undefined; did you mean \"dollars\"?"));
}

TEST(ErrorTest, ATemplateThatIsNone) {
  TestProject project;
  project.model("orders", "select 1\n{% if true %}");
  EXPECT_THAT(project.load_error(), StartsWith("models/orders.sql:2:"));
}

TEST(ErrorTest, AVariableThatIsNotSet) {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\nvars: {start_date: 2024-01-01}\n");
  project.model("orders", "select '{{ var('start_dat') }}'");
  EXPECT_THAT(project.load_error(),
              HasSubstr("models/orders.sql:1:12: the variable \"start_dat\" is not set; did you mean \"start_date\"?"));
}

TEST(ErrorTest, AnErrorThatAMacroRaises) {
  TestProject project;
  project.file("macros/check.sql",
               "{% macro check(x) %}\n{{ exceptions.raise_compiler_error('no ' ~ x) }}{% endmacro %}");
  project.model("orders", "select 1\n{{ check('way') }}");
  EXPECT_THAT(project.load_error(), HasSubstr("no way"));
  EXPECT_THAT(project.load_error(), HasSubstr("macros/check.sql:2"));
}

TEST(ErrorTest, TwoModelsOfOneName) {
  TestProject project;
  project.model("a/orders", "select 1 as id");
  project.model("b/orders", "select 1 as id");
  EXPECT_EQ(
      project.load_error(),
      "models/b/orders.sql: there is another model \"orders\" in models/a/orders.sql; names are unique in a project");
}

TEST(ErrorTest, AModelCalledLikeASeed) {
  TestProject project;
  project.model("orders", "select 1 as id");
  project.file("seeds/orders.csv", "id\n1\n");
  EXPECT_THAT(project.load_error(), HasSubstr("could mean both"));
}

TEST(ErrorTest, TwoDescriptionsOfOneModel) {
  TestProject project;
  project.model("orders", "select 1 as id");
  project.properties("models: [{name: orders}]\n");
  project.file("models/other.yml", "models: [{name: orders}]\n");
  EXPECT_THAT(project.load_error(),
              HasSubstr("models/schema.yml:1:10: model \"orders\" has properties in models/other.yml:1:10 already"));
}

TEST(ErrorTest, ADependencyThatOnlyRunningShows) {
  TestProject project;
  project.model("orders", "select 1 as id");
  project.model("totals", "{% if execute %} select * from {{ ref('orders') }} {% endif %}");
  EXPECT_THAT(project.compile_error("model.shop.totals"), HasSubstr("-- depends_on: {{ ref('orders') }}"));
}

TEST(ErrorTest, PropertiesOfNothing) {
  TestProject project;
  project.model("orders", "select 1 as id");
  project.properties("models: [{name: ordres}]\n");
  EXPECT_THAT(project.loaded().warnings(),
              ::testing::ElementsAre(
                  "models/schema.yml:1:10: there is no model \"ordres\" for these models; did you mean \"orders\"?"));
}
}  // namespace
}  // namespace weir::transform
