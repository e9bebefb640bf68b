#include "delta/dml/row_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/data_files.h"
#include "delta/deletion_vector.h"
#include "delta/file_pruning.h"
#include "delta/table_features.h"

namespace weir::delta {
bool writes_deletion_vectors(const Metadata& metadata, const Protocol& protocol) {
  const auto at = metadata.configuration.find("delta.enableDeletionVectors");
  return at != metadata.configuration.end() && equals_ignoring_case(at->second, "true") &&
         supports_writer_feature(protocol, "deletionVectors");
}

void discard_changes(storage::ObjectStore& store, const TableLocation& location, const DmlChanges& changes) {
  discard_data_files(store, location, changes.new_files);
  changes.vectors.discard(store, location);
}

Result<std::map<std::string, std::string>> assignments_by_column(const Schema& schema,
                                                                 const std::vector<Assignment>& assignments) {
  std::map<std::string, std::string> by_column;
  for (const auto& [column, expression] : assignments) {
    const Field* field = schema.find(column);
    if (field == nullptr) {
      return fail(ErrorCode::kInvalid, "the table has no such column" + did_you_mean(column, schema.names()), column);
    }
    if (!by_column.emplace(field->name, expression).second) {
      return fail(ErrorCode::kInvalid, "the column is assigned twice", field->name);
    }
  }
  return by_column;
}

RowChanger::RowChanger(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction, Scan scan,
                       const DmlOptions& options)
    : connection_(connection),
      store_(store),
      transaction_(transaction),
      scan_(std::move(scan)),
      options_(options),
      order_(scan_sql_order(scan_)) {}

Result<RowChanger> RowChanger::open(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                                    const std::vector<Condition>& conditions, const DmlOptions& options) {
  WEIR_ASSERT(transaction.snapshot() != nullptr, "rows of a table that is there");
  if (options.reads_whole_table) {
    transaction.read_whole_table();
  } else {
    transaction.read_where(conditions);
  }
  WEIR_TRY_ASSIGN(Scan scan, Scan::plan(transaction.snapshot(), {.conditions = conditions}));
  RowChanger changer(connection, store, transaction, std::move(scan), options);
  WEIR_TRY_ASSIGN(changer.rows_sql_, scan_sql(store, changer.scan_, {.with_row_positions = true}));
  return changer;
}

std::optional<std::int64_t> RowChanger::rows_by_stats(std::uint32_t file) {
  std::string buffer;
  StatsReader reader;
  const bool readable = reader.open(transaction_.snapshot()->files().stats(file, buffer));
  return readable ? reader.rows_count() : std::nullopt;
}

// While rows come from the connection, it can count nothing.
Status RowChanger::count_files_without_stats() {
  for (const std::uint32_t file : order_) {
    if (!counted_rows_.contains(file) && !rows_by_stats(file)) {
      WEIR_TRY(stored_rows(file));
    }
  }
  return {};
}

Result<std::int64_t> RowChanger::stored_rows(std::uint32_t file) {
  if (const auto rows = rows_by_stats(file)) {
    return *rows;
  }
  if (const auto at = counted_rows_.find(file); at != counted_rows_.end()) {
    return at->second;
  }
  WEIR_TRY_ASSIGN(const std::string sql, scan_sql(store_, Scan::of_files(transaction_.snapshot(), {file})));
  WEIR_TRY_ASSIGN(const std::int64_t live,
                  connection_.query_integer("SELECT count(*) FROM (" + sql + ")", options_.stop));
  const auto vector = transaction_.snapshot()->files().deletion_vector(file);
  return counted_rows_[file] = live + (vector ? vector->cardinality : 0);
}

Result<std::int64_t> RowChanger::live_rows(const std::vector<std::uint64_t>& numbers) {
  std::int64_t rows = 0;
  for (const std::uint64_t number : numbers) {
    const std::uint32_t file = order_[number];
    WEIR_TRY_ASSIGN(const std::int64_t stored, stored_rows(file));
    const auto vector = transaction_.snapshot()->files().deletion_vector(file);
    rows += stored - (vector ? vector->cardinality : 0);
  }
  return rows;
}

Status RowChanger::mark_file(std::uint64_t number, std::vector<std::int64_t> rows, DmlChanges& changes) {
  const std::uint32_t file = order_[number];
  AddFile add = transaction_.snapshot()->files().add_file(file);
  if (add.deletion_vector) {
    WEIR_TRY_ASSIGN(const auto before, read_deletion_vector(store_, transaction_.location(), *add.deletion_vector));
    std::vector<std::int64_t> all;
    all.reserve(before.size() + rows.size());
    std::set_union(before.begin(), before.end(), rows.begin(), rows.end(), std::back_inserter(all));
    rows = std::move(all);
  }
  WEIR_TRY_ASSIGN(const std::int64_t stored, stored_rows(file));
  transaction_.remove_file(file);
  if (static_cast<std::int64_t>(rows.size()) >= stored) {
    ++changes.files_removed;
    bytes_removed_ += add.size_bytes;
    return {};
  }
  WEIR_TRY_ASSIGN(add.deletion_vector, changes.vectors.add(rows));
  add.stats = loose_stats(add.stats, stored);
  add.data_change = true;
  ++changes.vectors_added;
  transaction_.add_files({std::move(add)});
  return {};
}

Result<std::int64_t> RowChanger::mark_deleted(const std::string& positions_sql, DmlChanges& changes) {
  WEIR_TRY(count_files_without_stats());
  WEIR_TRY_ASSIGN(auto found, connection_.stream(fmt::format("SELECT \"{0}\", \"{1}\" FROM ({2}) ORDER BY 1, 2",
                                                             kFileColumn, kRowColumn, positions_sql),
                                                 options_.stop));
  std::int64_t deleted = 0;
  std::uint64_t file = 0;
  std::vector<std::int64_t> rows;  // of one file
  for (;;) {
    WEIR_TRY_ASSIGN(const auto chunk, found.next());
    if (!chunk) {
      break;
    }
    const auto file_column = chunk->column(0);
    const auto row_column = chunk->column(1);
    const auto files = file_column.values<std::uint64_t>();
    const auto positions = row_column.values<std::int64_t>();
    for (std::size_t i = 0; i < chunk->rows_count(); ++i) {
      if (files[i] != file && !rows.empty()) {
        WEIR_TRY(mark_file(file, std::exchange(rows, {}), changes));
      }
      file = files[i];
      if (rows.empty() || rows.back() != positions[i]) {
        rows.push_back(positions[i]);
        ++deleted;
      }
    }
  }
  if (!rows.empty()) {
    WEIR_TRY(mark_file(file, std::move(rows), changes));
  }
  return deleted;
}

void RowChanger::remove_files(const std::vector<std::uint64_t>& numbers, DmlChanges& changes) {
  for (const std::uint64_t number : numbers) {
    transaction_.remove_file(order_[number]);
    ++changes.files_removed;
    bytes_removed_ += transaction_.snapshot()->files().size_bytes(order_[number]);
  }
}

Result<std::string> RowChanger::files_sql(const std::vector<std::uint64_t>& numbers, bool with_positions) {
  std::vector<std::uint32_t> files;
  for (const std::uint64_t number : numbers) {
    files.push_back(order_[number]);
  }
  std::sort(files.begin(), files.end());
  return scan_sql(store_, scan_.only(std::move(files)), {.with_row_positions = with_positions});
}

std::string RowChanger::renumbered(const std::vector<std::uint64_t>& numbers, std::string_view expression) const {
  // Both orders keep files without vectors first and are ascending within, so the chosen ones keep their order.
  std::vector<std::uint64_t> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> places(order_.size(), "NULL");
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    places[sorted[i]] = std::to_string(i);
  }
  return fmt::format("(CAST([{}] AS UBIGINT[]))[{}::BIGINT + 1]", join(places, ","), expression);
}

