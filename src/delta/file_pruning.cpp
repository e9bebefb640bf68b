#include "delta/file_pruning.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>

#include "core/text.h"
#include "delta/json_text.h"

namespace weir::delta {
namespace {
namespace ondemand = simdjson::ondemand;

// Writers cut texts at 32 characters or more; whether they raised the cut maximum is not certain for all of them.
constexpr std::size_t kCutTextBytes = 32;
// Timestamps in statistics are cut to milliseconds.
constexpr std::int64_t kCutMomentMicros = 999;

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (equals_ignoring_case(field.name, name)) {
      return &field;
    }
  }
  return nullptr;
}

// `token` is a JSON value as it stands in the text. Numbers are read as what the column's type makes of their digits.
std::optional<Value> bound(std::string_view token, const DataType& type, bool is_max) {
  std::string text;
  if (token.starts_with('"')) {
    unescape_json_string(token, text);
    token = text;
  }
  if (auto value = parse_value(type, token)) {
    if (auto* number = std::get_if<double>(&*value); number != nullptr && type.kind == TypeKind::kFloat) {
      *number = static_cast<double>(static_cast<float>(*number));  // "0.1" stands for the float nearest to it
    }
    return value;
  }
  // Some writers give decimals with more digits, or with an exponent, than the type has.
  double number = 0;
  const auto [end, code] = std::from_chars(token.data(), token.data() + token.size(), number);
  if (type.kind != TypeKind::kDecimal || code != std::errc() || end != token.data() + token.size()) {
    return std::nullopt;
  }
  const double scaled = number * std::pow(10.0, type.scale);
  const double slack = std::abs(scaled) * 4e-16;
  if (!(std::abs(scaled) < 1e37)) {
    return std::nullopt;
  }
  return static_cast<Int128>(is_max ? std::ceil(scaled + slack) : std::floor(scaled - slack));
}

bool is_less(const Value& a, const Value& b) {
  return compare_values(a, b) < 0;
}

bool is_floating(const DataType& type) {
  return type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble;
}
}  // namespace

ColumnRange partition_range(const DataType& type, const std::optional<std::string>& text) {
  ColumnRange range;
  range.has_nulls = !text.has_value();
  range.all_nulls = !text.has_value();
  range.min = text ? parse_value(type, *text) : std::nullopt;
  if (type.kind == TypeKind::kFloat && range.min) {
    range.min = static_cast<double>(static_cast<float>(std::get<double>(*range.min)));
  }
  range.max = range.min;
  return range;
}

std::optional<PreparedCondition> PreparedCondition::make(const Condition& condition, const Schema& schema,
                                                         ColumnMapping mapping) {
  PreparedCondition out;
  const std::vector<Field>* fields = &schema.fields;
  for (std::size_t i = 0; i < condition.column.size(); ++i) {
    const Field* field = find_field(*fields, condition.column[i]);
    if (field == nullptr || (i + 1 < condition.column.size() && field->type.kind != TypeKind::kStruct)) {
      return std::nullopt;
    }
    out.path_.push_back(physical_name(*field, mapping));
    out.type_ = field->type;
    fields = &field->type.fields;
  }
  if (out.path_.empty() || out.type_.is_nested()) {
    return std::nullopt;
  }
  out.comparison_ = condition.comparison;
  const bool is_null_test =
      condition.comparison == Comparison::kIsNull || condition.comparison == Comparison::kIsNotNull;
  for (const std::string& text : condition.values) {
    auto value = is_null_test ? std::nullopt : parse_value(out.type_, text);
    if (!value && !is_null_test) {
      return std::nullopt;
    }
    if (value) {
      out.values_.push_back(*std::move(value));
    }
  }
  if (!is_null_test && condition.comparison != Comparison::kIn && out.values_.size() != 1) {
    return std::nullopt;
  }
  return out;
}

bool PreparedCondition::may_match(const ColumnRange& range) const {
  if (comparison_ == Comparison::kIsNull) {
    return range.has_nulls.value_or(true);
  }
  if (range.all_nulls) {
    return false;
  }
  if (comparison_ == Comparison::kIsNotNull) {
    return true;
  }
  for (const Value& value : values_) {
    if (may_match_value(range, value)) {
      return true;
    }
  }
  return false;
}

