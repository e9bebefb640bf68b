#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TestProject;

/// Customers (id, city, updated_at) and their history.
class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() { project_.raw_tables({"customers"}); }

  void config(const std::string& config) {
    project_.file("snapshots/customers.sql",
                  "{% snapshot history %}\n{{ config(unique_key='id', " + config +
                      ") }}\nselect * from {{ source('raw', 'customers') }}\n{% endsnapshot %}\n");
  }
  /// Delivers these customers at `time` and takes a snapshot.
  void batch(const std::string& time, const std::string& values) {
    project_.clock().set(parse_timestamp(time).value());
    project_.fill("raw.customers", "SELECT id, city, CAST(day AS TIMESTAMP) AS updated_at FROM (VALUES " + values +
                                       ") AS t(id, city, day)");
    project_.run({"snapshot.shop.history"});
  }
  /// id, city, from, to as days of January; "-" for no end.
  std::vector<std::string> history(const std::string& more = "") {
    return project_.rows("SELECT id, city, strftime(dbt_valid_from, '%d %H'), strftime(dbt_valid_to, '%d %H')" + more +
                         " FROM analytics.history ORDER BY id, dbt_valid_from, dbt_valid_to");
  }
  /// Keys of which two versions are valid at the same time.
  std::vector<std::string> overlaps() {
    return project_.rows(
        "SELECT a.id FROM analytics.history a JOIN analytics.history b ON a.id = b.id AND a.dbt_scd_id < b.dbt_scd_id "
        "AND "
        "a.dbt_valid_from < coalesce(b.dbt_valid_to, 'infinity') AND b.dbt_valid_from < coalesce(a.dbt_valid_to, "
        "'infinity')");
  }
  TestProject project_;
};

TEST_F(SnapshotTest, ThreeBatchesByTimestamp) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-02')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-15'), (2, 'Busan', '2024-01-02'), (3, 'Daegu', '2024-01-18')");
  batch("2024-01-30", "(1, 'Seoul', '2024-01-25'), (2, 'Ulsan', '2024-01-26'), (3, 'Daegu', '2024-01-18')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|01 00|15 00", "1|Jeju|15 00|25 00", "1|Seoul|25 00|-",
                                     "2|Busan|02 00|26 00", "2|Ulsan|26 00|-", "3|Daegu|18 00|-"));
  EXPECT_THAT(overlaps(), IsEmpty());
}

TEST_F(SnapshotTest, ThreeBatchesByCheck) {
  config("strategy='check', check_cols=['city']");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-01'), (2, 'Busan', '2024-01-19')");
  batch("2024-01-30", "(1, 'Jeju', '2024-01-01'), (2, NULL, '2024-01-19')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|10 00|20 00", "1|Jeju|20 00|-", "2|Busan|10 00|30 00", "2|-|30 00|-"));
}

TEST_F(SnapshotTest, CheckOfAllColumns) {
  config("strategy='check', check_cols='all'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-02')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|10 00|20 00", "1|Seoul|20 00|-"));
}

TEST_F(SnapshotTest, TheIdIsDbts) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  EXPECT_THAT(project_.rows("SELECT dbt_scd_id = md5('1|2024-01-01 00:00:00'), dbt_updated_at FROM analytics.history"),
              ElementsAre("true|2024-01-01 00:00:00"));
}

TEST_F(SnapshotTest, WhatComesLateIsLeftOut) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-05')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-03')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|05 00|-"));
}

TEST_F(SnapshotTest, ACheckAtTheSameMomentReplacesTheVersion) {
  config("strategy='check', check_cols='all'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-10", "(1, 'Jeju', '2024-01-01')");
  EXPECT_THAT(history(), ElementsAre("1|Jeju|10 00|-"));
}

TEST_F(SnapshotTest, DeletedRowsStayOpenByDefault) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-01')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|01 00|-", "2|Busan|01 00|-"));
}

TEST_F(SnapshotTest, DeletedRowsEnd) {
  config("strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-01')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|01 00|-", "2|Busan|01 00|20 00"));
}

TEST_F(SnapshotTest, ARowThatComesBackBeginsWhenItWasSeenAgain) {
  config("strategy='timestamp', updated_at='updated_at', invalidate_hard_deletes=true");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-30", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|01 00|-", "2|Busan|01 00|20 00", "2|Busan|30 00|-"));
  EXPECT_THAT(overlaps(), IsEmpty());
}

