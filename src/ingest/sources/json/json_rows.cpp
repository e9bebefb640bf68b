#include "ingest/sources/json/json_rows.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>

#include "core/machine.h"
#include "core/text.h"
#include "ingest/sources/json/json_writer.h"

namespace weir::ingest {
namespace {
using simdjson::dom::element;

struct Target {
  duck::Column column;
  JsonWriter writer;
  bool is_key = false;
};

/// What all threads of all passes share, and do not change.
struct Job {
  JsonRowsOptions options;
  RejectLog& rejects;
  std::vector<Target> targets;
  bool with_order = false;
  std::function<void(std::uint64_t)> progress;
  std::stop_token stop;
  std::atomic<std::uint64_t> records_count = 0;  ///< of the last pass

  const InputFile& input(std::size_t file) const { return options.files[options.json_files[file].file]; }
};

class JsonScan : public duck::RowScan {
 public:
  explicit JsonScan(std::shared_ptr<Job> job) : job_(std::move(job)), turns_(turns_options()) {
    job_->records_count = 0;
    job_->rejects.clear();
  }
  unsigned threads_count_max() const override { return machine_cores_count(); }
  Result<std::unique_ptr<duck::RowReader>> open_reader() override;
  Result<std::optional<TextBlock>> next_block(std::size_t& file) {
    auto block = turns_.next(file);
    if (!block && file != BlockTurns::kNone) {
      return std::unexpected(Error{block.error().code, block.error().message, job_->input(file).name, std::nullopt});
    }
    return block;
  }
  Job& job() { return *job_; }

 private:
  BlockTurns::Options turns_options() {
    return {.files_count = job_->options.json_files.size(),
            .open = [this](std::size_t file) -> Result<std::unique_ptr<BlockReader>> {
              return JsonBlockReader::open(job_->input(file).path, job_->options.json_files[file].form, job_->options.records);
            },
            .progress = job_->progress,
            .stop = job_->stop};
  }
  std::shared_ptr<Job> job_;
  BlockTurns turns_;
};

class JsonReader : public duck::RowReader {
 public:
  explicit JsonReader(JsonScan& scan) : scan_(scan), job_(scan.job()), values_(job_.targets.size()), given_(job_.targets.size()) {}

  Result<std::uint64_t> read(duck::RowWriter& rows) override {
    std::uint64_t row = 0;
    while (row < rows.capacity()) {
      if (next_ == block_.pieces.size()) {
        WEIR_TRY_ASSIGN(const bool more, next_block());
        if (!more) {
          break;
        }
        continue;
      }
      const TextPiece& piece = block_.pieces[next_++];
      ++records_;
      if (auto reject = write(piece, rows, row)) {
        rows.reset_row(row);
        WEIR_TRY(job_.rejects.add(*std::move(reject)));
        continue;
      }
      ++row;
    }
    job_.records_count += std::exchange(records_, 0);
    return row;
  }

 private:
  Result<bool> next_block() {
    WEIR_TRY_ASSIGN(std::optional<TextBlock> block, scan_.next_block(file_));
    if (!block) {
      return false;
    }
    block_ = *std::move(block);
    next_ = 0;
    if (block_.broken != nullptr) {
      ++records_;
      WEIR_TRY(job_.rejects.add({job_.options.json_files[file_].file, block_.first_line, {}, block_.broken, block_.text}));
    }
    return true;
  }

  Reject make_reject(const TextPiece& piece, std::string column, std::string reason) const {
    return {job_.options.json_files[file_].file, piece.line, std::move(column), std::move(reason), block_.text.substr(piece.offset, piece.length)};
  }

  std::optional<Reject> write(const TextPiece& piece, duck::RowWriter& rows, std::uint64_t row) {
    element record;
    if (piece.length == 0) {
      return make_reject(piece, {}, "a value is missing");
    }
    // The block has the room behind it that the parser asks for.
    if (const auto error = parser_.parse(block_.text.data() + piece.offset, piece.length, false).get(record)) {
      return make_reject(piece, {}, fmt::format("is no JSON: {}", simdjson::error_message(error)));
    }
    if (!record.is_object() && !job_.options.plain_values) {
      return make_reject(piece, {}, "is no object");
    }
    if (auto reject = match_keys(piece, record)) {
      return reject;
    }
    for (std::size_t i = 0; i < job_.targets.size(); ++i) {
      const Target& target = job_.targets[i];
      if (target.is_key && (!given_[i] || values_[i].is_null())) {
        return make_reject(piece, target.column.name, "the key has no value");
      }
      if (!given_[i]) {
        target.writer.write_null(rows.column(i), row);
      } else if (auto why = target.writer.write(values_[i], rows.column(i), row)) {
        return make_reject(piece, target.column.name, *std::move(why));
      }
    }
    rows.column(job_.targets.size()).set_borrowed_text(row, job_.input(file_).name);
    if (job_.with_order) {
      constexpr unsigned kOffsetBits = 44;
      rows.column(job_.targets.size() + 1).set(row, static_cast<std::int64_t>((std::uint64_t{file_} << kOffsetBits) + block_.offset + piece.offset));
    }
    return std::nullopt;
  }

