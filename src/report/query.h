#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

/// What a report asks of the SQL engine, and what it gets. The engine is connected from above.
namespace weir::report {
enum class ColumnType : std::uint8_t {
  kBool,
  kInteger,
  kDouble,
  kDecimal,
  kText,  ///< also for types that a report does not know: as the engine prints them
  kDate,
  kTimestamp,  ///< in UTC, or without a zone
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
};

/// An exact number as text, also beyond 64 bits: "-1234.50".
struct Decimal {
  std::string digits;
  bool operator==(const Decimal&) const = default;
};

/// One value; std::monostate is NULL. Which of the others it holds follows from the column's type.
using Cell =
    std::variant<std::monostate, bool, std::int64_t, double, Decimal, std::string, std::chrono::sys_days, Timestamp>;

/// The result of a query. Every row has as many cells as there are columns.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

/// A page is made to be read: larger results are refused.
inline constexpr std::size_t kQueryRowsMax = 50'000;

/// Runs the SQL of a report. Implemented over a lake, a warehouse, or fixed tables in tests.
class QueryRunner {
 public:
  virtual ~QueryRunner() = default;
  /// Runs one SELECT and returns all its rows, but may stop after `rows_count_max` + 1 of them.
  /// `place` is where `sql` begins in the report's file, for messages. A failure that is known to lie at a line and
  /// column of `sql` (both from 1) may say so in `Error::place` with an empty file: the report turns it into the place
  /// in its own file.
  virtual Result<Table> run(const std::string& sql, const Place& place, std::size_t rows_count_max) = 0;
};
}  // namespace weir::report
