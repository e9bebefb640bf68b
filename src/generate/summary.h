#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace weir::generate {
/// One file that was written.
struct GeneratedFile {
  std::string path;              ///< relative to the folder that was asked for, with '/'
  std::uint64_t rows_count = 0;  ///< records without the header, odd ones included; a quoted line break makes no record
  std::uint64_t size_bytes = 0;
};

/// One table of a shop over all files of the folder.
struct GeneratedTable {
  std::string name;
  std::uint64_t files_count = 0;
  std::uint64_t rows_count = 0;            ///< as in the files: keys + rejected + duplicates
  std::uint64_t rows_rejected_count = 0;   ///< rows that do not fit the schema
  std::uint64_t rows_duplicate_count = 0;  ///< further rows of a key that is there already
  std::uint64_t keys_count = 0;            ///< distinct keys, what a correct load holds in the end
  std::int64_t amount_cents = 0;           ///< sum of the table's amount column over the keys; 0 where it has none
};

struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
  bool operator==(const NamedCount&) const = default;
};

/// What a generator wrote. Depends on the options alone, not on the machine or the number of threads.
struct GenerateSummary {
  std::vector<GeneratedFile> files;    ///< by path; the manifest itself is not among them
  std::vector<GeneratedTable> tables;  ///< of a shop; empty for logs
  std::vector<NamedCount> counts;      ///< what was planted: kinds of odd rows, or log records per level
  std::uint64_t rows_count = 0;
  std::uint64_t size_bytes = 0;
};

struct GenerateProgress {
  std::uint64_t rows_count = 0;           ///< written so far
  std::uint64_t rows_expected_count = 0;  ///< an estimate within a few percent; 0 when unknown
};

/// Called now and then from any of the generator's threads, never from two at once. May be empty.
using ProgressCallback = std::function<void(const GenerateProgress&)>;
}  // namespace weir::generate
