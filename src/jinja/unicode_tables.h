#pragma once

#include <string_view>
#include <vector>

/// The Unicode database in short, sorted by code point; unicode_ranges.cpp and unicode_cases.cpp are written by
/// unicode_tables.py.
namespace weir::jinja::tables {
struct CodeRange {
  char32_t first;
  char32_t last;
};
/// Every `stride`-th code point from first to last changes by `delta`.
struct CodeMapping {
  char32_t first;
  char32_t last;
  int stride;
  int delta;
};
/// A code point whose change is several.
struct CodeExpansion {
  char32_t code;
  std::string_view text;
};

const std::vector<CodeRange>& alphabetic();
const std::vector<CodeRange>& decimal();
const std::vector<CodeRange>& digit();
const std::vector<CodeRange>& numeric();
const std::vector<CodeRange>& printable();
const std::vector<CodeRange>& lower();
const std::vector<CodeRange>& upper();
const std::vector<CodeRange>& title();
const std::vector<CodeRange>& name_start();
const std::vector<CodeRange>& name_rest();
const std::vector<CodeMapping>& to_lower();
const std::vector<CodeMapping>& to_upper();
const std::vector<CodeMapping>& to_title();
const std::vector<CodeExpansion>& lower_expansions();
const std::vector<CodeExpansion>& upper_expansions();
const std::vector<CodeExpansion>& title_expansions();
/// What folds to something else than its lower case.
const std::vector<CodeExpansion>& folds();
}  // namespace weir::jinja::tables
