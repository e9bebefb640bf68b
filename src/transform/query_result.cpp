#include "transform/query_result.h"

#include <fmt/format.h>

#include <chrono>

#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "transform/datetime.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Value;

namespace {
Value cell_value(const duck::VectorView& column, std::uint64_t row) {
  if (column.is_null(row)) {
    return {};
  }
  using duck::TypeId;
  switch (column.type().id) {
    case TypeId::kBoolean:
      return column.boolean(row);
    case TypeId::kTinyInt:
    case TypeId::kSmallInt:
    case TypeId::kInteger:
    case TypeId::kBigInt:
    case TypeId::kUTinyInt:
    case TypeId::kUSmallInt:
    case TypeId::kUInteger:
      return column.integer(row);
    case TypeId::kFloat:
    case TypeId::kDouble:
    case TypeId::kDecimal:
    case TypeId::kHugeInt:
    case TypeId::kUBigInt:
    case TypeId::kUHugeInt: {
      // Sums of integers are HUGEINT: they stay integers where they fit.
      const double number = column.number(row);
      const bool whole =
          column.type().id != TypeId::kFloat && column.type().id != TypeId::kDouble && column.type().scale == 0;
      return whole && std::abs(number) < 9e15 ? Value(static_cast<std::int64_t>(number)) : Value(number);
    }
    case TypeId::kDate:
      return date_value(Timestamp(std::chrono::days(column.integer(row))));
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return datetime_value(Timestamp(std::chrono::microseconds(column.integer(row))));
    default:
      return column.text(row);
  }
}

/// Values with names: a row of a table, or its columns.
class NamedValues final : public jinja::HostObject {
 public:
  NamedValues(std::string_view type, std::shared_ptr<const std::vector<std::string>> names, std::vector<Value> values)
      : type_(type), names_(std::move(names)), values_(std::move(values)) {}

  std::string_view type_name() const override { return type_; }
  bool is_sequence() const override { return true; }
  std::optional<std::size_t> length() override { return values_.size(); }
  bool truth() override { return !values_.empty(); }
  Result<std::optional<Value>> iterate() override { return std::optional(Value::tuple(values_)); }
  Result<std::string> text() override { return Value::tuple(values_).text(); }

  Result<std::optional<Value>> item(const Value& key) override {
    if (const auto index = key.as_integer()) {
      const auto size = static_cast<std::int64_t>(values_.size());
      const std::int64_t at = *index < 0 ? *index + size : *index;
      return at >= 0 && at < size ? std::optional(values_[static_cast<std::size_t>(at)]) : std::nullopt;
    }
    return key.is_string() ? find(key.string()) : std::nullopt;
  }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (const auto found = find(name)) {
      return found;
    }
    const jinja::Ref<NamedValues> self(this);
    const auto give = [&](Value value) {
      return std::optional(jinja::function(std::string(name), [value](Arguments&) -> Result<Value> { return value; }));
    };
    if (name == "values") {
      return give(Value::tuple(values_));
    }
    if (name == "keys") {
      return give(name_list());
    }
    if (name == "dict") {
      const auto dict = jinja::make_ref<jinja::Dict>();
      for (std::size_t i = 0; i < values_.size(); ++i) {
        dict->set((*names_)[i], values_[i]);
      }
      return give(Value::dict(dict));
    }
    if (name == "items") {
      std::vector<Value> pairs;
      for (std::size_t i = 0; i < values_.size(); ++i) {
        pairs.push_back(Value::tuple({Value((*names_)[i]), values_[i]}));
      }
      return give(Value::list(std::move(pairs)));
    }
    if (name == "get") {
      return std::optional(jinja::function("get", [self](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto given, arguments.bind("get", {"key", "default"}, 1));
        const auto found = given[0].is_string() ? self->find(given[0].string()) : std::nullopt;
        return found ? *found : given[1].is_missing() ? Value() : given[1];
      }));
    }
    return std::nullopt;
  }

  Value name_list() const {
    std::vector<Value> names(names_->begin(), names_->end());
    return Value::tuple(std::move(names));
  }

 private:
  std::optional<Value> find(std::string_view name) const {
    for (std::size_t i = 0; i < names_->size() && i < values_.size(); ++i) {
      if (equals_ignoring_case((*names_)[i], name)) {
        return values_[i];
      }
    }
    return std::nullopt;
  }

  std::string_view type_;
  std::shared_ptr<const std::vector<std::string>> names_;
  std::vector<Value> values_;
};

