#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "jinja/template.h"
#include "jinja/value.h"

namespace weir::transform {
/// Hash and equality for maps that are searched with string_views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// The package whose macros come with weir: those that dbt calls its own, `dbt.date_trunc` and the like.
inline constexpr std::string_view kBuiltinPackage = "dbt";

/// A macro of the project, of dbt's own, or a generic test ("test_not_negative").
struct Macro {
  std::string name;
  std::string package;
  Place place;
  jinja::Value callable;
  std::string text;  ///< the whole block
  std::vector<jinja::BlockParameter> parameters;
};

/// All macros by package and name. Never changes once it is filled; then safe to share between threads.
class MacroTable {
 public:
  /// Adds the macros and generic tests of one file. Errors: kInvalid for two macros of one name in a package, with both
  /// places.
  Status add(std::string_view package, const jinja::Library& library);

  /// Nullptr where the package has no such macro.
  const Macro* find(std::string_view package, std::string_view name) const;
  bool has_package(std::string_view package) const { return packages_.contains(package); }
  /// Names of all macros, for "did you mean".
  std::vector<std::string> names() const;

  /// The texts of the macros of `package` that `text` names, and that these name, sorted by name. It may find one too
  /// many, where a column is called like a macro, and never one too few.
  std::vector<const Macro*> mentioned(std::string_view package, std::string_view text) const;

 private:
  TextMap<TextMap<Macro>> packages_;
};
}  // namespace weir::transform
