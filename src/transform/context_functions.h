#pragma once

#include <optional>
#include <string_view>

#include "jinja/value.h"

namespace weir::transform {
/// The functions of dbt's context that depend on their arguments alone: tojson, fromjson, toyaml, fromyaml, set,
/// set_strict, zip, zip_strict, local_md5, diff_of_two_dicts. Nothing for other names.
std::optional<jinja::Value> plain_function(std::string_view name);
}  // namespace weir::transform
