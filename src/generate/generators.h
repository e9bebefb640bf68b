#pragma once

#include <span>
#include <string_view>

namespace weir::generate {
/// What `weir generate` can make; the command line lists it and looks names up in it.
struct GeneratorInfo {
  std::string_view name;     ///< the word after `weir generate`
  std::string_view summary;  ///< one line for the help
  std::string_view page;     ///< the page that describes the data, below docs/
};

/// All generators, by name.
std::span<const GeneratorInfo> generators();
}  // namespace weir::generate
