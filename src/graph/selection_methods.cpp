#include "graph/selection_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/text.h"
#include "graph/wildcard.h"

namespace weir::graph {
namespace {
using Texts = std::vector<std::string>;

/// Inserts all nodes for which `fits(info)`.
template <class Fits>
void insert_where(const MethodCall& call, NodeSet& matched, Fits fits) {
  for (NodeIndex i = 0; i < call.graph.size(); ++i) {
    if (fits(call.graph.info(i))) {
      matched.insert(i);
    }
  }
}

/// A method that looks at the texts which `values` gives for a node: one of them must fit the value's wildcards.
SelectionMethod by_text(std::string name, std::function<Texts(const NodeInfo&)> values) {
  auto match = [values](const MethodCall& call, NodeSet& matched) -> Status {
    insert_where(call, matched, [&](const NodeInfo& info) {
      return std::ranges::any_of(values(info),
                                 [&](const std::string& text) { return wildcard_match(call.value, text); });
    });
    return {};
  };
  return {std::move(name), std::move(match), std::move(values)};
}

Texts if_any(const std::string& text) {
  return text.empty() ? Texts{} : Texts{text};
}

// ---- fqn ----

/// Matches the dotted name `words` = "package.folder.name" as dbt does: `pattern` is the start of it, whole parts; from
/// the first part with a wildcard on, the rest must fit to the end.
bool dotted_name_matches(std::string_view words, std::string_view pattern) {
  if (std::ranges::count(words, '.') < std::ranges::count(pattern, '.')) {
    return false;
  }
  const std::size_t wildcard = pattern.find_first_of("*?[]");
  if (wildcard == std::string_view::npos) {
    return words.starts_with(pattern) && (words.size() == pattern.size() || words[pattern.size()] == '.');
  }
  const std::size_t dot = pattern.substr(0, wildcard).rfind('.');
  const std::size_t fixed = dot == std::string_view::npos ? 0 : dot + 1;
  return words.starts_with(pattern.substr(0, fixed)) && wildcard_match(pattern.substr(fixed), words.substr(fixed));
}

/// The name alone fits without its folders; a versioned model (fqn "..., name, v2") as name, name.v2 and name_v2.
bool leaf_matches(const NodeInfo& info, std::string_view pattern) {
  if (info.version.empty() || info.fqn.size() < 2) {
    return info.fqn.back() == pattern;
  }
  const std::string& name = info.fqn[info.fqn.size() - 2];
  const std::string& version = info.fqn.back();
  return pattern == name || pattern == name + "." + version || pattern == name + "_" + version;
}

void match_fqn(const MethodCall& call, NodeSet& matched) {
  std::string words;
  insert_where(call, matched, [&](const NodeInfo& info) {
    // As in dbt, sources are found by `source:` only.
    if (info.fqn.empty() || info.kind == NodeKind::kSource) {
      return false;
    }
    if (leaf_matches(info, call.value)) {
      return true;
    }
    words.clear();
    for (const std::string& part : info.fqn) {
      words.append(words.empty() ? "" : ".").append(part);
    }
    if (dotted_name_matches(words, call.value)) {
      return true;
    }
    // The package may be left out.
    return info.fqn.size() > 1 &&
           dotted_name_matches(std::string_view(words).substr(info.fqn[0].size() + 1), call.value);
  });
}

// ---- path and file ----

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}
std::string_view stem(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

/// The path itself or a folder above it must fit.
bool path_matches(std::string_view pattern, std::string_view path) {
  while (!path.empty()) {
    if (glob_match(pattern, path)) {
      return true;
    }
    const std::size_t slash = path.rfind('/');
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  }
  return false;
}

void match_path(const MethodCall& call, NodeSet& matched) {
  std::string_view pattern = call.value;
  while (pattern.starts_with("./")) {
    pattern.remove_prefix(2);
  }
  while (pattern.ends_with('/')) {
    pattern.remove_suffix(1);
  }
  const bool whole_project = pattern.empty() || pattern == ".";
  insert_where(call, matched, [&](const NodeInfo& info) {
    return whole_project || path_matches(pattern, info.path) || path_matches(pattern, info.properties_path);
  });
}

Texts file_names(const NodeInfo& info) {
  const std::string_view name = file_name(info.path);
  return name.empty() ? Texts{} : Texts{std::string(name), std::string(stem(name))};
}

bool looks_like_file(std::string_view word) {
  constexpr std::array<std::string_view, 6> kExtensions = {".sql", ".py", ".csv", ".yml", ".yaml", ".md"};
  const std::string lower = to_lower(word);
  return std::ranges::any_of(kExtensions, [&](std::string_view extension) { return lower.ends_with(extension); });
}

// ---- config ----

Texts config_values(const NodeInfo& info, const std::string& key) {
  if (const auto found = info.config.find(key); found != info.config.end()) {
    return found->second;
  }
  if (key == "materialized") {
    return if_any(info.materialized);
  }
  if (key == "schema") {
    return if_any(info.schema);
  }
  if (key == "tags") {
    return info.tags;
  }
  if (key == "group") {
    return if_any(info.group);
  }
  return key == "access" ? if_any(info.access) : Texts{};
}

Status match_config(const MethodCall& call, NodeSet& matched) {
  const std::string key = join(call.arguments, ".");
  if (key.empty()) {
    return fail(ErrorCode::kInvalid, "config: needs a key; write config.materialized:table");
  }
  const bool any_case =
      key == "severity" || equals_ignoring_case(call.value, "true") || equals_ignoring_case(call.value, "false");
  insert_where(call, matched, [&](const NodeInfo& info) {
    return std::ranges::any_of(config_values(info, key), [&](const std::string& value) {
      return wildcard_match(call.value, value) || (any_case && equals_ignoring_case(call.value, value));
    });
  });
  return {};
}

// ---- others ----

Status match_source(const MethodCall& call, NodeSet& matched) {
  Texts parts = split(call.value, '.');
  if (parts.size() > 3) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("source:{} has too many dots; it is source:NAME, NAME.TABLE or PACKAGE.NAME.TABLE", call.value));
  }
  if (parts.size() == 1) {
    parts.emplace_back("*");
  }
  if (parts.size() == 2) {
    parts.insert(parts.begin(), "*");
  }
  insert_where(call, matched, [&](const NodeInfo& info) {
    return !info.source_name.empty() && wildcard_match(parts[0], info.package) &&
           wildcard_match(parts[1], info.source_name) && wildcard_match(parts[2], info.name);
  });
  return {};
}

