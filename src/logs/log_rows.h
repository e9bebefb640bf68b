#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "duck/database.h"
#include "duck/row_source.h"
#include "logs/format_choice.h"
#include "logs/recognition.h"
#include "logs/record.h"
#include "logs/record_blocks.h"

/// Logs as tables.
namespace weir::logs {
/// What a column of a log's table holds.
enum class LogColumn : std::uint8_t {
  kTime,  ///< TIMESTAMP, UTC
  kLevel,
  kThread,
  kLogger,
  kMessage,
  kHost,
  kStream,
  kUserName,
  kMethod,
  kPath,
  kQuery,
  kProtocol,
  kStatus,      ///< INTEGER
  kBytes,       ///< BIGINT
  kReferer,
  kUserAgent,
  kDurationMs,  ///< DOUBLE
  kFile,
  kLine,  ///< BIGINT
  kRaw,
};
/// "time", "user_name", "duration_ms" …
std::string_view log_column_name(LogColumn column);
duck::Type log_column_type(LogColumn column);
/// Whether `record` has a value for the column.
bool has_value(LogColumn column, const Record& record);

/// Writes the values of records into columns. One thread at a time.
class LogValues {
 public:
  /// Begins with the records of `block`.
  void start(const RecordBlock& block);
  /// `file` is the value of kFile.
  void write(LogColumn wanted, const Record& record, std::string_view file, duck::VectorWriter& column, std::uint64_t row);

 private:
  bool is_sound_ = true;  ///< all of the block is UTF-8; a long text may have been cut within a letter
  std::string scratch_;
};

/// The columns that the formats of a log have: those of requests for access logs, those of messages for others, then
/// file, line and raw.
std::vector<LogColumn> log_columns(const Recognition& recognition);

struct LogRowsOptions {
  std::vector<std::string> inputs;  ///< as CountOptions::inputs, without standard input
  FormatChoice format;
  bool with_unparsed = false;  ///< lines that are not understood are rows too, with file, line and raw only
};

/// Opens logs as rows, a row for each record. The first file tells the columns. Blocks of the files are read by all
/// threads of a statement. Texts that are no UTF-8 have U+FFFD in place of what is wrong.
/// Errors: as RecordBlocks::open for the first file; kNotFound for a pattern without files.
Result<std::shared_ptr<duck::RowSource>> open_log_rows(const LogRowsOptions& options);

/// Adds `FROM logs('access.log')` to SQL. Options, all texts: format => 'json' (see parse_format), unparsed => 'true'.
/// A path that is not there is looked for in `folder`.
Status register_logs_function(duck::Connection& connection, const std::string& folder);

/// `text` with U+FFFD for bytes that are no UTF-8; `text` itself when it has none. Uses `scratch` otherwise.
std::string_view as_utf8(std::string_view text, std::string& scratch);
}  // namespace weir::logs
