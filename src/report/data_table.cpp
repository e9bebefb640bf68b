#include "report/data_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.h"
#include "report/html.h"

namespace weir::report {
namespace {
/// With more columns than this, paper needs smaller letters.
constexpr std::size_t kColumnsPrintedLarge = 8;

std::string_view css_class(ColumnType type) {
  return is_number(type) ? " class=\"number\"" : is_date(type) ? " class=\"date\"" : "";
}

void append_cell(std::string& out, const ShownColumn& column, const Cell& cell) {
  auto to = std::back_inserter(out);
  if (std::holds_alternative<std::monostate>(cell)) {
    fmt::format_to(to, "<td class=\"{}null\">–</td>", is_number(column.type) ? "number " : "");
    return;
  }
  const std::string shown = column.format.write(cell);
  const std::string raw = raw_text(cell);
  // What is sorted by stands beside what is read, where they differ.
  const std::string sort_key = raw == shown ? "" : fmt::format(" data-v=\"{}\"", escape_html(raw));
  fmt::format_to(to, "<td{}{}>{}</td>", css_class(column.type), sort_key, escape_html(shown));
}
}  // namespace

Result<std::size_t> find_column(const QueryResult& query, std::string_view name) {
  const auto& columns = query.table.columns;
  const auto found = std::ranges::find(columns, name, &Column::name);
  if (found != columns.end()) {
    return static_cast<std::size_t>(found - columns.begin());
  }
  std::vector<std::string> names;
  for (const Column& column : columns) {
    names.push_back(column.name);
  }
  const std::string hint = did_you_mean(name, names);
  return fail(ErrorCode::kInvalid, fmt::format("the query \"{}\" has no column \"{}\"{}", query.name, name,
                                               hint.empty() ? "; it has " + join(names, ", ") : hint));
}

Result<ShownColumn> show_column(const QueryResult& query, std::string_view name, const std::optional<Format>& format) {
  WEIR_TRY_ASSIGN(const std::size_t at, find_column(query, name));
  const Column& column = query.table.columns[at];
  ShownColumn shown{.title = title_of(column.name), .type = column.type, .format = {}, .values = {}};
  shown.values.reserve(query.table.rows.size());
  for (const auto& row : query.table.rows) {
    shown.values.push_back(row[at]);
  }
  shown.format = format ? format->for_cells(shown.values) : default_format(column, shown.values);
  return shown;
}

std::string title_of(std::string_view column_name) {
  const bool is_plain = std::ranges::all_of(column_name, [](char c) { return !(c >= 'A' && c <= 'Z') && c != ' '; });
  std::string title(column_name);
  if (is_plain && !title.empty()) {
    std::ranges::replace(title, '_', ' ');
    title[0] = title[0] >= 'a' && title[0] <= 'z' ? static_cast<char>(title[0] - 'a' + 'A') : title[0];
  }
  return title;
}

std::string table_html(const std::vector<ShownColumn>& columns, std::string_view label, std::size_t rows_count_max) {
  const std::size_t rows_count = columns.empty() ? 0 : columns.front().values.size();
  const std::size_t shown_count = std::min(rows_count, rows_count_max);
  std::string out = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table class=\"data{}\">\n<thead><tr>",
      escape_html(label), columns.size() > kColumnsPrintedLarge ? " many" : "");
  for (const ShownColumn& column : columns) {
    fmt::format_to(std::back_inserter(out), "<th scope=\"col\"{}>{}</th>", css_class(column.type),
                   escape_html(column.title));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t row = 0; row < shown_count; ++row) {
    out += "<tr>";
    for (const ShownColumn& column : columns) {
      append_cell(out, column, column.values[row]);
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  if (rows_count == 0) {
    out += "<p class=\"note\">No rows.</p>\n";
  } else if (shown_count < rows_count) {
    out += fmt::format("<p class=\"note\">The first {} of {} rows.</p>\n", human_count(shown_count),
                       human_count(rows_count));
  }
  return out;
}
}  // namespace weir::report
