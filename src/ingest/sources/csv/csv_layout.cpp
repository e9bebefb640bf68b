#include "ingest/sources/csv/csv_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/text.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kRecordsMax = 1000;

/// The sample read in one dialect.
struct Reading {
  struct Row {
    std::vector<std::string> cells;
    std::vector<bool> quoted;
    std::size_t offset = 0;
    std::size_t length_bytes = 0;
    std::uint64_t line = 0;
    std::size_t filled_count() const {
      return static_cast<std::size_t>(std::ranges::count_if(cells, [](const std::string& cell) { return !trim(cell).empty(); }));
    }
  };
  CsvDialect dialect;
  std::vector<Row> rows;  // without blank ones
  std::size_t malformed_count = 0;
  std::size_t quoted_count = 0;      // fields
  std::size_t columns_count = 1;     // of most rows
  std::size_t consistent_count = 0;  // rows that have so many

  double consistency() const {
    const auto bad = static_cast<double>(malformed_count) * 2;
    return rows.empty() ? 0 : (static_cast<double>(consistent_count) - bad) / static_cast<double>(rows.size());
  }
};

Reading read(std::string_view text, const CsvDialect& dialect, std::uint64_t first_line) {
  Reading reading{.dialect = dialect};
  const CsvRecordParser parser(dialect);
  CsvRecord record;
  std::size_t offset = 0;
  std::uint64_t line = first_line;
  std::map<std::size_t, std::size_t> counts;
  while (offset < text.size() && reading.rows.size() < kRecordsMax) {
    parser.parse(text.substr(offset), record);
    if (record.unclosed) {
      // As for the load itself: the line is bad, the next one is a new beginning.
      ++reading.malformed_count;
      const std::size_t newline = text.find(dialect.newline, offset);
      offset = newline == std::string_view::npos ? text.size() : newline + 1;
      ++line;
      continue;
    }
    if (!record.is_blank()) {
      auto& row = reading.rows.emplace_back();
      row.offset = offset;
      row.length_bytes = record.length_bytes;
      row.line = line;
      for (const CsvField& field : record.fields) {
        row.cells.push_back(field.escaped ? csv_unescape(field.text, dialect) : std::string(field.text));
        row.quoted.push_back(field.quoted);
        reading.quoted_count += field.quoted ? 1U : 0U;
      }
      reading.malformed_count += record.malformed ? 1U : 0U;
      ++counts[record.fields.size()];
    }
    offset += record.length_bytes;
    line += record.lines_count;
  }
  for (const auto& [columns, rows] : counts) {
    // Of two as frequent, the one that comes first in the file.
    const bool first = rows == reading.consistent_count &&
                       std::ranges::find_if(reading.rows, [&](const auto& row) {
                         return row.cells.size() == columns || row.cells.size() == reading.columns_count;
                       })->cells.size() == columns;
    if (rows > reading.consistent_count || first) {
      reading.consistent_count = rows;
      reading.columns_count = columns;
    }
  }
  return reading;
}

std::size_t known_names_count(const Reading& reading, const std::vector<std::string>& known) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(reading.rows.size(), 20); ++i) {
    std::size_t count = 0;
    for (const std::string& cell : reading.rows[i].cells) {
      count += std::ranges::any_of(known, [&](const std::string& name) { return equals_ignoring_case(name, trim(cell)); }) ? 1U : 0U;
    }
    best = std::max(best, count);
  }
  return best;
}

// Spaces and colons stand in texts and times: they are delimiters only when nothing else is.
bool is_last_resort(const Reading& reading) { return reading.dialect.delimiter == " " || reading.dialect.delimiter == ":"; }

// Whether `a` explains the sample better than `b`, which was tried before.
bool is_better(const Reading& a, const Reading& b, const std::vector<std::string>& known) {
  const std::size_t a_known = known_names_count(a, known);
  const std::size_t b_known = known_names_count(b, known);
  if (a_known != b_known) {
    return a_known > b_known;
  }
  const bool a_splits = a.columns_count > 1 && a.consistency() >= 0.5 && (!is_last_resort(a) || a.rows[0].cells.size() == a.columns_count);
  const bool b_splits = b.columns_count > 1 && b.consistency() >= 0.5;
  if (a_splits != b_splits) {
    return a_splits;
  }
  constexpr double kMargin = 0.02;
  return a_splits && !is_last_resort(a) && a.consistency() > b.consistency() + kMargin;
}

