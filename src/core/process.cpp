#include "core/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves the declaration to the program

namespace weir {
namespace {
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// One end or both of a pipe; closes what is open.
struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(0);
    close(1);
  }
  bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  void close(std::size_t end) {
    if (ends.at(end) >= 0) {
      ::close(ends.at(end));
      ends.at(end) = -1;
    }
  }
};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!added.contains(std::string(text.substr(0, text.find('='))))) {
      out.emplace_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    out.push_back(name);
    out.back().append("=").append(value);
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

// Starts the program with the pipes as its standard streams. Returns its process id.
Result<pid_t> spawn(const ProcessRequest& request, const Pipe& in, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  if (!request.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, request.folder.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments = request.arguments;
  std::vector<std::string> environment = merged_environment(request.environment);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments[0].c_str(), &actions, &attributes, pointers(arguments).data(),
                                   pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("cannot be started: {}", std::strerror(error)), request.arguments[0]);
  }
  return child;
}

// Feeds the input, collects both outputs, and watches the time and the stop token until the outputs end.
class Watch {
 public:
  Watch(const ProcessRequest& request, pid_t child, std::stop_token stop) : request_(request), child_(child), stop_(std::move(stop)) {}

  void run(Pipe& in, Pipe& out, Pipe& err, ProcessResult& result) {
    std::string_view input = request_.input;
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
      if (input.empty()) {
        in.close(1);
      }
      std::array<pollfd, 3> waits = {pollfd{in.ends[1], POLLOUT, 0}, pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
      // 50 ms bound how late a stop or a timeout is seen.
      ::poll(waits.data(), waits.size(), 50);
      check_end();
      if ((waits[0].revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
        write_some(in, input);
      }
      if (waits[1].revents != 0) {
        read_some(out, result.output, result.truncated);
      }
      if (waits[2].revents != 0) {
        read_some(err, result.errors, result.truncated);
      }
      if (killed_ && steady_clock::now() > kill_time_ + milliseconds(1000)) {
        return;  // something outside the group still holds the pipes
      }
    }
  }

  void check_end() {
    const auto now = steady_clock::now();
    if (reason_ == ErrorCode::kInternal) {
      if (stop_.stop_requested()) {
        end(ErrorCode::kCancelled, now);
      } else if (request_.timeout && now - started_ >= *request_.timeout) {
        end(ErrorCode::kTimeout, now);
      }
    } else if (!killed_ && now >= kill_time_) {
      ::kill(-child_, SIGKILL);
      killed_ = true;
    }
  }
  /// kInternal while it ends by itself.
  ErrorCode reason() const { return reason_; }

 private:
  void end(ErrorCode reason, steady_clock::time_point now) {
    reason_ = reason;
    kill_time_ = now + request_.kill_delay;
    ::kill(-child_, SIGTERM);
  }

  static void write_some(Pipe& in, std::string_view& input) {
    const ssize_t count = ::write(in.ends[1], input.data(), std::min<std::size_t>(input.size(), 4096));
    if (count > 0) {
      input.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR && errno != EAGAIN) {
      input = {};  // it does not read on
    }
  }

  void read_some(Pipe& pipe, std::string& text, bool& truncated) const {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(pipe.ends[0], buffer.data(), buffer.size());
    if (count > 0) {
      const std::size_t room = request_.output_bytes_max - std::min(request_.output_bytes_max, text.size());
      text.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
      truncated = truncated || room < static_cast<std::size_t>(count);
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
      pipe.close(0);
    }
  }

  const ProcessRequest& request_;
  pid_t child_;
  std::stop_token stop_;
  steady_clock::time_point started_ = steady_clock::now();
  steady_clock::time_point kill_time_;
  ErrorCode reason_ = ErrorCode::kInternal;
  bool killed_ = false;
};

class SystemLauncher : public ProcessLauncher {
 public:
  Result<ProcessResult> run(const ProcessRequest& request, std::stop_token stop) override {
    WEIR_ASSERT(!request.arguments.empty(), "a process has a program");
    Pipe in;
    Pipe out;
    Pipe err;
    if (!in.open() || !out.open() || !err.open()) {
      return fail(ErrorCode::kIo, fmt::format("cannot make a pipe: {}", std::strerror(errno)), request.arguments[0]);
    }
    ::signal(SIGPIPE, SIG_IGN);  // a child that closes its input must not end this process
    WEIR_TRY_ASSIGN(const pid_t child, spawn(request, in, out, err));
    in.close(0);
    out.close(1);
    err.close(1);
    ProcessResult result;
    Watch watch(request, child, std::move(stop));
    watch.run(in, out, err, result);
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
      watch.check_end();
      ::poll(nullptr, 0, 5);
    }
    if (watch.reason() == ErrorCode::kTimeout) {
      return fail(ErrorCode::kTimeout, fmt::format("ended after {} ms, its timeout", request.timeout->count()), request.arguments[0]);
    }
    if (watch.reason() == ErrorCode::kCancelled) {
      return fail(ErrorCode::kCancelled, "stopped", request.arguments[0]);
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return result;
  }
};
}  // namespace

ProcessLauncher& system_launcher() {
  static SystemLauncher launcher;
  return launcher;
}
}  // namespace weir
