#include "ingest/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/hash.h"
#include "core/text.h"
#include "ingest/type_name.h"
#include "lake/writer.h"

namespace weir::ingest {
namespace {
using lake::WriteMode;
using lake::WriteRequest;

constexpr std::string_view kOwnColumns = "_weir_";

bool is_own(std::string_view column) { return column.starts_with(kOwnColumns); }

std::string timestamp_sql(Timestamp time) { return "TIMESTAMPTZ " + sql_string(format_timestamp(time)); }

std::string quoted_list(const std::vector<std::string>& names, std::string_view prefix = {}) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    quoted.push_back(std::string(prefix) + sql_name(name));
  }
  return join(quoted, ", ");
}

std::string text_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(sql_string(text));
  }
  return join(quoted, ", ");
}

/// One load of one source.
class Load {
 public:
  Load(lake::Session& session, const LoadRequest& request)
      : session_(session), request_(request), source_(request.source), loaded_at_(request.clock->now()) {
    for (const std::size_t index : request.pending.to_load) {
      files_.push_back(request.pending.all[index]);
      loaded_versions_.push_back(request.pending.loaded_versions[index]);
      result_.bytes_count += files_.back().size_bytes;
    }
    result_.notes = request.pending.notes;
    load_id_ = hash128_hex(request.node + "/" + files_digest(files_) + (request.everything ? "/all" : ""));
  }

  Result<LoadResult> run() {
    WEIR_TRY_ASSIGN(const bool exists, find_table());
    WEIR_TRY(look_at_files());
    if (wanted_.empty()) {
      result_.notes.push_back("the files name no columns; nothing was loaded");
      return std::move(result_);
    }
    RejectLog rejects(files_, source_.reject_limit, request_.temp_folder);
    WEIR_TRY(reject_bad_files(rejects));
    auto rows = set_->rows({.columns = wanted_,
                            .keys = source_.mode == LoadMode::kMerge ? source_.keys : std::vector<std::string>(),
                            .with_order = source_.mode == LoadMode::kMerge,
                            .rejects = rejects,
                            .connection = session_.connection(),
                            .progress = [this](std::uint64_t bytes) { show_progress(bytes); },
                            .stop = request_.stop});
    if (!rows) {
      return std::unexpected(located(std::move(rows).error()));
    }
    WriteRequest write = write_request(*rows, exists);
    auto partitions = count_partitions(*rows);
    if (!partitions) {
      return std::unexpected(located(std::move(partitions).error()));
    }
    write.partitions_expected = *partitions;
    write.before_commit = [&](lake::BuildRecord& record) { return before_commit(record, *rows, rejects); };
    auto written = lake::write_table(session_, write);
    if (!written) {
      return std::unexpected(failure(std::move(written).error(), *rows));
    }
    result_.version = written->version;
    const std::uint64_t rejected_records = rejects.count() - set_->bad_files().size();
    result_.rows_count = result_.records_count - std::min(result_.records_count, rejected_records);
    result_.rejects_count = rejects.count();
    result_.reject_lines = rejects.first_lines();
    result_.files_count = files_.size() - set_->bad_files().size();
    for (std::string& note : rows->notes()) {
      result_.notes.push_back(std::move(note));
    }
    return std::move(result_);
  }

 private:
  // Also learns the columns that the table has for the files.
  Result<bool> find_table() {
    WEIR_TRY_ASSIGN(const auto kind, session_.lake().find(source_.table));
    if (kind != lake::EntryKind::kTable) {
      return false;
    }
    if (request_.everything) {
      return true;  // rows and schema are replaced
    }
    WEIR_TRY_ASSIGN(const auto snapshot, session_.pinned(source_.table));
    for (const delta::Field& field : snapshot->schema().fields) {
      const bool made = std::ranges::any_of(source_.partition, [&](const auto& part) {
        return !part.second.empty() && equals_ignoring_case(part.first, field.name);
      });
      if (!is_own(field.name) && !made) {
        WEIR_TRY_ASSIGN(duck::Type type, type_from_delta(field.type));
        known_.push_back({field.name, std::move(type)});
      }
    }
    return true;
  }

  Status look_at_files() {
    auto set = source_.format->look_at(
        {.files = files_, .known = known_, .declared = source_.declared, .renamed = source_.renamed, .connection = session_.connection(), .stop = request_.stop});
    if (!set) {
      return std::unexpected(located(std::move(set).error()));
    }
    set_ = std::move(*set);
    std::ranges::copy(set_->notes(), std::back_inserter(result_.notes));
    wanted_ = known_;
    for (const duck::Column& column : set_->columns()) {
      const auto there = std::ranges::find_if(wanted_, [&](const duck::Column& known) { return equals_ignoring_case(known.name, column.name); });
      if (there != wanted_.end()) {
        there->type = column.type;  // a struct may have new fields
        continue;
      }
      if (is_own(column.name)) {
        return fail_at(source_.place, fmt::format("the files have a column {}; names that begin with {} are weir's own", column.name, kOwnColumns));
      }
      if (!known_.empty()) {
        result_.notes.push_back(fmt::format("new column {} ({})", column.name, type_name(column.type)));
      }
      wanted_.push_back(column);
    }
    for (const std::string& key : source_.keys) {
      WEIR_TRY(check_column(key, "key"));
    }
    return source_.order_by.empty() ? Status() : check_column(source_.order_by, "order_by");
  }

