#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ingest/sources/csv/csv_options.h"
#include "ingest/sources/csv/csv_record.h"

namespace weir::ingest {
/// A line that is no record of the table.
struct SkippedLine {
  std::uint64_t line = 0;
  std::string text;
};

/// How one file is written, as its beginning shows.
struct CsvLayout {
  CsvDialect dialect;
  bool has_header = false;
  std::vector<std::string> names;        ///< of the columns, unique whatever their case, none empty
  std::uint64_t data_offset = 0;         ///< bytes of text before the first record behind the header
  std::uint64_t data_line = 1;           ///< its line, from 1
  std::vector<SkippedLine> preamble;     ///< lines before the header that nobody told to skip
  std::vector<std::string> notes;        ///< what people should know: "2 lines before the header"
};

/// What is known before looking.
struct CsvExpectation {
  const CsvOptions& options;
  std::vector<std::string> declared;  ///< names that `columns:` gives, in order; they name the columns of a file without header
  std::vector<std::string> known;     ///< the table's columns; empty for a new table
  const CsvDialect* likely = nullptr; ///< of a file of the same source: tried first, and taken when it fits
};

/// Finds out about a file from its first bytes, as UTF-8. `whole`: they are all there is. A header takes the first line that is not
/// blank; lines before it that are clearly none of the table (a title) are its preamble. Where nothing tells a header from
/// data (all columns are text), the first line is taken as one. Errors: kInvalid when `skip` goes beyond the file's beginning.
Result<CsvLayout> find_csv_layout(std::string_view sample, bool whole, const CsvExpectation& expectation);
}  // namespace weir::ingest
