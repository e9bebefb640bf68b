#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/arrow.h"
#include "duck/chunk.h"
#include "duck/type.h"

/// DuckDB through its C API. `duckdb.h` is included nowhere else.
namespace weir::duck {
struct DatabaseOptions {
  std::string path;                         ///< empty: in memory
  std::uint64_t memory_limit_bytes = 0;     ///< 0: 70 % of the machine
  unsigned threads_count = 0;               ///< 0: all processors
  std::filesystem::path temp_folder;        ///< where it spills; empty: the system's folder for temporary files
};

class Connection;

/// One DuckDB instance. Never goes to the network for extensions; the time zone is UTC. Safe from many threads.
class Database {
 public:
  /// Loads the library when needed (28 ms the first time). Errors: kNotFound without the library, kInvalid for bad options, kIo.
  static Result<std::shared_ptr<Database>> open(const DatabaseOptions& options = {});
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();
  /// A connection keeps its database open. What a static variable still holds at the end of the program is not closed.
  Result<Connection> connect();
  void* handle() const { return handle_; }

 private:
  explicit Database(void* handle) : handle_(handle) {}
  std::weak_ptr<Database> self_;
  void* handle_;
};

/// The rows of a statement, read once from front to back. One thread at a time. Must not outlive its connection.
class ResultSet {
 public:
  ResultSet(ResultSet&& other) noexcept;
  ResultSet& operator=(ResultSet&& other) noexcept;
  ResultSet(const ResultSet&) = delete;
  ResultSet& operator=(const ResultSet&) = delete;
  ~ResultSet();

  const std::vector<Column>& columns() const { return *columns_; }
  /// The rows that an INSERT, UPDATE, DELETE or COPY touched.
  std::uint64_t rows_changed() const;
  /// The next rows, or nothing at the end. Errors as of Connection::query when the result is streamed.
  Result<std::optional<Chunk>> next();

  /// The schema of the result as an Arrow struct, and a chunk of it as an Arrow array.
  Result<ArrowHandle<ArrowSchema>> arrow_schema() const;
  Result<ArrowHandle<ArrowArray>> to_arrow(const Chunk& chunk) const;

 private:
  friend class Connection;
  struct Impl;
  explicit ResultSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::shared_ptr<const std::vector<Column>> columns_;
};

/// A session of one database: its own transactions, temporary tables and settings. One thread at a time, but `interrupt`
/// and `progress` may be called from others.
class Connection {
 public:
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Runs one or more statements and gives the rows of the last, held in memory.
  /// Errors: kInvalid for what SQL refuses, with line and column in `sql`; kCancelled after `interrupt` or a stop; kIo; kUnsupported.
  Result<ResultSet> query(std::string_view sql, std::stop_token stop = {});
  /// The same, but rows come while they are computed: for results larger than memory. A stop also ends `next`.
  Result<ResultSet> stream(std::string_view sql, std::stop_token stop = {});
  /// The same without rows; returns how many rows were changed.
  Result<std::uint64_t> execute(std::string_view sql, std::stop_token stop = {});
  /// Runs one statement with parameters `?` or `$1`; each is bound as text, std::nullopt as NULL, and cast where needed.
  Result<ResultSet> query_with(std::string_view sql, const std::vector<std::optional<std::string>>& parameters);

  /// The first row's only value as text, or nothing for NULL. Errors: also kNotFound without a row.
  Result<std::optional<std::string>> query_value(std::string_view sql, std::stop_token stop = {});
  Result<std::int64_t> query_integer(std::string_view sql, std::stop_token stop = {});
  /// All rows as texts. For small results.
  Result<std::vector<std::vector<std::optional<std::string>>>> query_rows(std::string_view sql, std::stop_token stop = {});
  /// The columns that `select_sql` would give; nothing is run.
  Result<std::vector<Column>> describe(std::string_view select_sql);

  /// Ends the running statement; it fails with kCancelled. From any thread.
  void interrupt();
  /// Of the running statement in [0, 1], negative when unknown. From any thread.
  double progress() const;

  void* handle() const;

 private:
  friend class Database;
  friend class ResultSet;
  struct Impl;
  explicit Connection(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  Result<ResultSet> run(std::string_view sql, bool streaming, std::stop_token stop);
  std::shared_ptr<Impl> impl_;
};

/// Adds rows to a table of the database fast. One thread at a time; call `close`, which reports what went wrong.
class Appender {
 public:
  /// `catalog` and `schema` may be empty. Errors: kInvalid for an unknown table.
  static Result<Appender> open(Connection& connection, std::string_view catalog, std::string_view schema, std::string_view table);
  Appender(Appender&& other) noexcept;
  Appender& operator=(Appender&& other) noexcept;
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender();

  /// One value of the current row, from left to right; converted to the column's type.
  Status null();
  Status boolean(bool value);
  Status integer(std::int64_t value);
  Status number(double value);
  Status text(std::string_view value);
  Status timestamp(Timestamp value);
  Status end_row();
  /// Whole columns at once: takes over `array`, whose type is `schema`, a struct of columns.
  Status arrow(ArrowHandle<ArrowArray> array, ArrowHandle<ArrowSchema>& schema);
  Status close();

 private:
  explicit Appender(void* handle, void* connection) : handle_(handle), connection_(connection) {}
  Status check(int state);
  void* handle_;
  void* connection_;
};
}  // namespace weir::duck
