#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "metadb/value.h"

/// Small, local, transactional state in SQLite: run history, schedules, caches. Data of users never goes here.
namespace weir::metadb {
class Connection;

/// The database as a write sees it: inside a transaction, together with what the write itself did before.
/// SQL texts should be constants: each is prepared once and kept.
class Writer {
 public:
  explicit Writer(Connection& connection) : connection_(connection) {}
  /// Runs one statement. Errors: kConflict for a broken constraint, kIo, kCorrupt, kInternal for wrong SQL.
  Status execute(std::string_view sql, const Parameters& parameters = {});
  Result<std::vector<Row>> read(std::string_view sql, const Parameters& parameters = {});
  /// How many rows the last INSERT, UPDATE or DELETE changed.
  std::int64_t changes_count() const;

 private:
  Connection& connection_;
};

/// One change of the database, all or nothing. An Error from it takes back what it did. Runs on the writer thread.
using Write = std::function<Status(Writer&)>;
/// Told once whether a write is durable; called on the writer thread, must not block or throw.
using Done = std::function<void(const Status&)>;

/// What a finished commit survives.
enum class Durability : std::uint8_t {
  kMachine,  ///< also a power cut: each commit waits for the disk (WAL, synchronous=FULL)
  kProcess,  ///< kill -9 at any time; a power cut may take back the last commits, but never damages the file
};

struct DatabaseOptions {
  Durability durability = Durability::kMachine;
  std::chrono::milliseconds busy_timeout{10'000};  ///< how long to wait for another process's write
};

/// One SQLite file in WAL mode. Any number of threads and processes may use the same file: readers never wait for a
/// writer. Writes of this process go through one thread that commits all waiting ones in one transaction, so a
/// thousand writers pay for one trip to the disk. All members are safe from many threads.
class Database {
 public:
  /// Opens or creates the file and its folders, and brings its schema up to date: `migrations[i]` holds the statements
  /// from schema i to i + 1, and the schema's number is SQLite's `user_version`. Never change a released migration.
  /// Errors: kUnsupported when the file's schema is newer than the last migration; kCorrupt when the file is damaged or
  /// no database (the message says what may be deleted); kTimeout when another process holds it too long; kIo.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path,
                                                std::span<const std::string_view> migrations,
                                                DatabaseOptions options = {});
  /// Commits what was submitted, then closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `write` and returns when it is durable, or why it is not. Not to be called from a write.
  Status write(Write write);
  /// Queues `write` and returns at once. Writes are run in the order of submission; a failed one leaves the others be.
  void submit(Write write, Done done = {});
  /// Waits until all that was submitted before is durable or has failed. Not to be called from a write.
  void flush();
  /// Reads committed rows on a connection of its own. Errors as for Writer::execute.
  Result<std::vector<Row>> read(std::string_view sql, const Parameters& parameters = {});

  const std::filesystem::path& path() const;

 private:
  class State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};
}  // namespace weir::metadb
