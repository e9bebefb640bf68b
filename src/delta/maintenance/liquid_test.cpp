#include "delta/maintenance/liquid.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "delta/maintenance/clone.h"
#include "delta/maintenance/optimize.h"
#include "delta/maintenance/restore.h"
#include "delta/table_features.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
class LiquidTest : public TableTest {
 protected:
  Status cluster_by(const std::vector<std::string>& columns) {
    auto transaction = Transaction::begin(load()).value();
    WEIR_TRY(set_clustering(transaction, columns));
    commit(transaction);
    return {};
  }
  Result<OptimizeResult> run(OptimizeOptions chosen = {}) {
    clock_.advance(std::chrono::seconds(1));
    chosen.clock = &clock_;
    chosen.random = &random_;
    chosen.durable = false;
    auto result = optimize(connection(), store(), location_, chosen);
    check();
    return result;
  }
  std::set<std::string> runs() {
    std::set<std::string> ids;
    const auto snapshot = load();
    for (std::size_t i = 0; i < snapshot->files().size(); ++i) {
      const AddFile file = snapshot->files().add_file(i);
      const auto at = file.tags.find("ZCUBE_ID");
      ids.insert(at == file.tags.end() ? "" : at->second);
    }
    return ids;
  }
};

TEST_F(LiquidTest, TheTableSaysByWhatItIsClustered) {
  create("select 0 as id, 'x' as name");
  ASSERT_TRUE(cluster_by({"ID", "name"}));
  const auto snapshot = load();
  EXPECT_EQ(clustering_columns(*snapshot).value(), (std::vector<std::string>{"id", "name"}));
  EXPECT_TRUE(supports_writer_feature(snapshot->protocol(), "clustering"));
  EXPECT_TRUE(supports_writer_feature(snapshot->protocol(), "domainMetadata"));
  EXPECT_EQ(snapshot->domains().at("delta.clustering").configuration,
            R"({"clusteringColumns":[["id"],["name"]],"domainName":"delta.clustering"})");
  check();
}

TEST_F(LiquidTest, NoneKeepsTheFeatureAndTakesTheColumns) {
  create("select 0 as id");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_TRUE(cluster_by({}));
  EXPECT_TRUE(supports_writer_feature(load()->protocol(), "clustering"));
  EXPECT_TRUE(clustering_columns(*load()).value().empty());
}

TEST_F(LiquidTest, ColumnsThatCannotBeClusteredByAreRefused) {
  create("select 0 as id, [1] as list, 1 as b, 1 as c, 1 as d, 1 as e");
  EXPECT_NE(cluster_by({"iid"}).error().message.find("did you mean \"id\""), std::string::npos);
  EXPECT_NE(cluster_by({"list"}).error().message.find("cannot be clustered by"), std::string::npos);
  EXPECT_NE(cluster_by({"id", "b", "c", "d", "e"}).error().message.find("4 are the most"), std::string::npos);
}

TEST_F(LiquidTest, ColumnsWithoutStatisticsAreRefused) {
  std::string columns;
  for (int i = 0; i < 33; ++i) {
    columns += fmt::format("{}0 as c{}", i == 0 ? "" : ", ", i);
  }
  create("select " + columns);
  EXPECT_TRUE(cluster_by({"c31"}));
  EXPECT_NE(cluster_by({"c32"}).error().message.find("no statistics"), std::string::npos);
}

TEST_F(LiquidTest, PartitionsAndClusteringExcludeEachOther) {
  create("select 0 as id, 1 as p", {"p"});
  EXPECT_NE(cluster_by({"id"}).error().message.find("PARTITIONED BY"), std::string::npos);
}

TEST_F(LiquidTest, OptimizeMarksWhatItHasOrdered) {
  create("select range as id, range % 7 as b from range(1000)");
  ASSERT_TRUE(cluster_by({"id", "b"}));
  const auto before = rows();
  ASSERT_EQ(run().value().files_removed, 1);
  const AddFile file = load()->files().add_file(0);
  EXPECT_EQ(file.clustering_provider, "liquid");
  EXPECT_EQ(file.tags.at("ZCUBE_ZORDER_BY"), R"(["id","b"])");
  EXPECT_EQ(file.tags.at("ZCUBE_ZORDER_CURVE"), "hilbert");
  EXPECT_EQ(rows(), before);
}

