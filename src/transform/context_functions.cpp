#include "transform/context_functions.h"

#include <nlohmann/json.hpp>

#include "core/config.h"
#include "core/md5.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/host_object.h"
#include "transform/macro_table.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Dict;
using jinja::Value;

namespace {
Result<Value> to_json_text(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("tojson", {"value", "default", "sort_keys"}, 1));
  WEIR_TRY_ASSIGN(Json json, json_of(values[0]));
  if (!values[2].is_missing() && values[2].truth()) {
    return Value(nlohmann::json(json).dump());
  }
  return Value(json.dump());
}

Result<Value> from_text(std::string_view function, Arguments& arguments, Result<Value> (*read)(const std::string&)) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind(function, {"string", "default"}, 1));
  WEIR_TRY_ASSIGN(const std::string text, values[0].text());
  Result<Value> value = read(text);
  return value ? std::move(value) : Result<Value>(values[1].is_missing() ? Value() : values[1]);
}

Result<Value> from_json_text(Arguments& arguments) {
  return from_text("fromjson", arguments, [](const std::string& text) -> Result<Value> {
    WEIR_TRY_ASSIGN(const Json json, parse_json(text, "fromjson"));
    return value_of(json);
  });
}

Result<Value> from_yaml_text(Arguments& arguments) {
  return from_text("fromyaml", arguments, [](const std::string& text) -> Result<Value> {
    WEIR_TRY_ASSIGN(const ConfigNode yaml, parse_config(text, "fromyaml"));
    return value_of(yaml);
  });
}

Result<Value> make_set(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("set", {"value", "default"}, 1));
  WEIR_TRY_ASSIGN(std::vector<Value> items, jinja::collect(values[0]));
  const auto keys = jinja::make_ref<Dict>();
  for (const Value& item : items) {
    if (!keys->set(item, Value())) {
      return values[1].is_missing() ? Value() : values[1];
    }
  }
  return Value::set(keys);
}

Result<Value> zip_lists(Arguments& arguments) {
  std::vector<std::vector<Value>> lists;
  for (const Value& list : arguments.positional()) {
    WEIR_TRY_ASSIGN(lists.emplace_back(), jinja::collect(list));
  }
  std::vector<Value> rows;
  for (std::size_t i = 0; !lists.empty(); ++i) {
    std::vector<Value> row;
    for (const auto& list : lists) {
      if (i < list.size()) {
        row.push_back(list[i]);
      }
    }
    if (row.size() < lists.size()) {
      break;
    }
    rows.push_back(Value::tuple(std::move(row)));
  }
  return Value::list(std::move(rows));
}

Result<Value> local_md5(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("local_md5", {"value"}, 1));
  WEIR_TRY_ASSIGN(const std::string text, values[0].text());
  return Value(md5_hex(text));
}

// What the first dict of lists has and the second has not.
Result<Value> diff_of_two_dicts(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("diff_of_two_dicts", {"dict_a", "dict_b"}, 2));
  const auto out = jinja::make_ref<Dict>();
  if (!values[0].is_dict() || !values[1].is_dict()) {
    return Value::dict(out);
  }
  for (const Dict::Entry& entry : values[0].dictionary().entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    const Value* other = values[1].dictionary().find(entry.key);
    std::vector<Value> rest;
    for (const Value& item : entry.value.is_sequence() ? entry.value.items() : std::span<const Value>()) {
      if (other == nullptr || std::ranges::find(other->items(), item) == other->items().end()) {
        rest.push_back(item);
      }
    }
    if (!rest.empty()) {
      out->set(text_of(entry.key), Value::list(std::move(rest)));
    }
  }
  return Value::dict(out);
}

TextMap<Value> make_functions() {
  TextMap<Value> functions;
  const auto add = [&](const std::string& name, Result<Value> (*body)(Arguments&)) {
    functions[name] = jinja::function(name, body);
  };
  add("tojson", to_json_text);
  add("toyaml", to_json_text);  // JSON is YAML
  add("fromjson", from_json_text);
  add("fromyaml", from_yaml_text);
  add("set", make_set);
  add("set_strict", make_set);
  add("zip", zip_lists);
  add("zip_strict", zip_lists);
  add("local_md5", local_md5);
  add("diff_of_two_dicts", diff_of_two_dicts);
  return functions;
}
}  // namespace

std::optional<Value> plain_function(std::string_view name) {
  static const TextMap<Value> functions = make_functions();
  const auto found = functions.find(name);
  return found == functions.end() ? std::nullopt : std::optional(found->second);
}
}  // namespace weir::transform
