#pragma once

#include "jinja/dict.h"

namespace weir::jinja {
/// Puts range, dict, namespace, cycler and joiner into `globals`, and with `dbt` also return.
void add_globals(Dict& globals, bool dbt);
}  // namespace weir::jinja
