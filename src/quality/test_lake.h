#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/files.h"
#include "lake/session.h"
#include "lake/writer.h"
#include "quality/check_file.h"

/// A lake for the tests of this module, and what runs nodes on it.
namespace weir::quality::testing {
/// 2024-06-01 12:00 UTC.
inline Timestamp noon() { return parse_timestamp("2024-06-01 12:00").value(); }

/// An error as text, for messages of tests.
template <class T>
std::string error_text(const Result<T>& result) {
  return result ? std::string("no error") : result.error().text();
}

class TestLake {
 public:
  TestLake() : folder_(TempDir::create().value()), clock_(noon()) {
    lake::LakeOptions options;
    options.root = folder_.path();
    options.memory_limit_bytes = 1U << 30U;
    options.threads_count = 1;
    options.durable = false;
    lake_ = lake::Lake::open(options);
    checker_ = std::make_unique<Checker>(lake_);
    settings_.clock = &clock_;
  }

  lake::Lake& lake() { return *lake_; }
  Checker& checker() { return *checker_; }
  ManualClock& clock() { return clock_; }
  graph::RunSettings& settings() { return settings_; }

  /// Replaces the table by the rows of `select_sql`.
  void write(std::string_view table, std::string_view select_sql) {
    const auto session = lake_->session().value();
    lake::WriteRequest request;
    request.table = lake::TableName::parse(table).value();
    request.select_sql = select_sql;
    const auto written = lake::write_table(*session, request);
    ASSERT_TRUE(written) << written.error().text();
  }
  /// The same as a view.
  void write_view(std::string_view name, std::string_view select_sql) {
    const auto written = lake_->write_view(lake::TableName::parse(name).value(), select_sql, {});
    ASSERT_TRUE(written) << written.error().text();
  }

  /// The nodes of a check file.
  Result<std::vector<std::unique_ptr<graph::Node>>> load(std::string_view yaml) {
    WEIR_TRY_ASSIGN(const ConfigNode file, parse_config(yaml, "checks/orders.yml"));
    return load_checks(file, {.project = "shop", .path = "checks/orders.yml"}, *checker_);
  }

  Result<graph::NodeResult> run(graph::Node& node) {
    graph::RunContext context{.run = settings_, .stop = stop_.get_token(), .reason = {}, .update = {}};
    return node.run(context);
  }

  Result<graph::Freshness> freshness(graph::Node& node, const std::optional<graph::NodeState>& last) {
    graph::FreshnessContext context{.run = settings_, .stop = {}, .parent_that_ran = {}, .last_state = [last] { return last; }};
    return node.freshness(context);
  }

  /// Runs one check of `staging.orders`, given as an entry of `checks:` with its options indented by two spaces.
  Result<graph::NodeResult> check(std::string_view entry) {
    WEIR_TRY_ASSIGN(const auto nodes, load("suite: orders\ntable: staging.orders\nchecks:\n- " + std::string(entry) + "\n"));
    EXPECT_EQ(nodes.size(), 1U);
    return run(*nodes.at(0));
  }

  std::stop_source& stop() { return stop_; }

 private:
  TempDir folder_;
  ManualClock clock_;
  std::shared_ptr<lake::Lake> lake_;
  std::unique_ptr<Checker> checker_;
  graph::RunSettings settings_;
  std::stop_source stop_;
};

/// "ok", "warn" or "failed", with the message: "failed: 1 of 3 rows; e.g. order_id=2".
inline std::string outcome(const Result<graph::NodeResult>& result) {
  if (!result) {
    return "error: " + result.error().text();
  }
  return std::string(graph::outcome_name(result->outcome)) + ": " + result->message;
}
}  // namespace weir::quality::testing
