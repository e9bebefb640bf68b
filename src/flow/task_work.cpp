#include "flow/task_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"

namespace weir::flow {
namespace {
constexpr int kSkipCode = 99;
constexpr std::uint64_t kOutputBytesMax = 1U << 20U;

/// The last line that says something: most programs end with what went wrong.
std::string last_line(std::string_view text) {
  const std::string_view trimmed = trim(text);
  return excerpt(trimmed.substr(trimmed.rfind('\n') + 1), 200);
}

Result<std::string> read_outputs(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return std::string("{}");
  }
  WEIR_TRY_ASSIGN(const std::string text, read_file(file, kOutputBytesMax));
  std::filesystem::remove(file, ignored);
  Json outputs = Json::object();
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) {
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::kInvalid, fmt::format("wrote \"{}\" to $WEIR_OUTPUT, where lines are name=value", excerpt(line)));
    }
    const std::string value = line.substr(equals + 1);
    auto json = parse_json(value, "output");
    outputs[line.substr(0, equals)] = json ? std::move(*json) : Json(value);
  }
  return outputs.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ProcessRequest process_of(const TaskRequest& request, const std::string& python, const std::filesystem::path& outputs) {
  ProcessRequest process;
  if (request.task.kind == TaskKind::kShell) {
    process.arguments = {"/bin/sh", "-e", "-c", request.text, request.task.name};
  } else {
    process.arguments = {python, request.text};
    process.arguments.insert(process.arguments.end(), request.arguments.begin(), request.arguments.end());
  }
  process.environment = request.environment;
  process.environment["WEIR_FLOW"] = request.flow.name;
  process.environment["WEIR_TASK"] = request.task.name;
  process.environment["WEIR_RUN"] = request.run_id;
  process.environment["WEIR_ATTEMPT"] = std::to_string(request.attempt);
  process.environment["WEIR_DS"] = request.ds;
  process.environment["WEIR_OUTPUT"] = outputs.string();
  process.folder = request.project_folder / request.task.folder;
  process.timeout = request.task.timeout;
  return process;
}

TaskOutcome outcome_of(const TaskRequest& request, const ProcessResult& result) {
  if (result.exit_code == 0) {
    return {};
  }
  if (result.exit_code == kSkipCode) {
    return {.outcome = AttemptResult::Outcome::kSkipped, .message = "exit code 99"};
  }
  const std::string how = result.exit_code < 0 ? fmt::format("ended by signal {}", result.signal) : fmt::format("exit code {}", result.exit_code);
  const std::string line = last_line(result.errors.empty() ? result.output : result.errors);
  return {.outcome = AttemptResult::Outcome::kFailed,
          .message = line.empty() ? how : fmt::format("{}: {}", how, line),
          .may_retry = std::ranges::find(request.task.no_retry_codes, result.exit_code) == request.task.no_retry_codes.end()};
}
}  // namespace

TaskOutcome failed_outcome(const Error& error) {
  return {.outcome = AttemptResult::Outcome::kFailed, .message = error.text(), .may_retry = error.code != ErrorCode::kCancelled};
}

TaskOutcome ProcessWork::run(const TaskRequest& request, std::stop_token stop) {
  if (request.task.kind != TaskKind::kShell && request.task.kind != TaskKind::kPython) {
    return {.outcome = AttemptResult::Outcome::kFailed, .message = fmt::format("tasks of kind {} need a project", task_kind_name(request.task.kind)), .may_retry = false};
  }
  std::error_code error;
  std::filesystem::path outputs = std::filesystem::absolute(request.log_file, error);
  outputs.replace_extension(".outputs");
  const auto result = launcher_.run(process_of(request, python_, outputs), std::move(stop));
  if (!result) {
    static_cast<void>(write_file(request.log_file, result.error().text() + "\n"));
    return failed_outcome(result.error());
  }
  std::string log = result->output + result->errors;
  if (result->truncated) {
    log += "\n(more was written than is kept)\n";
  }
  if (const Status written = write_file(request.log_file, log); !written) {
    return failed_outcome(written.error());
  }
  TaskOutcome outcome = outcome_of(request, *result);
  auto json = read_outputs(outputs);
  if (!json) {
    return failed_outcome(json.error());
  }
  outcome.outputs_json = std::move(*json);
  return outcome;
}
}  // namespace weir::flow
