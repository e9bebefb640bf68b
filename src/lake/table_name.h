#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir::lake {
/// A table or view of the lake: "raw.orders" lies in the folder raw/orders.
struct TableName {
  std::string schema;
  std::string name;

  /// "schema.name".
  std::string text() const { return schema + "." + name; }
  /// The folder in the lake, without a slash at the end.
  std::string folder() const { return schema + "/" + name; }
  /// Reads "schema.name". Errors: kInvalid unless there are two parts of letters, digits, `_`, `-`, spaces and other bytes
  /// that a folder's name can have; none may begin with `.` or `_`.
  static Result<TableName> parse(std::string_view text);
  auto operator<=>(const TableName&) const = default;
};
}  // namespace weir::lake
