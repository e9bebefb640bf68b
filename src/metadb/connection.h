#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "metadb/database.h"

/// For the sources of this module only.
namespace weir::metadb {
/// One SQLite connection that speaks in Results and keeps its prepared statements. One thread at a time.
class Connection {
 public:
  enum class Access : std::uint8_t { kRead, kWrite };
  /// kWrite makes a missing file. Errors: see Database::open.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, Access access,
                                                  const DatabaseOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  Status execute(std::string_view sql, const Parameters& parameters = {});
  Result<std::vector<Row>> read(std::string_view sql, const Parameters& parameters = {});
  /// Runs any number of statements that are not worth keeping.
  Status run_script(std::string_view sql);
  std::int64_t changes_count() const;
  /// False when SQLite itself has ended the transaction, as it does when the disk is full.
  bool in_transaction() const;

 private:
  Connection(std::filesystem::path path, SQLite::Database database)
      : path_(std::move(path)), database_(std::move(database)) {}
  SQLite::Statement& prepared(std::string_view sql, const Parameters& parameters);
  Status use_wal(const DatabaseOptions& options);
  Status make_wal();
  void checkpoint_at_end(bool wanted);

  std::filesystem::path path_;
  SQLite::Database database_;
  std::unordered_map<std::string, SQLite::Statement> statements_;  // after database_: statements must go first
};
}  // namespace weir::metadb
