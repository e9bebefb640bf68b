#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "logs/line_formats.h"
#include "logs/moment.h"
#include "logs/record.h"

namespace weir::logs {
/// What stands at one place of a line.
enum class AccessField : std::uint8_t {
  kNone,       ///< a variable that no record has
  kHost,
  kUser,
  kTimeLocal,  ///< "31/Jan/2024:20:15:01 +0100"
  kTime,       ///< any other moment, as MomentReader::read knows them
  kTimeNumber,  ///< seconds, milliseconds or microseconds since 1970
  kRequest,     ///< "GET /a?b=c HTTP/1.1"
  kMethod,
  kTarget,  ///< "/a?b=c"
  kPath,
  kQuery,  ///< with or without '?' in front
  kProtocol,
  kStatus,
  kBytes,
  kReferer,
  kUserAgent,
  kSeconds,  ///< of the duration, also with a fraction
  kMilliseconds,
  kMicroseconds,
};

/// The lines of an access log whose format is given as the server's configuration has it. Immutable; many threads may
/// use one at once.
///
///   $remote_addr [$time_local] "$request" $status      %h %t "%r" %>s
///   host         kTimeLocal    kRequest   kStatus, and the texts between: " [", "] \"", "\" ", ""
class AccessPattern {
 public:
  /// Compiles nginx's `log_format` (variables as $name or ${name}) or Apache's `LogFormat` (directives as %>s, %{Referer}i),
  /// whichever begins first, also with the backslashes that a configuration has before quotes. Variables of nginx that no record has, and such directives, are skipped over.
  /// Errors: kInvalid with the column in `format` for an unknown directive, a directive or variable that does not end,
  /// two without a text between them; and when no variable is known.
  static Result<AccessPattern> compile(std::string_view format);

  /// A record with the class of its status, or nothing when a text between the fields is missing.
  std::optional<LineVerdict> parse(std::string_view line) const;
  /// Sets the fields of `record`; false, with `record` half filled, where parse() finds nothing. A value that is no
  /// number or moment where one belongs is not set. Texts stay as the server escaped them.
  bool read(std::string_view line, MomentReader& moments, Record& record) const;

 private:
  struct Step {
    AccessField field = AccessField::kNone;
    bool is_quoted = false;  ///< '"' before and behind: ends at none behind a backslash
    std::string behind;      ///< the text between this field and the next; empty at the line's end only
    std::size_t inner_count = 0;  ///< so often `behind` stands in the field itself, as ' ' in %{%F %T}t
  };
  friend class AccessPatternCompiler;

  template <typename Take>
  bool walk(std::string_view line, Take take) const;
  std::size_t end_of_field(std::string_view line, std::size_t begin, std::size_t index) const;
  bool may_begin(std::string_view line, std::size_t at, std::size_t index) const;

  std::string front_;  ///< the text before the first field
  std::vector<Step> steps_;
};
}  // namespace weir::logs
