#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "graph/graph.h"
#include "lake/session.h"
#include "lake/writer.h"
#include "transform/transform.h"

/// A dbt project in a temporary folder with a lake of its own, for the tests of this module.
namespace weir::transform::testing {
/// An error as text, for messages of tests and for comparison.
template <typename T>
std::string error_of(const Result<T>& result) {
  return result ? "no error" : result.error().text();
}

/// 2024-06-01 12:00 UTC.
inline Timestamp noon() {
  return parse_timestamp("2024-06-01 12:00").value();
}

class TestProject {
 public:
  TestProject() : folder_(TempDir::create().value()), clock_(noon()) {
    file("dbt_project.yml", "name: shop\n");
    lake_ = lake::Lake::open({.root = folder_.path() / "lake",
                              .memory_limit_bytes = 1U << 30U,
                              .threads_count = 1,
                              .clock = &clock_,
                              .durable = false});
  }

  void file(const std::string& path, std::string_view text) { ASSERT_TRUE(write_file(folder_.path() / path, text)); }
  void model(const std::string& name, std::string_view sql) { file("models/" + name + ".sql", sql); }
  void properties(std::string_view yaml) { file("models/schema.yml", yaml); }
  void remove(const std::string& path) { std::filesystem::remove(folder_.path() / path); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  /// A source `raw` with these tables.
  void raw_tables(const std::vector<std::string>& names) {
    std::string yaml = "sources:\n  - name: raw\n    tables:\n";
    for (const std::string& name : names) {
      yaml += "      - name: " + name + "\n";
    }
    file("models/sources.yml", yaml);
  }
  /// Puts the rows of a query into a table of the lake, in place of those that are there.
  void fill(const std::string& table, std::string_view select) {
    const auto session = lake_->session().value();
    const auto written = lake::write_table(*session, {.table = lake::TableName::parse(table).value(),
                                                      .select_sql = std::string(select),
                                                      .mode = lake::WriteMode::kOverwrite});
    ASSERT_TRUE(written) << error_of(written);
  }

  TransformOptions& options() { return options_; }
  ManualClock& clock() { return clock_; }
  lake::Lake& lake() { return *lake_; }

  /// Reads the project as it is now.
  Result<TransformProject> load() {
    TransformOptions options = options_;
    options.folder = folder_.path();
    options.lake = lake_;
    options.clock = &clock_;
    options.threads_count = 2;
    options.invocation_id = "an-invocation";
    options.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    return TransformProject::load(std::move(options));
  }
  std::string load_error() { return error_of(load()); }
  TransformProject loaded() {
    auto project = load();
    EXPECT_TRUE(project) << error_of(project);
    return std::move(project).value();
  }
  /// What stands in a model's SQL after compiling, white space made one blank.
  std::string compiled(const std::string& id) {
    const auto sql = loaded().compile(id);
    EXPECT_TRUE(sql) << error_of(sql);
    return sql ? one_line(sql->sql) : std::string();
  }
  std::string compile_error(const std::string& id) { return error_of(loaded().compile(id)); }

  std::unique_ptr<graph::Node> node(const std::string& id) {
    for (auto& node : loaded().make_nodes()) {
      if (node->info().id == id) {
        return std::move(node);
      }
    }
    ADD_FAILURE() << "no node " << id;
    return nullptr;
  }
  /// Runs nodes in this order, whether they are fresh or not.
  void run(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      const auto result = try_run(id);
      ASSERT_TRUE(result) << id << ": " << error_of(result);
    }
  }
  Result<graph::NodeResult> try_run(const std::string& id) {
    graph::RunContext context{.run = settings(), .stop = {}, .reason = {}, .update = {}};
    return node(id)->run(context);
  }
  std::string run_error(const std::string& id) { return error_of(try_run(id)); }
  /// "fresh", or why the node would run.
  std::string staleness(const std::string& id) {
    graph::FreshnessContext context{.run = settings(), .stop = {}, .parent_that_ran = {}, .last_state = {}};
    const auto freshness = node(id)->freshness(context);
    return !freshness ? error_of(freshness) : freshness->fresh ? "fresh" : freshness->reason;
  }

  /// All rows of a query, values joined by "|", NULL as "-".
  std::vector<std::string> rows(std::string_view sql) {
    const auto session = lake_->session().value();
    auto result = session->query(sql);
    EXPECT_TRUE(result) << error_of(result);
    std::vector<std::string> lines;
    while (result) {
      const auto chunk = result->next();
      if (!chunk || !*chunk) {
        break;
      }
      for (std::uint64_t row = 0; row < (*chunk)->rows_count(); ++row) {
        std::string line;
        for (std::size_t i = 0; i < (*chunk)->columns_count(); ++i) {
          const auto column = (*chunk)->column(i);
          line += (i == 0 ? "" : "|") + (column.is_null(row) ? "-" : column.text(row));
        }
        lines.push_back(std::move(line));
      }
    }
    return lines;
  }
  std::int64_t version_of(const std::string& table) {
    return lake_->snapshot(lake::TableName::parse(table).value()).value()->version();
  }

  static std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c != ' ' && c != '\n') {
        out += c;
      } else if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
    }
    return std::string(trim(out));
  }

  std::map<std::string, std::string> environment;
  bool full_refresh = false;

 private:
  graph::RunSettings& settings() {
    settings_.full_refresh = full_refresh;
    settings_.clock = &clock_;
    return settings_;
  }
  TempDir folder_;
  ManualClock clock_;
  std::shared_ptr<lake::Lake> lake_;
  TransformOptions options_;
  graph::RunSettings settings_;
};
}  // namespace weir::transform::testing
