#include "functions/python_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/scope.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves the declaration to the program

namespace weir {
extern const std::string_view kWorkerScript;  // worker.py
}

namespace weir::functions {
namespace {
constexpr int kSegmentDescriptor = 3;       // as the worker knows it
constexpr int kFirstFreeDescriptor = 16;    // above those that the worker gets, so that none is overwritten
constexpr int kStopPollMilliseconds = 50;   // how late a stop is seen
constexpr std::size_t kPage = 4096;

Error system_error(std::string_view what) {
  return {ErrorCode::kIo, fmt::format("{}: {}", what, std::strerror(errno)), "Python worker", std::nullopt};
}

// Moves a descriptor out of the way; takes over `descriptor`.
int moved_up(int descriptor) {
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFreeDescriptor);
  ::close(descriptor);
  return moved;
}

Result<pid_t> spawn(const PythonWorker::Command& command, int control, int segment) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const scope_exit destroy_actions([&] { posix_spawn_file_actions_destroy(&actions); });
  posix_spawn_file_actions_adddup2(&actions, control, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // what a function prints is no data
  posix_spawn_file_actions_adddup2(&actions, segment, kSegmentDescriptor);
  posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  const scope_exit destroy_attributes([&] { posix_spawnattr_destroy(&attributes); });
  // A group of its own: Ctrl-C goes to weir, which ends the worker when it has to.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> arguments = {command.python, "-c", std::string(kWorkerScript), command.folder.string(), command.functions_json};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  pid_t process = 0;
  if (const int error = ::posix_spawnp(&process, command.python.c_str(), &actions, &attributes, pointers.data(), environ); error != 0) {
    return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("\"{}\" cannot be started ({}), but a function needs Python 3; install it, or name one under python: in weir.yml",
                            command.python, std::strerror(error)));
  }
  return process;
}
}  // namespace

Result<std::unique_ptr<PythonWorker>> PythonWorker::start(const Command& command) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(system_error("no socket"));
  }
  const int control = moved_up(ends[0]);
  const int theirs = moved_up(ends[1]);
  const int segment = moved_up(::memfd_create("weir-functions", MFD_CLOEXEC));
  scope_exit close_ours([&] {
    ::close(control);
    ::close(segment);
  });
  const scope_exit close_theirs([&] { ::close(theirs); });
  if (control < 0 || theirs < 0 || segment < 0) {
    return std::unexpected(system_error("no descriptors"));
  }
  WEIR_TRY_ASSIGN(const pid_t process, spawn(command, theirs, segment));
  close_ours.release();
  return std::unique_ptr<PythonWorker>(new PythonWorker(process, control, segment));
}

PythonWorker::~PythonWorker() {
  end(true);
  if (memory_ != nullptr) {
    ::munmap(memory_, memory_bytes_);
  }
  ::close(segment_);
}

std::string PythonWorker::end(bool kill) {
  if (control_ >= 0) {
    ::close(std::exchange(control_, -1));
  }
  if (process_ <= 0) {
    return "is gone";
  }
  if (kill) {
    ::kill(-process_, SIGKILL);
  }
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  return WIFSIGNALED(status) ? fmt::format("was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
                             : fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

Status PythonWorker::map(std::size_t size_bytes) {
  void* mapped = memory_ == nullptr ? ::mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, segment_, 0)
                                    : ::mremap(memory_, memory_bytes_, size_bytes, MREMAP_MAYMOVE);
  if (mapped == MAP_FAILED) {
    return std::unexpected(system_error("no shared memory"));
  }
  memory_ = static_cast<std::byte*>(mapped);
  memory_bytes_ = size_bytes;
  return {};
}

Result<std::byte*> PythonWorker::reserve(std::size_t size_bytes) {
  if (size_bytes > memory_bytes_) {
    const std::size_t rounded = (size_bytes + size_bytes / 2 + kPage - 1) / kPage * kPage;
    if (::ftruncate(segment_, static_cast<off_t>(rounded)) != 0) {
      return std::unexpected(system_error("no shared memory"));
    }
    WEIR_TRY(map(rounded));
  }
  return memory_;
}

Result<std::array<std::uint64_t, 5>> PythonWorker::receive(const std::stop_token& stop) {
  std::array<std::uint64_t, 5> reply{};
  std::size_t received = 0;
  while (received < sizeof reply) {
    pollfd wait{control_, POLLIN, 0};
    const int ready = ::poll(&wait, 1, kStopPollMilliseconds);
    if (stop.stop_requested()) {
      end(true);
      return fail(ErrorCode::kCancelled, "stopped while Python was computing");
    }
    if (ready <= 0) {
      continue;
    }
    const ssize_t count = ::recv(control_, reinterpret_cast<char*>(reply.data()) + received, sizeof reply - received, 0);  // NOLINT: bytes
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return fail(ErrorCode::kIo, fmt::format("the Python process {}", end(false)));
    }
    received += static_cast<std::size_t>(count);
  }
  return reply;
}

Result<PythonWorker::Reply> PythonWorker::call(const Request& request, const std::stop_token& stop) {
  const std::array<std::uint64_t, 4> message = {request.function, request.rows_count, memory_bytes_, request.result_place};
  if (::send(control_, message.data(), sizeof message, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof message)) {
    return fail(ErrorCode::kIo, fmt::format("the Python process {}", end(false)));
  }
  WEIR_TRY_ASSIGN(const auto reply, receive(stop));
  const auto [state, first, second, third, size_bytes] = reply;
  if (size_bytes != memory_bytes_) {
    WEIR_TRY(map(size_bytes));
  }
  if (state != 0) {
    const bool inside = first <= memory_bytes_ && second <= memory_bytes_ - first;
    return fail(ErrorCode::kInvalid, inside ? std::string(reinterpret_cast<const char*>(memory_) + first, second) : "failed");  // NOLINT: bytes
  }
  return Reply{first, second, third};
}
}  // namespace weir::functions
