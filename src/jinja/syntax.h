#pragma once

#include <string>

namespace weir::jinja {
/// How templates are written. Jinja2's defaults.
struct Syntax {
  std::string block_start = "{%";
  std::string block_end = "%}";
  std::string variable_start = "{{";
  std::string variable_end = "}}";
  std::string comment_start = "{#";
  std::string comment_end = "#}";
  std::string line_statement_prefix;   ///< empty: no line statements
  std::string line_comment_prefix;     ///< empty: no line comments
  bool trim_blocks = false;            ///< drop the newline after a block
  bool lstrip_blocks = false;          ///< drop the blanks in front of a block that begins its line
  bool keep_trailing_newline = false;  ///< else one newline at the end of the template is dropped
};
}  // namespace weir::jinja
