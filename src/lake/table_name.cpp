#include "lake/table_name.h"

#include <fmt/format.h>

#include "core/text.h"

namespace weir::lake {
namespace {
bool is_folder_name(std::string_view text) {
  return !text.empty() && text.size() <= 200 && text[0] != '.' && text[0] != '_' && is_valid_utf8(text) &&
         text.find_first_of(std::string_view("/\\\0\n\r", 5)) == std::string_view::npos;
}
}  // namespace

Result<TableName> TableName::parse(std::string_view text) {
  const std::vector<std::string> parts = split(text, '.');
  if (parts.size() != 2 || !is_folder_name(parts[0]) || !is_folder_name(parts[1])) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is not the name of a table; write schema.name, for example raw.orders", excerpt(text)));
  }
  return TableName{parts[0], parts[1]};
}
}  // namespace weir::lake
