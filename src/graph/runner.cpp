#include "graph/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "core/text.h"
#include "graph/run_plan.h"

namespace weir::graph {
namespace {
Progress::Outcome progress_outcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return Progress::Outcome::kOk;
    case Outcome::kWarn:
      return Progress::Outcome::kWarn;
    case Outcome::kFailed:
    case Outcome::kError:
      return Progress::Outcome::kFailed;
    default:
      return Progress::Outcome::kSkipped;
  }
}

/// "1,000 rows", the message of what is wrong, or both.
std::string progress_detail(const NodeRun& run) {
  if (run.error) {
    return run.error->text();
  }
  if (run.result.rows && run.result.message.empty()) {
    return human_count(*run.result.rows) + (*run.result.rows == 1 ? " row" : " rows");
  }
  return run.result.message;
}

/// Calls a node; what it throws is its error.
template <class Call>
auto guarded(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, fmt::format("it threw: {}", exception.what()));
  } catch (...) {
    return fail(ErrorCode::kInternal, "it threw something that is no exception");
  }
}

/// The states that the last run left, read when the first node asks.
class LastStates {
 public:
  LastStates(RunRecords* records, std::string target) : records_(records), target_(std::move(target)) {}

  std::optional<NodeState> find(const std::string& node) {
    std::call_once(once_, [this] { load(); });
    return states_.find(node);
  }
  /// Why the states could not be read. Only when no node asks any more.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  void load() {
    if (records_ == nullptr) {
      return;
    }
    if (auto states = records_->latest_states(target_)) {
      states_ = *std::move(states);
    } else {
      problem_ = std::move(states).error();
    }
  }

  RunRecords* records_;
  std::string target_;
  std::once_flag once_;
  NodeStates states_;
  std::optional<Error> problem_;
};

class Runner {
 public:
  Runner(const Graph& graph, std::span<const NodeIndex> selected, const RunOptions& options, Progress& progress,
         RunRecords* records)
      : graph_(graph),
        options_(options),
        progress_(progress),
        records_(records),
        settings_{.run_id = options.run_id.empty() ? make_run_id(*options.clock) : options.run_id,
                  .attempt = options.attempt,
                  .target = options.target,
                  .full_refresh = options.full_refresh,
                  .variables = options.variables,
                  .clock = options.clock},
        last_states_(records, options.target),
        plan_(graph, selected) {
    std::vector<NodeIndex> nodes(selected.begin(), selected.end());
    std::ranges::sort(nodes);
    row_of_.resize(graph.size());
    for (const NodeIndex node : nodes) {
      if (graph.info(node).runs()) {
        row_of_[node] = static_cast<std::uint32_t>(rows_.size());
        rows_.push_back({.node = node});
      }
    }
  }

  RunSummary run() {
    const Stopwatch watch;
    RunRecord record{.id = settings_.run_id,
                     .command = options_.command,
                     .project = options_.project,
                     .target = options_.target,
                     .started = options_.clock->now()};
    if (records_ != nullptr) {
      records_->begin_run(record);
    }
    progress_.expect_steps(rows_.size());
    run_nodes();

    RunSummary summary{.run_id = settings_.run_id, .seconds = watch.seconds(), .nodes = std::move(rows_)};
    summary.counts = count(summary.nodes);
    if (const auto& problem = last_states_.problem()) {
      summary.warnings.push_back("the states of earlier runs could not be read: " + problem->text());
    }
    if (records_ != nullptr) {
      record.ended = options_.clock->now();
      record.outcome = summary.outcome();
      record.counts = summary.counts;
      if (const Status ended = records_->end_run(record); !ended) {
        summary.warnings.push_back("the run's history could not be written: " + ended.error().text());
      }
    }
    return summary;
  }

