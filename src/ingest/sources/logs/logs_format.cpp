#include "ingest/sources/logs/logs_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "core/machine.h"
#include "core/text.h"
#include "logs/count.h"
#include "logs/log_rows.h"
#include "logs/record_blocks.h"
#include "logs/record_reader.h"

namespace weir::ingest {
namespace {
using logs::LogColumn;

/// A file that can be read, by its position in the load's files.
struct LogFile {
  std::size_t file = 0;
  std::string format;  ///< for messages
};

/// A column of the table; without `column` it is one that logs do not have.
struct Target {
  duck::Column as;
  std::optional<LogColumn> column;
  bool is_key = false;
};

/// What all threads of all passes share, and do not change.
struct Job {
  const std::vector<InputFile>& files;
  const std::vector<LogFile>& log_files;
  logs::FormatChoice format;
  RejectLog& rejects;
  std::vector<Target> targets;
  bool with_order = false;
  std::function<void(std::uint64_t)> progress;
  std::stop_token stop;
  std::atomic<std::uint64_t> records_count = 0;  ///< of the last pass
};

/// The file that threads read now.
struct OpenLog {
  const LogFile& file;
  std::unique_ptr<logs::RecordBlocks> blocks;
  std::uint64_t bytes_before = 0;  ///< of the files before it
};

std::optional<LogColumn> column_named(std::string_view name) {
  for (auto column = LogColumn::kTime;; column = static_cast<LogColumn>(static_cast<int>(column) + 1)) {
    if (equals_ignoring_case(logs::log_column_name(column), name)) {
      return column == LogColumn::kFile ? std::nullopt : std::optional(column);  // _weir_source says it
    }
    if (column == LogColumn::kRaw) {
      return std::nullopt;
    }
  }
}

class LogScan : public duck::RowScan {
 public:
  explicit LogScan(std::shared_ptr<Job> job) : job_(std::move(job)) {
    job_->records_count = 0;
    job_->rejects.clear();
  }
  unsigned threads_count_max() const override { return machine_cores_count(); }
  Result<std::unique_ptr<duck::RowReader>> open_reader() override;
  Job& job() { return *job_; }

  /// The file that is read now; null at the end. `done` is one of which there is nothing left.
  Result<std::shared_ptr<OpenLog>> file_after(const std::shared_ptr<OpenLog>& done) {
    const std::scoped_lock lock(mutex_);
    if (current_ == done) {
      const std::uint64_t bytes = done == nullptr ? 0 : done->bytes_before + done->blocks->read_bytes();
      current_ = nullptr;
      if (next_ < job_->log_files.size()) {
        const LogFile& file = job_->log_files[next_++];
        auto blocks = logs::RecordBlocks::open(job_->files[file.file].path.string(), job_->format);
        if (!blocks) {
          return std::unexpected(std::move(blocks).error());
        }
        current_ = std::make_shared<OpenLog>(OpenLog{file, *std::move(blocks), bytes});
      }
    }
    return current_;
  }

 private:
  std::shared_ptr<Job> job_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::shared_ptr<OpenLog> current_;
};

class LogReader : public duck::RowReader {
 public:
  explicit LogReader(LogScan& scan) : scan_(scan), job_(scan.job()) {}

  Result<std::uint64_t> read(duck::RowWriter& rows) override {
    std::uint64_t row = 0;
    logs::Record record;
    while (row < rows.capacity()) {
      if (!has_block_) {
        WEIR_TRY_ASSIGN(has_block_, next_block());
        if (!has_block_) {
          break;
        }
      }
      if (!reader_->next(record)) {
        has_block_ = false;
        continue;
      }
      ++records_;
      WEIR_TRY_ASSIGN(const bool is_good, write(record, rows, row));
      row += is_good ? 1 : 0;
    }
    job_.records_count += std::exchange(records_, 0);
    return row;
  }

 private:
  const InputFile& input() const { return job_.files[log_->file.file]; }

