#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "jinja/environment.h"
#include "transform/project_file.h"

namespace weir::transform {
/// What a file of a dbt project is, by its folder and its ending.
enum class FileKind : std::uint8_t {
  kModel,
  kSeed,
  kSnapshot,
  kSingularTest,
  kAnalysis,
  kMacro,
  kProperties,
  kDocs,
  kPythonModel
};

/// A file, read and parsed as far as it can be without knowing the others.
struct ProjectSource {
  FileKind kind = FileKind::kModel;
  std::string path;                       ///< from the project's folder, with `/`: "models/staging/orders.sql"
  std::vector<std::string> folders;       ///< below the model path and its like: {"staging"}
  std::string stem;                       ///< "orders"
  std::string text;                       ///< not of seeds
  std::optional<jinja::Template> parsed;  ///< of models, singular tests and analyses
  std::optional<jinja::Library> library;  ///< of macros, snapshots and docs
  ConfigNode yaml;                        ///< of properties
};

/// Finds the project's files, sorted by path, each once. Hidden files and folders are left out. Errors: kIo.
Result<std::vector<ProjectSource>> list_project(const std::filesystem::path& folder, const ProjectFile& project);

/// Reads and parses them on `threads_count` threads. Errors: the first in the order of the files.
Status read_project(const std::filesystem::path& folder, const jinja::Environment& environment, unsigned threads_count,
                    std::vector<ProjectSource>& files);
}  // namespace weir::transform
