#include "delta/column_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "core/text.h"

namespace weir::delta {
namespace {
constexpr std::string_view kMode = "delta.columnMapping.mode";
constexpr std::string_view kColumnIdMax = "delta.columnMapping.maxColumnId";
constexpr const char* kId = "delta.columnMapping.id";
constexpr const char* kPhysicalName = "delta.columnMapping.physicalName";

// Every column and field of a struct, parents first. What lists and maps hold is no field of its own.
template <typename Type, typename Visit>
void for_each_inside(Type& type, const Visit& visit) {
  for (auto& field : type.fields) {
    if (type.kind == TypeKind::kStruct) {
      visit(field);
    }
    for_each_inside(field.type, visit);
  }
}

template <typename Fields, typename Visit>
void for_each_field(Fields& fields, const Visit& visit) {
  for (auto& field : fields) {
    visit(field);
    for_each_inside(field.type, visit);
  }
}

std::int64_t column_id_max(const StringMap& properties) {
  const auto at = properties.find(kColumnIdMax);
  std::int64_t id = 0;
  if (at != properties.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), id);
  }
  return id;
}

template <typename Fields>
auto* find_in(Fields& fields, std::string_view name) {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [&](const Field& field) { return equals_ignoring_case(field.name, name); });
  return at == fields.end() ? nullptr : &*at;
}

void keep_fields(std::vector<Field>& fields, const std::vector<Field>& before) {
  for (Field& field : fields) {
    const Field* old = find_in(before, field.name);
    if (old == nullptr) {
      continue;
    }
    for (const char* key : {kId, kPhysicalName}) {
      if (const auto at = old->metadata.find(key); at != old->metadata.end()) {
        field.metadata.emplace(key, at->second);
      }
    }
    keep_fields(field.type.fields, old->type.fields);
  }
}

// The list that the last name of the path stands in.
Result<std::vector<Field>*> around(Schema& schema, const ColumnPath& path) {
  std::vector<Field>* fields = &schema.fields;
  for (std::size_t i = 0;; ++i) {
    Field* field = find_in(*fields, path[i]);
    if (field == nullptr) {
      std::vector<std::string> names;
      for (const Field& other : *fields) {
        names.push_back(other.name);
      }
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no column \"{}\"{}", join(path, "."), did_you_mean(path[i], names)));
    }
    if (i + 1 == path.size()) {
      return fields;
    }
    fields = &field->type.fields;
  }
}

// The same where the last name is of a column or a field of a struct.
Result<std::vector<Field>*> fields_around(Schema& schema, const ColumnPath& path) {
  WEIR_TRY_ASSIGN(auto* const fields, around(schema, path));
  if (path.size() > 1) {
    const ColumnPath outer(path.begin(), path.end() - 1);
    WEIR_TRY_ASSIGN(auto* const beside, around(schema, outer));
    if (find_in(*beside, outer.back())->type.kind != TypeKind::kStruct) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is a part of a list or a map, no column", join(path, ".")));
    }
  }
  return fields;
}

std::string mapped_type_sql(const Field& field, ColumnMapping mapping);

std::string fields_sql(const std::vector<Field>& fields, ColumnMapping mapping) {
  std::string out;
  for (const Field& field : fields) {
    if (const std::string ids = mapped_type_sql(field, mapping); !ids.empty()) {
      out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", sql_name(physical_name(field, mapping)), ids);
    }
  }
  return out;
}

// The ids of a field and of what is inside; empty when there are none.
std::string mapped_type_sql(const Field& field, ColumnMapping mapping) {
  const std::int64_t id = field_id(field);
  const std::string own = id < 0 ? std::string() : std::to_string(id);
  const std::string inside = fields_sql(field.type.fields, mapping);
  if (inside.empty()) {
    return own;
  }
  return own.empty() ? "{" + inside + "}" : fmt::format("{{__duckdb_field_id: {}, {}}}", own, inside);
}

bool differs_inside(const DataType& type, ColumnMapping mapping) {
  return std::any_of(type.fields.begin(), type.fields.end(), [&](const Field& field) {
    return physical_name(field, mapping) != field.name || differs_inside(field.type, mapping);
  });
}

std::string physical_sql(const std::string& expression, const DataType& type, ColumnMapping mapping, int depth) {
  if (!differs_inside(type, mapping)) {
    return expression;
  }
  return rebuild_sql(
      expression, type, [](const Field& field) { return field.name; }, [&](const Field& field) { return physical_name(field, mapping); },
      [&](const std::string& inner, const DataType& of, int below) { return physical_sql(inner, of, mapping, below); }, depth);
}
}  // namespace

Result<ColumnMapping> mapping_mode(const StringMap& properties) {
  const auto at = properties.find(kMode);
  const std::string mode = at == properties.end() ? "none" : to_lower(at->second);
  if (mode == "none") {
    return ColumnMapping::kNone;
  }
  if (mode == "name" || mode == "id") {
    return mode == "name" ? ColumnMapping::kName : ColumnMapping::kId;
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("{} cannot be \"{}\"; it is none, name or id", kMode, at->second));
}

Status check_mapping_change(const StringMap& before, const StringMap& after) {
  WEIR_TRY_ASSIGN(const ColumnMapping from, mapping_mode(before));
  WEIR_TRY_ASSIGN(const ColumnMapping to, mapping_mode(after));
  if (from == to || (from == ColumnMapping::kNone && to == ColumnMapping::kName)) {
    return {};
  }
  return fail(ErrorCode::kInvalid, from == ColumnMapping::kNone
                                       ? "a table that is there can only get the column mapping mode name; id is for new tables"
                                       : "the column mapping mode of a table that is there cannot change or go");
}