std::vector<std::string> delimiters_in(std::string_view text, const CsvOptions& options) {
  if (options.delimiter) {
    return {*options.delimiter};
  }
  std::vector<std::string> delimiters = {"\t", "|", ";", ",", "^", "~", ":", " "};
  std::erase_if(delimiters, [&](const std::string& delimiter) { return text.find(delimiter) == std::string_view::npos; });
  return delimiters.empty() ? std::vector<std::string>{","} : delimiters;
}

// The sample with one delimiter, in the quotes and escapes that suit it best.
Reading best_quotes(std::string_view text, std::uint64_t first_line, CsvDialect dialect, const CsvOptions& options) {
  const auto try_quote = [&](char quote) {
    dialect.quote = quote;
    dialect.escape = options.escape.value_or(quote);
    Reading reading = read(text, dialect, first_line);
    const std::string backslash = {'\\', quote};
    if (!options.escape && reading.malformed_count > 0 && text.find(backslash) != std::string_view::npos) {
      dialect.escape = '\\';
      Reading escaped = read(text, dialect, first_line);
      if (escaped.malformed_count < reading.malformed_count) {
        return escaped;
      }
    }
    return reading;
  };
  Reading usual = try_quote(options.quote.value_or('"'));
  if (options.quote || usual.quoted_count > 0 || text.find('\'') == std::string_view::npos) {
    return usual;
  }
  // Apostrophes stand in texts; as quotes they must enclose fields, and all that they open, or make far more of the file.
  Reading apostrophes = try_quote('\'');
  const bool clean = apostrophes.malformed_count == 0 && apostrophes.consistency() >= usual.consistency();
  const bool better = apostrophes.quoted_count > 0 && (clean || apostrophes.consistency() > usual.consistency() + 0.3);
  return better ? apostrophes : usual;
}

Reading best_reading(std::string_view text, std::uint64_t first_line, char newline, const CsvExpectation& expectation) {
  if (expectation.likely != nullptr && expectation.likely->newline == newline) {
    Reading reading = read(text, *expectation.likely, first_line);
    if (reading.columns_count > 1 && reading.malformed_count == 0 && reading.consistent_count == reading.rows.size()) {
      return reading;
    }
  }
  std::optional<Reading> best;
  for (const std::string& delimiter : delimiters_in(text, expectation.options)) {
    Reading reading = best_quotes(text, first_line, {.delimiter = delimiter, .newline = newline}, expectation.options);
    if (!best || is_better(reading, *best, expectation.known)) {
      best = std::move(reading);
    }
  }
  if (best->columns_count == 1 && !expectation.options.delimiter && best->dialect.delimiter != ",") {
    // One column: the delimiter is the usual one, should a later line have it.
    return best_quotes(text, first_line, {.delimiter = ",", .newline = newline}, expectation.options);
  }
  return *std::move(best);
}

