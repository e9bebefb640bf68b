#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/commands.h"
#include "cli/flow_work.h"
#include "cli/project_options.h"
#include "cli/text_table.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/text.h"
#include "flow/flow_file.h"
#include "flow/flow_runner.h"
#include "flow/run_history.h"
#include "flow/task_template.h"
#include "graph/run_records.h"

namespace weir::cli {
namespace {
using flow::Flow;
using flow::Instant;
using flow::RunDates;

struct FlowProject {
  project::ProjectOptions options;
  project::Settings settings;
  std::vector<Flow> flows;
};

Result<FlowProject> open_flows(const Invocation& invocation) {
  FlowProject opened;
  WEIR_TRY_ASSIGN(opened.options, project_options(invocation));
  WEIR_TRY_ASSIGN(opened.settings, project::read_settings(opened.options));
  WEIR_TRY_ASSIGN(opened.flows, flow::read_flows(opened.settings.folder));
  return opened;
}

Result<const Flow*> find_flow(const FlowProject& project, const std::string& name) {
  const auto found = std::ranges::find(project.flows, name, &Flow::name);
  if (found != project.flows.end()) {
    return &*found;
  }
  std::vector<std::string> names;
  for (const Flow& flow : project.flows) {
    names.push_back(flow.name);
  }
  const std::string way_out = names.empty() ? "; flows stand in flows/*.yml" : did_you_mean(name, names);
  return fail(ErrorCode::kNotFound, fmt::format("there is no flow \"{}\"{}", excerpt(name), way_out));
}

const flow::TimeZone& zone_of(const Flow& flow) { return flow.schedule ? flow.schedule->options().zone : flow.zone; }

std::string time_text(Instant instant) { return format_timestamp(instant); }

/// "2024-01-31", with a time when wanted; without an offset it is what the wall of the flow's zone shows.
Result<Instant> parse_moment(const std::string& text, const Flow& flow) {
  WEIR_TRY_ASSIGN(const Timestamp time, parse_timestamp(text));
  const Instant instant = std::chrono::floor<std::chrono::seconds>(time);
  const bool has_zone = text.size() > 10 && text.find_first_of("Zz+-", 10) != std::string::npos;
  return has_zone ? instant : zone_of(flow).instant(flow::WallTime(instant.time_since_epoch()));
}

std::string schedule_text(const Flow& flow) {
  if (!flow.schedule) {
    return "by hand";
  }
  const flow::Schedule::Options& options = flow.schedule->options();
  if (options.once) {
    return "once";
  }
  if (options.interval) {
    return "every " + human_duration(*options.interval);
  }
  std::vector<std::string> crons;
  for (const flow::Cron& cron : options.crons) {
    crons.push_back(cron.text());
  }
  return join(crons, " | ") + (options.zone.name() == "UTC" ? "" : " " + options.zone.name());
}

Result<RunDates> dates_of(const Invocation& invocation, const Flow& flow) {
  Instant date = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  std::optional<RunDates> run;
  if (const auto text = invocation.value("--date")) {
    WEIR_TRY_ASSIGN(date, parse_moment(*text, flow));
    run = flow.schedule ? flow.schedule->run_at(date) : std::nullopt;
  } else {
    run = flow.schedule ? flow.schedule->run_of_now(date) : std::nullopt;
  }
  return run.value_or(RunDates{.start = date, .end = date, .run_after = date});
}

Result<std::map<std::string, std::string>> params_of(const Invocation& invocation) {
  std::map<std::string, std::string> params;
  for (const std::string& text : invocation.values("--param")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::kInvalid, fmt::format("--param needs NAME=VALUE, not \"{}\"", excerpt(text)));
    }
    params[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return params;
}

/// Tells people what happens, and the history when there is one.
class Reporter : public flow::RunObserver {
 public:
  Reporter(const Flow& flow, Progress& progress, flow::RunHistory* history, std::string run_id)
      : flow_(flow), progress_(progress), history_(history), run_id_(std::move(run_id)) {
    progress_.expect_steps(flow.tasks.size());
  }
  void attempt_started(flow::Attempt attempt, Timestamp now) override {
    if (attempt.number == 1) {
      progress_.start(flow_.tasks[attempt.task].name);
    }
    if (history_ != nullptr) {
      history_->begin_attempt(run_id_, flow_.tasks[attempt.task].name, attempt.number, now);
    }
  }
  void attempt_ended(flow::Attempt attempt, flow::TaskState state, const flow::TaskSummary& task, Timestamp now) override {
    const std::string& name = flow_.tasks[attempt.task].name;
    if (history_ != nullptr) {
      history_->end_attempt(run_id_, name, attempt.number, state, task, now);
    }
    if (state == flow::TaskState::kRetry) {
      progress_.say(fmt::format("{}: attempt {} failed and will be tried again: {}", name, attempt.number, task.message));
      return;
    }
    const auto outcome = state == flow::TaskState::kSuccess   ? Progress::Outcome::kOk
                         : state == flow::TaskState::kSkipped ? Progress::Outcome::kSkipped
                                                              : Progress::Outcome::kFailed;
    progress_.finish(name, outcome, task.seconds, excerpt(task.message, 200));
  }

