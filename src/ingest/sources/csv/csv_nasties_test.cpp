#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
namespace fs = std::filesystem;
const fs::path kFolder = "../shared/data/csv-nasties";

std::vector<fs::path> csv_files_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    paths.push_back(fs::absolute(entry.path()));
  }
  std::ranges::sort(paths);
  return paths;
}

/// Prints what became of a file; set WEIR_SHOW=1.
TEST(CsvNasties, Show) {
  const char* show = std::getenv("WEIR_SHOW");
  if (show == nullptr) {
    GTEST_SKIP();
  }
  for (const fs::path& path : csv_files_in(kFolder / show)) {
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    std::string columns;
    for (const auto& column : outcome.columns) {
      columns += column.name + " " + column.type.sql() + ", ";
    }
    printf("--- %s: %zu rows, %zu rejects of %zu%s\n   %s\n", path.filename().c_str(), outcome.rows.size(), outcome.rejects.size(),
           static_cast<std::size_t>(outcome.records_count), outcome.error ? (" ERROR " + outcome.error->text()).c_str() : "", excerpt(columns, 400).c_str());
    for (const auto& note : outcome.notes) {
      printf("   note %s\n", note.c_str());
    }
    for (const auto& bad : outcome.bad_files) {
      printf("   bad %s\n", bad.error.text().c_str());
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(outcome.rejects.size(), 3); ++i) {
      const auto& r = outcome.rejects[i];
      printf("   reject %zu %s: %s: %s\n", static_cast<std::size_t>(r.line.value_or(0)), r.column.c_str(), r.reason.c_str(), excerpt(r.raw_text, 100).c_str());
    }
    const auto lines = outcome.lines();
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2); ++i) {
      printf("   row %s\n", excerpt(lines[i], 150).c_str());
    }
  }
}
}  // namespace
}  // namespace weir::ingest
