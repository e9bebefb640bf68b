#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "logs/level.h"

/// The formats of which every line tells by itself what it is. Each function looks at one line without its line break.
namespace weir::logs {
enum class Format : std::uint8_t {
  kAuto,    ///< find out
  kAccess,  ///< Apache's and nginx's common and combined: no level, but a status
  kSyslog,  ///< RFC 3164 and 5424; the level is the severity of <PRI>, without which there is none
  kJson,    ///< an object per line
  kLogfmt,  ///< key=value pairs
  kGlog,    ///< glog and klog: "W0507 12:04:17.597069 1 file.go:169] text"
  kCri,     ///< Kubernetes' container runtime: "<moment> stdout F <line of another format>"
  kText,    ///< a moment, names and a level at a place that the file keeps to: log4j, logback, Python, plain
};
/// "auto", "access", "syslog", "json", "logfmt", "glog", "cri", "text".
std::string_view format_name(Format format);

enum class LineKind : std::uint8_t {
  kRecord,        ///< starts a record
  kContinuation,  ///< a further line of the record above
  kBlank,
  kUnparsed,  ///< not what the format demands
};

/// What a line is.
struct LineVerdict {
  LineKind kind = LineKind::kUnparsed;
  Level level = Level::kNone;
  std::uint8_t status_class = 0;  ///< 1 … 5 for HTTP statuses 100 … 599; 0: no status
  bool is_partial = false;        ///< the next line goes on where this one ends (CRI's tag P)
};

/// `host ident user [dd/Mon/yyyy:hh:mm:ss zone] "request" status size …`.
std::optional<LineVerdict> parse_access(std::string_view line);
/// `<PRI>…`, or `Mon dd hh:mm:ss host …` without a level.
std::optional<LineVerdict> parse_syslog(std::string_view line);
/// `{… "level": "warn" …}`: keys level, severity, lvl and their kin in any case, at the top or in "log".
/// Reads no further than to the level.
std::optional<LineVerdict> parse_json_line(std::string_view line);
/// `time=… level=warn msg="…"`; a line without a level key is not taken for logfmt.
std::optional<LineVerdict> parse_logfmt(std::string_view line);
std::optional<LineVerdict> parse_glog(std::string_view line);

struct CriLine {
  bool is_partial = false;
  std::string_view text;  ///< what the container wrote
};
std::optional<CriLine> parse_cri(std::string_view line);
}  // namespace weir::logs
