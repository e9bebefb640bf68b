#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "duck/database.h"

/// CSV files of seeds, read as dbt reads them.
namespace weir::transform {
struct CsvSeed {
  std::filesystem::path path;
  std::string file;  ///< what messages call it: "seeds/countries.csv"
  char delimiter = ',';
  /// Column -> SQL type, for columns that are not to be guessed.
  std::vector<std::pair<std::string, std::string>> column_types;
};

/// A statement that gives the seed's rows with their types. Values that are empty or "null", in any case, are NULL; a
/// column whose values are all whole numbers becomes INTEGER (or BIGINT, or DECIMAL), then come DOUBLE, DATE,
/// TIMESTAMP, BOOLEAN and VARCHAR. A column without values is INTEGER, as in dbt. Makes a temporary table on
/// `connection`, which the statement reads. Errors: kInvalid with the line for a header or row that is no CSV, kIo.
Result<std::string> read_csv_seed(duck::Connection& connection, const CsvSeed& seed);
}  // namespace weir::transform
