#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "duck/database.h"
#include "duck/row_source.h"
#include "ingest/input_file.h"
#include "ingest/reject_log.h"

/// What a kind of file (CSV, JSON, Parquet) has to be able to do. One folder of sources/ for each.
namespace weir::ingest {
/// A file that cannot be read at all.
struct BadFile {
  std::size_t file = 0;  ///< position in the load's files
  Error error;
};

/// Columns whose name in some files is not the table's: the file's name and the table's.
using RenamedColumns = std::vector<std::pair<std::string, std::string>>;
/// The table's name of a file's column; names are compared whatever their case.
std::string renamed(std::string_view name, const RenamedColumns& columns);
/// Errors: kInvalid when two columns of a file have become one.
Status check_given_names(const std::vector<std::string>& names);

struct LookRequest {
  const std::vector<InputFile>& files;
  std::vector<duck::Column> known;     ///< the table's columns that files fill; empty for a new table
  std::vector<duck::Column> declared;  ///< what `columns:` says; also in `known` once the table is there
  RenamedColumns renamed = {};
  duck::Connection& connection;
  std::stop_token stop;
};

struct ReadRequest {
  std::vector<duck::Column> columns;  ///< wanted: names and types
  std::vector<std::string> keys;      ///< columns that must have a value
  bool with_order = false;            ///< adds _weir_order: grows with the file and the place in it
  RejectLog& rejects;
  duck::Connection& connection;
  /// Told how many packed bytes of the files have been read so far; from any thread.
  std::function<void(std::uint64_t bytes)> progress;
  std::stop_token stop;
};

/// Puts _weir_source and, if wanted, _weir_order behind a format's own columns.
void add_place_columns(std::vector<duck::Column>& columns, bool with_order);

/// Rows that can be read once or several times while this and its FileSet live.
struct FileRows {
  std::string sql;  ///< gives the wanted columns, then _weir_source (text) and, if wanted, _weir_order (bigint)
  std::vector<duck::RowSourceBinding> bindings;
  /// The records that were read in the last pass, with the rejected ones. Call when the statement has ended; all rejects are in the
  /// log then. Errors: as of RejectLog::add, kIo, kCancelled.
  std::function<Result<std::uint64_t>()> records_count;
  bool is_columnar = false;  ///< reading a column alone costs little
  std::function<std::vector<std::string>()> notes;  ///< what the last pass has found that people should know
};

/// Files that have been looked at: their beginnings, or their schemas.
class FileSet {
 public:
  virtual ~FileSet() = default;
  /// The columns of all readable files, in the order of their appearance, by name whatever its case. Types: of `known`, else of
  /// `declared`, else found in the files.
  virtual const std::vector<duck::Column>& columns() const = 0;
  virtual const std::vector<BadFile>& bad_files() const = 0;
  /// What people should know: "orders_2.csv: read as windows-1252".
  virtual const std::vector<std::string>& notes() const = 0;
  /// Errors: kInvalid, kUnsupported for types that the format cannot give.
  virtual Result<FileRows> rows(const ReadRequest& request) = 0;
};

class FileFormat {
 public:
  virtual ~FileFormat() = default;
  /// Looks at the files; bad ones are reported in the set. Errors: kIo, kCancelled, kInvalid for what holds for all files.
  /// The set keeps `request.files`' contents, not the reference.
  virtual Result<std::unique_ptr<FileSet>> look_at(const LookRequest& request) const = 0;
};

/// A format by its `type:`; reads the keys of its own from the source's map. Errors: kInvalid with the place.
struct FileFormatEntry {
  std::string_view name;
  Result<std::unique_ptr<FileFormat>> (*parse)(ConfigMap& source);
};
/// All formats: the list to add one to.
const std::vector<FileFormatEntry>& file_formats();
}  // namespace weir::ingest
