#include "generate/shop/table_file.h"

#include <utility>

#include "generate/text.h"

namespace weir::generate::shop {
std::string_view dirt_name(Dirt dirt) {
  constexpr std::array<std::string_view, kDirtCount> kNames{
      "order_items_with_bad_amount", "orders_cut_short",   "orders_delivered_twice",      "payments_with_broken_json",
      "payments_without_order",      "customers_odd_name", "customers_name_with_newline", "customers_untidy_email"};
  return kNames[static_cast<std::size_t>(dirt)];
}

Result<TableWriter> TableWriter::create(const std::filesystem::path& folder, std::string_view table, std::string path,
                                        std::string_view header) {
  WEIR_TRY_ASSIGN(FileWriter writer, FileWriter::create(folder / path));
  writer.append(header);
  TableFile tally;
  tally.table = table;
  tally.file.path = std::move(path);
  return TableWriter(std::move(writer), std::move(tally));
}

Result<TableFile> TableWriter::finish() && {
  WEIR_TRY(writer_.finish());
  tally_.file.size_bytes = writer_.size_bytes();
  return std::move(tally_);
}

std::string Folder::path_of(std::string_view table, std::string_view extension) const {
  std::string out(table);
  out.append("/").append(table);
  if (!is_first()) {
    std::array<char, 10> date;
    put_date(date.data(), date_of(first_day()));
    out.append("_").append(date.data(), date.size());
  }
  return out.append(extension);
}
}  // namespace weir::generate::shop
