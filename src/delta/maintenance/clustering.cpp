#include "delta/maintenance/clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/text.h"
#include "delta/maintenance/parts.h"
#include "duck/database.h"
#include "duck/scalar_function.h"

namespace weir::delta {
namespace {
constexpr std::size_t kColumnsMax = 8;
constexpr std::size_t kGridBits = 16;  // 65,536 cells: more than a table has files
constexpr std::int64_t kSampleRows = 500'000;

bool has_order(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kStruct:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kVariant:
    case TypeKind::kBinary:
      return false;
    default:
      return true;
  }
}

// A function of SQL that gives a cell's position on the curve; made once for each database. Returns its name.
Result<std::string> curve_function(duck::Connection& connection, Curve curve, std::size_t dimensions, unsigned bits) {
  const std::string name = fmt::format("weir_{}_{}", curve_name(curve), dimensions);
  const auto positions = std::make_shared<const std::vector<std::uint32_t>>(curve_positions(curve, dimensions, bits));
  WEIR_TRY(duck::ensure_scalar_function(
      connection, {.name = name,
                   .arguments = {{.id = duck::TypeId::kInteger}},
                   .returns = {.id = duck::TypeId::kUInteger},
                   .call = [positions](duck::ScalarCall& call) -> Status {
                     const auto cells = call.arguments()[0].values<std::int32_t>();
                     auto* const out = static_cast<std::uint32_t*>(call.result_data());
                     for (std::uint64_t row = 0; row < call.rows_count(); ++row) {
                       const auto cell = static_cast<std::uint32_t>(cells[row]);
                       out[row] = cell < positions->size() ? (*positions)[cell] : 0;
                     }
                     return {};
                   }}));
  return name;
}
}  // namespace

Status check_clustering(const Clustering& clustering, const Schema& schema, const std::vector<std::string>& partition_columns) {
  if (clustering.columns.size() > kColumnsMax) {
    return fail(ErrorCode::kInvalid, fmt::format("{} columns to cluster by; {} are the most, and more than 4 rarely help",
                                                 clustering.columns.size(), kColumnsMax));
  }
  std::vector<std::string> names;
  for (const Field& field : schema.fields) {
    names.push_back(field.name);
  }
  for (std::size_t i = 0; i < clustering.columns.size(); ++i) {
    const std::string& name = clustering.columns[i];
    const Field* field = schema.find(name);
    if (field == nullptr) {
      return fail(ErrorCode::kInvalid, fmt::format("there is no column \"{}\" to cluster by{}", name, did_you_mean(name, names)));
    }
    const auto is_it = [&](const std::string& other) { return equals_ignoring_case(other, name); };
    if (std::ranges::any_of(partition_columns, is_it)) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is a partition column: its rows lie together already", name));
    }
    if (std::any_of(clustering.columns.begin(), clustering.columns.begin() + static_cast<std::ptrdiff_t>(i), is_it)) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is named twice", name));
    }
    if (!has_order(field->type)) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" cannot be clustered by: statistics of its type skip nothing", name));
    }
  }
  return {};
}

Result<std::string> clustering_expression(duck::Connection& connection, std::string_view rows_sql, std::optional<std::int64_t> rows_count,
                                          const Clustering& clustering, const std::stop_token& stop) {
  WEIR_ASSERT(!clustering.columns.empty(), "something to cluster by");
  if (clustering.columns.size() == 1) {
    return sql_name(clustering.columns[0]);
  }
  const unsigned bits = static_cast<unsigned>(kGridBits / clustering.columns.size());
  const std::size_t side = std::size_t{1} << bits;
  const double share = rows_count && *rows_count > 2 * kSampleRows ? 100.0 * static_cast<double>(kSampleRows) / static_cast<double>(*rows_count) : 100.0;
  const std::string sample = share < 100.0 ? fmt::format("USING SAMPLE {:.4f} PERCENT (system)", share) : "";
  WEIR_TRY_ASSIGN(const std::vector<duck::Column> columns, connection.describe(rows_sql));
  std::string cell;
  for (const std::string& name : clustering.columns) {
    const auto column = std::ranges::find_if(columns, [&](const duck::Column& other) { return equals_ignoring_case(other.name, name); });
    WEIR_ASSERT(column != columns.end(), "a column of the rows");
    WEIR_TRY_ASSIGN(const std::string part, part_expression(connection, rows_sql, sample, name, column->type, side, stop));
    cell = cell.empty() ? part : fmt::format("({} * {} + {})", cell, side, part);
  }
  WEIR_TRY_ASSIGN(const std::string function, curve_function(connection, clustering.curve, clustering.columns.size(), bits));
  return fmt::format("{}(({})::INTEGER)", function, cell);
}
}  // namespace weir::delta
