#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "report/chart.h"
#include "report/html.h"

namespace weir::report {
namespace {
constexpr std::size_t kSeriesDescribedMax = 6;

std::string_view kind_in_words(const Chart& chart) {
  switch (chart.kind) {
    case ChartKind::kLine:
      return "Line chart";
    case ChartKind::kArea:
      return chart.stack ? "Stacked area chart" : "Area chart";
    case ChartKind::kBar:
      return chart.stack ? "Stacked bar chart" : "Bar chart";
    case ChartKind::kScatter:
      return "Scatter plot";
    case ChartKind::kHeatmap:
      return "Heat map";
  }
  return "Chart";
}

/// The positions of the smallest and the largest number, or nothing when there is none.
std::optional<std::array<std::size_t, 2>> range_of(const ShownColumn& column) {
  std::optional<std::array<std::size_t, 2>> range;
  for (std::size_t at = 0; at < column.values.size(); ++at) {
    const auto number = number_of(column.values[at]);
    if (!number) {
      continue;
    }
    if (!range) {
      range = {at, at};
    }
    if (*number < *number_of(column.values[(*range)[0]])) {
      (*range)[0] = at;
    }
    if (*number > *number_of(column.values[(*range)[1]])) {
      (*range)[1] = at;
    }
  }
  return range;
}

std::string describe_range(const ShownColumn& column) {
  const auto range = range_of(column);
  if (!range) {
    return fmt::format(" {}: no values.", column.title);
  }
  return fmt::format(" {} from {} to {}.", column.title, column.format.write(column.values[(*range)[0]]),
                     column.format.write(column.values[(*range)[1]]));
}

Json json_of(const Cell& cell, ColumnType type) {
  if (std::holds_alternative<std::monostate>(cell)) {
    return nullptr;
  }
  if (!is_number(type)) {
    return raw_text(cell);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return *integer;
  }
  const auto number = number_of(cell);
  return number ? Json(*number) : Json(nullptr);
}

Json json_of(const ShownColumn& column) {
  const std::string_view kind = is_number(column.type)                  ? "number"
                                : column.type == ColumnType::kDate      ? "date"
                                : column.type == ColumnType::kTimestamp ? "timestamp"
                                                                        : "text";
  Json values = Json::array();
  for (const Cell& cell : column.values) {
    values.push_back(json_of(cell, column.type));
  }
  return {{"title", column.title}, {"kind", kind}, {"format", column.format.spec()}, {"values", std::move(values)}};
}
}  // namespace

std::string describe_chart(const Chart& chart) {
  std::string text = fmt::format("{}: {}.", kind_in_words(chart), chart.title);
  const std::size_t count = chart.x.values.size();
  if (chart.kind == ChartKind::kScatter) {
    return text + fmt::format(" {} points.", human_count(count)) + describe_range(chart.x) +
           describe_range(chart.y.front());
  }
  if (chart.kind == ChartKind::kHeatmap) {
    text += describe_range(*chart.value);
    if (const auto range = range_of(*chart.value)) {
      const std::size_t at = (*range)[1];
      text += fmt::format(" Highest at {}, {}.", chart.y.front().format.write(chart.y.front().values[at]),
                          chart.x.format.write(chart.x.values[at]));
    }
    return text;
  }
  text += fmt::format(" {}: {} values from {} to {}.", chart.x.title, human_count(count),
                      chart.x.format.write(chart.x.values.front()), chart.x.format.write(chart.x.values.back()));
  for (std::size_t at = 0; at < std::min(chart.y.size(), kSeriesDescribedMax); ++at) {
    text += describe_range(chart.y[at]);
  }
  if (chart.y.size() > kSeriesDescribedMax) {
    text += fmt::format(" And {} more series.", chart.y.size() - kSeriesDescribedMax);
  }
  return text;
}

Json chart_spec(const Chart& chart) {
  Json spec = {{"kind", chart_name(chart.kind)}, {"x", json_of(chart.x)}, {"y", Json::array()}};
  for (const ShownColumn& column : chart.y) {
    spec["y"].push_back(json_of(column));
  }
  const std::array<std::pair<const char*, const std::optional<ShownColumn>*>, 3> others = {
      {{"value", &chart.value}, {"series", &chart.series}, {"label", &chart.label}}};
  for (const auto& [key, column] : others) {
    if (*column) {
      spec[key] = json_of(**column);
    }
  }
  spec["stack"] = chart.stack;
  spec["horizontal"] = chart.horizontal;
  spec["zero"] = chart.zero;
  return spec;
}

std::string chart_html(const Chart& chart) {
  std::string out = fmt::format("<figure class=\"chart\">\n<figcaption>{}", escape_html(chart.title));
  if (!chart.subtitle.empty()) {
    out += fmt::format("<span class=\"subtitle\">{}</span>", escape_html(chart.subtitle));
  }
  out += "</figcaption>\n";
  if (chart.x.values.empty()) {
    return out + "<p class=\"note\">No rows.</p>\n</figure>\n";
  }
  fmt::format_to(std::back_inserter(out), "<div class=\"plot\" role=\"img\" aria-label=\"{}\"></div>\n",
                 escape_html(describe_chart(chart)));
  fmt::format_to(std::back_inserter(out), "<script type=\"application/json\">{}</script>\n",
                 script_json(chart_spec(chart)));
  std::vector<ShownColumn> columns = {chart.x};
  columns.insert(columns.end(), chart.y.begin(), chart.y.end());
  for (const auto* other : {&chart.value, &chart.series, &chart.label}) {
    if (*other) {
      columns.push_back(**other);
    }
  }
  out +=
      "<details>\n<summary>Data</summary>\n" + table_html(columns, "Data: " + chart.title) + "</details>\n</figure>\n";
  return out;
}
}  // namespace weir::report
