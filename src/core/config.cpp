#include "core/config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/text.h"

namespace weir {
struct ConfigNode::Data {
  Kind kind = Kind::kNull;
  Place place;
  std::string text;
  bool quoted = false;
  std::vector<ConfigNode> items;
  std::vector<Entry> entries;
};

namespace {
constexpr std::size_t kNodesMax = 1'000'000;
constexpr int kDepthMax = 200;

bool is_null_text(std::string_view text) { return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL"; }

std::optional<bool> flag_of(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "true" || lower == "yes" || lower == "on") {
    return true;
  }
  if (lower == "false" || lower == "no" || lower == "off") {
    return false;
  }
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::string digits = replace_all(text, "_", "");
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) {
    digits.erase(0, 1);
  }
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    digits.erase(0, 2);
  } else if (digits.starts_with("0o")) {
    base = 8;
    digits.erase(0, 2);
  } else if (digits.starts_with("0b")) {
    base = 2;
    digits.erase(0, 2);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

std::optional<double> number_of(std::string_view text) {
  if (text.find_first_not_of("0123456789+-.eE_") != std::string_view::npos || text.find_first_of("0123456789") == std::string_view::npos) {
    const std::string lower = to_lower(text);
    if (lower == ".inf" || lower == "+.inf") {
      return std::numeric_limits<double>::infinity();
    }
    if (lower == "-.inf") {
      return -std::numeric_limits<double>::infinity();
    }
    return lower == ".nan" ? std::optional(std::numeric_limits<double>::quiet_NaN()) : std::nullopt;
  }
  std::string digits = replace_all(text, "_", "");
  if (digits.starts_with('+')) {
    digits.erase(0, 1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

std::string kind_name(ConfigNode::Kind kind) {
  switch (kind) {
    case ConfigNode::Kind::kNull:
      return "nothing";
    case ConfigNode::Kind::kScalar:
      return "a value";
    case ConfigNode::Kind::kSequence:
      return "a list";
    case ConfigNode::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

std::unexpected<Error> wrong_kind(const ConfigNode& node, std::string_view what, std::string_view wanted) {
  const std::string found = node.is_scalar() ? fmt::format("\"{}\"", excerpt(node.text(), 40)) : kind_name(node.kind());
  return fail_at(node.place(), fmt::format("{} must be {}, not {}", what, wanted, found));
}

// Turns yaml-cpp's tree into ours. One object per document.
class Converter {
 public:
  explicit Converter(std::string_view file) : file_(file) {}

  Result<ConfigNode> convert(const YAML::Node& node, int depth) {
    if (++nodes_count_ > kNodesMax || depth > kDepthMax) {
      return fail_at(place_of(node), "the document is too large or nested too deeply");
    }
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return ConfigNode::null_at(place_of(node));
      case YAML::NodeType::Scalar:
        return convert_scalar(node);
      case YAML::NodeType::Sequence:
        return convert_sequence(node, depth);
      case YAML::NodeType::Map:
        return convert_map(node, depth);
    }
    return fail_at(place_of(node), "unknown kind of YAML value");
  }

 private:
  Place place_of(const YAML::Node& node) const {
    const YAML::Mark mark = node.Mark();
    return mark.is_null() ? Place{file_, 0, 0} : Place{file_, mark.line + 1, mark.column + 1};
  }

  ConfigNode convert_scalar(const YAML::Node& node) const {
    // The library tags quoted scalars "!" and plain ones "?".
    const bool quoted = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str";
    if (!quoted && is_null_text(node.Scalar())) {
      return ConfigNode::null_at(place_of(node));
    }
    return ConfigNode::scalar(node.Scalar(), quoted, place_of(node));
  }

  Result<ConfigNode> convert_sequence(const YAML::Node& node, int depth) {
    std::vector<ConfigNode> items;
    for (const YAML::Node& item : node) {
      WEIR_TRY_ASSIGN(ConfigNode converted, convert(item, depth + 1));
      items.push_back(std::move(converted));
    }
    return ConfigNode::sequence(std::move(items), place_of(node));
  }

  Result<ConfigNode> convert_map(const YAML::Node& node, int depth) {
    std::vector<ConfigNode::Entry> entries;
    std::vector<ConfigNode::Entry> merged;
    std::unordered_set<std::string> keys;
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) {
        return fail_at(place_of(pair.first), "a key must be a plain text");
      }
      const std::string& key = pair.first.Scalar();
      WEIR_TRY_ASSIGN(ConfigNode value, convert(pair.second, depth + 1));
      if (key == "<<") {
        WEIR_TRY(collect_merged(value, merged));
        continue;
      }
      if (!keys.insert(key).second) {
        return fail_at(place_of(pair.first), fmt::format("the key \"{}\" is given twice", key));
      }
      entries.push_back({key, place_of(pair.first), std::move(value)});
    }
    for (ConfigNode::Entry& entry : merged) {
      if (keys.insert(entry.key).second) {
        entries.push_back(std::move(entry));
      }
    }
    return ConfigNode::map(std::move(entries), place_of(node));
  }

  static Status collect_merged(const ConfigNode& value, std::vector<ConfigNode::Entry>& merged) {
    if (value.is_map()) {
      merged.insert(merged.end(), value.entries().begin(), value.entries().end());
      return {};
    }
    if (!value.is_sequence()) {
      return fail_at(value.place(), "<< merges a map or a list of maps");
    }
    for (const ConfigNode& item : value.items()) {
      if (!item.is_map()) {
        return fail_at(item.place(), "<< merges a map or a list of maps");
      }
      merged.insert(merged.end(), item.entries().begin(), item.entries().end());
    }
    return {};
  }

  std::string file_;
  std::size_t nodes_count_ = 0;
};
}  // namespace

ConfigNode ConfigNode::null_at(Place place) {
  auto data = std::make_shared<Data>();
  data->place = std::move(place);
  return ConfigNode(std::move(data));
}

ConfigNode ConfigNode::scalar(std::string text, bool quoted, Place place) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::kScalar;
  data->text = std::move(text);
  data->quoted = quoted;
  data->place = std::move(place);
  return ConfigNode(std::move(data));
}

ConfigNode ConfigNode::sequence(std::vector<ConfigNode> items, Place place) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::kSequence;
  data->items = std::move(items);
  data->place = std::move(place);
  return ConfigNode(std::move(data));
}

ConfigNode ConfigNode::map(std::vector<Entry> entries, Place place) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::kMap;
  data->entries = std::move(entries);
  data->place = std::move(place);
  return ConfigNode(std::move(data));
}

