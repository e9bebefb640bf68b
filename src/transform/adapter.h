#pragma once

#include "jinja/value.h"

namespace weir::transform {
class RenderContext;

/// `adapter`: dispatch, get_relation, get_columns_in_relation, quote, type and the like. Borrows the context.
jinja::Value adapter_value(RenderContext& context);
/// `api`: api.Relation.create(...), api.Column(...).
jinja::Value api_value();
/// `exceptions`: raise_compiler_error, warn. Borrows the context.
jinja::Value exceptions_value(RenderContext& context);
}  // namespace weir::transform
