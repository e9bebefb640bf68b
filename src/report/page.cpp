#include "report/page.h"

#include <fmt/format.h>

#include <array>
#include <fstream>

#include "core/text.h"
#include "report/functions.h"
#include "report/html.h"
#include "report/markdown.h"
#include "web_assets.h"

namespace weir::report {
namespace {
constexpr std::string_view kStateBegin = "<meta name=\"weir-state\" content=\"";
/// The state stands before the style, so it lies within so much of a page; escaping makes a byte six at most.
constexpr std::size_t kHeadBytesMax = 6 * kPageStateBytesMax + 16 * 1024;

std::string unescape_html(std::string_view text) {
  std::string out(text);
  static constexpr std::array<std::array<std::string_view, 2>, 5> kEntities = {
      {{"&lt;", "<"},
       {"&gt;", ">"},
       {"&quot;", "\""},
       {"&#39;", "'"},
       {"&amp;", "&"}}};  // the last is the first that escaping did
  for (const auto& [entity, character] : kEntities) {
    out = replace_all(out, entity, character);
  }
  return out;
}

/// Turns a place within the SQL, which a runner may have given, into one in the report's file.
Error at_query(Error error, const ReportQuery& query) {
  if (!error.place) {
    error.place = query.place;
  } else if (error.place->file.empty()) {
    const Place within = *error.place;
    error.place = Place{query.place.file, query.place.line + std::max(within.line, 1) - 1,
                        within.column > 0 ? within.column + query.place.column - 1 : 0};
  }
  if (error.subject.empty()) {
    error.subject = fmt::format("query \"{}\"", query.name);
  }
  return error;
}

Result<std::vector<QueryResult>> run_queries(const ReportFile& report, QueryRunner& runner,
                                             std::size_t rows_count_max) {
  std::vector<QueryResult> results;
  for (const ReportQuery& query : report.queries) {
    auto table = runner.run(query.sql, query.place, rows_count_max);
    if (!table) {
      return std::unexpected(at_query(std::move(table).error(), query));
    }
    if (table->rows.size() > rows_count_max) {
      return fail_at(query.place,
                     fmt::format("the query \"{}\" gives more than {} rows, too many for a page; group them in the SQL "
                                 "(by month, by region) or add a limit",
                                 query.name, human_count(rows_count_max)));
    }
    results.push_back({query.name, std::move(*table)});
  }
  return results;
}

std::string page_html(const ReportFile& report, std::string_view content, const RenderOptions& options) {
  const std::string policy = fmt::format(
      "default-src 'none'; script-src '{}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      web::report_js_csp_hash());
  const std::string lead =
      report.description.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>\n", escape_html(report.description));
  std::string generated;
  if (options.generated_at) {
    const std::string time = Format::parse("datetime")->write(Cell(*options.generated_at));
    generated =
        fmt::format("Generated <time datetime=\"{}\">{} UTC</time> · ", format_timestamp(*options.generated_at), time);
  }
  return fmt::format(R"(<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
{state_begin}{state}">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{description}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
{css}</style>
</head>
<body>
<div class="page">
<header>
<h1>{title}</h1>
{lead}</header>
<main>
{content}</main>
<footer>{generated}Made with weir</footer>
</div>
<script>{js}</script>
</body>
</html>
)",
                     fmt::arg("language", escape_html(report.language)), fmt::arg("state_begin", kStateBegin),
                     fmt::arg("state", escape_html(options.state)), fmt::arg("policy", policy),
                     fmt::arg("title", escape_html(report.title)),
                     fmt::arg("description", escape_html(report.description)), fmt::arg("css", web::report_css()),
                     fmt::arg("lead", lead), fmt::arg("content", content), fmt::arg("generated", generated),
                     fmt::arg("js", web::report_js()));
}
}  // namespace

Result<std::string> render_report(const ReportFile& report, QueryRunner& runner, const RenderOptions& options) {
  if (options.state.size() > kPageStateBytesMax) {
    return fail(ErrorCode::kInvalid, "the report reads too many tables for its page to name them all", report.path);
  }
  WEIR_TRY_ASSIGN(const std::vector<QueryResult> results, run_queries(report, runner, options.query_rows_max));
  Fragments fragments;
  WEIR_TRY_ASSIGN(const std::string markdown, render_template(report, results, fragments));
  auto content = markdown_html(markdown, fragments);
  if (!content) {
    Error error = std::move(content).error();
    error.place = error.place.value_or(Place{report.path});
    return std::unexpected(std::move(error));
  }
  return page_html(report, *content, options);
}

std::optional<std::string> page_state(std::string_view html) {
  html = html.substr(0, kHeadBytesMax);
  const std::size_t begin = html.find(kStateBegin);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  html.remove_prefix(begin + kStateBegin.size());
  const std::size_t end = html.find('"');
  return end == std::string_view::npos ? std::nullopt : std::optional(unescape_html(html.substr(0, end)));
}

Result<std::optional<std::string>> read_page_state(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return std::nullopt;
  }
  std::ifstream stream(file, std::ios::binary);
  std::string head(kHeadBytesMax, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (stream.bad() || (stream.fail() && !stream.eof())) {
    return fail(ErrorCode::kIo, "cannot read the page", file.string());
  }
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return page_state(head);
}
}  // namespace weir::report