 private:
  const Flow& flow_;
  Progress& progress_;
  flow::RunHistory* history_;
  std::string run_id_;
};

void print_run(const Flow& flow, const flow::RunSummary& summary, const std::string& run_id, const RunDates& dates, bool json) {
  if (json) {
    Json tasks = Json::array();
    for (std::size_t i = 0; i < flow.tasks.size(); ++i) {
      const flow::TaskSummary& task = summary.tasks[i];
      tasks.push_back({{"task", flow.tasks[i].name},
                       {"state", flow::task_state_name(task.state)},
                       {"attempts", task.attempts_count},
                       {"seconds", task.seconds},
                       {"message", task.message},
                       {"log", task.log_file.string()},
                       {"outputs", parse_json(task.outputs_json, "outputs").value_or(Json::object())}});
    }
    const Json run = {{"run_id", run_id}, {"flow", flow.name}, {"date", time_text(dates.start)}, {"state", flow::run_state_name(summary.state)}, {"seconds", summary.seconds}, {"tasks", tasks}};
    std::fputs((run.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n").c_str(), stdout);
    return;
  }
  TextTable table({"task", "state", "attempts", "seconds", "message"}, {2, 3});
  for (std::size_t i = 0; i < flow.tasks.size(); ++i) {
    const flow::TaskSummary& task = summary.tasks[i];
    table.add({flow.tasks[i].name, std::string(flow::task_state_name(task.state)), std::to_string(task.attempts_count), fmt::format("{:.2f}", task.seconds), excerpt(task.message, 100)});
  }
  table.print(stdout, false);
  for (const flow::TaskSummary& task : summary.tasks) {
    if (task.state == flow::TaskState::kFailed && !task.log_file.empty()) {
      std::fputs(fmt::format("log: {}\n", task.log_file.string()).c_str(), stderr);
    }
  }
  std::fputs(fmt::format("flow {} for {}: {}{}\n", flow.name, flow::run_date(flow, dates), flow::run_state_name(summary.state),
                         summary.reason.empty() ? "" : " (" + summary.reason + ")")
                 .c_str(),
             stderr);
}

Result<ExitCode> run_once(Invocation& invocation, bool records) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  WEIR_TRY_ASSIGN(const Flow* const found, find_flow(project, *invocation.argument(0)));
  WEIR_TRY_ASSIGN(const RunDates dates, dates_of(invocation, *found));
  WEIR_TRY_ASSIGN(auto params, params_of(invocation));
  const std::string run_id = graph::make_run_id(system_clock());
  std::unique_ptr<flow::RunHistory> history;
  if (records) {
    WEIR_TRY_ASSIGN(history, flow::RunHistory::open(project.settings.state_folder / "flows.db"));
    history->begin_run({.id = run_id, .flow = found->name, .dates = dates, .started = system_clock().now()}, found->text);
  }
  ProjectWork work(project.options, project.settings);
  Reporter reporter(*found, invocation.progress(), history.get(), run_id);
  const auto summary = flow::run_flow(*found, work,
                                      {.run_id = run_id,
                                       .dates = dates,
                                       .params = std::move(params),
                                       .project_folder = project.settings.folder,
                                       .logs_folder = project.settings.state_folder / "flows",
                                       .observer = &reporter,
                                       .stop = invocation.stop()});
  if (history) {
    WEIR_TRY(history->end_run(run_id, summary ? summary->state : flow::RunState::kFailed, system_clock().now()));
  }
  if (!summary) {
    return std::unexpected(summary.error());
  }
  print_run(*found, *summary, run_id, dates, invocation.has("--json"));
  return summary->state == flow::RunState::kSuccess ? ExitCode::kOk : ExitCode::kUnfinished;
}
}  // namespace

Result<ExitCode> run_flow_validate(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  std::size_t tasks_count = 0;
  for (const Flow& flow : project.flows) {
    tasks_count += flow.tasks.size();
  }
  std::fputs(fmt::format("{} flows with {} tasks are right\n", project.flows.size(), tasks_count).c_str(), stderr);
  return ExitCode::kOk;
}

Result<ExitCode> run_flow_list(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  TextTable table({"flow", "tasks", "schedule", "file"}, {1});
  for (const Flow& flow : project.flows) {
    const auto count = static_cast<std::int64_t>(flow.tasks.size());
    table.add({flow.name, Cell(std::to_string(count), count), schedule_text(flow), flow.file});
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_flow_show(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  WEIR_TRY_ASSIGN(const Flow* const found, find_flow(project, *invocation.argument(0)));
  TextTable table({"task", "kind", "needs", "trigger rule", "retries", "pool"}, {4});
  for (const flow::Task& task : found->tasks) {
    std::vector<std::string> needs;
    for (const std::size_t needed : task.needs) {
      needs.push_back(found->tasks[needed].name);
    }
    const std::string rule = task.teardown ? "teardown" : std::string(flow::trigger_rule_name(task.rule));
    table.add({task.name, std::string(flow::task_kind_name(task.kind)), join(needs, ", "), rule, Cell(std::to_string(task.retry.count), task.retry.count), task.pool});
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_flow_next(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  WEIR_TRY_ASSIGN(const auto count, invocation.integer("--count"));
  std::vector<const Flow*> flows;
  if (const auto name = invocation.argument(0)) {
    WEIR_TRY_ASSIGN(const Flow* const found, find_flow(project, *name));
    flows.push_back(found);
  } else {
    for (const Flow& flow : project.flows) {
      flows.push_back(&flow);
    }
  }
  TextTable table({"flow", "due", "date", "interval ends"}, {});
  for (const Flow* const flow : flows) {
    Instant from = std::chrono::floor<std::chrono::seconds>(system_clock().now());
    if (const auto text = invocation.value("--from")) {
      WEIR_TRY_ASSIGN(from, parse_moment(*text, *flow));
    }
    if (!flow->schedule) {
      continue;
    }
    for (const RunDates& run : flow->schedule->runs_after(from, static_cast<std::size_t>(std::clamp<std::int64_t>(count.value_or(5), 1, 1000)))) {
      table.add({flow->name, time_text(run.run_after), flow::run_date(*flow, run), time_text(run.end)});
    }
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_flow_runs(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const FlowProject project, open_flows(invocation));
  WEIR_TRY_ASSIGN(const auto limit, invocation.integer("--limit"));
  std::string name;
  if (const auto wanted = invocation.argument(0)) {
    WEIR_TRY_ASSIGN(const Flow* const found, find_flow(project, *wanted));
    name = found->name;
  }
  WEIR_TRY_ASSIGN(const auto history, flow::RunHistory::open(project.settings.state_folder / "flows.db"));
  WEIR_TRY_ASSIGN(const auto runs, history->runs(name, static_cast<std::size_t>(std::max<std::int64_t>(1, limit.value_or(20)))));
  TextTable table({"run", "flow", "date", "state", "started", "seconds"}, {5});
  for (const flow::RunRecord& run : runs) {
    const double seconds = run.ended ? std::chrono::duration<double>(*run.ended - run.started).count() : 0;
    table.add({run.id, run.flow, time_text(run.dates.start), std::string(flow::run_state_name(run.state)), format_timestamp(run.started), run.ended ? fmt::format("{:.2f}", seconds) : ""});
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_flow_test(Invocation& invocation) { return run_once(invocation, false); }
Result<ExitCode> run_flow_run(Invocation& invocation) { return run_once(invocation, true); }
}  // namespace weir::cli
