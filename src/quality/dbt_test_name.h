#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.h"

namespace weir::quality {
/// What a generic test of dbt stands below in a properties file.
struct DbtTestOwner {
  enum class Kind : std::uint8_t { kNode, kSource };  ///< kNode: a model, seed or snapshot
  Kind kind = Kind::kNode;
  std::string name;         ///< of the node, or of the source's table
  std::string source_name;  ///< of a source: "raw" in source('raw', 'orders')
  std::string version;      ///< of a versioned model: "2"
};

/// What makes a generic test's name and id.
struct DbtTestSignature {
  std::string package;     ///< the dbt project whose file declares it
  std::string name_space;  ///< "dbt_utils" of dbt_utils.accepted_range, or empty
  std::string test;        ///< "accepted_values"
  std::string custom_name;                     ///< its `name:`, or empty
  std::vector<ConfigNode::Entry> arguments;    ///< as written, with `column_name` for a column's test
  DbtTestOwner owner;
};

/// As dbt makes them, so that selections, states and links from outside stay valid:
///   name   <test>_<owner>_<argument>__<argument>…, by the arguments' names: accepted_values_orders_status__placed__shipped
///   alias  the name, or its first 30 bytes and an MD5 when it has 64 bytes or more
///   id     test.<package>.<name>.<the last 10 digits of an MD5 over the name and all arguments>
struct DbtTestNames {
  std::string name;
  std::string alias;
  std::string id;
};
DbtTestNames dbt_test_names(const DbtTestSignature& signature);
}  // namespace weir::quality
