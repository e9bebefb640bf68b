#include "delta/scan.h"

#include <algorithm>
#include <numeric>

#include "core/text.h"
#include "delta/column_names.h"
#include "delta/file_pruning.h"
#include "delta/partition_value.h"

namespace weir::delta {
namespace {
struct SplitConditions {
  std::vector<PreparedCondition> on_partitions;
  std::vector<PreparedCondition> on_data;
};

SplitConditions prepare(const Snapshot& snapshot, const ScanOptions& options) {
  SplitConditions out;
  const ColumnMapping mapping = column_mapping(snapshot.protocol(), snapshot.metadata());
  for (const Condition& condition : options.conditions) {
    if (auto prepared = PreparedCondition::make(condition, snapshot.schema(), mapping)) {
      const bool on_partition = condition.column.size() == 1 && snapshot.is_partition_column(condition.column[0]);
      (on_partition ? out.on_partitions : out.on_data).push_back(*std::move(prepared));
    }
  }
  return out;
}

// Which of the snapshot's distinct partitions can hold matching rows.
Result<std::vector<bool>> matching_partitions(const FileList& files, const std::vector<PreparedCondition>& conditions) {
  std::vector<bool> matches(files.partitions_count(), true);
  for (FileList::PartitionIndex partition = 0; partition < matches.size(); ++partition) {
    for (const PreparedCondition& condition : conditions) {
      const auto text = partition_value(files.partition_values(partition), condition.physical_path()[0]);
      const ColumnRange range = partition_range(condition.type(), text);
      if (text && !range.min) {
        return fail(ErrorCode::kCorrupt,
                    "the partition value \"" + excerpt(*text) + "\" is no " + type_text(condition.type()),
                    condition.physical_path()[0]);
      }
      if (!condition.may_match(range)) {
        matches[partition] = false;
        break;
      }
    }
  }
  return matches;
}
}  // namespace

Result<Scan> Scan::plan(std::shared_ptr<const Snapshot> snapshot, const ScanOptions& options) {
  Scan scan(std::move(snapshot));
  const FileList& files = scan.snapshot().files();
  const SplitConditions conditions = prepare(scan.snapshot(), options);
  if (conditions.on_partitions.empty() && conditions.on_data.empty()) {
    scan.files_.resize(files.size());
    std::iota(scan.files_.begin(), scan.files_.end(), 0U);
    return scan;
  }
  WEIR_TRY_ASSIGN(const auto partitions, matching_partitions(files, conditions.on_partitions));
  StatsReader stats;
  std::string buffer;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!partitions[files.partition(i)]) {
      continue;
    }
    bool matches = true;
    if (!conditions.on_data.empty() && stats.open(files.stats(i, buffer))) {
      matches =
          std::all_of(conditions.on_data.begin(), conditions.on_data.end(), [&](const PreparedCondition& condition) {
            return condition.may_match(stats.range(condition.physical_path(), condition.type()));
          });
    }
    if (matches) {
      scan.files_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return scan;
}

Scan Scan::of_files(std::shared_ptr<const Snapshot> snapshot, std::vector<std::uint32_t> files) {
  Scan scan(std::move(snapshot));
  scan.files_ = std::move(files);
  return scan;
}

std::int64_t Scan::total_bytes() const {
  return std::accumulate(files_.begin(), files_.end(), std::int64_t{0}, [&](std::int64_t sum, std::uint32_t file) {
    return sum + snapshot_->files().size_bytes(file);
  });
}
}  // namespace weir::delta
