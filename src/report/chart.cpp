#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "core/text.h"

namespace weir::report {
namespace {
/// Separates the parts of a key; data does not have it, and if it had, two rows would be taken for one at worst.
constexpr char kKeySeparator = '\x1F';

std::string lower_first(std::string text) {
  // "Revenue" but not "GMV": only what has no second capital.
  const bool is_word = text.size() > 1 && !(text[1] >= 'A' && text[1] <= 'Z');
  if (is_word && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

Result<ShownColumn> take_column(const QueryResult& query, const ChartRequest& request, std::string_view name,
                                const std::optional<Format>& format) {
  WEIR_TRY_ASSIGN(ShownColumn column, show_column(query, name, format));
  if (const auto title = request.titles.find(name); title != request.titles.end()) {
    column.title = title->second;
  }
  return column;
}

Result<ShownColumn> take_numbers(const QueryResult& query, const ChartRequest& request, std::string_view name,
                                 const std::optional<Format>& format) {
  WEIR_TRY_ASSIGN(ShownColumn column, take_column(query, request, name, format));
  if (!is_number(column.type)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the column \"{}\" of the query \"{}\" holds no numbers, so {} cannot draw it", name,
                            query.name, chart_name(request.kind)));
  }
  return column;
}

/// Whether a comes before b on an axis of numbers or dates; what is missing comes last.
bool comes_before(const Cell& a, const Cell& b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left || right) {
    return left && (!right || *left < *right);
  }
  if (std::holds_alternative<std::monostate>(a) || std::holds_alternative<std::monostate>(b)) {
    return !std::holds_alternative<std::monostate>(a);
  }
  return raw_text(a) < raw_text(b);  // ISO dates
}

void reorder(ShownColumn& column, const std::vector<std::size_t>& order) {
  std::vector<Cell> sorted;
  sorted.reserve(order.size());
  for (const std::size_t row : order) {
    sorted.push_back(std::move(column.values[row]));
  }
  column.values = std::move(sorted);
}

/// A line runs from left to right whatever the query's order is. Names keep the query's order, and so do bars.
void sort_by_x(Chart& chart, bool is_split) {
  const bool has_order = is_number(chart.x.type) || is_date(chart.x.type);
  if (!has_order || (chart.kind == ChartKind::kBar && !is_split)) {
    return;
  }
  std::vector<std::size_t> order(chart.x.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return comes_before(chart.x.values[a], chart.x.values[b]); });
  reorder(chart.x, order);
  for (ShownColumn& column : chart.y) {
    reorder(column, order);
  }
}

Status refuse_twice(const QueryResult& query, std::string_view where) {
  return fail(ErrorCode::kInvalid,
              fmt::format("the query \"{}\" has several rows for {}; group it by the columns that are drawn, or "
                          "split them with series='column'",
                          query.name, where));
}

/// Turns rows of (x, series, y) into one column per series.
Status split_series(const QueryResult& query, const ChartRequest& request, Chart& chart) {
  WEIR_TRY_ASSIGN(const ShownColumn names, take_column(query, request, *request.series, std::nullopt));
  const ShownColumn x = std::exchange(chart.x, ShownColumn{chart.x.title, chart.x.type, chart.x.format, {}});
  const ShownColumn y = std::exchange(chart.y, {}).front();
  std::unordered_map<std::string, std::size_t> rows;
  std::unordered_map<std::string, std::size_t> columns;
  std::vector<std::pair<std::size_t, std::size_t>> cells;
  for (std::size_t row = 0; row < x.values.size(); ++row) {
    const auto [at_x, new_x] = rows.try_emplace(raw_text(x.values[row]), rows.size());
    if (new_x) {
      chart.x.values.push_back(x.values[row]);
    }
    const std::string name = names.format.write(names.values[row]);
    const auto [at_column, new_column] = columns.try_emplace(name, columns.size());
    if (new_column) {
      chart.y.push_back(ShownColumn{name, y.type, y.format, {}});
    }
    cells.emplace_back(at_x->second, at_column->second);
  }
  if (columns.size() > kSeriesCountMax) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the column \"{}\" of the query \"{}\" has {} different values; a chart shows at most {} "
                            "series: keep the largest ones in the query and sum up the others",
                            *request.series, query.name, columns.size(), kSeriesCountMax));
  }
  std::vector<bool> taken(chart.x.values.size() * chart.y.size());
  for (ShownColumn& column : chart.y) {
    column.values.resize(chart.x.values.size());
  }
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const auto [at_x, at_column] = cells[row];
    std::vector<bool>::reference is_taken = taken[at_x * chart.y.size() + at_column];
    if (is_taken) {
      return refuse_twice(query, fmt::format("{} = {} and {} = {}", request.x, x.format.write(x.values[row]),
                                             *request.series, chart.y[at_column].title));
    }
    is_taken = true;
    chart.y[at_column].values[at_x] = y.values[row];
  }
  return {};
}

