#include "jinja/macro.h"

#include <fmt/format.h>

#include "jinja/renderer.h"

namespace weir::jinja {
Result<std::optional<Value>> Macro::attribute(std::string_view name) {
  if (name == "name") {
    return std::optional(function_->is_call_block ? Value() : Value(function_->name));
  }
  if (name == "arguments") {
    std::vector<Value> names;
    for (const auto& parameter : function_->parameters) {
      names.push_back(parameter.name);
    }
    return std::optional(Value::tuple(std::move(names)));
  }
  if (name == "catch_kwargs") {
    return std::optional(Value(function_->kwargs_slot.has_value()));
  }
  if (name == "catch_varargs") {
    return std::optional(Value(function_->varargs_slot.has_value()));
  }
  if (name == "caller") {
    return std::optional(Value(function_->caller_slot.has_value() || function_->has_caller_parameter));
  }
  return std::nullopt;
}

Result<Value> Macro::call(Arguments& arguments) {
  Renderer& renderer = arguments.renderer();
  std::string out;
  WEIR_TRY_ASSIGN(auto returned, renderer.run_macro(*this, arguments.positional(), arguments.keywords(), out));
  return returned ? std::move(*returned) : renderer.finished_text(out);
}

Result<std::string> Macro::text() {
  return function_->is_call_block ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", function_->name);
}
}  // namespace weir::jinja
