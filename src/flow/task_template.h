#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "flow/flow.h"

namespace weir::flow {
/// What templates of one run's tasks may name.
struct TemplateNames {
  const Flow& flow;
  RunDates dates;
  std::string run_id;
  std::map<std::string, std::string> params;
  std::map<std::string, std::string> outputs_json;  ///< by task that has ended: an object
};

/// "2024-01-31": the date of the run in the flow's zone, which is {{ ds }}.
std::string run_date(const Flow& flow, const RunDates& dates);

/// Renders Jinja of one task: {{ ds }}, {{ ds_nodash }}, {{ ts }}, {{ data_interval_start }}, {{ data_interval_end }},
/// {{ run.id }}, {{ flow.name }}, {{ task.name }}, {{ task.attempt }}, {{ params.x }}, {{ tasks.extract.rows }}.
/// Errors: kInvalid with the place of `task` for a wrong template and for names that are not there.
Result<std::string> render_template(std::string_view text, const TemplateNames& names, const Task& task, int attempt);
}  // namespace weir::flow
