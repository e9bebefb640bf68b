#include "transform/adapter.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "transform/relation.h"
#include "transform/render_context.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Value;

namespace {
using Body = std::function<Result<Value>(Arguments&)>;

/// An object that has functions only.
class FunctionSet final : public jinja::HostObject {
 public:
  FunctionSet(std::string_view type, TextMap<Value> functions) : type_(type), functions_(std::move(functions)) {}
  std::string_view type_name() const override { return type_; }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    const auto found = functions_.find(name);
    return found == functions_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::string_view type_;
  TextMap<Value> functions_;
};

class FunctionSetBuilder {
 public:
  void add(const std::string& name, Body body) { functions_[name] = jinja::function(name, std::move(body)); }
  void add(const std::string& name, Value value) { functions_[name] = std::move(value); }
  Value build(std::string_view type) { return jinja::make_ref<FunctionSet>(type, std::move(functions_)); }

 private:
  TextMap<Value> functions_;
};

std::string text_or_empty(const Value& value) {
  return value.is_missing() ? std::string() : text_of(value);
}

// adapter.get_relation(database, schema, identifier): what is there, or None.
Result<Value> get_relation(RenderContext& context, Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("get_relation", {"database", "schema", "identifier"}, 3));
  if (!context.executes()) {
    return Value();
  }
  const lake::TableName name{text_of(values[1]), text_of(values[2])};
  WEIR_TRY_ASSIGN(const auto kind, context.input().lake->find(name));
  if (!kind) {
    return Value();
  }
  return Relation::make(name.schema, name.name,
                        *kind == lake::EntryKind::kTable ? Relation::Type::kTable : Relation::Type::kView);
}

Result<Value> load_relation(RenderContext& context, Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("load_cached_relation", {"relation"}, 1));
  const auto* relation = values[0].as<Relation>();
  if (!context.executes() || relation == nullptr) {
    return Value();
  }
  const Relation::Parts& parts = relation->parts();
  WEIR_TRY_ASSIGN(const auto kind, context.input().lake->find({parts.schema, parts.identifier}));
  if (!kind) {
    return Value();
  }
  return Relation::make(parts.schema, parts.identifier,
                        *kind == lake::EntryKind::kTable ? Relation::Type::kTable : Relation::Type::kView);
}

Result<std::vector<Value>> columns_of(RenderContext& context, const Value& value) {
  std::vector<Value> columns;
  const auto* relation = value.as<Relation>();
  if (!context.executes() || relation == nullptr) {
    return columns;
  }
  WEIR_TRY_ASSIGN(const auto found,
                  context.input().lake->columns({relation->parts().schema, relation->parts().identifier}));
  for (const duck::Column& column : found) {
    columns.push_back(jinja::make_ref<ColumnValue>(column.name, column.type.sql()));
  }
  return columns;
}

Result<Value> get_columns(RenderContext& context, Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("get_columns_in_relation", {"relation"}, 1));
  WEIR_TRY_ASSIGN(std::vector<Value> columns, columns_of(context, values[0]));
  return Value::list(std::move(columns));
}

// Columns of the first relation that the second lacks.
Result<Value> get_missing_columns(RenderContext& context, Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("get_missing_columns", {"from_relation", "to_relation"}, 2));
  WEIR_TRY_ASSIGN(const std::vector<Value> from, columns_of(context, values[0]));
  WEIR_TRY_ASSIGN(const std::vector<Value> to, columns_of(context, values[1]));
  std::vector<Value> missing;
  for (const Value& column : from) {
    const auto same = [&](const Value& other) {
      return equals_ignoring_case(other.as<ColumnValue>()->name(), column.as<ColumnValue>()->name());
    };
    if (std::ranges::none_of(to, same)) {
      missing.push_back(column);
    }
  }
  return Value::list(std::move(missing));
}

Result<Value> dispatch(RenderContext& context, Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("dispatch", {"macro_name", "macro_namespace", "packages"}, 1));
  const std::string name = text_of(values[0]);
  if (name.contains('.')) {
    return fail(ErrorCode::kInvalid,
                fmt::format("adapter.dispatch takes the package as second argument: adapter.dispatch('{}', '{}')",
                            name.substr(name.find('.') + 1), name.substr(0, name.find('.'))));
  }
  return context.dispatch(name, text_or_empty(values[1]));
}

Result<Value> create_relation(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values,
                  arguments.bind("create", {"database", "schema", "identifier", "type", "alias"}, 0));
  const std::string type = text_or_empty(values[3]);
  return Relation::make(text_or_empty(values[1]), text_or_empty(values[2].is_missing() ? values[4] : values[2]),
                        type == "table"  ? Relation::Type::kTable
                        : type == "view" ? Relation::Type::kView
                                         : Relation::Type::kUnknown);
}

Result<Value> create_column(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values,
                  arguments.bind("Column", {"column", "dtype", "char_size", "numeric_precision", "numeric_scale"}, 2));
  return Value(jinja::make_ref<ColumnValue>(text_of(values[0]), text_of(values[1])));
}

Result<Value> raise(Arguments& arguments) {
  const std::string message =
      arguments.positional().empty() ? "the project raised an error" : text_of(arguments.positional()[0]);
  return fail(ErrorCode::kInvalid, std::string(trim(message)));
}
}  // namespace

Value adapter_value(RenderContext& context) {
  FunctionSetBuilder builder;
  builder.add("dispatch", [&context](Arguments& arguments) { return dispatch(context, arguments); });
  builder.add("get_relation", [&context](Arguments& arguments) { return get_relation(context, arguments); });
  builder.add("load_cached_relation", [&context](Arguments& arguments) { return load_relation(context, arguments); });
  builder.add("get_columns_in_relation", [&context](Arguments& arguments) { return get_columns(context, arguments); });
  builder.add("get_missing_columns",
              [&context](Arguments& arguments) { return get_missing_columns(context, arguments); });
  builder.add("check_schema_exists", [](Arguments&) -> Result<Value> { return Value(true); });
  builder.add("create_schema", [](Arguments&) -> Result<Value> { return Value(); });
  builder.add("type", [](Arguments&) -> Result<Value> { return Value("weir"); });
  builder.add("quote", [](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("quote", {"identifier"}, 1));
    return Value(sql_name(text_of(values[0])));
  });
  return builder.build("Adapter");
}

Value api_value() {
  FunctionSetBuilder relation;
  relation.add("create", create_relation);
  FunctionSetBuilder api;
  api.add("Relation", relation.build("type"));
  api.add("Column", create_column);
  return api.build("Api");
}

Value exceptions_value(RenderContext& context) {
  FunctionSetBuilder builder;
  for (const char* name :
       {"raise_compiler_error", "raise_parsing_error", "raise_database_error", "raise_not_implemented",
        "raise_contract_error", "raise_invalid_property_yml_version", "missing_config", "missing_relation"}) {
    builder.add(name, raise);
  }
  builder.add("warn", [&context](Arguments& arguments) -> Result<Value> {
    WEIR_TRY_ASSIGN(const auto values, arguments.bind("warn", {"msg", "node"}, 1));
    const std::string where = context.input().node == nullptr ? "" : context.input().node->path + ": ";
    context.state().warnings.add(where + text_of(values[0]));
    return Value("");
  });
  return builder.build("Exceptions");
}
}  // namespace weir::transform
