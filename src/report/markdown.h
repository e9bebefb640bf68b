#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Markdown as GitHub writes it (tables, strikethrough, links without brackets), made safe for a page.
namespace weir::report {
/// A fenced block of code in a Markdown text.
struct FencedBlock {
  std::string info;     ///< what stands behind the opening fence: "sql monthly"
  std::string content;  ///< with a newline at the end of each line, without the fence's own indentation
  int line_first = 0;   ///< of the opening fence, from 1
  int line_last = 0;    ///< of the closing fence, or the last line of the text when it is not closed
};
std::vector<FencedBlock> fenced_blocks(std::string_view markdown);

/// The pieces that the expressions of a report gave. Text refers to them by marks, so that neither data nor HTML
/// ever goes through the Markdown parser: data stays data, whatever it looks like.
class Fragments {
 public:
  enum class Kind : std::uint8_t {
    kText,   ///< a value in prose, not escaped
    kBlock,  ///< HTML of a chart or a table
    kCard,   ///< HTML of a card; cards of one paragraph stand in one row
  };
  struct Fragment {
    Kind kind = Kind::kText;
    std::string content;
    std::string made_by;  ///< for messages: "line"
    Place place;          ///< of the call
  };

  /// Keeps the fragment and returns its mark.
  std::string add(Fragment fragment);
  const std::vector<Fragment>& all() const { return fragments_; }

 private:
  std::vector<Fragment> fragments_;
};

/// Renders Markdown with marks to HTML. Raw HTML in the text is shown as text, but for <br>, <sub>, <sup>, <kbd>,
/// <mark> and <small>; unsafe links lose their address. A paragraph of charts becomes a row of charts, one of cards a
/// row of cards. Errors: kInvalid for a chart within a line of text, and for a picture that is not in the text itself
/// (`data:`).
Result<std::string> markdown_html(std::string_view markdown, const Fragments& fragments);
}  // namespace weir::report
