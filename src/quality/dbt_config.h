#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "quality/check.h"

namespace weir::quality {
/// The configuration of a dbt test: what its `config:`, its properties file and dbt_project.yml say.
struct DbtTestConfig {
  Rules rules;
  std::string where;
  std::string fail_calc = "count(*)";  ///< what of the failing rows is the number of failures
  std::string alias;
  std::string group;
  std::vector<std::string> tags;
  bool enabled = true;
  /// As graph::NodeInfo::config wants it: nested keys joined by dots.
  std::map<std::string, std::vector<std::string>> flat;
};

/// Reads the layers from the weakest to the strongest; null layers are left out. Tags of all layers count. Keys that weir does
/// not know are kept for selections, as dbt keeps them. Errors: kInvalid with the place.
Result<DbtTestConfig> read_dbt_config(const std::vector<ConfigNode>& layers);
}  // namespace weir::quality