 private:
  static RunCounts count(const std::vector<NodeRun>& nodes) {
    RunCounts counts;
    for (const NodeRun& node : nodes) {
      switch (node.outcome) {
        case Outcome::kWarn:
          ++counts.warned_count;
          [[fallthrough]];
        case Outcome::kOk:
          ++counts.run_count;
          break;
        case Outcome::kFresh:
          ++counts.fresh_count;
          break;
        case Outcome::kFailed:
        case Outcome::kError:
          ++counts.failed_count;
          break;
        case Outcome::kSkipped:
          ++counts.skipped_count;
          break;
        case Outcome::kCancelled:
        case Outcome::kRunning:
        case Outcome::kLost:
          ++counts.cancelled_count;
          break;
      }
    }
    return counts;
  }

  void run_nodes() {
    const std::stop_callback pass_on(options_.stop, [this] { stop_.request_stop(); });
    const std::size_t threads_count = std::min(std::max<std::size_t>(options_.threads_count, 1), rows_.size());
    std::vector<std::jthread> threads;  // the caller's thread is one of them
    for (std::size_t i = 1; i < threads_count; ++i) {
      threads.emplace_back([this] { work(); });
    }
    work();
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (!plan_.finished()) {
      const std::optional<NodeIndex> node = plan_.take();
      if (!node) {
        ++idle_count_;
        changed_.wait(lock);
        --idle_count_;
        continue;
      }
      NodeRun& run = rows_[row_of_[*node]];
      const Before before{.blocker = plan_.blocker(*node),
                          .parent_that_ran = plan_.parent_that_ran(*node),
                          .ended_the_run = options_.fail_fast ? first_failed_ : std::nullopt};
      lock.unlock();
      run_node(run, before);
      lock.lock();
      end_node(run);
    }
  }

  /// Under the lock: makes the nodes after this one ready, and wakes a thread for each that this thread does not take.
  void end_node(const NodeRun& run) {
    RunPlan::End end = RunPlan::End::kUnchanged;
    if (blocks(run.outcome)) {
      end = RunPlan::End::kBlocks;
      first_failed_ = first_failed_.value_or(run.node);
      if (options_.fail_fast) {
        stop_.request_stop();
      }
    } else if (run.outcome == Outcome::kOk || run.outcome == Outcome::kWarn) {
      end = RunPlan::End::kRan;
    }
    plan_.end(run.node, end);
    if (plan_.finished()) {
      changed_.notify_all();
      return;
    }
    const std::size_t for_others_count = plan_.ready_count() > 0 ? plan_.ready_count() - 1 : 0;
    for (std::size_t i = 0; i < std::min(for_others_count, idle_count_); ++i) {
      changed_.notify_one();
    }
  }

  /// What had happened when a node's turn came.
  struct Before {
    std::optional<NodeIndex> blocker;
    std::optional<NodeIndex> parent_that_ran;
    std::optional<NodeIndex> ended_the_run;  ///< the failed node in a fail_fast run
  };

  void run_node(NodeRun& run, const Before& before) {
    if (before.blocker) {
      run.outcome = Outcome::kSkipped;
      run.blocked_by = before.blocker;
      run.result.message = fmt::format("{} did not pass", graph_.info(*before.blocker).id);
      finish(run);
    } else if (before.ended_the_run) {
      run.outcome = Outcome::kSkipped;
      run.blocked_by = before.ended_the_run;
      progress_.drop_steps(1);
    } else if (stop_.stop_requested()) {
      run.outcome = Outcome::kCancelled;
      progress_.drop_steps(1);
    } else if (is_stale(run, before)) {
      execute(run);
    }
  }

  /// Fills `run` when the node does not have to run, or when that cannot be told.
  bool is_stale(NodeRun& run, const Before& before) {
    if (options_.force || options_.full_refresh) {
      run.reason = options_.full_refresh ? "full refresh" : "forced";
      return true;
    }
    Node& node = graph_.node(run.node);
    FreshnessContext context{.run = settings_, .stop = stop_.get_token(), .parent_that_ran = {}, .last_state = {}};
    if (before.parent_that_ran) {
      context.parent_that_ran = graph_.info(*before.parent_that_ran).id;
    }
    if (records_ != nullptr) {
      context.last_state = [this, &node] { return last_states_.find(node.info().id); };
    }
    Result<Freshness> freshness = guarded([&] { return node.freshness(context); });
    if (!freshness) {
      set_error(run, std::move(freshness).error());
      finish(run);
      return false;
    }
    if (freshness->fresh) {
      run.outcome = Outcome::kFresh;
      run.reason = std::move(freshness->reason);
      progress_.drop_steps(1);
      return false;
    }
    run.reason = std::move(freshness->reason);
    return true;
  }

