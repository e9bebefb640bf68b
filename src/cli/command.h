#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/result.h"

/// What a command line is made of. One table of commands (commands.cpp) parses, completes and explains.
namespace weir::cli {
/// How the program ends.
enum class ExitCode : int {
  kOk = 0,
  kDataFailed = 1,  ///< the data did not pass
  kWrong = 2,       ///< the command or the project is wrong
  kUnfinished = 3,  ///< could not be done or was stopped
};

/// kWrong for what the user can mend, kUnfinished for the rest.
ExitCode exit_code(const Error& error);

/// `--select SELECTOR`, or a switch when `value` is empty.
struct Flag {
  std::string_view name;        ///< "--select"
  std::string_view short_name;  ///< "-s" or empty
  std::string_view value;       ///< what stands for the value in help: "SELECTOR"; empty for a switch
  std::string_view brief;       ///< one line
  std::string_view detail;      ///< further sentences for --help; may be empty
  bool repeated = false;        ///< may be given more than once, and takes several values
};

/// An argument by position.
struct Positional {
  std::string_view name;  ///< "TABLE"
  std::string_view brief;
  bool required = true;
  bool repeated = false;
};

class Invocation;

struct Command {
  std::string_view name;    ///< "build", or "table history" for a command of a group
  std::string_view brief;   ///< one line
  std::string_view detail;  ///< a paragraph for --help
  std::string_view example;
  std::vector<Positional> positionals;
  std::vector<Flag> flags;  ///< beside those of every command (see global_flags)
  Result<ExitCode> (*run)(Invocation& invocation);
};

/// Flags that every command takes: --project, --quiet, --json …
std::span<const Flag> global_flags();

/// One parsed command line.
class Invocation {
 public:
  Invocation(const Command& command, std::span<const Command> commands, std::stop_token stop)
      : command_(command), commands_(commands), stop_(std::move(stop)) {}

  const Command& command() const { return command_; }
  /// The whole table, for completion and help.
  std::span<const Command> commands() const { return commands_; }
  const std::stop_token& stop() const { return stop_; }

  bool has(std::string_view flag) const { return values_.contains(std::string(flag)); }
  /// The last value of the flag, or nothing.
  std::optional<std::string> value(std::string_view flag) const;
  std::string value_or(std::string_view flag, std::string_view otherwise) const;
  std::vector<std::string> values(std::string_view flag) const;
  /// Errors: kInvalid naming the flag.
  Result<std::optional<std::int64_t>> integer(std::string_view flag) const;
  Result<std::optional<double>> number(std::string_view flag) const;
  const std::vector<std::string>& arguments() const { return arguments_; }
  std::optional<std::string> argument(std::size_t index) const;

  void set(std::string_view flag, std::string value) { values_[std::string(flag)].push_back(std::move(value)); }
  void add_argument(std::string value) { arguments_.push_back(std::move(value)); }

  /// As --quiet, --json and the terminal ask for.
  Progress& progress();

 private:
  const Command& command_;
  std::span<const Command> commands_;
  std::stop_token stop_;
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> arguments_;
  std::unique_ptr<Progress> progress_;
};

/// Parses and runs. Words go to standard error, data to standard output.
int run_command_line(std::span<const Command> commands, int argc, const char* const* argv, std::stop_token stop);

/// The text of `weir --help`, `weir build -h` and `weir build --help`.
std::string help_text(std::span<const Command> commands);
std::string help_text(const Command& command, bool full);

/// A script that completes commands and flags: bash, zsh or fish. Errors: kInvalid for another shell.
Result<std::string> completion_script(std::span<const Command> commands, std::string_view shell);
}  // namespace weir::cli
