#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "report/data_table.h"

/// From the result of a query to a chart in a page. What is drawn is sorted out here; web/report/ only draws.
namespace weir::report {
enum class ChartKind : std::uint8_t { kLine, kArea, kBar, kScatter, kHeatmap };

/// The function's name in a report: "line".
std::string_view chart_name(ChartKind kind);

/// What a report's call says: `line(monthly, x='month', y=['revenue', 'cost'])`. Columns by name.
struct ChartRequest {
  ChartKind kind = ChartKind::kLine;
  std::string x;
  std::vector<std::string> y;         ///< scatter and heat map: exactly one
  std::string value;                  ///< heat map: the colour; others: empty
  std::optional<std::string> series;  ///< splits one y into a series per distinct value
  std::optional<std::string> label;   ///< scatter: names the points
  std::optional<std::string> title;   ///< without: made from the columns' titles
  std::optional<std::string> subtitle;
  std::map<std::string, std::string, std::less<>> titles;  ///< column -> what it is called
  std::optional<Format> format;                            ///< of y; heat map: of the value
  std::optional<Format> x_format;
  std::optional<bool> stack;  ///< default: areas yes, bars no
  bool horizontal = false;    ///< bars lie down; they also do by themselves when names do not fit
  std::optional<bool> zero;   ///< whether the axis of values begins at zero; default: all but scatter
};

/// A chart ready to be written. line, area, bar: `y` are the series, as long as `x`, and no two rows have the same x.
/// scatter, heat map: each row is a mark.
struct Chart {
  ChartKind kind = ChartKind::kLine;
  std::string title;
  std::string subtitle;
  ShownColumn x;
  std::vector<ShownColumn> y;
  std::optional<ShownColumn> value;
  std::optional<ShownColumn> series;
  std::optional<ShownColumn> label;
  bool stack = false;
  bool horizontal = false;
  bool zero = true;
};

/// More series than this nobody can tell apart.
inline constexpr std::size_t kSeriesCountMax = 24;

/// Errors: kInvalid for an unknown column, one of the wrong type, two rows for the same place, or too many series.
Result<Chart> make_chart(const QueryResult& query, const ChartRequest& request);

/// What the chart shows in a sentence or two, for those who do not see it.
std::string describe_chart(const Chart& chart);
/// The chart's specification for web/report/spec.ts.
Json chart_spec(const Chart& chart);
/// The <figure>: caption, drawing, specification and the data as a table.
std::string chart_html(const Chart& chart);
}  // namespace weir::report
