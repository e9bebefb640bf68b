#include "generate/taxi.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "core/machine.h"
#include "duck/database.h"
#include "generate/file_writer.h"
#include "generate/reporter.h"
#include "generate/taxi/month_file.h"
#include "generate/taxi/zones.h"

namespace weir::generate {
namespace {
using taxi::Fleet;
using taxi::MonthFile;

constexpr double kYellowPerGigabyte = 58.8e6;
constexpr double kGreenPerGigabyte = 1.2e6;
constexpr int kMonthsMax = 120;

Status check(const TaxiOptions& options) {
  if (options.folder.empty()) {
    return fail(ErrorCode::kInvalid, "name the folder to write to");
  }
  if (!(options.gigabytes >= 0.0001 && options.gigabytes <= 1'000)) {
    return fail(ErrorCode::kInvalid, fmt::format("{} GB is not between 0.0001 and 1000", options.gigabytes));
  }
  if (options.months_count < 1 || options.months_count > kMonthsMax) {
    return fail(ErrorCode::kInvalid, fmt::format("{} months are not between 1 and {}", options.months_count, kMonthsMax));
  }
  const int year = static_cast<int>(options.first.year());
  if (!options.first.ok() || year < 1990 || year > 2099) {
    return fail(ErrorCode::kInvalid, "the first month is not between 1990-01 and 2099-12");
  }
  return {};
}

// The long files first, so that the threads end at about the same time.
std::vector<MonthFile> files_of(const TaxiOptions& options) {
  std::vector<MonthFile> files;
  for (const auto& [fleet, per_gigabyte] : {std::pair(Fleet::kYellow, kYellowPerGigabyte), std::pair(Fleet::kGreen, kGreenPerGigabyte)}) {
    const auto rows_count = static_cast<std::uint64_t>(std::max(1.0, per_gigabyte * options.gigabytes / options.months_count));
    for (int i = 0; i < options.months_count; ++i) {
      files.push_back({fleet, options.first + std::chrono::months(i), rows_count});
    }
  }
  return files;
}

Result<GeneratedFile> write_zones(const std::filesystem::path& folder) {
  WEIR_TRY_ASSIGN(FileWriter file, FileWriter::create(folder / "taxi_zone_lookup.csv"));
  file.append("\"LocationID\",\"Borough\",\"Zone\",\"service_zone\"\n");
  std::size_t id = 0;
  for (const taxi::Zone& zone : taxi::zones()) {
    file.append(fmt::format("{},\"{}\",\"{}\",\"{}\"\n", ++id, zone.borough, zone.name, zone.service));
  }
  const std::uint64_t size_bytes = file.size_bytes();
  WEIR_TRY(file.finish());
  return GeneratedFile{"taxi_zone_lookup.csv", taxi::kZonesCount, size_bytes};
}

Result<std::vector<GeneratedFile>> write_all(const TaxiOptions& options, const std::vector<MonthFile>& files, Reporter& reporter, std::stop_token stop) {
  const taxi::City city;
  std::vector<std::optional<Result<GeneratedFile>>> results(files.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> has_failed = false;
  const auto write = [&](std::size_t i) -> Result<GeneratedFile> {
    // Its own database: the rows of a file are written by one thread, in order.
    WEIR_TRY_ASSIGN(const auto database, duck::Database::open({.threads_count = 1}));
    WEIR_TRY_ASSIGN(duck::Connection connection, database->connect());
    return taxi::write_month(connection, city, files[i], options.seed, options.folder, reporter, stop);
  };
  const auto work = [&] {
    for (std::size_t i = next++; i < files.size() && !has_failed; i = next++) {
      results[i] = write(i);
      has_failed = has_failed || !*results[i];
    }
  };
  {
    const std::size_t threads_count = std::min<std::size_t>(options.threads_max == 0 ? machine_cores_count() : options.threads_max, files.size());
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads_count; ++i) {
      others.emplace_back(work);
    }
    work();
  }
  for (auto& result : results) {
    if (result && !*result) {
      return std::unexpected(std::move(*result).error());
    }
  }
  std::vector<GeneratedFile> written;
  for (auto& result : results) {
    written.push_back(std::move(**result));
  }
  return written;
}
}  // namespace

Result<GenerateSummary> generate_taxi(const TaxiOptions& options, const ProgressCallback& progress, std::stop_token stop) {
  WEIR_TRY(check(options));
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error) {
    return fail(ErrorCode::kIo, "cannot make the folder: " + error.message(), options.folder.string());
  }
  const std::vector<MonthFile> files = files_of(options);
  GenerateSummary summary;
  for (const MonthFile& file : files) {
    summary.rows_count += file.rows_count;
  }
  Reporter reporter(progress, summary.rows_count, stop);
  WEIR_TRY_ASSIGN(GeneratedFile zones, write_zones(options.folder));
  WEIR_TRY_ASSIGN(summary.files, write_all(options, files, reporter, std::move(stop)));
  for (const GeneratedFile& file : summary.files) {
    summary.size_bytes += file.size_bytes;
  }
  summary.files.push_back(std::move(zones));
  std::ranges::sort(summary.files, {}, &GeneratedFile::path);
  return summary;
}
}  // namespace weir::generate
