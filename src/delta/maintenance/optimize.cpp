#include "delta/maintenance/optimize.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json.h"
#include "core/text.h"
#include "delta/data_files.h"
#include "delta/maintenance/liquid.h"
#include "delta/transaction.h"
#include "duck/database.h"

namespace weir::delta {
namespace {
constexpr std::uint64_t kFileBytes = 256U << 20U;
constexpr double kDeletedShareMax = 0.05;
constexpr std::size_t kPartitionsAtOnce = 500;
constexpr int kAttemptsMax = 20;
constexpr std::uint64_t kRunGrowthMax = 2;  // an ordered run up to so many times as large is ordered anew with new files
// Tags of other implementations for files that were ordered along a curve together.
constexpr std::string_view kCubeTag = "ZCUBE_ID";
constexpr std::string_view kCubeColumnsTag = "ZCUBE_ZORDER_BY";
constexpr std::string_view kCubeCurveTag = "ZCUBE_ZORDER_CURVE";

/// "64mb", "1g", "134217728": as Spark writes sizes.
std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || number == 0) {
    return std::nullopt;
  }
  const std::string unit = to_lower(std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)));
  constexpr std::string_view kUnits = "kmgt";
  const std::size_t power = unit.empty() || unit == "b" ? 0 : kUnits.find(unit[0]) + 1;
  return power > kUnits.size() ? std::nullopt : std::optional(number << (10 * power));
}

/// Files that are read and written together.
struct Batch {
  std::vector<std::uint32_t> files;
  std::set<FileList::PartitionIndex> partitions;
  std::uint64_t bytes = 0;

  void add(const FileList& list, std::uint32_t index) {
    files.push_back(index);
    partitions.insert(list.partition(index));
    bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(list.size_bytes(index), 0));
  }
  void add(const Batch& other) {
    files.insert(files.end(), other.files.begin(), other.files.end());
    partitions.insert(other.partitions.begin(), other.partitions.end());
    bytes += other.bytes;
  }
};

class Optimizer {
 public:
  Optimizer(duck::Connection& connection, storage::ObjectStore& store, const TableLocation& location, const OptimizeOptions& options)
      : connection_(connection), store_(store), location_(location), options_(options), cube_(uuid_v4(*options.random)), clustering_(options.clustering) {}

  Result<OptimizeResult> run() {
    WEIR_TRY_ASSIGN(snapshot_, Snapshot::load(store_, location_, {.connection = &connection_}));
    WEIR_TRY(choose_clustering());
    for (int lost = 0; lost < kAttemptsMax;) {
      result_.version = snapshot_->version();
      WEIR_TRY_ASSIGN(const std::vector<Batch> batches, plan());
      if (batches.empty()) {
        result_.partitions_optimized = static_cast<std::int64_t>(partitions_done_.size());
        return std::move(result_);
      }
      WEIR_TRY_ASSIGN(const bool committed, rewrite(batches));
      lost = committed ? 0 : lost + 1;
      WEIR_TRY_ASSIGN(snapshot_, Snapshot::refresh(store_, snapshot_, &connection_));
    }
    return fail(ErrorCode::kConflict, fmt::format("other writers won {} times: {}", kAttemptsMax, conflict_), location_.data_root);
  }

 private:
  const FileList& files() const { return snapshot_->files(); }
  bool clusters() const { return !clustering_.columns.empty(); }
  std::string cube_columns() const { return Json(clustering_.columns).dump(); }

