#include "delta/maintenance/optimize.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "delta/dml/dml.h"
#include "delta/table_fixture_test.h"
#include "storage/faulty_store.h"

namespace weir::delta {
namespace {
class OptimizeTest : public TableTest {
 protected:
  OptimizeOptions options(Clustering clustering = {}) {
    clock_.advance(std::chrono::seconds(1));
    return {.clustering = std::move(clustering), .clock = &clock_, .random = &random_, .durable = false};
  }
  OptimizeResult run(const OptimizeOptions& chosen) {
    const auto before = rows();
    auto result = optimize(connection(), store(), location_, chosen);
    EXPECT_TRUE(result) << result.error().text();
    check();
    EXPECT_EQ(rows(), before);
    return result.value_or(OptimizeResult());
  }
  void append_many(int count, const std::string& sql) {
    for (int i = 0; i < count; ++i) {
      append(fmt::format(fmt::runtime(sql), i));
    }
  }
  void delete_where(const std::string& where) {
    auto transaction = Transaction::begin(load()).value();
    auto changes = delete_rows(connection(), store(), transaction, {.where = where}, {.clock = &clock_, .random = &random_, .durable = false});
    ASSERT_TRUE(changes) << changes.error().text();
    commit(transaction);
  }
  std::size_t files_for(const std::string& column, const std::string& value) {
    return Scan::plan(load(), {.conditions = {{.column = {column}, .comparison = Comparison::kEqual, .values = {value}}}}).value().files().size();
  }
};

TEST_F(OptimizeTest, SmallFilesBecomeOne) {
  create("select 0 as id");
  append_many(12, "select {} as id");
  const OptimizeResult result = run(options());
  EXPECT_EQ(result.files_removed, 13);
  EXPECT_EQ(result.files_added, 1);
  EXPECT_EQ(load()->files().size(), 1U);
  EXPECT_FALSE(load()->files().add_file(0).data_change);
  EXPECT_EQ(read_history(store(), location_).value()[0].operation, "OPTIMIZE");
}

TEST_F(OptimizeTest, ASecondRunHasNothingToDo) {
  create("select range as id, range % 3 as p from range(100)", {"p"});
  append("select range as id, range % 3 as p from range(100)");
  EXPECT_EQ(run(options()).partitions_optimized, 3);
  const std::int64_t version = load()->version();
  EXPECT_EQ(run(options()).commits_count, 0);
  EXPECT_EQ(load()->version(), version);
}

TEST_F(OptimizeTest, FilesStayBelowTheTarget) {
  create("select hash(range) as h from range(2000)");
  append_many(7, "select hash(range + 2000 * {}) as h from range(2000)");
  OptimizeOptions chosen = options();
  chosen.file_bytes_target = static_cast<std::uint64_t>(load()->files().total_bytes()) * 5 / 16;  // two and a half of the eight
  EXPECT_EQ(run(chosen).files_added, 4);
  EXPECT_EQ(run(chosen).files_added, 0);
}

TEST_F(OptimizeTest, OnlyTheChosenPartitions) {
  create("select range as id, range % 3 as p from range(9)", {"p"});
  append("select range as id, range % 3 as p from range(9)");
  OptimizeOptions chosen = options();
  chosen.conditions = {{.column = {"p"}, .comparison = Comparison::kEqual, .values = {"1"}}};
  EXPECT_EQ(run(chosen).files_removed, 2);
  EXPECT_EQ(load()->files().size(), 5U);
}

TEST_F(OptimizeTest, DeletedRowsAreWrittenOutOfTheFiles) {
  create("select range as id from range(1000)", {}, {{"delta.enableDeletionVectors", "true"}});
  delete_where("id < 10");
  EXPECT_EQ(run(options()).commits_count, 0);  // one row of a hundred is not worth it
  OptimizeOptions purge = options();
  purge.purge = true;
  EXPECT_EQ(run(purge).deletion_vectors_removed, 1);
  EXPECT_FALSE(load()->files().has_deletion_vector(0));
  delete_where("id < 500");
  EXPECT_EQ(run(options()).deletion_vectors_removed, 1);
  delete_where("");
  EXPECT_TRUE(rows().empty());
}

TEST_F(OptimizeTest, CurvesLetFiltersOnEveryColumnSkipFiles) {
  for (const Curve curve : {Curve::kZOrder, Curve::kHilbert}) {
    location_ = TableLocation::at(fmt::format("raw/{}", curve_name(curve)));
    create("select (hash(range) % 1000)::int as a, (hash(range + 7) % 1000)::int as b, hash(range) as payload from range(50000)");
    OptimizeOptions chosen = options({{"a", "b"}, curve});
    chosen.file_bytes_target = static_cast<std::uint64_t>(load()->files().total_bytes()) / 16;
    run(chosen);
    const std::size_t files = load()->files().size();
    ASSERT_GE(files, 8U) << curve_name(curve);
    EXPECT_LE(files_for("a", "500") * 2, files + 2) << curve_name(curve);
    EXPECT_LE(files_for("b", "500") * 2, files + 2) << curve_name(curve);
  }
}

TEST_F(OptimizeTest, ClusteredFilesAreLeftAloneUntilNewOnesCome) {
  create("select range as a, 1000 - range as b from range(1000)");
  const Clustering clustering{{"a", "b"}, Curve::kZOrder};
  EXPECT_EQ(run(options(clustering)).commits_count, 1);
  EXPECT_EQ(run(options(clustering)).commits_count, 0);
  EXPECT_EQ(run(options({{"a", "b"}, Curve::kHilbert})).commits_count, 1);
  append("select 5 as a, 6 as b");
  EXPECT_EQ(run(options({{"a", "b"}, Curve::kHilbert})).files_removed, 2);
}

TEST_F(OptimizeTest, ClustersTextsDatesNullsAndOddValues) {
  create("select case when range % 5 = 0 then null else 'it''s ' || range end as t, date '2024-01-01' + (range % 90)::int as d, "
         "case when range % 7 = 0 then 'nan'::double else range / 3 end as f, range % 2 = 0 as odd from range(5000)");
  EXPECT_EQ(run(options({{"t", "d", "f", "odd"}, Curve::kHilbert})).commits_count, 1);
}

TEST_F(OptimizeTest, BadColumnsAreNamed) {
  create("select 1 as amount, 2 as p, [1] as list", {"p"});
  const auto text = [&](std::vector<std::string> columns) {
    const auto result = optimize(connection(), store(), location_, options({std::move(columns), Curve::kZOrder}));
    return result ? std::string() : result.error().text();
  };
  EXPECT_NE(text({"amuont"}).find("did you mean \"amount\"?"), std::string::npos);
  EXPECT_NE(text({"p"}).find("partition column"), std::string::npos);
  EXPECT_NE(text({"amount", "amount"}).find("twice"), std::string::npos);
  EXPECT_NE(text({"list"}).find("skip nothing"), std::string::npos);
}

TEST_F(OptimizeTest, AppendsInBetweenDoNotDisturbAndDeletesMakeItLookAgain) {
  create("select 1 as id");
  append("select 2 as id");
  storage::FaultyStore store(*store_);
  int commits = 0;
  store.before_each_call([&](std::string_view operation, std::string_view) {
    if (operation == "put_if_absent" && commits++ < 2) {
      if (commits == 1) {
        append("select 3 as id");
      } else {
        delete_where("id = 1");
      }
    }
  });
  const auto result = optimize(connection(), store, location_, options());
  ASSERT_TRUE(result) << result.error().text();
  check();
  EXPECT_EQ(rows(), (std::vector<std::string>{"2", "3"}));
}

TEST_F(OptimizeTest, FilesOfACommitOfWhichTheAnswerWasLostStay) {
  create("select 1 as id");
  append("select 2 as id");
  // The commit arrives, but neither its answer nor the look whether it is there; everything after that works again.
  storage::FaultyStore faulty(*store_);
  storage::ObjectStore& behind = faulty;
  storage::FaultyStore store(behind);
  bool put = false;
  bool looked = false;
  store.before_each_call([&](std::string_view operation, std::string_view) {
    if (operation == "put_if_absent" && !put) {
      put = true;
      faulty.inject(1, storage::FaultyStore::Fault::kFailAfter);
    } else if (operation == "read" && put && !looked) {
      looked = true;
      faulty.inject(1, storage::FaultyStore::Fault::kFailBefore);
    }
  });
  EXPECT_FALSE(optimize(connection(), store, location_, options()));
  EXPECT_TRUE(looked);
  EXPECT_EQ(load()->version(), 2) << "the commit is there";
  EXPECT_EQ(rows(), (std::vector<std::string>{"1", "2"}));
  check();
}

TEST_F(OptimizeTest, EveryFaultLeavesTheRowsAsTheyAre) {
  create("select 1 as id");
  append_many(3, "select {} as id");
  const auto before = rows();
  for (const auto fault : {storage::FaultyStore::Fault::kDieBefore, storage::FaultyStore::Fault::kDieAfter}) {
    for (std::size_t call = 1; call < 40; ++call) {
      storage::FaultyStore store(*store_);
      store.inject(call, fault);
      (void)optimize(connection(), store, location_, options());
      ASSERT_EQ(rows(), before) << call;
      if (load()->files().size() == 1) {
        append("select 9 as id");
        delete_where("id = 9");
        break;
      }
    }
  }
  check();
}
}  // namespace
}  // namespace weir::delta
