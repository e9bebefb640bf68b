// Sources with a lake: what is loaded, what is not loaded twice, and what becomes of what does not fit.
#include "ingest/sources.h"

#include <gmock/gmock.h>

#include <chrono>

#include "core/hash.h"
#include "core/text.h"
#include "ingest/reading_for_test.h"
#include "lake/session.h"

namespace weir::ingest {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SourcesTest : public ::testing::Test {
 protected:
  // A file of the project, written `minute` minutes after 2024-01-01.
  void write(const std::string& name, std::string_view text, int minute = 0) {
    const fs::path path = folder_.write(name, text);
    fs::last_write_time(path, fs::file_time_type::clock::from_sys(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::seconds(60 * minute)));
  }

  void open(std::string yaml) {
    yaml_ = std::move(yaml);
    lake_ = lake::Lake::open({.root = folder_.path() / "lake", .threads_count = 2, .durable = false});
  }

  Result<std::vector<std::unique_ptr<graph::Node>>> nodes() {
    auto config = parse_config(yaml_, "ingest/orders.yml");
    if (!config) {
      return std::unexpected(config.error());
    }
    return load_sources(*config, "ingest/orders.yml", {.folder = folder_.path(), .project = "shop", .lake = lake_});
  }

  Result<graph::NodeResult> try_run(bool full_refresh = false) {
    auto all = nodes();
    if (!all) {
      return std::unexpected(all.error());
    }
    const graph::RunSettings settings{.run_id = "run", .full_refresh = full_refresh, .clock = &clock_};
    graph::RunContext context{.run = settings, .update = [](double, std::string_view) {}};
    return all->at(0)->run(context);
  }
  graph::NodeResult run(bool full_refresh = false) {
    auto result = try_run(full_refresh);
    EXPECT_TRUE(result) << result.error().text();
    return result ? *std::move(result) : graph::NodeResult{};
  }
  std::string freshness() {
    const auto all = nodes();
    const graph::RunSettings settings{.run_id = "run"};
    graph::FreshnessContext context{.run = settings};
    const auto fresh = all->at(0)->freshness(context);
    return !fresh ? fresh.error().text() : fresh->fresh ? "fresh" : fresh->reason;
  }
  // "1|x 2|y": the rows in their order as texts.
  std::string rows(const std::string& sql) {
    const auto session = lake_->session().value();
    auto result = session->query(sql);
    if (!result) {
      return result.error().text();
    }
    std::string out;
    for (auto chunk = result->next(); chunk && *chunk; chunk = result->next()) {
      for (std::uint64_t row = 0; row < (*chunk)->rows_count(); ++row) {
        for (std::size_t i = 0; i < (*chunk)->columns_count(); ++i) {
          const auto column = (*chunk)->column(i);
          out += (i > 0 ? "|" : out.empty() ? "" : " ") + (column.is_null(row) ? "NULL" : column.text(row));
        }
      }
    }
    return out;
  }
  std::int64_t version() { return std::stoll(lake_->current_version({"raw", "orders"}).value()); }

