#include "metadb/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <utility>

#include "core/retry.h"

namespace weir::metadb {
namespace {
// After this many pages in the WAL they go to the main file. The first connection of the next process reads the whole
// WAL, so it must stay small enough for a start within a few milliseconds.
constexpr int kWalPagesMax = 256;
constexpr std::uintmax_t kPageBytes = 4096;

// Statement texts are constants of the program; a cache that grows beyond this holds texts made at run time.
constexpr std::size_t kStatementsMax = 200;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

/// SQLite's codes: https://www.sqlite.org/rescode.html. The low byte is the kind of failure.
Error error_of(const SQLite::Exception& exception, const std::filesystem::path& path) {
  const std::string what = exception.what();
  const auto make = [&](ErrorCode code, std::string message) {
    return Error{code, std::move(message), path.string(), std::nullopt};
  };
  switch (exception.getErrorCode() & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make(
          ErrorCode::kCorrupt,
          fmt::format("the file is damaged or no database ({}); it may be deleted, with {}-wal and {}-shm beside it: "
                      "only this machine's history and caches are lost",
                      what, path.filename().string(), path.filename().string()));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(ErrorCode::kTimeout, "another process keeps the database locked; try again when it has ended");
    case SQLITE_CONSTRAINT:
      return make(ErrorCode::kConflict, what);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return make(ErrorCode::kIo, what);
    default:
      return make(ErrorCode::kInternal, what);
  }
}

Error error_of(const std::exception& exception, const std::filesystem::path& path) {
  return Error{ErrorCode::kInternal, exception.what(), path.string(), std::nullopt};
}

void bind(SQLite::Statement& statement, const Parameters& parameters) {
  int index = 1;
  for (const Value& value : parameters) {
    std::visit(Overloaded{[&](std::nullptr_t) { statement.bind(index); },
                          [&](std::int64_t number) { statement.bind(index, number); },
                          [&](double number) { statement.bind(index, number); },
                          // The parameters outlive the execution, so SQLite need not copy them.
                          [&](const std::string& text) { statement.bindNoCopy(index, text); }},
               value);
    ++index;
  }
}

Value value_of(const SQLite::Column& column) {
  switch (column.getType()) {
    case SQLITE_INTEGER:
      return column.getInt64();
    case SQLITE_FLOAT:
      return column.getDouble();
    case SQLITE_NULL:
      return nullptr;
    default:
      return column.getString();
  }
}

/// Takes the bound values away again: they belong to the caller.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(SQLite::Statement& statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() {
    statement_.tryReset();
    try {
      statement_.clearBindings();
    } catch (const SQLite::Exception&) {  // sqlite3_clear_bindings always succeeds
    }
  }

 private:
  SQLite::Statement& statement_;
};
/// Waits until a file, or a folder's list of files, is on the disk.
Status sync(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  const int error = errno;
  if (file >= 0) {
    close(file);
  }
  return synced ? Status() : fail(ErrorCode::kIo, std::strerror(error), path.string());
}
}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, Access access,
                                                     const DatabaseOptions& options) {
  try {
    const int flags =
        SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX | (access == Access::kWrite ? SQLite::OPEN_CREATE : 0);
    SQLite::Database database(path.string(), flags, static_cast<int>(options.busy_timeout.count()));
    std::unique_ptr<Connection> connection(new Connection(path, std::move(database)));
    connection->checkpoint_at_end(false);
    if (access == Access::kWrite) {
      WEIR_TRY(connection->use_wal(options));
    }
    const std::string_view level = options.durability == Durability::kMachine ? "FULL" : "NORMAL";
    WEIR_TRY(connection->run_script(
        fmt::format("PRAGMA synchronous={}; PRAGMA wal_autocheckpoint={}", level, kWalPagesMax)));
    return connection;
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(error_of(exception, path));
  } catch (const std::exception& exception) {
    return std::unexpected(error_of(exception, path));
  }
}

Connection::~Connection() {
  std::error_code error;
  const std::uintmax_t wal_bytes = std::filesystem::file_size(path_.string() + "-wal", error);
  if (!error && wal_bytes >= kWalPagesMax * kPageBytes) {
    checkpoint_at_end(true);
  }
}

/// By default SQLite moves the WAL to the main file when the last connection closes, and waits for the disk several
/// times. A small WAL may as well stay. A large one must go: the next process does not know how much of it was moved
/// before.
void Connection::checkpoint_at_end(bool wanted) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

Status Connection::use_wal(const DatabaseOptions& options) {
  // The change to WAL does not honour the busy timeout, so processes that create the file together are retried here.
  const auto change = [this]() -> Status {
    WEIR_TRY_ASSIGN(const auto mode, read("PRAGMA journal_mode"));
    return mode[0].text(0) == "wal" ? Status() : make_wal();
  };
  return retry(change, {.attempts_max = std::numeric_limits<int>::max(),
                        .delay = std::chrono::milliseconds(2),
                        .backoff = Backoff::kConstant,
                        .time_max = options.busy_timeout,
                        .retry_if = [](const Error& error) { return error.code == ErrorCode::kTimeout; }})();
}

Status Connection::make_wal() {
  // The file is new. SQLite would wait for the disk ten times; one wait per file gives the same once this has returned.
  WEIR_TRY(run_script("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL"));
  WEIR_TRY(sync(path_));
  return sync(path_.has_parent_path() ? path_.parent_path() : ".");
}

SQLite::Statement& Connection::prepared(std::string_view sql, const Parameters& parameters) {
  std::string text(sql);
  auto found = statements_.find(text);
  if (found == statements_.end()) {
    if (statements_.size() >= kStatementsMax) {
      statements_.clear();
    }
    SQLite::Statement statement(database_, text);
    found = statements_.emplace(std::move(text), std::move(statement)).first;
  }
  bind(found->second, parameters);
  return found->second;
}

Status Connection::execute(std::string_view sql, const Parameters& parameters) {
  try {
    SQLite::Statement& statement = prepared(sql, parameters);
    const ResetAtEnd reset(statement);
    while (statement.executeStep()) {
    }
    return {};
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(error_of(exception, path_));
  } catch (const std::exception& exception) {
    return std::unexpected(error_of(exception, path_));
  }
}

Result<std::vector<Row>> Connection::read(std::string_view sql, const Parameters& parameters) {
  try {
    SQLite::Statement& statement = prepared(sql, parameters);
    const ResetAtEnd reset(statement);
    std::vector<Row> rows;
    const int columns_count = statement.getColumnCount();
    while (statement.executeStep()) {
      Row& row = rows.emplace_back();
      row.values.reserve(static_cast<std::size_t>(columns_count));
      for (int i = 0; i < columns_count; ++i) {
        row.values.push_back(value_of(statement.getColumn(i)));
      }
    }
    return rows;
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(error_of(exception, path_));
  } catch (const std::exception& exception) {
    return std::unexpected(error_of(exception, path_));
  }
}

Status Connection::run_script(std::string_view sql) {
  try {
    database_.exec(std::string(sql));
    return {};
  } catch (const SQLite::Exception& exception) {
    return std::unexpected(error_of(exception, path_));
  }
}

std::int64_t Connection::changes_count() const {
  return sqlite3_changes64(database_.getHandle());
}
bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}
}  // namespace weir::metadb
