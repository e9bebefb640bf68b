// OPTIMIZE, REORG, VACUUM, RESTORE.
#include <fmt/format.h>

#include "core/text.h"
#include "delta/maintenance/optimize.h"
#include "delta/maintenance/restore.h"
#include "delta/maintenance/vacuum.h"
#include "lake/predicates.h"
#include "lake/statements/columns.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
Result<std::shared_ptr<const delta::Snapshot>> existing_snapshot(StatementRun& run, const StatementTable& table) {
  WEIR_TRY_ASSIGN(auto snapshot, run.snapshot(table));
  if (snapshot == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no such table", table.text);
  }
  return snapshot;
}

// `WHERE p = 1`, from which the files are chosen: it must say something about columns of the table.
Status read_where(StatementRun& run, const StatementTable& table, std::initializer_list<std::string_view> ends, delta::OptimizeOptions& options) {
  if (!run.cursor.accept("WHERE")) {
    return {};
  }
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const SqlPiece where, run.cursor.until(ends, "a condition"));
  WEIR_TRY_ASSIGN(const auto snapshot, existing_snapshot(run, table));
  WEIR_TRY_ASSIGN(const std::string bound,
                  run.expression(where, fmt::format("({}) AS {}", empty_rows_sql(snapshot->schema()), sql_name(table.short_name))));
  options.conditions = where_conditions(run.session.connection(), bound, table.short_name, snapshot->schema());
  options.predicate = where.text;
  if (options.conditions.empty()) {
    return run.cursor.error_at(offset, "files are chosen by columns compared with constants, like: day >= '2024-01-01' AND country = 'KR'");
  }
  return {};
}

StatementResult optimize_table(StatementRun& run, const StatementTable& table, delta::OptimizeOptions options) {
  const LakeOptions& lake = run.session.lake().options();
  options.clock = lake.clock;
  options.random = lake.random;
  options.durable = lake.durable;
  options.stop = run.stop;
  auto done = delta::optimize(run.session.connection(), *table.store, table.location, options);
  if (!done) {
    return std::unexpected(std::move(done).error().within(table.text));
  }
  return run.counts({{"num_files_added", done->files_added},
                     {"num_files_removed", done->files_removed},
                     {"bytes_added", done->bytes_added},
                     {"bytes_removed", done->bytes_removed},
                     {"num_deletion_vectors_removed", done->deletion_vectors_removed},
                     {"num_files_considered", done->files_considered},
                     {"partitions_optimized", done->partitions_optimized},
                     {"version", done->version}});
}
}  // namespace

// OPTIMIZE table [FULL] [WHERE condition] [ZORDER BY (columns) | HILBERT BY (columns)]
StatementResult run_optimize(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  delta::OptimizeOptions options{.full = run.cursor.accept("FULL")};
  WEIR_TRY(read_where(run, *table, {"ZORDER BY", "HILBERT BY"}, options));
  const bool zorder = run.cursor.accept("ZORDER BY");
  if (zorder || run.cursor.accept("HILBERT BY")) {
    options.clustering.curve = zorder ? delta::Curve::kZOrder : delta::Curve::kHilbert;
    const bool parentheses = run.cursor.is_next("(");
    if (parentheses) {
      WEIR_TRY_ASSIGN(options.clustering.columns, read_names(run.cursor, "the name of a column"));
    } else {
      do {
        WEIR_TRY_ASSIGN(std::string column, run.cursor.name("the name of a column"));
        options.clustering.columns.push_back(std::move(column));
      } while (run.cursor.accept(","));
    }
  }
  WEIR_TRY(run.cursor.expect_end());
  return optimize_table(run, *table, std::move(options));
}

// REORG TABLE table [WHERE condition] APPLY (PURGE)
StatementResult run_reorg(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  delta::OptimizeOptions options{.purge = true};
  WEIR_TRY(read_where(run, *table, {"APPLY"}, options));
  WEIR_TRY(run.cursor.expect("APPLY ( PURGE )"));
  WEIR_TRY(run.cursor.expect_end());
  return optimize_table(run, *table, std::move(options));
}

// VACUUM table [FULL | LITE] [RETAIN n HOURS] [FORCE] [DRY RUN]
StatementResult run_vacuum(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  const LakeOptions& lake = run.session.lake().options();
  delta::VacuumOptions options{
      .clock = lake.clock, .random = lake.random, .durable = lake.durable, .connection = &run.session.connection(), .stop = run.stop};
  for (;;) {
    if (run.cursor.accept("LITE")) {
      options.lite = true;
    } else if (run.cursor.accept("FULL")) {
      options.lite = false;
    } else if (run.cursor.accept("FORCE")) {
      options.check_retention = false;
    } else if (run.cursor.accept("DRY RUN")) {
      options.dry_run = true;
    } else if (run.cursor.accept("RETAIN")) {
      WEIR_TRY_ASSIGN(const std::int64_t hours, run.cursor.integer("a number of hours"));
      options.retention = std::chrono::hours(hours);
      WEIR_TRY(run.cursor.expect("HOURS"));
    } else {
      break;
    }
  }
  WEIR_TRY(run.cursor.expect_end());
  auto done = delta::vacuum(*table->store, table->location, options);
  if (!done) {
    return std::unexpected(std::move(done).error().within(table->text));
  }
  if (!options.dry_run) {
    return run.counts({{"num_files_deleted", static_cast<std::int64_t>(done->keys.size() - done->failed_count)},
                       {"num_files_failed", static_cast<std::int64_t>(done->failed_count)},
                       {"bytes_deleted", static_cast<std::int64_t>(done->bytes_count)}});
  }
  std::vector<std::string> paths;
  for (const std::string& key : done->keys) {
    paths.push_back(sql_string(key));
  }
  return run.session.connection().query(fmt::format("SELECT unnest([{}]::VARCHAR[]) AS path", join(paths, ", ")));
}

// RESTORE [TABLE] table [TO] VERSION AS OF n | TIMESTAMP AS OF 'time'
StatementResult run_restore(StatementRun& run) {
  run.cursor.accept("TABLE");
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  const LakeOptions& lake = run.session.lake().options();
  delta::RestoreOptions options{.clock = lake.clock, .random = lake.random, .durable = lake.durable, .connection = &run.session.connection()};
  run.cursor.accept("TO");
  WEIR_TRY_ASSIGN(const bool said, read_version(run.cursor, options.version, options.as_of));
  if (!said) {
    return run.cursor.error("expected VERSION AS OF or TIMESTAMP AS OF");
  }
  WEIR_TRY(run.cursor.expect_end());
  auto done = delta::restore(*table->store, table->location, options);
  if (!done) {
    return std::unexpected(std::move(done).error().within(table->text));
  }
  return run.counts({{"num_restored_files", done->files_restored},
                     {"num_removed_files", done->files_removed},
                     {"restored_files_size", done->bytes_restored},
                     {"removed_files_size", done->bytes_removed},
                     {"version", done->version}});
}
}  // namespace weir::lake
