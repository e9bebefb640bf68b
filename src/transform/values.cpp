#include "transform/values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "jinja/host_object.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Kind;
using jinja::Value;

Value value_of(const ConfigNode& node) {
  switch (node.kind()) {
    case ConfigNode::Kind::kNull:
      return {};
    case ConfigNode::Kind::kScalar:
      return node.quoted() ? Value(node.text()) : value_of(node.to_json());
    case ConfigNode::Kind::kSequence: {
      std::vector<Value> items;
      items.reserve(node.items().size());
      for (const ConfigNode& item : node.items()) {
        items.push_back(value_of(item));
      }
      return Value::list(std::move(items));
    }
    case ConfigNode::Kind::kMap: {
      const auto dict = jinja::make_ref<Dict>();
      for (const ConfigNode::Entry& entry : node.entries()) {
        dict->set(entry.key, value_of(entry.value));
      }
      return Value::dict(dict);
    }
  }
  return {};
}

Value value_of(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
      return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      return number <= static_cast<std::uint64_t>(INT64_MAX) ? Value(static_cast<std::int64_t>(number))
                                                             : Value(static_cast<double>(number));
    }
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return Value(json.get_ref<const std::string&>());
    case Json::value_t::array: {
      std::vector<Value> items;
      items.reserve(json.size());
      for (const Json& item : json) {
        items.push_back(value_of(item));
      }
      return Value::list(std::move(items));
    }
    case Json::value_t::object: {
      const auto dict = jinja::make_ref<Dict>();
      for (const auto& [key, item] : json.items()) {
        dict->set(key, value_of(item));
      }
      return Value::dict(dict);
    }
    default:
      return {};
  }
}

ConfigNode config_of(const Value& value, const Place& place) {
  if (value.is_none() || value.is_undefined() || value.is_missing()) {
    return ConfigNode::null_at(place);
  }
  if (value.is_sequence()) {
    std::vector<ConfigNode> items;
    for (const Value& item : value.items()) {
      items.push_back(config_of(item, place));
    }
    return ConfigNode::sequence(std::move(items), place);
  }
  if (value.is_dict()) {
    std::vector<ConfigNode::Entry> entries;
    for (const Dict::Entry& entry : value.dictionary().entries()) {
      if (!entry.key.is_missing()) {
        entries.push_back({text_of(entry.key), place, config_of(entry.value, place)});
      }
    }
    return ConfigNode::map(std::move(entries), place);
  }
  return ConfigNode::scalar(text_of(value), value.is_string(), place);
}

Result<Json> json_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kUnresolved:
    case Kind::kUndefined:
    case Kind::kNone:
      return Json(nullptr);
    case Kind::kBool:
      return Json(value.boolean());
    case Kind::kInt:
      return Json(value.integer());
    case Kind::kFloat:
      return Json(value.real());
    case Kind::kStr:
      return Json(std::string(value.string()));
    case Kind::kList:
    case Kind::kTuple: {
      Json json = Json::array();
      for (const Value& item : value.items()) {
        WEIR_TRY_ASSIGN(Json element, json_of(item));
        json.push_back(std::move(element));
      }
      return json;
    }
    case Kind::kDict:
    case Kind::kSet: {
      Json json = value.is_dict() ? Json::object() : Json::array();
      for (const Dict::Entry& entry : value.dictionary().entries()) {
        if (entry.key.is_missing()) {
          continue;
        }
        WEIR_TRY_ASSIGN(Json element, json_of(value.is_dict() ? entry.value : entry.key));
        if (value.is_dict()) {
          json[text_of(entry.key)] = std::move(element);
        } else {
          json.push_back(std::move(element));
        }
      }
      return json;
    }
    case Kind::kBigInt:
    case Kind::kHost: {
      WEIR_TRY_ASSIGN(std::string text, value.text());
      return Json(std::move(text));
    }
  }
  return Json(nullptr);
}

Value deep_copy(const Value& value) {
  if (value.is_sequence()) {
    std::vector<Value> items;
    items.reserve(value.items().size());
    for (const Value& item : value.items()) {
      items.push_back(deep_copy(item));
    }
    return value.is_list() ? Value::list(std::move(items)) : Value::tuple(std::move(items));
  }
  if (value.is_dict()) {
    const auto dict = jinja::make_ref<Dict>();
    for (const Dict::Entry& entry : value.dictionary().entries()) {
      if (!entry.key.is_missing() && !dict->set(entry.key, deep_copy(entry.value))) {
        continue;  // cannot be: it was a key before
      }
    }
    return Value::dict(dict);
  }
  return value;
}

std::string canonical_text(const Value& value) {
  if (value.is_sequence()) {
    std::string out = "[";
    for (const Value& item : value.items()) {
      out += canonical_text(item) + ",";
    }
    return out + "]";
  }
  if (value.is_dict()) {
    std::vector<std::string> entries;
    for (const Dict::Entry& entry : value.dictionary().entries()) {
      if (!entry.key.is_missing()) {
        entries.push_back(canonical_text(entry.key) + ":" + canonical_text(entry.value) + ",");
      }
    }
    std::ranges::sort(entries);
    return "{" + join(entries, "") + "}";
  }
  const auto text = value.repr();
  return text ? *text : "?";
}

std::string text_of(const Value& value) {
  if (value.is(Kind::kBool)) {
    return value.boolean() ? "true" : "false";
  }
  if (value.is_none() || value.is_undefined()) {
    return {};
  }
  if (value.is_sequence() || value.is_dict()) {
    const auto json = json_of(value);
    return json ? json->dump() : std::string();
  }
  const auto text = value.text();
  return text ? *text : std::string();
}

std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  if (value.is_sequence()) {
    for (const Value& item : value.items()) {
      texts.push_back(text_of(item));
    }
  } else if (!value.is_none() && !value.is_undefined()) {
    texts.push_back(text_of(value));
  }
  return texts;
}

std::optional<bool> flag_of(const Value& value) {
  if (value.is(Kind::kBool)) {
    return value.boolean();
  }
  const std::string text = to_lower(text_of(value));
  if (text == "true" || text == "1" || text == "yes" || text == "on") {
    return true;
  }
  if (text == "false" || text == "0" || text == "no" || text == "off") {
    return false;
  }
  return std::nullopt;
}
}  // namespace weir::transform
