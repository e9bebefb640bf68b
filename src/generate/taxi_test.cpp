#include "generate/taxi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stop_token>

#include "core/files.h"
#include "core/text.h"
#include "duck/database.h"
#include "generate/taxi/zones.h"

namespace weir::generate {
namespace {
using namespace std::chrono_literals;

class TaxiTest : public ::testing::Test {
 protected:
  Result<GenerateSummary> generate(TaxiOptions options, const std::string& folder = "data") {
    options.folder = folder_.path() / folder;
    return generate_taxi(options);
  }
  ErrorCode error_of(TaxiOptions options) {
    const auto summary = generate(std::move(options));
    return summary ? ErrorCode::kInternal : summary.error().code;
  }
  /// `{name}` is the path of a file in the folder "data".
  std::string value(std::string_view sql) {
    static duck::Connection connection = duck::Database::open({.threads_count = 2}).value()->connect().value();
    const auto found = connection.query_value(replace_all(sql, "FOLDER", folder_.path().string()));
    return found ? found->value_or("NULL") : found.error().text();
  }
  TempDir folder_ = *TempDir::create();
};

TEST_F(TaxiTest, WritesAFileForEachMonthAndFleetAndTheZones) {
  const auto summary = generate({.gigabytes = 0.001, .months_count = 2});
  ASSERT_TRUE(summary) << summary.error().text();
  std::vector<std::string> names;
  for (const GeneratedFile& file : summary->files) {
    names.push_back(file.path);
    EXPECT_EQ(std::filesystem::file_size(folder_.path() / "data" / file.path), file.size_bytes) << file.path;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"green_tripdata_2023-01.parquet", "green_tripdata_2023-02.parquet", "taxi_zone_lookup.csv",
                                             "yellow_tripdata_2023-01.parquet", "yellow_tripdata_2023-02.parquet"}));
  EXPECT_EQ(value("SELECT count(*) FROM read_parquet('FOLDER/data/*.parquet', union_by_name = true)"), std::to_string(summary->rows_count));
  EXPECT_EQ(find_files(folder_.path() / "data", ".*")->size(), 0U);
}

TEST_F(TaxiTest, WritesTheSameRowsWithAnyNumberOfThreads) {
  ASSERT_TRUE(generate({.gigabytes = 0.001, .months_count = 2, .threads_max = 1}, "a"));
  ASSERT_TRUE(generate({.gigabytes = 0.001, .months_count = 2, .threads_max = 3}, "b"));
  for (const char* name : {"yellow_tripdata_2023-02.parquet", "green_tripdata_2023-01.parquet"}) {
    EXPECT_EQ(*read_file(folder_.path() / "a" / name, 1U << 30U), *read_file(folder_.path() / "b" / name, 1U << 30U)) << name;
  }
}

TEST_F(TaxiTest, AMonthMadeAloneIsTheSame) {
  ASSERT_TRUE(generate({.gigabytes = 0.002, .months_count = 2}, "a"));
  ASSERT_TRUE(generate({.gigabytes = 0.001, .first = 2023y / 2, .months_count = 1}, "b"));
  EXPECT_EQ(value("SELECT count(*) FROM (FROM 'FOLDER/a/yellow_tripdata_2023-02.parquet' EXCEPT FROM 'FOLDER/b/yellow_tripdata_2023-02.parquet')"), "0");
}

TEST_F(TaxiTest, AnotherSeedGivesOtherTrips) {
  ASSERT_TRUE(generate({.gigabytes = 0.0005, .seed = 1, .months_count = 1}, "a"));
  ASSERT_TRUE(generate({.gigabytes = 0.0005, .seed = 2, .months_count = 1}, "b"));
  EXPECT_EQ(value("SELECT (SELECT sum(fare_amount) FROM 'FOLDER/a/yellow_tripdata_2023-01.parquet') = (SELECT sum(fare_amount) FROM 'FOLDER/b/yellow_tripdata_2023-01.parquet')"), "false");
}

