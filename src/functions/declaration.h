#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "functions/simple_type.h"

namespace weir::functions {
/// How a Python function gets its rows.
enum class BatchKind : std::uint8_t { kArrow, kPandas, kNumpy, kList };
std::string_view batch_kind_name(BatchKind kind);

/// One entry under `functions:` in weir.yml.
///   - name: great_circle              - name: to_cents
///     library: functions/geo.so         python: functions.money:to_cents
///                                       args: [double]
///                                       returns: bigint
struct Declaration {
  std::string name;     ///< in SQL
  Place place;          ///< of the entry
  std::string library;  ///< relative to the project; empty for Python
  std::string symbol;   ///< the function's name in the library
  std::string python;   ///< "module:function"; empty for a library
  BatchKind batch = BatchKind::kArrow;
  bool declares_types = false;  ///< a library knows its own; given ones are compared with these
  std::vector<const SimpleType*> arguments;
  const SimpleType* returns = nullptr;
  bool sees_nulls = false;
  bool is_volatile = false;
};

/// Reads the list. Errors: kInvalid with the place.
Result<std::vector<Declaration>> parse_functions(const ConfigNode& list);
}  // namespace weir::functions
