#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "graph/graph.h"
#include "graph/selection_methods.h"
#include "graph/selection_spec.h"

namespace weir::graph {
struct SelectionOptions {
  std::vector<std::string> select;   ///< what `--select` was given; empty selects everything
  std::vector<std::string> exclude;  ///< what `--exclude` was given
  IndirectSelection indirect = IndirectSelection::kEager;
  std::vector<NodeKind> kinds;           ///< keep only nodes of these kinds; empty keeps all
  std::string root_package = {};         ///< what `package:this` means
  std::vector<SelectionMethod> methods;  ///< beside the built-in ones
};

struct Selection {
  std::vector<NodeIndex> nodes;       ///< ascending, so each comes after what it reads
  std::vector<std::string> warnings;  ///< selectors that found nothing, each with a suggestion
};

/// Finds the nodes that `--select` and `--exclude` mean; the grammar is dbt's (docs/reference/selection.md).
/// Errors: kInvalid for wrong syntax, an unknown method or an impossible value.
Result<Selection> select(const Graph& graph, const SelectionOptions& options = {});
/// The same for a selection that was built otherwise, such as a YAML selector; `options.select` and `exclude` are not
/// read.
Result<Selection> select(const Graph& graph, const SelectionSpec& spec, const SelectionOptions& options);
}  // namespace weir::graph