TEST_F(TaxiTest, TypesDriftAsTheyDid) {
  ASSERT_TRUE(generate({.gigabytes = 0.0005, .months_count = 2}));
  const auto type = [&](const std::string& file, const std::string& column) {
    return value("SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM 'FOLDER/data/" + file + "') WHERE lower(column_name) = '" + column + "'");
  };
  EXPECT_EQ(type("yellow_tripdata_2023-01.parquet", "airport_fee"), "airport_fee DOUBLE");
  EXPECT_EQ(type("yellow_tripdata_2023-02.parquet", "airport_fee"), "Airport_fee DOUBLE");
  EXPECT_EQ(type("yellow_tripdata_2023-01.parquet", "passenger_count"), "passenger_count DOUBLE");
  EXPECT_EQ(type("yellow_tripdata_2023-02.parquet", "passenger_count"), "passenger_count BIGINT");
  EXPECT_EQ(type("green_tripdata_2023-01.parquet", "ehail_fee"), "ehail_fee INTEGER");
  EXPECT_EQ(type("green_tripdata_2023-02.parquet", "pulocationid"), "PULocationID INTEGER");
}

TEST_F(TaxiTest, HasTheShapeOfACity) {
  ASSERT_TRUE(generate({.gigabytes = 0.01, .months_count = 1}));
  const std::string trips = "(SELECT *, hour(tpep_pickup_datetime) AS h FROM 'FOLDER/data/yellow*.parquet' WHERE trip_distance BETWEEN 0.01 AND 100 AND fare_amount > 0)";
  const auto number = [&](const std::string& what, const std::string& where = "true") {
    return std::stod(value("SELECT " + what + " FROM " + trips + " WHERE " + where));
  };
  EXPECT_GT(number("count(*)", "h = 18"), 5 * number("count(*)", "h = 4"));
  EXPECT_GT(number("avg(trip_distance)", "h = 5"), 1.3 * number("avg(trip_distance)", "h = 15"));
  EXPECT_NEAR(number("avg(trip_distance)"), 3.4, 0.7);
  EXPECT_NEAR(number("median(trip_distance)"), 1.8, 0.5);
  EXPECT_NEAR(number("avg(tip_amount / (total_amount - tip_amount))", "payment_type = 1"), 0.2, 0.04);
  EXPECT_EQ(number("max(tip_amount)", "payment_type > 1"), 0);
  EXPECT_GT(number("avg((PULocationID IN (132, 138))::INTEGER)"), 0.04);
}

TEST_F(TaxiTest, MoneyAddsUp) {
  ASSERT_TRUE(generate({.gigabytes = 0.002, .months_count = 1}));
  EXPECT_EQ(value("SELECT count(*) FROM 'FOLDER/data/yellow*.parquet' WHERE payment_type <> 0 AND abs(fare_amount + extra + mta_tax + tip_amount + "
                  "tolls_amount + improvement_surcharge + congestion_surcharge + airport_fee - total_amount) > 0.005"),
            "0");
}

TEST_F(TaxiTest, HasAboutTheSizeThatWasAskedFor) {
  const auto summary = generate({.gigabytes = 0.04, .months_count = 2});
  ASSERT_TRUE(summary);
  EXPECT_NEAR(static_cast<double>(summary->size_bytes), 0.04e9, 0.004e9);
}

TEST_F(TaxiTest, RefusesWhatIsOutOfRange) {
  EXPECT_EQ(error_of({.gigabytes = 0}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.months_count = 0}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.months_count = 121}), ErrorCode::kInvalid);
  EXPECT_EQ(error_of({.first = 1900y / 1}), ErrorCode::kInvalid);
}

TEST_F(TaxiTest, StopsAndLeavesNoHalfFile) {
  std::stop_source stop;
  stop.request_stop();
  const auto summary = generate_taxi({.folder = folder_.path() / "data", .gigabytes = 0.001}, {}, stop.get_token());
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(find_files(folder_.path() / "data", "*.parquet")->size(), 0U);
}

TEST(TaxiZones, AreThoseOfTheCommission) {
  EXPECT_EQ(taxi::zones()[131].name, "JFK Airport");
  EXPECT_EQ(std::ranges::count(taxi::zones(), "Manhattan", &taxi::Zone::borough), 69);
  EXPECT_EQ(std::ranges::count(taxi::zones(), "Bronx", &taxi::Zone::borough), 43);
}
}  // namespace
}  // namespace weir::generate
