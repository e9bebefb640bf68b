#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/scan.h"
#include "delta/schema.h"
#include "delta/snapshot.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// A table to be made.
struct TableDefinition {
  Schema schema;
  std::vector<std::string> partition_columns;
  StringMap properties;  ///< "delta.appendOnly" -> "true"
  std::optional<std::string> name;
  std::optional<std::string> description;
};

struct CommitOptions {
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;      ///< data files and the commit survive a power cut once the call has returned
  int attempts_max = 1000;  ///< of finding a free version while others commit
  bool write_checkpoint =
      true;  ///< every delta.checkpointInterval commits (10 by default); a failure is logged, not reported
  duck::Connection* connection = nullptr;  ///< for checkpoints; a private DuckDB is opened when it is nullptr
};

struct CommitOutcome {
  enum class Kind : std::uint8_t {
    kCommitted,
    kConflict,     ///< another writer changed what this one relied on; read again, decide again
    kAlreadyDone,  ///< the transaction id is in the table already: nothing was written
  };
  Kind kind = Kind::kCommitted;
  std::int64_t version = 0;  ///< kCommitted: the new one; else the newest one that was seen
  std::string reason;        ///< kConflict: what was changed by whom, for people
  bool committed() const { return kind == Kind::kCommitted; }
};

/// Collects what one commit is to change, then commits it optimistically. One thread at a time.
///
///   auto snapshot = Snapshot::load(store, location);
///   auto transaction = Transaction::begin(*snapshot);
///   transaction->add_files(files);
///   transaction->set_operation("WRITE", {{"mode", "Append"}});
///   auto outcome = transaction->commit(store);
class Transaction {
 public:
  /// Changes an existing table. Errors: kUnsupported for features that weir cannot write (named).
  static Result<Transaction> begin(std::shared_ptr<const Snapshot> snapshot);
  /// Makes a table: version 0. It conflicts when somebody else makes it first. Errors: kInvalid for a bad definition.
  static Result<Transaction> create(TableLocation location, TableDefinition definition,
                                    RandomSource& random = system_random());
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction();

  /// The table as it will be: of the snapshot, or as changed by `set_schema` and the like.
  const TableLocation& location() const;
  const Schema& schema() const;
  const std::vector<std::string>& partition_columns() const;
  const Metadata& metadata() const;
  const Protocol& protocol() const;
  /// What it started from; nullptr for a new table.
  const std::shared_ptr<const Snapshot>& snapshot() const;

  /// Adds data files that stand under the data root (see data_files.h).
  void add_files(std::vector<AddFile> files);
  /// Removes a file of the snapshot. Also counts as having read it.
  void remove_file(std::uint32_t index, bool data_change = true);
  /// Removes all files of the snapshot: an overwrite. Counts as having read the table.
  void remove_all_files();
  /// Replaces schema or properties; the protocol follows where new types need it. Where the table maps columns, those of
  /// a name that was there keep their place in the files, a column with a known physical name may have a new name (also
  /// for partitions), and others get names and ids: take `schema()` afterwards. Wider types are recorded where
  /// delta.enableTypeWidening is true. Errors: kInvalid, kUnsupported.
  Status set_schema(Schema schema);
  Status set_properties(const StringMap& properties);
  /// Takes properties away; those that are not there are left out.
  Status remove_properties(const std::vector<std::string>& names);
  /// Makes the table anew under its id and history: all files go, schema, partitions and properties are those given.
  Status replace_table(TableDefinition definition);

  /// Schema and properties of an older version of this table (RESTORE) or of the table that it is a clone of: files that
  /// stay were readable with them.
  /// Errors: kUnsupported.
  Status restore_metadata(const Snapshot& older);

  /// What this transaction's decisions rest on. A commit that adds or removes files there in between conflicts.
  void read_whole_table();
  /// Only rows for which all conditions hold were looked at.
  void read_where(std::vector<Condition> conditions);
  void read_file(std::uint32_t index);

  /// Makes the commit happen once: nothing is written when the table has this or a higher version of `app_id`.
  /// For several applications call it for each: all are recorded, and one that is done already stops the commit.
  void set_txn(std::string_view app_id, std::int64_t version);
  /// Raises the protocol to a feature of table_features.h.
  void require_feature(std::string_view name);
  /// Records metadata under a name; the protocol is raised where the table does not have domains yet.
  void set_domain(DomainMetadata domain);
  /// For the history: "WRITE" with {"mode": "Append"}, "CREATE TABLE", "MERGE" … Parameter values are JSON texts or
  /// plain texts.
  void set_operation(std::string_view operation, StringMap parameters = {});
  /// Numbers for the history beside the counted ones (numFiles, numOutputRows, numOutputBytes, numRemovedFiles,
  /// numRemovedBytes).
  void set_metric(std::string_view name, std::int64_t value);
  /// Merges the object's keys into `commitInfo`: {"weir": {"node": "staging.orders", "codeHash": "…", "inputs": {…}}}.
  void set_commit_info_extra(const nlohmann::ordered_json& extra);

  /// Writes the commit, after checks for logical conflicts with commits that came in between. Conflicts are outcomes.
  /// Also an overwrite of nothing by nothing commits. To be called once.
  /// Errors: kInvalid (rules of the table: append-only), kIo: the answer was lost; the commit may be there, so its files
  /// are not to be removed.
  Result<CommitOutcome> commit(storage::ObjectStore& store, const CommitOptions& options = {});

 private:
  struct State;
  explicit Transaction(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};
}  // namespace weir::delta
