#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TestProject;

TEST(ProjectFileTest, AFolderWithoutOneIsNoProject) {
  TestProject project;
  project.remove("dbt_project.yml");
  EXPECT_THAT(project.load_error(), HasSubstr("no dbt_project.yml here"));
}

TEST(ProjectFileTest, NeedsAName) {
  TestProject project;
  project.file("dbt_project.yml", "version: '1.0'\n");
  EXPECT_EQ(project.load_error(), "dbt_project.yml:1:1: the key \"name\" is missing");
}

TEST(ProjectFileTest, NamesAreWords) {
  TestProject project;
  project.file("dbt_project.yml", "name: my-shop\n");
  EXPECT_EQ(project.load_error(),
            "dbt_project.yml:1:7: the project's name \"my-shop\" must be letters, digits and underscores");
}

TEST(ProjectFileTest, UnknownKeysAreWarnings) {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\nmodel-path: [models]\nmodels:\n  shop:\n    +materialised: table\n");
  EXPECT_THAT(project.loaded().warnings(),
              ElementsAre("dbt_project.yml:2:1: unknown key \"model-path\"; did you mean \"model-paths\"?",
                          "dbt_project.yml:5:5: unknown config \"materialised\"; did you mean \"materialized\"?"));
}

TEST(ProjectFileTest, WhatIsNotRunYetIsSaid) {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\non-run-start: [\"select 1\"]\n");
  EXPECT_THAT(project.loaded().warnings(), ElementsAre("dbt_project.yml:2:1: \"on-run-start\" is not run yet"));
}

TEST(ProjectFileTest, KnownKeysOfDbtAreSilent) {
  TestProject project;
  project.file(
      "dbt_project.yml",
      "name: shop\nconfig-version: 2\nversion: '0.1'\nprofile: shop\ntarget-path: target\nclean-targets: [target]\n"
      "require-dbt-version: ['>=1.0.0']\nflags: {send_anonymous_usage_stats: false}\nquoting: {identifier: true}\n");
  EXPECT_THAT(project.loaded().warnings(), IsEmpty());
}

TEST(ProjectFileTest, FoldersCanBeCalledOtherwise) {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\nmodel-paths: [sql/]\nseed-paths: [data]\n");
  project.file("sql/a.sql", "select 1 as id");
  project.file("data/b.csv", "id\n1\n");
  project.file("models/c.sql", "this is not {{ looked at");
  std::vector<std::string> ids;
  for (const auto& node : project.loaded().make_nodes()) {
    ids.push_back(node->info().id);
  }
  EXPECT_THAT(ids, ElementsAre("seed.shop.b", "model.shop.a"));
}

TEST(ProjectFileTest, ValuesAreTemplates) {
  TestProject project;
  project.environment["SHOP_SCHEMA"] = "marts";
  project.file("dbt_project.yml",
               "name: shop\nvars: {kind: table}\nmodels:\n  +schema: \"{{ env_var('SHOP_SCHEMA') }}\"\n"
               "  +materialized: \"{{ var('kind') }}\"\n");
  project.model("a", "select 1 as id");
  const auto node = project.node("model.shop.a");
  EXPECT_EQ(node->info().schema, "marts");
  EXPECT_EQ(node->info().materialized, "table");
}

TEST(ProjectFileTest, AMissingEnvironmentVariableHasItsPlace) {
  TestProject project;
  project.file("dbt_project.yml", "name: shop\nprofile: \"{{ env_var('NOPE') }}\"\n");
  EXPECT_EQ(project.load_error(),
            "dbt_project.yml:2:10: the environment variable \"NOPE\" is not set and has no default");
}
}  // namespace
}  // namespace weir::transform
