#include "delta/constraints.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "duck/database.h"

namespace weir::delta {
namespace {
constexpr std::string_view kProperty = "delta.constraints.";
constexpr std::string_view kInvariant = "delta.invariants";
constexpr std::string_view kMark = "weir constraint ";

// Spark writes names in backticks, DuckDB in double quotes.
std::string for_duck(std::string_view sql) {
  std::string out;
  bool in_text = false;
  for (const char c : sql) {
    in_text = in_text != (c == '\'');
    out += c == '`' && !in_text ? '"' : c;
  }
  return out;
}

bool has_invariant_inside(const DataType& type) {
  for (const Field& field : type.fields) {
    if (field.metadata.contains(std::string(kInvariant)) || has_invariant_inside(field.type)) {
      return true;
    }
  }
  return false;
}

// {"expression":{"expression":"a > 3"}}
Result<std::string> invariant_sql(const Field& field) {
  const Json json = Json::parse(field.metadata_text(kInvariant).value_or(""), nullptr, false);
  const auto text = [&]() -> std::optional<std::string> {
    if (!json.is_object() || !json.contains("expression") || !json["expression"].is_object()) {
      return std::nullopt;
    }
    const Json& inner = json["expression"];
    const auto at = inner.find("expression");
    return at != inner.end() && at->is_string() ? std::optional(at->get<std::string>()) : std::nullopt;
  }();
  return text ? Result<std::string>(*text)
              : fail(ErrorCode::kCorrupt, "the column's invariant cannot be read", field.name);
}

// The line feed ends a comment.
std::string broken(const RowConstraint& constraint) {
  return fmt::format("({}\n) IS NOT TRUE", constraint.sql);
}
}  // namespace

Result<std::vector<RowConstraint>> row_constraints(const Schema& schema, const StringMap& properties) {
  std::vector<RowConstraint> out;
  for (auto at = properties.lower_bound(kProperty); at != properties.end() && at->first.starts_with(kProperty); ++at) {
    out.push_back({at->first.substr(kProperty.size()), for_duck(at->second)});
  }
  for (const Field& field : schema.fields) {
    if (has_invariant_inside(field.type)) {
      return fail(ErrorCode::kUnsupported, "invariants of fields inside a column cannot be checked", field.name);
    }
    if (field.metadata.contains(std::string(kInvariant))) {
      WEIR_TRY_ASSIGN(const std::string sql, invariant_sql(field));
      out.push_back({field.name, for_duck(sql)});
    }
  }
  return out;
}

Result<std::string> constrained_sql(duck::Connection& connection, const std::string& select_sql, const Schema& schema,
                                    const std::vector<RowConstraint>& constraints) {
  if (constraints.empty()) {
    return select_sql;
  }
  std::string cases;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const auto understood = connection.describe(fmt::format("SELECT {} FROM ({})", broken(constraints[i]), select_sql));
    if (!understood) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the constraint {} ({}) cannot be checked: {}", constraints[i].name,
                              excerpt(constraints[i].sql), understood.error().message));
    }
    cases += fmt::format(" WHEN {} THEN error('{}{}.')", broken(constraints[i]), kMark, i);
  }
  const std::string column = sql_name(schema.fields[0].name);
  return fmt::format("SELECT * REPLACE (CASE{} ELSE {} END AS {}) FROM ({})", cases, column, column, select_sql);
}

Error explain_violation(duck::Connection& connection, const std::string& select_sql,
                        const std::vector<RowConstraint>& constraints, Error error, const std::stop_token& stop) {
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    if (error.message.find(fmt::format("{}{}.", kMark, i)) == std::string::npos) {
      continue;
    }
    error.message = fmt::format("rows break the constraint {}: {}", constraints[i].name, excerpt(constraints[i].sql));
    error.place.reset();
    const auto found = connection.query_rows(
        fmt::format("SELECT count(*), any_value(\"weir row\")::VARCHAR FROM ({}) AS \"weir row\" WHERE {}", select_sql,
                    broken(constraints[i])),
        stop);
    if (found && found->front()[0]) {
      error.message =
          fmt::format("{} row{} break{} the constraint {} ({}), such as {}", *found->front()[0],
                      *found->front()[0] == "1" ? "" : "s", *found->front()[0] == "1" ? "s" : "", constraints[i].name,
                      excerpt(constraints[i].sql), excerpt(found->front()[1].value_or(""), 200));
    }
    return error;
  }
  return error;
}
}  // namespace weir::delta
