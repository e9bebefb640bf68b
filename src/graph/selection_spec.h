#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir::graph {
/// Which tests come along with the nodes that were selected, when not selected themselves.
enum class IndirectSelection : std::uint8_t {
  kEager,      ///< any node that the test looks at is selected
  kCautious,   ///< all nodes that it looks at are selected
  kBuildable,  ///< all are selected, or are ancestors of selected ones, or sources
  kEmpty,      ///< none
};
/// From "eager", "cautious", "buildable", "empty". Errors: kInvalid with a suggestion.
Result<IndirectSelection> indirect_selection_from_name(std::string_view name);

/// One selector: `[@] [N+] [method[.argument]:] value [+N]`.
struct Criterion {
  std::string method;                  ///< "tag", "config", ...; empty for a bare word
  std::vector<std::string> arguments;  ///< {"meta", "owner"} of `config.meta.owner:x`
  std::string value;
  bool children_parents = false;                ///< `@`: also all children and all parents of these
  std::optional<std::uint32_t> parents_depth;   ///< `N+value`; UINT32_MAX without N
  std::optional<std::uint32_t> children_depth;  ///< `value+N`
};

/// What to select, as a tree: selectors joined by set operations.
struct SelectionSpec {
  enum class Operation : std::uint8_t { kEverything, kCriterion, kUnion, kIntersection, kDifference };
  Operation operation = Operation::kEverything;
  Criterion criterion;               ///< of kCriterion
  std::vector<SelectionSpec> parts;  ///< of the set operations; kDifference takes all others from the first
  std::string text;                  ///< as it was written, for messages
  bool warn_when_empty = false;
  IndirectSelection indirect = IndirectSelection::kEager;
};

/// Parses one selector. Errors: kInvalid; the message names the place in `text`: `"a,,b", character 3: ...`.
Result<Criterion> parse_criterion(std::string_view text);
/// Parses what `--select` and `--exclude` were given: words apart by blanks are a union, by commas an intersection.
/// Without `select` it is everything. Errors as above, with the option's name as subject.
Result<SelectionSpec> parse_selection(std::span<const std::string> select, std::span<const std::string> exclude,
                                      IndirectSelection indirect = IndirectSelection::kEager);
}  // namespace weir::graph
