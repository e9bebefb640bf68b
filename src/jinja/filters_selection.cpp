#include <fmt/format.h>

#include "jinja/attribute_getter.h"
#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/operators.h"
#include "jinja/renderer.h"

/// Filters that take items one by one, and default and attr.
namespace weir::jinja {
namespace {
/// The arguments that a filter or test named in `map` or `select` gets for each item.
struct StoredArguments {
  std::vector<Value> positional;
  std::vector<Keyword> keywords;

  explicit StoredArguments(std::span<const Value> values, std::span<const Keyword> named)
      : positional(values.begin(), values.end()), keywords(named.begin(), named.end()) {}
};

/// Goes through another value, as long as the render that made it lasts.
class LazyIterator : public Iterator {
 public:
  LazyIterator(Renderer& renderer, std::optional<Cursor> cursor) : renderer_(&renderer), cursor_(std::move(cursor)) {}

  Result<bool> next(Value& out) final {
    if (renderer_->is_finished()) {
      return fail(ErrorCode::kInvalid, "this iterator belongs to a render that has ended");
    }
    Value item;
    while (cursor_) {
      WEIR_TRY_ASSIGN(const bool more, cursor_->next(item));
      if (!more) {
        return false;
      }
      WEIR_TRY(renderer_->count_steps());
      WEIR_TRY_ASSIGN(const bool taken, take(item, out));
      if (taken) {
        return true;
      }
    }
    return false;
  }

 protected:
  /// Puts what becomes of `item` into `out`; false leaves it out.
  virtual Result<bool> take(const Value& item, Value& out) = 0;
  Renderer& renderer() const { return *renderer_; }

 private:
  Ref<Renderer> renderer_;
  std::optional<Cursor> cursor_;
};

/// What is false has no items; everything else must be iterable.
Result<std::optional<Cursor>> open(const Value& value) {
  WEIR_TRY_ASSIGN(const bool any, truth_of(value));
  if (!any) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(value));
  return std::optional(std::move(cursor));
}

class AttributeMap final : public LazyIterator {
 public:
  AttributeMap(Renderer& renderer, std::optional<Cursor> cursor, AttributeGetter getter)
      : LazyIterator(renderer, std::move(cursor)), getter_(std::move(getter)) {}

 private:
  Result<bool> take(const Value& item, Value& out) override {
    WEIR_TRY_ASSIGN(out, getter_.get(renderer(), item));
    return true;
  }
  AttributeGetter getter_;
};

class FilterMap final : public LazyIterator {
 public:
  FilterMap(Renderer& renderer, std::optional<Cursor> cursor, std::string name, StoredArguments arguments)
      : LazyIterator(renderer, std::move(cursor)), name_(std::move(name)), arguments_(std::move(arguments)) {}

 private:
  Result<bool> take(const Value& item, Value& out) override {
    Arguments arguments(renderer(), arguments_.positional, arguments_.keywords);
    WEIR_TRY_ASSIGN(out, renderer().call_filter(name_, item, arguments));
    return true;
  }
  std::string name_;
  StoredArguments arguments_;
};

class Selection final : public LazyIterator {
 public:
  Selection(Renderer& renderer, std::optional<Cursor> cursor, AttributeGetter getter, std::optional<std::string> test,
            StoredArguments arguments, bool wanted)
      : LazyIterator(renderer, std::move(cursor)),
        getter_(std::move(getter)),
        test_(std::move(test)),
        arguments_(std::move(arguments)),
        wanted_(wanted) {}

