#pragma once

#include <span>
#include <string_view>

namespace weir::cli {
/// A file of an example project that the program carries with it.
struct ExampleFile {
  std::string_view path;  ///< relative to the project's folder
  std::string_view text;
};

/// The files of examples/<name>: "shop" or "starter"; empty for another name. Generated at build time (embed_examples.cmake).
std::span<const ExampleFile> example_files(std::string_view name);
}  // namespace weir::cli
