#include "ingest/reject_log.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>

#include "core/text.h"
#include "ingest/text_stream.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kBufferBytesMax = 8U << 20U;
constexpr std::size_t kRawTextBytesMax = 1U << 20U;
constexpr std::size_t kFirstLinesMax = 3;
constexpr const char* kFileName = "rejects";

// One reject as bytes: file, line, then three texts, each with its length.
void append_number(std::string& out, std::uint64_t number) { out.append(reinterpret_cast<const char*>(&number), sizeof number); }  // NOLINT: bytes
void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size());
  out += text;
}

/// Reads rejects back, first those of the file, then those of the buffer.
class Reader : public duck::RowReader {
 public:
  Reader(std::optional<std::filesystem::path> file, std::string_view buffer, const std::vector<InputFile>& files)
      : buffer_(buffer), files_(files) {
    if (file) {
      file_.emplace(*file, std::ios::binary);
    }
  }
  Result<std::uint64_t> read(duck::RowWriter& rows) override {
    std::uint64_t row = 0;
    while (row < rows.capacity() && more()) {
      const std::uint64_t file = number();
      const std::uint64_t line = number();
      const std::string column = text();
      const std::string reason = text();
      const std::string raw = text();
      if (failed_) {
        return fail(ErrorCode::kIo, "the temporary file of rejected rows cannot be read");
      }
      rows.column(0).set_text(row, files_[file].name);
      if (line == 0) {
        rows.column(1).set_null(row);
      } else {
        rows.column(1).set(row, static_cast<std::int64_t>(line));
      }
      if (column.empty()) {
        rows.column(2).set_null(row);
      } else {
        rows.column(2).set_text(row, column);
      }
      rows.column(3).set_text(row, reason);
      rows.column(4).set_text(row, raw);
      ++row;
    }
    return row;
  }

 private:
  bool more() {
    if (file_ && file_->peek() == std::ifstream::traits_type::eof()) {
      file_.reset();
    }
    return file_ || !buffer_.empty();
  }
  void take(char* out, std::size_t size) {
    if (file_) {
      failed_ = failed_ || !file_->read(out, static_cast<std::streamsize>(size));
      return;
    }
    failed_ = failed_ || buffer_.size() < size;
    if (!failed_) {
      std::memcpy(out, buffer_.data(), size);
      buffer_.remove_prefix(size);
    }
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    take(reinterpret_cast<char*>(&value), sizeof value);  // NOLINT: bytes
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    failed_ = failed_ || size > 5 * kRawTextBytesMax;
    std::string out(failed_ ? 0 : size, '\0');
    take(out.data(), out.size());
    return out;
  }
  std::optional<std::ifstream> file_;
  std::string_view buffer_;
  const std::vector<InputFile>& files_;
  bool failed_ = false;
};
}  // namespace

/// The rejects of a log as a table.
class RejectRows : public duck::RowSource {
 public:
  explicit RejectRows(const RejectLog& log) : log_(log) {}
  std::vector<duck::Column> columns() const override {
    const duck::Type text{.id = duck::TypeId::kVarchar};
    return {{"_weir_source", text}, {"line", {.id = duck::TypeId::kBigInt}}, {"column_name", text}, {"reason", text}, {"raw_text", text}};
  }
  Result<std::shared_ptr<duck::RowScan>> open_scan() override { return std::make_shared<Scan>(log_); }

 private:
  struct Scan : duck::RowScan {
    explicit Scan(const RejectLog& log) : log_(log) {}
    unsigned threads_count_max() const override { return 1; }
    Result<std::unique_ptr<duck::RowReader>> open_reader() override {
      const auto file = log_.folder_ ? std::optional(log_.folder_->path() / kFileName) : std::nullopt;
      return std::make_unique<Reader>(file, log_.buffer_, log_.files_);
    }
    const RejectLog& log_;
  };
  const RejectLog& log_;
};

RejectLog::RejectLog(std::vector<InputFile> files, RejectLimit limit, std::filesystem::path temp_folder)
    : files_(std::move(files)), limit_(limit), temp_folder_(std::move(temp_folder)) {}

void RejectLog::clear() {
  const std::scoped_lock lock(mutex_);
  count_ = 0;
  first_.clear();
  buffer_.clear();
  folder_.reset();
  for (const Reject& reject : staying_) {
    append(reject);
  }
}

Status RejectLog::add_to_stay(Reject reject) {
  {
    const std::scoped_lock lock(mutex_);
    staying_.push_back(reject);
  }
  return add(std::move(reject));
}

void RejectLog::append(const Reject& reject) {
  ++count_;
  // The threads come in any order; the words should not.
  first_.emplace(std::pair(reject.file, reject.line), describe(reject));
  if (first_.size() > kFirstLinesMax) {
    first_.erase(std::prev(first_.end()));
  }
  append_number(buffer_, reject.file);
  append_number(buffer_, reject.line);
  append_text(buffer_, reject.column);
  append_text(buffer_, reject.reason);
  append_text(buffer_, reject.raw_text);
}

std::string RejectLog::describe(const Reject& reject) const {
  std::string text = files_[reject.file].name;
  if (reject.line > 0) {
    text += fmt::format(":{}", reject.line);
  }
  return fmt::format("{}: {}{}{}", text, reject.column, reject.column.empty() ? "" : ": ", reject.reason);
}

Status RejectLog::too_many() const {
  const std::string allowed = limit_.rows && count_ > *limit_.rows ? fmt::format("{} rows", human_count(*limit_.rows))
                                                                   : fmt::format("{:g} % of the rows", limit_.fraction.value_or(0) * 100);
  return fail(ErrorCode::kInvalid, fmt::format("{} rows do not fit, the limit is {}; the first: {}", human_count(count_), allowed,
                                               join(first_texts(), "; ")));
}

Status RejectLog::add(Reject reject) {
  reject.raw_text = printable(reject.raw_text);
  reject.reason = printable(reject.reason);
  const std::scoped_lock lock(mutex_);
  append(reject);
  if (limit_.rows && count_ > *limit_.rows) {
    return too_many();
  }
  if (buffer_.size() < kBufferBytesMax) {
    return {};
  }
  if (!folder_) {
    WEIR_TRY_ASSIGN(folder_, TempDir::create(temp_folder_, "weir-rejects-"));
  }
  std::ofstream file(folder_->path() / kFileName, std::ios::binary | std::ios::app);
  file.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  file.close();
  if (!file) {
    return fail(ErrorCode::kIo, "the temporary file of rejected rows cannot be written", folder_->path().string());
  }
  buffer_.clear();
  return {};
}

Status RejectLog::check_fraction(std::uint64_t records_count) const {
  const std::scoped_lock lock(mutex_);
  if (limit_.fraction && static_cast<double>(count_.load()) > *limit_.fraction * static_cast<double>(records_count)) {
    return too_many();
  }
  return {};
}

std::vector<std::string> RejectLog::first_texts() const {
  std::vector<std::string> texts;
  for (const auto& [place, text] : first_) {
    texts.push_back(text);
  }
  return texts;
}

std::vector<std::string> RejectLog::first_lines() const {
  const std::scoped_lock lock(mutex_);
  return first_texts();
}

std::shared_ptr<duck::RowSource> RejectLog::rows() const { return std::make_shared<RejectRows>(*this); }

std::string printable(std::string_view text) {
  const bool cut = text.size() > kRawTextBytesMax;
  text = text.substr(0, kRawTextBytesMax);
  std::string out = valid_utf8_length(text) == text.size() ? std::string(text) : escape_invalid_utf8(text);
  return cut ? out + " …" : out;
}
}  // namespace weir::ingest
