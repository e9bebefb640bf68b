#include <gmock/gmock.h>

#include "core/text.h"
#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const duck::Type kText{.id = duck::TypeId::kVarchar};
const duck::Type kBigInt{.id = duck::TypeId::kBigInt};

ReadOutcome read(std::string_view text, const std::string& yaml = "{}", const ReadSetup& setup = {}) {
  const TestFolder folder;
  return read_files("json", yaml, {folder.write("in.json", text)}, setup);
}

std::string types(const ReadOutcome& outcome) {
  std::vector<std::string> out;
  for (const duck::Column& column : outcome.columns) {
    out.push_back(column.name + " " + column.type.sql());
  }
  return join(out, ", ");
}

TEST(JsonFormat, LinesArraysAndDocumentsGiveTheSame) {
  for (const char* text : {"{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2}\n", "[{\"a\":1,\"b\":\"x\"},\n {\"a\":2}]", "{\n \"a\": 1,\n \"b\": \"x\"\n}\n{\n \"a\": 2\n}\n",
                           "{\"page\":{\"items\":[{\"a\":1,\"b\":\"x\"},{\"a\":2}]}}"}) {
    const ReadOutcome outcome = read(text, std::string_view(text).contains("page") ? "records: page.items" : "{}");
    EXPECT_THAT(outcome.lines(), ElementsAre("1|x", "2|NULL")) << text;
    EXPECT_THAT(outcome.rejects, IsEmpty()) << text;
  }
}

TEST(JsonFormat, TypesHoldAllValues) {
  const ReadOutcome outcome = read(
      R"({"id":1,"n":1,"mixed":1,"when":"2024-01-31T06:00:00Z","day":"2024-01-31","o":{"x":1},"l":[1],"e":[],"u":18446744073709551615,"none":null}
{"id":2,"n":1.5,"mixed":"a","when":"2024-01-31T07:00:00Z","day":"2024-02-01","o":{"y":[true]},"l":[null,2],"e":[],"u":1}
)");
  EXPECT_EQ(types(outcome),
            "id BIGINT, n DOUBLE, mixed VARCHAR, when TIMESTAMP WITH TIME ZONE, day DATE, o STRUCT(\"x\" BIGINT, \"y\" BOOLEAN[]), l BIGINT[], "
            "e VARCHAR[], u DECIMAL(20,0), none VARCHAR");
  EXPECT_EQ(outcome.lines().at(0), "1|1.0|1|2024-01-31 06:00:00+00|2024-01-31|{'x': 1, 'y': NULL}|[1]|[]|18446744073709551615|NULL");
  EXPECT_EQ(outcome.lines().at(1), "2|1.5|a|2024-01-31 07:00:00+00|2024-02-01|{'x': NULL, 'y': [true]}|[NULL, 2]|[]|1|NULL");
}

