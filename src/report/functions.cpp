#include "report/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/text.h"
#include "jinja/environment.h"
#include "report/big_value.h"
#include "report/call.h"
#include "report/chart.h"
#include "report/html.h"

namespace weir::report {
namespace {
/// What functions work with while a report is rendered.
struct Page {
  const std::vector<QueryResult>& queries;
  Fragments& fragments;
};

using Options = std::vector<std::string_view>;

jinja::Value mark(Page& page, Fragments::Kind kind, std::string html, std::string_view made_by, const Place& place) {
  const std::string text = page.fragments.add({kind, std::move(html), std::string(made_by), place});
  return jinja::Value(jinja::Str::make_markup(text));
}

Options options_of(ChartKind kind) {
  switch (kind) {
    case ChartKind::kLine:
    case ChartKind::kArea:
      return {"x", "y", "series", "title", "subtitle", "titles", "format", "x_format", "stack", "zero"};
    case ChartKind::kBar:
      return {"x", "y", "series", "title", "subtitle", "titles", "format", "x_format", "stack", "zero", "horizontal"};
    case ChartKind::kScatter:
      return {"x", "y", "series", "title", "subtitle", "titles", "format", "x_format", "label", "zero"};
    case ChartKind::kHeatmap:
      return {"x", "y", "value", "title", "subtitle", "titles", "format", "x_format"};
  }
  return {};
}

Status read_y(const Call& call, ChartRequest& request) {
  WEIR_TRY_ASSIGN(request.y, call.texts("y"));
  const bool takes_one = request.kind == ChartKind::kScatter || request.kind == ChartKind::kHeatmap;
  if (request.y.empty() || (takes_one && request.y.size() > 1)) {
    const std::string_view name = chart_name(request.kind);
    return fail(ErrorCode::kInvalid,
                fmt::format("{} needs y, the name of {}: {}({}, x='column', y='column')", name,
                            takes_one ? "one column" : "a column, or a list of them", name, call.query().name));
  }
  return {};
}

Result<ChartRequest> read_chart(const Call& call, ChartKind kind, const Options& options) {
  const auto has = [&](std::string_view option) { return std::ranges::find(options, option) != options.end(); };
  ChartRequest request;
  request.kind = kind;
  WEIR_TRY_ASSIGN(request.x, call.required_text("x"));
  WEIR_TRY(read_y(call, request));
  WEIR_TRY_ASSIGN(request.title, call.text("title"));
  WEIR_TRY_ASSIGN(request.subtitle, call.text("subtitle"));
  WEIR_TRY_ASSIGN(request.titles, call.pairs("titles"));
  WEIR_TRY_ASSIGN(request.format, call.format("format"));
  WEIR_TRY_ASSIGN(request.x_format, call.format("x_format"));
  if (has("value")) {
    WEIR_TRY_ASSIGN(request.value, call.required_text("value"));
  }
  if (has("series")) {
    WEIR_TRY_ASSIGN(request.series, call.text("series"));
  }
  if (has("label")) {
    WEIR_TRY_ASSIGN(request.label, call.text("label"));
  }
  if (has("stack")) {
    WEIR_TRY_ASSIGN(request.stack, call.flag("stack"));
  }
  if (has("horizontal")) {
    WEIR_TRY_ASSIGN(const auto horizontal, call.flag("horizontal"));
    request.horizontal = horizontal.value_or(false);
  }
  if (has("zero")) {
    WEIR_TRY_ASSIGN(request.zero, call.flag("zero"));
  }
  return request;
}

Result<jinja::Value> draw_chart(Page& page, ChartKind kind, const jinja::Arguments& arguments) {
  const Options options = options_of(kind);
  WEIR_TRY_ASSIGN(const Call call, Call::open(chart_name(kind), arguments, options, page.queries));
  WEIR_TRY_ASSIGN(const ChartRequest request, read_chart(call, kind, options));
  WEIR_TRY_ASSIGN(const Chart chart, make_chart(call.query(), request));
  return mark(page, Fragments::Kind::kBlock, chart_html(chart), chart_name(kind), arguments.place());
}

Result<std::vector<ShownColumn>> read_columns(const Call& call) {
  WEIR_TRY_ASSIGN(std::vector<std::string> names, call.texts("columns"));
  WEIR_TRY_ASSIGN(const auto titles, call.pairs("titles"));
  WEIR_TRY_ASSIGN(const auto formats, call.pairs("formats"));
  if (names.empty()) {
    for (const Column& column : call.query().table.columns) {
      names.push_back(column.name);
    }
  }
  std::vector<ShownColumn> columns;
  for (const std::string& name : names) {
    std::optional<Format> format;
    if (const auto given = formats.find(name); given != formats.end()) {
      WEIR_TRY_ASSIGN(format, Format::parse(given->second));
    }
    WEIR_TRY_ASSIGN(ShownColumn column, show_column(call.query(), name, format));
    if (const auto title = titles.find(name); title != titles.end()) {
      column.title = title->second;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<jinja::Value> draw_table(Page& page, const jinja::Arguments& arguments) {
  static const Options kOptions = {"columns", "title", "titles", "formats", "limit"};
  WEIR_TRY_ASSIGN(const Call call, Call::open("table", arguments, kOptions, page.queries));
  WEIR_TRY_ASSIGN(const auto columns, read_columns(call));
  WEIR_TRY_ASSIGN(const auto title, call.text("title"));
  WEIR_TRY_ASSIGN(const auto limit, call.integer("limit"));
  if (limit && *limit < 1) {
    return fail(ErrorCode::kInvalid, fmt::format("limit of table takes a number of rows from 1, not {}", *limit));
  }
  const std::string shown_title = title.value_or(title_of(call.query().name));
  const std::size_t rows_count_max = limit ? static_cast<std::size_t>(*limit) : kTableRowsDefault;
  std::string html = fmt::format("<figure class=\"table\">\n<figcaption>{}</figcaption>\n{}</figure>\n",
                                 escape_html(shown_title), table_html(columns, shown_title, rows_count_max));
  return mark(page, Fragments::Kind::kBlock, std::move(html), "table", arguments.place());
}

Result<BigValueRequest::Good> read_good(const Call& call) {
  static const std::vector<std::string> kWords = {"up", "down", "none"};
  WEIR_TRY_ASSIGN(const auto good, call.text("good"));
  const auto found = std::ranges::find(kWords, good.value_or("up"));
  if (found == kWords.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("good of big_value takes 'up', 'down' or 'none', not \"{}\"", *good));
  }
  return static_cast<BigValueRequest::Good>(found - kWords.begin());
}

Result<jinja::Value> draw_big_value(Page& page, const jinja::Arguments& arguments) {
  static const Options kOptions = {"value", "title", "format", "compare", "compare_title", "good"};
  WEIR_TRY_ASSIGN(const Call call, Call::open("big_value", arguments, kOptions, page.queries));
  BigValueRequest request;
  WEIR_TRY_ASSIGN(request.value, call.required_text("value"));
  WEIR_TRY_ASSIGN(request.title, call.text("title"));
  WEIR_TRY_ASSIGN(request.format, call.format("format"));
  WEIR_TRY_ASSIGN(request.compare, call.text("compare"));
  WEIR_TRY_ASSIGN(request.compare_title, call.text("compare_title"));
  WEIR_TRY_ASSIGN(request.good, read_good(call));
  WEIR_TRY_ASSIGN(std::string html, big_value_html(call.query(), request));
  return mark(page, Fragments::Kind::kCard, std::move(html), "big_value", arguments.place());
}

Result<jinja::Value> take_value(Page& page, const jinja::Arguments& arguments) {
  static const Options kOptions = {"column", "row", "format"};
  WEIR_TRY_ASSIGN(const Call call, Call::open("value", arguments, kOptions, page.queries));
  WEIR_TRY_ASSIGN(const std::string column, call.required_text("column"));
  WEIR_TRY_ASSIGN(const auto row, call.integer("row"));
  WEIR_TRY_ASSIGN(const auto format, call.format("format"));
  WEIR_TRY_ASSIGN(const std::size_t at, find_column(call.query(), column));
  const auto& rows = call.query().table.rows;
  Cell cell;
  if (row || !rows.empty()) {  // the first row of nothing is nothing; another row has to be there
    WEIR_TRY_ASSIGN(const std::size_t index, find_row(call.query(), row.value_or(0)));
    cell = rows[index][at];
  }
  return format ? jinja::Value(format->write(cell)) : value_of(cell);
}

using PageFunction = Result<jinja::Value> (*)(Page& page, const jinja::Arguments& arguments);
struct NamedFunction {
  std::string_view name;
  PageFunction call;
};
template <ChartKind kind>
Result<jinja::Value> draw(Page& page, const jinja::Arguments& arguments) {
  return draw_chart(page, kind, arguments);
}
constexpr std::array<NamedFunction, 8> kFunctions = {{
    {"line", draw<ChartKind::kLine>},
    {"area", draw<ChartKind::kArea>},
    {"bar", draw<ChartKind::kBar>},
    {"scatter", draw<ChartKind::kScatter>},
    {"heatmap", draw<ChartKind::kHeatmap>},
    {"table", draw_table},
    {"big_value", draw_big_value},
    {"value", take_value},
}};
/// What Jinja brings: names that are known although no query has them.
constexpr std::array<std::string_view, 5> kJinjaGlobals = {"range", "dict", "namespace", "cycler", "joiner"};
/// Words of Jinja that a query could not be reached under.
constexpr std::array<std::string_view, 16> kJinjaWords = {"and",  "or",   "not",   "in",       "is",   "if",
                                                          "else", "for",  "true",  "True",     "none", "false",
                                                          "None", "loop", "False", "namespace"};

/// A filter that formats its value: `format_of` makes the format from the filter's arguments.
template <typename FormatOf>
jinja::Value formatting_filter(const std::string& name, FormatOf format_of) {
  return jinja::function(name, [name, format_of](jinja::Arguments& arguments) -> Result<jinja::Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind(name, {"value", "how", "digits"}, 1));
    WEIR_TRY_ASSIGN(const Cell cell, cell_of(values[0], "the filter " + name));
    WEIR_TRY_ASSIGN(const Format format, format_of(values));
    return jinja::Value(format.write(cell));
  });
}

Result<std::string> digits_suffix(const jinja::Value& digits, std::string_view filter) {
  if (digits.is_missing()) {
    return std::string();
  }
  const auto count = digits.as_integer();
  if (!count || *count < 0 || *count > 9) {
    return fail(ErrorCode::kInvalid, fmt::format("the filter {} takes a count of decimals from 0 to 9", filter));
  }
  return fmt::format(":{}", *count);
}

Result<Format> number_format(std::string_view name, const std::vector<jinja::Value>& values) {
  WEIR_TRY_ASSIGN(const std::string suffix, digits_suffix(values[1], name));
  return Format::parse(std::string(name) + suffix);
}

Result<Format> currency_format(const std::vector<jinja::Value>& values) {
  if (!values[1].is_string()) {
    return fail(ErrorCode::kInvalid, "the filter currency takes the currency's code: currency('EUR')");
  }
  WEIR_TRY_ASSIGN(const std::string suffix, digits_suffix(values[2], "currency"));
  WEIR_TRY_ASSIGN(Format format, Format::parse(to_lower(values[1].string()) + suffix));
  if (format.kind() != Format::Kind::kCurrency) {
    return fail(ErrorCode::kInvalid,
                fmt::format("\"{}\" is no currency; the code is one like 'EUR'", values[1].string()));
  }
  return format;
}

Result<Format> date_format(const std::vector<jinja::Value>& values) {
  if (!values[1].is_missing() && !values[1].is_string()) {
    return fail(ErrorCode::kInvalid, "the filter date takes a format or a pattern: date('%d.%m.%Y')");
  }
  return Format::parse(values[1].is_missing() ? "date" : values[1].string());
}

void add_filters(jinja::Environment& environment) {
  for (const std::string_view name : {"number", "percent"}) {
    environment.set_filter(std::string(name), formatting_filter(std::string(name), [name](const auto& values) {
                             return number_format(name, values);
                           }));
  }
  environment.set_filter("currency", formatting_filter("currency", currency_format));
  environment.set_filter("short",
                         formatting_filter("short", [](const auto&) { return Format::parse("number:short"); }));
  environment.set_filter("date", formatting_filter("date", date_format));
}

/// What an expression prints: text that the report or one of its functions made goes into the Markdown as it is, values
/// go around it.
Result<jinja::Value> print_value(Fragments& fragments, const jinja::Value& value) {
  if (value.is_string() && static_cast<const jinja::Str*>(value.object())->is_markup()) {
    return value;
  }
  std::string text = "–";
  if (value.is(jinja::Kind::kBool)) {
    text = value.boolean() ? "true" : "false";
  } else if (!value.is_none()) {
    WEIR_TRY_ASSIGN(text, value.text());
  }
  return jinja::Value(jinja::Str::make_markup(fragments.add({Fragments::Kind::kText, std::move(text), "value", {}})));
}

/// The names of a report. One that is not there is undefined, with the nearest that is in the message.
class Names final : public jinja::Context {
 public:
  explicit Names(Page& page) : page_(page) {}