  TestFolder folder_;
  ManualClock clock_{parse_timestamp("2024-06-01T12:00:00Z").value()};
  std::shared_ptr<lake::Lake> lake_;
  std::string yaml_;
  const std::string csv_ = "source: orders\ntype: csv\nfiles: data/*.csv\ntable: raw.orders\n";
};

TEST_F(SourcesTest, LoadsOnlyWhatIsNew) {
  open(csv_);
  write("data/a.csv", "id,name\n1,x\n2,y\n");
  EXPECT_EQ(freshness(), "never run");
  EXPECT_EQ(run().rows, 2U);
  EXPECT_EQ(freshness(), "fresh");
  EXPECT_EQ(run().rows, 0U);
  EXPECT_EQ(version(), 0);
  write("data/b.csv", "id,name\n3,z\n");
  EXPECT_EQ(freshness(), "1 new files");
  EXPECT_EQ(run().rows, 1U);
  EXPECT_EQ(rows("SELECT id, name, _weir_source FROM raw.orders ORDER BY id"), "1|x|data/a.csv 2|y|data/a.csv 3|z|data/b.csv");
  EXPECT_EQ(rows("SELECT DISTINCT _weir_loaded_at FROM raw.orders"), "2024-06-01 12:00:00+00");
  EXPECT_EQ(rows("SELECT count(DISTINCT _weir_load_id) FROM raw.orders"), "2");
}

TEST_F(SourcesTest, AFileThatWasWrittenAgainReplacesItsRows) {
  open(csv_);
  write("data/a.csv", "id,name\n1,x\n2,y\n");
  write("data/b.csv", "id,name\n3,z\n");
  run();
  write("data/a.csv", "id,name\n1,new\n", 5);
  run();
  EXPECT_EQ(rows("SELECT id, name FROM raw.orders ORDER BY id"), "1|new 3|z");
}

TEST_F(SourcesTest, AFileThatWentAwayKeepsItsRows) {
  open(csv_);
  write("data/a.csv", "id\n1\n");
  write("data/b.csv", "id\n2\n");
  run();
  fs::remove(folder_.path() / "data/a.csv");
  EXPECT_EQ(freshness(), "fresh");
  EXPECT_EQ(run().rows, 0U);
  EXPECT_EQ(rows("SELECT id FROM raw.orders ORDER BY id"), "1 2");
}

TEST_F(SourcesTest, RejectsGoToTheirTableOnce) {
  open(csv_ + "columns: {id: bigint, amount: \"decimal(12,2)\"}\n");
  write("data/a.csv", "id,amount\n1,10.00\n2,oops\n3\n");
  const graph::NodeResult result = run();
  EXPECT_EQ(result.outcome, graph::Outcome::kWarn);
  EXPECT_EQ(result.failures, 2U);
  EXPECT_EQ(result.message, "2 of 3 records do not fit and are in raw.orders_rejects");
  EXPECT_EQ(rows("SELECT _weir_source, line, column_name, reason, raw_text FROM raw.orders_rejects ORDER BY line"),
            "data/a.csv|3|amount|\"oops\" is not a number (decimal(12,2))|2,oops data/a.csv|4|NULL|there is 1 field for 2 columns|3");
  run();
  EXPECT_EQ(rows("SELECT count(*) FROM raw.orders_rejects"), "2");
}

// The rejects are committed first; a load that dies between the two commits is repeated without doubling them.
TEST_F(SourcesTest, ALoadThatDiedBehindItsRejectsIsRepeatedWhole) {
  open(csv_ + "columns: {id: bigint}\n");
  write("data/a.csv", "id\n1\nx\n");
  run();
  ASSERT_TRUE(lake_->drop({"raw", "orders"}));  // the rows' commit never came
  run();
  EXPECT_EQ(rows("SELECT id FROM raw.orders"), "1");
  EXPECT_EQ(rows("SELECT count(*) FROM raw.orders_rejects"), "1");
}

TEST_F(SourcesTest, TheSchemaIsKeptAndNewColumnsAreAdded) {
  open(csv_);
  write("data/a.csv", "id,name\n1,x\n");
  run();
  write("data/b.csv", "name,id,note\ny,2,hello\nz,N/A,\n");
  const graph::NodeResult result = run();
  EXPECT_EQ(result.failures, 1U);
  EXPECT_EQ(rows("SELECT id, name, note FROM raw.orders ORDER BY id"), "1|x|NULL 2|y|hello");
}

TEST_F(SourcesTest, ReplaceLoadsAllFilesWhenOneChanges) {
  open(csv_ + "write: replace\n");
  write("data/a.csv", "id\n1\n");
  write("data/b.csv", "id\n2\n");
  run();
  write("data/b.csv", "id\n3\n4\n", 5);
  EXPECT_EQ(run().rows, 3U);
  EXPECT_EQ(rows("SELECT id FROM raw.orders ORDER BY id"), "1 3 4");
  EXPECT_EQ(freshness(), "fresh");
}

TEST_F(SourcesTest, MergeKeepsTheNewestRowOfEachKey) {
  open(csv_ + "write: merge\nkey: id\norder_by: at\n");
  write("data/a.csv", "id,at,name\n1,2024-01-02,new\n1,2024-01-01,old\n2,2024-01-01,x\n");
  run();
  EXPECT_EQ(rows("SELECT id, name FROM raw.orders ORDER BY id"), "1|new 2|x");
  write("data/b.csv", "id,at,name\n2,2024-01-03,y\n1,2024-01-01,late\n3,2024-01-01,z\n,2024-01-01,nobody\n");
  const graph::NodeResult result = run();
  EXPECT_EQ(rows("SELECT id, name FROM raw.orders ORDER BY id"), "1|new 2|y 3|z");
  EXPECT_EQ(result.failures, 1U);
}

TEST_F(SourcesTest, WithoutOrderTheLastLineOfTheLastFileWins) {
  open(csv_ + "write: merge\nkey: id\n");
  write("data/a.csv", "id,name\n1,first\n1,second\n");
  write("data/b.csv", "id,name\n1,third\n");
  run();
  EXPECT_EQ(rows("SELECT id, name FROM raw.orders"), "1|third");
}

TEST_F(SourcesTest, FullRefreshLoadsEverythingAgainAndNothingTwice) {
  open(csv_);
  write("data/a.csv", "id\n1\n");
  run();
  write("data/b.csv", "id\nx\n");
  EXPECT_EQ(run(true).rows, 2U);
  EXPECT_EQ(rows("SELECT id FROM raw.orders ORDER BY id"), "1 x");  // the types are found anew
  EXPECT_EQ(run().rows, 0U);
  EXPECT_EQ(rows("SELECT count(*) FROM raw.orders"), "2");
}

TEST_F(SourcesTest, PartitionsByAColumnOrByAnExpression) {
  open(csv_ + "partition: [{month: \"strftime(day, '%Y-%m')\"}]\n");
  write("data/a.csv", "id,day\n1,2024-01-31\n2,2024-02-01\n");
  run();
  EXPECT_EQ(rows("SELECT month, count(*) FROM raw.orders GROUP BY 1 ORDER BY 1"), "2024-01|1 2024-02|1");
  EXPECT_TRUE(fs::exists(folder_.path() / "lake/raw/orders/month=2024-01"));
  write("data/b.csv", "id,day\n3,2024-02-02\n");
  run();
  EXPECT_EQ(rows("SELECT count(*) FROM raw.orders WHERE month = '2024-02'"), "2");
}

TEST_F(SourcesTest, ANewTableHasTheCompressionThatWasAskedFor) {
  open(csv_ + "compression: lz4_raw\n");
  write("data/a.csv", "id,name\n1,x\n");
  run();
  const auto files = *find_files(folder_.path() / "lake/raw/orders", "*.parquet");
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(test_connection().query_value("SELECT DISTINCT compression FROM parquet_metadata(" + sql_string(files[0].string()) + ")").value(), "LZ4_RAW");
}

TEST_F(SourcesTest, ABadFileEndsTheLoadOrIsLeftOut) {
  const std::string parquet = "source: orders\ntype: parquet\nfiles: data/*.parquet\ntable: raw.orders\n";
  open(parquet);
  write("data/bad.parquet", "this is no parquet file");
  ASSERT_TRUE(test_connection().execute("COPY (SELECT 1 AS id) TO " + sql_string((folder_.path() / "data/good.parquet").string())));
  const auto refused = try_run();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("data/bad.parquet"));
  EXPECT_THAT(refused.error().text(), HasSubstr("on_bad_file: skip"));
  open(parquet + "on_bad_file: skip\n");
  EXPECT_EQ(run().failures, 1U);
  EXPECT_EQ(rows("SELECT id FROM raw.orders"), "1");
  EXPECT_THAT(rows("SELECT _weir_source, line FROM raw.orders_rejects"), HasSubstr("data/bad.parquet|NULL"));
}

