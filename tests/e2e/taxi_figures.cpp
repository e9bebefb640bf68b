// weir_taxi_figures FOLDER: figures of monthly taxi files as `name<TAB>value` lines, sorted by name.
//
// Computed with plain SQL over the files, in other ways than the models of examples/taxi do it: straight from the trips, with texts
// instead of dates and sub-queries instead of joins. taxi_figures.sql asks the lake for the same.
#include <array>
#include <string>
#include <string_view>

#include "core/files.h"
#include "core/text.h"
#include "figures.h"

namespace {
using weir::Status;

constexpr std::string_view kColumns =
    "PULocationID AS place, trip_distance AS miles, fare_amount AS fare, tip_amount AS tip, total_amount AS total, payment_type AS payment, "
    "regexp_extract(filename, '(yellow|green)_') AS fleet, regexp_extract(filename, '_([0-9-]+)[.]parquet', 1) AS file_month";

// Each gives rows of a name and a value. {ride} stands for the trips that count.
constexpr std::array<std::string_view, 7> kFigures = {{
    "SELECT 'trips ' || file_month || ' ' || replace(fleet, '_', ''), count(*) FROM trips GROUP BY file_month, fleet",
    "SELECT 'rides ' || file_month || ' ' || replace(fleet, '_', ''), count(*) FROM trips WHERE {ride} GROUP BY file_month, fleet",
    "SELECT 'distance ' || strftime(start, '%H'), printf('%.6f', avg(miles)) || ' ' || count(*) FROM trips WHERE {ride} GROUP BY strftime(start, '%H')",
    "SELECT 'week ' || strftime(start, '%A %H'), count(*) FROM trips WHERE {ride} GROUP BY strftime(start, '%A %H')",
    "SELECT 'tips ' || place, printf('%.6f', sum(tip) / sum(total - tip)) || ' ' || count(*) || ' ' || "
    "count(*) FILTER (round(tip / (total - tip), 2) = 0) FROM trips WHERE {card} GROUP BY place",
    "SELECT 'half ' || place, printf('%.2f', quantile_disc(least(round(100 * tip / (total - tip)), 100), 0.5) / 100) FROM trips WHERE {card} GROUP BY place",
    "SELECT 'borough ' || borough || ' ' || percent, count(*) FROM (SELECT coalesce((SELECT Borough FROM zones WHERE LocationID = place), 'Unknown') AS borough, "
    "least(round(100 * tip / (total - tip)), 100)::INTEGER AS percent FROM trips WHERE {card}) GROUP BY borough, percent",
}};
constexpr std::string_view kRide = "strftime(start, '%Y-%m') = file_month AND stop > start AND miles > 0 AND miles < 100 AND fare > 0";

Status compute(weir::duck::Connection& connection, const std::string& folder, weir::test::Figures& figures) {
  std::string parts;
  for (const auto& [fleet, mark] : {std::pair("yellow", "tpep"), std::pair("green", "lpep")}) {
    WEIR_TRY_ASSIGN(const auto files, weir::find_files(folder, std::string(fleet) + "_tripdata_*.parquet"));
    for (const auto& file : files) {
      parts += std::string(parts.empty() ? "" : " UNION ALL ") + "SELECT " + mark + "_pickup_datetime AS start, " + mark + "_dropoff_datetime AS stop, " +
               std::string(kColumns) + " FROM read_parquet(" + weir::sql_string(file.string()) + ", filename = true)";
    }
  }
  WEIR_TRY(connection.execute("CREATE TABLE trips AS " + parts));
  WEIR_TRY(connection.execute("CREATE TABLE zones AS FROM read_csv(" + weir::sql_string(folder + "/taxi_zone_lookup.csv") + ")"));
  for (const std::string_view figure : kFigures) {
    const std::string card = std::string(kRide) + " AND payment = 1 AND total > tip AND tip >= 0";
    WEIR_TRY(figures.ask(connection, weir::replace_all(weir::replace_all(figure, "{ride}", kRide), "{card}", card)));
  }
  return {};
}
}  // namespace

int main(int argc, char** argv) { return weir::test::figures_main(argc, argv, compute); }
