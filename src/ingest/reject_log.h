#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.h"
#include "core/result.h"
#include "duck/row_source.h"
#include "ingest/input_file.h"

namespace weir::ingest {
/// A record that does not fit.
struct Reject {
  std::size_t file = 0;        ///< position in the load's files
  std::uint64_t line = 0;      ///< where it begins, from 1; in Parquet the row; 0 for the file as a whole
  std::string column;          ///< empty when it is not about one
  std::string reason;
  std::string raw_text;
};

/// How many rejects are too many.
struct RejectLimit {
  std::optional<std::uint64_t> rows;
  std::optional<double> fraction;  ///< of all records, in [0, 1]
};

/// Collects the rejects of one load; beyond some megabytes they go to a temporary file. Safe from many threads.
class RejectLog {
 public:
  /// `files` are those of the load.
  RejectLog(std::vector<InputFile> files, RejectLimit limit, std::filesystem::path temp_folder);

  /// Forgets everything but what was added to stay: a new pass begins.
  void clear();
  /// Adds a reject that a new pass does not bring again: a file that cannot be read.
  Status add_to_stay(Reject reject);
  /// Errors: kInvalid when there are more rejects than the limit allows, kIo.
  Status add(Reject reject);
  /// Errors: kInvalid when they are too large a part of `records_count` records.
  Status check_fraction(std::uint64_t records_count) const;

  std::uint64_t count() const { return count_.load(); }
  /// The first ones, for messages: "orders.csv:12: amount: "x" is not a number".
  std::vector<std::string> first_lines() const;

  /// The rejects as rows: _weir_source, line, column_name, reason, raw_text. Call when nobody adds any more; must not outlive this.
  std::shared_ptr<duck::RowSource> rows() const;

 private:
  friend class RejectRows;
  std::string describe(const Reject& reject) const;
  void append(const Reject& reject);
  std::vector<std::string> first_texts() const;
  Status too_many() const;

  std::vector<InputFile> files_;
  RejectLimit limit_;
  std::filesystem::path temp_folder_;
  mutable std::mutex mutex_;
  std::atomic<std::uint64_t> count_ = 0;
  std::multimap<std::pair<std::size_t, std::uint64_t>, std::string> first_;  ///< described, by file and line
  std::vector<Reject> staying_;
  std::string buffer_;                ///< serialized rejects that are not in the file yet
  std::optional<TempDir> folder_;     ///< of the file, once there is one
};

/// `text` as valid UTF-8 for the reject table: other bytes as \xNN, cut at a megabyte.
std::string printable(std::string_view text);
}  // namespace weir::ingest
