#include "ingest/sources/csv/csv_record.h"

#include <algorithm>
#include <cstring>

#include "core/text.h"

namespace weir::ingest {
namespace {
std::size_t index_of(char character) { return static_cast<unsigned char>(character); }

// A space that may stand between a delimiter and a quote; not where it is the delimiter itself.
bool is_padding(char character, const CsvDialect& dialect) {
  return (character == ' ' || character == '\t') && dialect.delimiter.front() != character;
}
}  // namespace

bool CsvRecord::is_blank() const {
  return !malformed && !unclosed && fields.size() == 1 && !fields[0].quoted && trim(fields[0].text).empty();
}

CsvRecordParser::CsvRecordParser(const CsvDialect& dialect) : dialect_(dialect) {
  stops_[index_of(dialect_.newline)] = true;
  stops_[index_of(dialect_.delimiter.front())] = true;
}

bool CsvRecordParser::at_delimiter(const char* position, const char* end) const {
  const std::string& delimiter = dialect_.delimiter;
  return *position == delimiter.front() &&
         (delimiter.size() == 1 || std::string_view(position, static_cast<std::size_t>(end - position)).starts_with(delimiter));
}

// To the delimiter or newline that ends the field.
const char* CsvRecordParser::skip_field_rest(const char* position, const char* end) const {
  for (;;) {
    while (!stops_[index_of(*position)]) {
      ++position;  // the newline at the end of the text stops it
    }
    if (*position == dialect_.newline || at_delimiter(position, end)) {
      return position;
    }
    ++position;
  }
}

// `position` is behind the opening quote. Returns where the field ends: a delimiter, a newline or `end`.
const char* CsvRecordParser::parse_quoted(const char* position, const char* end, CsvRecord& record) const {
  const char* const start = position;
  bool escaped = false;
  for (;;) {
    if (dialect_.escape == dialect_.quote) {
      position = static_cast<const char*>(std::memchr(position, dialect_.quote, static_cast<std::size_t>(end - position)));
    } else {
      position = std::find_if(position, end, [&](char character) { return character == dialect_.quote || character == dialect_.escape; });
    }
    if (position == nullptr || position == end) {
      record.unclosed = true;
      record.fields.push_back({std::string_view(start, static_cast<std::size_t>(end - start)), true, escaped});
      return end;
    }
    // An escape before the end of the text, or a quote that stands twice.
    const bool pair = position + 1 < end && (*position != dialect_.quote || position[1] == dialect_.quote);
    if (!pair && *position == dialect_.quote) {
      break;
    }
    escaped = true;
    position += pair ? 2 : 1;
  }
  const std::string_view text(start, static_cast<std::size_t>(position - start));
  record.lines_count += static_cast<std::uint64_t>(std::ranges::count(text, dialect_.newline));
  record.fields.push_back({text, true, escaped});
  const char* const behind = position + 1;
  position = behind;
  while (position < end && is_padding(*position, dialect_)) {
    ++position;
  }
  if (position < end && *position == '\r' && position + 1 < end && position[1] == dialect_.newline) {
    ++position;
  }
  if (position == end || *position == dialect_.newline || at_delimiter(position, end)) {
    return position;
  }
  if (!record.malformed) {
    record.malformed = true;
    record.malformed_field = record.fields.size() - 1;
  }
  return skip_field_rest(behind, end);
}

void CsvRecordParser::parse(std::string_view text, CsvRecord& record) const {
  record.fields.clear();
  record.lines_count = 1;
  record.malformed = false;
  record.unclosed = false;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* position = begin;
  for (;;) {
    const char* start = position;
    if (dialect_.quote != '\0') {
      while (is_padding(*start, dialect_)) {
        ++start;
      }
    }
    if (dialect_.quote != '\0' && *start == dialect_.quote) {
      position = parse_quoted(start + 1, end, record);
      if (record.unclosed || position == end) {
        record.length_bytes = text.size();
        return;
      }
    } else {
      start = position;
      position = skip_field_rest(position, end);
      std::string_view field(start, static_cast<std::size_t>(position - start));
      if (*position == '\n' && field.ends_with('\r')) {
        field.remove_suffix(1);
      }
      record.fields.push_back({field, false, false});
    }
    if (*position == dialect_.newline) {
      record.length_bytes = static_cast<std::size_t>(position - begin) + 1;
      return;
    }
    position += dialect_.delimiter.size();
  }
}

std::string csv_unescape(std::string_view text, const CsvDialect& dialect) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == dialect.escape || text[i] == dialect.quote;
    if (escapes && i + 1 < text.size()) {
      const char next = text[i + 1];
      if (next == dialect.quote || next == dialect.escape) {
        out += next;
        ++i;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

CsvCut csv_cut(std::string_view text, const CsvDialect& dialect) {
  CsvCut cut;
  const auto find_quote = [&](std::size_t from) { return dialect.quote == '\0' ? std::string_view::npos : text.find(dialect.quote, from); };
  // A quote opens a field when nothing but spaces stands between it and a delimiter, a newline or the start.
  const auto opens = [&](std::size_t position, std::size_t floor) {
    while (position > floor && is_padding(text[position - 1], dialect)) {
      --position;
    }
    return position == floor ? floor == 0 : text[position - 1] == dialect.newline || text.substr(0, position).ends_with(dialect.delimiter);
  };
  std::size_t unquoted = 0;  // start of the stretch outside of quotes
  std::size_t position = 0;
  for (;;) {
    std::size_t quote = find_quote(position);
    while (quote != std::string_view::npos && !opens(quote, unquoted)) {
      quote = find_quote(quote + 1);
    }
    const std::size_t stretch_end = std::min(quote, text.size());
    const std::size_t newline = text.substr(unquoted, stretch_end - unquoted).rfind(dialect.newline);
    if (newline != std::string_view::npos) {
      cut.complete_bytes = unquoted + newline + 1;
    }
    if (quote == std::string_view::npos) {
      return cut;
    }
    std::size_t close = quote + 1;
    for (;;) {
      close = dialect.escape == dialect.quote ? text.find(dialect.quote, close)
                                              : text.find_first_of(std::string_view(std::array{dialect.quote, dialect.escape}.data(), 2), close);
      if (close == std::string_view::npos) {
        cut.in_quotes = true;
        return cut;
      }
      const bool pair = close + 1 < text.size() && (text[close] != dialect.quote || text[close + 1] == dialect.quote);
      if (!pair && text[close] == dialect.quote) {
        break;
      }
      close += pair ? 2 : 1;
    }
    unquoted = close + 1;
    position = unquoted;
  }
}
}  // namespace weir::ingest