  void execute(NodeRun& run) {
    const std::string& id = graph_.info(run.node).id;
    const Stopwatch watch;
    run.started = options_.clock->now();
    run.outcome = Outcome::kRunning;
    progress_.start(id);
    if (records_ != nullptr) {
      records_->begin_node(record_of(run));
    }
    RunContext context{
        .run = settings_,
        .stop = stop_.get_token(),
        .reason = run.reason,
        .update = [&](double fraction, std::string_view detail) { progress_.update(id, fraction, detail); }};
    Result<NodeResult> result = guarded([&] { return graph_.node(run.node).run(context); });
    run.seconds = watch.seconds();
    if (!result) {
      set_error(run, std::move(result).error());
    } else if (result->outcome > Outcome::kFailed) {
      set_error(run, fail(ErrorCode::kInternal, "a node ends ok, with a warning or failed").error());
    } else {
      run.result = *std::move(result);
      run.outcome = run.result.outcome;
    }
    finish(run);
  }

  void set_error(NodeRun& run, Error error) {
    const bool cancelled = error.code == ErrorCode::kCancelled && stop_.stop_requested();
    run.outcome = cancelled ? Outcome::kCancelled : Outcome::kError;
    run.error = std::move(error);
  }

  /// Shows and records the end of a node.
  void finish(const NodeRun& run) {
    progress_.finish(graph_.info(run.node).id, progress_outcome(run.outcome), run.seconds, progress_detail(run));
    if (records_ != nullptr) {
      NodeRecord record = record_of(run);
      record.ended = options_.clock->now();
      records_->end_node(record);
    }
  }

  NodeRecord record_of(const NodeRun& run) const {
    return {.run_id = settings_.run_id,
            .node = graph_.info(run.node).id,
            .attempt = options_.attempt,
            .target = options_.target,
            .started = run.started ? *run.started : options_.clock->now(),
            .ended = std::nullopt,
            .outcome = run.outcome,
            .rows = run.result.rows,
            .bytes = run.result.bytes,
            .failures = run.result.failures,
            .message = run.error ? run.error->text() : run.result.message,
            .log_file = run.result.log_file,
            .reason = run.reason,
            .code_hash = run.result.code_hash,
            .inputs = run.result.inputs};
  }

  const Graph& graph_;
  const RunOptions& options_;
  Progress& progress_;
  RunRecords* const records_;
  const RunSettings settings_;
  LastStates last_states_;
  std::stop_source stop_;
  std::vector<NodeRun> rows_;          // each touched by the thread that runs its node only
  std::vector<std::uint32_t> row_of_;  // by node
  std::mutex mutex_;                   // of what follows
  std::condition_variable changed_;
  RunPlan plan_;
  std::size_t idle_count_ = 0;
  std::optional<NodeIndex> first_failed_;
};
}  // namespace

Outcome RunSummary::outcome() const {
  const auto any = [this](Outcome outcome) {
    return std::ranges::any_of(nodes, [&](const NodeRun& node) { return node.outcome == outcome; });
  };
  for (const Outcome outcome : {Outcome::kError, Outcome::kFailed, Outcome::kCancelled, Outcome::kWarn}) {
    if (any(outcome)) {
      return outcome;
    }
  }
  return Outcome::kOk;
}

RunSummary run(const Graph& graph, std::span<const NodeIndex> selected, const RunOptions& options, Progress& progress,
               RunRecords* records) {
  return Runner(graph, selected, options, progress, records).run();
}
}  // namespace weir::graph
