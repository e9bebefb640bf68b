// report_sample REPORT.md OUTPUT.html: renders a report over made-up data, for the browser tests.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "core/files.h"
#include "report/page.h"

namespace {
using weir::Result;
using weir::report::Cell;
using weir::report::ColumnType;
using weir::report::Decimal;
using weir::report::Table;

constexpr std::array<const char*, 4> kRegions = {"North", "South", "East", "West"};
/// Names as they come from the world, and some that try to break out of the page.
constexpr std::array<const char*, 8> kCategories = {"Health and beauty",  "Watches and gifts", "Bed, bath and table",
                                                    "Sports and leisure", "Computers",         "가전제품",
                                                    "Toys & games",       "Furniture"};
constexpr const char* kHostile =
    "</script><script>window.hacked = true</script><img src=x onerror=\"window.hacked = true\">";

Cell day(int year, unsigned month, unsigned of_month = 1) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month));
}

/// A number between 0 and 1 that looks like chance and is the same everywhere.
double chance(std::uint64_t seed) {
  seed += 0x9E3779B97F4A7C15U;
  seed = (seed ^ (seed >> 30U)) * 0xBF58476D1CE4E5B9U;
  seed = (seed ^ (seed >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<double>((seed ^ (seed >> 31U)) >> 11U) / 9007199254740992.0;
}

double cents(double value) {
  return std::round(value * 100) / 100;
}

double month_revenue(unsigned month) {
  return cents(82'000 + 4'100 * month + 14'000 * std::sin(month * 0.55) + 9'000 * chance(month));
}

Table kpi() {
  return {{{"revenue", ColumnType::kDouble},
           {"revenue_before", ColumnType::kDouble},
           {"orders", ColumnType::kInteger},
           {"orders_before", ColumnType::kInteger},
           {"basket", ColumnType::kDecimal},
           {"basket_before", ColumnType::kDecimal},
           {"returned", ColumnType::kDouble},
           {"returned_before", ColumnType::kDouble}},
          {{month_revenue(24), month_revenue(23), std::int64_t{2741}, std::int64_t{2639}, Decimal{"67.31"},
            Decimal{"68.12"}, 0.0412, 0.0454}}};
}

Table monthly() {
  Table table{{{"month", ColumnType::kDate}, {"revenue", ColumnType::kDouble}, {"cost", ColumnType::kDouble}}, {}};
  for (unsigned at = 0; at < 24; ++at) {
    const double revenue = month_revenue(at + 1);
    table.rows.push_back({day(2023 + static_cast<int>(at / 12), at % 12 + 1), revenue,
                          cents(revenue * (0.58 + 0.09 * chance(at + 100)))});
  }
  return table;
}

Table regions() {
  Table table{{{"month", ColumnType::kDate}, {"region", ColumnType::kText}, {"revenue", ColumnType::kDouble}}, {}};
  for (unsigned at = 0; at < 24; ++at) {
    for (std::size_t region = 0; region < kRegions.size(); ++region) {
      const double share = 0.4 - 0.08 * static_cast<double>(region) + 0.05 * chance(at * 7 + region);
      table.rows.push_back(
          {day(2023 + static_cast<int>(at / 12), at % 12 + 1), kRegions[region], cents(month_revenue(at + 1) * share)});
    }
  }
  return table;
}

Table categories() {
  Table table{{{"category", ColumnType::kText}, {"orders", ColumnType::kInteger}}, {}};
  for (std::size_t at = 0; at < kCategories.size(); ++at) {
    table.rows.push_back({kCategories[at], std::int64_t{9800} - static_cast<std::int64_t>(at) * 1050 +
                                               static_cast<std::int64_t>(600 * chance(at))});
  }
  return table;
}

Table hours() {
  constexpr std::array<const char*, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  Table table{{{"weekday", ColumnType::kText}, {"hour", ColumnType::kInteger}, {"orders", ColumnType::kInteger}}, {}};
  for (std::size_t weekday = 0; weekday < kWeekdays.size(); ++weekday) {
    for (unsigned hour = 0; hour < 24; ++hour) {
      const double evening =
          std::exp(-std::pow((hour - 20.0) / 4.0, 2)) + 0.8 * std::exp(-std::pow((hour - 13.0) / 3.5, 2));
      const double orders = 30 + 480 * evening * (weekday >= 5 ? 0.7 : 1.0) + 60 * chance(weekday * 24 + hour);
      table.rows.push_back({kWeekdays[weekday], static_cast<std::int64_t>(hour), static_cast<std::int64_t>(orders)});
    }
  }
  return table;
}

Table items() {
  constexpr std::array<const char*, 3> kStates = {"São Paulo", "Rio de Janeiro", "Minas Gerais"};
  Table table{{{"price", ColumnType::kDouble},
               {"freight", ColumnType::kDouble},
               {"state", ColumnType::kText},
               {"product", ColumnType::kText}},
              {}};
  for (std::uint64_t at = 0; at < 240; ++at) {
    const double price = 12 + 260 * std::pow(chance(at), 2.2);
    const double freight = 8 + price * 0.07 + 14 * chance(at + 5000) * chance(at + 9000);
    table.rows.push_back(
        {cents(price), cents(freight), kStates[at % 3], at == 0 ? kHostile : fmt::format("Product {}", at)});
  }
  return table;
}

Table states() {
  constexpr std::array<const char*, 3> kStatus = {"Paid", "Open", "Returned"};
  Table table{{{"month", ColumnType::kDate}, {"status", ColumnType::kText}, {"orders", ColumnType::kInteger}}, {}};
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned status = 0; status < 3; ++status) {
      const double orders = (status == 0   ? 1700
                             : status == 1 ? 420
                                           : 160) *
                            (0.8 + 0.04 * month + 0.2 * chance(month * 3 + status));
      table.rows.push_back({day(2024, month), kStatus[status], static_cast<std::int64_t>(orders)});
    }
  }
  return table;
}

