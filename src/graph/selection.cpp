#include "graph/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace weir::graph {
namespace {
/// The nodes of a part of the selection. `maybe` has those and the tests that would come along if the rest of the
/// selection brought the other nodes that they look at.
struct Found {
  NodeSet nodes;
  NodeSet maybe;
};

class Selector {
 public:
  Selector(const Graph& graph, const SelectionOptions& options) : graph_(graph), options_(options) {}

  Result<Found> find(const SelectionSpec& spec) {
    switch (spec.operation) {
      case SelectionSpec::Operation::kEverything: {
        NodeSet all(graph_.size());
        for (NodeIndex i = 0; i < graph_.size(); ++i) {
          all.insert(i);
        }
        return Found{all, all};
      }
      case SelectionSpec::Operation::kCriterion:
        return find_criterion(spec);
      default:
        return combine(spec);
    }
  }
  std::vector<std::string> warnings() && { return std::move(warnings_); }

 private:
  Result<Found> combine(const SelectionSpec& spec) {
    std::optional<Found> sum;
    const std::size_t warnings_before = warnings_.size();
    for (const SelectionSpec& part : spec.parts) {
      WEIR_TRY_ASSIGN(Found found, find(part));
      if (!sum) {
        sum = std::move(found);
      } else if (spec.operation == SelectionSpec::Operation::kUnion) {
        sum->nodes |= found.nodes;
        sum->maybe |= found.maybe;
      } else if (spec.operation == SelectionSpec::Operation::kIntersection) {
        sum->nodes &= found.nodes;
        sum->maybe &= found.maybe;
      } else {
        sum->nodes -= found.nodes;
        sum->maybe -= found.maybe;
      }
    }
    if (!sum) {
      return Found{NodeSet(graph_.size()), NodeSet(graph_.size())};
    }
    if (spec.operation != SelectionSpec::Operation::kDifference) {
      take_along(spec.indirect, *sum);
    }
    // A part that found nothing has said so itself.
    if (spec.warn_when_empty && sum->nodes.empty() && warnings_.size() == warnings_before) {
      warnings_.push_back(fmt::format("\"{}\" selects nothing: no node is in all of its parts", spec.text));
    }
    return *std::move(sum);
  }

  Result<Found> find_criterion(const SelectionSpec& spec) {
    const Criterion& criterion = spec.criterion;
    NodeSet matched(graph_.size());
    WEIR_TRY(match(criterion, matched));
    if (matched.empty()) {
      warn_about(spec);
    }
    NodeSet nodes = matched;
    if (criterion.children_parents) {
      NodeSet down = graph_.descendants(matched);
      down |= matched;
      nodes |= down;
      nodes |= graph_.ancestors(down);
    }
    if (criterion.parents_depth) {
      nodes |= graph_.ancestors(matched, *criterion.parents_depth);
    }
    if (criterion.children_depth) {
      nodes |= graph_.descendants(matched, *criterion.children_depth);
    }
    Found found{nodes, nodes};
    if (spec.indirect != IndirectSelection::kEmpty) {
      for (const NodeIndex node : nodes.members()) {
        for (const NodeIndex child : graph_.children(node)) {
          if (is_test(graph_.info(child).kind)) {
            found.maybe.insert(child);
          }
        }
      }
      if (spec.indirect == IndirectSelection::kEager) {
        found.nodes = found.maybe;
      } else {
        take_along(spec.indirect, found);
      }
    }
    return found;
  }

  /// Adds the tests of `maybe` for which the nodes that they look at are there.
  void take_along(IndirectSelection indirect, Found& found) const {
    if (indirect != IndirectSelection::kCautious && indirect != IndirectSelection::kBuildable) {
      return;
    }
    NodeSet there = found.nodes;
    if (indirect == IndirectSelection::kBuildable) {
      there |= graph_.ancestors(found.nodes);
    }
    const auto is_there = [&](NodeIndex node) {
      return there.contains(node) ||
             (indirect == IndirectSelection::kBuildable && graph_.info(node).kind == NodeKind::kSource);
    };
    NodeSet tests = found.maybe;
    tests -= found.nodes;
    for (const NodeIndex test : tests.members()) {
      if (std::ranges::all_of(graph_.parents(test), is_there)) {
        found.nodes.insert(test);
      }
    }
  }

  Status match(const Criterion& criterion, NodeSet& matched) const {
    const MethodCall call{.graph = graph_,
                          .root_package = options_.root_package,
                          .arguments = criterion.arguments,
                          .value = criterion.value};
    if (criterion.method.empty()) {
      match_bare_word(call, matched);
      return {};
    }
    if (const SelectionMethod* method = find_method(criterion.method)) {
      return method->match(call, matched);
    }
    std::vector<std::string> names;
    for (const auto* table : {&built_in_selection_methods(), &options_.methods}) {
      std::ranges::transform(*table, std::back_inserter(names), &SelectionMethod::name);
    }
    return fail(ErrorCode::kInvalid,
                fmt::format("unknown selection method \"{}:\"; it is one of {}{}", criterion.method, join(names, ", "),
                            did_you_mean(criterion.method, names)));
  }

  const SelectionMethod* find_method(std::string_view name) const {
    for (const auto* table : {&options_.methods, &built_in_selection_methods()}) {
      const auto found = std::ranges::find(*table, name, &SelectionMethod::name);
      if (found != table->end()) {
        return &*found;
      }
    }
    return nullptr;
  }

  void warn_about(const SelectionSpec& spec) {
    const SelectionMethod* method = find_method(spec.criterion.method);
    std::vector<std::string> candidates;
    for (NodeIndex i = 0; i < graph_.size(); ++i) {
      std::vector<std::string> values;
      if (spec.criterion.method.empty()) {
        values = bare_words(graph_.info(i));
      } else if (method != nullptr && method->values) {
        values = method->values(graph_.info(i));
      }
      std::ranges::move(values, std::back_inserter(candidates));
    }
    std::ranges::sort(candidates);
    const auto doubles = std::ranges::unique(candidates);
    candidates.erase(doubles.begin(), doubles.end());
    warnings_.push_back(
        fmt::format("\"{}\" matches nothing{}", spec.text, did_you_mean(spec.criterion.value, candidates)));
  }

  const Graph& graph_;
  const SelectionOptions& options_;
  std::vector<std::string> warnings_;
};
}  // namespace

Result<Selection> select(const Graph& graph, const SelectionOptions& options) {
  WEIR_TRY_ASSIGN(const SelectionSpec spec, parse_selection(options.select, options.exclude, options.indirect));
  return select(graph, spec, options);
}

Result<Selection> select(const Graph& graph, const SelectionSpec& spec, const SelectionOptions& options) {
  Selector selector(graph, options);
  WEIR_TRY_ASSIGN(const Found found, selector.find(spec));
  Selection selection{.nodes = found.nodes.members(), .warnings = std::move(selector).warnings()};
  if (!options.kinds.empty()) {
    std::erase_if(selection.nodes, [&](NodeIndex node) {
      return std::ranges::find(options.kinds, graph.info(node).kind) == options.kinds.end();
    });
  }
  return selection;
}
}  // namespace weir::graph