// "2019" in a header is a year, not a number of the data.
bool looks_like_year(std::string_view cell) {
  cell = trim(cell);
  return cell.size() == 4 && (cell.starts_with("19") || cell.starts_with("20")) && cell.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_text(std::string_view cell, const ValueFormats& formats) {
  TypeGuess guess;
  guess.add(cell, formats);
  return guess.type().id == duck::TypeId::kVarchar;
}

// "2/28/2008" -> "9/99/9999": texts of the same make.
std::string shape(std::string_view cell) {
  std::string out;
  for (const char character : trim(cell)) {
    const bool digit = character >= '0' && character <= '9';
    out += digit ? '9' : character;
  }
  return out;
}

enum class HeaderSign : std::uint8_t {
  kHeader,  ///< text over numbers, or a name that is known
  kData,    ///< numbers, or texts of the same make as below
  kNone,    ///< text over text
};

// What one column says about the row at `index`.
HeaderSign header_sign(const Reading& reading, std::size_t index, std::size_t column, const ValueFormats& formats) {
  const std::string& cell = reading.rows[index].cells[column];
  if (trim(cell).empty()) {
    return HeaderSign::kNone;
  }
  const bool cell_is_text = is_text(cell, formats);
  const std::string cell_shape = shape(cell);
  TypeGuess body;
  std::size_t same_shape_count = 0;
  std::size_t rows_count = 0;
  constexpr std::size_t kRowsLooked = 100;
  for (std::size_t i = index + 1; i < reading.rows.size() && rows_count < kRowsLooked; ++i) {
    const auto& cells = reading.rows[i].cells;
    if (cells.size() == reading.columns_count && column < cells.size() && !trim(cells[column]).empty()) {
      ++rows_count;
      body.add(cells[column], formats);
      same_shape_count += shape(cells[column]) == cell_shape ? 1U : 0U;
    }
  }
  if (cell_is_text && !body.is_empty() && body.type().id != duck::TypeId::kVarchar) {
    return HeaderSign::kHeader;
  }
  if (!cell_is_text) {
    return looks_like_year(cell) ? HeaderSign::kNone : HeaderSign::kData;
  }
  const bool same_make = cell_shape.find('9') != std::string::npos && same_shape_count > 0 && same_shape_count * 5 >= rows_count;
  return same_make ? HeaderSign::kData : HeaderSign::kNone;
}

HeaderSign header_sign(const Reading& reading, std::size_t index, const CsvExpectation& expectation) {
  const auto& row = reading.rows[index];
  std::size_t known_count = 0;
  for (const std::string& cell : row.cells) {
    const auto same = [&](const std::string& name) { return equals_ignoring_case(name, trim(cell)); };
    known_count += std::ranges::any_of(expectation.known, same) || std::ranges::any_of(expectation.declared, same) ? 1U : 0U;
  }
  if (known_count * 2 > row.cells.size()) {
    return HeaderSign::kHeader;
  }
  HeaderSign sign = HeaderSign::kNone;
  for (std::size_t column = 0; column < row.cells.size(); ++column) {
    const HeaderSign one = header_sign(reading, index, column, expectation.options.formats);
    if (one == HeaderSign::kHeader) {
      return one;
    }
    sign = one == HeaderSign::kData ? one : sign;
  }
  return sign;
}

// Titles, dates of export, empty cells: rows in front of the table that are shaped otherwise.
std::size_t preamble_rows_count(const Reading& reading, const CsvExpectation& expectation) {
  const std::size_t columns = reading.columns_count;
  if (columns < 2) {
    return 0;
  }
  std::size_t first = 0;
  while (first < reading.rows.size()) {
    const auto& row = reading.rows[first];
    const bool narrow = row.cells.size() < columns && row.filled_count() <= 1;
    const bool title = row.cells.size() == columns && columns > 2 && row.filled_count() <= 1;
    if (!narrow && !title) {
      break;
    }
    ++first;
  }
  // Other lines that do not fit, when what comes behind them is a header beyond doubt.
  std::size_t header = first;
  while (header < reading.rows.size() && reading.rows[header].cells.size() != columns) {
    ++header;
  }
  constexpr std::size_t kPreambleRowsMax = 100;
  if (header > first && header < std::min(reading.rows.size(), kPreambleRowsMax) &&
      header_sign(reading, header, expectation) == HeaderSign::kHeader) {
    return header;
  }
  return first < reading.rows.size() ? first : 0;
}

std::string clean_name(std::string_view cell) {
  std::string name(trim(cell));
  std::ranges::replace_if(name, [](char character) { return static_cast<unsigned char>(character) < 0x20; }, ' ');
  return name;
}

// Names for all columns: none empty, none twice whatever the case.
std::vector<std::string> unique_names(const std::vector<std::string>& cells, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  std::size_t empty_count = 0;
  std::size_t repeated_count = 0;
  for (const std::string& cell : cells) {
    taken.insert(to_lower(clean_name(cell)));
  }
  std::set<std::string> used;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string name = clean_name(cells[i]);
    const bool empty = name.empty();
    if (empty) {
      name = fmt::format("column_{}", i + 1);
    }
    if (!used.insert(to_lower(name)).second || (empty && taken.contains(name))) {
      std::string other;
      for (int number = 1; other.empty() || taken.contains(to_lower(other)) || used.contains(to_lower(other)); ++number) {
        other = fmt::format("{}_{}", name, number);
      }
      name = other;
      used.insert(to_lower(name));
      repeated_count += empty ? 0U : 1U;
    }
    empty_count += empty ? 1U : 0U;
    names.push_back(std::move(name));
  }
  if (empty_count > 0) {
    notes.push_back(fmt::format("{} without a name in the header: called column_N", empty_count == 1 ? "a column" : fmt::format("{} columns", empty_count)));
  }
  if (repeated_count > 0) {
    notes.push_back(fmt::format("{} in the header: a number was added", repeated_count == 1 ? "a repeated name" : fmt::format("{} repeated names", repeated_count)));
  }
  return names;
}
}  // namespace

