#include "flow/flow_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "core/text.h"
#include "core/thread_pool.h"
#include "flow/task_template.h"

namespace weir::flow {
namespace {
using Outcome = AttemptResult::Outcome;

struct Ended {
  Attempt attempt;
  TaskOutcome outcome;
};

/// What threads hand to the thread that runs the flow.
class Inbox {
 public:
  void put(Ended ended) {
    {
      const std::lock_guard lock(mutex_);
      ended_.push_back(std::move(ended));
    }
    changed_.notify_one();
  }
  /// Waits for something, a stop, or `limit`; takes all there is.
  std::deque<Ended> take(std::optional<std::chrono::nanoseconds> limit, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto has_some = [&] { return !ended_.empty(); };
    if (limit) {
      changed_.wait_for(lock, stop, std::max(*limit, std::chrono::nanoseconds(0)), has_some);
    } else {
      changed_.wait(lock, stop, has_some);
    }
    return std::exchange(ended_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Ended> ended_;
};

bool is_true(std::string_view text) {
  const std::string word = to_lower(trim(text));
  return !(word.empty() || word == "false" || word == "0" || word == "no" || word == "none" || word == "off");
}

class Runner {
 public:
  Runner(const Flow& flow, TaskWork& work, const FlowRunOptions& options)
      : flow_(flow),
        work_(work),
        options_(options),
        run_(flow, *options.random),
        names_{.flow = flow, .dates = options.dates, .run_id = options.run_id, .params = flow.params, .outputs_json = {}},
        ds_(run_date(flow, options.dates)) {
    summary_.tasks.resize(flow.tasks.size());
    started_.resize(flow.tasks.size());
    for (const auto& [name, value] : options.params) {
      names_.params[name] = value;
    }
  }

  RunSummary run() {
    const auto start = now();
    if (flow_.timeout) {
      deadline_ = start + *flow_.timeout;
    }
    {
      ThreadPool threads(std::min<std::size_t>(flow_.parallel, flow_.tasks.size()));
      threads_ = &threads;
      while (!run_.is_done()) {
        check_end();
        for (const Attempt& attempt : run_.start(now())) {
          begin(attempt);
        }
        if (!run_.is_done()) {
          wait();
        }
      }
    }
    for (std::size_t i = 0; i < flow_.tasks.size(); ++i) {
      summary_.tasks[i].state = run_.task_state(i);
    }
    summary_.state = run_.state();
    summary_.seconds = std::chrono::duration<double>(now() - start).count();
    return std::move(summary_);
  }

 private:
  Timestamp now() const { return options_.clock->now(); }

  void check_end() {
    if (summary_.cancelled) {
      return;
    }
    if (options_.stop.stop_requested()) {
      cancel("stopped");
    } else if (deadline_ && now() >= *deadline_) {
      cancel(fmt::format("took longer than {}", human_duration(*flow_.timeout)));
    }
  }

  void cancel(std::string reason) {
    summary_.cancelled = true;
    summary_.reason = std::move(reason);
    run_.cancel();
    stop_.request_stop();
  }

  void wait() {
    auto until = run_.next_timer();
    if (deadline_ && !summary_.cancelled) {
      until = until ? std::min(*until, *deadline_) : *deadline_;
    }
    const std::stop_token stop = summary_.cancelled ? std::stop_token() : options_.stop;
    if (run_.running_count() == 0 && until) {
      options_.clock->wait_for(*until - now(), stop);
      return;
    }
    for (Ended& ended : inbox_.take(until ? std::optional<std::chrono::nanoseconds>(*until - now()) : std::nullopt, stop)) {
      end(ended);
    }
  }

  void begin(Attempt attempt) {
    const Task& task = flow_.tasks[attempt.task];
    started_[attempt.task] = now();
    if (options_.observer != nullptr) {
      options_.observer->attempt_started(attempt, started_[attempt.task]);
    }
    auto request = make_request(attempt);
    if (!request) {
      TaskOutcome outcome = failed_outcome(request.error());
      outcome.may_retry = false;  // the template stays wrong
      inbox_.put({attempt, std::move(outcome)});
      return;
    }
    if (task.kind == TaskKind::kBranch || task.kind == TaskKind::kShortCircuit) {
      decisions_.push_back({attempt.task, request->text});
      inbox_.put({attempt, {}});
      return;
    }
    summary_.tasks[attempt.task].log_file = request->log_file;
    threads_->submit([this, attempt, request = std::move(*request)] { inbox_.put({attempt, work_.run(request, stop_.get_token())}); });
  }

  Result<TaskRequest> make_request(Attempt attempt) {
    const Task& task = flow_.tasks[attempt.task];
    const auto render = [&](std::string_view text) { return render_template(text, names_, task, attempt.number); };
    TaskRequest request{.flow = flow_, .task = task, .attempt = attempt.number, .run_id = options_.run_id, .ds = ds_};
    WEIR_TRY_ASSIGN(request.text, render(task.text));
    for (const std::string& argument : task.arguments) {
      WEIR_TRY_ASSIGN(std::string rendered, render(argument));
      request.arguments.push_back(std::move(rendered));
    }
    for (const auto& [name, value] : task.environment) {
      WEIR_TRY_ASSIGN(request.environment[name], render(value));
    }
    request.project_folder = options_.project_folder;
    request.log_file = options_.logs_folder / options_.run_id / fmt::format("{}.{}.log", task.name, attempt.number);
    return request;
  }

  void end(Ended& ended) {
    const std::size_t task = ended.attempt.task;
    AttemptResult result{.outcome = ended.outcome.outcome, .may_retry = ended.outcome.may_retry};
    if (result.outcome == Outcome::kSuccess) {
      decide(task, ended.outcome, result);
    }
    TaskSummary& summary = summary_.tasks[task];
    summary.message = ended.outcome.message;
    summary.outputs_json = ended.outcome.outputs_json;
    summary.attempts_count = ended.attempt.number;
    summary.seconds += std::chrono::duration<double>(now() - started_[task]).count();
    names_.outputs_json[flow_.tasks[task].name] = ended.outcome.outputs_json;
    run_.finish(ended.attempt, result, now());
    if (options_.observer != nullptr) {
      options_.observer->attempt_ended(ended.attempt, run_.task_state(task), summary, now());
    }
  }

  /// What the rendered expression of a branch or short circuit means.
  void decide(std::size_t task, TaskOutcome& outcome, AttemptResult& result) {
    const auto decision = std::ranges::find(decisions_, task, &Decision::task);
    if (decision == decisions_.end()) {
      return;
    }
    const std::string text = std::exchange(decision->text, {});
    decisions_.erase(decision);
    if (flow_.tasks[task].kind == TaskKind::kShortCircuit) {
      result.condition = is_true(text);
      return;
    }
    result.follow.emplace();
    for (const std::string& item : split(text, ',')) {
      const std::string name(trim(item));
      if (name.empty()) {
        continue;
      }
      const auto found = flow_.find(name);
      if (!found || std::ranges::find(flow_.tasks[*found].needs, task) == flow_.tasks[*found].needs.end()) {
        outcome.message = fmt::format("the branch names \"{}\", which is no task that needs it", excerpt(name));
        result = {.outcome = Outcome::kFailed, .may_retry = false};
        return;
      }
      result.follow->push_back(*found);
    }
  }

  struct Decision {
    std::size_t task = 0;
    std::string text;
  };
  const Flow& flow_;
  TaskWork& work_;
  const FlowRunOptions& options_;
  FlowRun run_;
  TemplateNames names_;
  std::string ds_;
  RunSummary summary_;
  std::vector<Timestamp> started_;
  std::vector<Decision> decisions_;
  std::optional<Timestamp> deadline_;
  std::stop_source stop_;
  Inbox inbox_;
  ThreadPool* threads_ = nullptr;
};
}  // namespace

Result<RunSummary> run_flow(const Flow& flow, TaskWork& work, const FlowRunOptions& options) {
  std::vector<std::string> names;
  for (const auto& [name, value] : flow.params) {
    names.push_back(name);
  }
  for (const auto& [name, value] : options.params) {
    if (!flow.params.contains(name)) {
      return fail(ErrorCode::kInvalid, fmt::format("flow \"{}\" has no param \"{}\"{}", flow.name, name, did_you_mean(name, names)));
    }
  }
  std::error_code error;
  std::filesystem::create_directories(options.logs_folder / options.run_id, error);
  if (error) {
    return fail(ErrorCode::kIo, "cannot make the folder of the logs: " + error.message(), (options.logs_folder / options.run_id).string());
  }
  return Runner(flow, work, options).run();
}
}  // namespace weir::flow
