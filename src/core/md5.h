#pragma once

#include <string>
#include <string_view>

namespace weir {
/// MD5 (RFC 1321) of `bytes` as 32 lower-case hex digits: for names and keys that others made with it (dbt), never for secrets.
std::string md5_hex(std::string_view bytes);
}  // namespace weir
