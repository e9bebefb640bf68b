#include "quality/dbt_test_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/md5.h"
#include "core/text.h"
#include "quality/python_text.h"

namespace weir::quality {
namespace {
constexpr std::size_t kAliasBytesMax = 63;
constexpr std::size_t kAliasPrefixBytes = 30;
constexpr std::size_t kHashDigits = 10;

// Runs of anything but letters, digits and _ become one _.
std::string clean(std::string_view text) {
  std::string out;
  bool in_run = false;
  for (const char c : text) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (kept) {
      out += c;
    } else if (!in_run) {
      out += '_';
    }
    in_run = !kept;
  }
  return out;
}

std::string owner_text(const DbtTestOwner& owner) {
  if (owner.kind == DbtTestOwner::Kind::kSource) {
    return owner.source_name + "_" + owner.name;
  }
  return owner.version.empty() ? owner.name : owner.name + "_v" + owner.version;
}

// The argument `model` that dbt gives to the test's macro.
std::string model_argument(const DbtTestOwner& owner) {
  if (owner.kind == DbtTestOwner::Kind::kSource) {
    return fmt::format("{{{{ get_where_subquery(source('{}', '{}')) }}}}", owner.source_name, owner.name);
  }
  const std::string version = owner.version.empty() ? "" : fmt::format(", version='{}'", owner.version);
  return fmt::format("{{{{ get_where_subquery(ref('{}'{})) }}}}", owner.name, version);
}

std::vector<ConfigNode::Entry> sorted(std::vector<ConfigNode::Entry> entries) {
  std::ranges::sort(entries, {}, &ConfigNode::Entry::key);
  return entries;
}

// repr() of the value with the keys of maps sorted and everything else a text.
std::string hashable(const ConfigNode& node) {
  std::vector<std::string> parts;
  if (node.is_map()) {
    for (const ConfigNode::Entry& entry : sorted(node.entries())) {
      parts.push_back(python_repr(entry.key) + ": " + hashable(entry.value));
    }
    return "{" + join(parts, ", ") + "}";
  }
  if (node.is_sequence()) {
    std::ranges::transform(node.items(), std::back_inserter(parts), hashable);
    return "[" + join(parts, ", ") + "]";
  }
  return python_repr(python_str(node));
}

// "dbt_utils_source_accepted_range_raw_orders": the name without the arguments.
std::string name_prefix(const DbtTestSignature& signature) {
  std::string out = signature.name_space.empty() ? std::string() : signature.name_space + "_";
  out += signature.owner.kind == DbtTestOwner::Kind::kSource ? "source_" : "";
  return out + signature.test + "_" + owner_text(signature.owner);
}

std::string full_name(const DbtTestSignature& signature) {
  std::vector<std::string> parts;
  for (const ConfigNode::Entry& argument : sorted(signature.arguments)) {
    if (argument.value.is_map()) {
      for (const ConfigNode::Entry& entry : argument.value.entries()) {
        parts.push_back(clean(python_str(entry.value)));
      }
    } else if (argument.value.is_sequence()) {
      for (const ConfigNode& item : argument.value.items()) {
        parts.push_back(clean(python_str(item)));
      }
    } else {
      parts.push_back(clean(python_str(argument.value)));
    }
  }
  return name_prefix(signature) + "_" + join(parts, "__");
}

std::string alias_of(const DbtTestSignature& signature, const std::string& name) {
  if (!signature.custom_name.empty() || name.size() <= kAliasBytesMax) {
    return name;
  }
  return name_prefix(signature).substr(0, kAliasPrefixBytes) + "_" + md5_hex(name);
}
}  // namespace

DbtTestNames dbt_test_names(const DbtTestSignature& signature) {
  DbtTestNames out;
  out.name = signature.custom_name.empty() ? full_name(signature) : signature.custom_name;
  out.alias = alias_of(signature, out.name);
  std::vector<ConfigNode::Entry> arguments = signature.arguments;
  arguments.push_back({"model", {}, ConfigNode::scalar(model_argument(signature.owner), true, {})});
  const std::string metadata =
      fmt::format("{{'kwargs': {}, 'name': {}, 'namespace': {}}}", hashable(ConfigNode::map(std::move(arguments), {})),
                  python_repr(signature.test), python_repr(signature.name_space.empty() ? "None" : signature.name_space));
  const std::string hash = md5_hex(out.name + metadata);
  out.id = fmt::format("test.{}.{}.{}", signature.package, out.name, hash.substr(hash.size() - kHashDigits));
  return out;
}
}  // namespace weir::quality
