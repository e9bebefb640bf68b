#include "ingest/sources/csv/csv_options.h"

#include <fmt/format.h>

#include "core/text.h"
#include "ingest/text_stream.h"

namespace weir::ingest {
namespace {
Place place_of(const ConfigMap& map, const ConfigNode* node) { return node == nullptr ? map.place() : node->place(); }

// "tab" and "\t" are easier to see in a file than the character itself.
Result<std::optional<std::string>> delimiter_of(ConfigMap& map) {
  const ConfigNode* node = map.find("delimiter");
  WEIR_TRY_ASSIGN(std::optional<std::string> text, map.text("delimiter"));
  if (!text) {
    return text;
  }
  if (*text == "tab" || *text == "\\t") {
    return std::optional<std::string>("\t");
  }
  if (*text == "space") {
    return std::optional<std::string>(" ");
  }
  if (text->empty() || text->size() > 8 || text->find_first_of("\r\n\"") != std::string::npos) {
    return fail_at(place_of(map, node), fmt::format("\"{}\" cannot be a delimiter: 1 to 8 bytes without quotes and newlines", excerpt(*text)));
  }
  return text;
}

Result<std::optional<char>> character_of(ConfigMap& map, std::string_view key) {
  const ConfigNode* node = map.find(key);
  WEIR_TRY_ASSIGN(const std::optional<std::string> text, map.text(key));
  if (!text) {
    return std::optional<char>();
  }
  if (text->empty() || *text == "none") {
    return std::optional<char>('\0');
  }
  const std::string character = *text == "\\\\" ? "\\" : *text;
  if (character.size() != 1 || character == "\n" || character == "\r" || static_cast<unsigned char>(character[0]) >= 0x80) {
    return fail_at(place_of(map, node), fmt::format("{} is one ASCII character, or none", key));
  }
  return std::optional<char>(character[0]);
}

Result<std::optional<TimeFormat>> format_of(ConfigMap& map, std::string_view key) {
  const ConfigNode* node = map.find(key);
  WEIR_TRY_ASSIGN(const std::optional<std::string> text, map.text(key));
  if (!text) {
    return std::optional<TimeFormat>();
  }
  WEIR_TRY_ASSIGN(TimeFormat format, TimeFormat::compile(*text, place_of(map, node)));
  return std::optional<TimeFormat>(std::move(format));
}
}  // namespace

Result<CsvOptions> parse_csv_options(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(node, "csv"));
  CsvOptions options;
  WEIR_TRY_ASSIGN(options.delimiter, delimiter_of(map));
  WEIR_TRY_ASSIGN(options.quote, character_of(map, "quote"));
  WEIR_TRY_ASSIGN(options.escape, character_of(map, "escape"));
  if (options.escape == '\0') {
    options.escape = options.quote.value_or('"');
  }
  if (map.find("header") != nullptr) {
    WEIR_TRY_ASSIGN(options.header, map.flag_or("header", true));
  }
  if (const ConfigNode* skip = map.find("skip")) {
    WEIR_TRY_ASSIGN(options.skip, map.integer_or("skip", 0));
    if (*options.skip < 0 || *options.skip > 1'000'000) {
      return fail_at(skip->place(), "skip is a number of lines, from 0 to 1,000,000");
    }
  }
  const ConfigNode* encoding = map.find("encoding");
  WEIR_TRY_ASSIGN(options.encoding, map.text_or("encoding", "auto"));
  WEIR_TRY(check_encoding(options.encoding, place_of(map, encoding)));
  WEIR_TRY_ASSIGN(const std::string ragged, map.choice_or("ragged", {"reject", "fill"}, "reject"));
  options.fill_ragged = ragged == "fill";
  WEIR_TRY_ASSIGN(options.nulls, map.texts("null"));
  WEIR_TRY_ASSIGN(options.formats.date, format_of(map, "date_format"));
  WEIR_TRY_ASSIGN(options.formats.timestamp, format_of(map, "timestamp_format"));
  WEIR_TRY_ASSIGN(const std::string decimal, map.choice_or("decimal", {".", ","}, "."));
  options.formats.decimal_point = decimal[0];
  WEIR_TRY(map.finish());
  return options;
}
}  // namespace weir::ingest
