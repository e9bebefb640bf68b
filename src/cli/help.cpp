#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "core/text.h"
#include "core/version.h"

namespace weir::cli {
namespace {
constexpr std::size_t kWidth = 100;

// Breaks `text` into lines of kWidth columns, each after `indent` spaces; the first line begins where the caller is.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : split(text, ' ')) {
    if (column > indent && column + 1 + word.size() > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string usage(const Command& command) {
  std::string out = fmt::format("weir {}", command.name);
  for (const Positional& positional : command.positionals) {
    const std::string name = std::string(positional.name) + (positional.repeated ? " …" : "");
    out += positional.required ? " " + name : " [" + name + "]";
  }
  return out + " [flags]";
}

std::string flag_text(const Flag& flag) {
  std::string out = flag.short_name.empty() ? "    " : fmt::format("{}, ", flag.short_name);
  out += flag.name;
  if (!flag.value.empty()) {
    out += fmt::format(" {}", flag.value);
  }
  return out;
}

void append_flags(std::string& out, std::span<const Flag> flags, bool full) {
  constexpr std::size_t kColumn = 28;
  for (const Flag& flag : flags) {
    const std::string left = "  " + flag_text(flag);
    out += left + std::string(left.size() + 2 <= kColumn ? kColumn - left.size() : 2, ' ');
    out += wrapped(flag.brief, kColumn) + "\n";
    if (full && !flag.detail.empty()) {
      out += std::string(kColumn, ' ') + wrapped(flag.detail, kColumn) + "\n";
    }
  }
}
}  // namespace

std::string help_text(std::span<const Command> commands) {
  std::string out = fmt::format("weir {}: the data platform of a small team in one program\n\nUsage: weir COMMAND [arguments] [flags]\n\nCommands:\n", kVersion);
  for (const Command& command : commands) {
    out += fmt::format("  {:<22} {}\n", command.name, command.brief);
  }
  return out + "\nweir COMMAND -h gives a line for each flag, weir COMMAND --help the whole page, weir --version the version.\n";
}

std::string help_text(const Command& command, bool full) {
  std::string out = fmt::format("{}\n\nUsage: {}\n", command.brief, usage(command));
  if (full) {
    out += "\n" + wrapped(command.detail, 0) + "\n";
  }
  if (!command.positionals.empty()) {
    out += "\nArguments:\n";
    for (const Positional& positional : command.positionals) {
      out += fmt::format("  {:<24}  {}\n", positional.name, wrapped(positional.brief, 28));
    }
  }
  if (!command.flags.empty()) {
    out += "\nFlags:\n";
    append_flags(out, command.flags, full);
  }
  out += "\nFlags of every command:\n";
  append_flags(out, global_flags(), full);
  if (full && !command.example.empty()) {
    out += fmt::format("\nFor example:\n  {}\n", replace_all(command.example, "\n", "\n  "));
  }
  return out;
}

Result<std::string> completion_script(std::span<const Command> commands, std::string_view shell) {
  std::vector<std::string> firsts;
  std::string cases;
  for (const Command& command : commands) {
    const std::string name(command.name);
    const std::string first = name.substr(0, name.find(' '));
    if (std::ranges::find(firsts, first) == firsts.end()) {
      firsts.push_back(first);
    }
    std::vector<std::string> words;
    for (const Flag& flag : command.flags) {
      words.emplace_back(flag.name);
    }
    for (const Flag& flag : global_flags()) {
      words.emplace_back(flag.name);
    }
    if (shell == "fish") {
      for (const Flag& flag : command.flags) {
        cases += fmt::format("complete -c weir -n '__fish_seen_subcommand_from {}' -l {} -d {}\n", first, flag.name.substr(2), sql_string(flag.brief));
      }
    } else {
      cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", name, join(words, " "));
    }
  }
  std::string groups;
  for (const std::string& first : firsts) {
    std::string seconds;
    for (const Command& command : commands) {
      if (command.name.starts_with(first + " ")) {
        seconds += fmt::format(" {}", command.name.substr(first.size() + 1));
      }
    }
    if (!seconds.empty()) {
      groups += fmt::format("    {}) words=\"$words{}\" ;;\n", first, seconds);
    }
  }
  if (shell == "bash" || shell == "zsh") {
    const std::string prefix = shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
    return prefix + fmt::format(R"(_weir() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}" in
{}  esac
  [ -n "$words" ] || case "${{COMP_WORDS[1]}}" in
{}  esac
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "${{COMP_WORDS[1]}}" in
{}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _weir weir
)",
                                join(firsts, " "), cases, cases, groups);
  }
  if (shell == "fish") {
    std::string out;
    for (const Command& command : commands) {
      const std::string name(command.name);
      const std::size_t space = name.find(' ');
      out += space == std::string::npos
                 ? fmt::format("complete -c weir -n __fish_use_subcommand -a {} -d {}\n", name, sql_string(command.brief))
                 : fmt::format("complete -c weir -n '__fish_seen_subcommand_from {}' -a {} -d {}\n", name.substr(0, space),
                               name.substr(space + 1), sql_string(command.brief));
    }
    return out + cases;
  }
  return fail(ErrorCode::kInvalid, fmt::format("there is completion for bash, zsh and fish, not for \"{}\"", shell));
}
}  // namespace weir::cli