 private:
  Result<bool> take(const Value& item, Value& out) override {
    WEIR_TRY_ASSIGN(Value value, getter_.get(renderer(), item));
    if (test_) {
      Arguments arguments(renderer(), arguments_.positional, arguments_.keywords);
      WEIR_TRY_ASSIGN(value, renderer().call_test(*test_, value, arguments));
    }
    WEIR_TRY_ASSIGN(const bool truth, truth_of(value));
    out = item;
    return truth == wanted_;
  }
  AttributeGetter getter_;
  std::optional<std::string> test_;
  StoredArguments arguments_;
  bool wanted_;
};

Result<Value> map(Call& call) {
  WEIR_TRY_ASSIGN(auto cursor, open(call.self()));
  const auto values = call.rest.positional();
  if (!cursor) {
    return Value(make_ref<FilterMap>(call.renderer, std::nullopt, std::string(), StoredArguments({}, {})));
  }
  const Value* attribute = call.rest.keyword("attribute");
  if (values.empty() && attribute != nullptr) {
    for (const Keyword& keyword : call.rest.keywords()) {
      if (keyword.name.string() != "attribute" && keyword.name.string() != "default") {
        return fail(ErrorCode::kInvalid, fmt::format("Unexpected keyword argument '{}'", keyword.name.string()));
      }
    }
    AttributeGetter getter(*attribute);
    if (const Value* standard = call.rest.keyword("default"); standard != nullptr && !standard->is_none()) {
      getter.set_default(*standard);
    }
    return Value(make_ref<AttributeMap>(call.renderer, std::move(cursor), std::move(getter)));
  }
  if (values.empty() || !values[0].is_string()) {
    return fail(ErrorCode::kInvalid, "map requires the name of a filter, or attribute=");
  }
  return Value(make_ref<FilterMap>(call.renderer, std::move(cursor), std::string(values[0].string()),
                                   StoredArguments(values.subspan(1), call.rest.keywords())));
}

template <bool wanted, bool by_attribute>
Result<Value> select(Call& call) {
  WEIR_TRY_ASSIGN(auto cursor, open(call.self()));
  auto values = call.rest.positional();
  AttributeGetter getter{Value()};
  if (by_attribute && cursor) {
    if (values.empty()) {
      return fail(ErrorCode::kInvalid, "Missing parameter for attribute name");
    }
    getter = AttributeGetter(values[0]);
    values = values.subspan(1);
  }
  std::optional<std::string> test;
  if (!values.empty() && cursor) {
    if (!values[0].is_string()) {
      return fail(ErrorCode::kInvalid, "the name of a test must be a str");
    }
    test = values[0].string();
    values = values.subspan(1);
  }
  return Value(make_ref<Selection>(call.renderer, std::move(cursor), std::move(getter), std::move(test),
                                   StoredArguments(values, call.rest.keywords()), wanted));
}

Result<Value> default_value(Call& call) {
  WEIR_TRY_ASSIGN(const bool also_false, call.flag(2));
  bool is_replaced = call.self().is_undefined();
  if (!is_replaced && also_false) {
    WEIR_TRY_ASSIGN(const bool truth, truth_of(call.self()));
    is_replaced = !truth;
  }
  return !is_replaced ? call.self() : call.has(1) ? call.values[1] : Value("");
}

Result<Value> attr(Call& call) {
  const Value& value = call.self();
  WEIR_TRY_ASSIGN(const std::string_view name, call.text(1));
  const MethodSet* methods = find_methods(name);
  const bool has_method = methods != nullptr && methods->of(value.kind()) != nullptr;
  if (has_method || value.is_undefined() ||
      (value.is(Kind::kTuple) && !static_cast<List*>(value.object())->field_names.empty())) {
    return call.renderer.attribute(value, call.values[1]);
  }
  if (value.is(Kind::kHost) && !name.starts_with('_')) {
    WEIR_TRY_ASSIGN(auto found, value.host().attribute(name));
    if (found) {
      return std::move(*found);
    }
  }
  return undefined_attribute(call.renderer.undefined_mode(), value, name);
}

constexpr BuiltinEntry kFilters[] = {
    {"attr", "obj name", 2, attr},
    {"d", "value default_value boolean", 1, default_value},
    {"default", "value default_value boolean", 1, default_value},
    {"map", "value *", 1, map},
    {"reject", "value *", 1, select<false, false>},
    {"rejectattr", "value *", 1, select<false, true>},
    {"select", "value *", 1, select<true, false>},
    {"selectattr", "value *", 1, select<true, true>},
};
}  // namespace

std::span<const BuiltinEntry> selection_filters() {
  return kFilters;
}
}  // namespace weir::jinja
