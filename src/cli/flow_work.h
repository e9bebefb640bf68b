#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "flow/task_work.h"
#include "project/project.h"

namespace weir::cli {
/// Does the tasks of a flow: processes, SQL on the lake, and nodes of the project. The project is read by the first task that
/// needs it. Builds of one flow take turns, since each uses all processors; SQL tasks run side by side.
class ProjectWork : public flow::TaskWork {
 public:
  ProjectWork(project::ProjectOptions options, const project::Settings& settings);
  ~ProjectWork() override;
  flow::TaskOutcome run(const flow::TaskRequest& request, std::stop_token stop) override;

 private:
  Result<project::Project*> lake_project();
  Result<flow::TaskOutcome> run_sql(const flow::TaskRequest& request, const std::stop_token& stop);
  Result<flow::TaskOutcome> run_nodes(const flow::TaskRequest& request, const std::stop_token& stop);

  project::ProjectOptions options_;
  std::string target_;
  flow::ProcessWork processes_;
  std::mutex mutex_;                            // of opening
  std::unique_ptr<project::Project> for_sql_;   // only its lake is used
  std::mutex build_mutex_;
};
}  // namespace weir::cli