/// `exposure:NAME` and `exposure:PACKAGE.NAME` for nodes of `kind`.
SelectionMethod by_name_of_kind(NodeKind kind) {
  auto match = [kind](const MethodCall& call, NodeSet& matched) -> Status {
    Texts parts = split(call.value, '.');
    if (parts.size() > 2) {
      return fail(ErrorCode::kInvalid, fmt::format("{0}:{1} has too many dots; it is {0}:NAME or {0}:PACKAGE.NAME",
                                                   kind_name(kind), call.value));
    }
    if (parts.size() == 1) {
      parts.insert(parts.begin(), "*");
    }
    insert_where(call, matched, [&](const NodeInfo& info) {
      return info.kind == kind && wildcard_match(parts[0], info.package) && wildcard_match(parts[1], info.name);
    });
    return {};
  };
  auto values = [kind](const NodeInfo& info) { return info.kind == kind ? Texts{info.name} : Texts{}; };
  return {std::string(kind_name(kind)), std::move(match), std::move(values)};
}

Status match_kind(const MethodCall& call, NodeSet& matched) {
  const bool any =
      std::ranges::any_of(kind_names(), [&](const std::string& name) { return wildcard_match(call.value, name); });
  if (!any) {
    return fail(ErrorCode::kInvalid, fmt::format("unknown kind of node \"{}\"; it is one of {}{}", call.value,
                                                 join(kind_names(), ", "), did_you_mean(call.value, kind_names())));
  }
  insert_where(call, matched, [&](const NodeInfo& info) { return wildcard_match(call.value, kind_name(info.kind)); });
  return {};
}

Status match_test_type(const MethodCall& call, NodeSet& matched) {
  static const Texts names = {"generic", "singular", "data", "unit", "check", "schema"};
  if (std::ranges::find(names, call.value) == names.end()) {
    return fail(
        ErrorCode::kInvalid,
        fmt::format(
            "unknown type of test \"{}\"; it is one of generic, singular, data (both and checks), unit, check{}",
            call.value, did_you_mean(call.value, names)));
  }
  const std::string_view wanted = call.value == "schema" ? "generic" : call.value;  // dbt's older word
  insert_where(call, matched, [&](const NodeInfo& info) {
    return wanted == "data" ? is_test(info.kind) && info.kind != NodeKind::kUnitTest : info.test_type == wanted;
  });
  return {};
}

Status match_package(const MethodCall& call, NodeSet& matched) {
  const std::string_view wanted = call.value == "this" && !call.root_package.empty() ? call.root_package : call.value;
  insert_where(call, matched, [&](const NodeInfo& info) { return wildcard_match(wanted, info.package); });
  return {};
}

