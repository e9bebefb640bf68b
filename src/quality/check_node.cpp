#include "quality/check_node.h"

#include <algorithm>
#include <utility>

namespace weir::quality {
namespace {
class CheckNode final : public graph::Node {
 public:
  using Ask = std::function<Result<Answer>(const Check& check, Timestamp now, const std::stop_token& stop)>;

  CheckNode(graph::NodeInfo info, MakeCheck make, Ask ask, std::shared_ptr<lake::Lake> lake)
      : Node(std::move(info)), make_(std::move(make)), ask_(std::move(ask)), lake_(std::move(lake)) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext& context) override {
    WEIR_TRY_ASSIGN(const Check* check, this->check());
    if (check->depends_on_time) {
      return graph::Freshness{.fresh = false, .reason = "depends on the time"};
    }
    const std::optional<graph::NodeState> last = context.last_state ? context.last_state() : std::nullopt;
    graph::NodeState now{.code_hash = check->code_hash(), .inputs = {}, .outcome = graph::Outcome::kOk};
    if (last) {
      for (const auto& [name, version] : last->inputs) {
        WEIR_TRY_ASSIGN(const lake::TableName table, lake::TableName::parse(name));
        WEIR_TRY_ASSIGN(now.inputs[name], lake_->current_version(table));
      }
    }
    return graph::compare_states(last, now);
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    WEIR_TRY_ASSIGN(const Check* check, this->check());
    if (context.update) {
      context.update(-1.0, check->table.name);
    }
    const Timestamp now = context.run.clock->now();
    WEIR_TRY_ASSIGN(Answer answer, ask_(*check, now, context.stop));
    WEIR_TRY_ASSIGN(Measurement measurement, check->measure(answer.values, now));
    if (check->rules.failures_max > 0) {
      measurement.failures = std::min(measurement.failures, check->rules.failures_max);
    }
    graph::NodeResult result;
    result.outcome = judge(check->rules, measurement);
    result.message = describe(check->rules, measurement, answer.examples);
    result.rows = measurement.rows;
    result.failures = measurement.failures;
    if (answer.examples.size() > 1) {
      result.details = std::move(answer.examples);  // one alone stands in the message
    }
    result.code_hash = check->code_hash();
    result.inputs = std::move(answer.inputs);
    return result;
  }

 private:
  Result<const Check*> check() {
    if (!check_) {
      WEIR_TRY_ASSIGN(check_, make_());
    }
    return &*check_;
  }

  MakeCheck make_;
  Ask ask_;
  std::shared_ptr<lake::Lake> lake_;
  std::optional<Check> check_;
};
}  // namespace

std::unique_ptr<graph::Node> make_check_node(graph::NodeInfo info, std::shared_ptr<const Check> check, Checker& checker) {
  const std::shared_ptr<TableChecks> table = checker.table(check->table);
  const std::size_t number = table->add(check);
  return std::make_unique<CheckNode>(
      std::move(info), [check = std::move(check)] { return Result<Check>(*check); },
      [table, number](const Check&, Timestamp now, const std::stop_token& stop) { return table->answer(number, now, stop); }, checker.lake());
}

std::unique_ptr<graph::Node> make_compiled_check_node(graph::NodeInfo info, MakeCheck make, Checker& checker) {
  const auto ask = [lake = checker.lake()](const Check& check, Timestamp now, const std::stop_token& stop) -> Result<Answer> {
    Result<Answer> answer = ask_alone(*lake, check, {.key_columns = {}, .now = now, .stop = stop});
    return answer ? std::move(answer) : std::unexpected(at_check(std::move(answer).error(), check));
  };
  return std::make_unique<CheckNode>(std::move(info), std::move(make), ask, checker.lake());
}
}  // namespace weir::quality
