#include "transform/project_files.h"

#include <algorithm>

#include "core/files.h"
#include "core/text.h"
#include "transform/parallel.h"

namespace weir::transform {
namespace fs = std::filesystem;

namespace {
/// What the folders are for: the kind of an .sql file in them, and whether .csv files are seeds.
struct Root {
  const std::vector<std::string>& paths;
  std::optional<FileKind> sql;
  bool seeds = false;
};

std::optional<FileKind> kind_of(const Root& root, const std::string& extension,
                                const std::vector<std::string>& folders) {
  if (extension == ".yml" || extension == ".yaml") {
    return FileKind::kProperties;
  }
  if (extension == ".md") {
    return FileKind::kDocs;
  }
  if (extension == ".csv") {
    return root.seeds ? std::optional(FileKind::kSeed) : std::nullopt;
  }
  if (extension == ".py") {
    return root.sql == FileKind::kModel ? std::optional(FileKind::kPythonModel) : std::nullopt;
  }
  if (extension != ".sql") {
    return std::nullopt;
  }
  if (root.sql == FileKind::kSingularTest && !folders.empty()) {
    // tests/generic holds tests with parameters, tests/fixtures the rows of unit tests.
    if (folders[0] == "generic") {
      return FileKind::kMacro;
    }
    if (folders[0] == "fixtures") {
      return std::nullopt;
    }
  }
  return root.sql;
}

void add_file(const fs::path& folder, const fs::path& root, const fs::path& file, const Root& what,
              std::vector<ProjectSource>& out) {
  ProjectSource source;
  source.path = relative_text(file, folder);
  const fs::path below = file.lexically_relative(root);
  for (const fs::path& part : below.parent_path()) {
    source.folders.push_back(part.string());
  }
  source.stem = file.stem().string();
  if (const auto kind = kind_of(what, file.extension().string(), source.folders)) {
    source.kind = *kind;
    out.push_back(std::move(source));
  }
}

Status walk(const fs::path& folder, const std::string& path, const Root& what, std::vector<ProjectSource>& out) {
  const fs::path root = (folder / path).lexically_normal();
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return {};
  }
  fs::recursive_directory_iterator at(root, fs::directory_options::follow_directory_symlink, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    const bool hidden = at->path().filename().native().starts_with('.');
    if (at->is_directory(ignored)) {
      if (hidden || at.depth() > 64) {
        at.disable_recursion_pending();
      }
    } else if (!hidden && at->is_regular_file(ignored)) {
      add_file(folder, root, at->path(), what, out);
    }
  }
  return error ? Status(fail(ErrorCode::kIo, "cannot list the folder: " + error.message(), root.string())) : Status();
}

Status read_one(const fs::path& folder, const jinja::Environment& environment, ProjectSource& file) {
  if (file.kind == FileKind::kSeed || file.kind == FileKind::kPythonModel) {
    return {};
  }
  WEIR_TRY_ASSIGN(file.text, read_file(folder / file.path));
  switch (file.kind) {
    case FileKind::kModel:
    case FileKind::kSingularTest:
    case FileKind::kAnalysis: {
      WEIR_TRY_ASSIGN(file.parsed, environment.parse(file.text, file.path));
      return {};
    }
    case FileKind::kDocs:
      if (!file.text.contains("docs ")) {
        return {};
      }
      [[fallthrough]];
    case FileKind::kMacro:
    case FileKind::kSnapshot: {
      WEIR_TRY_ASSIGN(file.library, environment.parse_library(file.text, file.path));
      return {};
    }
    case FileKind::kProperties: {
      WEIR_TRY_ASSIGN(file.yaml, parse_config(file.text, file.path));
      return {};
    }
    case FileKind::kSeed:
    case FileKind::kPythonModel:
      return {};
  }
  return {};
}
}  // namespace

Result<std::vector<ProjectSource>> list_project(const fs::path& folder, const ProjectFile& project) {
  std::vector<ProjectSource> files;
  const Root roots[] = {{project.model_paths, FileKind::kModel},       {project.seed_paths, std::nullopt, true},
                        {project.snapshot_paths, FileKind::kSnapshot}, {project.test_paths, FileKind::kSingularTest},
                        {project.analysis_paths, FileKind::kAnalysis}, {project.macro_paths, FileKind::kMacro}};
  for (const Root& root : roots) {
    for (const std::string& path : root.paths) {
      WEIR_TRY(walk(folder, path, root, files));
    }
  }
  // A folder may serve for two purposes, such as seeds and models; a file of properties is then found twice.
  std::ranges::stable_sort(files, {}, &ProjectSource::path);
  const auto repeated = std::ranges::unique(
      files, [](const ProjectSource& a, const ProjectSource& b) { return a.path == b.path && a.kind == b.kind; });
  files.erase(repeated.begin(), repeated.end());
  return files;
}

Status read_project(const fs::path& folder, const jinja::Environment& environment, unsigned threads_count,
                    std::vector<ProjectSource>& files) {
  std::vector<Status> statuses(files.size());
  for_each_parallel(files.size(), threads_count,
                    [&](std::size_t i) { statuses[i] = read_one(folder, environment, files[i]); });
  for (Status& status : statuses) {
    WEIR_TRY(std::move(status));
  }
  return {};
}
}  // namespace weir::transform
