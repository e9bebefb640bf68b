#include <gmock/gmock.h>

#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const duck::Type kText{.id = duck::TypeId::kVarchar};
const duck::Type kBigInt{.id = duck::TypeId::kBigInt};

ReadOutcome read(std::string_view text, const std::string& yaml = "{}", const ReadSetup& setup = {}) {
  const TestFolder folder;
  return read_files("csv", yaml, {folder.write("in.csv", text)}, setup);
}

std::string types(const ReadOutcome& outcome) {
  std::string out;
  for (const duck::Column& column : outcome.columns) {
    out += (out.empty() ? "" : " ") + column.type.sql();
  }
  return out;
}

TEST(CsvFormat, InfersTypesThatKeepEveryDigit) {
  const ReadOutcome outcome = read(
      "id,zip,price,day,at,zoned,flag,big,exact\n"
      "1,01067,1.50,2024-01-31,2024-01-31 06:00,2024-01-31T06:00:00+09:00,true,12345678901234567890,0.12345678901234567890\n"
      "2,10115,2,2024-02-01,2024-02-01,2024-02-01T00:00:00Z,false,1,1.5\n");
  EXPECT_EQ(types(outcome), "BIGINT VARCHAR DOUBLE DATE TIMESTAMP TIMESTAMP WITH TIME ZONE BOOLEAN VARCHAR VARCHAR");
  EXPECT_THAT(outcome.lines(), Contains(HasSubstr("1|01067|1.5|2024-01-31|2024-01-31 06:00:00|2024-01-30 21:00:00+00|true")));
}

TEST(CsvFormat, ValuesThatDoNotFitAreRejectedWithLineAndColumn) {
  const ReadSetup table{.known = {{"id", kBigInt}, {"amount", {.id = duck::TypeId::kDecimal, .width = 12, .scale = 2}}, {"day", {.id = duck::TypeId::kDate}}}};
  const ReadOutcome outcome = read(
      "id,amount,day\n"
      "1,10.50,2024-01-31\n"
      "N/A,1,2024-01-31\n"
      "1.5,1,2024-01-31\n"
      "4.0,0.125,2024-01-31\n"
      "5,12345678901.00,2024-01-31\n"
      "6,1,2024-02-30\n"
      "7.0, 1 ,2024-02-29\n",
      "{}", table);
  EXPECT_THAT(outcome.lines(), ElementsAre("1|10.50|2024-01-31", "7|1.00|2024-02-29"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("3 id", "4 id", "5 amount", "6 amount", "7 day"));
  EXPECT_EQ(outcome.rejects[0].reason, "\"N/A\" is not a whole number (bigint)");
  EXPECT_EQ(outcome.rejects[0].raw_text, "N/A,1,2024-01-31");
  EXPECT_EQ(outcome.records_count, 7U);
}

TEST(CsvFormat, LinesAreCountedThroughQuotedNewlines) {
  const ReadOutcome outcome = read("a,b\n1,\"x\n\ny\"\n2,y,z\n", "{}", {.known = {{"a", kBigInt}, {"b", kText}}});
  EXPECT_THAT(outcome.lines(), ElementsAre("1|x\n\ny"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("5"));
}

TEST(CsvFormat, AQuoteThatIsNeverClosedCostsOneLine) {
  const ReadOutcome outcome = read("a,b,c\n1,\"x,2\n3,y,4\n5,z,6\n");
  EXPECT_THAT(outcome.lines(), ElementsAre("3|y|4", "5|z|6"));
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].line, 2U);
  EXPECT_EQ(outcome.rejects[0].raw_text, "1,\"x,2");
}

TEST(CsvFormat, NewlinesMayBeMixed) {
  EXPECT_THAT(read("a,b\r\n1,x\n2,y\r\n3,z").lines(), ElementsAre("1|x", "2|y", "3|z"));
  EXPECT_THAT(read("a,b\r1,x\r2,y\r").lines(), ElementsAre("1|x", "2|y"));
}

TEST(CsvFormat, FindsTheDelimiter) {
  EXPECT_THAT(read("a;b\n1,5;x\n2,5;y\n").lines(), ElementsAre("1,5|x", "2,5|y"));
  EXPECT_THAT(read("a\tb\n1\tx y\n").lines(), ElementsAre("1|x y"));
  EXPECT_THAT(read("a|b|c\n1|x|3\n").lines(), ElementsAre("1|x|3"));
  EXPECT_THAT(read("a||b\n1||x\n", "csv: {delimiter: '||'}").lines(), ElementsAre("1|x"));
}

TEST(CsvFormat, EmptyAndHeaderOnlyFilesHaveNoRowsAndAreSpokenOf) {
  const ReadOutcome empty = read("");
  EXPECT_THAT(empty.notes, Contains(HasSubstr("the file is empty")));
  EXPECT_TRUE(empty.columns.empty());
  const ReadOutcome header = read("a,b\n");
  EXPECT_THAT(header.names(), ElementsAre("a", "b"));
  EXPECT_THAT(header.rows, IsEmpty());
}

TEST(CsvFormat, NamesBecomeUnique) {
  const ReadOutcome outcome = read("id,,Name,name,\n1,2,x,y,3\n");
  EXPECT_THAT(outcome.names(), ElementsAre("id", "column_2", "Name", "name_1", "column_5"));
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("repeated name")));
}

TEST(CsvFormat, NullsAreWhatTheSourceSays) {
  EXPECT_THAT(read("a,b\nNA,NULL\n1,\"NA\"\n,\n2,\"\"\n", "csv: {'null': NA}").lines(), ElementsAre("NULL|NULL", "1|NA", "NULL|NULL", "2|"));
}

