#include "flow/task_template.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "core/json.h"
#include "core/text.h"
#include "jinja/environment.h"
#include "jinja/value_json.h"

namespace weir::flow {
namespace {
Result<jinja::Value> value_of(const Json& json) { return jinja::read_json(json.dump(-1, ' ', false, Json::error_handler_t::replace)); }

/// All names as one object.
Result<Json> names_json(const TemplateNames& names, const Task& task, int attempt) {
  Json tasks = Json::object();
  for (const auto& [name, text] : names.outputs_json) {
    WEIR_TRY_ASSIGN(tasks[name], parse_json(text, name));
  }
  const std::string ds = run_date(names.flow, names.dates);
  return Json{{"ds", ds},
              {"ds_nodash", replace_all(ds, "-", "")},
              {"ts", format_timestamp(names.dates.start)},
              {"data_interval_start", format_timestamp(names.dates.start)},
              {"data_interval_end", format_timestamp(names.dates.end)},
              {"run", {{"id", names.run_id}}},
              {"flow", {{"name", names.flow.name}}},
              {"task", {{"name", task.name}, {"attempt", attempt}}},
              {"params", Json(names.params)},
              {"tasks", tasks}};
}
}  // namespace

std::string run_date(const Flow& flow, const RunDates& dates) {
  const TimeZone& zone = flow.schedule ? flow.schedule->options().zone : flow.zone;
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(zone.wall(dates.start)));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

Result<std::string> render_template(std::string_view text, const TemplateNames& names, const Task& task, int attempt) {
  if (text.find("{{") == std::string_view::npos && text.find("{%") == std::string_view::npos && text.find("{#") == std::string_view::npos) {
    return std::string(text);
  }
  WEIR_TRY_ASSIGN(const Json json, names_json(names, task, attempt));
  jinja::MapContext context;
  for (const auto& [name, value] : json.items()) {
    WEIR_TRY_ASSIGN(jinja::Value converted, value_of(value));
    context.set(name, std::move(converted));
  }
  const jinja::Environment environment({.syntax = {}, .undefined = jinja::UndefinedMode::kStrict});
  const auto rendered = [&]() -> Result<std::string> {
    WEIR_TRY_ASSIGN(const jinja::Template parsed, environment.parse(text, task.name));
    return parsed.render(context);
  }();
  if (!rendered) {
    return fail_at(task.place, fmt::format("task \"{}\": {}", task.name, rendered.error().message), rendered.error().code);
  }
  return rendered;
}
}  // namespace weir::flow
