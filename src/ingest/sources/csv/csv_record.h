#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The grammar of CSV, as weir reads it:
///
///   record  field (delimiter field)* newline           newline is LF or CR LF, or CR in files without any LF
///   field   text                                       ends at a delimiter or newline; quotes in it are characters like others
///         | spaces quote text quote spaces             delimiters and newlines in it are text; a quote stands twice, or behind
///                                                      the escape character
///
/// A quote opens a field only where the field begins. Text behind a closing quote makes the record malformed.
namespace weir::ingest {
struct CsvDialect {
  std::string delimiter = ",";  ///< 1 to 8 bytes
  char quote = '"';             ///< '\0': no quotes
  char escape = '"';            ///< in quotes; the quote itself means that it stands twice
  char newline = '\n';          ///< '\n' (a '\r' before it belongs to it) or '\r'
  bool operator==(const CsvDialect&) const = default;
};

struct CsvField {
  std::string_view text;  ///< without the quotes, as it stands in the file
  bool quoted = false;
  bool escaped = false;   ///< `text` has escapes to be undone: csv_unescape
};

struct CsvRecord {
  std::vector<CsvField> fields;
  std::size_t length_bytes = 0;       ///< with the newline
  std::uint64_t lines_count = 1;      ///< more than one when a newline stands in quotes
  bool malformed = false;             ///< text behind a closing quote, in `malformed_field`
  std::size_t malformed_field = 0;
  bool unclosed = false;              ///< the text ends in quotes
  /// Nothing but spaces.
  bool is_blank() const;
};

/// Takes records off the front of a text. One thread at a time.
class CsvRecordParser {
 public:
  explicit CsvRecordParser(const CsvDialect& dialect);
  /// Reads the record at the front of `text`, which is not empty and ends with a newline. The fields borrow from `text`.
  void parse(std::string_view text, CsvRecord& record) const;
  const CsvDialect& dialect() const { return dialect_; }

 private:
  const char* parse_quoted(const char* position, const char* end, CsvRecord& record) const;
  const char* skip_field_rest(const char* position, const char* end) const;
  bool at_delimiter(const char* position, const char* end) const;
  CsvDialect dialect_;
  std::array<bool, 256> stops_{};  // newline and the delimiter's first byte
};

/// The value of a field with escapes.
std::string csv_unescape(std::string_view text, const CsvDialect& dialect);

/// Finds where records end without reading their fields: what the thread that cuts a file into pieces does.
struct CsvCut {
  std::size_t complete_bytes = 0;  ///< of the text, in whole records
  bool in_quotes = false;          ///< the text ends in quotes that the record behind `complete_bytes` opened
};
CsvCut csv_cut(std::string_view text, const CsvDialect& dialect);
}  // namespace weir::ingest