TEST_F(SourcesTest, TooManyRejectsCommitNothing) {
  open(csv_ + "columns: {id: bigint}\nreject_limit: 10%\n");
  write("data/a.csv", "id\n1\nx\n");
  const auto result = try_run();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("1 rows do not fit, the limit is 10 % of the rows"));
  EXPECT_FALSE(lake_->find({"raw", "orders"}).value());
}

TEST_F(SourcesTest, NestedFieldsThatComeLaterAreAdded) {
  open("source: orders\ntype: json\nfiles: data/*.json\ntable: raw.orders\n");
  write("data/a.json", "{\"id\":1,\"card\":{\"brand\":\"visa\"}}\n");
  run();
  write("data/b.json", "{\"id\":2,\"card\":{\"brand\":\"amex\",\"last4\":\"0310\"}}\n");
  run();
  EXPECT_EQ(rows("SELECT id, card.brand, card.last4 FROM raw.orders ORDER BY id"), "1|visa|NULL 2|amex|0310");
}

TEST_F(SourcesTest, ParquetTypesMayDriftWhereNoValueIsLost) {
  const fs::path taxi = fs::absolute("../shared/data/nyc-taxi").lexically_normal();
  if (!fs::exists(taxi)) {
    GTEST_SKIP() << "../shared/data/nyc-taxi is not there";
  }
  open("source: trips\ntype: parquet\nfiles: data/*.parquet\ntable: raw.orders\n");
  for (const char* month : {"01", "02", "12"}) {
    fs::create_directories(folder_.path() / "data");
    fs::copy_file(taxi / ("green_tripdata_2023-" + std::string(month) + ".parquet"), folder_.path() / "data" / (std::string(month) + ".parquet"));
    const graph::NodeResult result = run();
    EXPECT_FALSE(result.failures) << month << " " << result.message << " " << join(result.details, "\n");
  }
  EXPECT_EQ(rows("SELECT count(*) FROM raw.orders"), "197235");
  EXPECT_EQ(rows("SELECT typeof(any_value(VendorID)) FROM raw.orders"), "BIGINT");
}

