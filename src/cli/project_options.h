#pragma once

#include <memory>

#include "cli/command.h"
#include "project/project.h"

namespace weir::cli {
/// What the flags of every command say about the project. Errors: kInvalid for a bad --memory or --threads.
Result<project::ProjectOptions> project_options(const Invocation& invocation);
/// Opens the project that the command line means.
Result<std::unique_ptr<project::Project>> open_project(const Invocation& invocation);
/// The same for a command that only needs a lake: with --lake there may be no project. Only its settings are read.
Result<std::unique_ptr<project::Project>> open_lake(const Invocation& invocation);
}  // namespace weir::cli
