#include "ingest/sources/csv/csv_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "ingest/sources/csv/csv_layout.h"
#include "ingest/sources/csv/csv_rows.h"
#include "ingest/text_stream.h"

namespace weir::ingest {
namespace {
constexpr std::size_t kLayoutBytes = 64U << 10U;
constexpr std::size_t kLineBytesMax = 4U << 20U;
constexpr std::size_t kTypeBytes = 8U << 20U;       // of all files together
constexpr std::size_t kTypeBytesOfFile = 64U << 10U;  // at least

const duck::Column* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(columns, [&](const duck::Column& column) { return equals_ignoring_case(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

class CsvFileSet : public FileSet {
 public:
  CsvFileSet(const LookRequest& request, const CsvOptions& options) : files_(request.files), options_(options) {}
  const std::vector<duck::Column>& columns() const override { return columns_; }
  const std::vector<BadFile>& bad_files() const override { return bad_files_; }
  const std::vector<std::string>& notes() const override { return notes_; }
  Result<FileRows> rows(const ReadRequest& request) override { return csv_rows(files_, csv_files_, options_, request); }

  Status look(const LookRequest& request) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (request.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");
      }
      if (auto status = look_at_file(i, request); !status) {
        Error error = std::move(status).error();
        error.subject = files_[i].name;
        bad_files_.push_back({i, std::move(error)});
      }
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (guessed_[i]) {
        columns_[i].type = guesses_[i].type();
      }
    }
    for (const duck::Column& column : request.known) {
      if (!csv_files_.empty() && find_column(columns_, column.name) == nullptr) {
        notes_.push_back(fmt::format("the column {} is in none of the files: it has no value", column.name));
      }
    }
    return {};
  }

 private:
  // Reads on until there are about `size_bytes` bytes and the end of a line.
  static Status read_lines(TextStream& stream, std::string& text, std::size_t size_bytes) {
    while (!stream.at_end() && (text.size() < size_bytes || text.find_first_of("\r\n") == std::string::npos) && text.size() < kLineBytesMax) {
      WEIR_TRY(stream.read(text, size_bytes));
    }
    return {};
  }

  Status look_at_file(std::size_t index, const LookRequest& request) {
    WEIR_TRY_ASSIGN(std::unique_ptr<TextStream> stream, TextStream::open(files_[index].path, options_.encoding));
    std::string text;
    WEIR_TRY(read_lines(*stream, text, kLayoutBytes));
    CsvExpectation expectation{.options = options_};
    for (const duck::Column& column : request.declared) {
      expectation.declared.push_back(column.name);
    }
    for (const duck::Column& column : request.known) {
      expectation.known.push_back(column.name);
    }
    for (const auto& [old_name, new_name] : request.renamed) {
      expectation.known.push_back(old_name);
    }
    expectation.likely = csv_files_.empty() ? nullptr : &csv_files_.back().layout.dialect;
    WEIR_TRY_ASSIGN(CsvLayout layout, find_csv_layout(text, stream->at_end(), expectation));
    for (std::string& name : layout.names) {
      name = renamed(name, request.renamed);
    }
    WEIR_TRY(request.renamed.empty() ? Status() : check_given_names(layout.names));
    const bool some_known = std::ranges::any_of(layout.names, [&](const std::string& name) { return find_column(request.known, name) != nullptr; });
    if (!request.known.empty() && !layout.names.empty() && !some_known) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("has none of the table's columns ({}) but {}; is it of this source, and does it have a header line?",
                              join(expectation.known, ", "), join(layout.names, ", ")));
    }
    for (const std::string& note : layout.notes) {
      notes_.push_back(fmt::format("{}: {}", files_[index].name, note));
    }
    add_columns(layout, request);
    const std::size_t budget = std::max(kTypeBytesOfFile, kTypeBytes / files_.size());
    if (std::ranges::any_of(guessed_, std::identity())) {
      while (!stream->at_end() && text.size() < budget) {
        WEIR_TRY(stream->read(text, kLineBytesMax / 4));
      }
      guess_types(text, stream->at_end(), layout);
    }
    csv_files_.push_back({index, std::move(layout)});
    return {};
  }

  void add_columns(const CsvLayout& layout, const LookRequest& request) {
    for (const std::string& name : layout.names) {
      if (find_column(columns_, name) != nullptr) {
        continue;
      }
      const duck::Column* told = find_column(request.known, name);
      told = told == nullptr ? find_column(request.declared, name) : told;
      columns_.push_back(told == nullptr ? duck::Column{name, {.id = duck::TypeId::kVarchar}} : *told);
      guesses_.emplace_back();
      guessed_.push_back(told == nullptr);
      if (!request.known.empty() && find_column(request.known, name) == nullptr) {
        notes_.push_back(fmt::format("the column {} is new", name));
      }
    }
  }

  void guess_types(std::string& text, bool whole, const CsvLayout& layout) {
    const char newline = layout.dialect.newline;
    if (whole && !text.empty() && text.back() != newline) {
      text += newline;
    }
    std::string_view rest(text);
    rest = rest.substr(0, csv_cut(rest, layout.dialect).complete_bytes);
    rest.remove_prefix(std::min<std::size_t>(layout.data_offset, rest.size()));
    std::vector<std::size_t> positions;
    for (const std::string& name : layout.names) {
      positions.push_back(static_cast<std::size_t>(find_column(columns_, name) - columns_.data()));
    }
    const CsvRecordParser parser(layout.dialect);
    CsvRecord record;
    while (!rest.empty()) {
      parser.parse(rest, record);
      rest.remove_prefix(record.length_bytes);
      if (record.malformed || record.unclosed || record.fields.size() != positions.size()) {
        continue;
      }
      for (std::size_t i = 0; i < positions.size(); ++i) {
        const std::string_view value = record.fields[i].text;
        const bool null = trim(value).empty() || std::ranges::find(options_.nulls, value) != options_.nulls.end();
        if (guessed_[positions[i]] && !null) {
          guesses_[positions[i]].add(value, options_.formats);
        }
      }
    }
  }

  std::vector<InputFile> files_;
  const CsvOptions& options_;
  std::vector<CsvFile> csv_files_;
  std::vector<duck::Column> columns_;
  std::vector<TypeGuess> guesses_;
  std::vector<bool> guessed_;
  std::vector<BadFile> bad_files_;
  std::vector<std::string> notes_;
};

class CsvFormat : public FileFormat {
 public:
  explicit CsvFormat(CsvOptions options) : options_(std::move(options)) {}
  Result<std::unique_ptr<FileSet>> look_at(const LookRequest& request) const override {
    auto set = std::make_unique<CsvFileSet>(request, options_);
    WEIR_TRY(set->look(request));
    return set;
  }

 private:
  CsvOptions options_;
};
}  // namespace

Result<std::unique_ptr<FileFormat>> parse_csv_format(ConfigMap& source) {
  const ConfigNode* node = source.find("csv");
  WEIR_TRY_ASSIGN(CsvOptions options, parse_csv_options(node == nullptr ? ConfigNode() : *node));
  return std::make_unique<CsvFormat>(std::move(options));
}
}  // namespace weir::ingest
