#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {
/// XXH3 of `bytes`, 64 bits. Stable across machines and versions; not for secrets.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
/// XXH3 of `bytes`, 128 bits as 32 hex digits: names a text or a file's content.
std::string hash128_hex(std::string_view bytes);
}  // namespace weir