  // A clustered table says itself by what it is ordered.
  Status choose_clustering() {
    WEIR_TRY_ASSIGN(std::vector<std::string> columns, clustering_columns(*snapshot_));
    if (columns.empty() && options_.full) {
      return fail(ErrorCode::kInvalid, "FULL is for tables with CLUSTER BY columns", location_.data_root);
    }
    if (columns.empty() || options_.purge) {
      return check_clustering(clustering_, snapshot_->schema(), snapshot_->partition_columns());
    }
    if (clusters()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the table is clustered by ({}): OPTIMIZE orders by these columns; ALTER TABLE … CLUSTER BY chooses others",
                              join(columns, ", ")),
                  location_.data_root);
    }
    if (!options_.conditions.empty()) {
      return fail(ErrorCode::kInvalid, "OPTIMIZE of a clustered table takes no WHERE: it finds itself what is to be ordered", location_.data_root);
    }
    for (const std::string& column : columns) {
      if (snapshot_->schema().find(column) == nullptr) {
        return fail(ErrorCode::kUnsupported, fmt::format("the table is clustered by {}, a field inside a struct; weir orders by columns", column),
                    location_.data_root);
      }
    }
    liquid_ = true;
    clustering_ = {.columns = std::move(columns), .curve = Curve::kHilbert};
    return check_clustering(clustering_, snapshot_->schema(), {});
  }

  std::uint64_t target_bytes() const {
    if (options_.file_bytes_target) {
      return std::max<std::uint64_t>(*options_.file_bytes_target, 1);
    }
    return parse_bytes(snapshot_->property("delta.targetFileSize").value_or("")).value_or(kFileBytes);
  }

  double deleted_share(std::uint32_t index) const {
    const auto vector = files().deletion_vector(index);
    const auto rows = files().rows_estimate(index);
    if (!vector) {
      return 0.0;
    }
    return rows && *rows > 0 ? static_cast<double>(vector->cardinality) / static_cast<double>(*rows) : 1.0;
  }

  // The work of one commit; nothing when the table is as it should be.
  Result<std::vector<Batch>> plan() {
    WEIR_TRY_ASSIGN(const Scan scan, Scan::plan(snapshot_, {.conditions = options_.conditions}));
    std::map<FileList::PartitionIndex, std::vector<std::uint32_t>> by_partition;
    for (const std::uint32_t index : scan.files()) {
      by_partition[files().partition(index)].push_back(index);
    }
    if (result_.files_considered == 0) {
      result_.files_considered = static_cast<std::int64_t>(scan.files().size());
    }
    std::vector<Batch> pieces;
    for (auto& [partition, indices] : by_partition) {
      if (liquid_) {
        plan_liquid(indices, pieces);
      } else if (clusters()) {
        plan_clustering(indices, pieces);
      } else {
        plan_packing(indices, pieces);
      }
    }
    return together(pieces);
  }

  void plan_liquid(const std::vector<std::uint32_t>& indices, std::vector<Batch>& pieces) const {
    std::map<std::string, Batch> runs;
    Batch batch;  // what is to be ordered
    for (const std::uint32_t index : indices) {
      const AddFile file = files().add_file(index);
      const auto run = file.tags.find(kCubeTag);
      if (file.clustering_provider != kLiquidProvider || run == file.tags.end() || is_holed(index)) {
        batch.add(files(), index);
      } else if (const auto columns = file.tags.find(kCubeColumnsTag);
                 columns != file.tags.end() && columns->second == cube_columns()) {
        runs[run->second].add(files(), index);
      } else if (options_.full) {  // ordered by other columns, of an earlier CLUSTER BY
        batch.add(files(), index);
      }
    }
    if (batch.files.empty() && (!options_.full || runs.size() < 2)) {
      return;
    }
    std::vector<const Batch*> by_size;
    for (const auto& [id, run] : runs) {
      by_size.push_back(&run);
    }
    std::ranges::sort(by_size, {}, &Batch::bytes);
    for (const Batch* run : by_size) {
      if (!options_.full && run->bytes > kRunGrowthMax * batch.bytes) {
        break;
      }
      batch.add(*run);
    }
    pieces.push_back(std::move(batch));
  }

  void plan_clustering(const std::vector<std::uint32_t>& indices, std::vector<Batch>& pieces) const {
    std::set<std::string> cubes;
    for (const std::uint32_t index : indices) {
      const StringMap tags = files().add_file(index).tags;
      const auto columns = tags.find(kCubeColumnsTag);
      const auto curve = tags.find(kCubeCurveTag);
      const auto cube = tags.find(kCubeTag);
      const bool same = columns != tags.end() && columns->second == cube_columns() && curve != tags.end() &&
                        curve->second == curve_name(clustering_.curve) && cube != tags.end();
      cubes.insert(same ? cube->second : "");
    }
    if (cubes.size() == 1 && !cubes.contains("")) {
      return;
    }
    Batch batch;
    for (const std::uint32_t index : indices) {
      batch.add(files(), index);
    }
    pieces.push_back(std::move(batch));
  }

  void plan_packing(std::vector<std::uint32_t>& indices, std::vector<Batch>& pieces) const {
    // Rows that came together stay together.
    std::ranges::sort(indices, [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(files().modification_time(a), a) < std::pair(files().modification_time(b), b);
    });
    const auto target = static_cast<std::int64_t>(target_bytes());
    Batch bin;
    const auto close = [&] {
      const bool worth = bin.files.size() > 1 || (bin.files.size() == 1 && is_holed(bin.files[0]));
      if (worth) {
        pieces.push_back(bin);
      }
      bin = Batch();
    };
    for (const std::uint32_t index : indices) {
      const std::int64_t size = files().size_bytes(index);
      const bool wanted = options_.purge ? files().has_deletion_vector(index) : size < target || is_holed(index);
      if (!wanted) {
        continue;
      }
      if (static_cast<std::int64_t>(bin.bytes) + size > target) {
        close();
      }
      bin.add(files(), index);
    }
    close();
  }

  bool is_holed(std::uint32_t index) const { return options_.purge ? files().has_deletion_vector(index) : deleted_share(index) > kDeletedShareMax; }

  // Pieces of different partitions are written by one query, as many as one commit may take.
  std::vector<Batch> together(const std::vector<Batch>& pieces) const {
    std::vector<Batch> batches;
    std::uint64_t bytes = 0;
    for (const Batch& piece : pieces) {
      if (!batches.empty() && bytes + piece.bytes > options_.commit_bytes_target) {
        break;
      }
      bytes += piece.bytes;
      const bool fits = !batches.empty() && !snapshot_->partition_columns().empty() && batches.back().bytes + piece.bytes <= 4 * target_bytes() &&
                        batches.back().partitions.size() < kPartitionsAtOnce && !batches.back().partitions.contains(*piece.partitions.begin());
      if (fits) {
        batches.back().add(piece);
      } else {
        batches.push_back(piece);
      }
    }
    return batches;
  }

  // False on a lost race.
  Result<bool> rewrite(const std::vector<Batch>& batches) {
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(snapshot_));
    std::vector<AddFile> added;
    for (const Batch& batch : batches) {
      auto written = write(batch);
      if (!written) {
        discard_data_files(store_, location_, added);
        return std::unexpected(std::move(written).error());
      }
      std::ranges::move(*written, std::back_inserter(added));
    }
    describe(transaction, batches, added);
    transaction.add_files(added);
    auto outcome = transaction.commit(
        store_, {.clock = options_.clock, .random = options_.random, .durable = options_.durable, .connection = &connection_});
    if (!outcome) {  // perhaps the commit is there although its answer was lost: VACUUM tells which files nobody needs
      return std::unexpected(std::move(outcome).error());
    }
    if (!outcome->committed()) {
      discard_data_files(store_, location_, added);
      conflict_ = outcome->reason;
      return false;
    }
    count(batches, added);
    return true;
  }

  Result<std::vector<AddFile>> write(const Batch& batch) {
    std::vector<std::uint32_t> indices = batch.files;
    std::ranges::sort(indices);
    const Scan scan = Scan::of_files(snapshot_, indices);
    WEIR_TRY_ASSIGN(const std::string rows_sql, scan_sql(store_, scan));
    WEIR_TRY_ASSIGN(const WritePlan plan, plan_write(connection_, rows_sql, snapshot_->schema()));
    WriteOptions write{.partition_columns = snapshot_->partition_columns(),
                       .properties = snapshot_->metadata().configuration,
                       .partitions_expected = batch.partitions.size(),
                       .data_change = false,
                       .clock = options_.clock,
                       .random = options_.random,
                       .stop = options_.stop};
    // Without partitions a packed bin becomes one file; sorted rows are cut into files of the wanted size.
    write.file_bytes_target = clusters() ? target_bytes() : 2 * std::max(batch.bytes, target_bytes());
    if (clusters()) {
      std::int64_t rows = 0;
      for (const std::uint32_t index : indices) {
        rows += files().rows_estimate(index).value_or(0);
      }
      WEIR_TRY_ASSIGN(const std::string expression, clustering_expression(connection_, rows_sql, rows, clustering_, options_.stop));
      write.sort_by = {expression};
      // A file ends with a row group.
      const double rows_per_file = static_cast<double>(rows) * static_cast<double>(target_bytes()) / static_cast<double>(std::max<std::uint64_t>(batch.bytes, 1));
      write.row_group_rows = static_cast<std::uint64_t>(std::clamp(rows_per_file, 2048.0, static_cast<double>(write.row_group_rows)));
    }
    WEIR_TRY_ASSIGN(std::vector<AddFile> written, write_data_files(connection_, store_, location_, plan, write));
    if (clusters()) {
      for (AddFile& file : written) {
        if (liquid_) {
          file.clustering_provider = kLiquidProvider;
        }
        file.tags = {{std::string(kCubeTag), cube_},
                     {std::string(kCubeColumnsTag), cube_columns()},
                     {std::string(kCubeCurveTag), std::string(curve_name(clustering_.curve))}};
      }
    }
    return written;
  }

  void describe(Transaction& transaction, const std::vector<Batch>& batches, const std::vector<AddFile>& added) const {
    std::int64_t vectors = 0;
    std::int64_t bytes_removed = 0;
    std::int64_t files_removed = 0;
    for (const Batch& batch : batches) {
      for (const std::uint32_t index : batch.files) {
        vectors += files().has_deletion_vector(index) ? 1 : 0;
        transaction.remove_file(index, false);
      }
      files_removed += static_cast<std::int64_t>(batch.files.size());
      bytes_removed += static_cast<std::int64_t>(batch.bytes);
    }
    std::vector<std::int64_t> sizes;
    std::int64_t bytes_added = 0;
    for (const AddFile& file : added) {
      sizes.push_back(file.size_bytes);
      bytes_added += file.size_bytes;
    }
    std::ranges::sort(sizes);
    const auto share = [&](std::size_t percent) { return sizes.empty() ? 0 : sizes[(sizes.size() - 1) * percent / 100]; };
    const Json predicate = options_.predicate.empty() ? Json::array() : Json::array({options_.predicate});
    StringMap parameters = {{"predicate", predicate.dump()}, {"zOrderBy", liquid_ ? "[]" : cube_columns()}, {"auto", "false"}};
    if (liquid_) {
      parameters.insert({{"clusterBy", cube_columns()}, {"isFull", options_.full ? "true" : "false"}});
    }
    transaction.set_operation(options_.purge ? "REORG" : "OPTIMIZE", parameters);
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::int64_t>>{
             {"numAddedFiles", static_cast<std::int64_t>(added.size())},
             {"numRemovedFiles", files_removed},
             {"numAddedBytes", bytes_added},
             {"numRemovedBytes", bytes_removed},
             {"numDeletionVectorsRemoved", vectors},
             {"minFileSize", share(0)},
             {"p25FileSize", share(25)},
             {"p50FileSize", share(50)},
             {"p75FileSize", share(75)},
             {"maxFileSize", share(100)}}) {
      transaction.set_metric(name, value);
    }
  }

  void count(const std::vector<Batch>& batches, const std::vector<AddFile>& added) {
    ++result_.commits_count;
    for (const Batch& batch : batches) {
      result_.files_removed += static_cast<std::int64_t>(batch.files.size());
      result_.bytes_removed += static_cast<std::int64_t>(batch.bytes);
      for (const std::uint32_t index : batch.files) {
        result_.deletion_vectors_removed += files().has_deletion_vector(index) ? 1 : 0;
        partitions_done_.insert(files().partition_values(files().partition(index)));
      }
    }
    for (const AddFile& file : added) {
      ++result_.files_added;
      result_.bytes_added += file.size_bytes;
    }
  }

  duck::Connection& connection_;
  storage::ObjectStore& store_;
  const TableLocation& location_;
  const OptimizeOptions& options_;
  std::string cube_;
  Clustering clustering_;
  bool liquid_ = false;
  std::shared_ptr<const Snapshot> snapshot_;
  std::set<PartitionValues> partitions_done_;
  std::string conflict_;
  OptimizeResult result_;
};
}  // namespace

Result<OptimizeResult> optimize(duck::Connection& connection, storage::ObjectStore& store, const TableLocation& location, const OptimizeOptions& options) {
  return Optimizer(connection, store, location, options).run();
}
}  // namespace weir::delta