bool PreparedCondition::may_match_value(const ColumnRange& range, const Value& value) const {
  // DuckDB may compare a float column with a constant as float or as double; both readings have to be ruled out.
  Value low = value;
  Value high = value;
  if (const auto* number = std::get_if<double>(&value); number != nullptr && type_.kind == TypeKind::kFloat) {
    const double rounded = static_cast<double>(static_cast<float>(*number));
    low = std::min(*number, rounded);
    high = std::max(*number, rounded);
  }
  const auto cut_max_reaches = [&](const Value& wanted) {
    const auto* text = std::get_if<std::string>(&wanted);
    return text != nullptr && range.max_may_be_cut && text->starts_with(std::get<std::string>(*range.max));
  };
  const bool all_below = range.max && is_less(*range.max, low) && !cut_max_reaches(low);
  const bool all_above = range.min && is_less(high, *range.min);
  switch (comparison_) {
    case Comparison::kEqual:
    case Comparison::kIn:
      return !all_below && !all_above;
    case Comparison::kNotEqual:
      return !(range.min && range.max && !range.max_may_be_cut && !is_floating(type_) &&
               compare_values(*range.min, value) == 0 && compare_values(*range.max, value) == 0);
    case Comparison::kLess:
      return !(range.min && !is_less(*range.min, high));
    case Comparison::kLessEqual:
      return !all_above;
    case Comparison::kGreater:
      // NaN is greater than every number, and not every writer lets it into the maximum.
      return is_floating(type_) || !(range.max && !is_less(low, *range.max) && !cut_max_reaches(low));
    case Comparison::kGreaterEqual:
      return is_floating(type_) || !all_below;
    default:
      return true;
  }
}

struct StatsReader::State {
  ondemand::parser parser;
  ondemand::document document;
  std::string text;
  std::optional<std::int64_t> rows_count;

  // The value at the path as it stands in the text, without what follows it. Throws nothing: errors are "not there".
  std::optional<std::string_view> find(const char* section, const std::vector<std::string>& path) {
    if (!document.is_alive()) {
      return std::nullopt;  // an earlier search ran into damage
    }
    document.rewind();
    ondemand::value at;
    if (document[section].get(at) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    for (const std::string& name : path) {
      ondemand::object object;
      if (at.get_object().get(object) != simdjson::SUCCESS ||
          object.find_field_unordered(name).get(at) != simdjson::SUCCESS) {
        return std::nullopt;
      }
    }
    ondemand::json_type type{};
    if (at.type().get(type) != simdjson::SUCCESS || type == ondemand::json_type::array ||
        type == ondemand::json_type::object || type == ondemand::json_type::null) {
      return std::nullopt;
    }
    return trim(at.raw_json_token());
  }
};

StatsReader::StatsReader() : state_(std::make_unique<State>()) {}
StatsReader::~StatsReader() = default;

bool StatsReader::open(std::string_view json) {
  state_->rows_count.reset();
  state_->text.assign(json);
  state_->text.reserve(state_->text.size() + simdjson::SIMDJSON_PADDING);
  ondemand::object object;
  if (json.empty() ||
      state_->parser.iterate(state_->text.data(), state_->text.size(), state_->text.capacity()).get(state_->document) !=
          simdjson::SUCCESS ||
      state_->document.get_object().get(object) != simdjson::SUCCESS) {
    return false;
  }
  std::int64_t rows = 0;
  if (object["numRecords"].get_int64().get(rows) == simdjson::SUCCESS) {
    state_->rows_count = rows;
  }
  return true;
}

std::optional<std::int64_t> StatsReader::rows_count() const {
  return state_->rows_count;
}

ColumnRange StatsReader::range(const std::vector<std::string>& physical_path, const DataType& type) const {
  ColumnRange range;
  const bool is_text = type.kind == TypeKind::kString;
  const bool is_moment = type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kTimestampNtz;
  if (const auto min = state_->find("minValues", physical_path)) {
    range.min = bound(*min, type, false);
  }
  if (const auto max = state_->find("maxValues", physical_path)) {
    range.max = bound(*max, type, true);
    if (range.max && is_moment) {
      std::int64_t& micros = std::get<std::int64_t>(*range.max);
      micros = micros > INT64_MAX - kCutMomentMicros ? INT64_MAX : micros + kCutMomentMicros;
    }
    range.max_may_be_cut = range.max && is_text && std::get<std::string>(*range.max).size() >= kCutTextBytes;
  }
  if (const auto nulls = state_->find("nullCount", physical_path)) {
    std::int64_t count = 0;
    const auto [end, code] = std::from_chars(nulls->data(), nulls->data() + nulls->size(), count);
    if (code == std::errc() && end == nulls->data() + nulls->size()) {
      // With deletion vectors only "none" and "all" are certain; in between, nulls may have been deleted.
      range.has_nulls = count > 0;
      range.all_nulls = state_->rows_count && count >= *state_->rows_count;
    }
  }
  return range;
}
}  // namespace weir::delta
