#include "generate/shop/manifest.h"

#include <fmt/format.h>

#include "generate/text.h"

namespace weir::generate::shop {
namespace {
constexpr int kFormat = 1;  // raise it when the same options give other bytes

std::string date_text(Day day) {
  std::array<char, 10> out;
  put_date(out.data(), date_of(day));
  return {out.data(), out.size()};
}

std::string money_text(std::int64_t cents) {
  std::array<char, 24> out;
  const char* end = put_money(out.data(), cents);
  return {out.data(), static_cast<std::size_t>(end - out.data())};
}
}  // namespace

std::string manifest_json(const Folder& folder, const GenerateSummary& summary) {
  std::string out;
  const auto add = [&out]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  };
  add("{{\n  \"generator\": \"shop\",\n  \"format\": {},\n  \"scale\": {},\n  \"seed\": {},\n  \"day\": {},\n", kFormat,
      folder.shop->scale, folder.shop->seed, folder.number);
  add("  \"from\": \"{}\",\n  \"until\": \"{}\",\n  \"tables\": {{", date_text(folder.first_day()),
      date_text(folder.end_day()));
  const char* separator = "\n";
  for (const GeneratedTable& table : summary.tables) {
    add("{}    \"{}\": {{\"files\": {}, \"rows\": {}, \"rejected\": {}, \"duplicates\": {}, \"keys\": {}, \"amount\": "
        "{}}}",
        separator, table.name, table.files_count, table.rows_count, table.rows_rejected_count,
        table.rows_duplicate_count, table.keys_count, money_text(table.amount_cents));
    separator = ",\n";
  }
  add("\n  }},\n  \"planted\": {{");
  separator = "\n";
  for (const NamedCount& planted : summary.counts) {
    add("{}    \"{}\": {}", separator, planted.name, planted.count);
    separator = ",\n";
  }
  add("\n  }},\n  \"files\": [");
  separator = "\n";
  for (const GeneratedFile& file : summary.files) {
    add("{}    {{\"path\": \"{}\", \"rows\": {}, \"bytes\": {}}}", separator, file.path, file.rows_count,
        file.size_bytes);
    separator = ",\n";
  }
  add("\n  ]\n}}\n");
  return out;
}
}  // namespace weir::generate::shop
