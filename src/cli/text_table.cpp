#include "cli/text_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace weir::cli {
std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < head_.size(); ++i) {
    std::size_t width = display_width(head_[i]);
    for (const auto& row : rows_) {
      width = std::max(width, display_width(row.at(i).text));
    }
    widths.push_back(width);
  }
  std::string out;
  const auto append = [&](const std::vector<Cell>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blank(widths[i] - display_width(row[i].text), ' ');
      line += (i == 0 ? "" : "  ") + (right_.contains(i) ? blank + row[i].text : row[i].text + blank);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  append({head_.begin(), head_.end()});
  for (const auto& row : rows_) {
    append(row);
  }
  return out;
}

void TextTable::print(std::FILE* out, bool json) const {
  std::string all = json ? std::string() : text();
  if (json) {
    for (const auto& row : rows_) {
      Json object = Json::object();
      for (std::size_t i = 0; i < head_.size(); ++i) {
        object[head_[i]] = row[i].number ? Json(*row[i].number) : row[i].text.empty() ? Json() : Json(row[i].text);
      }
      all += object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
  }
  std::fwrite(all.data(), 1, all.size(), out);
}
}  // namespace weir::cli
