#pragma once

#include <vector>

#include "jinja/value.h"

namespace weir::jinja {
/// Sorts items by their keys as Python's sorted does: stable, also when reversed. Errors: keys without an order.
Result<std::vector<Value>> sort_by_keys(std::vector<Value> items, const std::vector<Value>& keys, bool reverse);
}  // namespace weir::jinja
