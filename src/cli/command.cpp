#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "core/log.h"
#include "core/text.h"
#include "core/version.h"

namespace weir::cli {
namespace {
// Splits "--flag=value", finds flags, and collects what is left. Help and version are looked for first.
class Parser {
 public:
  Parser(const Command& command, Invocation& invocation) : invocation_(invocation) {
    const auto globals = global_flags();
    flags_.insert(flags_.end(), globals.begin(), globals.end());
    flags_.insert(flags_.end(), command.flags.begin(), command.flags.end());
  }

  Status parse(std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (only_positionals_ || word == "-" || !word.starts_with('-')) {
        invocation_.add_argument(word);
        continue;
      }
      if (word == "--") {
        only_positionals_ = true;
        continue;
      }
      const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
      const std::string name = word.substr(0, equals);
      const auto flag = std::ranges::find_if(flags_, [&](const Flag& known) { return known.name == name || known.short_name == name; });
      if (flag == flags_.end()) {
        return unknown(name);
      }
      if (flag->value.empty()) {
        if (equals != std::string::npos) {
          return fail(ErrorCode::kInvalid, fmt::format("{} takes no value", name));
        }
        invocation_.set(flag->name, "true");
        continue;
      }
      if (equals != std::string::npos) {
        invocation_.set(flag->name, word.substr(equals + 1));
        continue;
      }
      if (i + 1 == words.size()) {
        return fail(ErrorCode::kInvalid, fmt::format("{} needs a value: {} {}", name, name, flag->value));
      }
      invocation_.set(flag->name, words[++i]);
      // As dbt has it: --select a b
      while (flag->repeated && i + 1 < words.size() && !words[i + 1].starts_with('-')) {
        invocation_.set(flag->name, words[++i]);
      }
    }
    return {};
  }

 private:
  Status unknown(const std::string& name) const {
    std::vector<std::string> names;
    for (const Flag& flag : flags_) {
      names.emplace_back(flag.name);
    }
    return fail(ErrorCode::kInvalid,
                fmt::format("there is no flag {}{} (weir {} -h lists them)", name, did_you_mean(name, names), invocation_.command().name));
  }

  Invocation& invocation_;
  std::vector<Flag> flags_;
  bool only_positionals_ = false;
};

Status check_arguments(const Invocation& invocation) {
  const auto& wanted = invocation.command().positionals;
  const std::size_t given = invocation.arguments().size();
  const auto required = static_cast<std::size_t>(std::ranges::count_if(wanted, &Positional::required));
  if (given < required) {
    return fail(ErrorCode::kInvalid, fmt::format("weir {} needs {}", invocation.command().name, wanted[given].name));
  }
  if (given > wanted.size() && (wanted.empty() || !wanted.back().repeated)) {
    return fail(ErrorCode::kInvalid, fmt::format("weir {} does not know what to do with \"{}\"", invocation.command().name,
                                                 invocation.arguments()[wanted.size()]));
  }
  return {};
}

// The command that the first one or two words name, and how many they are.
const Command* find_command(std::span<const Command> commands, std::span<const std::string> words, std::size_t& words_used) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() < count) {
      continue;
    }
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    const auto found = std::ranges::find(commands, name, &Command::name);
    if (found != commands.end()) {
      words_used = count;
      return &*found;
    }
  }
  return nullptr;
}

int complain(const Error& error) {
  std::fputs(("weir: " + error.text() + "\n").c_str(), stderr);
  return static_cast<int>(exit_code(error));
}

int unknown_command(std::span<const Command> commands, const std::string& word) {
  std::vector<std::string> names;
  std::string group;
  for (const Command& command : commands) {
    names.emplace_back(command.name.substr(0, command.name.find(' ')));
    if (command.name.starts_with(word + " ")) {
      group += fmt::format("  weir {:<24} {}\n", command.name, command.brief);
    }
  }
  if (!group.empty()) {
    std::fputs(("weir " + word + " needs one of:\n" + group).c_str(), stderr);
    return static_cast<int>(ExitCode::kWrong);
  }
  std::fputs(fmt::format("weir: there is no command \"{}\"{} (weir --help lists them)\n", word, did_you_mean(word, names)).c_str(), stderr);
  return static_cast<int>(ExitCode::kWrong);
}
}  // namespace

