#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "logs/moment.h"
#include "logs/recognition.h"
#include "logs/record.h"
#include "logs/record_blocks.h"

namespace weir::logs {
/// Reads the records of blocks. Lines that go on belong to the record above; blank lines between records are left out; a
/// line that does not parse comes as a record of its own, with the lines that go on behind it. Agrees with
/// Recognition::classify on what a line is. One thread at a time; make one for each.
class RecordReader {
 public:
  /// `recognition` must outlive the reader. `newest_micros`: see MomentReader.
  RecordReader(const Recognition& recognition, std::int64_t newest_micros);

  /// Begins at the front of `block`, which must stay as long as its records are read.
  void start(const RecordBlock& block);
  /// The next record; false at the end of the block.
  bool next(Record& record);

 private:
  struct Line {
    std::string_view text;  ///< with the '\r' that it may have
    Recognition::Match match;
    Level fast_level = Level::kNone;  ///< set: a record, found by the fast way; `match` is not set
    bool is_access = false;           ///< a record, whose fields `record_ahead_` holds
  };
  bool read_line(Line& line);
  bool may_go_on(const char* begin) const;
  void set_fields(const Line& line, std::string_view lines, Record& record);
  void join_container_lines(std::string_view first, std::string_view lines, Record& record);

  const Recognition& recognition_;
  const TextLayout* fast_layout_;
  const TextFields* fast_fields_;
  bool is_access_;
  const AccessPattern* access_pattern_;  ///< of requests in a format of their own, else null
  MomentReader moments_;
  std::string arena_;
  const RecordBlock* block_ = nullptr;
  std::size_t line_index_ = 0;
  std::size_t at_ = 0;
  bool has_ahead_ = false;
  Line ahead_;
  Record record_ahead_;
};
}  // namespace weir::logs
