#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using testing::TestProject;

class FreshnessTest : public ::testing::Test {
 protected:
  FreshnessTest() {
    project_.raw_tables({"orders"});
    project_.fill("raw.orders", "SELECT * FROM (VALUES (1, 10.0), (2, 20.0)) AS t(id, amount)");
    project_.model("orders",
                   "{{ config(materialized='table') }}\nselect id, amount from {{ source('raw', 'orders') }}");
  }
  TestProject project_;
};

TEST_F(FreshnessTest, ATableThatWasNeverBuiltIsStale) {
  EXPECT_EQ(project_.staleness("model.shop.orders"), "never built");
}

TEST_F(FreshnessTest, WhatWasBuiltIsFresh) {
  project_.run({"model.shop.orders"});
  EXPECT_EQ(project_.staleness("model.shop.orders"), "fresh");
  EXPECT_THAT(project_.rows("SELECT * FROM analytics.orders ORDER BY id"), ElementsAre("1|10.0", "2|20.0"));
}

TEST_F(FreshnessTest, CommentsAndLayoutDoNotMakeItStale) {
  project_.run({"model.shop.orders"});
  project_.model("orders",
                 "{{ config(materialized='table') }}\n-- the orders\nselect id,\n  amount /* money */\nfrom {{ "
                 "source('raw', 'orders') }}\n{# end #}");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "fresh");
}

TEST_F(FreshnessTest, CodeThatChangedMakesItStale) {
  project_.run({"model.shop.orders"});
  project_.model(
      "orders",
      "{{ config(materialized='table') }}\nselect id, amount + 1 as amount from {{ source('raw', 'orders') }}");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "code changed");
}

TEST_F(FreshnessTest, AnInputThatMovedMakesItStale) {
  project_.run({"model.shop.orders"});
  project_.fill("raw.orders", "SELECT 3 AS id, 30.0 AS amount");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "raw.orders moved from version 0 to 1");
}

TEST_F(FreshnessTest, AViewFollowsItsInputsByItself) {
  project_.model("orders", "select id, amount from {{ source('raw', 'orders') }}");
  project_.run({"model.shop.orders"});
  project_.fill("raw.orders", "SELECT 3 AS id, 30.0 AS amount");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "fresh");
  EXPECT_THAT(project_.rows("SELECT * FROM analytics.orders"), ElementsAre("3|30.0"));
}

TEST_F(FreshnessTest, ATableOverAViewSeesThroughIt) {
  project_.model("orders", "select id, amount from {{ source('raw', 'orders') }}");
  project_.model("totals", "{{ config(materialized='table') }} select sum(amount) as total from {{ ref('orders') }}");
  project_.run({"model.shop.orders", "model.shop.totals"});
  EXPECT_EQ(project_.staleness("model.shop.totals"), "fresh");
  project_.fill("raw.orders", "SELECT 3 AS id, 30.0 AS amount");
  EXPECT_EQ(project_.staleness("model.shop.totals"), "raw.orders moved from version 0 to 1");
}

TEST_F(FreshnessTest, AnotherMaterializationIsOtherCode) {
  project_.run({"model.shop.orders"});
  project_.model("orders", "select id, amount from {{ source('raw', 'orders') }}");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "code changed");
  project_.run({"model.shop.orders"});
  EXPECT_EQ(project_.lake().find({"analytics", "orders"}).value(), lake::EntryKind::kView);
}

TEST_F(FreshnessTest, ATableOfSomebodyElseIsStale) {
  project_.fill("analytics.orders", "SELECT 1 AS id");
  EXPECT_EQ(project_.staleness("model.shop.orders"), "analytics.orders was made by something else");
}
}  // namespace
}  // namespace weir::transform
