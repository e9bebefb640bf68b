#include "logs/analysis_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/json.h"
#include "core/text.h"

namespace weir::logs {
namespace {
constexpr std::size_t kCellWidthMax = 70;

/// "2024-01-31 06:00:00", with a fraction where there is one.
std::string time_text(Timestamp time) {
  std::string text = format_timestamp(time);
  std::ranges::replace(text, 'T', ' ');
  text.pop_back();
  return text;
}

std::string shown(const AnalysisColumn& column, const AnalysisValue& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    const bool is_share = column.name == "share" || column.name.ends_with("_rate");
    return is_share ? fmt::format("{:.2f} %", *number * 100) : fmt::format("{:.1f}", *number);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return column.name == "status" || column.name == "line" ? std::to_string(*number)
                                                             : human_count(static_cast<std::uint64_t>(*number));
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return excerpt(*text, kCellWidthMax);
  }
  return analysis_value_text(value);
}

void append_table(const AnalysisTable& table, std::size_t rows_max, std::string& out) {
  std::vector<const std::vector<AnalysisValue>*> rows;
  for (const auto& row : table.rows) {
    rows.push_back(&row);
  }
  // Only tables over time grow with the log.
  const bool is_cut = rows.size() > rows_max && table.columns.front().type == AnalysisType::kTime;
  if (is_cut && table.worst_column) {
    std::ranges::stable_sort(rows, [at = *table.worst_column](const auto* a, const auto* b) { return (*a)[at] > (*b)[at]; });
  }
  rows.resize(is_cut ? rows_max : rows.size());
  std::vector<std::vector<std::string>> cells(1);
  for (const AnalysisColumn& column : table.columns) {
    cells[0].push_back(replace_all(column.name, "_", " "));
  }
  for (const auto* row : rows) {
    auto& line = cells.emplace_back();
    for (std::size_t i = 0; i < row->size(); ++i) {
      line.push_back(shown(table.columns[i], (*row)[i]));
    }
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  out += table.title + '\n';
  for (const auto& line : cells) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blank(widths[i] - display_width(line[i]), ' ');
      const bool is_left = table.columns[i].type == AnalysisType::kText || table.columns[i].type == AnalysisType::kTime;
      text += (i == 0 ? "  " : "   ") + (is_left ? line[i] + blank : blank + line[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  if (is_cut) {
    out += fmt::format("  ({} of {} rows{})\n", human_count(rows.size()), human_count(table.rows.size()),
                       table.worst_column ? ", the worst" : "; --format csv gives all");
  }
  out += '\n';
}

Json json_of(const AnalysisValue& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return *number;
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return *number;
  }
  return std::holds_alternative<std::monostate>(value) ? Json(nullptr) : Json(analysis_value_text(value));
}
}  // namespace

std::string analysis_value_text(const AnalysisValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return *text;
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return fmt::format("{}", *number);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*number);
  }
  const auto* time = std::get_if<Timestamp>(&value);
  return time != nullptr ? time_text(*time) : std::string();
}

std::string analysis_text(const AnalysisResult& result, std::size_t rows_max) {
  std::string text;
  for (const AnalysisTable& table : result.tables) {
    append_table(table, rows_max, text);
  }
  const double seconds = std::chrono::duration<double>(result.elapsed).count();
  const std::uint64_t rate = seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(result.size_bytes) / seconds) : 0;
  return text + fmt::format("{} requests, {} other records, {} lines not understood; {} in {}, {}/s\n",
                            human_count(result.requests_count), human_count(result.messages_count),
                            human_count(result.unparsed_count), human_bytes(result.size_bytes),
                            human_duration(result.elapsed), human_bytes(rate));
}

std::string analysis_json(const AnalysisResult& result) {
  Json json;
  json["requests"] = result.requests_count;
  json["messages"] = result.messages_count;
  json["unparsed"] = result.unparsed_count;
  json["failed_files"] = result.failed_files_count;
  json["notes"] = result.notes;
  json["files"] = Json::array();
  for (const AnalyzedFile& file : result.files) {
    Json one = {{"path", file.path},
                {"format", file.format},
                {"records", file.records_count},
                {"unparsed_records", file.unparsed_count}};
    for (const UnparsedLine& line : file.unparsed) {
      one["unparsed"].push_back({{"line", line.line_number}, {"text", line.text}});
    }
    if (file.error) {
      one["error"] = file.error->text();
    }
    json["files"].push_back(std::move(one));
  }
  for (const AnalysisTable& table : result.tables) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json object;
      for (std::size_t i = 0; i < row.size(); ++i) {
        object[table.columns[i].name] = json_of(row[i]);
      }
      rows.push_back(std::move(object));
    }
    json[table.name] = std::move(rows);
  }
  // Paths and messages may hold any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string analysis_csv(const AnalysisResult& result) {
  std::string csv;
  for (const AnalysisTable& table : result.tables) {
    csv += csv.empty() ? "" : "\n";
    csv += result.tables.size() > 1 ? "# " + table.name + "\n" : "";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      csv += (i == 0 ? "" : ",") + table.columns[i].name;
    }
    csv += '\n';
    for (const auto& row : table.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        csv += (i == 0 ? "" : ",") + csv_field(analysis_value_text(row[i]));
      }
      csv += '\n';
    }
  }
  return csv;
}

std::vector<std::string> analysis_notes(const AnalysisResult& result) {
  std::vector<std::string> notes;
  for (const AnalyzedFile& file : result.files) {
    if (file.error) {
      notes.push_back(file.error->text() + (file.records_count > 0 ? fmt::format("; analysed are the {} records before",
                                                                                  human_count(file.records_count))
                                                                    : ""));
    }
    if (file.unparsed_count > 0) {
      notes.push_back(fmt::format("{}: {} lines not understood (format {}):", file.path, human_count(file.unparsed_count),
                                  file.format));
    }
    for (const UnparsedLine& line : file.unparsed) {
      notes.push_back(fmt::format("{}:{}: {}", file.path, line.line_number, line.text));
    }
  }
  notes.insert(notes.end(), result.notes.begin(), result.notes.end());
  return notes;
}
}  // namespace weir::logs
