#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "ingest/sources/csv/csv_layout.h"
#include "ingest/text_stream.h"

namespace weir::ingest {
/// Some whole records of a file.
struct CsvBlock {
  std::string text;              ///< ends with a newline
  std::uint64_t first_line = 1;  ///< of the file, from 1
  bool valid_utf8 = true;
  /// Not empty: `text` is no records but one line that cannot be read, and this is why.
  const char* broken = nullptr;
};

/// Cuts the data of a file into blocks of some megabytes, at ends of records. A quote that is never closed (within 16 MiB, or to the
/// end of the file) makes its line a broken one; the next line is read as a new record. One thread at a time.
class CsvBlockReader {
 public:
  /// Errors: as of TextStream::open.
  static Result<std::unique_ptr<CsvBlockReader>> open(const std::filesystem::path& path, std::string_view encoding, const CsvLayout& layout);
  /// The next block, or nothing at the end. Errors: kIo, kCorrupt.
  Result<std::optional<CsvBlock>> next();
  const TextStream& stream() const { return *stream_; }

 private:
  CsvBlockReader(std::unique_ptr<TextStream> stream, const CsvLayout& layout)
      : stream_(std::move(stream)), dialect_(layout.dialect), skip_bytes_(layout.data_offset), line_(layout.data_line) {}
  CsvBlock make_block(std::string text, const char* broken);
  Status fill(std::string& text);
  std::unique_ptr<TextStream> stream_;
  CsvDialect dialect_;
  std::uint64_t skip_bytes_;
  std::uint64_t line_;
  std::string carry_;
  bool in_long_line_ = false;
};
}  // namespace weir::ingest
