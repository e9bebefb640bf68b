#include "delta/maintenance/clone.h"

#include <gtest/gtest.h>

#include "delta/dml/dml.h"
#include "delta/maintenance/vacuum.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
class CloneTest : public TableTest {
 protected:
  // Runs `work` with the clone as the test's table.
  template <typename Work>
  auto at_clone(Work work) {
    std::swap(location_, clone_location_);
    struct Back {
      CloneTest* test;
      ~Back() { std::swap(test->location_, test->clone_location_); }
    } back{this};
    return work();
  }
  CloneResult clone(CloneKind kind) {
    clock_.advance(std::chrono::seconds(1));
    auto result = clone_table(store(), load(), store(), clone_location_,
                              {.kind = kind, .clock = &clock_, .random = &random_, .durable = false, .connection = &*connection_});
    EXPECT_TRUE(result) << result.error().text();
    at_clone([&] { check(); });
    return result.value_or(CloneResult());
  }
  std::vector<std::string> clone_rows() {
    return at_clone([&] { return rows(); });
  }
  void delete_where(const std::string& where) {
    auto transaction = Transaction::begin(load()).value();
    auto changes = delete_rows(connection(), store(), transaction, {.where = where}, {.clock = &clock_, .random = &random_, .durable = false});
    ASSERT_TRUE(changes) << changes.error().text();
    commit(transaction);
  }
  TableLocation clone_location_ = TableLocation::at("copies/my orders");
};

TEST_F(CloneTest, BothKindsHaveTheRowsAndGoTheirOwnWay) {
  for (const CloneKind kind : {CloneKind::kShallow, CloneKind::kDeep}) {
    const std::string name = kind == CloneKind::kShallow ? "shallow" : "deep";
    location_ = TableLocation::at("raw/a b=" + name);
    clone_location_ = TableLocation::at("copies/" + name);
    create("select range as id, range % 3 as p from range(9)", {"p"}, {{"delta.enableDeletionVectors", "true"}});
    delete_where("id = 4");
    const auto before = rows();
    const CloneResult made = clone(kind);
    EXPECT_EQ(made.files_count, 3);
    EXPECT_EQ(made.files_copied, kind == CloneKind::kDeep ? 3 : 0) << "a small vector stands in the log";
    EXPECT_EQ(clone_rows(), before);
    delete_where("p = 1");
    at_clone([&] { delete_where("id = 0"); });
    EXPECT_EQ(rows().size(), 6U);
    EXPECT_EQ(clone_rows().size(), 7U);
    EXPECT_NE(load()->metadata().id, at_clone([&] { return load()->metadata().id; }));
  }
}

TEST_F(CloneTest, LargeDeletionVectorsComeAlong) {
  create("select range as id from range(100000)", {}, {{"delta.enableDeletionVectors", "true"}});
  delete_where("hash(id) % 3 = 0");
  const auto before = rows();
  clone(CloneKind::kShallow);
  EXPECT_EQ(clone_rows(), before);
  clone_location_ = TableLocation::at("copies/deep");
  EXPECT_EQ(clone(CloneKind::kDeep).files_copied, 2);
  EXPECT_EQ(clone_rows(), before);
}

TEST_F(CloneTest, ADeepCloneIsBroughtUpToDateByWhatIsNew) {
  create("select 1 as id");
  append("select 2 as id");
  EXPECT_EQ(clone(CloneKind::kDeep).files_copied, 2);
  append("select 3 as id");
  delete_where("id = 1");
  const CloneResult again = clone(CloneKind::kDeep);
  EXPECT_EQ(again.files_copied, 1);
  EXPECT_EQ(again.version, 1);
  EXPECT_EQ(clone_rows(), (std::vector<std::string>{"2", "3"}));
}

TEST_F(CloneTest, SchemaAndPropertiesComeAlong) {
  create("select 1 as id", {}, {{"delta.checkpointInterval", "7"}});
  clone(CloneKind::kShallow);
  EXPECT_EQ(at_clone([&] { return load()->property("delta.checkpointInterval"); }), "7");
}

TEST_F(CloneTest, VacuumOfACloneLeavesTheSourceAlone) {
  clock_.set(system_clock().now());
  create("select 1 as id");
  clone(CloneKind::kShallow);
  at_clone([&] { delete_where(""); });
  clock_.advance(std::chrono::hours(24 * 30));
  at_clone([&] { ASSERT_TRUE(vacuum(store(), location_, {.clock = &clock_, .durable = false})); });
  EXPECT_EQ(rows(), std::vector<std::string>{"1"});
}

TEST_F(CloneTest, ATableIsNoCloneOfItself) {
  create("select 1 as id");
  EXPECT_FALSE(clone_table(store(), load(), store(), location_));
}
}  // namespace
}  // namespace weir::delta
