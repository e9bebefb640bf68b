#include "report/big_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/digits.h"
#include "report/html.h"

namespace weir::report {
namespace {
Cell first_cell(const ShownColumn& column) {
  return column.values.empty() ? Cell() : column.values.front();
}

std::string_view colour_of(double change, BigValueRequest::Good good) {
  if (good == BigValueRequest::Good::kNeither) {
    return "";
  }
  return (change > 0) == (good == BigValueRequest::Good::kUp) ? " class=\"good\"" : " class=\"bad\"";
}

/// "▲ +12.4% vs. last month", or empty when there is nothing to compare.
std::string change_html(const ShownColumn& value, const ShownColumn& before, const BigValueRequest& request) {
  const auto now = number_of(first_cell(value));
  const auto then = number_of(first_cell(before));
  const bool is_percent = value.format.kind() == Format::Kind::kPercent;
  if (!now || !then || (*then == 0 && !is_percent)) {
    return "";
  }
  const double change = is_percent ? *now - *then : (*now - *then) / std::abs(*then);
  if (!std::isfinite(change)) {
    return "";
  }
  const std::string digits = group_digits(round_digits(shift_digits(expand_digits(std::abs(change)), 2), 1));
  const bool is_same = digits.find_first_of("123456789") == std::string::npos;
  const std::string shown = is_same ? "no change"
                                    : fmt::format("<span{}><span aria-hidden=\"true\">{}</span> {}{}{}</span>",
                                                  colour_of(change, request.good), change > 0 ? "▲" : "▼",
                                                  change > 0 ? "+" : "-", digits, is_percent ? " pp" : "%");
  const std::string than = request.compare_title.value_or("vs. " + before.format.write(first_cell(before)));
  return fmt::format("<p class=\"card-change\">{} {}</p>\n", shown, escape_html(than));
}
}  // namespace

Result<std::string> big_value_html(const QueryResult& query, const BigValueRequest& request) {
  WEIR_TRY_ASSIGN(const ShownColumn value, show_column(query, request.value, request.format));
  const std::string shown = value.format.write(first_cell(value));
  // The width lets the style sheet choose letters of which the value fits into one line.
  std::string out = fmt::format(
      "<div class=\"card\">\n<p class=\"card-title\">{}</p>\n<p class=\"card-value\" style=\"--width: {}\">{}</p>\n",
      escape_html(request.title.value_or(value.title)), std::max<std::size_t>(1, display_width(shown)), escape_html(shown));
  if (request.compare) {
    WEIR_TRY_ASSIGN(const ShownColumn before, show_column(query, *request.compare, value.format));
    if (!is_number(value.type) || !is_number(before.type)) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("\"{}\" and \"{}\" of the query \"{}\" must hold numbers to be compared", request.value,
                              *request.compare, query.name));
    }
    out += change_html(value, before, request);
  }
  return out + "</div>\n";
}
}  // namespace weir::report
