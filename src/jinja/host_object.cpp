#include "jinja/host_object.h"

#include <fmt/format.h>

#include "core/text.h"
#include "jinja/renderer.h"

namespace weir::jinja {
namespace {
class HostFunction final : public HostObject {
 public:
  HostFunction(std::string name, std::function<Result<Value>(Arguments&)> function)
      : name_(std::move(name)), function_(std::move(function)) {}
  std::string_view type_name() const override { return "function"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override { return function_(arguments); }
  Result<std::string> text() override { return fmt::format("<function {}>", name_); }

 private:
  std::string name_;
  std::function<Result<Value>(Arguments&)> function_;
};
}  // namespace

Place Arguments::place() const {
  return renderer_->call_place();
}

const Value* Arguments::keyword(std::string_view name) const {
  for (const Keyword& keyword : keywords_) {
    if (keyword.name.string() == name) {
      return &keyword.value;
    }
  }
  return nullptr;
}

Result<std::vector<Value>> Arguments::bind(std::string_view function,
                                           std::initializer_list<std::string_view> parameters,
                                           std::size_t required_count) const {
  std::vector<Value> values(positional_.begin(), positional_.end());
  if (values.size() > parameters.size()) {
    return fail(ErrorCode::kInvalid, fmt::format("{}() takes at most {} argument(s), {} were given", function,
                                                 parameters.size(), values.size()));
  }
  values.resize(parameters.size(), Value::missing());
  for (const Keyword& keyword : keywords_) {
    const std::string_view name = keyword.name.string();
    const auto found = std::find(parameters.begin(), parameters.end(), name);
    if (found == parameters.end()) {
      const std::vector<std::string> names(parameters.begin(), parameters.end());
      return fail(ErrorCode::kInvalid, fmt::format("{}() got an unexpected keyword argument '{}'{}", function, name,
                                                   did_you_mean(name, names)));
    }
    Value& value = values[static_cast<std::size_t>(found - parameters.begin())];
    if (!value.is_missing()) {
      return fail(ErrorCode::kInvalid, fmt::format("{}() got multiple values for argument '{}'", function, name));
    }
    value = keyword.value;
  }
  for (std::size_t i = 0; i < required_count; ++i) {
    if (values[i].is_missing()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}() missing a required argument: '{}'", function, *(parameters.begin() + i)));
    }
  }
  return values;
}

Result<std::optional<Value>> HostObject::attribute(std::string_view) {
  return std::nullopt;
}
Result<std::optional<Value>> HostObject::item(const Value&) {
  return std::nullopt;
}
Result<Value> HostObject::call(Arguments&) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}' object is not callable", type_name()));
}
Result<std::string> HostObject::text() {
  return fmt::format("<{} object>", type_name());
}
std::optional<std::uint64_t> HostObject::hash() const {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(this)) * 0x9E3779B97F4A7C15ULL;
}

Value function(std::string name, std::function<Result<Value>(Arguments&)> function) {
  return make_ref<HostFunction>(std::move(name), std::move(function));
}
}  // namespace weir::jinja
