#include "report/lake_query.h"

#include <limits>

namespace weir::report {
namespace {
using duck::TypeId;

ColumnType column_type(const duck::Type& type) {
  switch (type.id) {
    case TypeId::kBoolean:
      return ColumnType::kBool;
    case TypeId::kTinyInt:
    case TypeId::kSmallInt:
    case TypeId::kInteger:
    case TypeId::kBigInt:
    case TypeId::kUTinyInt:
    case TypeId::kUSmallInt:
    case TypeId::kUInteger:
      return ColumnType::kInteger;
    case TypeId::kFloat:
    case TypeId::kDouble:
      return ColumnType::kDouble;
    case TypeId::kHugeInt:
    case TypeId::kUHugeInt:
    case TypeId::kUBigInt:
    case TypeId::kDecimal:
      return ColumnType::kDecimal;
    case TypeId::kDate:
      return ColumnType::kDate;
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
    case TypeId::kTimestampS:
    case TypeId::kTimestampMs:
    case TypeId::kTimestampNs:
      return ColumnType::kTimestamp;
    default:
      return ColumnType::kText;
  }
}

Timestamp timestamp_of(const duck::VectorView& column, std::uint64_t row) {
  const std::int64_t value = column.integer(row);
  switch (column.type().id) {
    case TypeId::kTimestampS:
      return Timestamp(std::chrono::seconds(value));
    case TypeId::kTimestampMs:
      return Timestamp(std::chrono::milliseconds(value));
    case TypeId::kTimestampNs:
      return Timestamp(std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(value)));
    default:
      return Timestamp(std::chrono::microseconds(value));
  }
}

Cell cell_of(const duck::VectorView& column, std::uint64_t row) {
  if (column.is_null(row)) {
    return std::monostate();
  }
  switch (column_type(column.type())) {
    case ColumnType::kBool:
      return column.boolean(row);
    case ColumnType::kInteger:
      return column.integer(row);
    case ColumnType::kDouble:
      return column.number(row);
    case ColumnType::kDecimal:
      return Decimal{column.text(row)};
    case ColumnType::kDate:
      return std::chrono::sys_days(std::chrono::days(column.integer(row)));
    case ColumnType::kTimestamp:
      return timestamp_of(column, row);
    case ColumnType::kText:
      break;
  }
  return column.text(row);
}
}  // namespace

Result<Table> LakeQueryRunner::run(const std::string& sql, const Place&, std::size_t rows_count_max) {
  WEIR_TRY_ASSIGN(duck::ResultSet result, session_.stream(sql, stop_));
  Table table;
  for (const duck::Column& column : result.columns()) {
    table.columns.push_back({column.name, column_type(column.type)});
  }
  while (table.rows.size() <= rows_count_max) {
    WEIR_TRY_ASSIGN(const std::optional<duck::Chunk> chunk, result.next());
    if (!chunk) {
      break;
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      auto& cells = table.rows.emplace_back();
      for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
        cells.push_back(cell_of(chunk->column(i), row));
      }
    }
  }
  return table;
}
}  // namespace weir::report