  Result<std::optional<jinja::Value>> lookup(std::string_view name) override {
    const auto query = std::ranges::find(page_.queries, name, &QueryResult::name);
    if (query != page_.queries.end()) {
      return jinja::Value(jinja::make_ref<QueryObject>(*query));
    }
    const auto* function = std::ranges::find(kFunctions, name, &NamedFunction::name);
    if (function != kFunctions.end()) {
      return jinja::function(std::string(name), [this, call = function->call](jinja::Arguments& arguments) {
        return call(page_, arguments);
      });
    }
    if (std::ranges::find(kJinjaGlobals, name) != kJinjaGlobals.end()) {
      return std::nullopt;
    }
    return jinja::undefined_because(jinja::UndefinedMode::kStrict,
                                    fmt::format("unknown name \"{}\"{}", name, did_you_mean(name, known())), name);
  }

 private:
  std::vector<std::string> known() const {
    std::vector<std::string> names;
    for (const QueryResult& query : page_.queries) {
      names.push_back(query.name);
    }
    for (const NamedFunction& function : kFunctions) {
      names.emplace_back(function.name);
    }
    return names;
  }
  Page& page_;
};

Result<jinja::Template> parse_template(const ReportFile& report, Fragments& fragments) {
  jinja::Options options;
  options.syntax.trim_blocks = true;
  options.syntax.lstrip_blocks = true;
  options.undefined = jinja::UndefinedMode::kStrict;
  options.autoescape = true;  // tells text of the report, which is "markup", from values
  options.dbt = false;
  options.finalize = [&fragments](const jinja::Value& value) { return print_value(fragments, value); };
  jinja::Environment environment(std::move(options));
  add_filters(environment);
  return environment.parse(report.body, report.path);
}
}  // namespace

bool is_report_function(std::string_view name) {
  return std::ranges::find(kFunctions, name, &NamedFunction::name) != kFunctions.end() ||
         std::ranges::find(kJinjaWords, name) != kJinjaWords.end();
}

Status check_template(const ReportFile& report) {
  Fragments fragments;
  WEIR_TRY(parse_template(report, fragments));
  return {};
}

Result<std::string> render_template(const ReportFile& report, const std::vector<QueryResult>& queries,
                                    Fragments& fragments) {
  WEIR_TRY_ASSIGN(const jinja::Template parsed, parse_template(report, fragments));
  Page page{queries, fragments};
  Names names(page);
  return parsed.render(names);
}
}  // namespace weir::report
