#include "generate/taxi/month_file.h"

#include <fmt/format.h>

#include <memory>
#include <system_error>
#include <vector>

#include "core/text.h"
#include "duck/database.h"
#include "duck/row_source.h"
#include "generate/taxi/trips.h"

namespace weir::generate::taxi {
namespace {
namespace fs = std::filesystem;
using duck::TypeId;

/// The rows of a file with the types that the newer months have; older ones are cast.
class MonthRows final : public duck::RowSource {
 public:
  MonthRows(Trips trips, Fleet fleet, std::uint64_t rows_count, Reporter& reporter)
      : trips_(std::move(trips)), fleet_(fleet), rows_count_(rows_count), reporter_(reporter) {}

  std::vector<duck::Column> columns() const override {
    const auto column = [](std::string name, TypeId type) { return duck::Column{std::move(name), {.id = type}}; };
    std::vector<duck::Column> columns{column("vendor", TypeId::kInteger), column("pickup", TypeId::kTimestamp), column("dropoff", TypeId::kTimestamp),
                                      column("stored", TypeId::kVarchar), column("rate", TypeId::kBigInt),      column("pu", TypeId::kInteger),
                                      column("dest", TypeId::kInteger),   column("passengers", TypeId::kBigInt)};
    for (const char* name : {"distance", "fare", "extra", "mta", "tip", "tolls", "improvement", "total"}) {
      columns.push_back(column(name, TypeId::kDouble));
    }
    columns.push_back(column("payment", TypeId::kBigInt));
    columns.push_back(column("congestion", TypeId::kDouble));
    columns.push_back(fleet_ == Fleet::kYellow ? column("airport", TypeId::kDouble) : column("trip_type", TypeId::kBigInt));
    return columns;
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override { return std::make_shared<Scan>(*this); }

 private:
  struct Scan final : duck::RowScan {
    explicit Scan(MonthRows& month) : month_(month) {}
    unsigned threads_count_max() const override { return 1; }
    Result<std::unique_ptr<duck::RowReader>> open_reader() override { return std::make_unique<Reader>(month_); }
    MonthRows& month_;
  };
  struct Reader final : duck::RowReader {
    explicit Reader(MonthRows& month) : month_(month) {}
    Result<std::uint64_t> read(duck::RowWriter& rows) override {
      const std::uint64_t count = std::min(rows.capacity(), month_.rows_count_ - next_);
      for (std::uint64_t row = 0; row < count; ++row) {
        write(month_.trips_.make(next_ + row), month_.fleet_, rows, row);
      }
      next_ += count;
      WEIR_TRY(month_.reporter_.add_rows(count));
      return count;
    }
    static void write(const Trip& trip, Fleet fleet, duck::RowWriter& rows, std::uint64_t row) {
      rows.column(0).set(row, std::int32_t{trip.vendor});
      rows.column(1).set(row, trip.pickup_second * 1'000'000);
      rows.column(2).set(row, trip.dropoff_second * 1'000'000);
      rows.column(5).set(row, std::int32_t{trip.pickup_zone});
      rows.column(6).set(row, std::int32_t{trip.dropoff_zone});
      const std::int32_t numbers[] = {trip.distance, trip.fare, trip.extra, trip.mta_tax, trip.tip, trip.tolls, trip.improvement, trip.total};
      for (std::size_t i = 0; i < std::size(numbers); ++i) {
        rows.column(8 + i).set(row, static_cast<double>(numbers[i]) / 100);
      }
      rows.column(16).set(row, std::int64_t{trip.payment});
      if (trip.is_partial) {
        for (const std::size_t column : {3U, 4U, 7U, 17U, 18U}) {
          rows.column(column).set_null(row);
        }
        return;
      }
      rows.column(3).set_text(row, trip.stored ? "Y" : "N");
      rows.column(4).set(row, std::int64_t{trip.rate_code});
      rows.column(7).set(row, std::int64_t{trip.passengers});
      rows.column(17).set(row, static_cast<double>(trip.congestion) / 100);
      if (fleet == Fleet::kYellow) {
        rows.column(18).set(row, static_cast<double>(trip.airport_fee) / 100);
      } else {
        rows.column(18).set(row, std::int64_t{trip.trip_type});
      }
    }
    MonthRows& month_;
    std::uint64_t next_ = 0;
  };

  Trips trips_;
  Fleet fleet_;
  std::uint64_t rows_count_;
  Reporter& reporter_;
};

// Until January 2023 ids are BIGINT and counts DOUBLE; then INTEGER and BIGINT, and one column is written with a capital letter.
std::string columns_sql(Fleet fleet, bool old) {
  const std::string_view id = old ? "BIGINT" : "INTEGER";
  const std::string_view count = old ? "DOUBLE" : "BIGINT";
  const bool yellow = fleet == Fleet::kYellow;
  const std::string_view mark = yellow ? "tpep" : "lpep";
  const std::string times = fmt::format("vendor::{} AS VendorID, pickup AS {}_pickup_datetime, dropoff AS {}_dropoff_datetime, ", id, mark, mark);
  const std::string money = "fare AS fare_amount, extra, mta AS mta_tax, tip AS tip_amount, tolls AS tolls_amount, ";
  if (yellow) {
    return times + fmt::format("passengers::{1} AS passenger_count, distance AS trip_distance, rate::{1} AS RatecodeID, stored AS store_and_fwd_flag, "
                               "pu::{0} AS PULocationID, dest::{0} AS DOLocationID, payment AS payment_type, {2}improvement AS improvement_surcharge, "
                               "total AS total_amount, congestion AS congestion_surcharge, airport AS {3}",
                               id, count, money, old ? "airport_fee" : "Airport_fee");
  }
  return times + fmt::format("stored AS store_and_fwd_flag, rate::{1} AS RatecodeID, pu::{0} AS PULocationID, dest::{0} AS DOLocationID, "
                             "passengers::{1} AS passenger_count, distance AS trip_distance, {2}NULL::{3} AS ehail_fee, "
                             "improvement AS improvement_surcharge, total AS total_amount, payment::{1} AS payment_type, trip_type::{1} AS trip_type, "
                             "congestion AS congestion_surcharge",
                             id, count, money, old ? "INTEGER" : "DOUBLE");
}
}  // namespace

std::string MonthFile::name() const {
  return fmt::format("{}_tripdata_{:04}-{:02}.parquet", fleet == Fleet::kYellow ? "yellow" : "green", static_cast<int>(month.year()),
                     static_cast<unsigned>(month.month()));
}

Result<GeneratedFile> write_month(duck::Connection& connection, const City& city, const MonthFile& file, std::uint64_t seed, const fs::path& folder,
                                  Reporter& reporter, std::stop_token stop) {
  using namespace std::chrono_literals;
  const bool old = file.month <= 2023y / 1;
  const auto rows = std::make_shared<MonthRows>(Trips(city, file.fleet, file.month, seed, file.rows_count), file.fleet, file.rows_count, reporter);
  WEIR_TRY_ASSIGN(duck::RowSourceBinding binding, duck::RowSourceBinding::bind(rows));
  const fs::path part = folder / ("." + file.name() + ".part");
  const fs::path path = folder / file.name();
  const auto written = connection.execute(fmt::format("COPY (SELECT {} FROM {}) TO {} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
                                                      columns_sql(file.fleet, old), binding.sql(), sql_string(part.string())),
                                          std::move(stop));
  std::error_code error;
  if (written) {
    fs::rename(part, path, error);
  }
  if (!written || error) {
    std::error_code ignored;
    fs::remove(part, ignored);
    auto own = binding.take_error();
    return own ? std::unexpected(std::move(*own)) : !written ? std::unexpected(written.error()) : fail(ErrorCode::kIo, error.message(), path.string());
  }
  const std::uintmax_t size_bytes = fs::file_size(path, error);
  return GeneratedFile{file.name(), file.rows_count, error ? 0 : static_cast<std::uint64_t>(size_bytes)};
}
}  // namespace weir::generate::taxi