  Status check_column(const std::string& column, std::string_view what) const {
    std::vector<std::string> names;
    for (const duck::Column& wanted : wanted_) {
      names.push_back(wanted.name);
      if (equals_ignoring_case(wanted.name, column)) {
        return {};
      }
    }
    return wanted_.empty() ? Status() : fail_at(source_.place, fmt::format("{}: the files have no column {}{}", what, column, did_you_mean(column, names)));
  }

  Status reject_bad_files(RejectLog& rejects) {
    for (const BadFile& bad : set_->bad_files()) {
      if (source_.on_bad_file == OnBadFile::kFail) {
        Error error = bad.error;
        error.message += "; nothing was loaded. Mend or remove the file, or let others load with on_bad_file: skip";
        return std::unexpected(located(std::move(error)));
      }
      result_.notes.push_back(fmt::format("{}: left out: {}", files_[bad.file].name, bad.error.message));
      WEIR_TRY(rejects.add_to_stay({.file = bad.file, .line = 0, .column = "", .reason = bad.error.message, .raw_text = ""}));
    }
    return {};
  }

  bool is_bad(std::size_t file) const {
    return std::ranges::any_of(set_->bad_files(), [&](const BadFile& bad) { return bad.file == file; });
  }

  // The rows of the files with weir's own columns; of each key the newest one when merging.
  std::string select_sql(const FileRows& rows) const {
    std::string columns;
    for (const duck::Column& column : wanted_) {
      columns += sql_name(column.name) + ", ";
    }
    for (const auto& [name, sql] : source_.partition) {
      if (!sql.empty()) {
        columns += fmt::format("{} AS {}, ", sql, sql_name(name));
      }
    }
    std::string out = fmt::format("SELECT {}{} AS _weir_load_id, {} AS _weir_loaded_at, _weir_source FROM ({})", columns, sql_string(load_id_),
                                  timestamp_sql(loaded_at_), rows.sql);
    if (source_.mode == LoadMode::kMerge) {
      const std::string order = source_.order_by.empty() ? "" : sql_name(source_.order_by) + " DESC NULLS LAST, ";
      out += fmt::format(" QUALIFY row_number() OVER (PARTITION BY {} ORDER BY {}_weir_order DESC) = 1", quoted_list(source_.keys), order);
    }
    return out;
  }

