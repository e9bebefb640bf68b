#include "report/report_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/config.h"
#include "core/text.h"
#include "report/data_table.h"
#include "report/functions.h"
#include "report/markdown.h"

namespace weir::report {
namespace {
/// The lines of a text without their ends. Line 1 is at 0.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& line : lines) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
  }
  return lines;
}

std::string file_stem(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  return std::string(file.substr(0, file.rfind('.')));
}

void clear_lines(std::vector<std::string>& lines, int first, int last) {
  for (int line = first; line <= last && line <= static_cast<int>(lines.size()); ++line) {
    lines[static_cast<std::size_t>(line - 1)].clear();
  }
}

/// Reads the YAML between two lines of dashes at the very start, and clears these lines.
Status take_front_matter(ReportFile& report, std::vector<std::string>& lines) {
  if (lines.empty() || lines.front() != "---") {
    return {};
  }
  const auto closing = std::find(lines.begin() + 1, lines.end(), "---");
  if (closing == lines.end()) {
    return fail_at({report.path, 1, 1}, "the front matter is not closed; it ends with a line of three dashes: ---");
  }
  std::string yaml = "\n";  // so that lines count as in the file
  for (auto line = lines.begin() + 1; line != closing; ++line) {
    yaml += *line + "\n";
  }
  clear_lines(lines, 1, static_cast<int>(closing - lines.begin()) + 1);
  WEIR_TRY_ASSIGN(const ConfigNode node, parse_config(yaml, report.path));
  WEIR_TRY_ASSIGN(ConfigMap front, ConfigMap::open(node, "front matter"));
  WEIR_TRY_ASSIGN(report.title, front.text_or("title", ""));
  WEIR_TRY_ASSIGN(report.description, front.text_or("description", ""));
  WEIR_TRY_ASSIGN(report.language, front.text_or("language", "en"));
  WEIR_TRY_ASSIGN(report.tags, front.texts("tags"));
  return front.finish();
}

bool is_identifier(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// The name in "sql monthly"; nothing when the block is not a query.
std::optional<std::string> query_name(std::string_view info) {
  info = trim(info);
  const std::size_t space = info.find_first_of(" \t");
  if (!equals_ignoring_case(info.substr(0, space), "sql") || space == std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(trim(info.substr(space)));
}

Status check_query(const ReportFile& report, const std::string& name, const Place& fence) {
  if (!is_identifier(name)) {
    return fail_at(
        fence,
        fmt::format("\"{}\" cannot be the name of a query; it is one word of letters, digits and _: ```sql monthly",
                    name));
  }
  if (is_report_function(name)) {
    return fail_at(fence, fmt::format("a query cannot be called \"{}\": that is a function of reports", name));
  }
  const auto twin = std::ranges::find(report.queries, name, &ReportQuery::name);
  if (twin != report.queries.end()) {
    return fail_at(fence, fmt::format("there is a query \"{}\" already, in line {}", name, twin->place.line - 1));
  }
  return {};
}

bool is_closing_fence(std::string_view line) {
  // Behind list markers and quotes there may be more before the fence.
  line = trim(line);
  return line.ends_with("```") || line.ends_with("~~~");
}

Status take_queries(ReportFile& report, std::vector<std::string>& lines) {
  const std::string text = join(lines, "\n");
  for (const FencedBlock& block : fenced_blocks(text)) {
    const std::optional<std::string> name = query_name(block.info);
    if (!name) {
      continue;
    }
    const std::string& opening = lines[static_cast<std::size_t>(block.line_first - 1)];
    const std::size_t indent = opening.find_first_of("`~");
    const Place fence{report.path, block.line_first, static_cast<int>(indent) + 1};
    WEIR_TRY(check_query(report, *name, fence));
    const std::string& closing = lines[static_cast<std::size_t>(block.line_last - 1)];
    if (block.line_last == block.line_first || !is_closing_fence(closing)) {
      return fail_at(fence, fmt::format("the query \"{}\" is not closed; it ends with a line of ```", *name));
    }
    if (trim(block.content).empty()) {
      return fail_at(fence, fmt::format("the query \"{}\" is empty", *name));
    }
    report.queries.push_back({*name, block.content, {report.path, block.line_first + 1, static_cast<int>(indent) + 1}});
    clear_lines(lines, block.line_first, block.line_last);
  }
  return {};
}

/// Makes a first heading without Jinja the title.
void take_title(ReportFile& report, std::vector<std::string>& lines) {
  const auto first = std::ranges::find_if(lines, [](const std::string& line) { return !trim(line).empty(); });
  if (report.title.empty() && first != lines.end() && first->starts_with("# ") &&
      first->find('{') == std::string::npos) {
    report.title = trim(std::string_view(*first).substr(2));
    first->clear();
  }
  if (report.title.empty()) {
    report.title = title_of(replace_all(report.name, "-", "_"));
  }
}
}  // namespace

Result<ReportFile> parse_report(std::string_view path, std::string_view text) {
  ReportFile report;
  report.path = path;
  report.name = file_stem(path);
  report.language = "en";
  std::vector<std::string> lines = lines_of(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  WEIR_TRY(take_front_matter(report, lines));
  WEIR_TRY(take_queries(report, lines));
  take_title(report, lines);
  report.body = join(lines, "\n");
  WEIR_TRY(check_template(report));
  return report;
}
}  // namespace weir::report
