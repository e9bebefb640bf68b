#include "lake/build_record.h"

#include <nlohmann/json.hpp>

namespace weir::lake {
Json to_json(const BuildRecord& record) {
  Json json = {{"node", record.node}, {"codeHash", record.code_hash}, {"inputs", Json::object()}};
  for (const auto& [name, version] : record.inputs) {
    json["inputs"][name] = version;
  }
  for (const auto& [key, value] : record.extra) {
    json[key] = value;
  }
  return json;
}

std::optional<BuildRecord> build_record_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("node") || !json["node"].is_string()) {
    return std::nullopt;
  }
  BuildRecord record;
  for (const auto& [key, value] : json.items()) {
    if (key == "inputs" && value.is_object()) {
      for (const auto& [name, version] : value.items()) {
        record.inputs[name] = version.is_string() ? version.get<std::string>() : version.dump();
      }
    } else if (value.is_string()) {
      (key == "node" ? record.node : key == "codeHash" ? record.code_hash : record.extra[key]) = value.get<std::string>();
    }
  }
  return record;
}
}  // namespace weir::lake
