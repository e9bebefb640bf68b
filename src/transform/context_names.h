#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/value.h"

namespace weir::transform {
class RenderContext;

/// The names that are there whatever is rendered: ref, source, config, var, target, adapter, run_query, ... Made anew
/// for the context, which they borrow. Nothing for other names.
std::optional<jinja::Value> context_name(RenderContext& context, std::string_view name);
/// All of them, for "did you mean".
std::vector<std::string> context_names();
}  // namespace weir::transform
