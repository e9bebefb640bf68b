#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace weir::logs {
/// Writes the places of every '\n' in `text` to `places` and returns how many there are. `places` must hold
/// text.size() entries, and text be shorter than 4 GiB. Reads nothing outside `text`.
using FindNewlines = std::size_t (*)(std::string_view text, std::uint32_t* places);

/// One way to find newlines.
struct NewlineKernel {
  std::string_view name;  ///< "avx512", "avx2", "neon", "plain"
  FindNewlines find;
};
/// The kernels that this processor can run, the fastest first; "plain" is always the last.
std::span<const NewlineKernel> newline_kernels();
}  // namespace weir::logs
