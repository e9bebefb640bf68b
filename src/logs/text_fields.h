#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "logs/moment.h"
#include "logs/record.h"
#include "logs/text_layout.h"

namespace weir::logs {
/// What stands around the level in a text log, learned from some of its lines. Immutable after learn().
///
///   2024-01-01 20:15:01,123 INFO [http exec 7] com.shop.OrderService - Order 4711 confirmed
///   time                         thread        logger                  message
///   2015-07-29 17:41:44,747 - WARN  [main] - text             12:00:00 1234 I Tag: text
///   [2016-12-20 00:00:36,888] INFO text (kafka.log.Log)       INFO:root:text
class TextFields {
 public:
  /// Learns from lines for which `layout` finds a level; others are left out.
  static TextFields learn(const TextLayout& layout, std::span<const std::string_view> lines);

  /// Sets time, thread, logger and message of the record that begins with `line` and whose level's name is at `place`.
  /// `lines` is the whole record, beginning with `line`: the message goes to its end.
  void read(std::string_view line, std::string_view lines, TextLayout::LevelPlace place, MomentReader& moments,
            Record& record) const;

 private:
  bool has_bracketed_thread_ = false;  ///< "[thread]" behind the level
  bool has_logger_ = false;            ///< "name:", "name -" behind the level
  bool has_logger_at_end_ = false;     ///< "(name)" at the line's end
  std::size_t time_at_ = 0;            ///< where most lines have their time
};
}  // namespace weir::logs