Table products() {
  Table table{{{"product", ColumnType::kText},
               {"category", ColumnType::kText},
               {"first_sold", ColumnType::kDate},
               {"units", ColumnType::kInteger},
               {"revenue", ColumnType::kDecimal},
               {"margin", ColumnType::kDouble}},
              {}};
  for (unsigned at = 0; at < 60; ++at) {
    const auto units = static_cast<std::int64_t>(4200 / (1 + 0.12 * at) + 90 * chance(at));
    table.rows.push_back({at == 3 ? std::string(kHostile) : fmt::format("Product {} with a longer name", at + 1),
                          kCategories[at % kCategories.size()], day(2023, at % 12 + 1, at % 27 + 1), units,
                          Decimal{fmt::format("{}.{:02}", units * 37, at)},
                          at == 5 ? Cell() : Cell(0.18 + 0.2 * chance(at + 77))});
  }
  return table;
}

Table year() {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Table table{{{"region", ColumnType::kText}}, {}};
  for (const char* name : kMonths) {
    table.columns.push_back({name, ColumnType::kDouble});
  }
  table.columns.push_back({"total", ColumnType::kDouble});
  for (std::size_t region = 0; region < kRegions.size(); ++region) {
    std::vector<Cell> row = {kRegions[region]};
    double total = 0;
    for (unsigned month = 13; month <= 24; ++month) {
      const double revenue = std::round(month_revenue(month) * (0.4 - 0.08 * static_cast<double>(region)) / 100) / 10;
      row.emplace_back(revenue);
      total += revenue;
    }
    row.emplace_back(total);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table growth() {
  return {{{"region", ColumnType::kText}, {"growth", ColumnType::kDouble}},
          {{"North | East", 0.182}, {"*South*", 0.121}, {kHostile, -0.034}}};
}

class Samples final : public weir::report::QueryRunner {
 public:
  Result<Table> run(const std::string& sql, const weir::Place&, std::size_t) override {
    static const std::map<std::string, Table (*)(), std::less<>> kTables = {
        {"kpi", kpi},     {"monthly", monthly}, {"regions", regions},   {"categories", categories}, {"hours", hours},
        {"items", items}, {"states", states},   {"products", products}, {"growth", growth},         {"year", year}};
    const std::size_t from = sql.rfind(' ') + 1;
    const auto found = kTables.find(sql.substr(from, sql.find_last_not_of('\n') + 1 - from));
    return found == kTables.end() ? weir::fail(weir::ErrorCode::kNotFound, "no such sample", sql)
                                  : Result<Table>(found->second());
  }
};

weir::Status render(const std::string& source, const std::string& output) {
  WEIR_TRY_ASSIGN(const std::string text, weir::read_file(source));
  WEIR_TRY_ASSIGN(const auto report, weir::report::parse_report(source, text));
  Samples samples;
  const weir::Timestamp generated_at = std::chrono::sys_days(std::chrono::year(2025) / 1 / 2) + std::chrono::hours(6);
  WEIR_TRY_ASSIGN(const std::string html,
                  weir::report::render_report(report, samples, {.state = "sample", .generated_at = generated_at}));
  return weir::write_file(output, html);
}
}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: weir_report_sample REPORT.md OUTPUT.html\n", stderr);
    return 2;
  }
  if (const auto status = render(arguments[1], arguments[2]); !status) {
    std::fprintf(stderr, "%s\n", status.error().text().c_str());
    return 3;
  }
  return 0;
}