Result<CsvLayout> find_csv_layout(std::string_view sample, bool whole, const CsvExpectation& expectation) {
  const CsvOptions& options = expectation.options;
  CsvLayout layout;
  const char newline = sample.find('\n') == std::string_view::npos && sample.find('\r') != std::string_view::npos ? '\r' : '\n';
  std::size_t offset = 0;
  std::uint64_t line = 1;
  for (std::int64_t i = 0; i < options.skip.value_or(0); ++i) {
    const std::size_t end = sample.find(newline, offset);
    if (end == std::string_view::npos) {
      if (!whole) {
        return fail(ErrorCode::kInvalid, fmt::format("the first {} lines do not end within the first {} bytes", *options.skip, sample.size()));
      }
      offset = sample.size();
      break;
    }
    offset = end + 1;
    ++line;
  }
  std::string text(sample.substr(offset));
  if (!whole) {
    text.resize(text.rfind(newline) == std::string::npos ? text.size() : text.rfind(newline) + 1);
  }
  if (!text.empty() && text.back() != newline) {
    text += newline;
  }
  const Reading reading = best_reading(text, line, newline, expectation);
  layout.dialect = reading.dialect;
  layout.data_offset = offset;
  layout.data_line = line;
  if (reading.rows.empty()) {
    layout.notes.emplace_back(text.find_first_not_of(" \r\n") == std::string::npos ? "the file is empty" : "the file has no readable line");
    return layout;
  }
  const bool told = options.skip.has_value() || options.header.has_value();
  const std::size_t first = told ? 0 : preamble_rows_count(reading, expectation);
  for (std::size_t i = 0; i < first; ++i) {
    const auto& row = reading.rows[i];
    std::string_view raw = std::string_view(text).substr(row.offset, row.length_bytes);
    while (raw.ends_with('\n') || raw.ends_with('\r')) {
      raw.remove_suffix(1);
    }
    layout.preamble.push_back({row.line, std::string(raw)});
  }
  if (first > 0) {
    layout.notes.push_back(fmt::format("{} before the header", first == 1 ? "a line" : fmt::format("{} lines", first)));
  }
  const auto& row = reading.rows[first];
  layout.has_header = options.header.value_or(header_sign(reading, first, expectation) != HeaderSign::kData);
  if (layout.has_header) {
    layout.names = unique_names(row.cells, layout.notes);
    if (layout.names.size() != reading.columns_count && reading.consistent_count > 1) {
      layout.notes.push_back(fmt::format("the header has {} names, but most records have {} fields; `csv: {{ragged: fill}}` takes shorter ones, and "
                                         "`csv: {{skip: {}, header: false}}` with `columns:` names them all",
                                         layout.names.size(), reading.columns_count, row.line));
    }
    const std::size_t end = row.offset + row.length_bytes;
    layout.data_offset = offset + std::min(end, sample.size() - offset);
    const std::string_view raw = std::string_view(text).substr(row.offset, row.length_bytes);
    layout.data_line = row.line + static_cast<std::uint64_t>(std::ranges::count(raw, newline));
    return layout;
  }
  layout.data_offset = offset + row.offset;
  layout.data_line = row.line;
  for (std::size_t i = 0; i < std::max(reading.columns_count, expectation.declared.size()); ++i) {
    layout.names.push_back(i < expectation.declared.size() ? expectation.declared[i] : fmt::format("column_{}", i + 1));
  }
  if (!options.header) {
    layout.notes.emplace_back("no header was found");
  }
  return layout;
}
}  // namespace weir::ingest
