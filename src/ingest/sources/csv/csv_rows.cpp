#include "ingest/sources/csv/csv_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "core/machine.h"
#include "core/text.h"
#include "ingest/sources/csv/csv_blocks.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

class CsvScan;

/// A column of the table and how texts become its values.
struct Target {
  std::string name;
  ValueParser parser;
  bool is_key = false;
};

/// What all threads of all passes share, and do not change.
struct Job {
  const std::vector<InputFile>& files;
  const std::vector<CsvFile>& csv_files;
  const CsvOptions& options;
  RejectLog& rejects;
  std::vector<Target> targets;
  std::vector<std::vector<std::size_t>> fields;  ///< for each CSV file: the field of each target, or kAbsent
  bool with_order = false;
  std::function<void(std::uint64_t)> progress;
  std::stop_token stop;
  std::atomic<std::uint64_t> records_count = 0;  ///< of the last pass
  std::mutex mutex;
  std::shared_ptr<CsvScan> last_scan;
};

class CsvScan : public duck::RowScan {
 public:
  explicit CsvScan(Job& job) : job_(&job), turns_(turns_options()) {
    job_->records_count = 0;
    job_->rejects.clear();
  }
  Status reject_preambles() {
    for (const CsvFile& file : job_->csv_files) {
      for (const SkippedLine& line : file.layout.preamble) {
        WEIR_TRY(job_->rejects.add({file.file, line.line, {}, "stands before the header", line.text}));
        ++job_->records_count;
      }
    }
    return {};
  }
  unsigned threads_count_max() const override { return machine_cores_count(); }
  Result<std::unique_ptr<duck::RowReader>> open_reader() override;

  Result<std::optional<TextBlock>> next_block(std::size_t& file) {
    auto block = turns_.next(file);
    if (!block && file != BlockTurns::kNone) {
      return std::unexpected(Error{block.error().code, block.error().message, input(file).name, std::nullopt});
    }
    return block;
  }
  /// Files that were not UTF-8.
  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    for (std::size_t i = 0; i < job_->csv_files.size(); ++i) {
      const std::string encoding = turns_.encoding(i);
      if (job_->options.encoding == "auto" && !encoding.empty() && encoding != "utf-8") {
        notes.push_back(fmt::format("{}: read as {}", input(i).name, encoding));
      }
    }
    return notes;
  }
  Job& job() { return *job_; }

 private:
  const InputFile& input(std::size_t file) const { return job_->files[job_->csv_files[file].file]; }
  BlockTurns::Options turns_options() {
    return {.files_count = job_->csv_files.size(),
            .open = [this](std::size_t file) -> Result<std::unique_ptr<BlockReader>> {
              return CsvBlockReader::open(input(file).path, job_->options.encoding, job_->csv_files[file].layout);
            },
            .progress = job_->progress,
            .stop = job_->stop};
  }
  Job* job_;  // keeps this scan, and is kept by the source
  BlockTurns turns_;
};

class CsvReader : public duck::RowReader {
 public:
  explicit CsvReader(CsvScan& scan) : scan_(scan), job_(scan.job()) {}

  Result<std::uint64_t> read(duck::RowWriter& rows) override {
    std::uint64_t row = 0;
    while (row < rows.capacity()) {
      if (offset_ == block_.text.size()) {
        WEIR_TRY_ASSIGN(const bool more, next_block());
        if (!more) {
          break;
        }
        continue;
      }
      const std::string_view text = std::string_view(block_.text).substr(offset_);
      parser_->parse(text, record_);
      const std::uint64_t line = line_;
      offset_ += record_.length_bytes;
      line_ += record_.lines_count;
      if (record_.is_blank() && columns_count_ > 1) {
        continue;
      }
      ++records_;
      if (const auto reject = write(text.substr(0, record_.length_bytes), line, rows, row)) {
        rows.reset_row(row);
        WEIR_TRY(job_.rejects.add(*reject));
        continue;
      }
      ++row;
    }
    job_.records_count += std::exchange(records_, 0);
    return row;
  }