/// One column: its name and its values.
class ResultColumn final : public jinja::HostObject {
 public:
  ResultColumn(std::string name, std::vector<Value> values) : name_(std::move(name)), values_(std::move(values)) {}
  std::string_view type_name() const override { return "Column"; }
  bool is_sequence() const override { return true; }
  std::optional<std::size_t> length() override { return values_.size(); }
  Result<std::optional<Value>> iterate() override { return std::optional(Value::tuple(values_)); }
  Result<std::optional<Value>> item(const Value& key) override {
    const auto index = key.as_integer();
    return index && *index >= 0 && static_cast<std::size_t>(*index) < values_.size()
               ? std::optional(values_[static_cast<std::size_t>(*index)])
               : std::nullopt;
  }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name == "name") {
      return std::optional(Value(name_));
    }
    const auto give = [&](Value value) {
      return std::optional(jinja::function(std::string(name), [value](Arguments&) -> Result<Value> { return value; }));
    };
    if (name == "values") {
      return give(Value::tuple(values_));
    }
    if (name == "values_distinct") {
      std::vector<Value> distinct;
      const auto seen = jinja::make_ref<jinja::Dict>();
      for (const Value& value : values_) {
        if (seen->find(value) == nullptr && seen->set(value, Value())) {
          distinct.push_back(value);
        }
      }
      return give(Value::tuple(std::move(distinct)));
    }
    return std::nullopt;
  }

 private:
  std::string name_;
  std::vector<Value> values_;
};

class ResultTable final : public jinja::HostObject {
 public:
  ResultTable(std::vector<Value> rows, Value columns, Value column_names)
      : rows_(std::move(rows)), columns_(std::move(columns)), column_names_(std::move(column_names)) {}
  std::string_view type_name() const override { return "Table"; }
  bool is_sequence() const override { return true; }
  std::optional<std::size_t> length() override { return rows_.size(); }
  Result<std::optional<Value>> iterate() override { return std::optional(Value::tuple(rows_)); }
  Result<std::optional<Value>> item(const Value& key) override {
    const auto index = key.as_integer();
    return index && *index >= 0 && static_cast<std::size_t>(*index) < rows_.size()
               ? std::optional(rows_[static_cast<std::size_t>(*index)])
               : std::nullopt;
  }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name == "rows") {
      return std::optional(Value::tuple(rows_));
    }
    if (name == "columns") {
      return std::optional(columns_);
    }
    if (name == "column_names") {
      return std::optional(column_names_);
    }
    if (name == "print_table") {
      return std::optional(jinja::function("print_table", [](Arguments&) -> Result<Value> { return Value(""); }));
    }
    return std::nullopt;
  }

 private:
  std::vector<Value> rows_;
  Value columns_;
  Value column_names_;
};

class NoResult final : public jinja::HostObject {
 public:
  std::string_view type_name() const override { return "Table"; }
  bool truth() override { return false; }
  bool is_callable() const override { return true; }
  bool is_sequence() const override { return true; }
  std::optional<std::size_t> length() override { return 0; }
  Result<std::string> text() override { return std::string(); }
  Result<std::optional<Value>> iterate() override { return std::optional(Value::tuple()); }
  Result<std::optional<Value>> attribute(std::string_view) override {
    return std::optional(Value(jinja::Ref<NoResult>(this)));
  }
  Result<std::optional<Value>> item(const Value&) override { return std::optional(Value(jinja::Ref<NoResult>(this))); }
  Result<Value> call(Arguments&) override { return Value(jinja::Ref<NoResult>(this)); }
};
}  // namespace

Result<Value> query_result(duck::ResultSet result) {
  const auto names = std::make_shared<std::vector<std::string>>();
  for (const duck::Column& column : result.columns()) {
    names->push_back(column.name);
  }
  std::vector<Value> rows;
  std::vector<std::vector<Value>> columns(names->size());
  for (;;) {
    WEIR_TRY_ASSIGN(const std::optional<duck::Chunk> chunk, result.next());
    if (!chunk) {
      break;
    }
    std::vector<duck::VectorView> views;
    for (std::size_t i = 0; i < names->size(); ++i) {
      views.push_back(chunk->column(i));
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      std::vector<Value> cells;
      for (std::size_t i = 0; i < views.size(); ++i) {
        cells.push_back(cell_value(views[i], row));
        columns[i].push_back(cells.back());
      }
      rows.push_back(jinja::make_ref<NamedValues>("Row", names, std::move(cells)));
    }
  }
  std::vector<Value> column_values;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    column_values.push_back(jinja::make_ref<ResultColumn>((*names)[i], std::move(columns[i])));
  }
  const auto column_list = jinja::make_ref<NamedValues>("MappedSequence", names, std::move(column_values));
  const Value name_list = column_list->name_list();
  return Value(jinja::make_ref<ResultTable>(std::move(rows), column_list, name_list));
}

Value no_result() {
  return jinja::make_ref<NoResult>();
}
}  // namespace weir::transform
