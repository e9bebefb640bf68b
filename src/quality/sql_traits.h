#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::quality {
/// What can be seen in SQL without running it.
struct SqlTraits {
  bool has_select = false;          ///< a query, or a condition with a subquery
  bool depends_on_time = false;     ///< names a clock or chance: now(), current_date, random()
  std::vector<std::string> tables;  ///< names with a schema, "staging.orders"; a column behind its table's alias looks the same
};
SqlTraits sql_traits(std::string_view sql);

/// `sql` without the semicolons, spaces and comments at its end, so that it can stand in parentheses.
std::string as_subquery(std::string_view sql);
/// Those of `columns` that `sql` names, in their order.
std::vector<std::string> columns_named_in(std::string_view sql, const std::vector<std::string>& columns);
}  // namespace weir::quality
