#include "quality/sql_traits.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "lake/sql_names.h"
#include "lake/sql_tokens.h"

namespace weir::quality {
namespace {
constexpr std::array<std::string_view, 14> kVolatile = {
    "now",       "current_date", "current_time",   "current_timestamp", "localtime", "localtimestamp",  "today",
    "random",    "uuid",         "gen_random_uuid", "get_current_time",  "age",       "get_current_timestamp", "transaction_timestamp"};
}  // namespace

SqlTraits sql_traits(std::string_view sql) {
  SqlTraits out;
  for (const lake::SqlToken& token : lake::sql_tokens(sql)) {
    if (token.kind == lake::SqlTokenKind::kWord) {
      const std::string word = to_lower(token.text);
      out.has_select = out.has_select || word == "select";
      out.depends_on_time = out.depends_on_time || std::ranges::find(kVolatile, word) != kVolatile.end();
    }
  }
  for (const lake::SqlName& name : lake::sql_names(sql)) {
    const std::string text = name.schema + "." + name.name;
    if (!name.schema.empty() && !name.path && std::ranges::find(out.tables, text) == out.tables.end()) {
      out.tables.push_back(text);
    }
  }
  return out;
}

std::string as_subquery(std::string_view sql) {
  const std::vector<lake::SqlToken> tokens = lake::sql_tokens(sql);
  std::size_t count = tokens.size();
  while (count > 0 && tokens[count - 1].is_symbol(";")) {
    --count;
  }
  return count == 0 ? std::string() : std::string(sql.substr(0, tokens[count - 1].offset + tokens[count - 1].text.size()));
}

std::vector<std::string> columns_named_in(std::string_view sql, const std::vector<std::string>& columns) {
  std::vector<std::string> words;
  for (const lake::SqlToken& token : lake::sql_tokens(sql)) {
    if (token.is_name()) {
      words.push_back(token.value());
    }
  }
  std::vector<std::string> out;
  std::ranges::copy_if(columns, std::back_inserter(out), [&](const std::string& column) {
    return std::ranges::any_of(words, [&](const std::string& word) { return equals_ignoring_case(word, column); });
  });
  return out;
}
}  // namespace weir::quality