TEST(CsvFormat, OwnFormatsOfDatesAndNumbers) {
  const ReadOutcome outcome = read("day,amount\n31.01.2024,\"1,50\"\n29.02.2024,2\n", "csv: {date_format: '%d.%m.%Y', decimal: ',', delimiter: ','}");
  EXPECT_EQ(types(outcome), "DATE DOUBLE");
  EXPECT_THAT(outcome.lines(), ElementsAre("2024-01-31|1.5", "2024-02-29|2.0"));
}

TEST(CsvFormat, PreambleGoesToTheRejects) {
  const ReadOutcome outcome = read("Report of May\n\na,b,c\n1,2,3\n4,5,6\n");
  EXPECT_THAT(outcome.lines(), ElementsAre("1|2|3", "4|5|6"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("1"));
  EXPECT_THAT(read("Report of May\n\na,b,c\n1,2,3\n", "csv: {skip: 2}").rejects, IsEmpty());
}

TEST(CsvFormat, RaggedRecordsCanBeFilled) {
  const std::string text = "a,b,c\n1\n2,x\n3,x,y,\n4,x,y,z\n";
  EXPECT_THAT(read(text).rejects, ::testing::SizeIs(4));
  const ReadOutcome filled = read(text, "csv: {ragged: fill}");
  EXPECT_THAT(filled.lines(), ElementsAre("1|NULL|NULL", "2|x|NULL", "3|x|y"));
  EXPECT_THAT(filled.reject_lines(), ElementsAre("5"));
}

TEST(CsvFormat, ColumnsNameAFileWithoutHeader) {
  const ReadOutcome outcome = read("1,x\n2,y\n", "csv: {header: false}", {.declared = {{"id", kBigInt}, {"name", kText}}});
  EXPECT_THAT(outcome.names(), ElementsAre("id", "name"));
  EXPECT_THAT(outcome.lines(), ElementsAre("1|x", "2|y"));
}

TEST(CsvFormat, RenamedColumnsMeetInOne) {
  const TestFolder folder;
  const auto a = folder.write("a.csv", "vendor_id,n\n1,5\n");
  const auto b = folder.write("b.csv", "VendorID,n\n2,6\n");
  ReadSetup setup;
  setup.renamed = {{"vendor_id", "vendor"}, {"vendorid", "vendor"}};
  const ReadOutcome outcome = read_files("csv", "{}", {a, b}, setup);
  EXPECT_THAT(outcome.names(), ElementsAre("vendor", "n"));
  EXPECT_THAT(outcome.lines(), ElementsAre("1|5", "2|6"));
}

TEST(CsvFormat, ARecordWithoutItsKeyIsRejected) {
  const ReadOutcome outcome = read("id,x\n1,a\n,b\n", "{}", {.keys = {"id"}});
  EXPECT_THAT(outcome.lines(), ElementsAre("1|a"));
  EXPECT_EQ(outcome.rejects.at(0).reason, "the key has no value");
}

TEST(CsvFormat, TooManyRejectsEndTheLoad) {
  std::string text = "id\n1\n2\n";
  for (int i = 0; i < 100; ++i) {
    text += "x\n";
  }
  const ReadOutcome outcome = read(text, "{}", {.known = {{"id", kBigInt}}, .limit = {.rows = 10}});
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->message, HasSubstr("11 rows do not fit, the limit is 10 rows; the first: in.csv:4: id: \"x\" is not a whole number"));
}

// What DuckDB's own parallel reader takes for rows: lines inside of quotes, at every place where a file is cut.
TEST(CsvFormat, AFileOfManyBlocksIsReadExactly) {
  std::string text = "id,note\n";
  std::int64_t bad_count = 0;
  for (int i = 0; i < 200'000; ++i) {
    if (i % 1000 == 7) {
      text += "bad," + std::to_string(i) + "\n";
      ++bad_count;
    } else {
      text += std::to_string(i) + (i % 2 == 0 ? ",\"5,hello\n6,foo\n7,\"\"bar\"\"\n\"\n" : ",plain\n");
    }
  }
  const TestFolder folder;
  const auto path = folder.write("in.csv", text);
  const ReadOutcome outcome = read_files("csv", "{}", {path}, {.known = {{"id", kBigInt}, {"note", kText}}});
  EXPECT_EQ(outcome.rows.size(), 200'000U - static_cast<std::size_t>(bad_count));
  EXPECT_EQ(outcome.rejects.size(), static_cast<std::size_t>(bad_count));
  EXPECT_EQ(outcome.rows.at(0).at(1), "5,hello\n6,foo\n7,\"bar\"\n");
}

TEST(CsvFormat, OptionsAreCheckedWithTheirPlace) {
  const auto error_of = [](const std::string& yaml) {
    const TestFolder folder;
    return read_files("csv", yaml, {folder.write("in.csv", "a\n1\n")}).error.value_or(Error{}).text();
  };
  EXPECT_EQ(error_of("csv: {delimitter: ';'}"), "ingest/test.yml:1:7: csv has no key \"delimitter\"; did you mean \"delimiter\"?");
  EXPECT_THAT(error_of("csv: {encoding: latin-7x}"), HasSubstr("ingest/test.yml:1:17: unknown encoding \"latin-7x\""));
  EXPECT_THAT(error_of("csv: {date_format: '%d.%m'}"), HasSubstr("does not say year, month and day"));
}
}  // namespace
}  // namespace weir::ingest
