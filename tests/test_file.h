#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// The `.test` files of tests/cli, tests/sql and tests/e2e: what a user types and what must come.
///
///   # description: one line
///
///   file models/a.sql            writes a file into the test's own empty folder; the text ends at the next ----
///   ----
///   select 1 as x
///   ----
///
///   copy examples/shop           copies a folder of the repository into it
///
///   need ../shared/data/olist-sample    skips the test where this folder (from the repository) is absent
///
///   weir error 2 build           runs weir there; without `error N` it must end with 0
///   ----
///   <REGEX>:.*unknown source.*   its output, line by line (standard output, then standard error), up to an empty line;
///   ...                          this line matches any lines. Without ---- the output does not matter
///
///   query                        runs SQL over the lake
///   select status, count(*) from staging.stg_orders group by 1 order by 1
///   ----
///   paid	2
///
///   shell rm -r lake             runs a shell command there
///
/// ${REPOSITORY} and ${FOLDER} stand for the two folders.
namespace weir::test {
struct Block {
  enum class Kind { kFile, kCopy, kNeed, kWeir, kQuery, kShell };
  Kind kind = Kind::kWeir;
  int line = 0;
  std::string argument;               ///< path, or arguments
  int exit_code = 0;                  ///< kWeir
  std::vector<std::string> body;      ///< kFile: the text; kQuery: the SQL
  bool checks_output = false;
  std::vector<std::string> expected;  ///< output lines
};

struct TestFile {
  std::string path;
  std::string description;
  std::vector<Block> blocks;
};

Result<TestFile> parse_test_file(std::string_view path, std::string_view text);

/// Splits as a shell does: spaces, single and double quotes, backslash.
std::vector<std::string> shell_words(std::string_view text);

/// True when the lines are the expected ones; `...` stands for any lines, `<REGEX>:` begins a pattern (RE2, whole line).
bool lines_match(const std::vector<std::string>& expected, const std::vector<std::string>& actual);
}  // namespace weir::test
