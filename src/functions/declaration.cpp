#include "functions/declaration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::functions {
namespace {
constexpr std::array<std::string_view, 4> kBatchKinds = {"arrow", "pandas", "numpy", "list"};

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<const SimpleType*> type_at(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(const std::string text, node.as_text("a type"));
  auto type = parse_type(text);
  if (!type) {
    return fail_at(node.place(), type.error().message);
  }
  return *type;
}

Status read_types(ConfigMap& map, Declaration& declaration) {
  const ConfigNode* arguments = map.find("args");
  const ConfigNode* returns = map.find("returns");
  if (arguments == nullptr && returns == nullptr && !declaration.library.empty()) {
    return {};
  }
  if (arguments == nullptr || returns == nullptr) {
    return fail_at(map.place(), fmt::format("the function \"{}\" needs args and returns: args: [double, text], returns: bigint", declaration.name));
  }
  if (!arguments->is_sequence()) {
    return fail_at(arguments->place(), "args is a list of types: [double, text]");
  }
  for (const ConfigNode& argument : arguments->items()) {
    WEIR_TRY_ASSIGN(const SimpleType* type, type_at(argument));
    declaration.arguments.push_back(type);
  }
  WEIR_TRY_ASSIGN(declaration.returns, type_at(*returns));
  declaration.declares_types = true;
  return {};
}

Status read_python(ConfigMap& map, Declaration& declaration) {
  const std::size_t colon = declaration.python.rfind(':');
  if (colon == std::string::npos || colon == 0 || !is_name(std::string_view(declaration.python).substr(colon + 1))) {
    return fail_at(map.find("python")->place(),
                   fmt::format("\"{}\" names no Python function; write module:function, such as functions.money:to_cents", declaration.python));
  }
  WEIR_TRY_ASSIGN(const std::string batch, map.choice_or("batch", {"arrow", "pandas", "numpy", "list"}, "arrow"));
  declaration.batch = static_cast<BatchKind>(std::ranges::find(kBatchKinds, batch) - kBatchKinds.begin());
  WEIR_TRY_ASSIGN(const std::string nulls, map.choice_or("nulls", {"skip", "pass"}, "skip"));
  declaration.sees_nulls = nulls == "pass";
  WEIR_TRY_ASSIGN(declaration.is_volatile, map.flag_or("volatile", false));
  return {};
}

Result<Declaration> parse_function(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(node, "function"));
  Declaration declaration;
  declaration.place = node.place();
  WEIR_TRY_ASSIGN(declaration.name, map.require_text("name"));
  if (!is_name(declaration.name)) {
    return fail_at(map.find("name")->place(), fmt::format("\"{}\" cannot be called in SQL; a name has letters, digits and _", excerpt(declaration.name)));
  }
  WEIR_TRY_ASSIGN(declaration.library, map.text_or("library", ""));
  WEIR_TRY_ASSIGN(declaration.python, map.text_or("python", ""));
  if (declaration.library.empty() == declaration.python.empty()) {
    return fail_at(node.place(), fmt::format("the function \"{}\" needs either library: FILE.so or python: module:function", declaration.name));
  }
  if (declaration.python.empty()) {
    WEIR_TRY_ASSIGN(declaration.symbol, map.text_or("function", declaration.name));
  } else {
    WEIR_TRY(read_python(map, declaration));
  }
  WEIR_TRY(read_types(map, declaration));
  WEIR_TRY(map.finish());
  return declaration;
}
}  // namespace

std::string_view batch_kind_name(BatchKind kind) { return kBatchKinds.at(static_cast<std::size_t>(kind)); }

Result<std::vector<Declaration>> parse_functions(const ConfigNode& list) {
  if (!list.is_sequence()) {
    return fail_at(list.place(), "functions is a list: - {name: great_circle, library: functions/geo.so}");
  }
  std::vector<Declaration> declarations;
  for (const ConfigNode& node : list.items()) {
    WEIR_TRY_ASSIGN(Declaration declaration, parse_function(node));
    for (const Declaration& other : declarations) {
      if (equals_ignoring_case(other.name, declaration.name)) {
        return fail_at(declaration.place, fmt::format("the function \"{}\" is declared twice; first at {}", declaration.name, other.place.text()));
      }
    }
    declarations.push_back(std::move(declaration));
  }
  return declarations;
}
}  // namespace weir::functions
