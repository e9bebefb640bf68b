#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "jinja/dict.h"
#include "jinja/value.h"

/// Values of YAML, JSON and Jinja, turned into each other. Inside transform/ every config and variable is a
/// jinja::Value.
namespace weir::transform {
/// The value of a YAML node: plain scalars become null, booleans and numbers, as in ConfigNode::to_json.
jinja::Value value_of(const ConfigNode& node);
jinja::Value value_of(const Json& json);
/// The other way; every node has the same place. Texts count as quoted, so that they stay texts.
ConfigNode config_of(const jinja::Value& value, const Place& place);
/// Dicts become objects, host objects their text. Errors: as of Value::text.
Result<Json> json_of(const jinja::Value& value);

/// A copy that shares no list and no dict with `value`: templates may change what they are given.
jinja::Value deep_copy(const jinja::Value& value);
/// Equal for equal values, whatever the order of a dict's keys: for hashes.
std::string canonical_text(const jinja::Value& value);

/// The text of a scalar; true and false in lower case; lists and dicts as JSON.
std::string text_of(const jinja::Value& value);
/// The texts of a list's items; of a scalar itself; none of None.
std::vector<std::string> texts_of(const jinja::Value& value);
/// True and false, also as text in any case and as 1 and 0.
std::optional<bool> flag_of(const jinja::Value& value);
}  // namespace weir::transform
