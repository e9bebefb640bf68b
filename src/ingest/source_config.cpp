#include "ingest/source_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "ingest/type_name.h"

namespace weir::ingest {
namespace {
Result<std::shared_ptr<const FileFormat>> parse_format(ConfigMap& map, std::string& type) {
  std::vector<std::string> names;
  for (const FileFormatEntry& entry : file_formats()) {
    names.emplace_back(entry.name);
  }
  WEIR_TRY_ASSIGN(const ConfigNode node, map.require("type"));
  WEIR_TRY_ASSIGN(type, node.as_text("type"));
  const auto entry = std::ranges::find(file_formats(), type, &FileFormatEntry::name);
  if (entry == file_formats().end()) {
    return fail_at(node.place(), fmt::format("type must be one of {}, not \"{}\"{}", join(names, ", "), excerpt(type, 40), did_you_mean(type, names)));
  }
  WEIR_TRY_ASSIGN(std::unique_ptr<FileFormat> format, entry->parse(map));
  return std::shared_ptr<const FileFormat>(std::move(format));
}

Result<lake::TableName> parse_table(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(const std::string text, node.as_text("table"));
  auto name = lake::TableName::parse(text);
  if (!name) {
    return fail_at(node.place(), name.error().message);
  }
  return name;
}

Result<std::vector<duck::Column>> parse_columns(ConfigMap& map) {
  std::vector<duck::Column> columns;
  const ConfigNode* node = map.find("columns");
  if (node == nullptr) {
    return columns;
  }
  if (!node->is_map()) {
    return fail_at(node->place(), "columns is a map of names and types: {order_id: bigint}");
  }
  for (const ConfigNode::Entry& entry : node->entries()) {
    WEIR_TRY_ASSIGN(const std::string text, entry.value.as_text("the type of " + entry.key));
    WEIR_TRY_ASSIGN(duck::Type type, parse_type(text, entry.value.place()));
    columns.push_back({entry.key, std::move(type)});
  }
  return columns;
}

// `{tpep_pickup_datetime: pickup_at}`: the files' names and the table's.
Result<RenamedColumns> parse_rename(ConfigMap& map, std::string_view type) {
  RenamedColumns renamed;
  const ConfigNode* node = map.find("rename");
  if (node == nullptr) {
    return renamed;
  }
  if (type == "json") {
    return fail_at(node->place(), "rename is for csv and parquet; rename the fields of JSON in a staging model");
  }
  if (!node->is_map()) {
    return fail_at(node->place(), "rename is a map of the files' names and the table's: {tpep_pickup_datetime: pickup_at}");
  }
  for (const ConfigNode::Entry& entry : node->entries()) {
    WEIR_TRY_ASSIGN(std::string name, entry.value.as_text("the new name of " + entry.key));
    if (name.empty()) {
      return fail_at(entry.value.place(), fmt::format("the new name of {} is empty", entry.key));
    }
    renamed.emplace_back(entry.key, std::move(name));
  }
  return renamed;
}

// `[country, {order_month: "strftime(ordered_at, '%Y-%m')"}]`, or one of these alone.
Result<std::vector<std::pair<std::string, std::string>>> parse_partition(ConfigMap& map) {
  std::vector<std::pair<std::string, std::string>> partition;
  const ConfigNode* node = map.find("partition");
  if (node == nullptr) {
    return partition;
  }
  const std::vector<ConfigNode> items = node->is_sequence() ? node->items() : std::vector<ConfigNode>{*node};
  for (const ConfigNode& item : items) {
    if (item.is_map()) {
      for (const ConfigNode::Entry& entry : item.entries()) {
        WEIR_TRY_ASSIGN(std::string sql, entry.value.as_text("the SQL of " + entry.key));
        partition.emplace_back(entry.key, std::move(sql));
      }
    } else {
      WEIR_TRY_ASSIGN(std::string column, item.as_text("each entry of partition"));
      partition.emplace_back(std::move(column), "");
    }
  }
  return partition;
}

// "1000" rows or "1%" of them.
Result<RejectLimit> parse_reject_limit(ConfigMap& map) {
  RejectLimit limit;
  const ConfigNode* node = map.find("reject_limit");
  if (node == nullptr) {
    return limit;
  }
  const std::string text(trim(node->text()));
  const bool percent = text.ends_with('%');
  const std::string digits = percent ? text.substr(0, text.size() - 1) : text;
  double number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = number == static_cast<double>(static_cast<std::uint64_t>(std::max(0.0, number)));
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0 || (percent ? number > 100 : !whole)) {
    return fail_at(node->place(), fmt::format("reject_limit is a number of rows or a percentage, 1000 or 1%, not \"{}\"", excerpt(text, 40)));
  }
  if (percent) {
    limit.fraction = number / 100;
  } else {
    limit.rows = static_cast<std::uint64_t>(number);
  }
  return limit;
}
}  // namespace

Result<SourceConfig> parse_source(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(node, "source"));
  SourceConfig source;
  source.place = node.place();
  source.text = node.to_json().dump();
  WEIR_TRY_ASSIGN(source.name, map.require_text("source"));
  if (source.name.empty() || source.name.find_first_of("/. \t") != std::string::npos) {
    return fail_at(node.find("source")->place(), fmt::format("\"{}\" is not a name; write letters, digits and _", excerpt(source.name, 40)));
  }
  WEIR_TRY_ASSIGN(source.format, parse_format(map, source.type));
  WEIR_TRY_ASSIGN(source.files, map.texts("files"));
  if (source.files.empty()) {
    return fail_at(node.place(), "source needs the key \"files\": a path or pattern, or a list of them");
  }
  WEIR_TRY_ASSIGN(const ConfigNode table, map.require("table"));
  WEIR_TRY_ASSIGN(source.table, parse_table(table));
  source.rejects_table = {source.table.schema, source.table.name + "_rejects"};
  if (const ConfigNode* rejects = map.find("rejects_table")) {
    WEIR_TRY_ASSIGN(source.rejects_table, parse_table(*rejects));
  }
  WEIR_TRY_ASSIGN(const std::string mode, map.choice_or("write", {"append", "replace", "merge"}, "append"));
  source.mode = mode == "merge" ? LoadMode::kMerge : mode == "replace" ? LoadMode::kReplace : LoadMode::kAppend;
  WEIR_TRY_ASSIGN(source.keys, map.texts("key"));
  WEIR_TRY_ASSIGN(source.order_by, map.text_or("order_by", ""));
  if (source.mode == LoadMode::kMerge && source.keys.empty()) {
    return fail_at(node.place(), "write: merge needs the key \"key\": the columns that tell rows apart");
  }
  WEIR_TRY_ASSIGN(source.partition, parse_partition(map));
  WEIR_TRY_ASSIGN(source.compression, map.choice_or("compression", {"zstd", "snappy", "gzip", "lz4_raw", "none"}, "zstd"));
  WEIR_TRY_ASSIGN(source.declared, parse_columns(map));
  WEIR_TRY_ASSIGN(source.renamed, parse_rename(map, source.type));
  WEIR_TRY_ASSIGN(source.reject_limit, parse_reject_limit(map));
  WEIR_TRY_ASSIGN(const std::string bad_file, map.choice_or("on_bad_file", {"fail", "skip"}, "fail"));
  source.on_bad_file = bad_file == "skip" ? OnBadFile::kSkip : OnBadFile::kFail;
  WEIR_TRY_ASSIGN(source.tags, map.texts("tags"));
  WEIR_TRY_ASSIGN(source.description, map.text_or("description", ""));
  WEIR_TRY(map.finish());
  return source;
}
}  // namespace weir::ingest
