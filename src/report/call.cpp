#include "report/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/undefined.h"

namespace weir::report {
namespace {
/// A row of a query, by the names of the columns.
class RowObject final : public jinja::HostObject {
 public:
  RowObject(const QueryResult& result, std::size_t row) : result_(result), row_(row) {}

  std::string_view type_name() const override { return "row"; }
  Result<std::optional<jinja::Value>> attribute(std::string_view name) override {
    WEIR_TRY_ASSIGN(const std::size_t column, find_column(result_, name));
    return value_of(result_.table.rows[row_][column]);
  }
  Result<std::optional<jinja::Value>> item(const jinja::Value& key) override {
    return key.is_string() ? attribute(key.string()) : Result<std::optional<jinja::Value>>(std::nullopt);
  }
  bool is_mapping() const override { return true; }
  std::optional<std::size_t> length() override { return result_.table.columns.size(); }
  Result<std::optional<jinja::Value>> iterate() override {
    std::vector<jinja::Value> names;
    for (const Column& column : result_.table.columns) {
      names.emplace_back(column.name);
    }
    return jinja::Value::list(std::move(names));
  }

 private:
  const QueryResult& result_;
  std::size_t row_;
};

jinja::Value row_of(const QueryResult& result, std::size_t row) {
  return jinja::Value(jinja::make_ref<RowObject>(result, row));
}

/// "the name month" for what is not defined, "a list" for a list.
std::string in_words(const jinja::Value& value) {
  return value.is_undefined() ? fmt::format("the unknown name {}", value.undefined().name())
                              : std::string(jinja::type_name(value));
}

std::string quoted_list(std::span<const std::string_view> names) {
  std::vector<std::string> parts(names.begin(), names.end());
  return join(parts, ", ");
}

Result<const QueryResult*> find_query(std::string_view function, const jinja::Value& value,
                                      std::span<const QueryResult> queries) {
  if (const auto* object = value.as<QueryObject>()) {
    return &object->result();
  }
  std::vector<std::string> names;
  for (const QueryResult& query : queries) {
    names.push_back(query.name);
  }
  if (value.is_undefined()) {
    const std::string hint = did_you_mean(value.undefined().name(), names);
    const std::string known =
        names.empty() ? "; the report has no query yet: ```sql name" : "; the report has " + join(names, ", ");
    return fail(ErrorCode::kInvalid,
                fmt::format("unknown query \"{}\"{}", value.undefined().name(), hint.empty() ? known : hint));
  }
  return fail(ErrorCode::kInvalid, fmt::format("{} begins with the name of a query, without quotes: {}({}, ...)",
                                               function, function, names.empty() ? "monthly" : names.front()));
}
}  // namespace

Result<std::size_t> find_row(const QueryResult& query, std::int64_t index) {
  const auto count = static_cast<std::int64_t>(query.table.rows.size());
  const std::int64_t row = index < 0 ? index + count : index;
  if (row >= 0 && row < count) {
    return static_cast<std::size_t>(row);
  }
  const std::string rows = count == 0   ? "none"
                           : count == 1 ? "one, with number 0"
                                        : fmt::format("{}, from 0 to {}", count, count - 1);
  return fail(ErrorCode::kInvalid, fmt::format("the query \"{}\" has no row {}; it has {}", query.name, index, rows));
}

Result<std::optional<jinja::Value>> QueryObject::attribute(std::string_view name) {
  const auto& columns = result_.table.columns;
  if (std::ranges::find(columns, name, &Column::name) != columns.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is a column of each row of {}; say which: {}[0].{}", name,
                                                 result_.name, result_.name, name));
  }
  return std::nullopt;
}

Result<std::optional<jinja::Value>> QueryObject::item(const jinja::Value& key) {
  const auto index = key.as_integer();
  if (!index) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const std::size_t row, find_row(result_, *index));
  return row_of(result_, row);
}

Result<std::string> QueryObject::text() {
  return fail(
      ErrorCode::kInvalid,
      fmt::format("\"{}\" is a whole query; show it with {{{{ table({}) }}}}, or one value with {{{{ {}[0].column }}}}",
                  result_.name, result_.name, result_.name));
}

Result<std::optional<jinja::Value>> QueryObject::iterate() {
  std::vector<jinja::Value> rows;
  rows.reserve(result_.table.rows.size());
  for (std::size_t row = 0; row < result_.table.rows.size(); ++row) {
    rows.push_back(row_of(result_, row));
  }
  return jinja::Value::list(std::move(rows));
}

jinja::Value value_of(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) {
    return nullptr;
  }
  if (const auto* truth = std::get_if<bool>(&cell)) {
    return *truth;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return *integer;
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return *real;
  }
  if (std::holds_alternative<Decimal>(cell)) {
    return number_of(cell).value_or(0);
  }
  return raw_text(cell);
}

Result<Cell> cell_of(const jinja::Value& value, std::string_view what) {
  switch (value.kind()) {
    case jinja::Kind::kNone:
      return Cell();
    case jinja::Kind::kBool:
      return value.boolean();
    case jinja::Kind::kInt:
      return value.integer();
    case jinja::Kind::kFloat:
      return value.real();
    case jinja::Kind::kBigInt: {
      WEIR_TRY_ASSIGN(std::string digits, value.text());
      return Decimal{std::move(digits)};
    }
    case jinja::Kind::kStr:
      return std::string(value.string());
    case jinja::Kind::kUndefined:
      return value.undefined().failure();
    default:
      return fail(ErrorCode::kInvalid, fmt::format("{} takes a value, not {}", what, in_words(value)));
  }
}

