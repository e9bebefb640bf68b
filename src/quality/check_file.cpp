#include "quality/check_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/text.h"
#include "quality/check_node.h"
#include "quality/check_types.h"

namespace weir::quality {
namespace {
const std::vector<std::string>& option_names() {
  static const std::vector<std::string> names = {"name", "description", "severity", "where", "mostly", "warn_if", "error_if", "tags", "enabled"};
  return names;
}

struct Suite {
  std::string name;
  Relation table;
  Severity severity = Severity::kError;
  std::string where;
  std::vector<std::string> tags;
};

/// What stands beside a check: `severity: warn`, …
struct Options {
  std::string name;
  std::string description;
  const ConfigNode* where = nullptr;
  const ConfigNode* mostly = nullptr;
  std::vector<std::string> tags;
  Rules rules;
  bool enabled = true;
};

Result<Severity> read_severity(ConfigMap& map, Severity otherwise) {
  WEIR_TRY_ASSIGN(const std::string text, map.choice_or("severity", {"error", "warn"}, otherwise == Severity::kError ? "error" : "warn"));
  return text == "error" ? Severity::kError : Severity::kWarn;
}

Result<const ConfigNode*> read_threshold(ConfigMap& map, std::string_view key, Threshold& threshold) {
  const ConfigNode* node = map.find(key);
  if (node != nullptr) {
    WEIR_TRY_ASSIGN(const std::string text, node->as_text(key));
    const auto parsed = Threshold::parse(text);
    if (!parsed) {
      return fail_at(node->place(), fmt::format("{}: {}", key, parsed.error().message));
    }
    threshold = *parsed;
  }
  return node;
}

Status read_mostly(const ConfigNode& node, Rules& rules) {
  WEIR_TRY_ASSIGN(const double mostly, node.as_number("mostly"));
  if (!(mostly >= 0 && mostly <= 1)) {
    return fail_at(node.place(), fmt::format("mostly is a fraction from 0 to 1, not {}", node.text()));
  }
  rules.mostly = mostly;
  return {};
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

Result<std::string> read_name(ConfigMap& map, std::string_view key, std::string otherwise) {
  const ConfigNode* node = map.find(key);
  if (node == nullptr) {
    return otherwise;
  }
  WEIR_TRY_ASSIGN(std::string name, node->as_text(key));
  if (!is_name(name)) {
    return fail_at(node->place(), fmt::format("{} \"{}\" may have only letters, digits, _ and -", key, excerpt(name, 40)));
  }
  return name;
}

/// The key of an entry that names its check. Errors: kInvalid for none, two, or a key that is neither check nor option.
Result<const ConfigNode::Entry*> check_entry(const ConfigNode& item) {
  const ConfigNode::Entry* found = nullptr;
  for (const ConfigNode::Entry& entry : item.entries()) {
    const bool is_option = std::ranges::find(option_names(), entry.key) != option_names().end();
    if (is_option) {
      continue;
    }
    if (find_check_type(entry.key) == nullptr) {
      std::vector<std::string> known = option_names();
      std::ranges::transform(check_types(), std::back_inserter(known), [](const CheckType& type) { return std::string(type.name); });
      return fail_at(entry.key_place, fmt::format("there is no check or option \"{}\"{}", entry.key, did_you_mean(entry.key, known)));
    }
    if (found != nullptr) {
      return fail_at(entry.key_place, fmt::format("one entry, one check: \"{}\" stands beside \"{}\"; begin it with a dash of its own",
                                                  entry.key, found->key));
    }
    found = &entry;
  }
  if (found == nullptr) {
    return fail_at(item.place(), "the entry names no check, such as \"not_null: order_id\"");
  }
  return found;
}

class FileReader {
 public:
  FileReader(const CheckFileOptions& options, Checker& checker) : options_(options), checker_(checker) {}

  Result<std::vector<std::unique_ptr<graph::Node>>> read(const ConfigNode& file) {
    WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(file, "the check file"));
    WEIR_TRY(read_suite(map));
    WEIR_TRY_ASSIGN(const ConfigNode checks, map.require("checks"));
    WEIR_TRY(map.finish());
    if (!checks.is_sequence()) {
      return fail_at(checks.place(), "checks must be a list: each check begins with a dash");
    }
    for (const ConfigNode& item : checks.items()) {
      WEIR_TRY(read_item(item));
    }
    return std::move(nodes_);
  }

 private:
  Status read_suite(ConfigMap& map) {
    WEIR_TRY_ASSIGN(suite_.name, read_name(map, "suite", std::filesystem::path(options_.path).stem().string()));
    WEIR_TRY_ASSIGN(const ConfigNode table, map.require("table"));
    WEIR_TRY_ASSIGN(const std::string table_text, table.as_text("table"));
    const auto name = lake::TableName::parse(table_text);
    if (!name) {
      return fail_at(table.place(), "table: " + name.error().message);
    }
    suite_.table = table_relation(*name);
    WEIR_TRY_ASSIGN(suite_.severity, read_severity(map, Severity::kError));
    WEIR_TRY_ASSIGN(suite_.where, map.text_or("where", ""));
    WEIR_TRY_ASSIGN(suite_.tags, map.texts("tags"));
    map.find("description");
    return {};
  }

  Status read_item(const ConfigNode& item) {
    if (item.is_scalar()) {
      const ConfigNode::Entry alone{item.text(), item.place(), ConfigNode::null_at(item.place())};
      return read_item(ConfigNode::map({alone}, item.place()));
    }
    if (!item.is_map()) {
      return fail_at(item.place(), "each entry of checks names a check, such as \"not_null: order_id\"");
    }
    WEIR_TRY_ASSIGN(const ConfigNode::Entry* entry, check_entry(item));
    WEIR_TRY_ASSIGN(Options options, read_options(item, entry->key));
    if (!options.enabled) {
      return {};
    }
    const std::string where = options.where == nullptr ? std::string() : options.where->text();
    const CheckScope scope{.table = suite_.table,
                           .where = suite_.where.empty() ? where : where.empty() ? suite_.where : all_of({suite_.where, where}),
                           .place = entry->key_place};
    // What stands after the colon may be nothing; its place is then the key's.
    const ConfigNode arguments = entry->value.is_null() ? ConfigNode::null_at(entry->key_place) : entry->value;
    WEIR_TRY_ASSIGN(std::vector<Check> checks, find_check_type(entry->key)->read(arguments, scope));
    for (Check& check : checks) {
      WEIR_TRY(finish(check, options, checks.size()));
      WEIR_TRY(add(std::make_shared<const Check>(std::move(check)), options));
    }
    return {};
  }

  Result<Options> read_options(const ConfigNode& item, std::string_view type) const {
    WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(item, type));
    Options options;
    WEIR_TRY_ASSIGN(options.name, read_name(map, "name", ""));
    WEIR_TRY_ASSIGN(options.description, map.text_or("description", ""));
    WEIR_TRY_ASSIGN(options.rules.severity, read_severity(map, suite_.severity));
    WEIR_TRY_ASSIGN(options.tags, map.texts("tags"));
    WEIR_TRY_ASSIGN(options.enabled, map.flag_or("enabled", true));
    options.where = map.find("where");
    if (options.where != nullptr) {
      WEIR_TRY(options.where->as_text("where"));
    }
    WEIR_TRY_ASSIGN(const ConfigNode* warn_if, read_threshold(map, "warn_if", options.rules.warn_if));
    WEIR_TRY_ASSIGN(const ConfigNode* error_if, read_threshold(map, "error_if", options.rules.error_if));
    options.mostly = map.find("mostly");
    if (options.mostly != nullptr) {
      WEIR_TRY(read_mostly(*options.mostly, options.rules));
      if (warn_if != nullptr || error_if != nullptr) {
        return fail_at(options.mostly->place(), "mostly cannot be combined with warn_if or error_if: both say how many may fail");
      }
    }
    return options;
  }