  Result<bool> next_block() {
    for (;;) {
      if (job_.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");
      }
      if (log_ != nullptr) {
        auto has_more = log_->blocks->next(buffer_);
        if (!has_more) {
          return std::unexpected(Error{has_more.error().code, has_more.error().message, input().name, std::nullopt});
        }
        if (*has_more) {
          if (job_.progress) {
            job_.progress(log_->bytes_before + log_->blocks->read_bytes());
          }
          values_.start(buffer_.block());
          reader_->start(buffer_.block());
          return true;
        }
      }
      WEIR_TRY_ASSIGN(log_, scan_.file_after(log_));
      if (log_ == nullptr) {
        return false;
      }
      reader_ = std::make_unique<logs::RecordReader>(log_->blocks->recognition(), log_->blocks->newest_micros());
    }
  }

  /// False when the record was rejected.
  Result<bool> write(const logs::Record& record, duck::RowWriter& rows, std::uint64_t row) {
    const auto reject = [&](std::string column, std::string reason) -> Result<bool> {
      rows.reset_row(row);
      WEIR_TRY(job_.rejects.add({log_->file.file, record.line_number, std::move(column), std::move(reason), std::string(record.raw)}));
      return false;
    };
    if (!record.is_parsed) {
      return reject({}, fmt::format("is no record of the format {}", log_->file.format));
    }
    for (std::size_t i = 0; i < job_.targets.size(); ++i) {
      const Target& target = job_.targets[i];
      if (!target.column) {
        rows.column(i).set_null(row);
      } else if (target.is_key && !logs::has_value(*target.column, record)) {
        return reject(target.as.name, "the key has no value");
      } else {
        values_.write(*target.column, record, {}, rows.column(i), row);
      }
    }
    rows.column(job_.targets.size()).set_borrowed_text(row, input().name);
    if (job_.with_order) {
      constexpr unsigned kLineBits = 44;
      rows.column(job_.targets.size() + 1)
          .set(row, static_cast<std::int64_t>((std::uint64_t{log_->file.file} << kLineBits) + record.line_number));
    }
    return true;
  }

  LogScan& scan_;
  Job& job_;
  std::shared_ptr<OpenLog> log_;
  logs::RecordBlocks::Buffer buffer_;
  std::unique_ptr<logs::RecordReader> reader_;
  logs::LogValues values_;
  bool has_block_ = false;
  std::uint64_t records_ = 0;
};

Result<std::unique_ptr<duck::RowReader>> LogScan::open_reader() { return std::make_unique<LogReader>(*this); }

class LogSource : public duck::RowSource {
 public:
  explicit LogSource(std::shared_ptr<Job> job) : job_(std::move(job)) {}
  std::vector<duck::Column> columns() const override {
    std::vector<duck::Column> columns;
    for (const Target& target : job_->targets) {
      columns.push_back(target.as);
    }
    add_place_columns(columns, job_->with_order);
    return columns;
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override { return std::make_shared<LogScan>(job_); }

 private:
  std::shared_ptr<Job> job_;
};

/// Whether the values of `column` can be written as `type`.
bool fits(LogColumn column, const duck::Type& type) {
  const duck::Type own = logs::log_column_type(column);
  return type == own || (column == LogColumn::kTime && type.id == duck::TypeId::kTimestampTz);
}

class LogFileSet : public FileSet {
 public:
  LogFileSet(const LookRequest& request, logs::FormatChoice format) : files_(request.files), format_(std::move(format)) { look(request); }
  const std::vector<duck::Column>& columns() const override { return columns_; }
  const std::vector<BadFile>& bad_files() const override { return bad_files_; }
  const std::vector<std::string>& notes() const override { return notes_; }

