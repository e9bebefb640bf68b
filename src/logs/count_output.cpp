#include "logs/count_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/json.h"
#include "core/text.h"

namespace weir::logs {
namespace {
constexpr std::array kGravestFirst = {Level::kFatal, Level::kError, Level::kWarn, Level::kNotice,
                                      Level::kInfo,  Level::kDebug, Level::kTrace};

bool has_statuses(const Tally& tally) {
  return tally.records_count > tally.status_classes[0];
}

void add_row(std::string& table, std::string_view name, std::uint64_t count, std::uint64_t records_count) {
  const double share = records_count == 0 ? 0 : 100.0 * static_cast<double>(count) / static_cast<double>(records_count);
  table += fmt::format("{:<10}{:>16}  {:>5.1f} %\n", name, human_count(count), share);
}

Json json_of(const Tally& tally) {
  Json json;
  for (const Level level : kGravestFirst) {
    json[std::string(level_name(level))] = tally.level(level);
  }
  json["no_level"] = tally.records_without_level_count;
  if (has_statuses(tally)) {
    for (std::size_t i = 1; i < tally.status_classes.size(); ++i) {
      json[fmt::format("{}xx", i)] = tally.status_classes[i];
    }
  }
  json["lines"] = tally.lines_count;
  json["records"] = tally.records_count;
  json["continuation_lines"] = tally.continuation_lines_count;
  json["blank_lines"] = tally.blank_lines_count;
  json["unparsed_lines"] = tally.unparsed_lines_count;
  json["bytes"] = tally.size_bytes;
  return json;
}
}  // namespace

std::string count_table(const CountResult& result) {
  const Tally& total = result.total;
  std::string table;
  const bool has_levels = total.records_without_level_count < total.records_count;
  if (has_levels || !has_statuses(total)) {
    table += fmt::format("{:<10}{:>16}  {:>7}\n", "level", "records", "share");
    for (const Level level : kGravestFirst) {
      if (level != Level::kNotice || total.level(level) > 0) {
        add_row(table, level_name(level), total.level(level), total.records_count);
      }
    }
    if (total.records_without_level_count > 0) {
      add_row(table, "(none)", total.records_without_level_count, total.records_count);
    }
    table += '\n';
  }
  if (has_statuses(total)) {
    table += fmt::format("{:<10}{:>16}  {:>7}\n", "status", "records", "share");
    for (std::size_t i = 1; i < total.status_classes.size(); ++i) {
      add_row(table, fmt::format("{}xx", i), total.status_classes[i], total.records_count);
    }
    table += '\n';
  }
  table += fmt::format("{} lines: {} records", human_count(total.lines_count), human_count(total.records_count));
  const auto add_kind = [&table](std::uint64_t count, std::string_view name) {
    if (count > 0) {
      table += fmt::format(", {} {}", human_count(count), name);
    }
  };
  add_kind(total.continuation_lines_count, "further lines of records");
  add_kind(total.blank_lines_count, "blank");
  add_kind(total.unparsed_lines_count, "not understood");
  return table + '\n';
}

std::string count_json(const CountResult& result) {
  Json json = json_of(result.total);
  json["failed_files"] = result.failed_files_count;
  json["files"] = Json::array();
  for (const FileCount& file : result.files) {
    Json one;
    one["path"] = file.path;
    one["format"] = file.format;
    one.update(json_of(file.tally));
    for (const UnparsedLine& line : file.unparsed) {
      one["unparsed"].push_back({{"line", line.line_number}, {"text", line.text}});
    }
    if (file.error) {
      one["error"] = file.error->text();
    }
    json["files"].push_back(std::move(one));
  }
  // Paths and lines may hold any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string count_csv(const CountResult& result) {
  std::string csv =
      "file,format,lines,records,FATAL,ERROR,WARN,NOTICE,INFO,DEBUG,TRACE,no_level,1xx,2xx,3xx,4xx,5xx,"
      "continuation_lines,blank_lines,unparsed_lines,bytes,error\n";
  for (const FileCount& file : result.files) {
    const Tally& tally = file.tally;
    csv += fmt::format("{},{},{},{}", csv_field(file.path), csv_field(file.format), tally.lines_count,
                       tally.records_count);
    for (const Level level : kGravestFirst) {
      csv += fmt::format(",{}", tally.level(level));
    }
    csv += fmt::format(",{}", tally.records_without_level_count);
    for (std::size_t i = 1; i < tally.status_classes.size(); ++i) {
      csv += fmt::format(",{}", tally.status_classes[i]);
    }
    csv += fmt::format(",{},{},{},{},{}\n", tally.continuation_lines_count, tally.blank_lines_count,
                       tally.unparsed_lines_count, tally.size_bytes, csv_field(file.error ? file.error->text() : ""));
  }
  return csv;
}

std::vector<std::string> count_notes(const CountResult& result) {
  std::vector<std::string> notes;
  for (const FileCount& file : result.files) {
    if (file.error) {
      notes.push_back(file.error->text() +
                      (file.tally.lines_count > 0
                           ? fmt::format("; counted are the {} lines before", human_count(file.tally.lines_count))
                           : ""));
    }
    if (file.tally.unparsed_lines_count > 0) {
      notes.push_back(fmt::format("{}: {} lines not understood (format {}):", file.path,
                                  human_count(file.tally.unparsed_lines_count), file.format));
    }
    for (const UnparsedLine& line : file.unparsed) {
      notes.push_back(fmt::format("{}:{}: {}", file.path, line.line_number, line.text));
    }
  }
  return notes;
}
}  // namespace weir::logs