 private:
  Result<bool> next_block() {
    const std::size_t before = current_;
    WEIR_TRY_ASSIGN(std::optional<TextBlock> block, scan_.next_block(current_));
    if (!block) {
      return false;
    }
    const CsvFile& csv = job_.csv_files[current_];
    if (current_ != before) {
      parser_.emplace(csv.layout.dialect);
      columns_count_ = csv.layout.names.size();
    }
    block_ = *std::move(block);
    offset_ = 0;
    line_ = block_.first_line;
    if (block_.broken != nullptr) {
      ++records_;
      WEIR_TRY(job_.rejects.add({csv.file, line_, {}, block_.broken, without_newline(block_.text)}));
      offset_ = block_.text.size();
    }
    return true;
  }

  static std::string without_newline(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) {
      text.remove_suffix(1);
    }
    return std::string(text);
  }

  Reject make_reject(std::string_view raw, std::uint64_t line, std::string column, std::string reason) const {
    return {job_.csv_files[current_].file, line, std::move(column), std::move(reason), without_newline(raw)};
  }

  // Why the record is none of the table's, before any value is looked at; empty when it may be one.
  std::optional<Reject> misfit(std::string_view raw, std::uint64_t line) const {
    const auto& names = job_.csv_files[current_].layout.names;
    if (record_.malformed) {
      const std::size_t field = record_.malformed_field;
      return make_reject(raw, line, field < names.size() ? names[field] : "", "there is text behind a closing quote");
    }
    if (!block_.valid_utf8 && valid_utf8_length(raw) < raw.size()) {
      return make_reject(raw, line, {}, fmt::format("there are bytes that are not {}", encoding_name()));
    }
    const std::size_t count = record_.fields.size();
    if (count != columns_count_ && !(job_.options.fill_ragged && can_fill())) {
      return make_reject(raw, line, {}, fmt::format("there {} {} field{} for {} column{}", count == 1 ? "is" : "are", count, count == 1 ? "" : "s",
                                                    columns_count_, columns_count_ == 1 ? "" : "s"));
    }
    return std::nullopt;
  }

  // Fields are missing at the end, or those that are too many are empty.
  bool can_fill() const {
    const auto& fields = record_.fields;
    return std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(columns_count_, fields.size())), fields.end(),
                       [](const CsvField& field) { return trim(field.text).empty(); });
  }

  std::string_view encoding_name() const { return job_.options.encoding == "auto" ? "utf-8" : std::string_view(job_.options.encoding); }

  bool is_null(const CsvField& field, std::string_view value, const ValueParser& parser) const {
    if (value.empty() || (!parser.is_text() && trim(value).empty())) {
      return !field.quoted || !parser.is_text();
    }
    if (job_.options.nulls.empty() || (field.quoted && parser.is_text())) {
      return false;
    }
    return std::ranges::find(job_.options.nulls, value) != job_.options.nulls.end();
  }

  std::optional<Reject> write(std::string_view raw, std::uint64_t line, duck::RowWriter& rows, std::uint64_t row) {
    if (auto reject = misfit(raw, line)) {
      return reject;
    }
    const std::vector<std::size_t>& fields = job_.fields[current_];
    const std::size_t targets_count = job_.targets.size();
    for (std::size_t i = 0; i < targets_count; ++i) {
      const Target& target = job_.targets[i];
      duck::VectorWriter& column = rows.column(i);
      if (fields[i] >= record_.fields.size()) {  // the file, or this record, has no such column
        if (target.is_key) {
          return make_reject(raw, line, target.name, "the key has no value");
        }
        column.set_null(row);
        continue;
      }
      const CsvField& field = record_.fields[fields[i]];
      std::string_view value = field.text;
      if (field.escaped) {
        unescaped_ = csv_unescape(field.text, parser_->dialect());
        value = unescaped_;
      }
      if (is_null(field, value, target.parser)) {
        if (target.is_key) {
          return make_reject(raw, line, target.name, "the key has no value");
        }
        column.set_null(row);
        continue;
      }
      if (const char* reason = target.parser.parse(value, column, row)) {
        return make_reject(raw, line, target.name, fmt::format("\"{}\" {} ({})", excerpt(value), reason, type_text(target)));
      }
    }
    rows.column(targets_count).set_borrowed_text(row, job_.files[job_.csv_files[current_].file].name);
    if (job_.with_order) {
      constexpr unsigned kLineBits = 40;
      rows.column(targets_count + 1).set(row, static_cast<std::int64_t>((std::uint64_t{current_} << kLineBits) + line));
    }
    return std::nullopt;
  }

  static std::string type_text(const Target& target) { return to_lower(target.parser.type().sql()); }

  CsvScan& scan_;
  Job& job_;
  std::size_t current_ = BlockTurns::kNone;
  std::optional<CsvRecordParser> parser_;
  std::size_t columns_count_ = 0;
  TextBlock block_;
  std::size_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t records_ = 0;
  CsvRecord record_;
  std::string unescaped_;
};

