#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::lake {
/// A place in a statement that may name a table. Which ones do is known by looking into the lake: a chain of two names may also
/// be an alias with a column, which does no harm.
struct SqlName {
  std::string schema;  ///< empty for a single name
  std::string name;
  bool path = false;   ///< delta.`path` or delta_scan('path'): `name` is the path
  std::size_t offset = 0;  ///< where it begins in the SQL, and how long it is with its time travel
  std::size_t length = 0;
  std::optional<std::int64_t> version;  ///< VERSION AS OF 5, AT (VERSION => 5), @v5
  std::string time;                     ///< TIMESTAMP AS OF '2024-01-01', AT (TIMESTAMP => '2024-01-01')
  bool travels() const { return version.has_value() || !time.empty(); }
};

/// All chains of two names, and single names that follow FROM, JOIN or a comma, in a statement of any kind.
std::vector<SqlName> sql_names(std::string_view sql);
}  // namespace weir::lake
