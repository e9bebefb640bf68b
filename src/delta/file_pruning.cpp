#include "delta/file_pruning.h"

#include <simdjson.h>

#include <cmath>

#include "core/text.h"

namespace weir::delta {
namespace {
using Element = simdjson::dom::element;

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

std::optional<Element> find_path(Element root, const char* section, const std::vector<std::string>& path) {
  Element at;
  if (root[section].get(at) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  for (const std::string& name : path) {
    simdjson::dom::object object;
    if (at.get(object) != simdjson::SUCCESS || object.at_key(name).get(at) != simdjson::SUCCESS) {
      return std::nullopt;
    }
  }
  return at.is_null() ? std::nullopt : std::optional(at);
}

// A decimal that came through a double is off by a little; the bound is moved outward by more than that.
std::optional<Value> decimal_bound(double number, int scale, bool is_max) {
  const double scaled = number * std::pow(10.0, scale);
  if (!(std::abs(scaled) < 1e37)) {
    return std::nullopt;
  }
  const double slack = std::abs(scaled) * 4e-16 + 1e-6;
  if (std::abs(scaled) < 1e15) {
    const double nearest = std::nearbyint(scaled);
    return static_cast<Int128>(nearest);
  }
  return static_cast<Int128>(is_max ? std::ceil(scaled + slack) : std::floor(scaled - slack));
}

std::optional<Value> bound(const Element& element, const DataType& type, bool is_max) {
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) {
    return parse_value(type, text);
  }
  std::int64_t integer = 0;
  double number = 0;
  bool flag = false;
  if (type.kind == TypeKind::kBoolean && element.get(flag) == simdjson::SUCCESS) {
    return std::int64_t{flag ? 1 : 0};
  }
  if (type.is_integer() && element.get(integer) == simdjson::SUCCESS) {
    return integer;
  }
  if (element.get(number) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (type.kind == TypeKind::kDecimal) {
    return decimal_bound(number, type.scale, is_max);
  }
  if (type.kind == TypeKind::kFloat) {
    // "0.1" stands for the float nearest to it.
    return static_cast<double>(static_cast<float>(number));
  }
  return type.kind == TypeKind::kDouble ? std::optional<Value>(number) : std::nullopt;
}

bool is_less(const Value& a, const Value& b) { return compare_values(a, b) < 0; }

bool is_floating(const DataType& type) { return type.kind == TypeKind::kFloat || type.kind == TypeKind::kDouble; }
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

std::optional<PreparedCondition> PreparedCondition::make(const Condition& condition, const Schema& schema, ColumnMapping mapping) {
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
  const bool is_null_test = condition.comparison == Comparison::kIsNull || condition.comparison == Comparison::kIsNotNull;
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
      return !(range.min && range.max && !range.max_may_be_cut && !is_floating(type_) && compare_values(*range.min, value) == 0 &&
               compare_values(*range.max, value) == 0);
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
  simdjson::dom::parser parser;
  Element root;
  std::optional<std::int64_t> rows_count;
};

StatsReader::StatsReader() : state_(std::make_unique<State>()) {}
StatsReader::~StatsReader() = default;

bool StatsReader::open(std::string_view json) {
  state_->rows_count.reset();
  if (json.empty() || state_->parser.parse(json.data(), json.size()).get(state_->root) != simdjson::SUCCESS || !state_->root.is_object()) {
    return false;
  }
  std::int64_t rows = 0;
  if (state_->root["numRecords"].get(rows) == simdjson::SUCCESS) {
    state_->rows_count = rows;
  }
  return true;
}

ColumnRange StatsReader::range(const std::vector<std::string>& physical_path, const DataType& type) const {
  ColumnRange range;
  const bool is_text = type.kind == TypeKind::kString;
  const bool is_moment = type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kTimestampNtz;
  if (const auto min = find_path(state_->root, "minValues", physical_path)) {
    range.min = bound(*min, type, false);
  }
  if (const auto max = find_path(state_->root, "maxValues", physical_path)) {
    range.max = bound(*max, type, true);
    if (range.max && is_moment) {
      std::int64_t& micros = std::get<std::int64_t>(*range.max);
      micros = micros > INT64_MAX - kCutMomentMicros ? INT64_MAX : micros + kCutMomentMicros;
    }
    range.max_may_be_cut = range.max && is_text && std::get<std::string>(*range.max).size() >= kCutTextBytes;
  }
  if (const auto nulls = find_path(state_->root, "nullCount", physical_path)) {
    std::int64_t count = 0;
    if (nulls->get(count) == simdjson::SUCCESS) {
      // With deletion vectors only "none" and "all" are certain; in between, nulls may have been deleted.
      range.has_nulls = count > 0;
      range.all_nulls = state_->rows_count && count >= *state_->rows_count;
    }
  }
  return range;
}
}  // namespace weir::delta