Result<std::unique_ptr<duck::RowReader>> CsvScan::open_reader() { return std::make_unique<CsvReader>(*this); }

class CsvSource : public duck::RowSource {
 public:
  explicit CsvSource(std::shared_ptr<Job> job) : job_(std::move(job)) {}
  std::vector<duck::Column> columns() const override {
    std::vector<duck::Column> columns;
    for (const Target& target : job_->targets) {
      columns.push_back({target.name, target.parser.type()});
    }
    add_place_columns(columns, job_->with_order);
    return columns;
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override {
    auto scan = std::make_shared<CsvScan>(*job_);
    WEIR_TRY(scan->reject_preambles());
    const std::scoped_lock lock(job_->mutex);
    job_->last_scan = scan;
    return scan;
  }

 private:
  std::shared_ptr<Job> job_;
};
}  // namespace

Result<FileRows> csv_rows(const std::vector<InputFile>& files, const std::vector<CsvFile>& csv_files, const CsvOptions& options,
                          const ReadRequest& request) {
  std::shared_ptr<Job> job(new Job{.files = files,
                                   .csv_files = csv_files,
                                   .options = options,
                                   .rejects = request.rejects,
                                   .with_order = request.with_order,
                                   .progress = request.progress,
                                   .stop = request.stop});
  for (const duck::Column& column : request.columns) {
    auto parser = ValueParser::create(column.type, options.formats);
    if (!parser) {
      return std::unexpected(std::move(parser).error().within(column.name));
    }
    const bool is_key = std::ranges::any_of(request.keys, [&](const std::string& key) { return equals_ignoring_case(key, column.name); });
    job->targets.push_back({column.name, *std::move(parser), is_key});
  }
  for (const CsvFile& csv : csv_files) {
    auto& fields = job->fields.emplace_back();
    for (const Target& target : job->targets) {
      const auto found = std::ranges::find_if(csv.layout.names, [&](const std::string& name) { return equals_ignoring_case(name, target.name); });
      fields.push_back(found == csv.layout.names.end() ? kAbsent : static_cast<std::size_t>(found - csv.layout.names.begin()));
    }
  }
  FileRows rows;
  WEIR_TRY_ASSIGN(duck::RowSourceBinding binding, duck::RowSourceBinding::bind(std::make_shared<CsvSource>(job)));
  rows.sql = "SELECT * FROM " + binding.sql();
  rows.bindings.push_back(std::move(binding));
  rows.records_count = [job]() -> Result<std::uint64_t> { return job->records_count.load(); };
  rows.notes = [job] {
    const std::scoped_lock lock(job->mutex);
    return job->last_scan ? job->last_scan->notes() : std::vector<std::string>();
  };
  return rows;
}
}  // namespace weir::ingest
