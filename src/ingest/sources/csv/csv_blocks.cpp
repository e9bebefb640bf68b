#include "ingest/sources/csv/csv_blocks.h"

#include <simdjson.h>

#include <algorithm>

namespace weir::ingest {
namespace {
constexpr std::size_t kBlockBytes = 2U << 20U;
constexpr std::size_t kRecordBytesMax = 16U << 20U;
constexpr const char* kUnclosed = "a quote is opened that is never closed";
constexpr const char* kTooLong = "the record is longer than 16 MiB";
}  // namespace

Result<std::unique_ptr<CsvBlockReader>> CsvBlockReader::open(const std::filesystem::path& path, std::string_view encoding,
                                                             const CsvLayout& layout) {
  WEIR_TRY_ASSIGN(std::unique_ptr<TextStream> stream, TextStream::open(path, encoding));
  return std::unique_ptr<CsvBlockReader>(new CsvBlockReader(std::move(stream), layout));
}

TextBlock CsvBlockReader::make_block(std::string text, const char* broken) {
  TextBlock block{.text = std::move(text), .first_line = line_, .broken = broken};
  line_ += static_cast<std::uint64_t>(std::ranges::count(block.text, dialect_.newline));
  block.valid_utf8 = simdjson::validate_utf8(block.text.data(), block.text.size());
  return block;
}

// Adds a piece of the file to `text`; at its end also the newline that the last line may lack.
Status CsvBlockReader::fill(std::string& text) {
  WEIR_TRY(stream_->read(text, kBlockBytes));
  const std::size_t skipped = std::min<std::uint64_t>(skip_bytes_, text.size());
  text.erase(0, skipped);
  skip_bytes_ -= skipped;
  if (stream_->at_end() && !text.empty() && text.back() != dialect_.newline) {
    text += dialect_.newline;
  }
  return {};
}

Result<std::optional<TextBlock>> CsvBlockReader::next() {
  std::string text = std::move(carry_);
  carry_.clear();
  for (;;) {
    if (text.empty() && stream_->at_end()) {
      return std::nullopt;
    }
    WEIR_TRY(fill(text));
    const bool last = stream_->at_end();
    if (text.empty()) {
      continue;
    }
    const std::size_t newline = text.find(dialect_.newline);
    if (in_long_line_) {
      in_long_line_ = newline == std::string::npos;
      const std::size_t end = in_long_line_ ? text.size() : newline + 1;
      carry_ = text.substr(end);
      text.resize(end);
      return make_block(std::move(text), kTooLong);
    }
    const CsvCut cut = csv_cut(text, dialect_);
    if (cut.complete_bytes > 0) {
      carry_ = text.substr(cut.complete_bytes);
      text.resize(cut.complete_bytes);
      return make_block(std::move(text), nullptr);
    }
    if (!last && text.size() < kRecordBytesMax) {
      continue;
    }
    // The record never ends: its first line is given up.
    const std::size_t end = newline == std::string::npos ? text.size() : newline + 1;
    in_long_line_ = newline == std::string::npos && !last;
    carry_ = text.substr(end);
    text.resize(end);
    return make_block(std::move(text), cut.in_quotes ? kUnclosed : kTooLong);
  }
}
}  // namespace weir::ingest