Result<Call> Call::open(std::string_view function, const jinja::Arguments& arguments,
                        std::span<const std::string_view> options, std::span<const QueryResult> queries) {
  Call call;
  call.function_ = function;
  call.options_.assign(options.begin(), options.end());
  call.values_.assign(options.size(), jinja::Value::missing());
  const auto positional = arguments.positional();
  if (positional.empty()) {
    return fail(ErrorCode::kInvalid, fmt::format("{} begins with the name of a query: {}({}, ...)", function, function,
                                                 queries.empty() ? "monthly" : queries.front().name));
  }
  WEIR_TRY_ASSIGN(call.query_, find_query(function, positional.front(), queries));
  if (positional.size() - 1 > options.size()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} takes at most {} options: {}", function, options.size(), quoted_list(options)));
  }
  std::copy(positional.begin() + 1, positional.end(), call.values_.begin());
  for (const jinja::Keyword& keyword : arguments.keywords()) {
    const std::string_view name = keyword.name.string();
    const auto found = std::ranges::find(options, name);
    if (found == options.end()) {
      const std::vector<std::string> known(options.begin(), options.end());
      const std::string hint = did_you_mean(name, known);
      return fail(ErrorCode::kInvalid, fmt::format("{} has no option \"{}\"{}", function, name,
                                                   hint.empty() ? "; it has " + quoted_list(options) : hint));
    }
    jinja::Value& value = call.values_[static_cast<std::size_t>(found - options.begin())];
    if (!value.is_missing()) {
      return fail(ErrorCode::kInvalid, fmt::format("{} is given {} twice", function, name));
    }
    value = keyword.value;
  }
  return call;
}

const jinja::Value& Call::value(std::string_view option) const {
  const auto found = std::ranges::find(options_, option);
  WEIR_ASSERT(found != options_.end(), "a function reads the options that it has");
  return values_[static_cast<std::size_t>(found - options_.begin())];
}

std::unexpected<Error> Call::wrong(std::string_view option, std::string_view wanted, const jinja::Value& given) const {
  const std::string quotes =
      given.is_undefined() ? fmt::format("; names of columns stand in quotes: '{}'", given.undefined().name()) : "";
  return fail(ErrorCode::kInvalid,
              fmt::format("{} of {} takes {}, not {}{}", option, function_, wanted, in_words(given), quotes));
}

Result<std::optional<std::string>> Call::text(std::string_view option) const {
  const jinja::Value& given = value(option);
  if (given.is_missing() || given.is_none()) {
    return std::nullopt;
  }
  if (!given.is_string()) {
    return wrong(option, "text", given);
  }
  return std::string(given.string());
}

Result<std::string> Call::required_text(std::string_view option) const {
  WEIR_TRY_ASSIGN(auto given, text(option));
  if (!given) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} needs {}: {}({}, {}='column')", function_, option, function_, query_->name, option));
  }
  return *given;
}

Result<std::vector<std::string>> Call::texts(std::string_view option) const {
  const jinja::Value& given = value(option);
  if (given.is_missing() || given.is_none()) {
    return std::vector<std::string>();
  }
  if (given.is_string()) {
    return std::vector<std::string>{std::string(given.string())};
  }
  std::vector<std::string> all;
  if (!given.is_sequence()) {
    return wrong(option, "text or a list of texts", given);
  }
  for (const jinja::Value& item : given.items()) {
    if (!item.is_string()) {
      return wrong(option, "text or a list of texts", item);
    }
    all.emplace_back(item.string());
  }
  return all;
}

Result<std::map<std::string, std::string, std::less<>>> Call::pairs(std::string_view option) const {
  std::map<std::string, std::string, std::less<>> all;
  const jinja::Value& given = value(option);
  if (given.is_missing() || given.is_none()) {
    return all;
  }
  if (!given.is_dict()) {
    return wrong(option, "pairs of a column and a text: {'column': 'text'}", given);
  }
  for (const auto& [name, text, hash] : given.dictionary().entries()) {
    if (name.is_missing()) {
      continue;  // was taken out of the dict
    }
    if (!name.is_string() || !text.is_string()) {
      return wrong(option, "pairs of a column and a text: {'column': 'text'}", name.is_string() ? text : name);
    }
    WEIR_TRY(find_column(*query_, name.string()));
    all.emplace(name.string(), text.string());
  }
  return all;
}

Result<std::optional<bool>> Call::flag(std::string_view option) const {
  const jinja::Value& given = value(option);
  if (given.is_missing() || given.is_none()) {
    return std::nullopt;
  }
  if (!given.is(jinja::Kind::kBool)) {
    return wrong(option, "true or false", given);
  }
  return given.boolean();
}

Result<std::optional<std::int64_t>> Call::integer(std::string_view option) const {
  const jinja::Value& given = value(option);
  if (given.is_missing() || given.is_none()) {
    return std::nullopt;
  }
  if (!given.is(jinja::Kind::kInt)) {
    return wrong(option, "a whole number", given);
  }
  return given.integer();
}

Result<std::optional<Format>> Call::format(std::string_view option) const {
  WEIR_TRY_ASSIGN(const auto given, text(option));
  if (!given) {
    return std::nullopt;
  }
  return Format::parse(*given);
}
}  // namespace weir::report
