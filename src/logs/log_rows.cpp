#include "logs/log_rows.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>

#include "core/machine.h"
#include "core/text.h"
#include "logs/count.h"
#include "logs/file_bytes.h"
#include "logs/record_blocks.h"
#include "logs/record_reader.h"

namespace weir::logs {
namespace {
constexpr std::size_t kColumnsCount = static_cast<std::size_t>(LogColumn::kRaw) + 1;
constexpr double kMicrosPerMillisecond = 1000;

bool is_ascii(std::string_view text) {
  std::uint64_t bits = 0;
  for (const char c : text) {
    bits |= static_cast<unsigned char>(c);
  }
  return bits < 0x80;
}

/// One pass over the files: gives blocks to the readers, file after file.
class LogScan : public duck::RowScan {
 public:
  LogScan(LogRowsOptions options, std::vector<std::string> paths, std::vector<LogColumn> columns)
      : options_(std::move(options)), paths_(std::move(paths)), columns_(std::move(columns)) {}
  unsigned threads_count_max() const override { return machine_cores_count(); }
  Result<std::unique_ptr<duck::RowReader>> open_reader() override;

  const std::vector<LogColumn>& columns() const { return columns_; }
  bool with_unparsed() const { return options_.with_unparsed; }

  /// The file that is read now; null at the end. `done` is one of which there is nothing left.
  Result<std::shared_ptr<RecordBlocks>> file_after(const std::shared_ptr<RecordBlocks>& done) {
    const std::lock_guard lock(mutex_);
    if (current_ == done) {
      current_ = nullptr;
      if (next_ < paths_.size()) {
        WEIR_TRY_ASSIGN(current_, RecordBlocks::open(paths_[next_], options_.format));
        ++next_;
      }
    }
    return current_;
  }

 private:
  LogRowsOptions options_;
  std::vector<std::string> paths_;
  std::vector<LogColumn> columns_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::shared_ptr<RecordBlocks> current_;
};

class LogReader : public duck::RowReader {
 public:
  explicit LogReader(LogScan& scan) : scan_(scan) {}

  Result<std::uint64_t> read(duck::RowWriter& rows) override {
    std::uint64_t row = 0;
    Record record;
    while (row < rows.capacity()) {
      if (!has_block_) {
        if (row > 0) {
          break;  // rather fewer rows than to wait
        }
        WEIR_TRY_ASSIGN(has_block_, next_block());
        if (!has_block_) {
          break;
        }
      }
      if (!reader_->next(record)) {
        has_block_ = false;
        continue;
      }
      if (record.is_parsed || scan_.with_unparsed()) {
        write(rows, row, record);
        ++row;
      }
    }
    return row;
  }

 private:
  Result<bool> next_block() {
    for (;;) {
      if (blocks_ != nullptr) {
        WEIR_TRY_ASSIGN(const bool has_more, blocks_->next(buffer_));
        if (has_more) {
          const RecordBlock& block = buffer_.block();
          values_.start(block);
          reader_->start(block);
          return true;
        }
      }
      WEIR_TRY_ASSIGN(blocks_, scan_.file_after(blocks_));
      if (blocks_ == nullptr) {
        return false;
      }
      reader_ = std::make_unique<RecordReader>(blocks_->recognition(), blocks_->newest_micros());
    }
  }

  void write(duck::RowWriter& rows, std::uint64_t row, const Record& record) {
    for (std::size_t i = 0; i < scan_.columns().size(); ++i) {
      values_.write(scan_.columns()[i], record, blocks_->path(), rows.column(i), row);
    }
  }

