// Orders, order lines and payments: by month and quarter in the first folder, by day in later ones.
#include <fmt/format.h>

#include <algorithm>

#include "generate/shop/order_rows.h"
#include "generate/shop/table_file.h"

namespace weir::generate::shop {
namespace {
constexpr std::size_t kOrderLinesBytesMax = kLinesMax * 128;

// Where odd rows stand: the first at row `first` of a file, then one in `every`.
struct Stride {
  std::uint64_t first;
  std::uint64_t every;
  bool hits(std::uint64_t row) const { return row % every == first; }
};
constexpr Stride kBadAmountRows{36, 2'000};
constexpr Stride kShortRows{21, 1'500};
constexpr Stride kBrokenJsonRows{25, 2'000};
constexpr Stride kOrphanPaymentRows{50, 4'000};
constexpr Stride kRedeliveredIds{777, 2'000};
constexpr std::uint64_t kOrphanOrderId = 900'000'000'000;

// Writes the order rows of one file. An order that is told twice has its second row at the end of the day: for one half
// the newer row comes last, for the other half the older one.
class OrdersFile {
 public:
  OrdersFile(TableWriter writer, Second moment, bool has_short_rows)
      : writer_(std::move(writer)), moment_(moment), has_short_rows_(has_short_rows) {}

  void add(const Order& order) {
    TableFile& tally = writer_.tally();
    if (has_short_rows_ && kShortRows.hits(tally.file.rows_count)) {
      add_short(order);
    }
    tally.amount_cents += order.total_cents;
    if (!is_told_twice(order)) {
      write_row(order, moment_);
      return;
    }
    const Second paid = order.paid_at + 1;
    const bool is_newer_last = order.id / kRedeliveredIds.every % 2 == 0;
    write_row(order, is_newer_last ? paid : moment_);
    std::array<char, kOrderRowBytesMax> row;
    const char* end = put_order(row.data(), order, is_newer_last ? moment_ : paid);
    late_.emplace_back(row.data(), static_cast<std::size_t>(end - row.data()));
    ++tally.duplicate_count;
    tally.plant(Dirt::kRedelivered);
  }
  void end_day() {
    for (const std::string& row : late_) {
      char* out = writer_.out().reserve(row.size());
      writer_.end_row(std::copy(row.begin(), row.end(), out));
    }
    late_.clear();
  }
  bool is_fine() { return writer_.out().is_fine(); }
  Result<TableFile> finish() && { return std::move(writer_).finish(); }

 private:
  bool is_told_twice(const Order& order) const {
    return kRedeliveredIds.hits(order.id) && order.paid_at != 0 &&
           state_before(order, moment_).updated_at > order.paid_at;
  }
  void write_row(const Order& order, Second moment) {
    writer_.end_row(put_order(writer_.out().reserve(kOrderRowBytesMax), order, moment));
  }
  void add_short(const Order& order) {
    char* const begin = writer_.out().reserve(kOrderRowBytesMax);
    const char* end = put_order(begin, order, moment_);
    char* cut = begin + (end - begin) / 4;
    *cut++ = '\n';
    writer_.end_row(cut);
    ++writer_.tally().rejected_count;
    writer_.tally().plant(Dirt::kShortRow);
  }

  TableWriter writer_;
  Second moment_;
  bool has_short_rows_;
  std::vector<std::string> late_;
};

class OrderItemsFile {
 public:
  OrderItemsFile(TableWriter writer, bool has_bad_amounts)
      : writer_(std::move(writer)), has_bad_amounts_(has_bad_amounts) {}

  void add(const Order& order) {
    TableFile& tally = writer_.tally();
    const std::uint64_t rows_before = tally.file.rows_count;
    writer_.out().commit(put_order_lines(writer_.out().reserve(kOrderLinesBytesMax), order));
    tally.file.rows_count += order.lines_count;
    tally.amount_cents += order.items_cents;
    if (!has_bad_amounts_) {
      return;
    }
    for (std::uint64_t row = rows_before; row < rows_before + order.lines_count; ++row) {
      if (kBadAmountRows.hits(row)) {
        writer_.end_row(put_bad_line(writer_.out().reserve(kOrderRowBytesMax), order));
        ++tally.rejected_count;
        tally.plant(Dirt::kBadAmount);
        break;
      }
    }
  }
  bool is_fine() { return writer_.out().is_fine(); }
  std::uint64_t rows_count() { return writer_.tally().file.rows_count; }
  Result<TableFile> finish() && { return std::move(writer_).finish(); }

 private:
  TableWriter writer_;
  bool has_bad_amounts_;
};

class PaymentsFile {
 public:
  // `number` tells apart the files, for the ids of orphans.
  PaymentsFile(TableWriter writer, std::uint64_t number, bool has_broken_lines)
      : writer_(std::move(writer)), number_(number), has_broken_lines_(has_broken_lines) {}

  // Adds the payments that the folder holds.
  void add(const Order& order, const Folder& folder) {
    std::array<Payment, kPaymentsMax> payments;
    const std::size_t count = payments_of(order, payments);
    for (const Payment& payment : std::span(payments).first(count)) {
      if (folder.holds(payment.created_at)) {
        add_one(order.id, payment);
      }
    }
  }
  bool is_fine() { return writer_.out().is_fine(); }
  Result<TableFile> finish() && { return std::move(writer_).finish(); }

 private:
  void add_one(std::uint64_t order_id, const Payment& payment) {
    TableFile& tally = writer_.tally();
    if (has_broken_lines_ && kBrokenJsonRows.hits(tally.file.rows_count)) {
      char* const begin = writer_.out().reserve(kOrderRowBytesMax);
      const char* end = put_payment(begin, order_id, payment);
      char* cut = begin + (end - begin) / 2;
      *cut++ = '\n';
      writer_.end_row(cut);
      ++tally.rejected_count;
      tally.plant(Dirt::kBrokenJson);
    }
    if (kOrphanPaymentRows.hits(tally.file.rows_count)) {
      const std::uint64_t nowhere =
          kOrphanOrderId + number_ * 10'000'000 + tally.dirt[static_cast<std::size_t>(Dirt::kOrphanPayment)];
      Payment orphan = payment;
      orphan.id = nowhere * 10 + 1;
      write_row(nowhere, orphan);
      tally.plant(Dirt::kOrphanPayment);
    }
    write_row(order_id, payment);
  }
  void write_row(std::uint64_t order_id, const Payment& payment) {
    writer_.end_row(put_payment(writer_.out().reserve(kOrderRowBytesMax), order_id, payment));
    writer_.tally().amount_cents += payment.amount_cents;
  }

  TableWriter writer_;
  std::uint64_t number_;
  bool has_broken_lines_;
};

Day first_day_of_month(int month) {  // counted from January 2022
  const std::chrono::year_month date = std::chrono::year{2022} / 1 + std::chrono::months{month};
  return static_cast<Day>((std::chrono::sys_days{date / 1} - kOpening).count());
}

std::string month_path(std::string_view table, int month) {
  return fmt::format("{0}/{0}_{1}-{2:02}.csv", table, 2022 + month / 12, month % 12 + 1);
}

constexpr int kBadAmountMonth = 26;    // 2024-03
constexpr int kShortRowMonth = 30;     // 2024-07
constexpr int kBrokenJsonQuarter = 5;  // 2023-Q2
}  // namespace

Result<std::vector<TableFile>> write_quarter(const Folder& folder, int quarter) {
  std::vector<TableFile> out;
  WEIR_TRY_ASSIGN(TableWriter payments_writer, TableWriter::create(folder.path, "payments",
                                                                   fmt::format("payments/payments_{}-Q{}.jsonl",
                                                                               2022 + quarter / 4, quarter % 4 + 1)));
  PaymentsFile payments(std::move(payments_writer), static_cast<std::uint64_t>(quarter), quarter == kBrokenJsonQuarter);
  for (int month = quarter * 3; month < quarter * 3 + 3; ++month) {
    WEIR_TRY_ASSIGN(TableWriter orders_writer,
                    TableWriter::create(folder.path, "orders", month_path("orders", month), kOrdersHeader));
    OrdersFile orders(std::move(orders_writer), start_of(folder.end_day()), month == kShortRowMonth);
    WEIR_TRY_ASSIGN(TableWriter items_writer, TableWriter::create(folder.path, "order_items",
                                                                  month_path("order_items", month), kOrderItemsHeader));
    OrderItemsFile items(std::move(items_writer), month == kBadAmountMonth);

    for (Day day = first_day_of_month(month); day < first_day_of_month(month + 1); ++day) {
      const OrderDay order_day(*folder.shop, day);
      const std::uint64_t items_before = items.rows_count();
      Order order;
      for (std::uint64_t i = 0; i < order_day.count(); ++i) {
        order_day.make_life(i, order);
        order_day.fill_basket(order);
        orders.add(order);
        items.add(order);
        payments.add(order, folder);
      }
      orders.end_day();
      WEIR_TRY(folder.reporter->add_rows(2 * order_day.count() + items.rows_count() - items_before));
      if (!orders.is_fine() || !items.is_fine() || !payments.is_fine()) {
        break;  // finish tells why
      }
    }
    WEIR_TRY_ASSIGN(TableFile orders_file, std::move(orders).finish());
    WEIR_TRY_ASSIGN(TableFile items_file, std::move(items).finish());
    out.push_back(std::move(orders_file));
    out.push_back(std::move(items_file));
    if (!payments.is_fine()) {
      break;
    }
  }
  WEIR_TRY_ASSIGN(TableFile payments_file, std::move(payments).finish());
  out.push_back(std::move(payments_file));
  return out;
}

Result<std::vector<TableFile>> write_order_news(const Folder& folder) {
  const Day today = folder.first_day();
  WEIR_TRY_ASSIGN(TableWriter orders_writer,
                  TableWriter::create(folder.path, "orders", folder.path_of("orders", ".csv"), kOrdersHeader));
  OrdersFile orders(std::move(orders_writer), start_of(folder.end_day()), false);
  WEIR_TRY_ASSIGN(
      TableWriter items_writer,
      TableWriter::create(folder.path, "order_items", folder.path_of("order_items", ".csv"), kOrderItemsHeader));
  OrderItemsFile items(std::move(items_writer), false);
  WEIR_TRY_ASSIGN(TableWriter payments_writer,
                  TableWriter::create(folder.path, "payments", folder.path_of("payments", ".jsonl")));
  PaymentsFile payments(std::move(payments_writer), static_cast<std::uint64_t>(kQuartersCount + folder.number), false);

  for (Day day = std::max(today - kLifeDays, 0); day <= today; ++day) {
    const OrderDay order_day(*folder.shop, day);
    Order order;
    std::uint64_t news_count = 0;
    for (std::uint64_t i = 0; i < order_day.count(); ++i) {
      order_day.make_life(i, order);
      const bool is_news = folder.holds(state_before(order, start_of(folder.end_day())).updated_at);
      // A payment that fails changes nothing of the order.
      if (!is_news && (order.failed_at == 0 || !folder.holds(order.failed_at))) {
        continue;
      }
      ++news_count;
      order_day.fill_basket(order);
      payments.add(order, folder);
      if (is_news) {
        orders.add(order);
      }
      if (day == today) {
        items.add(order);
      }
    }
    orders.end_day();
    WEIR_TRY(folder.reporter->add_rows(news_count * 2));
  }

  std::vector<TableFile> out;
  WEIR_TRY_ASSIGN(TableFile orders_file, std::move(orders).finish());
  WEIR_TRY_ASSIGN(TableFile items_file, std::move(items).finish());
  WEIR_TRY_ASSIGN(TableFile payments_file, std::move(payments).finish());
  out.push_back(std::move(orders_file));
  out.push_back(std::move(items_file));
  out.push_back(std::move(payments_file));
  return out;
}
}  // namespace weir::generate::shop
