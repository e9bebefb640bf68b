#include "transform/macro_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace weir::transform {
namespace {
bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <typename Visit>
void for_each_word(std::string_view text, const Visit& visit) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) {
      ++end;
    }
    visit(text.substr(at, end - at));
    at = end;
  }
}
}  // namespace

Status MacroTable::add(std::string_view package, const jinja::Library& library) {
  auto found = packages_.find(package);
  if (found == packages_.end()) {
    found = packages_.emplace(std::string(package), TextMap<Macro>()).first;
  }
  for (const jinja::Block& block : library.blocks()) {
    if (block.kind != jinja::BlockKind::kMacro && block.kind != jinja::BlockKind::kTest) {
      continue;
    }
    std::string name = block.kind == jinja::BlockKind::kTest ? "test_" + block.name : block.name;
    Macro macro{
        name, std::string(package), block.place, library.callable(block), std::string(block.text), block.parameters};
    const auto [other, added] = found->second.emplace(std::move(name), std::move(macro));
    if (!added) {
      return fail_at(block.place, fmt::format("there is another macro \"{}\" in {}; rename or remove one", block.name,
                                              other->second.place.text()));
    }
  }
  return {};
}

const Macro* MacroTable::find(std::string_view package, std::string_view name) const {
  const auto macros = packages_.find(package);
  if (macros == packages_.end()) {
    return nullptr;
  }
  const auto macro = macros->second.find(name);
  return macro == macros->second.end() ? nullptr : &macro->second;
}

std::vector<std::string> MacroTable::names() const {
  std::vector<std::string> names;
  for (const auto& [package, macros] : packages_) {
    for (const auto& [name, macro] : macros) {
      names.push_back(name);
    }
  }
  return names;
}

std::vector<const Macro*> MacroTable::mentioned(std::string_view package, std::string_view text) const {
  std::set<std::string_view> names;
  std::vector<const Macro*> found;
  std::vector<std::string_view> texts = {text};
  while (!texts.empty()) {
    const std::string_view next = texts.back();
    texts.pop_back();
    for_each_word(next, [&](std::string_view word) {
      // adapter.dispatch('x') calls default__x and its like.
      for (const std::string_view prefix : {"", "weir__", "duckdb__", "default__"}) {
        const Macro* macro = find(package, std::string(prefix).append(word));
        if (macro != nullptr && names.insert(macro->name).second) {
          found.push_back(macro);
          texts.push_back(macro->text);
        }
      }
    });
  }
  std::ranges::sort(found, {}, &Macro::name);
  return found;
}
}  // namespace weir::transform