/// Versions that are numbers count as such: 10 comes after 9.
bool is_later_version(const std::string& a, const std::string& b) {
  const auto number = [](const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
  };
  const auto number_a = number(a);
  const auto number_b = number(b);
  return number_a && number_b ? *number_a > *number_b : a > b;
}

Status match_version(const MethodCall& call, NodeSet& matched) {
  static const Texts names = {"latest", "prerelease", "old", "none"};
  const std::string value(call.value);
  if (std::ranges::find(names, value) == names.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("unknown version \"{}\"; it is one of {}{}", value, join(names, ", "),
                                                 did_you_mean(value, names)));
  }
  insert_where(call, matched, [&](const NodeInfo& info) {
    if (info.kind != NodeKind::kModel || info.version.empty()) {
      return info.kind == NodeKind::kModel && value == "none";
    }
    if (info.version == info.latest_version) {
      return value == "latest";
    }
    return value == (is_later_version(info.version, info.latest_version) ? "prerelease" : "old");
  });
  return {};
}

/// The tables by which a node is found: those that it writes, and for a source the one that it stands for.
const Texts& tables_of(const NodeInfo& info) {
  return info.kind == NodeKind::kSource ? info.tables_read : info.tables_written;
}

void match_table(const MethodCall& call, NodeSet& matched) {
  const std::string pattern = to_lower(call.value);
  insert_where(call, matched, [&](const NodeInfo& info) {
    return std::ranges::any_of(tables_of(info), [&](const std::string& table) {
      const std::string lower = to_lower(table);
      return wildcard_match(pattern, lower) || wildcard_match(pattern, lower.substr(0, lower.find('.')));
    });
  });
}

std::vector<SelectionMethod> make_methods() {
  const auto as_method = [](void (*match)(const MethodCall&, NodeSet&)) {
    return [match](const MethodCall& call, NodeSet& matched) -> Status {
      match(call, matched);
      return {};
    };
  };
  std::vector<SelectionMethod> methods = {
      {"fqn", as_method(match_fqn), bare_words},
      {"path", as_method(match_path), [](const NodeInfo& info) { return if_any(info.path); }},
      by_text("file", file_names),
      by_text("tag", [](const NodeInfo& info) { return info.tags; }),
      {"config", match_config, {}},
      {"source", match_source, [](const NodeInfo& info) { return if_any(info.source_name); }},
      {"table", as_method(match_table), tables_of},
      {"resource_type", match_kind, {}},
      {"kind", match_kind, {}},
      {"package", match_package, [](const NodeInfo& info) { return if_any(info.package); }},
      by_text("group", [](const NodeInfo& info) { return if_any(info.group); }),
      by_text("access", [](const NodeInfo& info) { return if_any(info.access); }),
      {"test_type", match_test_type, {}},
      by_text(
          "test_name",
          [](const NodeInfo& info) { return if_any(info.kind == NodeKind::kUnitTest ? info.name : info.test_name); }),
      {"version", match_version, {}},
  };
  for (const NodeKind kind :
       {NodeKind::kExposure, NodeKind::kMetric, NodeKind::kSemanticModel, NodeKind::kSavedQuery, NodeKind::kUnitTest,
        NodeKind::kReport, NodeKind::kCheck, NodeKind::kIngest, NodeKind::kStream}) {
    methods.push_back(by_name_of_kind(kind));
  }
  return methods;
}
}  // namespace

const std::vector<SelectionMethod>& built_in_selection_methods() {
  static const std::vector<SelectionMethod> methods = make_methods();
  return methods;
}

void match_bare_word(const MethodCall& call, NodeSet& matched) {
  if (call.value.find('/') != std::string_view::npos) {
    return match_path(call, matched);
  }
  if (looks_like_file(call.value)) {
    insert_where(call, matched, [&](const NodeInfo& info) { return wildcard_match(call.value, file_name(info.path)); });
    return;
  }
  match_fqn(call, matched);
  if (matched.empty()) {
    match_table(call, matched);
    insert_where(call, matched, [&](const NodeInfo& info) {
      return wildcard_match(call.value, info.name) || wildcard_match(call.value, info.id);
    });
  }
}

std::vector<std::string> bare_words(const NodeInfo& info) {
  Texts words = tables_of(info);
  words.push_back(info.name);
  words.insert(words.end(), info.fqn.begin(), info.fqn.end());
  if (!info.schema.empty()) {
    words.push_back(info.schema);
  }
  return words;
}
}  // namespace weir::graph
