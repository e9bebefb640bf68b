#include "delta/type_widening.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace weir::delta {
namespace {
constexpr const char* kTypeChanges = "delta.typeChanges";

int rank(TypeKind kind) {
  switch (kind) {
    case TypeKind::kByte:
      return 1;
    case TypeKind::kShort:
      return 2;
    case TypeKind::kInteger:
      return 3;
    default:
      return 4;
  }
}

void add_change(Field& field, const DataType& from, const DataType& to, const std::string& path) {
  const auto at = field.metadata.find(kTypeChanges);
  Json changes = at == field.metadata.end() ? Json::array() : Json::parse(at->second, nullptr, false);
  if (!changes.is_array()) {
    changes = Json::array();
  }
  Json change = {{"toType", Json::parse(type_json(to))}, {"fromType", Json::parse(type_json(from))}};
  if (!path.empty()) {
    change["fieldPath"] = path;
  }
  changes.push_back(std::move(change));
  field.metadata[kTypeChanges] = changes.dump();
}

void record_fields(std::vector<Field>& fields, const std::vector<Field>& before, ColumnMapping mapping);

// `owner` is the field that the type belongs to, `path` the way from there.
void record_type(Field& owner, DataType& type, const DataType& before, const std::string& path, ColumnMapping mapping) {
  if (type.kind == TypeKind::kStruct && before.kind == TypeKind::kStruct) {
    record_fields(type.fields, before.fields, mapping);
  } else if (type.is_nested() && type.kind == before.kind) {
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const std::string inner = path.empty() ? type.fields[i].name : path + '.' + type.fields[i].name;
      record_type(owner, type.fields[i].type, before.fields[i].type, inner, mapping);
    }
  } else if (can_widen(before, type)) {
    add_change(owner, before, type, path);
  }
}

void record_fields(std::vector<Field>& fields, const std::vector<Field>& before, ColumnMapping mapping) {
  for (Field& field : fields) {
    const auto old = std::find_if(before.begin(), before.end(), [&](const Field& other) {
      return physical_name(other, mapping) == physical_name(field, mapping);
    });
    if (old != before.end()) {
      record_type(field, field.type, old->type, "", mapping);
    }
  }
}
}  // namespace

bool widens_types(const StringMap& properties) {
  const auto at = properties.find("delta.enableTypeWidening");
  return at != properties.end() && equals_ignoring_case(at->second, "true");
}

bool can_widen(const DataType& from, const DataType& to) {
  if (to.kind == TypeKind::kDecimal) {
    const int digits = to.precision - to.scale;
    if (from.kind == TypeKind::kDecimal) {
      return (to.precision != from.precision || to.scale != from.scale) && to.scale >= from.scale &&
             digits >= from.precision - from.scale;
    }
    return from.is_integer() && digits >= (from.kind == TypeKind::kLong ? 20 : 10);
  }
  if (from.is_integer() && to.is_integer()) {
    return rank(from.kind) < rank(to.kind);
  }
  if (to.kind == TypeKind::kDouble) {
    return from.kind == TypeKind::kFloat || (from.is_integer() && from.kind != TypeKind::kLong);
  }
  return from.kind == TypeKind::kDate && to.kind == TypeKind::kTimestampNtz;
}

void record_type_changes(Schema& schema, const Schema& before, ColumnMapping mapping) {
  record_fields(schema.fields, before.fields, mapping);
}
}  // namespace weir::delta
