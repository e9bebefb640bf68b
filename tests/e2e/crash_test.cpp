// weir_crash_test WEIR REPOSITORY: kills builds of the example shop at random moments (SIGKILL, and SIGINT as Ctrl-C sends it).
//
// One clean build afterwards must end in the tables of a build that nothing disturbed, and one more must find nothing to do.
// WEIR_CRASH_ROUNDS (default 8), WEIR_CRASH_SEED (default 1) and WEIR_CRASH_SCALE (default 0.01) come from the environment.
#include <fcntl.h>
#include <fmt/format.h>
#include <re2/re2.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/clock.h"
#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "core/random.h"
#include "core/text.h"

namespace weir::test {
namespace {
namespace fs = std::filesystem;
using std::chrono::duration;
using std::chrono::steady_clock;

/// Table or view -> "rows, sum of the rows' hashes": the same whatever order the rows have.
using Contents = std::map<std::string, std::string>;

/// A program that runs beside this one, in a process group of its own. What it says goes to a file.
class Running {
 public:
  Running(const std::vector<std::string>& words, const fs::path& folder, const fs::path& output) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
      arguments.push_back(const_cast<char*>(word.c_str()));  // as execv wants them; it changes nothing
    }
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      setpgid(0, 0);
      const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      if (chdir(folder.c_str()) != 0 || file < 0 || dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0) {
        _exit(127);
      }
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    setpgid(pid_, pid_);  // here too, so that the group is there before a signal is sent to it
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) {
      send(SIGKILL);
      wait();
    }
  }

  void send(int signal) const { kill(-pid_, signal); }
  /// Exit code, or -1 when a signal ended it.
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

class CrashTest {
 public:
  CrashTest(fs::path weir, fs::path repository, fs::path folder, std::uint64_t seed, std::string scale)
      : weir_(std::move(weir)), repository_(std::move(repository)), folder_(std::move(folder)), random_(seed), scale_(std::move(scale)) {}

  Status run(std::uint64_t rounds_count) {
    std::error_code error;
    fs::copy(repository_ / "examples/shop", folder_, fs::copy_options::recursive, error);
    if (error) {
      return fail(ErrorCode::kIo, error.message(), "examples/shop");
    }
    WEIR_TRY(interrupt_a_query());
    WEIR_TRY(generate(1));
    WEIR_TRY(run_day("first build", "", (rounds_count + 1) / 2, "undisturbed-1"));
    WEIR_TRY(generate(2));
    WEIR_TRY(run_day("next day", "undisturbed-1", rounds_count / 2, "undisturbed-2"));
    std::printf("%lu kills, %lu of them while a build ran\n", static_cast<unsigned long>(kills_count_), static_cast<unsigned long>(hits_count_));
    return hits_count_ > 0 ? Status() : fail(ErrorCode::kInternal, "no kill met a running build");
  }

 private:
  /// Kills builds that begin with the lake `start` (empty: nothing) and compares with one that is left alone, kept as `undisturbed`.
  Status run_day(std::string_view name, const std::string& start, std::uint64_t rounds_count, const std::string& undisturbed) {
    WEIR_TRY(begin_lake(undisturbed, start));
    const Stopwatch watch;
    WEIR_TRY(build(undisturbed, std::nullopt));
    const double seconds = watch.seconds();
    WEIR_TRY_ASSIGN(const Contents wanted, contents(undisturbed));
    std::printf("%s: %zu tables and views in %.2f s\n", std::string(name).c_str(), wanted.size(), seconds);
    for (std::uint64_t round = 0; round <= rounds_count; ++round) {
      const bool interrupt = round == rounds_count;  // the last one is Ctrl-C
      const Status ended = run_round(start, seconds, interrupt, wanted);
      if (!ended) {
        return fail(ended.error().code, fmt::format("{}, {}", name, ended.error().message), interrupt ? "after Ctrl-C" : fmt::format("round {}", round));
      }
    }
    return {};
  }

