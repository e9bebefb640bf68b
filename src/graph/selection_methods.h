#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "graph/graph.h"
#include "graph/node_set.h"

namespace weir::graph {
/// What a selection method is asked: which nodes of `graph` fit `method.argument:value`?
struct MethodCall {
  const Graph& graph;
  std::string_view root_package;           ///< what `package:this` means
  std::span<const std::string> arguments;  ///< {"meta", "owner"} of `config.meta.owner:x`
  std::string_view value;
};

/// One way to select. The table of all built-in ones is in selection_methods.cpp; `state:` and others that need more
/// than the graph are added by whoever has it, through SelectionOptions::methods.
struct SelectionMethod {
  std::string name;
  /// Inserts the nodes that fit. Errors: kInvalid for a value that can never fit.
  std::function<Status(const MethodCall& call, NodeSet& matched)> match;
  /// The values that one node would be found by, for "did you mean"; may be empty.
  std::function<std::vector<std::string>(const NodeInfo& info)> values;
};

const std::vector<SelectionMethod>& built_in_selection_methods();

/// Finds the nodes of a bare word: with `/` a path, with an extension such as `.sql` a file name, else a dotted name as
/// dbt understands it. When no name fits: tables "schema.table", schemas, names with wildcards, and ids.
void match_bare_word(const MethodCall& call, NodeSet& matched);
/// What one node would be found by as a bare word.
std::vector<std::string> bare_words(const NodeInfo& info);
}  // namespace weir::graph
