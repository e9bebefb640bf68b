#pragma once

#include <string>
#include <vector>

#include "logs/count.h"

/// The counts as text for people and programs. Levels stand with the gravest first.
namespace weir::logs {
/// A table of the levels (and of the status classes where there are any) over all files, then the kinds of lines:
///
///   level      records   share
///   FATAL        7,215   0.1 %
///   ERROR      152,537   2.1 %
///   …
///   9,476,925 lines: 7,136,700 records, 2,340,225 further lines of records
std::string count_table(const CountResult& result);

/// One object: {"FATAL": 7215, "ERROR": 152537, …, "lines": …, "records": …, "files": [{"path": …, the same keys}]}.
std::string count_json(const CountResult& result);

/// A header and a line for each file (RFC 4180, '\n').
std::string count_csv(const CountResult& result);

/// What a person should know besides the counts, a line each: files that failed, lines not understood.
std::vector<std::string> count_notes(const CountResult& result);
}  // namespace weir::logs
