#include "metadb/database.h"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "metadb/connection.h"

namespace weir::metadb {
namespace {
Result<std::size_t> schema_number(Connection& connection) {
  WEIR_TRY_ASSIGN(const auto rows, connection.read("PRAGMA user_version"));
  return static_cast<std::size_t>(rows[0].integer(0));
}

Status apply(Connection& connection, std::span<const std::string_view> migrations) {
  // Another process may have done it while this one waited for the lock.
  WEIR_TRY_ASSIGN(const std::size_t current, schema_number(connection));
  for (std::size_t i = current; i < migrations.size(); ++i) {
    WEIR_TRY(connection.run_script(migrations[i]));
  }
  if (current < migrations.size()) {
    WEIR_TRY(connection.run_script(fmt::format("PRAGMA user_version={}", migrations.size())));
  }
  return {};
}

Status migrate(Connection& connection, std::span<const std::string_view> migrations, std::string_view subject) {
  WEIR_TRY_ASSIGN(const std::size_t current, schema_number(connection));
  if (current > migrations.size()) {
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("a newer weir wrote this file (schema {}, this weir knows {}); use that weir, or delete the file: "
                    "only this machine's history and caches are lost",
                    current, migrations.size()),
        subject);
  }
  if (current == migrations.size()) {
    return {};
  }
  WEIR_TRY(connection.run_script("BEGIN IMMEDIATE"));
  if (Status applied = apply(connection, migrations); !applied) {
    (void)connection.run_script("ROLLBACK");
    return applied;
  }
  return connection.run_script("COMMIT");
}

struct Job {
  Write write;
  Done done;
  Status status;
};

/// Runs a write; what it throws is a bug that must not take the writer thread down.
Status run_guarded(const Write& write, Connection& connection) {
  try {
    Writer writer(connection);
    return write(writer);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::kInternal, fmt::format("a write threw: {}", exception.what()));
  }
}

Status run_in_savepoint(Job& job, Connection& connection) {
  WEIR_TRY(connection.execute("SAVEPOINT one_write"));
  job.status = run_guarded(job.write, connection);
  if (!job.status && connection.in_transaction()) {
    WEIR_TRY(connection.execute("ROLLBACK TO one_write"));
  }
  if (!connection.in_transaction()) {
    return job.status ? fail(ErrorCode::kInternal, "a write ended the transaction") : job.status;
  }
  return connection.execute("RELEASE one_write");
}

Status run_all(std::vector<Job>& jobs, Connection& connection) {
  WEIR_TRY(connection.execute("BEGIN IMMEDIATE"));
  for (Job& job : jobs) {
    WEIR_TRY(run_in_savepoint(job, connection));
  }
  return connection.execute("COMMIT");
}

void commit(std::vector<Job>& jobs, Connection& connection) {
  if (const Status committed = run_all(jobs, connection); !committed) {
    if (connection.in_transaction()) {
      (void)connection.execute("ROLLBACK");
    }
    for (Job& job : jobs) {
      if (job.status) {
        job.status = committed;
      }
    }
  }
  for (const Job& job : jobs) {
    if (job.done) {
      job.done(job.status);
    }
  }
}
}  // namespace

Status Writer::execute(std::string_view sql, const Parameters& parameters) {
  return connection_.execute(sql, parameters);
}
Result<std::vector<Row>> Writer::read(std::string_view sql, const Parameters& parameters) {
  return connection_.read(sql, parameters);
}
std::int64_t Writer::changes_count() const {
  return connection_.changes_count();
}

class Database::State {
 public:
  State(std::filesystem::path path, DatabaseOptions options, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), options_(options), writer_(std::move(writer)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    {
      const std::scoped_lock lock(mutex_);
      closing_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void submit(Write write, Done done) {
    const std::scoped_lock lock(mutex_);
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { work(); });
    }
    jobs_.push_back(Job{std::move(write), std::move(done), {}});
    changed_.notify_one();
  }

  Status write(Write write) {
    // Shared: the writer thread may still be inside notify_one when this function has returned.
    struct Answer {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<Status> status;
    };
    const auto answer = std::make_shared<Answer>();
    submit(std::move(write), [answer](const Status& status) {
      const std::scoped_lock lock(answer->mutex);
      answer->status = status;
      answer->arrived.notify_one();
    });
    WEIR_ASSERT(std::this_thread::get_id() != writer_thread(), "a write must not wait for another one");
    std::unique_lock lock(answer->mutex);
    answer->arrived.wait(lock, [&] { return answer->status.has_value(); });
    return *answer->status;
  }

  bool has_writes() {
    const std::scoped_lock lock(mutex_);
    return committing_ || !jobs_.empty();
  }

  Result<std::vector<Row>> read(std::string_view sql, const Parameters& parameters) {
    WEIR_TRY_ASSIGN(std::unique_ptr<Connection> reader, borrow_reader());
    auto rows = reader->read(sql, parameters);
    const std::scoped_lock lock(mutex_);
    readers_.push_back(std::move(reader));
    return rows;
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::thread::id writer_thread() {
    const std::scoped_lock lock(mutex_);
    return thread_.get_id();
  }

  Result<std::unique_ptr<Connection>> borrow_reader() {
    {
      const std::scoped_lock lock(mutex_);
      if (!readers_.empty()) {
        std::unique_ptr<Connection> reader = std::move(readers_.back());
        readers_.pop_back();
        return reader;
      }
    }
    return Connection::open(path_, Connection::Access::kRead, options_);
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
      if (jobs_.empty()) {
        return;
      }
      std::vector<Job> jobs = std::exchange(jobs_, {});
      committing_ = true;
      lock.unlock();
      commit(jobs, *writer_);
      jobs.clear();
      lock.lock();
      committing_ = false;
    }
  }

  const std::filesystem::path path_;
  const DatabaseOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;
  std::unique_ptr<Connection> writer_;                // of thread_ alone once that runs
  std::vector<std::unique_ptr<Connection>> readers_;  // those that nobody uses now
  std::thread thread_;                                // started by the first write
  bool committing_ = false;
  bool closing_ = false;
};

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 std::span<const std::string_view> migrations,
                                                 DatabaseOptions options) {
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return fail(ErrorCode::kIo, error.message(), path.parent_path().string());
    }
  }
  WEIR_TRY_ASSIGN(std::unique_ptr<Connection> writer, Connection::open(path, Connection::Access::kWrite, options));
  WEIR_TRY(migrate(*writer, migrations, path.string()));
  return std::unique_ptr<Database>(new Database(std::make_unique<State>(path, options, std::move(writer))));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

Status Database::write(Write write) {
  return state_->write(std::move(write));
}
void Database::submit(Write write, Done done) {
  state_->submit(std::move(write), std::move(done));
}

void Database::flush() {
  if (state_->has_writes()) {
    // Writes keep their order, so an empty one ends after all that came before it.
    (void)state_->write([](Writer&) { return Status(); });
  }
}

Result<std::vector<Row>> Database::read(std::string_view sql, const Parameters& parameters) {
  return state_->read(sql, parameters);
}

const std::filesystem::path& Database::path() const {
  return state_->path();
}
}  // namespace weir::metadb