  Result<FileRows> rows(const ReadRequest& request) override {
    std::shared_ptr<Job> job(new Job{.files = files_,
                                     .log_files = log_files_,
                                     .format = format_,
                                     .rejects = request.rejects,
                                     .with_order = request.with_order,
                                     .progress = request.progress,
                                     .stop = request.stop});
    for (const duck::Column& column : request.columns) {
      const auto known = column_named(column.name);
      if (known && !fits(*known, column.type)) {
        return fail(ErrorCode::kUnsupported,
                    fmt::format("logs give it as {}, not as {}; convert it in a model", logs::log_column_type(*known).sql(), column.type.sql()), column.name);
      }
      const bool is_key = std::ranges::any_of(request.keys, [&](const std::string& key) { return equals_ignoring_case(key, column.name); });
      job->targets.push_back({column, known, is_key});
    }
    FileRows rows;
    WEIR_TRY_ASSIGN(duck::RowSourceBinding binding, duck::RowSourceBinding::bind(std::make_shared<LogSource>(job)));
    rows.sql = "SELECT * FROM " + binding.sql();
    rows.bindings.push_back(std::move(binding));
    rows.records_count = [job]() -> Result<std::uint64_t> { return job->records_count.load(); };
    rows.notes = [] { return std::vector<std::string>(); };
    return rows;
  }

 private:
  void look(const LookRequest& request) {
    std::set<LogColumn> found;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto blocks = logs::RecordBlocks::open(files_[i].path.string(), format_);
      if (!blocks) {
        bad_files_.push_back({i, Error{blocks.error().code, blocks.error().message, files_[i].name, std::nullopt}});
        continue;
      }
      const logs::Recognition& recognition = (*blocks)->recognition();
      if (files_[i].size_bytes == 0) {
        notes_.push_back(files_[i].name + ": the file is empty");
        continue;
      }
      if (recognition.patterns().empty() && !recognition.is_cri()) {
        bad_files_.push_back({i, Error{ErrorCode::kInvalid, "its first lines have no format of logs that weir knows; log_format: says one", files_[i].name, std::nullopt}});
        continue;
      }
      const auto columns = logs::log_columns(recognition);
      found.insert(columns.begin(), columns.end());
      log_files_.push_back({i, recognition.name()});
    }
    found.erase(LogColumn::kFile);
    found.erase(LogColumn::kRaw);  // twice the size; only when it is asked for
    for (const auto* wanted : {&request.known, &request.declared}) {
      for (const duck::Column& column : *wanted) {
        if (column_named(column.name) == LogColumn::kRaw) {
          found.insert(LogColumn::kRaw);
        }
      }
    }
    for (const LogColumn column : found) {
      columns_.push_back(as_wanted({std::string(logs::log_column_name(column)), logs::log_column_type(column)}, request));
    }
  }
  static duck::Column as_wanted(duck::Column column, const LookRequest& request) {
    for (const auto* wanted : {&request.known, &request.declared}) {
      const auto told = std::ranges::find_if(*wanted, [&](const duck::Column& one) { return equals_ignoring_case(one.name, column.name); });
      if (told != wanted->end()) {
        return *told;
      }
    }
    return column;
  }

  std::vector<InputFile> files_;
  logs::FormatChoice format_;
  std::vector<LogFile> log_files_;
  std::vector<duck::Column> columns_;
  std::vector<BadFile> bad_files_;
  std::vector<std::string> notes_;
};

class LogsFormat : public FileFormat {
 public:
  explicit LogsFormat(logs::FormatChoice format) : format_(std::move(format)) {}
  Result<std::unique_ptr<FileSet>> look_at(const LookRequest& request) const override { return std::make_unique<LogFileSet>(request, format_); }

 private:
  logs::FormatChoice format_;
};
}  // namespace

Result<std::unique_ptr<FileFormat>> parse_logs_format(ConfigMap& source) {
  const ConfigNode* node = source.find("log_format");
  WEIR_TRY_ASSIGN(const std::string name, source.text_or("log_format", "auto"));
  const auto format = logs::parse_format(name);
  if (!format) {
    return fail_at(node->place(), format.error().text());
  }
  return std::make_unique<LogsFormat>(*format);
}
}  // namespace weir::ingest
