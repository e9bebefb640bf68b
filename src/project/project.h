#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "graph/graph.h"
#include "lake/lake.h"
#include "project/settings.h"

/// A project's folder as one graph: every capability turns its files into nodes.
namespace weir::quality {
class Checker;
}

namespace weir::project {
/// An opened project. One thread at a time, but its graph and lake may be shared.
class Project {
 public:
  /// Reads the settings; files of the capabilities are read by `load`. Errors as of read_settings.
  static Result<std::unique_ptr<Project>> open(const ProjectOptions& options, const Clock& clock = system_clock());
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;
  ~Project();

  const Settings& settings() const { return settings_; }
  const std::shared_ptr<lake::Lake>& lake() const { return lake_; }

  /// Reads ingest/, models and the rest of a dbt project, checks/ and reports/, and draws the graph (with the gates of tests).
  /// Runs nothing. Errors: kInvalid with the place of the first mistake.
  Status load();
  /// After `load`.
  const graph::Graph& graph() const { return *graph_; }
  /// What `load` found odd but not wrong, a line each.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  Project(Settings settings, ProjectOptions options, const Clock& clock);
  Status load_ingest(std::vector<std::unique_ptr<graph::Node>>& nodes);
  Status load_transform(std::vector<std::unique_ptr<graph::Node>>& nodes);
  Status load_checks(std::vector<std::unique_ptr<graph::Node>>& nodes);
  Status load_reports(std::vector<std::unique_ptr<graph::Node>>& nodes);

  Settings settings_;
  ProjectOptions options_;
  const Clock& clock_;
  std::shared_ptr<lake::Lake> lake_;
  std::unique_ptr<quality::Checker> checker_;
  std::optional<graph::Graph> graph_;
  std::vector<std::string> warnings_;
};
}  // namespace weir::project
