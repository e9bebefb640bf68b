#include "project/project.h"

#include <iterator>

#include "core/files.h"
#include "core/text.h"
#include "functions/functions.h"
#include "ingest/sources.h"
#include "logs/log_rows.h"
#include "project/dbt_tests.h"
#include "quality/check_file.h"
#include "quality/table_checks.h"
#include "report/report_node.h"
#include "transform/transform.h"

namespace weir::project {
namespace {
namespace fs = std::filesystem;

using Nodes = std::vector<std::unique_ptr<graph::Node>>;

void append(Nodes& nodes, Nodes more) { std::ranges::move(more, std::back_inserter(nodes)); }

// The YAML files below `folder` that match, parsed and rendered, each with its path from the project's folder.
Result<std::vector<std::pair<std::string, ConfigNode>>> read_yaml_files(const Settings& settings, std::string_view folder) {
  std::vector<std::pair<std::string, ConfigNode>> out;
  for (const char* ending : {"yml", "yaml"}) {
    WEIR_TRY_ASSIGN(const std::vector<fs::path> files, find_files(settings.folder, std::string(folder) + "/**/*." + ending));
    for (const fs::path& file : files) {
      WEIR_TRY_ASSIGN(const std::string text, read_file(file));
      const std::string shown = relative_text(file, settings.folder);
      WEIR_TRY_ASSIGN(const ConfigNode raw, parse_config(text, shown));
      WEIR_TRY_ASSIGN(ConfigNode node, render_yaml(raw, settings));
      out.emplace_back(shown, std::move(node));
    }
  }
  return out;
}
}  // namespace

Project::Project(Settings settings, ProjectOptions options, const Clock& clock)
    : settings_(std::move(settings)), options_(std::move(options)), clock_(clock) {
  lake::LakeOptions lake{.root = settings_.lake,
                         .memory_limit_bytes = options_.memory_limit_bytes,
                         .threads_count = options_.threads_count,
                         .temp_folder = settings_.state_folder / "tmp",
                         .clock = &clock_};
  if (!settings_.functions.empty()) {
    lake.extensions.emplace_back([declarations = settings_.functions,
                                  functions = functions::FunctionOptions{.folder = settings_.folder, .python = settings_.python, .stop = options_.stop}](
                                     duck::Connection& connection) { return functions::register_functions(connection, declarations, functions); });
  }
  lake.extensions.emplace_back(
      [folder = settings_.folder.string()](duck::Connection& connection) { return logs::register_logs_function(connection, folder); });
  lake_ = lake::Lake::open(std::move(lake));
}

Project::~Project() = default;

Result<std::unique_ptr<Project>> Project::open(const ProjectOptions& options, const Clock& clock) {
  WEIR_TRY_ASSIGN(Settings settings, read_settings(options));
  return std::unique_ptr<Project>(new Project(std::move(settings), options, clock));
}

Status Project::load() {
  Nodes nodes;
  checker_ = std::make_unique<quality::Checker>(lake_);
  WEIR_TRY(load_ingest(nodes));
  WEIR_TRY(load_transform(nodes));
  WEIR_TRY(load_checks(nodes));
  WEIR_TRY(load_reports(nodes));
  WEIR_TRY_ASSIGN(graph_, graph::Graph::build(std::move(nodes)));
  graph_->add_test_gates();
  return {};
}

Status Project::load_ingest(Nodes& nodes) {
  WEIR_TRY_ASSIGN(const auto files, read_yaml_files(settings_, "ingest"));
  ingest::SourceOptions options{.folder = settings_.folder, .project = settings_.name, .lake = lake_};
  for (const auto& [path, node] : files) {
    WEIR_TRY_ASSIGN(Nodes more, ingest::load_sources(node, path, options));
    append(nodes, std::move(more));
  }
  return {};
}

Status Project::load_transform(Nodes& nodes) {
  if (!settings_.is_dbt_project) {
    return {};
  }
  WEIR_TRY_ASSIGN(const ConfigNode variables, parse_config(settings_.vars_json, "vars"));
  WEIR_TRY_ASSIGN(const transform::TransformProject transform,
                  transform::TransformProject::load({.folder = settings_.folder,
                                                     .lake = lake_,
                                                     .variables = variables,
                                                     .full_refresh = options_.full_refresh,
                                                     .threads_count = options_.threads_count,
                                                     .function_hashes = functions::code_hashes(settings_.functions, settings_.folder),
                                                     .clock = &clock_}));
  append(nodes, transform.make_nodes());
  WEIR_TRY_ASSIGN(Nodes tests, load_dbt_tests(transform, *checker_));
  append(nodes, std::move(tests));
  std::ranges::move(transform.warnings(), std::back_inserter(warnings_));
  return {};
}

Status Project::load_checks(Nodes& nodes) {
  WEIR_TRY_ASSIGN(const auto files, read_yaml_files(settings_, "checks"));
  for (const auto& [path, node] : files) {
    WEIR_TRY_ASSIGN(Nodes more, quality::load_checks(node, {.project = settings_.name, .path = path}, *checker_));
    append(nodes, std::move(more));
  }
  return {};
}

Status Project::load_reports(Nodes& nodes) {
  WEIR_TRY_ASSIGN(Nodes more, report::load_reports({.folder = settings_.folder,
                                                    .output_folder = settings_.folder / "target" / "reports",
                                                    .project = settings_.name,
                                                    .lake = lake_}));
  append(nodes, std::move(more));
  return {};
}
}  // namespace weir::project