  Status run_round(const std::string& start, double seconds, bool interrupt, const Contents& wanted) {
    // A lake of its own: the run records know lakes by their folders.
    const std::string lake = fmt::format("disturbed-{}", ++lakes_count_);
    WEIR_TRY(begin_lake(lake, start));
    if (interrupt) {
      WEIR_TRY(interrupt_a_build(lake, start, seconds));
    } else {
      for (std::uint64_t kills = 1 + random_.below(3); kills > 0; --kills) {
        kill_a_build(lake, seconds);
      }
    }
    WEIR_TRY(build(lake, std::nullopt));
    WEIR_TRY_ASSIGN(const Contents found, contents(lake));
    WEIR_TRY(compare(wanted, found));
    WEIR_TRY(check_files(lake));
    WEIR_TRY(build(lake, 0));
    std::error_code error;
    fs::remove_all(folder_ / lake, error);
    return error ? Status(fail(ErrorCode::kIo, error.message(), lake)) : Status();
  }

  void kill_a_build(const std::string& lake, double seconds) {
    Running running(build_words(lake), folder_, folder_ / "killed.log");
    const double moment = seconds * 0.9 * static_cast<double>(random_.below(1'000'000)) / 1e6;
    std::this_thread::sleep_for(duration<double>(moment));
    running.send(SIGKILL);
    const bool hit = running.wait() < 0;
    ++kills_count_;
    hits_count_ += hit ? 1 : 0;
    std::printf("  killed after %.3f s%s\n", moment, hit ? "" : ", too late");
  }

  // A machine may be faster now than it was for the first build: what ended before the signal is tried again, sooner.
  Status interrupt_a_build(const std::string& lake, const std::string& start, double seconds) {
    double moment = seconds * (0.2 + 0.4 * static_cast<double>(random_.below(1'000'000)) / 1e6);
    for (int attempt = 1;; ++attempt, moment /= 2) {
      Running running(build_words(lake), folder_, folder_ / "interrupted.log");
      std::this_thread::sleep_for(duration<double>(moment));
      running.send(SIGINT);
      bool too_late = false;
      const Status checked = check_interrupted(running, moment, &too_late);
      if (!too_late || attempt == 6) {
        return checked;
      }
      WEIR_TRY(begin_lake(lake, start));
    }
  }

  Status interrupt_a_query() {
    Running running({weir_.string(), "sql", "-c", "select count(*) from range(10000000000) a where a.range % 7 = 8"}, folder_, folder_ / "interrupted.log");
    std::this_thread::sleep_for(duration<double>(0.5));
    running.send(SIGINT);
    return check_interrupted(running, 0.5);
  }

  // `too_late` is set when it had ended by itself; may be null.
  Status check_interrupted(Running& running, double moment, bool* too_late = nullptr) {
    constexpr double kSecondsMax = 3;
    const Stopwatch watch;
    const int code = running.wait();
    const double seconds = watch.seconds();
    std::printf("  Ctrl-C after %.3f s: ended with %d in %.3f s\n", moment, code, seconds);
    if (too_late != nullptr) {
      *too_late = code == 0;
    }
    if (code != 3 || seconds > kSecondsMax) {
      return fail(ErrorCode::kInternal, fmt::format("ended with {} after {:.1f} s instead of 3 at once\n{}", code, seconds,
                                                    read_file(folder_ / "interrupted.log").value_or("")));
    }
    return {};
  }

  std::vector<std::string> build_words(const std::string& lake) const { return {weir_.string(), "build", "--json", "--lake", lake}; }

  Result<std::string> weir(std::vector<std::string> words) const {
    words.insert(words.begin(), weir_.string());
    WEIR_TRY_ASSIGN(const ProcessResult result, system_launcher().run({.arguments = words, .folder = folder_}));
    if (result.exit_code != 0) {
      return fail(ErrorCode::kInternal, fmt::format("weir {} ended with {}\n{}{}", words[1], result.exit_code, result.output, result.errors));
    }
    return result.output;
  }

  Status generate(int day) const {
    WEIR_TRY(weir({"generate", "shop", "--out", "data", "--scale", scale_, "--day", std::to_string(day)}));
    return {};
  }

  /// Builds to the end; `nodes_run` is how many nodes must have had to run.
  Status build(const std::string& lake, std::optional<std::int64_t> nodes_run) const {
    WEIR_TRY_ASSIGN(const std::string output, weir({"build", "--json", "--lake", lake}));
    const std::vector<std::string> lines = split(trim(output), '\n');
    WEIR_TRY_ASSIGN(const Json summary, parse_json(lines.back(), "the last line"));
    if (nodes_run && summary.value("nodes_run", std::int64_t{-1}) != *nodes_run) {
      return fail(ErrorCode::kInternal, fmt::format("a build after a build ran nodes\n{}", output));
    }
    return {};
  }