TEST_F(LiquidTest, OnlyNewFilesAreOrdered) {
  create("select range as id from range(100000)");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_EQ(run().value().files_removed, 1);
  append("select range as id from range(10)");
  EXPECT_EQ(run().value().files_removed, 1);
  EXPECT_EQ(runs().size(), 2U);
  EXPECT_EQ(run().value().commits_count, 0);
}

TEST_F(LiquidTest, SmallRunsAreOrderedAnewWithNewFiles) {
  create("select range as id from range(1000)");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_TRUE(run());
  append("select range as id from range(1000)");
  EXPECT_EQ(run().value().files_removed, 2);
  EXPECT_EQ(runs().size(), 1U);
}

TEST_F(LiquidTest, FullOrdersEverything) {
  create("select range as id from range(100000)");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_TRUE(run());
  append("select range as id from range(10)");
  ASSERT_TRUE(run());
  ASSERT_EQ(runs().size(), 2U);
  EXPECT_EQ(run({.full = true}).value().files_removed, 2);
  EXPECT_EQ(runs().size(), 1U);
  EXPECT_EQ(run({.full = true}).value().commits_count, 0);
}

TEST_F(LiquidTest, OtherColumnsReachOldFilesOnlyWithFull) {
  create("select range as id, -range as b from range(1000)");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_TRUE(run());
  ASSERT_TRUE(cluster_by({"b"}));
  EXPECT_EQ(run().value().commits_count, 0);
  EXPECT_EQ(run({.full = true}).value().files_removed, 1);
  EXPECT_EQ(load()->files().add_file(0).tags.at("ZCUBE_ZORDER_BY"), R"(["b"])");
}

TEST_F(LiquidTest, OtherOrdersAndConditionsAreRefused) {
  create("select 0 as id, 1 as b");
  EXPECT_NE(run({.full = true}).error().message.find("CLUSTER BY"), std::string::npos);
  ASSERT_TRUE(cluster_by({"id"}));
  EXPECT_NE(run({.clustering = {.columns = {"b"}, .curve = Curve::kZOrder}}).error().message.find("clustered by (id)"),
            std::string::npos);
  EXPECT_NE(run({.conditions = {{.column = {"id"}, .comparison = Comparison::kEqual, .values = {"1"}}}})
                .error()
                .message.find("takes no WHERE"),
            std::string::npos);
}

TEST_F(LiquidTest, GoingBackBringsTheClusteringBack) {
  create("select 0 as id, 1 as b");
  ASSERT_TRUE(cluster_by({"id"}));
  ASSERT_TRUE(cluster_by({"b"}));
  ASSERT_TRUE(restore(store(), location_, {.version = 1, .clock = &clock_, .random = &random_, .connection = &connection()}));
  EXPECT_EQ(clustering_columns(*load()).value(), std::vector<std::string>{"id"});
  ASSERT_TRUE(restore(store(), location_, {.version = 0, .clock = &clock_, .random = &random_, .connection = &connection()}));
  EXPECT_TRUE(clustering_columns(*load()).value().empty());
}

TEST_F(LiquidTest, ACloneIsClusteredAsItsSource) {
  create("select 0 as id");
  ASSERT_TRUE(cluster_by({"id"}));
  const TableLocation copy = TableLocation::at("raw/copy");
  ASSERT_TRUE(clone_table(store(), load(), store(), copy,
                          {.kind = CloneKind::kDeep, .clock = &clock_, .random = &random_, .connection = &connection()}));
  const auto snapshot = Snapshot::load(store(), copy, {.connection = &connection()}).value();
  EXPECT_EQ(clustering_columns(*snapshot).value(), std::vector<std::string>{"id"});
}
}  // namespace
}  // namespace weir::delta
