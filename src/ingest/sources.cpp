#include "ingest/sources.h"

#include <fmt/format.h>

#include "core/hash.h"
#include "core/text.h"
#include "ingest/load.h"
#include "ingest/source_config.h"

namespace weir::ingest {
namespace {
class SourceNode final : public graph::Node {
 public:
  SourceNode(graph::NodeInfo info, SourceConfig source, SourceOptions options)
      : Node(std::move(info)), source_(std::move(source)), options_(std::move(options)), code_hash_(hash128_hex(source_.text)) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext&) override {
    WEIR_TRY_ASSIGN(const auto last, options_.lake->last_build(source_.table, info().id));
    if (!last) {
      return graph::Freshness{false, "never run"};
    }
    if (last->record.code_hash != code_hash_) {
      return graph::Freshness{false, "code changed"};
    }
    WEIR_TRY_ASSIGN(const std::vector<InputFile> files, find_input_files(options_.folder, source_.files));
    const auto digest = last->record.extra.find("files");
    if (digest != last->record.extra.end() && digest->second == files_digest(files)) {
      return graph::Freshness{true, ""};
    }
    // Files may also have gone, which asks for nothing.
    WEIR_TRY_ASSIGN(const auto snapshot, options_.lake->snapshot(source_.table));
    WEIR_TRY_ASSIGN(const PendingFiles pending, find_pending(source_, options_.folder, snapshot.get(), false));
    return pending.to_load.empty() ? graph::Freshness{true, ""}
                                   : graph::Freshness{false, fmt::format("{} new files", pending.to_load.size())};
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    WEIR_TRY_ASSIGN(const auto session, options_.lake->session());
    WEIR_TRY_ASSIGN(const auto kind, options_.lake->find(source_.table));
    std::shared_ptr<const delta::Snapshot> snapshot;
    if (kind == lake::EntryKind::kTable) {
      WEIR_TRY_ASSIGN(snapshot, session->pinned(source_.table));
    }
    const bool everything = context.run.full_refresh;
    WEIR_TRY_ASSIGN(const PendingFiles pending, find_pending(source_, options_.folder, snapshot.get(), everything));
    graph::NodeResult result;
    result.code_hash = code_hash_;
    if (pending.all.empty()) {
      result.outcome = graph::Outcome::kWarn;
      result.message = fmt::format("no file matches {} in {}", join(source_.files, ", "), options_.folder.string());
      return result;
    }
    if (pending.to_load.empty()) {
      result.details = pending.notes;
      result.rows = 0;
      return result;
    }
    WEIR_TRY_ASSIGN(const LoadResult loaded, load_files(*session, {.source = source_,
                                                                   .pending = pending,
                                                                   .everything = everything,
                                                                   .node = info().id,
                                                                   .code_hash = code_hash_,
                                                                   .temp_folder = options_.lake->options().temp_folder,
                                                                   .clock = context.run.clock,
                                                                   .progress = context.update,
                                                                   .stop = context.stop}));
    result.rows = loaded.rows_count;
    result.bytes = loaded.bytes_count;
    result.details = loaded.notes;
    if (loaded.rejects_count > 0) {
      result.outcome = graph::Outcome::kWarn;
      result.failures = loaded.rejects_count;
      result.message = fmt::format("{} of {} records do not fit and are in {}", human_count(loaded.rejects_count), human_count(loaded.records_count),
                                   source_.rejects_table.text());
      result.details.insert(result.details.end(), loaded.reject_lines.begin(), loaded.reject_lines.end());
    }
    return result;
  }

 private:
  SourceConfig source_;
  SourceOptions options_;
  std::string code_hash_;
};

Result<std::unique_ptr<graph::Node>> load_source(const ConfigNode& node, const std::string& path, const SourceOptions& options) {
  WEIR_TRY_ASSIGN(SourceConfig source, parse_source(node));
  graph::NodeInfo info;
  info.id = "ingest." + options.project + "." + source.name;
  info.kind = graph::NodeKind::kIngest;
  info.name = source.name;
  info.package = options.project;
  info.fqn = {options.project, "ingest", source.name};
  info.path = path;
  info.place = source.place;
  info.description = source.description;
  info.schema = source.table.schema;
  info.tags = source.tags;
  info.source_name = source.name;
  info.tables_written = {source.table.text(), source.rejects_table.text()};
  return std::make_unique<SourceNode>(std::move(info), std::move(source), options);
}
}  // namespace

Result<std::vector<std::unique_ptr<graph::Node>>> load_sources(const ConfigNode& file, const std::string& path, const SourceOptions& options) {
  std::vector<std::unique_ptr<graph::Node>> nodes;
  const ConfigNode* list = file.find("sources");
  if (list == nullptr) {
    WEIR_TRY_ASSIGN(auto node, load_source(file, path, options));
    nodes.push_back(std::move(node));
    return nodes;
  }
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(file, "file of sources"));
  map.find("sources");
  WEIR_TRY(map.finish());
  if (!list->is_sequence()) {
    return fail_at(list->place(), "sources is a list of sources");
  }
  for (const ConfigNode& item : list->items()) {
    WEIR_TRY_ASSIGN(auto node, load_source(item, path, options));
    nodes.push_back(std::move(node));
  }
  return nodes;
}
}  // namespace weir::ingest
