#include "quality/dbt_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace weir::quality {
namespace {
std::string scalar_text(const ConfigNode& node) {
  const auto flag = node.quoted() ? Result<bool>(fail(ErrorCode::kInvalid, "")) : node.as_flag("");
  return flag ? (*flag ? "true" : "false") : node.text();
}

void flatten(const std::string& key, const ConfigNode& node, std::map<std::string, std::vector<std::string>>& out) {
  if (node.is_map()) {
    for (const ConfigNode::Entry& entry : node.entries()) {
      flatten(key.empty() ? entry.key : key + "." + entry.key, entry.value, out);
    }
    return;
  }
  std::vector<std::string>& values = out[key];
  values.clear();
  if (node.is_sequence()) {
    for (const ConfigNode& item : node.items()) {
      values.push_back(scalar_text(item));
    }
  } else if (node.is_scalar()) {
    values.push_back(scalar_text(node));
  }
}

Result<Severity> read_severity(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(const std::string text, node.as_text("severity"));
  const std::string lower = to_lower(text);
  if (lower != "error" && lower != "warn") {
    return fail_at(node.place(), fmt::format("severity must be error or warn, not \"{}\"{}", excerpt(text, 40),
                                             did_you_mean(lower, std::vector<std::string>{"error", "warn"})));
  }
  return lower == "error" ? Severity::kError : Severity::kWarn;
}

Result<Threshold> read_threshold(const ConfigNode& node, std::string_view key) {
  WEIR_TRY_ASSIGN(const std::string text, node.as_text(key));
  const auto threshold = Threshold::parse(text);
  return threshold ? threshold : Result<Threshold>(fail_at(node.place(), fmt::format("{}: {}", key, threshold.error().message)));
}

Result<std::uint64_t> read_limit(const ConfigNode& node) {
  WEIR_TRY_ASSIGN(const std::int64_t limit, node.as_integer("limit"));
  if (limit < 1) {
    return fail_at(node.place(), "limit must be 1 or more");
  }
  return static_cast<std::uint64_t>(limit);
}

Status read_text(const ConfigNode& node, std::string_view key, std::string& out) {
  WEIR_TRY_ASSIGN(out, node.as_text(key));
  return {};
}

Status read_tags(const ConfigNode& node, std::vector<std::string>& tags) {
  for (const ConfigNode& item : node.is_sequence() ? node.items() : std::vector<ConfigNode>{node}) {
    WEIR_TRY_ASSIGN(std::string tag, item.as_text("each of the tags"));
    tags.push_back(std::move(tag));
  }
  return {};
}

Status read_entry(const ConfigNode::Entry& entry, DbtTestConfig& config) {
  const ConfigNode& value = entry.value;
  if (entry.key == "severity") {
    WEIR_TRY_ASSIGN(config.rules.severity, read_severity(value));
  } else if (entry.key == "warn_if") {
    WEIR_TRY_ASSIGN(config.rules.warn_if, read_threshold(value, entry.key));
  } else if (entry.key == "error_if") {
    WEIR_TRY_ASSIGN(config.rules.error_if, read_threshold(value, entry.key));
  } else if (entry.key == "limit") {
    WEIR_TRY_ASSIGN(config.rules.failures_max, read_limit(value));
  } else if (entry.key == "enabled") {
    WEIR_TRY_ASSIGN(config.enabled, value.as_flag(entry.key));
  } else if (entry.key == "where") {
    return read_text(value, entry.key, config.where);
  } else if (entry.key == "fail_calc") {
    return read_text(value, entry.key, config.fail_calc);
  } else if (entry.key == "alias") {
    return read_text(value, entry.key, config.alias);
  } else if (entry.key == "group") {
    return read_text(value, entry.key, config.group);
  } else if (entry.key == "tags") {
    return read_tags(value, config.tags);
  }
  return {};
}
}  // namespace

Result<DbtTestConfig> read_dbt_config(const std::vector<ConfigNode>& layers) {
  DbtTestConfig config;
  for (const ConfigNode& layer : layers) {
    if (!layer.is_map() && !layer.is_null()) {
      return fail_at(layer.place(), "config must be a map of keys and values");
    }
    for (const ConfigNode::Entry& entry : layer.entries()) {
      if (!entry.value.is_null()) {
        WEIR_TRY(read_entry(entry, config));
        flatten(entry.key, entry.value, config.flat);
      }
    }
  }
  std::ranges::sort(config.tags);
  const auto doubled = std::ranges::unique(config.tags);
  config.tags.erase(doubled.begin(), doubled.end());
  config.flat["severity"] = {config.rules.severity == Severity::kError ? "error" : "warn"};
  config.flat["enabled"] = {config.enabled ? "true" : "false"};
  if (!config.tags.empty()) {
    config.flat["tags"] = config.tags;
  }
  return config;
}
}  // namespace weir::quality
