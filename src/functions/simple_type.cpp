#include "functions/simple_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"

namespace weir::functions {
namespace {
using duck::TypeId;

constexpr std::array<SimpleType, 17> kTypes = {{{TypeId::kBoolean, "b", 1, "boolean"},
                                                {TypeId::kTinyInt, "c", 1, "tinyint"},
                                                {TypeId::kSmallInt, "s", 2, "smallint"},
                                                {TypeId::kInteger, "i", 4, "integer"},
                                                {TypeId::kBigInt, "l", 8, "bigint"},
                                                {TypeId::kUTinyInt, "C", 1, "utinyint"},
                                                {TypeId::kUSmallInt, "S", 2, "usmallint"},
                                                {TypeId::kUInteger, "I", 4, "uinteger"},
                                                {TypeId::kUBigInt, "L", 8, "ubigint"},
                                                {TypeId::kFloat, "f", 4, "float"},
                                                {TypeId::kDouble, "g", 8, "double"},
                                                {TypeId::kVarchar, "u", 0, "varchar"},
                                                {TypeId::kBlob, "z", 0, "blob"},
                                                {TypeId::kDate, "tdD", 4, "date"},
                                                {TypeId::kTime, "ttu", 8, "time"},
                                                {TypeId::kTimestamp, "tsu:", 8, "timestamp"},
                                                {TypeId::kTimestampTz, "tsu:UTC", 8, "timestamptz"}}};

// Other spellings that SQL takes.
struct Alias {
  std::string_view alias;
  std::string_view name;
};
constexpr std::array<Alias, 12> kAliases = {{{"bool", "boolean"},
                                             {"int", "integer"},
                                             {"int4", "integer"},
                                             {"int8", "bigint"},
                                             {"long", "bigint"},
                                             {"real", "float"},
                                             {"double precision", "double"},
                                             {"text", "varchar"},
                                             {"string", "varchar"},
                                             {"bytea", "blob"},
                                             {"datetime", "timestamp"},
                                             {"timestamp with time zone", "timestamptz"}}};

template <typename Key>
const SimpleType* find(Key SimpleType::*member, const Key& key) {
  const auto* found = std::ranges::find(kTypes, key, member);
  return found == kTypes.end() ? nullptr : found;
}
}  // namespace

const SimpleType* find_type(TypeId id) { return find(&SimpleType::id, id); }
const SimpleType* find_format(std::string_view arrow_format) { return find(&SimpleType::format, arrow_format); }

Result<const SimpleType*> parse_type(std::string_view name) {
  std::string lower = to_lower(trim(name));
  if (const auto* alias = std::ranges::find(kAliases, lower, &Alias::alias); alias != kAliases.end()) {
    lower = alias->name;
  }
  if (const SimpleType* type = find(&SimpleType::name, std::string_view(lower))) {
    return type;
  }
  std::vector<std::string> known;
  for (const SimpleType& type : kTypes) {
    known.emplace_back(type.name);
  }
  const std::string list = join(known, ", ");
  for (const Alias& alias : kAliases) {
    known.emplace_back(alias.alias);
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("functions cannot take or give \"{}\"{}; they have {}", excerpt(name), did_you_mean(lower, known), list));
}
}  // namespace weir::functions
