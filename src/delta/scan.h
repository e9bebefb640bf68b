#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "delta/snapshot.h"

/// Which files of a snapshot a query needs, and the SQL that reads them.
namespace weir::delta {
enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,         ///< equal to one of the values
  kIsNull,     ///< no values
  kIsNotNull,  ///< no values
};

/// A column compared with constants, as SQL's three-valued logic has it: a null never matches but by kIsNull.
struct Condition {
  std::vector<std::string> column;  ///< its name; the fields on the way to it for one inside structs
  Comparison comparison = Comparison::kEqual;
  /// The constants as DuckDB prints them (dates, timestamps, decimals …). NULL among them may be left out.
  /// A text that the column's type cannot read makes the condition say nothing, which is safe.
  std::vector<std::string> values;
};

struct ScanOptions {
  /// All of them hold for every wanted row. Conditions on unknown columns or types say nothing.
  std::vector<Condition> conditions;
};

/// The chosen files of a snapshot. Immutable; keeps the snapshot.
class Scan {
 public:
  /// Leaves out files that cannot hold a row for which all conditions are true, by partition values and statistics.
  /// Never leaves out one that could. Errors: kCorrupt for unreadable partition values.
  static Result<Scan> plan(std::shared_ptr<const Snapshot> snapshot, const ScanOptions& options = {});
  /// Exactly these files.
  static Scan of_files(std::shared_ptr<const Snapshot> snapshot, std::vector<std::uint32_t> files);

  const Snapshot& snapshot() const { return *snapshot_; }
  /// Positions in snapshot().files(), ascending.
  const std::vector<std::uint32_t>& files() const { return files_; }
  std::size_t files_skipped_count() const { return snapshot_->files().size() - files_.size(); }
  std::int64_t total_bytes() const;
  /// The same with these files alone: positions in snapshot().files(), ascending.
  Scan only(std::vector<std::uint32_t> files) const {
    Scan chosen(snapshot_);
    chosen.files_ = std::move(files);
    return chosen;
  }

 private:
  explicit Scan(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<std::uint32_t> files_;
};

struct ScanSqlOptions {
  /// Adds the columns "weir file" (UBIGINT, an index into `scan_sql_order`) and "weir row" (BIGINT, the row's position
  /// in its file, counted with deleted rows) behind the table's own.
  bool with_row_positions = false;
};
inline constexpr std::string_view kFileColumn = "weir file";  ///< a blank keeps them apart from columns of tables
inline constexpr std::string_view kRowColumn = "weir row";

/// The files of the scan as `with_row_positions` counts them: those without deletion vectors come first.
std::vector<std::uint32_t> scan_sql_order(const Scan& scan);

/// A SELECT for DuckDB that gives the rows of the scan: the table's columns in order, with their names and types,
/// partition columns from the log, columns that a file lacks as NULL, deleted rows left out. DuckDB pushes filters and
/// columns down into it and opens no file before it runs. Put it in parentheses to use it as a table. The store must be
/// local (S3 comes with a cache of files). Errors: kUnsupported, kCorrupt, kIo (deletion vectors).
Result<std::string> scan_sql(const storage::ObjectStore& store, const Scan& scan, const ScanSqlOptions& options = {});
}  // namespace weir::delta
