#include "cli/project_options.h"

#include "core/text.h"

namespace weir::cli {
Result<project::ProjectOptions> project_options(const Invocation& invocation) {
  project::ProjectOptions options;
  options.folder = invocation.value_or("--project", ".");
  options.exact_folder = invocation.has("--project");
  options.vars_yaml = invocation.value_or("--vars", "");
  options.full_refresh = invocation.has("--full-refresh");
  options.stop = invocation.stop();
  if (const auto lake = invocation.value("--lake")) {
    options.lake = *lake;
  }
  if (const auto memory = invocation.value("--memory")) {
    WEIR_TRY_ASSIGN(options.memory_limit_bytes, parse_size(*memory));
  }
  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  if (threads && (*threads < 1 || *threads > 1024)) {
    return fail(ErrorCode::kInvalid, "--threads needs a number from 1 to 1024");
  }
  options.threads_count = static_cast<unsigned>(threads.value_or(0));
  return options;
}

Result<std::unique_ptr<project::Project>> open_project(const Invocation& invocation) {
  WEIR_TRY_ASSIGN(const project::ProjectOptions options, project_options(invocation));
  return project::Project::open(options);
}

Result<std::unique_ptr<project::Project>> open_lake(const Invocation& invocation) {
  WEIR_TRY_ASSIGN(project::ProjectOptions options, project_options(invocation));
  options.may_be_absent = true;
  return project::Project::open(options);
}
}  // namespace weir::cli
