#pragma once

#include <functional>
#include <memory>
#include <string>

#include "graph/node.h"
#include "quality/check.h"
#include "quality/table_checks.h"

namespace weir::quality {
/// A node that runs one check. Its outcome is kFailed or kWarn when the data does not pass; what keeps the check from running
/// is an Error. It is fresh when it did not fail the last time and neither its code nor any table or view that it read has changed.
std::unique_ptr<graph::Node> make_check_node(graph::NodeInfo info, std::shared_ptr<const Check> check, Checker& checker);

/// The same for a check whose SQL is known only when it is due, such as a compiled test; `make` is called once.
using MakeCheck = std::function<Result<Check>()>;
std::unique_ptr<graph::Node> make_compiled_check_node(graph::NodeInfo info, MakeCheck make, Checker& checker);
}  // namespace weir::quality