  // Fills values_ and given_.
  std::optional<Reject> match_keys(const TextPiece& piece, const element& record) {
    std::fill(given_.begin(), given_.end(), false);
    if (!record.is_object()) {
      for (std::size_t i = 0; i < job_.targets.size(); ++i) {
        if (job_.targets[i].column.name == kValueColumn) {
          values_[i] = record;
          given_[i] = true;
        }
      }
      return std::nullopt;
    }
    std::size_t expected = 0;  // keys mostly come in the same order
    const simdjson::dom::object object = record.get_object().value_unsafe();  // bound: the result that holds it is a temporary
    for (const auto [raw_key, item] : object) {
      const std::string_view key = raw_key.empty() ? kUnnamedColumn : raw_key;
      const std::size_t index = find(key, expected);
      if (index == job_.targets.size()) {
        return make_reject(piece, std::string(key), "is not a column of the table");
      }
      if (given_[index] && names_[index] != key) {
        return make_reject(piece, std::string(key), fmt::format("{} and {} are the same name but for case", names_[index], key));
      }
      given_[index] = true;
      names_[index] = key;
      values_[index] = item;
      expected = index + 1;
    }
    return std::nullopt;
  }

  std::size_t find(std::string_view key, std::size_t expected) const {
    const auto& targets = job_.targets;
    if (expected < targets.size() && targets[expected].column.name == key) {
      return expected;
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].column.name == key) {
        return i;
      }
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (equals_ignoring_case(targets[i].column.name, key)) {
        return i;
      }
    }
    return targets.size();
  }

  JsonScan& scan_;
  Job& job_;
  simdjson::dom::parser parser_;
  std::size_t file_ = BlockTurns::kNone;
  TextBlock block_;
  std::size_t next_ = 0;
  std::uint64_t records_ = 0;
  std::vector<element> values_;
  std::vector<bool> given_;
  std::vector<std::string_view> names_ = std::vector<std::string_view>(values_.size());
};

Result<std::unique_ptr<duck::RowReader>> JsonScan::open_reader() { return std::make_unique<JsonReader>(*this); }

class JsonSource : public duck::RowSource {
 public:
  explicit JsonSource(std::shared_ptr<Job> job) : job_(std::move(job)) {}
  std::vector<duck::Column> columns() const override {
    std::vector<duck::Column> columns;
    for (const Target& target : job_->targets) {
      columns.push_back(target.column);
    }
    add_place_columns(columns, job_->with_order);
    return columns;
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override { return std::make_shared<JsonScan>(job_); }

 private:
  std::shared_ptr<Job> job_;
};
}  // namespace

Result<FileRows> json_rows(const JsonRowsOptions& options, const ReadRequest& request) {
  std::shared_ptr<Job> job(new Job{.options = options,
                                   .rejects = request.rejects,
                                   .with_order = request.with_order,
                                   .progress = request.progress,
                                   .stop = request.stop});
  for (const duck::Column& column : request.columns) {
    auto writer = JsonWriter::create(column.type);
    if (!writer) {
      return std::unexpected(std::move(writer).error().within(column.name));
    }
    const bool is_key = std::ranges::any_of(request.keys, [&](const std::string& key) { return equals_ignoring_case(key, column.name); });
    job->targets.push_back({column, *std::move(writer), is_key});
  }
  FileRows rows;
  WEIR_TRY_ASSIGN(duck::RowSourceBinding binding, duck::RowSourceBinding::bind(std::make_shared<JsonSource>(job)));
  rows.sql = "SELECT * FROM " + binding.sql();
  rows.bindings.push_back(std::move(binding));
  rows.records_count = [job]() -> Result<std::uint64_t> { return job->records_count.load(); };
  rows.notes = [] { return std::vector<std::string>(); };
  return rows;
}
}  // namespace weir::ingest