  LogScan& scan_;
  RecordBlocks::Buffer buffer_;
  std::shared_ptr<RecordBlocks> blocks_;
  std::unique_ptr<RecordReader> reader_;
  bool has_block_ = false;
  LogValues values_;
};

Result<std::unique_ptr<duck::RowReader>> LogScan::open_reader() {
  return std::make_unique<LogReader>(*this);
}

class LogRows : public duck::RowSource {
 public:
  LogRows(LogRowsOptions options, std::vector<std::string> paths, std::vector<LogColumn> columns)
      : options_(std::move(options)), paths_(std::move(paths)), columns_(std::move(columns)) {}
  std::vector<duck::Column> columns() const override {
    std::vector<duck::Column> columns;
    for (const LogColumn column : columns_) {
      columns.push_back({std::string(log_column_name(column)), log_column_type(column)});
    }
    return columns;
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override {
    return std::make_shared<LogScan>(options_, paths_, columns_);
  }
  Result<std::shared_ptr<duck::RowScan>> open_projection(std::span<const std::size_t> wanted) override {
    std::vector<LogColumn> columns;
    for (const std::size_t column : wanted) {
      columns.push_back(columns_[column]);
    }
    return std::make_shared<LogScan>(options_, paths_, std::move(columns));
  }

 private:
  LogRowsOptions options_;
  std::vector<std::string> paths_;
  std::vector<LogColumn> columns_;
};
}  // namespace

std::string_view log_column_name(LogColumn column) {
  constexpr std::array<std::string_view, kColumnsCount> kNames = {
      "time", "level",    "thread", "logger", "message", "host",       "stream",      "user_name", "method", "path",
      "query", "protocol", "status", "bytes",  "referer", "user_agent", "duration_ms", "file",      "line",   "raw"};
  return kNames[static_cast<std::size_t>(column)];
}

duck::Type log_column_type(LogColumn column) {
  switch (column) {
    case LogColumn::kTime:
      return {.id = duck::TypeId::kTimestamp};
    case LogColumn::kStatus:
      return {.id = duck::TypeId::kInteger};
    case LogColumn::kBytes:
    case LogColumn::kLine:
      return {.id = duck::TypeId::kBigInt};
    case LogColumn::kDurationMs:
      return {.id = duck::TypeId::kDouble};
    default:
      return {.id = duck::TypeId::kVarchar};
  }
}

void LogValues::start(const RecordBlock& block) {
  const std::string_view text(block.data, block.size);
  is_sound_ = is_ascii(text) || is_valid_utf8(text);
}

namespace {
/// The text of a column that is one; without data() when the record has none.
std::string_view text_of(LogColumn column, const Record& record, std::string_view file) {
  switch (column) {
    case LogColumn::kLevel:
      return record.level == Level::kNone ? std::string_view{} : level_name(record.level);
    case LogColumn::kThread:
      return record.thread;
    case LogColumn::kLogger:
      return record.logger;
    case LogColumn::kMessage:
      return record.message;
    case LogColumn::kHost:
      return record.host;
    case LogColumn::kStream:
      return record.stream;
    case LogColumn::kUserName:
      return record.user;
    case LogColumn::kMethod:
      return record.method;
    case LogColumn::kPath:
      return record.path;
    case LogColumn::kQuery:
      return record.query;
    case LogColumn::kProtocol:
      return record.protocol;
    case LogColumn::kReferer:
      return record.referer;
    case LogColumn::kUserAgent:
      return record.user_agent;
    case LogColumn::kFile:
      return file;
    case LogColumn::kRaw:
      return record.raw;
    case LogColumn::kTime:
    case LogColumn::kStatus:
    case LogColumn::kBytes:
    case LogColumn::kDurationMs:
    case LogColumn::kLine:
      break;
  }
  return {};
}
}  // namespace

bool has_value(LogColumn column, const Record& record) {
  switch (column) {
    case LogColumn::kTime:
      return record.time.has_value();
    case LogColumn::kStatus:
      return record.status != 0;
    case LogColumn::kBytes:
      return record.bytes >= 0;
    case LogColumn::kDurationMs:
      return record.duration_us >= 0;
    case LogColumn::kLine:
    case LogColumn::kFile:
      return true;
    default:
      return text_of(column, record, {}).data() != nullptr;
  }
}

void LogValues::write(LogColumn wanted, const Record& record, std::string_view file, duck::VectorWriter& column,
                      std::uint64_t row) {
  if (!has_value(wanted, record)) {
    column.set_null(row);
    return;
  }
  switch (wanted) {
    case LogColumn::kTime:
      column.set(row, *record.time);
      break;
    case LogColumn::kStatus:
      column.set(row, record.status);
      break;
    case LogColumn::kBytes:
      column.set(row, record.bytes);
      break;
    case LogColumn::kDurationMs:
      column.set(row, static_cast<double>(record.duration_us) / kMicrosPerMillisecond);
      break;
    case LogColumn::kLine:
      column.set(row, static_cast<std::int64_t>(record.line_number));
      break;
    default: {
      const std::string_view text = text_of(wanted, record, file);
      const bool is_good = is_sound_ && text.size() < RecordBlocks::kRecordBytesMax;
      column.set_text(row, is_good ? text : as_utf8(text, scratch_));
    }
  }
}

std::vector<LogColumn> log_columns(const Recognition& recognition) {
  const auto has = [&recognition](Format format) {
    return std::ranges::any_of(recognition.patterns(), [format](const auto& one) { return one.format == format; });
  };
  const bool has_requests = has(Format::kAccess);
  const bool has_messages =
      !has_requests || recognition.patterns().size() > 1;
  std::vector<LogColumn> columns = {LogColumn::kTime};
  if (has_messages) {
    columns.insert(columns.end(), {LogColumn::kLevel, LogColumn::kThread, LogColumn::kLogger, LogColumn::kMessage});
  }
  if (has_requests || has(Format::kSyslog) || has(Format::kJson) || has(Format::kLogfmt)) {
    columns.push_back(LogColumn::kHost);
  }
  if (recognition.is_cri() || has(Format::kJson)) {
    columns.push_back(LogColumn::kStream);
  }
  if (has_requests) {
    columns.insert(columns.end(), {LogColumn::kUserName, LogColumn::kMethod, LogColumn::kPath, LogColumn::kQuery,
                                   LogColumn::kProtocol, LogColumn::kStatus, LogColumn::kBytes, LogColumn::kReferer,
                                   LogColumn::kUserAgent, LogColumn::kDurationMs});
  }
  columns.insert(columns.end(), {LogColumn::kFile, LogColumn::kLine, LogColumn::kRaw});
  return columns;
}

Result<std::shared_ptr<duck::RowSource>> open_log_rows(const LogRowsOptions& options) {
  WEIR_TRY_ASSIGN(std::vector<std::string> paths, expand_inputs(options.inputs));
  if (paths.empty() || std::ranges::find(paths, "-") != paths.end()) {
    return fail(ErrorCode::kInvalid, "name a file of a log, or a pattern", paths.empty() ? "" : "-");
  }
  WEIR_TRY_ASSIGN(const auto first, RecordBlocks::open(paths.front(), options.format));
  return std::make_shared<LogRows>(options, std::move(paths), log_columns(first->recognition()));
}

Status register_logs_function(duck::Connection& connection, const std::string& folder) {
  const auto open = [folder](const duck::TableFunctionCall& call) -> Result<std::shared_ptr<duck::RowSource>> {
    LogRowsOptions options{.inputs = {call.argument}};
    if (const auto format = call.options.find("format"); format != call.options.end()) {
      WEIR_TRY_ASSIGN(options.format, parse_format(format->second));
    }
    if (const auto unparsed = call.options.find("unparsed"); unparsed != call.options.end()) {
      options.with_unparsed = unparsed->second == "true";
      if (!options.with_unparsed && unparsed->second != "false") {
        return fail(ErrorCode::kInvalid, "unparsed is true or false", unparsed->second);
      }
    }
    auto rows = open_log_rows(options);
    const std::filesystem::path path(call.argument);
    if (!rows && rows.error().code == ErrorCode::kNotFound && path.is_relative() && !folder.empty()) {
      options.inputs = {(std::filesystem::path(folder) / path).string()};
      auto there = open_log_rows(options);
      if (there || there.error().code != ErrorCode::kNotFound) {
        return there;
      }
    }
    return rows;
  };
  return duck::register_table_function(connection, {.name = "logs", .options = {"format", "unparsed"}, .open = open});
}

std::string_view as_utf8(std::string_view text, std::string& scratch) {
  if (is_valid_utf8(text)) {
    return text;
  }
  constexpr std::size_t kSequenceMax = 4;
  scratch.clear();
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length <= kSequenceMax && !is_valid_utf8(text.substr(at, length))) {
      ++length;
    }
    if (length > kSequenceMax) {
      scratch += "\uFFFD";
      ++at;
    } else {
      scratch += text.substr(at, length);
      at += length;
    }
  }
  return scratch;
}
}  // namespace weir::logs
