#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestProject;

class SeedTest : public ::testing::Test {
 protected:
  void seed(std::string_view csv) { project_.file("seeds/things.csv", csv); }
  void run() { project_.run({"seed.shop.things"}); }
  std::vector<std::string> types() {
    return project_.rows("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM analytics.things)");
  }
  std::vector<std::string> rows() { return project_.rows("SELECT * FROM analytics.things ORDER BY ALL"); }
  TestProject project_;
};

TEST_F(SeedTest, TypesAreGuessed) {
  seed(
      "whole,large,part,day,moment,flag,word,mixed\n"
      "1,5000000000,1.5,2024-01-31,2024-01-31 06:00:00,true,a,1\n"
      "-2,3,2,2024-02-01,2024-01-31T06:00:00.5,FALSE,b,x\n");
  run();
  EXPECT_THAT(types(), ElementsAre("whole INTEGER", "large BIGINT", "part DOUBLE", "day DATE", "moment TIMESTAMP",
                                   "flag BOOLEAN", "word VARCHAR", "mixed VARCHAR"));
  EXPECT_THAT(rows(), ElementsAre("-2|3|2.0|2024-02-01|2024-01-31 06:00:00.5|false|b|x",
                                  "1|5000000000|1.5|2024-01-31|2024-01-31 06:00:00|true|a|1"));
}

TEST_F(SeedTest, EmptyAndNullAreNull) {
  seed("id,name\n1,\n2,null\n3,\"\"\n4,Null island\n");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|-", "2|-", "3|-", "4|Null island"));
}

TEST_F(SeedTest, QuotedValuesMayHoldAnything) {
  seed("id,\"a, name\"\r\n1,\"say \"\"hi\"\", please\"\r\n2,\"two\nlines\"\r\n");
  run();
  EXPECT_THAT(project_.rows("SELECT id, \"a, name\" FROM analytics.things ORDER BY id"),
              ElementsAre("1|say \"hi\", please", "2|two\nlines"));
}

TEST_F(SeedTest, ByteOrderMarksAreNoPartOfAName) {
  seed("\xEF\xBB\xBFid\n1\n");
  run();
  EXPECT_THAT(types(), ElementsAre("id INTEGER"));
}

TEST_F(SeedTest, TypesCanBeGiven) {
  seed("id,zip,price\n1,01234,1.10\n");
  project_.file("seeds/properties.yml",
                "seeds: [{name: things, config: {column_types: {zip: varchar, price: 'decimal(10,2)'}}}]");
  run();
  EXPECT_THAT(types(), ElementsAre("id INTEGER", "zip VARCHAR", "price DECIMAL(10,2)"));
  EXPECT_THAT(rows(), ElementsAre("1|01234|1.10"));
}

TEST_F(SeedTest, ATypeOfNoColumnIsNamed) {
  seed("id\n1\n");
  project_.file("seeds/properties.yml", "seeds: [{name: things, config: {column_types: {idd: varchar}}}]");
  EXPECT_THAT(
      project_.run_error("seed.shop.things"),
      HasSubstr("seeds/things.csv:1: column_types names a column \"idd\" that is not there; did you mean \"id\"?"));
}

TEST_F(SeedTest, AnotherDelimiter) {
  seed("id;name\n1;a,b\n");
  project_.file("seeds/properties.yml", "seeds: [{name: things, config: {delimiter: ';'}}]");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|a,b"));
}

TEST_F(SeedTest, ItsContentMakesItStale) {
  seed("id\n1\n");
  EXPECT_EQ(project_.staleness("seed.shop.things"), "never built");
  run();
  EXPECT_EQ(project_.staleness("seed.shop.things"), "fresh");
  seed("id\n2\n");
  EXPECT_EQ(project_.staleness("seed.shop.things"), "code changed");
  run();
  EXPECT_THAT(rows(), ElementsAre("2"));
}

TEST_F(SeedTest, ARowOfAnotherLengthHasItsLine) {
  seed("id,name\n1,a\n2\n");
  EXPECT_THAT(project_.run_error("seed.shop.things"), HasSubstr("seeds/things.csv:3: "));
}

TEST_F(SeedTest, AnEmptyFileIsRefused) {
  seed("");
  EXPECT_EQ(project_.run_error("seed.shop.things"),
            "seeds/things.csv:1: the file is empty; its first line must name the columns");
}

TEST_F(SeedTest, OneColumnTwiceIsRefused) {
  seed("id,ID\n1,2\n");
  EXPECT_EQ(project_.run_error("seed.shop.things"), "seeds/things.csv:1: two columns are called \"ID\"");
}
}  // namespace
}  // namespace weir::transform
