#pragma once

#include <string>
#include <string_view>

namespace weir::transform {
/// MD5 (RFC 1321) of `bytes` as 32 hex digits: what dbt names things by. Not for secrets.
std::string md5_hex(std::string_view bytes);
}  // namespace weir::transform
