#include "quality/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/hash.h"
#include "core/text.h"
#include "quality/sql_traits.h"

namespace weir::quality {
namespace {
constexpr std::size_t kNameBytesMax = 64;
/// A part of every code hash: a new number makes every check run again, for when what they find has changed.
constexpr std::string_view kSemantics = "1";

bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) >= 0x80);
}

double fraction_passed(const Measurement& measurement) {
  if (measurement.rows == 0) {
    return 1.0;
  }
  const std::uint64_t failed = std::min(measurement.failures, measurement.rows);
  return static_cast<double>(measurement.rows - failed) / static_cast<double>(measurement.rows);
}

// Never rounded up to what it did not reach: 99.996 % is not "100 %".
std::string percent(double fraction) {
  std::string text = fmt::format("{:.2f}", std::floor(fraction * 10'000 + 1e-6) / 100);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text + " %";
}

bool good_enough(double mostly, const Measurement& measurement) {
  constexpr double kRounding = 1e-12;  // 9 of 10 reach 0.9
  return fraction_passed(measurement) + kRounding >= mostly;
}
}  // namespace

graph::Outcome judge(const Rules& rules, const Measurement& measurement) {
  const graph::Outcome worst = rules.severity == Severity::kError ? graph::Outcome::kFailed : graph::Outcome::kWarn;
  if (rules.mostly) {
    return good_enough(*rules.mostly, measurement) ? graph::Outcome::kOk : worst;
  }
  if (rules.severity == Severity::kError && rules.error_if.holds(measurement.failures)) {
    return graph::Outcome::kFailed;
  }
  return rules.warn_if.holds(measurement.failures) ? graph::Outcome::kWarn : graph::Outcome::kOk;
}

std::string describe(const Rules& rules, const Measurement& measurement, const std::vector<std::string>& examples) {
  std::string out = measurement.finding;
  if (out.empty()) {
    out = measurement.failures == 0 ? fmt::format("{} row{}", human_count(measurement.rows), measurement.rows == 1 ? "" : "s")
                                    : fmt::format("{} of {} rows", human_count(measurement.failures), human_count(measurement.rows));
  }
  if (rules.mostly && measurement.failures > 0) {
    out += fmt::format(" ({} pass, {} wanted)", percent(fraction_passed(measurement)), percent(*rules.mostly));
  }
  if (!examples.empty()) {
    out += "; e.g. " + examples.front();
  }
  return out;
}

Column named_column(std::string name, Place place) {
  std::string sql = sql_name(name);
  return {.name = std::move(name), .sql = std::move(sql), .place = std::move(place), .is_name = true};
}

std::string Check::code_hash() const {
  std::string all = fmt::format("{}\n{}\n{}\n", kSemantics, type, table.sql);
  for (const std::string& part : aggregates) {
    all += part + "\n";
  }
  all += fmt::format("{}\n{}\n{}\n{}\n", query, failing_condition, failing_rows, compared_with);
  all += fmt::format("{} {} {} {} {}", rules.severity == Severity::kError ? "error" : "warn", rules.mostly.value_or(-1.0),
                     rules.warn_if.text(), rules.error_if.text(), rules.failures_max);
  return hash128_hex(all);
}

Check row_check(std::string type, const CheckScope& scope, std::vector<Column> columns, const RowRule& rule) {
  Check check;
  check.type = std::move(type);
  check.place = scope.place;
  check.table = scope.table;
  check.columns = std::move(columns);
  check.failing_condition = guarded(scope.where, rule.broken);
  check.aggregates = {count_of(guarded(scope.where, rule.considered)), count_of(check.failing_condition)};
  check.takes_mostly = true;
  note_sql(check, check.failing_condition);
  check.measure = [](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    WEIR_TRY_ASSIGN(out.failures, count_in(values, 1));
    return out;
  };
  return check;
}

void note_sql(Check& check, std::string_view sql) {
  const SqlTraits traits = sql_traits(sql);
  check.depends_on_time = check.depends_on_time || traits.depends_on_time;
  check.alone = check.alone || traits.has_select || traits.depends_on_time;
  if (!traits.has_select) {
    return;  // what looks like a table is a column behind its struct
  }
  for (const std::string& name : traits.tables) {
    const auto table = lake::TableName::parse(name);
    if (table && table->text() != check.table.name) {
      check.others.push_back({.relation = table_relation(*table), .columns = {}});
    }
  }
}

std::string all_of(const std::vector<std::string>& conditions) {
  std::string out;
  for (const std::string& condition : conditions) {
    if (!condition.empty()) {
      // The line break ends a comment in the user's SQL.
      out += fmt::format("{}({}\n)", out.empty() ? "" : " AND ", condition);
    }
  }
  return out.empty() ? "TRUE" : out;
}

std::string guarded(const std::string& where, const std::string& condition) {
  if (where.empty() || condition.empty()) {
    return where.empty() ? condition : where;
  }
  return fmt::format("CASE WHEN {}\n THEN ({}\n) END", where, condition);
}

// count_if takes a third of the time of count(*) FILTER, and the column's statistics can answer it.
std::string count_of(const std::string& condition) {
  return condition.empty() ? "count(*)" : fmt::format("count_if({}\n)", condition);
}

Result<std::uint64_t> count_in(const Values& values, std::size_t index) {
  if (index < values.size() && !values[index]) {
    return 0;
  }
  std::uint64_t count = 0;
  const std::string text = index < values.size() ? *values[index] : std::string();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kInternal, fmt::format("a check's SQL gave \"{}\" where a count was expected", excerpt(text, 40)));
  }
  return count;
}

std::string check_name(std::string_view type, const std::vector<std::string>& parts) {
  std::string out(type);
  for (const std::string& part : parts) {
    out += '_';
    for (const char c : part) {
      if (is_word_byte(c)) {
        out += c;
      } else if (!out.ends_with('_')) {
        out += '_';
      }
    }
  }
  while (out.size() > type.size() && out.ends_with('_')) {
    out.pop_back();
  }
  if (out.size() <= kNameBytesMax) {
    return out;
  }
  const std::string hash = hash128_hex(join(parts, "\n")).substr(0, 8);
  std::size_t cut = kNameBytesMax - hash.size() - 1;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) {
    --cut;
  }
  return out.substr(0, cut) + "_" + hash;
}
}  // namespace weir::quality
