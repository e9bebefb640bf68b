#include "jinja/globals.h"

#include <fmt/format.h>

#include "jinja/cursor.h"
#include "jinja/host_object.h"
#include "jinja/namespace.h"
#include "jinja/operators.h"
#include "jinja/range.h"
#include "jinja/renderer.h"

namespace weir::jinja {
namespace {
/// Gives its values in turn, again and again.
class Cycler final : public HostObject {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}
  std::string_view type_name() const override { return "Cycler"; }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name == "current") {
      return std::optional(items_[at_]);
    }
    if (name == "next" || name == "__next__") {
      Ref<Cycler> self(this);
      return std::optional(function("next", [self](Arguments&) -> Result<Value> {
        Value value = self->items_[self->at_];
        self->at_ = (self->at_ + 1) % self->items_.size();
        return value;
      }));
    }
    if (name == "reset") {
      Ref<Cycler> self(this);
      return std::optional(function("reset", [self](Arguments&) -> Result<Value> {
        self->at_ = 0;
        return Value();
      }));
    }
    return std::nullopt;
  }

 private:
  std::vector<Value> items_;
  std::size_t at_ = 0;
};

/// Prints nothing the first time and its text from then on.
class Joiner final : public HostObject {
 public:
  explicit Joiner(Value text) : text_(std::move(text)) {}
  std::string_view type_name() const override { return "Joiner"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments&) override {
    if (std::exchange(used_, true)) {
      return text_;
    }
    return Value("");
  }

 private:
  Value text_;
  bool used_ = false;
};

Result<Value> make_range(Arguments& arguments) {
  const auto values = arguments.positional();
  if (values.empty() || values.size() > 3 || !arguments.keywords().empty()) {
    return fail(ErrorCode::kInvalid, fmt::format("range() takes one to three arguments, {} were given", values.size()));
  }
  std::int64_t bounds[3] = {0, 0, 1};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_undefined()) {
      return values[i].undefined().failure();
    }
    const auto bound = values[i].as_integer();
    if (!bound) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' object cannot be interpreted as an integer", type_name(values[i])));
    }
    bounds[values.size() == 1 ? 1 : i] = *bound;
  }
  if (bounds[2] == 0) {
    return fail(ErrorCode::kInvalid, "range() arg 3 must not be zero");
  }
  return Value(make_ref<Range>(bounds[0], bounds[1], bounds[2]));
}

Result<Ref<Dict>> make_dict(std::string_view name, Arguments& arguments) {
  auto dict = make_ref<Dict>();
  if (arguments.positional().size() > 1) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}() takes at most 1 argument, {} were given", name, arguments.positional().size()));
  }
  if (!arguments.positional().empty()) {
    WEIR_TRY(update_dict(*dict, arguments.positional()[0]));
  }
  for (const Keyword& keyword : arguments.keywords()) {
    std::ignore = dict->set(keyword.name, keyword.value);
  }
  return dict;
}
}  // namespace

Status update_dict(Dict& dict, const Value& source) {
  if (source.is_dict()) {
    // A copy, for a dict that is updated with itself.
    const Ref<Dict> entries = source.dictionary().copy();
    for (const auto& entry : entries->entries()) {
      std::ignore = dict.set(entry.key, entry.value);
    }
    return {};
  }
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(source));
  Value pair;
  for (std::size_t i = 0;; ++i) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(pair));
    if (!more) {
      return {};
    }
    auto items = collect(pair);
    if (!items) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("cannot convert dictionary update sequence element #{} to a sequence", i));
    }
    if (items->size() != 2) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("dictionary update sequence element #{} has length {}; 2 is required", i, items->size()));
    }
    if (!dict.set((*items)[0], (*items)[1])) {
      return fail(ErrorCode::kInvalid, fmt::format("unhashable type: '{}'", type_name((*items)[0])));
    }
  }
}

Status Namespace::set(const Value& name, Value value) {
  WEIR_TRY(refuse_cycle(Value(Ref<HostObject>(this)), value));
  std::ignore = attributes_->set(name, std::move(value));
  return {};
}

Result<std::optional<Value>> Namespace::attribute(std::string_view name) {
  const Value* found = attributes_->find(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::optional<Value>> Namespace::item(const Value&) {
  return std::nullopt;
}

Result<std::string> Namespace::text() {
  WEIR_TRY_ASSIGN(const std::string attributes, Value::dict(attributes_).repr());
  return fmt::format("<Namespace {}>", attributes);
}

void add_globals(Dict& globals, bool dbt) {
  globals.set("range", function("range", make_range));
  globals.set("dict", function("dict", [](Arguments& arguments) -> Result<Value> {
                WEIR_TRY_ASSIGN(const auto dict, make_dict("dict", arguments));
                return Value::dict(dict);
              }));
  globals.set("namespace", function("namespace", [](Arguments& arguments) -> Result<Value> {
                WEIR_TRY_ASSIGN(const auto dict, make_dict("namespace", arguments));
                return Value(make_ref<Namespace>(dict));
              }));
  globals.set("cycler", function("cycler", [](Arguments& arguments) -> Result<Value> {
                if (arguments.positional().empty()) {
                  return fail(ErrorCode::kInvalid, "at least one item has to be provided");
                }
                return Value(
                    make_ref<Cycler>(std::vector<Value>(arguments.positional().begin(), arguments.positional().end())));
              }));
  globals.set("joiner", function("joiner", [](Arguments& arguments) -> Result<Value> {
                WEIR_TRY_ASSIGN(const auto values, arguments.bind("joiner", {"sep"}, 0));
                return Value(make_ref<Joiner>(values[0].is_missing() ? Value(", ") : values[0]));
              }));
  if (dbt) {
    globals.set("return", function("return", [](Arguments& arguments) -> Result<Value> {
                  WEIR_TRY_ASSIGN(auto values, arguments.bind("return", {"data"}, 0));
                  return arguments.renderer().return_from_macro(values[0].is_missing() ? Value() : values[0]);
                }));
  }
}
}  // namespace weir::jinja
