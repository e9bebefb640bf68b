#include "generate/shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "core/machine.h"
#include "generate/file_writer.h"
#include "generate/reporter.h"
#include "generate/shop/manifest.h"
#include "generate/shop/table_file.h"

namespace weir::generate {
namespace {
using shop::Folder;
using shop::TableFile;

constexpr double kScaleMin = 0.001;
constexpr double kScaleMax = 1'000;
constexpr std::array<std::string_view, 8> kTables{"categories", "customers", "order_items", "orders",
                                                  "payments",   "products",  "promotions",  "referrals"};

Status check(const ShopOptions& options) {
  if (options.folder.empty()) {
    return fail(ErrorCode::kInvalid, "name the folder to write to");
  }
  if (!(options.scale >= kScaleMin && options.scale <= kScaleMax)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the scale {} is not between 0.001 and 1000; 1 is a million orders", options.scale));
  }
  if (options.day < 1 || options.day > shop::kFoldersMax) {
    return fail(ErrorCode::kInvalid, fmt::format("day {} is not between 1 (all of 2022 to 2024) and {} (2025-12-31)",
                                                 options.day, shop::kFoldersMax));
  }
  return {};
}

using Job = std::function<Result<std::vector<TableFile>>()>;

// The jobs of a folder, the long ones first so that the threads end at about the same time.
std::vector<Job> jobs_of(const Folder& folder) {
  std::vector<Job> jobs;
  if (folder.is_first()) {
    for (int quarter = shop::kQuartersCount - 1; quarter >= 0; --quarter) {
      jobs.emplace_back([&folder, quarter] { return shop::write_quarter(folder, quarter); });
    }
  } else {
    jobs.emplace_back([&folder] { return shop::write_order_news(folder); });
  }
  // The one file that is long at a large scale and cannot be split goes early.
  jobs.emplace(jobs.begin() + 1, [&folder] { return shop::write_customers(folder); });
  jobs.emplace_back([&folder] { return shop::write_referrals(folder); });
  jobs.emplace_back([&folder] { return shop::write_products(folder); });
  if (folder.is_first()) {
    jobs.emplace_back([&folder] { return shop::write_categories(folder); });
    jobs.emplace_back([&folder] { return shop::write_promotions(folder); });
  }
  return jobs;
}

Result<std::vector<TableFile>> run_all(const std::vector<Job>& jobs, unsigned threads_max) {
  std::vector<std::optional<Result<std::vector<TableFile>>>> results(jobs.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> has_failed = false;
  const auto work = [&] {
    for (std::size_t i = next++; i < jobs.size() && !has_failed; i = next++) {
      results[i] = jobs[i]();
      if (!*results[i]) {
        has_failed = true;
      }
    }
  };
  {
    const std::size_t threads_count =
        std::min<std::size_t>(threads_max == 0 ? machine_cores_count() : threads_max, jobs.size());
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads_count; ++i) {
      others.emplace_back(work);
    }
    work();
  }

  std::vector<TableFile> files;
  for (auto& result : results) {
    if (result && !*result) {
      return std::unexpected(std::move(*result).error());
    }
  }
  for (auto& result : results) {
    std::move((*result)->begin(), (*result)->end(), std::back_inserter(files));
  }
  std::sort(files.begin(), files.end(),
            [](const TableFile& a, const TableFile& b) { return a.file.path < b.file.path; });
  return files;
}

GenerateSummary summarize(const std::vector<TableFile>& files) {
  GenerateSummary out;
  std::array<std::uint64_t, shop::kDirtCount> dirt{};
  for (const std::string_view name : kTables) {
    GeneratedTable table;
    table.name = name;
    for (const TableFile& file : files) {
      if (file.table == name) {
        ++table.files_count;
        table.rows_count += file.file.rows_count;
        table.rows_rejected_count += file.rejected_count;
        table.rows_duplicate_count += file.duplicate_count;
        table.amount_cents += file.amount_cents;
      }
    }
    table.keys_count = table.rows_count - table.rows_rejected_count - table.rows_duplicate_count;
    if (table.files_count > 0) {
      out.tables.push_back(std::move(table));
    }
  }
  for (const TableFile& file : files) {
    out.files.push_back(file.file);
    out.rows_count += file.file.rows_count;
    out.size_bytes += file.file.size_bytes;
    for (std::size_t i = 0; i < dirt.size(); ++i) {
      dirt[i] += file.dirt[i];
    }
  }
  for (std::size_t i = 0; i < dirt.size(); ++i) {
    out.counts.push_back({std::string(shop::dirt_name(static_cast<shop::Dirt>(i))), dirt[i]});
  }
  return out;
}

Status make_folders(const std::filesystem::path& folder, bool is_first) {
  std::error_code error;
  for (const std::string_view table : kTables) {
    if (!is_first && (table == "categories" || table == "promotions")) {
      continue;  // they never change
    }
    std::filesystem::create_directories(folder / table, error);
    if (error) {
      return fail(ErrorCode::kIo, "cannot make the folder: " + error.message(), (folder / table).string());
    }
  }
  // A manifest vouches for the files beside it, so an older one goes before they do.
  std::filesystem::remove(folder / shop::kManifestName, error);
  if (error) {
    return fail(ErrorCode::kIo, "cannot remove the file: " + error.message(), (folder / shop::kManifestName).string());
  }
  return {};
}

std::uint64_t rows_expected(const Folder& folder) {
  const shop::Shop& shop = *folder.shop;
  if (folder.is_first()) {
    return shop.customers_count * 13ULL / 10 + shop.products_count + shop.orders_count * 7;
  }
  const std::uint64_t orders = shop.timeline.before(folder.end_day(), shop.orders_count) -
                               shop.timeline.before(folder.first_day(), shop.orders_count);
  return orders * 12 + shop.customers_count / 300;
}
}  // namespace

Result<GenerateSummary> generate_shop(const ShopOptions& options, const ProgressCallback& progress,
                                      std::stop_token stop) {
  WEIR_TRY(check(options));
  const shop::Shop model(options.seed, options.scale);
  Folder folder{.shop = &model,
                .path = options.folder / fmt::format("day{}", options.day),
                .number = options.day,
                .reporter = nullptr};
  Reporter reporter(progress, rows_expected(folder), std::move(stop));
  folder.reporter = &reporter;
  WEIR_TRY(make_folders(folder.path, folder.is_first()));

  WEIR_TRY_ASSIGN(const std::vector<TableFile> files, run_all(jobs_of(folder), options.threads_max));
  GenerateSummary summary = summarize(files);
  WEIR_TRY_ASSIGN(FileWriter manifest, FileWriter::create(folder.path / shop::kManifestName));
  manifest.append(shop::manifest_json(folder, summary));
  WEIR_TRY(manifest.finish());
  for (GeneratedFile& file : summary.files) {
    file.path = fmt::format("day{}/{}", options.day, file.path);
  }
  return summary;
}
}  // namespace weir::generate