ConfigNode::Kind ConfigNode::kind() const { return data_ ? data_->kind : Kind::kNull; }

const Place& ConfigNode::place() const {
  static const Place nowhere;
  return data_ ? data_->place : nowhere;
}

const std::string& ConfigNode::text() const {
  static const std::string empty;
  return data_ ? data_->text : empty;
}

bool ConfigNode::quoted() const { return data_ && data_->quoted; }

const std::vector<ConfigNode>& ConfigNode::items() const {
  static const std::vector<ConfigNode> empty;
  return data_ ? data_->items : empty;
}

const std::vector<ConfigNode::Entry>& ConfigNode::entries() const {
  static const std::vector<Entry> empty;
  return data_ ? data_->entries : empty;
}

const ConfigNode* ConfigNode::find(std::string_view key) const {
  const auto& all = entries();
  const auto found = std::ranges::find(all, key, &Entry::key);
  return found == all.end() ? nullptr : &found->value;
}

Result<std::string> ConfigNode::as_text(std::string_view what) const {
  if (!is_scalar()) {
    return wrong_kind(*this, what, "a text");
  }
  return text();
}

Result<std::int64_t> ConfigNode::as_integer(std::string_view what) const {
  const std::optional<std::int64_t> value = is_scalar() ? integer_of(text()) : std::nullopt;
  if (!value) {
    return wrong_kind(*this, what, "a whole number");
  }
  return *value;
}

Result<double> ConfigNode::as_number(std::string_view what) const {
  const std::optional<double> value = is_scalar() ? number_of(text()) : std::nullopt;
  if (!value) {
    return wrong_kind(*this, what, "a number");
  }
  return *value;
}

Result<bool> ConfigNode::as_flag(std::string_view what) const {
  const std::optional<bool> value = is_scalar() ? flag_of(text()) : std::nullopt;
  if (!value) {
    return wrong_kind(*this, what, "true or false");
  }
  return *value;
}

Json ConfigNode::to_json() const {
  switch (kind()) {
    case Kind::kNull:
      return nullptr;
    case Kind::kSequence: {
      Json out = Json::array();
      for (const ConfigNode& item : items()) {
        out.push_back(item.to_json());
      }
      return out;
    }
    case Kind::kMap: {
      Json out = Json::object();
      for (const Entry& entry : entries()) {
        out[entry.key] = entry.value.to_json();
      }
      return out;
    }
    case Kind::kScalar:
      break;
  }
  if (quoted()) {
    return text();
  }
  if (const auto flag = flag_of(text())) {
    return *flag;
  }
  if (const auto integer = integer_of(text())) {
    return *integer;
  }
  if (const auto number = number_of(text())) {
    return *number;
  }
  return text();
}

Result<ConfigNode> parse_config(std::string_view yaml, std::string_view file) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    return Converter(file).convert(root, 0);
  } catch (const YAML::Exception& error) {
    const Place place{std::string(file), error.mark.is_null() ? 0 : error.mark.line + 1, error.mark.is_null() ? 0 : error.mark.column + 1};
    return fail_at(place, fmt::format("not YAML: {}", error.msg));
  }
}