  static Status finish(Check& check, const Options& options, std::size_t checks_count) {
    if (options.mostly != nullptr && !check.takes_mostly) {
      return fail_at(options.mostly->place(), fmt::format("{} has no rows of which most could pass; leave mostly out", check.type));
    }
    if (options.where != nullptr && !check.takes_where) {
      return fail_at(options.where->place(), fmt::format("{} takes no where; put the condition into its SQL", check.type));
    }
    check.rules = options.rules;
    if (!options.name.empty()) {
      check.name = checks_count == 1 ? options.name : fmt::format("{}_{}", options.name, check.columns[0].name);
    }
    return {};
  }

  Status add(std::shared_ptr<const Check> check, const Options& options) {
    const auto [known, added] = places_.try_emplace(check->name, check->place);
    if (!added) {
      return fail_at(check->place, fmt::format("the suite {} has the check {} already, at {}; give one of them a name", suite_.name, check->name,
                                               known->second.text()));
    }
    graph::NodeInfo info;
    info.id = fmt::format("check.{}.{}.{}", options_.project, suite_.name, check->name);
    info.kind = graph::NodeKind::kCheck;
    info.name = check->name;
    info.package = options_.project;
    info.fqn = {options_.project};
    const std::vector<std::string> folders = split(options_.path, '/');
    for (std::size_t i = 1; i + 1 < folders.size(); ++i) {
      info.fqn.push_back(folders[i]);
    }
    info.fqn.push_back(suite_.name);
    info.fqn.push_back(check->name);
    info.path = options_.path;
    info.place = check->place;
    info.description = options.description;
    info.tags = suite_.tags;
    info.tags.insert(info.tags.end(), options.tags.begin(), options.tags.end());
    info.config["severity"] = {options.rules.severity == Severity::kError ? "error" : "warn"};
    info.test_type = "check";
    info.test_name = check->type;
    info.tables_read = {suite_.table.name};
    for (const ColumnsOf& other : check->others) {
      info.tables_read.push_back(other.relation.name);
    }
    nodes_.push_back(make_check_node(std::move(info), std::move(check), checker_));
    return {};
  }

  const CheckFileOptions& options_;
  Checker& checker_;
  Suite suite_;
  std::map<std::string, Place> places_;  // of the checks, by name
  std::vector<std::unique_ptr<graph::Node>> nodes_;
};
}  // namespace

Result<std::vector<std::unique_ptr<graph::Node>>> load_checks(const ConfigNode& file, const CheckFileOptions& options, Checker& checker) {
  return FileReader(options, checker).read(file);
}
}  // namespace weir::quality
