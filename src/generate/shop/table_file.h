#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "generate/file_writer.h"
#include "generate/reporter.h"
#include "generate/shop/shop_model.h"
#include "generate/summary.h"

namespace weir::generate::shop {
/// What is odd in the files, on purpose. docs/reference/shop-data.md tells of each.
enum class Dirt : std::uint8_t {
  kBadAmount,        ///< an extra order line whose amount is "N/A"
  kShortRow,         ///< an order's row, cut off and followed by the whole one
  kRedelivered,      ///< an order that is told twice, with two values of updated_at
  kBrokenJson,       ///< a payment's line, cut off and followed by the whole one
  kOrphanPayment,    ///< a payment of an order that does not exist
  kOddName,          ///< a customer's name with quotes, commas, line breaks, outer spaces
  kNameWithNewline,  ///< of these, the ones with a line break
  kUntidyEmail,      ///< an e-mail address in capitals with a space behind it
  kCount,
};
inline constexpr auto kDirtCount = static_cast<std::size_t>(Dirt::kCount);
std::string_view dirt_name(Dirt dirt);

/// One file of a table while it is written, and the count of what is in it.
struct TableFile {
  std::string_view table;
  GeneratedFile file;
  std::uint64_t rejected_count = 0;
  std::uint64_t duplicate_count = 0;
  std::int64_t amount_cents = 0;
  std::array<std::uint64_t, kDirtCount> dirt{};

  void plant(Dirt kind) { ++dirt[static_cast<std::size_t>(kind)]; }
};

/// A TableFile with its writer. `path` is below the folder: "orders/orders_2024-01.csv".
class TableWriter {
 public:
  static Result<TableWriter> create(const std::filesystem::path& folder, std::string_view table, std::string path,
                                    std::string_view header = {});

  FileWriter& out() { return writer_; }
  TableFile& tally() { return tally_; }
  void end_row(char* end) {
    writer_.commit(end);
    ++tally_.file.rows_count;
  }
  /// Errors: kIo, also for a write that failed earlier.
  Result<TableFile> finish() &&;

 private:
  TableWriter(FileWriter writer, TableFile tally) : writer_(std::move(writer)), tally_(std::move(tally)) {}
  FileWriter writer_;
  TableFile tally_;
};

/// Where and what one folder (day1, day2, …) tells.
struct Folder {
  const Shop* shop = nullptr;
  std::filesystem::path path;  ///< of day1, day2, …
  int number = 1;
  Reporter* reporter = nullptr;

  bool is_first() const { return number == 1; }
  /// The day after the last one told.
  Day end_day() const { return day_after_folder(number); }
  /// The first day whose news it holds: the opening for the first folder, else the only day.
  Day first_day() const { return is_first() ? 0 : end_day() - 1; }
  bool holds(Second moment) const {
    return moment < start_of(end_day()) && (is_first() || moment >= start_of(first_day()));
  }
  /// "customers/customers.csv" in the first folder, "customers/customers_2025-01-01.csv" in later ones.
  std::string path_of(std::string_view table, std::string_view extension) const;
};

/// Each writes files of one folder and counts what it wrote.
Result<std::vector<TableFile>> write_customers(const Folder& folder);
Result<std::vector<TableFile>> write_products(const Folder& folder);
Result<std::vector<TableFile>> write_categories(const Folder& folder);
Result<std::vector<TableFile>> write_promotions(const Folder& folder);
Result<std::vector<TableFile>> write_referrals(const Folder& folder);
/// Orders and order lines by month and payments of one quarter (0 is 2022-Q1) of the first folder.
Result<std::vector<TableFile>> write_quarter(const Folder& folder, int quarter);
/// The orders that a later folder's day made or changed, the lines of the new ones, and the day's payments.
Result<std::vector<TableFile>> write_order_news(const Folder& folder);
inline constexpr int kQuartersCount = 12;
}  // namespace weir::generate::shop
