#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node.h"
#include "quality/table_checks.h"

/// Reads `checks/*.yml`:
///
///   suite: orders                     # optional: the file's name
///   table: staging.orders
///   severity: error                   # optional, for all checks: severity, where, tags
///   checks:
///     - not_null: [order_id, customer_id]
///     - between: {column: amount, min: 0}
///       severity: warn
///       where: status <> 'draft'
///
/// docs/reference/checks.md describes every check and option.
namespace weir::quality {
struct CheckFileOptions {
  std::string project;  ///< the package of the nodes
  std::string path;     ///< of the file, from the project's folder: "checks/orders.yml"
};

/// Makes a node of kind kCheck for each check: "check.shop.orders.not_null_order_id". `file` is rendered already. The nodes use
/// `checker`'s lake, and those of one table share their scans.
/// Errors, all kInvalid with the place: unknown keys and checks ("did you mean"), wrong arguments, two checks of one name.
Result<std::vector<std::unique_ptr<graph::Node>>> load_checks(const ConfigNode& file, const CheckFileOptions& options, Checker& checker);
}  // namespace weir::quality