ExitCode exit_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kNotFound:
    case ErrorCode::kExists:
    case ErrorCode::kUnsupported:
      return ExitCode::kWrong;
    default:
      return ExitCode::kUnfinished;
  }
}

std::span<const Flag> global_flags() {
  static const std::vector<Flag> flags = {
      {"--project", "-C", "FOLDER", "the project's folder (default: this one, or the nearest above with weir.yml or dbt_project.yml)", ""},
      {"--lake", "", "FOLDER", "the lake's folder, instead of the one in weir.yml; sql, table and logs then need no project", ""},
      {"--vars", "", "YAML", "variables for Jinja, as a YAML map: '{start: 2024-01-01}'", "They go before those of weir.yml and dbt_project.yml."},
      {"--memory", "", "SIZE", "what SQL may use, for example 2GiB (default: 70 % of the machine)",
       "Work that needs more is spilled to disk."},
      {"--threads", "-j", "N", "how many nodes run at once, and how many processors SQL uses (default: all)", ""},
      {"--quiet", "-q", "", "only errors", ""},
      {"--json", "", "", "progress and results as JSON, one object a line", ""},
      {"--help", "-h", "", "-h a line for each flag, --help the whole page", ""},
  };
  return flags;
}

std::optional<std::string> Invocation::value(std::string_view flag) const {
  const auto found = values_.find(std::string(flag));
  return found == values_.end() ? std::nullopt : std::optional(found->second.back());
}

std::string Invocation::value_or(std::string_view flag, std::string_view otherwise) const {
  return value(flag).value_or(std::string(otherwise));
}

std::vector<std::string> Invocation::values(std::string_view flag) const {
  const auto found = values_.find(std::string(flag));
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

Result<std::optional<std::int64_t>> Invocation::integer(std::string_view flag) const {
  const std::optional<std::string> text = value(flag);
  if (!text) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    return fail(ErrorCode::kInvalid, fmt::format("{} needs a whole number, not \"{}\"", flag, *text));
  }
  return number;
}

Result<std::optional<double>> Invocation::number(std::string_view flag) const {
  const std::optional<std::string> text = value(flag);
  if (!text) {
    return std::nullopt;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    return fail(ErrorCode::kInvalid, fmt::format("{} needs a number, not \"{}\"", flag, *text));
  }
  return number;
}

std::optional<std::string> Invocation::argument(std::size_t index) const {
  return index < arguments_.size() ? std::optional(arguments_[index]) : std::nullopt;
}

Progress& Invocation::progress() {
  if (!progress_) {
    progress_ = Progress::create(has("--json")    ? Progress::Style::kJson
                                 : has("--quiet") ? Progress::Style::kQuiet
                                                  : Progress::style_for_this_terminal());
  }
  return *progress_;
}

int run_command_line(std::span<const Command> commands, int argc, const char* const* argv, std::stop_token stop) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::fputs(help_text(commands).c_str(), stdout);
    return static_cast<int>(words.empty() ? ExitCode::kWrong : ExitCode::kOk);
  }
  if (words[0] == "--version" || words[0] == "-V" || words[0] == "version") {
    std::fputs(fmt::format("weir {}\n", kVersion).c_str(), stdout);
    return static_cast<int>(ExitCode::kOk);
  }
  std::size_t words_used = 0;
  const Command* command = find_command(commands, words, words_used);
  if (command == nullptr) {
    return unknown_command(commands, words[0]);
  }
  const std::span<const std::string> rest = std::span(words).subspan(words_used);
  if (std::ranges::find(rest, "--help") != rest.end() || std::ranges::find(rest, "-h") != rest.end()) {
    std::fputs(help_text(*command, std::ranges::find(rest, "--help") != rest.end()).c_str(), stdout);
    return static_cast<int>(ExitCode::kOk);
  }
  Invocation invocation(*command, commands, std::move(stop));
  if (const Status parsed = Parser(*command, invocation).parse(rest); !parsed) {
    return complain(parsed.error());
  }
  if (const Status checked = check_arguments(invocation); !checked) {
    return complain(checked.error());
  }
  if (invocation.has("--quiet")) {
    set_log_level(LogLevel::kError);
  }
  const Result<ExitCode> code = command->run(invocation);
  return code ? static_cast<int>(*code) : complain(code.error());
}
}  // namespace weir::cli
