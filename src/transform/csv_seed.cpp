#include "transform/csv_seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

#include "core/text.h"

namespace weir::transform {
namespace {
constexpr std::string_view kStaged = "weir_seed";

struct Header {
  std::vector<std::string> names;
  std::string line_end;  ///< as in the file: "\n", "\r\n" or "\r"
};

// The first record: names may be quoted and may then hold line ends.
Result<Header> read_header(const CsvSeed& seed) {
  std::ifstream in(seed.path, std::ios::binary);
  if (!in) {
    return fail(ErrorCode::kIo, "cannot read the file", seed.file);
  }
  constexpr std::size_t kHeaderBytesMax = std::size_t{1} << 20U;
  std::string text(kHeaderBytesMax, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) {
    rest.remove_prefix(3);
  }
  Header header{{}, "\n"};
  std::string name;
  bool quoted = false;
  for (std::size_t i = 0; i <= rest.size(); ++i) {
    const char c = i < rest.size() ? rest[i] : '\n';
    if (quoted && i < rest.size()) {
      if (c != '"') {
        name += c;
      } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
        name += rest[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && name.empty()) {
      quoted = true;
    } else if (c == seed.delimiter) {
      header.names.push_back(std::move(name));
      name.clear();
    } else if (c == '\n' || c == '\r') {
      header.names.push_back(std::move(name));
      header.line_end = c == '\n' ? "\n" : i + 1 < rest.size() && rest[i + 1] == '\n' ? "\r\n" : "\r";
      break;
    } else {
      name += c;
    }
  }
  return header;
}

Status check_header(const CsvSeed& seed, const Header& header) {
  const Place place{seed.file, 1, 0};
  if (header.names.size() == 1 && trim(header.names[0]).empty()) {
    return fail_at(place, "the file is empty; its first line must name the columns");
  }
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (trim(header.names[i]).empty()) {
      return fail_at(place, fmt::format("column {} has no name", i + 1));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (equals_ignoring_case(header.names[i], header.names[j])) {
        return fail_at(place, fmt::format("two columns are called \"{}\"", header.names[i]));
      }
    }
  }
  for (const auto& [name, type] : seed.column_types) {
    const auto is_named = [&](const std::string& column) { return equals_ignoring_case(column, name); };
    if (std::ranges::none_of(header.names, is_named)) {
      return fail_at(place, fmt::format("column_types names a column \"{}\" that is not there{}", name,
                                        did_you_mean(name, header.names)));
    }
  }
  return {};
}

// "CSV Error on Line: 3" -> 3.
int line_of(std::string_view message) {
  constexpr std::string_view kLine = "Line: ";
  const std::size_t at = message.find(kLine);
  int line = 0;
  if (at != std::string_view::npos) {
    std::from_chars(message.data() + at + kLine.size(), message.data() + message.size(), line);
  }
  return line;
}

std::string value_sql(std::string_view column) {
  const std::string name = sql_name(column);
  return fmt::format("CASE WHEN lower(trim({0})) IN ('', 'null') THEN NULL ELSE {0} END", name);
}

/// What the values of a column may be, from the narrowest to the widest; `test` is over the trimmed text `v`.
struct Guess {
  std::string_view type;
  std::string_view test;
};
constexpr auto kGuesses = std::to_array<Guess>({
    {"INTEGER",
     "regexp_full_match(v, '[+-]?[0-9]+(\\.0*)?') AND try_cast(split_part(v, '.', 1) AS INTEGER) IS NOT NULL"},
    {"BIGINT", "regexp_full_match(v, '[+-]?[0-9]+(\\.0*)?') AND try_cast(split_part(v, '.', 1) AS BIGINT) IS NOT NULL"},
    {"DECIMAL(38,0)", "regexp_full_match(v, '[+-]?[0-9]+') AND try_cast(v AS DECIMAL(38,0)) IS NOT NULL"},
    {"DOUBLE",
     "regexp_full_match(v, '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?') AND try_cast(v AS DOUBLE) IS NOT "
     "NULL"},
    {"DATE", "regexp_full_match(v, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') AND try_cast(v AS DATE) IS NOT NULL"},
    {"TIMESTAMP",
     "regexp_full_match(v, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?') AND "
     "try_cast(v AS TIMESTAMP) IS NOT NULL"},
    {"TIMESTAMPTZ",
     "regexp_full_match(v, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)? "
     "?(Z|[+-][0-9]{2}(:?[0-9]{2})?)') AND try_cast(v AS TIMESTAMPTZ) IS NOT NULL"},
    {"BOOLEAN", "lower(v) IN ('true', 'false')"},
});

// The narrowest type that all values of each column have.
Result<std::vector<std::string>> guess_types(duck::Connection& connection, const std::vector<std::string>& columns) {
  std::vector<std::string> types;
  for (const std::string& column : columns) {
    std::string tests;
    for (const Guess& guess : kGuesses) {
      tests += fmt::format("{}coalesce(bool_and({}), true)", tests.empty() ? "" : ", ", guess.test);
    }
    WEIR_TRY_ASSIGN(const auto rows,
                    connection.query_rows(fmt::format("SELECT {} FROM (SELECT trim({}) AS v FROM temp.{})", tests,
                                                      value_sql(column), kStaged)));
    const auto fits = std::ranges::find(rows.at(0), std::optional<std::string>("true"));
    types.emplace_back(fits == rows[0].end() ? "VARCHAR"
                                             : kGuesses[static_cast<std::size_t>(fits - rows[0].begin())].type);
  }
  return types;
}

std::string cast_sql(std::string_view column, std::string_view type) {
  const std::string value = value_sql(column);
  if (type == "VARCHAR") {
    return value;
  }
  // 5.0 is a whole number, but no text of one.
  if (type == "INTEGER" || type == "BIGINT") {
    return fmt::format("CAST(split_part(trim({}), '.', 1) AS {})", value, type);
  }
  return fmt::format("CAST(trim({}) AS {})", value, type);
}
}  // namespace

Result<std::string> read_csv_seed(duck::Connection& connection, const CsvSeed& seed) {
  WEIR_TRY_ASSIGN(const Header header, read_header(seed));
  WEIR_TRY(check_header(seed, header));
  std::string columns;
  for (const std::string& name : header.names) {
    columns += fmt::format("{}{}: 'VARCHAR'", columns.empty() ? "" : ", ", sql_string(name));
  }
  const std::string sql = fmt::format(
      "CREATE OR REPLACE TEMP TABLE {} AS SELECT * FROM read_csv({}, auto_detect=false, header=true, delim={}, "
      "quote='\"', escape='\"', "
      "new_line='{}', max_line_size=16777216, columns={{{}}})",
      kStaged, sql_string(seed.path.string()), sql_string(std::string(1, seed.delimiter)),
      header.line_end == "\r\n" ? "\\r\\n"
      : header.line_end == "\r" ? "\\r"
                                : "\\n",
      columns);
  if (auto staged = connection.execute(sql); !staged) {
    Error error = std::move(staged).error();
    error.place = Place{seed.file, line_of(error.message), 0};
    return std::unexpected(std::move(error));
  }
  WEIR_TRY_ASSIGN(const std::vector<std::string> guessed, guess_types(connection, header.names));
  std::string list;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    const std::string& name = header.names[i];
    const auto given = std::ranges::find_if(seed.column_types,
                                            [&](const auto& entry) { return equals_ignoring_case(entry.first, name); });
    const std::string value = given == seed.column_types.end()
                                  ? cast_sql(name, guessed[i])
                                  : fmt::format("CAST({} AS {})", value_sql(name), given->second);
    list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", value, sql_name(name));
  }
  return fmt::format("SELECT {} FROM temp.{}", list, kStaged);
}
}  // namespace weir::transform
