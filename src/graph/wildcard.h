#pragma once

#include <string_view>

namespace weir::graph {
/// Whether `text` holds `*`, `?`, `[` or `]`.
bool has_wildcard(std::string_view text);
/// Matches the whole of `text` as Python's fnmatch does, upon which dbt's selections rest: `*` is any run (`/` and `.`
/// too), `?` one byte, `[abc]`, `[a-z]`, `[!a-z]`; a `[` without `]` is itself. Linear in practice, never exponential.
bool wildcard_match(std::string_view pattern, std::string_view text);
}  // namespace weir::graph
