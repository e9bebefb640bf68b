#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/snapshot.h"
#include "duck/database.h"
#include "lake/build_record.h"
#include "lake/table_name.h"
#include "storage/object_store.h"

namespace weir::lake {
class Session;

struct LakeOptions {
  std::filesystem::path root;            ///< the lake's folder; made when first written to
  std::uint64_t memory_limit_bytes = 0;  ///< for SQL; 0: 70 % of the machine
  unsigned threads_count = 0;            ///< for SQL; 0: all processors
  std::filesystem::path temp_folder;     ///< where SQL spills; empty: the system's
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;                   ///< commits survive a power cut
  /// Called once each, on the first connection: they add functions that SQL of all sessions may use.
  std::vector<std::function<Status(duck::Connection&)>> extensions;
};

enum class EntryKind : std::uint8_t { kTable, kView };

/// A view of the lake: SQL over other tables and views, kept as <schema>/<name>/_weir_view.json and replaced as a whole.
struct View {
  std::string sql;
  BuildRecord record;
  Timestamp created;
  /// Changes with the SQL only.
  std::string version() const;
};

/// The tables and views of one lake. Safe to use from many threads; everything that reads looks at what is stored now.
class Lake {
 public:
  /// Opens; reads nothing yet. DuckDB is loaded by the first session.
  static std::shared_ptr<Lake> open(LakeOptions options);
  Lake(const Lake&) = delete;
  Lake& operator=(const Lake&) = delete;
  ~Lake();

  const LakeOptions& options() const { return options_; }
  storage::ObjectStore& store() const { return *store_; }
  delta::TableLocation location(const TableName& name) const;

  /// All tables and views, by name. Folders that begin with `_` or `.` are not schemas. Errors: kIo.
  Result<std::vector<TableName>> list() const;
  Result<std::vector<std::string>> list_schemas() const;
  /// What stands under the name, or nothing. Errors: kIo.
  Result<std::optional<EntryKind>> find(const TableName& name) const;
  /// The name as it is spelled in the lake, for a spelling in any case; nothing when there is no such table or view.
  Result<std::optional<TableName>> resolve(const TableName& name) const;

  /// Errors: kNotFound with the nearest name, kCorrupt, kUnsupported, kIo. The newest version is cached and brought up to date.
  Result<std::shared_ptr<const delta::Snapshot>> snapshot(const TableName& name, duck::Connection* connection = nullptr) const;
  Result<std::shared_ptr<const delta::Snapshot>> snapshot_at(const TableName& name, const delta::SnapshotOptions& options) const;
  /// Errors: kNotFound.
  Result<View> view(const TableName& name) const;
  /// Creates or replaces a view; a table of that name is dropped. Errors: kIo.
  Status write_view(const TableName& name, std::string_view sql, const BuildRecord& record);
  /// Removes a table or view with its files and history. Nothing happens where none is. Errors: kIo.
  Status drop(const TableName& name);

  /// A text that changes when the table's rows or the view's SQL may have changed: the newest commit as of `version_text`, or
  /// "view:<hash>". Empty when there is no such table. Costs one listing and the begin of one file; no log is read. Errors: kIo.
  Result<std::string> current_version(const TableName& name) const;
  /// "12:1f0a2b3c": a commit's number, and a hash of how its file begins. Versions of a table that was removed and made anew
  /// count from 0 again, so the number alone does not tell which rows were read. Errors: kIo.
  Result<std::string> version_text(const TableName& name, std::int64_t version) const;
  /// The newest commit that has a BuildRecord (of `node`, when given), or the view's. Looks back over at most 100 commits.
  /// Nothing when there is none. Errors: kIo, kCorrupt.
  Result<std::optional<LastBuild>> last_build(const TableName& name, std::string_view node = {}) const;
  /// Says which input changed since `inputs` were recorded ("raw.orders moved from version 3 to 4"), or nothing.
  Result<std::optional<std::string>> changed_input(const InputVersions& inputs) const;

  /// The SQL engine; opened by the first call. Errors: kNotFound without DuckDB's library.
  Result<std::shared_ptr<duck::Database>> database() const;
  /// A session of its own connection. Errors as of `database`.
  Result<std::unique_ptr<Session>> session();

 private:
  explicit Lake(LakeOptions options);
  LakeOptions options_;
  std::weak_ptr<Lake> self_;
  std::unique_ptr<storage::ObjectStore> store_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<duck::Database> database_;
  mutable std::map<TableName, std::shared_ptr<const delta::Snapshot>> snapshots_;
};
}  // namespace weir::lake