Result<ConfigNode> render_scalars(const ConfigNode& node,
                                  const std::function<Result<std::string>(const std::string&, const Place&)>& render) {
  switch (node.kind()) {
    case ConfigNode::Kind::kNull:
      return node;
    case ConfigNode::Kind::kScalar: {
      WEIR_TRY_ASSIGN(std::string text, render(node.text(), node.place()));
      return ConfigNode::scalar(std::move(text), node.quoted() && node.text().find('{') == std::string::npos, node.place());
    }
    case ConfigNode::Kind::kSequence: {
      std::vector<ConfigNode> items;
      for (const ConfigNode& item : node.items()) {
        WEIR_TRY_ASSIGN(ConfigNode rendered, render_scalars(item, render));
        items.push_back(std::move(rendered));
      }
      return ConfigNode::sequence(std::move(items), node.place());
    }
    case ConfigNode::Kind::kMap: {
      std::vector<ConfigNode::Entry> entries;
      for (const ConfigNode::Entry& entry : node.entries()) {
        WEIR_TRY_ASSIGN(ConfigNode rendered, render_scalars(entry.value, render));
        entries.push_back({entry.key, entry.key_place, std::move(rendered)});
      }
      return ConfigNode::map(std::move(entries), node.place());
    }
  }
  return node;
}

Result<ConfigMap> ConfigMap::open(const ConfigNode& node, std::string_view what) {
  if (!node.is_map() && !node.is_null()) {
    return wrong_kind(node, what, "a map of keys and values");
  }
  return ConfigMap(node, std::string(what));
}

const ConfigNode* ConfigMap::find(std::string_view key) {
  known_.emplace_back(key);
  const ConfigNode* value = node_.find(key);
  return value != nullptr && !value->is_null() ? value : nullptr;
}

Result<ConfigNode> ConfigMap::require(std::string_view key) {
  const ConfigNode* value = find(key);
  if (value == nullptr) {
    for (const ConfigNode::Entry& entry : node_.entries()) {
      const std::string suggestion = did_you_mean(entry.key, std::vector<std::string>{std::string(key)});
      if (!suggestion.empty() && std::ranges::find(known_, entry.key) == known_.end()) {
        return fail_at(entry.key_place, fmt::format("{} has no key \"{}\"{}", what_, entry.key, suggestion));
      }
    }
    return fail_at(node_.place(), fmt::format("{} needs the key \"{}\"", what_, key));
  }
  return *value;
}

Result<std::string> ConfigMap::require_text(std::string_view key) {
  WEIR_TRY_ASSIGN(const ConfigNode value, require(key));
  return value.as_text(key);
}

Result<std::optional<std::string>> ConfigMap::text(std::string_view key) {
  const ConfigNode* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(std::string text, value->as_text(key));
  return text;
}

Result<std::string> ConfigMap::text_or(std::string_view key, std::string_view otherwise) {
  const ConfigNode* value = find(key);
  return value == nullptr ? std::string(otherwise) : value->as_text(key);
}

Result<std::int64_t> ConfigMap::integer_or(std::string_view key, std::int64_t otherwise) {
  const ConfigNode* value = find(key);
  return value == nullptr ? otherwise : value->as_integer(key);
}

Result<std::optional<double>> ConfigMap::number(std::string_view key) {
  const ConfigNode* value = find(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const double number, value->as_number(key));
  return number;
}

Result<bool> ConfigMap::flag_or(std::string_view key, bool otherwise) {
  const ConfigNode* value = find(key);
  return value == nullptr ? otherwise : value->as_flag(key);
}

Result<std::vector<std::string>> ConfigMap::texts(std::string_view key) {
  const ConfigNode* value = find(key);
  std::vector<std::string> out;
  if (value == nullptr) {
    return out;
  }
  if (value->is_sequence()) {
    for (const ConfigNode& item : value->items()) {
      WEIR_TRY_ASSIGN(std::string text, item.as_text(fmt::format("each entry of {}", key)));
      out.push_back(std::move(text));
    }
    return out;
  }
  WEIR_TRY_ASSIGN(std::string text, value->as_text(key));
  out.push_back(std::move(text));
  return out;
}

Result<std::string> ConfigMap::choice_or(std::string_view key, const std::vector<std::string>& allowed, std::string_view otherwise) {
  const ConfigNode* value = find(key);
  if (value == nullptr) {
    return std::string(otherwise);
  }
  WEIR_TRY_ASSIGN(std::string text, value->as_text(key));
  if (std::ranges::find(allowed, text) == allowed.end()) {
    return fail_at(value->place(), fmt::format("{} must be one of {}, not \"{}\"{}", key, join(allowed, ", "), excerpt(text, 40),
                                               did_you_mean(text, allowed)));
  }
  return text;
}

Status ConfigMap::finish() const {
  for (const ConfigNode::Entry& entry : node_.entries()) {
    if (std::ranges::find(known_, entry.key) == known_.end()) {
      return fail_at(entry.key_place, fmt::format("{} has no key \"{}\"{}", what_, entry.key, did_you_mean(entry.key, known_)));
    }
  }
  return {};
}
}  // namespace weir