  Status begin_lake(const std::string& lake, const std::string& start) const {
    std::error_code error;
    fs::remove_all(folder_ / lake, error);
    if (!error && !start.empty()) {
      fs::copy(folder_ / start, folder_ / lake, fs::copy_options::recursive, error);
    }
    return error ? Status(fail(ErrorCode::kIo, error.message(), lake)) : Status();
  }

  Result<Contents> contents(const std::string& lake) const {
    WEIR_TRY_ASSIGN(const std::string list, weir({"table", "list", "--json", "--lake", lake}));
    std::vector<std::string> selects;
    for (const std::string& line : split(trim(list), '\n')) {
      WEIR_TRY_ASSIGN(const Json table, parse_json(line, "weir table list"));
      const std::string name = table.value("table", "");
      // When and by which load a row came differs from run to run.
      selects.push_back(fmt::format("select '{0}' as name, count(*) || ' rows, ' || coalesce(sum(hash(r)::hugeint), 0) as contents from "
                                    "(select columns(c -> c not like '\\_weir\\_load%' escape '\\') from {0}) as r",
                                    name));
    }
    WEIR_TRY_ASSIGN(const std::string output, weir({"sql", "--format", "json", "--lake", lake, "-c", join(selects, " union all ")}));
    WEIR_TRY_ASSIGN(const Json rows, parse_json(output, "weir sql"));
    Contents out;
    for (const Json& row : rows) {
      out[row.value("name", "")] = row.value("contents", "");
    }
    return out;
  }

  static Status compare(const Contents& wanted, const Contents& found) {
    std::string differences;
    for (const auto& [name, content] : wanted) {
      const auto other = found.find(name);
      if (other == found.end() || other->second != content) {
        differences += fmt::format("\n  {}: {} instead of {}", name, other == found.end() ? "is missing" : other->second, content);
      }
    }
    for (const auto& [name, content] : found) {
      differences += wanted.contains(name) ? "" : fmt::format("\n  {}: {}, should not be there", name, content);
    }
    return differences.empty() ? Status() : fail(ErrorCode::kInternal, "the tables differ" + differences);
  }

  /// What other readers look at: data files, views and commits. The rest must be hidden (`.name`, `_name`).
  Status check_files(const std::string& lake) const {
    static const RE2 kLog(R"(\d{20}\.(json|crc|checkpoint.*\.parquet))");
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / lake)) {
      const fs::path path = entry.path().lexically_relative(folder_ / lake);
      bool hidden = false;
      bool log = false;
      for (const fs::path& part : path) {
        const std::string name = part.string();
        log = log || name == "_delta_log";
        hidden = hidden || (name != "_delta_log" && (name.starts_with('.') || name.starts_with('_')));
      }
      if (!entry.is_regular_file() || hidden || (log ? RE2::FullMatch(path.filename().string(), kLog) : path.extension() == ".parquet")) {
        continue;
      }
      return fail(ErrorCode::kInternal, "a file was left where readers look", path.string());
    }
    return {};
  }

  fs::path weir_;
  fs::path repository_;
  fs::path folder_;
  SeededRandom random_;
  std::string scale_;
  std::uint64_t lakes_count_ = 0;
  std::uint64_t kills_count_ = 0;
  std::uint64_t hits_count_ = 0;
};

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

int run(const fs::path& weir, const fs::path& repository) {
  const std::uint64_t rounds_count = number_from_environment("WEIR_CRASH_ROUNDS", 8);
  const std::uint64_t seed = number_from_environment("WEIR_CRASH_SEED", 1);
  const char* scale = std::getenv("WEIR_CRASH_SCALE");
  std::printf("%lu rounds, WEIR_CRASH_SEED=%lu\n", static_cast<unsigned long>(rounds_count), static_cast<unsigned long>(seed));
  const auto folder = TempDir::create({}, "weir-crash-");
  if (!folder) {
    std::puts(folder.error().text().c_str());
    return 1;
  }
  const Status status = CrashTest(weir, repository, folder->path() / "shop", seed, scale == nullptr ? "0.01" : scale).run(rounds_count);
  if (!status) {
    std::puts(status.error().text().c_str());
  }
  return status ? 0 : 1;
}
}  // namespace
}  // namespace weir::test

int main(int argc, char** argv) {
  if (argc != 3) {
    std::puts("usage: weir_crash_test WEIR REPOSITORY");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return weir::test::run(argv[1], argv[2]);
}
