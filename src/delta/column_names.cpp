#include "delta/column_names.h"

#include <charconv>

#include "core/text.h"
#include "delta/table_features.h"

namespace weir::delta {
ColumnMapping column_mapping(const Protocol& protocol, const Metadata& metadata) {
  const auto at = metadata.configuration.find("delta.columnMapping.mode");
  if (at == metadata.configuration.end() || !supports_reader_feature(protocol, "columnMapping")) {
    return ColumnMapping::kNone;
  }
  const std::string mode = to_lower(at->second);
  return mode == "name" ? ColumnMapping::kName : mode == "id" ? ColumnMapping::kId : ColumnMapping::kNone;
}

std::string physical_name(const Field& field, ColumnMapping mapping) {
  if (mapping == ColumnMapping::kNone) {
    return field.name;
  }
  return field.metadata_text("delta.columnMapping.physicalName").value_or(field.name);
}

std::int64_t field_id(const Field& field) {
  const auto at = field.metadata.find("delta.columnMapping.id");
  std::int64_t id = -1;
  if (at != field.metadata.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), id);
  }
  return id;
}
}  // namespace weir::delta