void map_columns(Schema& schema, StringMap& properties, NewNames names, RandomSource& random) {
  std::int64_t id_max = column_id_max(properties);
  for_each_field(std::as_const(schema).fields,
                 [&](const Field& field) { id_max = std::max(id_max, field_id(field)); });
  for_each_field(schema.fields, [&](Field& field) {
    if (!field.metadata.contains(kId)) {
      field.metadata[kId] = std::to_string(++id_max);
    }
    if (!field.metadata.contains(kPhysicalName)) {
      field.set_metadata_text(kPhysicalName, names == NewNames::kOwn ? field.name : "col-" + uuid_v4(random));
    }
  });
  properties.insert_or_assign(std::string(kColumnIdMax), std::to_string(id_max));
}

void keep_mapping(Schema& schema, const Schema& before) {
  keep_fields(schema.fields, before.fields);
}

std::vector<std::string> renamed_columns(const std::vector<std::string>& names, const Schema& before,
                                         const Schema& schema) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const Field* old = before.find(name);
    const auto at = std::find_if(schema.fields.begin(), schema.fields.end(), [&](const Field& field) {
      return old != nullptr && physical_name(field, ColumnMapping::kName) == physical_name(*old, ColumnMapping::kName);
    });
    out.push_back(at == schema.fields.end() ? name : at->name);
  }
  return out;
}

Result<Schema> with_renamed(Schema schema, const ColumnPath& path, const std::string& name) {
  WEIR_TRY_ASSIGN(auto* const fields, fields_around(schema, path));
  Field* const field = find_in(*fields, path.back());
  if (const Field* other = find_in(*fields, name); other != nullptr && other != field) {
    return fail(ErrorCode::kExists, fmt::format("there is a column \"{}\" already", name));
  }
  field->name = name;
  return schema;
}

Result<Schema> without_column(Schema schema, const ColumnPath& path) {
  WEIR_TRY_ASSIGN(auto* const fields, fields_around(schema, path));
  if (fields->size() == 1) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is the last column and cannot go", join(path, ".")));
  }
  const Field* const field = find_in(*fields, path.back());
  fields->erase(fields->begin() + (field - fields->data()));
  return schema;
}

Result<Schema> with_type(Schema schema, const ColumnPath& path, const DataType& type) {
  WEIR_TRY_ASSIGN(auto* const fields, around(schema, path));
  find_in(*fields, path.back())->type = type;
  return schema;
}

std::string rebuild_sql(const std::string& expression, const DataType& type, const FieldName& from, const FieldName& to,
                        const InnerSql& inside, int depth) {
  const std::string item = fmt::format("x{}", depth);
  if (type.kind == TypeKind::kArray) {
    return fmt::format("list_transform({}, lambda {}: {})", expression, item, inside(item, type.fields[0].type, depth + 1));
  }
  if (type.kind == TypeKind::kMap) {
    return fmt::format("map_from_entries(list_transform(map_entries({}), lambda {}: struct_pack(key := {}, value := {})))", expression, item,
                       inside(item + ".key", type.fields[0].type, depth + 1), inside(item + ".value", type.fields[1].type, depth + 1));
  }
  std::string members;
  for (const Field& field : type.fields) {
    members += fmt::format("{}{} := {}", members.empty() ? "" : ", ", sql_name(to(field)),
                           inside(fmt::format("({}).{}", expression, sql_name(from(field))), field.type, depth + 1));
  }
  return fmt::format("CASE WHEN {} IS NOT NULL THEN struct_pack({}) END", expression, members);
}

std::string to_physical_sql(const std::string& expression, const DataType& type, ColumnMapping mapping) {
  return physical_sql(expression, type, mapping, 0);
}

std::string field_ids_sql(const Schema& schema, const std::vector<std::string>& left_out, ColumnMapping mapping) {
  std::vector<Field> fields;
  std::copy_if(schema.fields.begin(), schema.fields.end(), std::back_inserter(fields), [&](const Field& field) {
    return std::none_of(left_out.begin(), left_out.end(),
                        [&](const std::string& name) { return equals_ignoring_case(name, field.name); });
  });
  return "{" + fields_sql(fields, mapping) + "}";
}

std::vector<std::string> mapping_problems(const Schema& schema, const StringMap& properties) {
  std::vector<std::string> problems;
  std::set<std::int64_t> ids;
  const std::int64_t id_max = column_id_max(properties);
  for_each_field(schema.fields, [&](const Field& field) {
    const std::int64_t id = field_id(field);
    if (id < 0 || !field.metadata_text(kPhysicalName)) {
      problems.push_back(fmt::format("the column \"{}\" lacks its column mapping id or physical name", field.name));
    } else if (!ids.insert(id).second) {
      problems.push_back(fmt::format("the column \"{}\" has a column mapping id that another has too", field.name));
    } else if (id > id_max) {
      problems.push_back(fmt::format("the column \"{}\" has a column mapping id above maxColumnId", field.name));
    }
  });
  std::set<std::string> names;
  for (const Field& field : schema.fields) {
    if (!names.insert(physical_name(field, ColumnMapping::kName)).second) {
      problems.push_back(fmt::format("the column \"{}\" has a physical name that another has too", field.name));
    }
  }
  return problems;
}
}  // namespace weir::delta
