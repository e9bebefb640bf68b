#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "logs/format_choice.h"
#include "logs/text_fields.h"
#include "logs/text_layout.h"

namespace weir::logs {
/// What the lines of one file look like, learned from its beginning; says of every line what it is. Immutable after
/// recognise(); many threads may ask at once.
class Recognition {
 public:
  /// Learns from `sample`, whole lines. kAuto finds the formats out; any other format is taken as given, kText with the
  /// place of the level learned. A file may mix up to a few formats.
  static Recognition recognise(std::string_view sample, const FormatChoice& wanted = {});

  /// What `line` (without its '\n', cut after some 10 KiB if longer) is by itself. Whether there is a record above that
  /// a continuation belongs to is the caller's to know.
  LineVerdict classify(std::string_view line) const;

  /// One of the formats that the file has.
  struct Pattern {
    Format format = Format::kText;
    TextLayout layout;  ///< of kText
    TextFields fields;  ///< of kText
    std::shared_ptr<const AccessPattern> access{};  ///< of kAccess in a format of its own, else null
  };
  /// A line with the pattern that explains it.
  struct Match {
    LineVerdict verdict;
    const Pattern* pattern = nullptr;  ///< null for what none explains
    std::string_view text;             ///< the line without '\r' and, under CRI, without the runtime's part
    std::string_view runtime_part;     ///< CRI: "2024-05-07T10:00:00.1Z stdout F "
  };
  /// As classify(); tells more.
  Match match(std::string_view line) const;

  /// The most frequent first.
  const std::vector<Pattern>& patterns() const { return patterns_; }
  bool is_cri() const { return is_cri_; }
  /// Whether any line that does not begin a record may belong to the record above; else only indented ones do.
  bool has_multi_line_records() const { return has_multi_line_records_; }

  /// The text layout to try before classify(): its parse_fast() says the same faster; null when there is none.
  const TextLayout* fast_layout() const;

  /// Whether a line that cannot begin as the fast layout's records do goes on with the record above, with no need to ask.
  bool continues_fast_layout() const { return fast_layout() != nullptr && patterns_.size() == 1 && has_multi_line_records_; }

  /// Whether what parse_access() takes for a record is one, with no need to ask classify().
  bool begins_with_access() const;

  /// The formats found, by how many lines have them, for people: "text", "glog+logfmt", "cri(json)"; "none".
  std::string name() const;

 private:
  static Recognition recognise_lines(std::span<const std::string_view> lines, const FormatChoice& wanted);
  void decide_continuations();
  Match match_content(std::string_view line) const;

  std::vector<Pattern> patterns_;
  bool is_cri_ = false;
  bool has_multi_line_records_ = false;
};
}  // namespace weir::logs
