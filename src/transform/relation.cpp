#include "transform/relation.h"

#include <algorithm>
#include <array>

#include "core/hash.h"
#include "core/text.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Value;

namespace {
Value constant_function(std::string name, const Value& value) {
  return jinja::function(std::move(name), [value](Arguments&) -> Result<Value> { return value; });
}

Value type_value(Relation::Type type) {
  switch (type) {
    case Relation::Type::kUnknown:
      return {};
    case Relation::Type::kTable:
      return "table";
    case Relation::Type::kView:
      return "view";
    case Relation::Type::kCte:
      return "cte";
  }
  return {};
}
}  // namespace

Value Relation::make(std::string schema, std::string identifier, Type type) {
  return jinja::make_ref<Relation>(Parts{std::move(schema), std::move(identifier), type});
}

Value Relation::make_cte(std::string name) {
  return jinja::make_ref<Relation>(Parts{"", std::move(name), Type::kCte, false, true, false, false});
}

std::string Relation::rendered() const {
  std::string out;
  if (parts_.show_schema && !parts_.schema.empty()) {
    out = parts_.quote_schema ? sql_name(parts_.schema) : parts_.schema;
  }
  if (parts_.show_identifier && !parts_.identifier.empty()) {
    out += (out.empty() ? "" : ".") + (parts_.quote_identifier ? sql_name(parts_.identifier) : parts_.identifier);
  }
  return out;
}

// include(database=false, schema=false) and quote(identifier=false): each part that is named.
Value Relation::include(Arguments& arguments, bool quoting) const {
  Parts parts = parts_;
  if (const Value* flag = arguments.keyword("schema")) {
    (quoting ? parts.quote_schema : parts.show_schema) = flag->truth();
  }
  if (const Value* flag = arguments.keyword("identifier")) {
    (quoting ? parts.quote_identifier : parts.show_identifier) = flag->truth();
  }
  return jinja::make_ref<Relation>(std::move(parts));
}

Result<std::optional<Value>> Relation::attribute(std::string_view name) {
  const auto self = jinja::Ref<Relation>(this);
  if (name == "schema") {
    return std::optional(parts_.schema.empty() ? Value() : Value(parts_.schema));
  }
  if (name == "identifier" || name == "name" || name == "table") {
    return std::optional(parts_.identifier.empty() ? Value() : Value(parts_.identifier));
  }
  if (name == "database") {
    return std::optional(Value(kLakeDatabase));
  }
  if (name == "type") {
    return std::optional(type_value(parts_.type));
  }
  if (name == "is_table") {
    return std::optional(Value(parts_.type == Type::kTable));
  }
  if (name == "is_view") {
    return std::optional(Value(parts_.type == Type::kView));
  }
  if (name == "is_cte") {
    return std::optional(Value(parts_.type == Type::kCte));
  }
  if (name == "render") {
    return std::optional(constant_function("render", rendered()));
  }
  if (name == "include" || name == "quote") {
    const bool quoting = name == "quote";
    return std::optional(jinja::function(std::string(name), [self, quoting](Arguments& arguments) -> Result<Value> {
      return self->include(arguments, quoting);
    }));
  }
  if (name == "without_identifier") {
    Parts parts = parts_;
    parts.show_identifier = false;
    return std::optional(constant_function("without_identifier", jinja::make_ref<Relation>(std::move(parts))));
  }
  return std::nullopt;
}

bool Relation::equals(const Value& other) {
  const auto* relation = other.as<Relation>();
  return relation != nullptr && equals_ignoring_case(relation->rendered(), rendered());
}

std::optional<std::uint64_t> Relation::hash() const {
  return hash64(to_lower(rendered()));
}

Result<std::optional<Value>> ColumnValue::attribute(std::string_view name) {
  const std::string type = to_lower(data_type_);
  const auto is_one_of = [&](std::initializer_list<std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return type.starts_with(prefix); });
  };
  if (name == "name" || name == "column") {
    return std::optional(Value(name_));
  }
  if (name == "quoted") {
    return std::optional(Value(sql_name(name_)));
  }
  if (name == "data_type" || name == "dtype") {
    return std::optional(Value(data_type_));
  }
  if (name == "is_string") {
    return std::optional(constant_function("is_string", Value(is_one_of({"varchar", "char", "text", "string"}))));
  }
  if (name == "is_number") {
    return std::optional(
        constant_function("is_number", Value(is_one_of({"tinyint", "smallint", "integer", "bigint", "hugeint", "float",
                                                        "double", "decimal", "numeric"}))));
  }
  if (name == "is_numeric") {
    return std::optional(constant_function("is_numeric", Value(is_one_of({"decimal", "numeric"}))));
  }
  if (name == "is_integer") {
    return std::optional(
        constant_function("is_integer", Value(is_one_of({"tinyint", "smallint", "integer", "bigint", "hugeint"}))));
  }
  if (name == "is_float") {
    return std::optional(constant_function("is_float", Value(is_one_of({"float", "double", "real"}))));
  }
  return std::nullopt;
}

bool ColumnValue::equals(const Value& other) {
  const auto* column = other.as<ColumnValue>();
  return column != nullptr && column->name_ == name_ && column->data_type_ == data_type_;
}
}  // namespace weir::transform
