#include "report/report_node.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/version.h"
#include "lake/build_record.h"
#include "lake/session.h"
#include "lake/sql_names.h"
#include "report/lake_query.h"
#include "report/page.h"
#include "report/report_file.h"

namespace weir::report {
namespace {
namespace fs = std::filesystem;

class ReportNode final : public graph::Node {
 public:
  ReportNode(graph::NodeInfo info, ReportFile file, std::string code_hash, fs::path output, std::shared_ptr<lake::Lake> lake)
      : Node(std::move(info)), file_(std::move(file)), code_hash_(std::move(code_hash)), output_(std::move(output)), lake_(std::move(lake)) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext&) override {
    WEIR_TRY_ASSIGN(const std::optional<std::string> state, read_page_state(output_));
    const auto record = state ? lake::build_record_from_json(Json::parse(*state, nullptr, false)) : std::nullopt;
    if (!record) {
      return graph::Freshness{false, "never run"};
    }
    if (record->code_hash != code_hash_) {
      return graph::Freshness{false, "code changed"};
    }
    WEIR_TRY_ASSIGN(const std::optional<std::string> changed, lake_->changed_input(record->inputs));
    return changed ? graph::Freshness{false, *changed} : graph::Freshness{true, ""};
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    WEIR_TRY_ASSIGN(const auto session, lake_->session());
    LakeQueryRunner runner(*session, context.stop);
    // The versions are known only when the queries have run, and the page must name them: pin all tables first.
    for (const ReportQuery& query : file_.queries) {
      WEIR_TRY(session->bind(query.sql));
    }
    const lake::BuildRecord record{info().id, code_hash_, session->inputs(), {}};
    WEIR_TRY_ASSIGN(const std::string html, render_report(file_, runner, {.state = to_json(record).dump(), .generated_at = context.run.clock->now()}));
    WEIR_TRY(write_file(output_, html));
    graph::NodeResult result;
    result.message = output_.string();
    result.bytes = html.size();
    result.code_hash = code_hash_;
    result.inputs = record.inputs;
    return result;
  }

 private:
  ReportFile file_;
  std::string code_hash_;
  fs::path output_;
  std::shared_ptr<lake::Lake> lake_;
};

Result<std::unique_ptr<graph::Node>> load_report(const ReportOptions& options, const fs::path& path) {
  WEIR_TRY_ASSIGN(const std::string text, read_file(path));
  const std::string shown = relative_text(path, options.folder);
  WEIR_TRY_ASSIGN(ReportFile file, parse_report(shown, text));
  graph::NodeInfo info;
  info.id = "report." + options.project + "." + file.name;
  info.kind = graph::NodeKind::kReport;
  info.name = file.name;
  info.package = options.project;
  info.fqn = {options.project, "reports", file.name};
  info.path = shown;
  info.place = {shown, 1, 1};
  info.description = file.description;
  info.tags = file.tags;
  std::set<std::string> tables;
  for (const ReportQuery& query : file.queries) {
    for (const lake::SqlName& name : lake::sql_names(query.sql)) {
      if (!name.schema.empty() && !name.path) {
        tables.insert(name.schema + "." + name.name);
      }
    }
  }
  info.tables_read.assign(tables.begin(), tables.end());
  // The version is part of it: a new weir may draw the same text otherwise.
  const std::string code_hash = hash128_hex(std::string(kVersion) + text);
  const fs::path output = options.output_folder / (file.name + ".html");
  return std::make_unique<ReportNode>(std::move(info), std::move(file), code_hash, output, options.lake);
}
}  // namespace

Result<std::vector<std::unique_ptr<graph::Node>>> load_reports(const ReportOptions& options) {
  std::vector<std::unique_ptr<graph::Node>> nodes;
  WEIR_TRY_ASSIGN(const std::vector<fs::path> files, find_files(options.folder, "reports/**/*.md"));
  for (const fs::path& file : files) {
    WEIR_TRY_ASSIGN(auto node, load_report(options, file));
    nodes.push_back(std::move(node));
  }
  return nodes;
}
}  // namespace weir::report
