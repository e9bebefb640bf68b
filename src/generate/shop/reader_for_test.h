#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.h"

/// What the tests need to read a shop back, kept as simple as can be so that it is surely right.
namespace weir::generate::shop {
using Fields = std::vector<std::string>;

/// The rows of a CSV text, quotes undone, the header among them.
inline std::vector<Fields> csv_rows(std::string_view text) {
  std::vector<Fields> rows;
  Fields row;
  std::string field;
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (in_quotes) {
      if (character != '"') {
        field += character;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        in_quotes = false;
      }
    } else if (character == '"') {
      in_quotes = true;
    } else if (character == ',' || character == '\n') {
      row.push_back(std::move(field));
      field.clear();
      if (character == '\n') {
        rows.push_back(std::move(row));
        row.clear();
      }
    } else {
      field += character;
    }
  }
  return rows;
}

/// The lines of a text, without their ends.
inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// The rows of all CSV files of a table in `folder` (day1, …) by the names of their columns. Rows with too few fields
/// are counted in `short_rows_count` and left out.
struct CsvTable {
  std::vector<std::map<std::string, std::string, std::less<>>> rows;
  std::size_t short_rows_count = 0;
};

inline CsvTable read_table(const std::filesystem::path& folder, std::string_view table) {
  CsvTable out;
  const auto paths = *find_files(folder, std::string(table) + "/*.csv");
  for (const auto& path : paths) {
    const std::vector<Fields> rows = csv_rows(*read_file(path, 1U << 30U));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      if (rows[i].size() != rows[0].size()) {
        ++out.short_rows_count;
        continue;
      }
      auto& row = out.rows.emplace_back();
      for (std::size_t column = 0; column < rows[i].size(); ++column) {
        row[rows[0][column]] = rows[i][column];
      }
    }
  }
  return out;
}

/// "-12.30" -> -1230.
inline std::int64_t cents(std::string_view money) {
  std::string digits(money);
  std::erase(digits, '.');
  return std::stoll(digits);
}

/// The value of a top-level key in a line of JSON, without quotes. Empty when it is not there.
inline std::string json_value(std::string_view line, std::string_view key) {
  const std::size_t at = line.find("\"" + std::string(key) + "\":");
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view rest = line.substr(at + key.size() + 3);
  if (rest.front() == '"') {
    rest.remove_prefix(1);
    return std::string(rest.substr(0, rest.find('"')));
  }
  return std::string(rest.substr(0, rest.find_first_of(",}")));
}
}  // namespace weir::generate::shop