TEST_F(SourcesTest, TooManyRejectsInParquetCommitNothing) {
  open("source: orders\ntype: parquet\nfiles: data/*.parquet\ntable: raw.orders\ncolumns: {n: integer}\nreject_limit: 1\n");
  fs::create_directories(folder_.path() / "data");
  ASSERT_TRUE(test_connection().execute("COPY (SELECT unnest([1.0, 1.5, 2.5]) :: DOUBLE AS n) TO " +
                                        sql_string((folder_.path() / "data/a.parquet").string())));
  const auto result = try_run();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("rows do not fit"));
  EXPECT_FALSE(lake_->find({"raw", "orders"}).value());
}

TEST_F(SourcesTest, RenameIsNotForJson) {
  open("source: orders\ntype: json\nfiles: data/*.json\ntable: raw.orders\nrename: {a: b}\n");
  const auto all = nodes();
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().text(), HasSubstr("ingest/orders.yml:5:"));
}

TEST_F(SourcesTest, DamagedParquetIsRefusedAndNeverCrashes) {
  const fs::path nasties = fs::absolute("../shared/data/parquet-nasties").lexically_normal();
  if (!fs::exists(nasties)) {
    GTEST_SKIP() << "../shared/data/parquet-nasties is not there";
  }
  std::size_t loaded_count = 0;
  for (const char* part : {"bad_data", "data"}) {
    for (const auto& entry : fs::directory_iterator(nasties / part)) {
      if (entry.path().extension() != ".parquet") {
        continue;
      }
      open("source: one\ntype: parquet\nfiles: " + entry.path().string() + "\ntable: raw.t" + hash128_hex(entry.path().string()).substr(0, 8) + "\n");
      const auto result = try_run();
      loaded_count += result && std::string(part) == "data" ? 1U : 0U;
      if (!result) {
        EXPECT_THAT(result.error().text(), HasSubstr("ingest/orders.yml")) << entry.path();
      }
    }
  }
  EXPECT_GE(loaded_count, 45U);
}

TEST_F(SourcesTest, MistakesInTheFileAreSaidWithTheirPlace) {
  const auto error_of = [&](const std::string& yaml) {
    open(yaml);
    const auto all = nodes();
    return all ? "" : all.error().text();
  };
  EXPECT_EQ(error_of(csv_ + "tabel: x\n"), "ingest/orders.yml:5:1: source has no key \"tabel\"; did you mean \"table\"?");
  EXPECT_THAT(error_of("source: a\ntype: cvs\nfiles: x\ntable: raw.a\n"), HasSubstr("ingest/orders.yml:2:7: type must be one of csv, json, logs, parquet, not \"cvs\"; did you mean \"csv\"?"));
  EXPECT_THAT(error_of(csv_ + "write: merge\n"), HasSubstr("key"));
  EXPECT_THAT(error_of(csv_ + "columns: {id: bigit}\n"), HasSubstr("ingest/orders.yml:5:15: unknown type \"bigit\"; did you mean \"bigint\"?"));
  EXPECT_THAT(error_of(csv_ + "reject_limit: many\n"), HasSubstr("ingest/orders.yml:5:15:"));
}

TEST_F(SourcesTest, AFileMayHoldSeveralSources) {
  open("sources:\n  - {source: a, type: csv, files: a.csv, table: raw.a, tags: daily}\n  - {source: b, type: json, files: b.json, table: raw.b}\n");
  const auto all = nodes();
  ASSERT_TRUE(all) << all.error().text();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0)->info().id, "ingest.shop.a");
  EXPECT_THAT(all->at(0)->info().tags, ElementsAre("daily"));
  EXPECT_THAT(all->at(1)->info().tables_written, ElementsAre("raw.b", "raw.b_rejects"));
}

TEST_F(SourcesTest, NoFileIsAWarning) {
  open(csv_);
  const graph::NodeResult result = run();
  EXPECT_EQ(result.outcome, graph::Outcome::kWarn);
  EXPECT_THAT(result.message, HasSubstr("no file matches data/*.csv"));
}
}  // namespace
}  // namespace weir::ingest
