// Reads every table of the shared test data (../shared/data/delta, see its README.md), which other implementations
// wrote, and compares what was found with expected.json: live files, rows of every version, facts of every column.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "delta/scan.h"
#include "delta/snapshot.h"
#include "duck/database.h"
#include "storage/local_store.h"

namespace weir::delta {
namespace {
namespace fs = std::filesystem;

const fs::path kTables = "../shared/data/delta";

// Tables that cannot be read yet: they must be refused with this word in the message. The list shrinks as features
// come.
const std::map<std::string, std::string> kRefused = {};

// The commits of this one do not lead to its checkpoint (another metadata); the expectation was made from the commits.
constexpr std::string_view kOtherCheckpoint = "kr-parquet_row_group_skipping";

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(kTables, code)) {
    if (fs::exists(entry.path() / "expected.json") && fs::exists(entry.path() / "table")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names.empty() ? std::vector<std::string>{"absent"} : names;
}

class SharedTable : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "absent") {
      GTEST_SKIP() << "the shared test data is not here";
    }
    folder_ = kTables / GetParam();
    expected_ = parse_json(read_file(folder_ / "expected.json").value(), "expected.json").value();
    store_ = storage::open_local_store(fs::absolute(folder_ / "table"));
    static const auto database = duck::Database::open({.threads_count = 2}).value();
    connection_.emplace(database->connect().value());
  }

  Result<std::shared_ptr<const Snapshot>> load(std::optional<std::int64_t> version = std::nullopt) {
    return Snapshot::load(*store_, TableLocation::at(""), {.version = version, .connection = &*connection_});
  }

  Result<std::string> select_all(std::shared_ptr<const Snapshot> snapshot) {
    WEIR_TRY_ASSIGN(const Scan scan, Scan::plan(std::move(snapshot)));
    return scan_sql(*store_, scan);
  }

  void expect_same_log(const Snapshot& snapshot) {
    EXPECT_EQ(snapshot.version(), expected_["latest_version"].get<std::int64_t>());
    EXPECT_EQ(snapshot.files().size(), expected_["num_active_files"].get<std::size_t>());
    EXPECT_EQ(Json(snapshot.partition_columns()), expected_["partition_columns"]);
    Json properties = Json::object();
    for (const auto& [name, value] : snapshot.metadata().configuration) {
      properties[name] = value;
    }
    if (GetParam() != kOtherCheckpoint) {
      // Compared as unordered objects.
      EXPECT_EQ(nlohmann::json(properties), nlohmann::json(expected_["configuration"]));
    }
    std::multiset<std::string> paths;
    for (std::size_t i = 0; i < snapshot.files().size(); ++i) {
      paths.emplace(snapshot.files().path(i));
    }
    if (expected_.contains("active_paths")) {
      const auto wanted = expected_["active_paths"].get<std::vector<std::string>>();
      EXPECT_EQ(paths, std::multiset<std::string>(wanted.begin(), wanted.end()));
    }
    for (const auto& [app_id, version] : expected_["txn"].items()) {
      EXPECT_EQ(snapshot.transaction_version(app_id), version.get<std::int64_t>()) << app_id;
    }
    EXPECT_EQ(snapshot.transactions().size(), expected_["txn"].size());
  }

  void expect_same_column(const std::string& sql, const std::string& name, const Json& facts) {
    const bool nested = facts["type"] == "nested";
    const bool binary = facts.contains("min_hex");
    const std::string column = sql_name(name);
    const std::string shown = binary ? fmt::format("hex({})", column) : column;
    auto rows = connection_->query_rows(
        nested ? fmt::format("SELECT count({}) FROM ({})", column, sql)
               : fmt::format("SELECT count({0}), count(DISTINCT {0}), min({1})::VARCHAR, max({1})::VARCHAR FROM ({2})",
                             column, shown, sql));
    ASSERT_TRUE(rows) << name << ": " << rows.error().text();
    const auto& row = rows->front();
    const auto text = [](const Json& json) {
      return json.is_null() ? std::optional<std::string>() : json.is_string() ? json.get<std::string>() : json.dump();
    };
    EXPECT_EQ(row[0], text(facts["non_null"])) << name;
    if (!nested) {
      EXPECT_EQ(row[1], text(facts["distinct"])) << name;
      EXPECT_EQ(row[2], text(facts[binary ? "min_hex" : "min"])) << name;
      EXPECT_EQ(row[3], text(facts[binary ? "max_hex" : "max"])) << name;
    }
  }

  fs::path folder_;
  Json expected_;
  std::unique_ptr<storage::ObjectStore> store_;
  std::optional<duck::Connection> connection_;
};
INSTANTIATE_TEST_SUITE_P(All, SharedTable, testing::ValuesIn(table_names()), [](const auto& table) {
  std::string name = table.param;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST_P(SharedTable, IsReadAsExpected) {
  auto snapshot = load();
  if (const auto refused = kRefused.find(GetParam()); refused != kRefused.end()) {
    ASSERT_FALSE(snapshot);
    EXPECT_EQ(snapshot.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(snapshot.error().text().find(refused->second), std::string::npos) << snapshot.error().text();
    return;
  }
  if (expected_["outcome"] == "must_fail") {
    ASSERT_FALSE(snapshot);
    RecordProperty("message", snapshot.error().text());
    EXPECT_TRUE(snapshot.error().code == ErrorCode::kCorrupt || snapshot.error().code == ErrorCode::kUnsupported)
        << snapshot.error().text();
    return;
  }
  ASSERT_TRUE(snapshot) << snapshot.error().text();
  expect_same_log(**snapshot);
  if (expected_["outcome"] == "log_only") {
    return;
  }
  const auto sql = select_all(*snapshot);
  ASSERT_TRUE(sql) << sql.error().text();
  const auto rows = connection_->query_integer("SELECT count(*) FROM (" + *sql + ")");
  ASSERT_TRUE(rows) << rows.error().text();
  EXPECT_EQ(*rows, expected_["latest"]["row_count"].get<std::int64_t>());
  for (const auto& [name, facts] : expected_["latest"]["columns"].items()) {
    expect_same_column(*sql, name, facts);
  }
}

TEST_P(SharedTable, HasTheRowsOfEveryVersion) {
  if (kRefused.contains(GetParam()) || expected_["outcome"] != "ok") {
    return;
  }
  for (const auto& [version, count] : expected_["row_count_per_version"].items()) {
    if (!count.is_number()) {
      continue;  // its data files are not there on purpose
    }
    auto snapshot = load(std::stoll(version));
    ASSERT_TRUE(snapshot) << version << ": " << snapshot.error().text();
    const auto sql = select_all(*snapshot);
    ASSERT_TRUE(sql) << sql.error().text();
    const auto rows = connection_->query_integer("SELECT count(*) FROM (" + *sql + ")");
    ASSERT_TRUE(rows) << rows.error().text();
    EXPECT_EQ(*rows, count.get<std::int64_t>()) << "version " << version;
  }
}

TEST_P(SharedTable, RefreshesToTheSameState) {
  if (kRefused.contains(GetParam()) || expected_["outcome"] == "must_fail" || GetParam() == kOtherCheckpoint) {
    return;
  }
  const auto newest = load().value();
  const auto versions = expected_["versions_reconstructible"];
  const auto oldest = load(versions[0].get<std::int64_t>());
  ASSERT_TRUE(oldest) << oldest.error().text();
  const auto refreshed = Snapshot::refresh(*store_, *oldest, &*connection_);
  ASSERT_TRUE(refreshed) << refreshed.error().text();
  EXPECT_EQ((*refreshed)->version(), newest->version());
  EXPECT_EQ((*refreshed)->metadata(), newest->metadata());
  std::multiset<std::string> paths;
  std::multiset<std::string> refreshed_paths;
  for (std::size_t i = 0; i < newest->files().size(); ++i) {
    paths.emplace(newest->files().path(i));
  }
  for (std::size_t i = 0; i < (*refreshed)->files().size(); ++i) {
    refreshed_paths.emplace((*refreshed)->files().path(i));
  }
  EXPECT_EQ(paths, refreshed_paths);
}

// Rows that the table's own project ships.
TEST_P(SharedTable, HasTheRowsThatItsProjectShips) {
  const fs::path shipped = folder_ / "expected";
  // Its own project documents that one column of this one is wrong.
  if (kRefused.contains(GetParam()) || !fs::exists(shipped) || GetParam() == "golden-data-reader-partition-values") {
    return;
  }
  auto files = find_files(shipped, "**/*.parquet").value();
  if (GetParam().starts_with("dat-")) {
    files = find_files(shipped / "latest", "**/*.parquet").value();
  }
  std::string list;
  for (const fs::path& file : files) {
    list += (list.empty() ? "" : ", ") + sql_string(fs::absolute(file).string());
  }
  ASSERT_FALSE(list.empty());
  const auto sql = select_all(load().value());
  ASSERT_TRUE(sql) << sql.error().text();
  // Both sides as text; theirs through our types, because some ship timestamps without a zone.
  std::string ours;
  std::string theirs;
  const auto columns = connection_->describe(*sql).value();
  for (const duck::Column& column : columns) {
    ours += (ours.empty() ? "" : ", ") + fmt::format("{}::VARCHAR", sql_name(column.name));
    theirs +=
        (theirs.empty() ? "" : ", ") + fmt::format("CAST({} AS {})::VARCHAR", sql_name(column.name), column.type.sql());
  }
  const auto differences = connection_->query_integer(
      fmt::format("WITH ours AS (SELECT {} FROM ({})), theirs AS (SELECT {} FROM read_parquet([{}])) "
                  "SELECT (SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)) + "
                  "(SELECT count(*) FROM (FROM theirs EXCEPT ALL FROM ours))",
                  ours, *sql, theirs, list));
  ASSERT_TRUE(differences) << differences.error().text();
  EXPECT_EQ(*differences, 0);
}
}  // namespace
}  // namespace weir::delta