  // Few partitions need no sorting of all rows. Nothing where the count would cost another reading of the files.
  Result<std::optional<std::size_t>> count_partitions(const FileRows& rows) const {
    if (source_.partition.empty() || !rows.is_columnar) {
      return std::nullopt;
    }
    std::vector<std::string> values;
    for (const auto& [name, sql] : source_.partition) {
      values.push_back(sql.empty() ? sql_name(name) : sql);
    }
    WEIR_TRY_ASSIGN(const std::int64_t count,
                    session_.connection().query_integer(fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM ({}) LIMIT 1000)", join(values, ", "), rows.sql),
                                                        request_.stop));
    return static_cast<std::size_t>(count);
  }

  WriteRequest write_request(const FileRows& rows, bool exists) const {
    WriteRequest write;
    write.table = source_.table;
    write.select_sql = select_sql(rows);
    write.schema_mode = delta::SchemaMode::kMerge;
    write.record = {.node = request_.node, .code_hash = request_.code_hash, .extra = {{"files", files_digest(request_.pending.all)}, {"loadId", load_id_}}};
    write.record.inputs = {};
    write.operation = "LOAD";
    if (source_.compression != "zstd") {
      write.properties.emplace("delta.parquet.compression.codec", source_.compression);
    }
    write.stop = request_.stop;
    for (const auto& [name, sql] : source_.partition) {
      write.partition_by.push_back(name);
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
      // A file that is in the table already and is only loaded again would make the whole write one that was done before.
      if (!is_bad(i) && loaded_versions_[i].value_or(-1) < files_[i].modified_ms) {
        write.transactions.emplace_back(transaction_id(source_, files_[i]), files_[i].modified_ms);
      }
    }
    if (request_.everything || source_.mode == LoadMode::kReplace) {
      write.mode = WriteMode::kOverwrite;
    } else if (source_.mode == LoadMode::kMerge) {
      write.mode = exists ? WriteMode::kMerge : WriteMode::kAppend;
      write.keys = source_.keys;
      if (exists && !source_.order_by.empty()) {
        write.select_sql = newer_only(write.select_sql);
      }
    } else if (!request_.pending.changed.empty()) {
      write.mode = WriteMode::kReplaceWhere;
      write.replace_where = fmt::format("_weir_source IN ({})", text_list(request_.pending.changed));
      write.replace_conditions = {{{"_weir_source"}, delta::Comparison::kIn, request_.pending.changed}};
    } else {
      write.mode = WriteMode::kAppend;
    }
    return write;
  }

  // A row that came late must not replace a newer one that the table has.
  std::string newer_only(const std::string& select) const {
    const std::string order = sql_name(source_.order_by);
    return fmt::format("SELECT news.* FROM ({0}) AS news LEFT JOIN (SELECT {1}, {2} AS _weir_order FROM {3}.{4}) AS old USING ({1}) "
                       "WHERE old._weir_order IS NULL OR news.{2} >= old._weir_order",
                       select, quoted_list(source_.keys), order, sql_name(source_.table.schema), sql_name(source_.table.name));
  }

  Status before_commit(lake::BuildRecord& record, const FileRows& rows, const RejectLog& rejects) {
    WEIR_TRY_ASSIGN(result_.records_count, rows.records_count());
    if (Status checked = rejects.check_fraction(result_.records_count); !checked) {
      return std::unexpected(located(std::move(checked).error()));
    }
    for (const InputFile& file : files_) {
      WEIR_TRY(check_unchanged(file));
    }
    record.extra["filesLoaded"] = std::to_string(files_.size());
    record.extra["bytesRead"] = std::to_string(result_.bytes_count);
    record.extra["recordsRead"] = std::to_string(result_.records_count);
    record.extra["recordsRejected"] = std::to_string(rejects.count());
    return rejects.count() == 0 ? Status() : write_rejects(rejects);
  }

  Status write_rejects(const RejectLog& rejects) {
    // A session of its own: this one is in the middle of a write.
    WEIR_TRY_ASSIGN(const auto session, session_.lake().session());
    WEIR_TRY_ASSIGN(const duck::RowSourceBinding binding, duck::RowSourceBinding::bind(rejects.rows()));
    WriteRequest write;
    write.table = source_.rejects_table;
    write.select_sql = fmt::format("SELECT {} AS _weir_load_id, {} AS _weir_loaded_at, * FROM {}", sql_string(load_id_), timestamp_sql(loaded_at_),
                                   binding.sql());
    write.mode = WriteMode::kAppend;
    write.operation = "LOAD REJECTS";
    write.record.node = request_.node;
    write.transactions = {{"weir/rejects/" + source_.name + "/" + load_id_, 1}};
    write.stop = request_.stop;
    WEIR_TRY(lake::write_table(*session, write));
    return {};
  }

  void show_progress(std::uint64_t bytes_read) const {
    if (request_.progress && result_.bytes_count > 0) {
      const double fraction = static_cast<double>(bytes_read) / static_cast<double>(result_.bytes_count);
      request_.progress(std::min(fraction, 1.0), human_bytes(bytes_read));
    }
  }

  // What a reader of ours said is better than what DuckDB made of it.
  Error failure(Error error, FileRows& rows) const {
    for (duck::RowSourceBinding& binding : rows.bindings) {
      if (auto own = binding.take_error(); own && error.code != ErrorCode::kCancelled) {
        return located(std::move(*own));
      }
    }
    return located(std::move(error));
  }

  Error located(Error error) const {
    if (!error.place || error.place->file.empty()) {
      error.place = source_.place;
    }
    return error;
  }

  lake::Session& session_;
  const LoadRequest& request_;
  const SourceConfig& source_;
  Timestamp loaded_at_;
  std::string load_id_;
  std::vector<InputFile> files_;
  std::vector<std::optional<std::int64_t>> loaded_versions_;
  std::vector<duck::Column> known_;
  std::vector<duck::Column> wanted_;
  std::unique_ptr<FileSet> set_;
  LoadResult result_;
};
}  // namespace

std::string transaction_id(const SourceConfig& source, const InputFile& file) { return "weir/ingest/" + source.name + "/" + file.name; }

Result<PendingFiles> find_pending(const SourceConfig& source, const std::filesystem::path& folder, const delta::Snapshot* snapshot, bool everything) {
  PendingFiles pending;
  WEIR_TRY_ASSIGN(pending.all, find_input_files(folder, source.files));
  bool any = false;
  for (std::size_t i = 0; i < pending.all.size(); ++i) {
    const InputFile& file = pending.all[i];
    const auto loaded = snapshot == nullptr ? std::nullopt : snapshot->transaction_version(transaction_id(source, file));
    pending.loaded_versions.push_back(loaded);
    if (loaded == file.modified_ms && !everything) {
      continue;
    }
    if (loaded && *loaded > file.modified_ms && !everything) {
      pending.notes.push_back(fmt::format("{}: left out, older than what was loaded under this name", file.name));
      continue;
    }
    any = true;
    pending.to_load.push_back(i);
    if (loaded) {
      pending.changed.push_back(file.name);
    }
  }
  if (source.mode == LoadMode::kReplace && any) {
    // The files together are the table.
    pending.to_load.clear();
    for (std::size_t i = 0; i < pending.all.size(); ++i) {
      pending.to_load.push_back(i);
    }
  }
  return pending;
}

Result<LoadResult> load_files(lake::Session& session, const LoadRequest& request) { return Load(session, request).run(); }
}  // namespace weir::ingest
