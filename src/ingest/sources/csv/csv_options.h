#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "ingest/value_parser.h"

namespace weir::ingest {
/// What `csv:` of a source says. What it leaves out is found out from each file.
struct CsvOptions {
  std::optional<std::string> delimiter;
  std::optional<char> quote;   ///< '\0': none
  std::optional<char> escape;
  std::optional<bool> header;
  std::optional<std::int64_t> skip;  ///< lines before the header
  std::string encoding = "auto";
  bool fill_ragged = false;          ///< records with fields missing at their end, or with empty ones too many, are taken
  std::vector<std::string> nulls;    ///< texts that mean null, besides an empty field without quotes
  ValueFormats formats;
};

/// Reads the map; absent gives the defaults. Errors: kInvalid with the place.
Result<CsvOptions> parse_csv_options(const ConfigNode& node);
}  // namespace weir::ingest