Status refuse_doubled_x(const QueryResult& query, const ChartRequest& request, const Chart& chart) {
  std::unordered_map<std::string, std::size_t> seen;
  for (const Cell& cell : chart.x.values) {
    if (!seen.try_emplace(raw_text(cell), 0).second) {
      return refuse_twice(query, fmt::format("{} = {}", request.x, chart.x.format.write(cell)));
    }
  }
  return {};
}

Status refuse_doubled_cells(const QueryResult& query, const ChartRequest& request, const Chart& chart) {
  const ShownColumn& y = chart.y.front();
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t row = 0; row < y.values.size(); ++row) {
    if (!seen.try_emplace(raw_text(chart.x.values[row]) + kKeySeparator + raw_text(y.values[row]), 0).second) {
      return refuse_twice(query,
                          fmt::format("{} = {} and {} = {}", request.x, chart.x.format.write(chart.x.values[row]),
                                      request.y.front(), y.format.write(y.values[row])));
    }
  }
  return {};
}

std::string made_up_title(const Chart& chart, const ChartRequest& request, const QueryResult& query) {
  const std::string x = lower_first(chart.x.title);
  if (chart.kind == ChartKind::kScatter) {
    return chart.y.front().title + " and " + x;
  }
  if (chart.kind == ChartKind::kHeatmap) {
    return fmt::format("{} by {} and {}", chart.value->title, lower_first(chart.y.front().title), x);
  }
  if (request.series) {
    const auto named = request.titles.find(*request.series);
    const std::string series = named == request.titles.end() ? title_of(*request.series) : named->second;
    const auto y = request.titles.find(request.y.front());
    return fmt::format("{} by {} and {}", y == request.titles.end() ? title_of(request.y.front()) : y->second, x,
                       lower_first(series));
  }
  if (chart.y.size() > 3) {
    return title_of(query.name);
  }
  std::string names = chart.y.front().title;
  for (std::size_t at = 1; at < chart.y.size(); ++at) {
    names += (at + 1 == chart.y.size() ? " and " : ", ") + lower_first(chart.y[at].title);
  }
  return names + " by " + x;
}

Status add_marks(const QueryResult& query, const ChartRequest& request, Chart& chart) {
  if (chart.kind == ChartKind::kHeatmap) {
    WEIR_TRY_ASSIGN(ShownColumn y, take_column(query, request, request.y.front(), std::nullopt));
    chart.y.push_back(std::move(y));
    WEIR_TRY_ASSIGN(chart.value, take_numbers(query, request, request.value, request.format));
    return refuse_doubled_cells(query, request, chart);
  }
  WEIR_TRY_ASSIGN(ShownColumn y, take_numbers(query, request, request.y.front(), request.format));
  chart.y.push_back(std::move(y));
  if (request.series) {
    WEIR_TRY_ASSIGN(chart.series, take_column(query, request, *request.series, std::nullopt));
  }
  if (request.label) {
    WEIR_TRY_ASSIGN(chart.label, take_column(query, request, *request.label, std::nullopt));
  }
  return {};
}

Status add_series(const QueryResult& query, const ChartRequest& request, Chart& chart) {
  for (const std::string& name : request.y) {
    WEIR_TRY_ASSIGN(ShownColumn y, take_numbers(query, request, name, request.format));
    chart.y.push_back(std::move(y));
  }
  if (request.series) {
    if (request.y.size() != 1) {
      return fail(ErrorCode::kInvalid, "series='column' splits one y; give one, or several without series");
    }
    WEIR_TRY(split_series(query, request, chart));
  } else {
    WEIR_TRY(refuse_doubled_x(query, request, chart));
  }
  sort_by_x(chart, request.series.has_value());
  chart.stack =
      request.stack.value_or(chart.kind == ChartKind::kArea) && chart.y.size() > 1 && chart.kind != ChartKind::kLine;
  return {};
}
}  // namespace

std::string_view chart_name(ChartKind kind) {
  switch (kind) {
    case ChartKind::kLine:
      return "line";
    case ChartKind::kArea:
      return "area";
    case ChartKind::kBar:
      return "bar";
    case ChartKind::kScatter:
      return "scatter";
    case ChartKind::kHeatmap:
      return "heatmap";
  }
  return "chart";
}

Result<Chart> make_chart(const QueryResult& query, const ChartRequest& request) {
  WEIR_ASSERT(!request.y.empty(), "the caller checks that y is given");
  Chart chart;
  chart.kind = request.kind;
  chart.subtitle = request.subtitle.value_or("");
  chart.horizontal = request.horizontal;
  chart.zero = request.zero.value_or(request.kind != ChartKind::kScatter);
  WEIR_TRY_ASSIGN(chart.x, take_column(query, request, request.x, request.x_format));
  const bool has_marks = request.kind == ChartKind::kScatter || request.kind == ChartKind::kHeatmap;
  WEIR_TRY(has_marks ? add_marks(query, request, chart) : add_series(query, request, chart));
  chart.title = request.title ? *request.title : made_up_title(chart, request, query);
  return chart;
}
}  // namespace weir::report
