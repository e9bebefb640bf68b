#pragma once

#include <memory>
#include <vector>

#include "core/result.h"
#include "graph/node.h"
#include "quality/table_checks.h"
#include "transform/transform.h"

namespace weir::project {
/// Turns the tests that a dbt project declares (in its properties files and in tests/*.sql) into nodes: `transform` knows what
/// they say, `quality` how to run them. Errors: kInvalid with the place.
Result<std::vector<std::unique_ptr<graph::Node>>> load_dbt_tests(const transform::TransformProject& project, quality::Checker& checker);
}  // namespace weir::project
