#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "ingest/sources/csv/csv_layout.h"
#include "ingest/text_blocks.h"

namespace weir::ingest {
/// Cuts the data of a file into blocks of some megabytes, at ends of records. A quote that is never closed (within 16 MiB, or to the
/// end of the file) makes its line a broken one; the next line is read as a new record. One thread at a time.
class CsvBlockReader : public BlockReader {
 public:
  /// Errors: as of TextStream::open.
  static Result<std::unique_ptr<CsvBlockReader>> open(const std::filesystem::path& path, std::string_view encoding, const CsvLayout& layout);
  Result<std::optional<TextBlock>> next() override;
  const TextStream& stream() const override { return *stream_; }

 private:
  CsvBlockReader(std::unique_ptr<TextStream> stream, const CsvLayout& layout)
      : stream_(std::move(stream)), dialect_(layout.dialect), skip_bytes_(layout.data_offset), line_(layout.data_line) {}
  TextBlock make_block(std::string text, const char* broken);
  Status fill(std::string& text);
  std::unique_ptr<TextStream> stream_;
  CsvDialect dialect_;
  std::uint64_t skip_bytes_;
  std::uint64_t line_;
  std::string carry_;
  bool in_long_line_ = false;
};
}  // namespace weir::ingest