TEST_F(SnapshotTest, DeletionsAreRecords) {
  config("strategy='timestamp', updated_at='updated_at', hard_deletes='new_record'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-25", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-30", "(1, 'Seoul', '2024-01-01'), (2, 'Ulsan', '2024-01-28')");
  EXPECT_THAT(history(", dbt_is_deleted"), ElementsAre("1|Seoul|01 00|-|False", "2|Busan|01 00|20 00|False",
                                                       "2|Busan|20 00|28 00|True", "2|Ulsan|28 00|-|False"));
  EXPECT_THAT(overlaps(), IsEmpty());
}

TEST_F(SnapshotTest, TwoRowsWithOneKeyAreRefused) {
  config("strategy='timestamp', updated_at='updated_at'");
  project_.fill("raw.customers", "SELECT 7 AS id, 'a' AS city, now() AS updated_at UNION ALL SELECT 7, 'b', now()");
  EXPECT_EQ(
      project_.run_error("snapshot.shop.history"),
      "snapshots/customers.sql:1:1: 2 rows have the same unique_key: id = 7; a snapshot needs one row for each key");
}

TEST_F(SnapshotTest, ARowWithoutKeyIsRefused) {
  config("strategy='timestamp', updated_at='updated_at'");
  project_.fill("raw.customers", "SELECT CAST(NULL AS INTEGER) AS id, 'a' AS city, now() AS updated_at");
  EXPECT_THAT(project_.run_error("snapshot.shop.history"),
              HasSubstr("a row has no value in the unique_key: id = NULL"));
}

TEST_F(SnapshotTest, ColumnsCanBeCalledOtherwise) {
  config(
      "strategy='timestamp', updated_at='updated_at', snapshot_meta_column_names={'dbt_valid_from': 'valid_from', "
      "'dbt_valid_to': "
      "'valid_to', 'dbt_is_current': 'is_current'}");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-15')");
  EXPECT_THAT(project_.rows("SELECT city, strftime(valid_from, '%d'), strftime(valid_to, '%d'), is_current FROM "
                            "analytics.history ORDER BY valid_from"),
              ElementsAre("Seoul|01|15|false", "Jeju|15|-|true"));
}

TEST_F(SnapshotTest, IsCurrentMayComeLater) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01'), (2, 'Busan', '2024-01-01')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-15'), (2, 'Busan', '2024-01-01')");
  config("strategy='timestamp', updated_at='updated_at', snapshot_meta_column_names={'dbt_is_current': 'is_current'}");
  batch("2024-01-21", "(1, 'Jeju', '2024-01-15'), (2, 'Busan', '2024-01-01')");
  EXPECT_THAT(history(", is_current"),
              ElementsAre("1|Seoul|01 00|15 00|false", "1|Jeju|15 00|-|true", "2|Busan|01 00|-|true"));
}

TEST_F(SnapshotTest, TheEndOfTheNewestMayBeADate) {
  config("strategy='timestamp', updated_at='updated_at', dbt_valid_to_current=\"date '9999-12-31'\"");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  batch("2024-01-20", "(1, 'Jeju', '2024-01-15')");
  EXPECT_THAT(project_.rows("SELECT city, CAST(dbt_valid_to AS DATE) FROM analytics.history ORDER BY dbt_valid_from"),
              ElementsAre("Seoul|2024-01-15", "Jeju|9999-12-31"));
}

TEST_F(SnapshotTest, NewColumnsAreAdded) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  project_.fill("raw.customers",
                "SELECT 1 AS id, 'Jeju' AS city, CAST('2024-01-15' AS TIMESTAMP) AS updated_at, true AS vip");
  project_.run({"snapshot.shop.history"});
  EXPECT_THAT(history(", vip"), ElementsAre("1|Seoul|01 00|15 00|-", "1|Jeju|15 00|-|true"));
}

TEST_F(SnapshotTest, NothingNewIsFresh) {
  config("strategy='timestamp', updated_at='updated_at'");
  batch("2024-01-10", "(1, 'Seoul', '2024-01-01')");
  EXPECT_EQ(project_.staleness("snapshot.shop.history"), "fresh");
  batch("2024-01-20", "(1, 'Seoul', '2024-01-01')");
  EXPECT_EQ(project_.staleness("snapshot.shop.history"), "fresh");
  EXPECT_THAT(history(), ElementsAre("1|Seoul|01 00|-"));
}

TEST_F(SnapshotTest, ItCanStandInYaml) {
  project_.file("snapshots/snapshots.yml",
                "snapshots:\n  - name: history\n    relation: source('raw', 'customers')\n    config: {unique_key: id, "
                "strategy: timestamp, updated_at: updated_at, schema: marts}\n");
  project_.fill("raw.customers", "SELECT 1 AS id, CAST('2024-01-01' AS DATE) AS updated_at");
  project_.run({"snapshot.shop.history"});
  EXPECT_THAT(project_.rows("SELECT id, dbt_valid_from FROM marts.history"), ElementsAre("1|2024-01-01"));
}

TEST_F(SnapshotTest, TheRelationOfOneInYamlHasItsPlace) {
  project_.file("snapshots/snapshots.yml", "snapshots:\n  - name: history\n    relation: source('raw', 'customer')\n");
  EXPECT_EQ(project_.load_error(),
            "snapshots/snapshots.yml:3:15: unknown source \"raw.customer\"; did you mean \"raw.customers\"?");
}

TEST_F(SnapshotTest, WhatIsMissingIsSaid) {
  config("strategy='timestamp'");
  EXPECT_EQ(project_.run_error("snapshot.shop.history"),
            "snapshots/customers.sql:1:1: the strategy timestamp needs \"updated_at\", the column that says when a row "
            "changed");
}
}  // namespace
}  // namespace weir::transform
