#pragma once

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/database.h"
#include "lake/lake.h"

namespace weir::lake {
/// SQL over the lake. Every table that a statement names is pinned to one version when it is first named, and keeps it until
/// `release`: all statements in between see the same rows. `staging.orders VERSION AS OF 5`, `… TIMESTAMP AS OF '2024-01-01'`,
/// `staging.orders AT (VERSION => 5)` and `staging.orders@v5` reach older versions. A name without schema is looked for in
/// analytics, staging and raw, in this order. The session also has temporary tables of its own.
/// delta.`/data/orders` and delta_scan('/data/orders') are Delta tables in folders outside of the lake.
/// One thread at a time; `connection().interrupt()` from any.
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Pins and binds the lake tables that `sql` names; returns the SQL to run on `connection()`, which differs from `sql` only
  /// where it travels in time. Errors: kNotFound for an unknown version, kCorrupt, kUnsupported, kIo. A name that the lake does
  /// not know is left to DuckDB, whose error then comes from running it.
  Result<std::string> bind(std::string_view sql);

  /// `bind`, then as of duck::Connection. Statements that would change lake tables are refused: they are read-only views here.
  /// An unknown table's error suggests the nearest name.
  Result<duck::ResultSet> query(std::string_view sql, std::stop_token stop = {});
  Result<duck::ResultSet> stream(std::string_view sql, std::stop_token stop = {});
  Result<std::vector<duck::Column>> describe(std::string_view select_sql);

  /// The versions of all tables and views that were pinned since `release`. Older versions reached by time travel are not among them.
  const InputVersions& inputs() const { return inputs_; }
  /// True when a table in a folder (delta.`path`, delta_scan('path')) was bound since `release`.
  bool reads_folders() const { return reads_folders_; }
  /// Forgets the pins: the next statement sees the newest versions.
  Status release();
  /// The snapshot that `name` is pinned to; pins it when it is not. Errors: kNotFound, kCorrupt, kUnsupported, kIo.
  Result<std::shared_ptr<const delta::Snapshot>> pinned(const TableName& name);

  duck::Connection& connection() { return connection_; }
  Lake& lake() { return *lake_; }

 private:
  friend class Lake;
  Session(std::shared_ptr<Lake> lake, duck::Connection connection, std::string catalog);
  struct TimeTravel;
  Status bind_name(const TableName& name, std::string_view statement);
  Status bind_view(const TableName& name);
  Status define(std::string_view schema, std::string_view name, std::string_view select_sql);
  Result<std::string> bind_at(const TableName& name, const std::optional<std::int64_t>& version, const std::string& time);
  Result<std::string> bind_folder(const std::string& path, const std::optional<std::int64_t>& version, const std::string& time);
  Error explain(Error error) const;

  std::shared_ptr<Lake> lake_;
  duck::Connection connection_;
  std::string catalog_;  ///< an attached database in memory that holds one view per pinned table
  InputVersions inputs_;
  std::map<TableName, std::shared_ptr<const delta::Snapshot>> pinned_;
  std::set<std::string> schemas_;
  std::set<TableName> bound_;
  bool reads_folders_ = false;
  std::vector<TableName> binding_;  ///< views being bound now, to find cycles
};
}  // namespace weir::lake