TEST(JsonFormat, BadLinesAreRejectedAndTheOthersLoaded) {
  const ReadOutcome outcome = read("{\"a\":1}\n{\"a\":\n[1]\n{\"a\":2}\n{\"a\":\"\xFF\"}\n");
  EXPECT_THAT(outcome.lines(), ElementsAre("1", "2"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("2", "3", "5"));
  EXPECT_EQ(outcome.rejects[1].reason, "is no object");
  EXPECT_EQ(outcome.records_count, 5U);
}

TEST(JsonFormat, ElementsThatAreNoJsonCostOneRecordEach) {
  const ReadOutcome outcome = read("[{\"a\":1},\n {\"a\" 2},\n {\"a\":3}, ]");
  EXPECT_THAT(outcome.lines(), ElementsAre("1", "3"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("2", "3"));
}

TEST(JsonFormat, TheTablesTypesAreKept) {
  const ReadSetup table{.known = {{"id", kBigInt}, {"o", {.id = duck::TypeId::kStruct, .children = {{"x", kBigInt}}}}}};
  const ReadOutcome outcome = read("{\"id\":\"7\",\"o\":{\"x\":1}}\n{\"id\":1.5}\n{\"id\":3,\"o\":{\"x\":\"q\"}}\n{\"id\":4,\"o\":5}\n", "{}", table);
  EXPECT_THAT(outcome.lines(), ElementsAre("7|{'x': 1}"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("2 id", "3 o", "4 o"));
  EXPECT_EQ(outcome.rejects[1].reason, "x: \"q\" is not a whole number (bigint)");
}

TEST(JsonFormat, NamesThatDifferByCaseOnlyAreNotMixedUp) {
  const ReadOutcome outcome = read("{\"a\":1,\"A\":2}\n{\"A\":3}\n{\"a\":4,\"a\":5}\n");
  EXPECT_THAT(outcome.lines(), ElementsAre("3", "5"));
  EXPECT_THAT(outcome.rejects.at(0).reason, HasSubstr("a and A are the same name but for case"));
}

TEST(JsonFormat, PlainValuesGoIntoOneColumn) {
  EXPECT_EQ(types(read("[1, 2.5, null]")), "value DOUBLE");
  EXPECT_THAT(read("[1, 2.5, null]").lines(), ElementsAre("1.0", "2.5", "NULL"));
}

TEST(JsonFormat, AMissingPathMakesABadFile) {
  const ReadOutcome outcome = read("{\"items\":[]}", "records: data");
  ASSERT_EQ(outcome.bad_files.size(), 1U);
  EXPECT_THAT(outcome.bad_files[0].error.text(), HasSubstr("in.json: there is no \"data\" on the way to `records: data`"));
}

TEST(JsonFormat, ManyBlocksKeepEveryRecord) {
  std::string lines;
  std::string array = "[";
  for (int i = 0; i < 100'000; ++i) {
    const std::string record = "{\"id\": " + std::to_string(i) + ", \"text\": \"[{,}] \\\" " + std::string(50, 'x') + "\"}";
    lines += record + "\n";
    array += (i == 0 ? "" : ",\n") + record;
  }
  for (const std::string& text : {lines, array + "]"}) {
    const ReadOutcome outcome = read(text);
    EXPECT_EQ(outcome.rows.size(), 100'000U);
    EXPECT_EQ(outcome.rows.at(99'999).at(0), "99999");
    EXPECT_THAT(outcome.rejects, IsEmpty());
  }
}

class JsonData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists("../shared/data/api-json")) {
      GTEST_SKIP() << "../shared/data is not there";
    }
  }
  static ReadOutcome read_api(const std::string& name, const std::string& yaml = "{}") {
    return read_files("json", yaml, {fs::absolute("../shared/data/api-json/" + name).lexically_normal()});
  }
};

TEST_F(JsonData, ApiRepliesLoadWhole) {
  EXPECT_EQ(read_api("movies.json").rows.size(), 3201U);
  EXPECT_EQ(read_api("usgs_all_week.geojson", "records: features").rows.size(), 1707U);
  EXPECT_EQ(read_api("github_events.json").rows.size(), 30U);
  EXPECT_EQ(read_api("apache_builds.json", "records: jobs").rows.size(), 875U);
  EXPECT_EQ(read_api("twitter.json", "records: statuses").rows.size(), 100U);
}

TEST_F(JsonData, GitHubArchiveKeepsItsPayloads) {
  const ReadOutcome outcome = read_api("gharchive_2015-01-01-0.json.gz");
  EXPECT_EQ(outcome.rows.size(), 7702U);
  EXPECT_THAT(outcome.rejects, IsEmpty());
  EXPECT_THAT(outcome.names(), ElementsAre("id", "type", "actor", "repo", "payload", "public", "created_at", "org"));
}

TEST_F(JsonData, TheTestSuiteIsAcceptedOrRefusedAsItAsks) {
  for (const auto& entry : fs::directory_iterator("../shared/data/json-nasties/JSONTestSuite")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".json") {
      continue;
    }
    const ReadOutcome outcome = read_files("json", "{}", {fs::absolute(entry.path()).lexically_normal()});
    const bool spoken = !outcome.rejects.empty() || !outcome.bad_files.empty() || outcome.error || !outcome.notes.empty() ||
                        (outcome.columns.empty() && name.starts_with("n_"));  // an object without keys: nothing to load
    if (name.starts_with("y_")) {
      EXPECT_FALSE(spoken) << name << (outcome.rejects.empty() ? "" : outcome.rejects[0].reason);
    } else if (name.starts_with("n_")) {
      EXPECT_TRUE(spoken) << name;
    }
  }
}
}  // namespace
}  // namespace weir::ingest