Status RowChanger::write_rows(const std::string& select_sql, DmlChanges& changes, std::vector<std::string> sort_by) {
  WEIR_TRY_ASSIGN(const WritePlan plan, plan_write(connection_, select_sql, transaction_.schema()));
  WriteOptions write;
  write.partition_columns = transaction_.partition_columns();
  write.properties = transaction_.metadata().configuration;
  write.sort_by = std::move(sort_by);
  write.clock = options_.clock;
  write.random = options_.random;
  write.stop = options_.stop;
  WEIR_TRY_ASSIGN(auto files, write_data_files(connection_, store_, transaction_.location(), plan, write));
  transaction_.add_files(files);
  std::move(files.begin(), files.end(), std::back_inserter(changes.new_files));
  return {};
}

Status RowChanger::finish(DmlChanges& changes) {
  const Status written = changes.vectors.write(store_, transaction_.location(), options_.durable);
  if (!written) {
    discard_changes(store_, transaction_.location(), changes);
    return written;
  }
  std::int64_t bytes = 0;
  for (const AddFile& file : changes.new_files) {
    bytes += file.size_bytes;
  }
  const auto added = static_cast<std::int64_t>(changes.new_files.size());
  transaction_.set_metric("numFiles", added);
  transaction_.set_metric("numAddedFiles", added);
  transaction_.set_metric("numAddedBytes", bytes);
  transaction_.set_metric("numOutputBytes", bytes);
  transaction_.set_metric("numRemovedFiles", changes.files_removed);
  transaction_.set_metric("numRemovedBytes", bytes_removed_);
  transaction_.set_metric("numOutputRows", changes.rows_updated + changes.rows_inserted + changes.rows_copied);
  transaction_.set_metric("numCopiedRows", changes.rows_copied);
  transaction_.set_metric("numDeletionVectorsAdded", changes.vectors_added);
  return {};
}
}  // namespace weir::delta
