#include "delta/table_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "delta/commit_time.h"
#include "delta/type_widening.h"

namespace weir::delta {
namespace {
bool property_is(const Metadata& metadata, std::string_view name, std::string_view value) {
  const auto at = metadata.configuration.find(name);
  return at != metadata.configuration.end() && equals_ignoring_case(at->second, value);
}

bool has_metadata(const Schema& schema, std::string_view key) {
  const auto search = [&](const auto& self, const std::vector<Field>& fields) -> bool {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return field.metadata.contains(std::string(key)) || self(self, field.type.fields);
    });
  };
  return search(search, schema.fields);
}

bool has_constraints(const Metadata& metadata, const Schema&) {
  return std::any_of(metadata.configuration.begin(), metadata.configuration.end(),
                     [](const auto& property) { return property.first.starts_with("delta.constraints."); });
}
bool has_invariants(const Metadata&, const Schema& schema) {
  return has_metadata(schema, "delta.invariants");
}
bool has_generated_columns(const Metadata&, const Schema& schema) {
  return has_metadata(schema, "delta.generationExpression");
}
bool has_defaults(const Metadata&, const Schema& schema) {
  return has_metadata(schema, "CURRENT_DEFAULT");
}
bool has_identity_columns(const Metadata&, const Schema& schema) {
  return has_metadata(schema, "delta.identity.start");
}
bool has_change_data_feed(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.enableChangeDataFeed", "true");
}
bool has_column_mapping(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.columnMapping.mode", "name") ||
         property_is(metadata, "delta.columnMapping.mode", "id");
}
bool has_row_tracking(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.enableRowTracking", "true");
}
bool has_in_commit_timestamps(const Metadata& metadata, const Schema&) {
  return has_commit_times(metadata);
}
bool has_type_changes(const Metadata& metadata, const Schema& schema) {
  return widens_types(metadata.configuration) || has_metadata(schema, "delta.typeChanges");
}
bool is_append_only(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.appendOnly", "true");
}
bool has_deletion_vectors(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.enableDeletionVectors", "true");
}
bool has_v2_checkpoints(const Metadata& metadata, const Schema&) {
  return property_is(metadata, "delta.checkpointPolicy", "v2");
}
bool has_timestamp_ntz(const Metadata&, const Schema& schema) {
  return contains_kind(schema, TypeKind::kTimestampNtz);
}
bool has_variant(const Metadata&, const Schema& schema) {
  return contains_kind(schema, TypeKind::kVariant);
}
bool has_collations(const Metadata&, const Schema& schema) {
  return has_metadata(schema, "__COLLATIONS");
}

constexpr std::array kFeatures = {
    // name                      readers  read               write              used when
    TableFeature{"appendOnly", false, Support::kFull, Support::kFull, is_append_only},
    TableFeature{"invariants", false, Support::kFull, Support::kFull, has_invariants},
    TableFeature{"checkConstraints", false, Support::kFull, Support::kFull, has_constraints},
    TableFeature{"changeDataFeed", false, Support::kFull, Support::kInactive, has_change_data_feed},
    TableFeature{"generatedColumns", false, Support::kFull, Support::kInactive, has_generated_columns},
    TableFeature{"identityColumns", false, Support::kFull, Support::kInactive, has_identity_columns},
    TableFeature{"allowColumnDefaults", false, Support::kFull, Support::kFull, has_defaults},
    TableFeature{"columnMapping", true, Support::kFull, Support::kFull, has_column_mapping},
    TableFeature{"timestampNtz", true, Support::kFull, Support::kFull, has_timestamp_ntz},
    TableFeature{"deletionVectors", true, Support::kFull, Support::kFull, has_deletion_vectors},
    TableFeature{"v2Checkpoint", true, Support::kFull, Support::kFull, has_v2_checkpoints},
    TableFeature{"vacuumProtocolCheck", true, Support::kFull, Support::kFull, nullptr},
    TableFeature{"typeWidening", true, Support::kFull, Support::kFull, has_type_changes},
    TableFeature{"typeWidening-preview", true, Support::kFull, Support::kFull, has_type_changes},
    TableFeature{"variantType", true, Support::kFull, Support::kInactive, has_variant},
    TableFeature{"variantType-preview", true, Support::kFull, Support::kInactive, has_variant},
    TableFeature{"variantShredding", true, Support::kFull, Support::kInactive, has_variant},
    TableFeature{"variantShredding-preview", true, Support::kFull, Support::kInactive, has_variant},
    TableFeature{"catalogManaged", true, Support::kNone, Support::kNone, nullptr},
    TableFeature{"catalogOwned-preview", true, Support::kNone, Support::kNone, nullptr},
    TableFeature{"domainMetadata", false, Support::kFull, Support::kFull, nullptr},
    TableFeature{"rowTracking", false, Support::kFull, Support::kNone, has_row_tracking},
    TableFeature{"clustering", false, Support::kFull, Support::kFull, nullptr},
    TableFeature{"inCommitTimestamp", false, Support::kFull, Support::kFull, has_in_commit_timestamps},
    TableFeature{"inCommitTimestamp-preview", false, Support::kFull, Support::kFull, has_in_commit_timestamps},
    TableFeature{"icebergCompatV1", false, Support::kFull, Support::kNone, nullptr},
    TableFeature{"icebergCompatV2", false, Support::kFull, Support::kNone, nullptr},
    TableFeature{"collations", false, Support::kFull, Support::kInactive, has_collations},
    TableFeature{"collations-preview", false, Support::kFull, Support::kInactive, has_collations},
    TableFeature{"checkpointProtection", false, Support::kFull, Support::kFull, nullptr},
};

// What the versions before table features stand for.
struct LegacyFeature {
  std::string_view name;
  int reader_version;
  int writer_version;
};
constexpr std::array kLegacyFeatures = {
    LegacyFeature{"appendOnly", 0, 2},       LegacyFeature{"invariants", 0, 2},
    LegacyFeature{"checkConstraints", 0, 3}, LegacyFeature{"changeDataFeed", 0, 4},
    LegacyFeature{"generatedColumns", 0, 4}, LegacyFeature{"columnMapping", 2, 5},
    LegacyFeature{"identityColumns", 0, 6},
};

constexpr int kReaderVersionMax = 3;
constexpr int kWriterVersionMax = 7;

std::vector<std::string> reader_features_of(const Protocol& protocol) {
  if (protocol.min_reader_version >= 3) {
    return protocol.reader_features;
  }
  return protocol.min_reader_version == 2 ? std::vector<std::string>{"columnMapping"} : std::vector<std::string>();
}

std::vector<std::string> writer_features_of(const Protocol& protocol) {
  if (protocol.min_writer_version >= 7) {
    return protocol.writer_features;
  }
  std::vector<std::string> names;
  for (const LegacyFeature& feature : kLegacyFeatures) {
    if (protocol.min_writer_version >= feature.writer_version) {
      names.emplace_back(feature.name);
    }
  }
  return names;
}

const TableFeature* find_feature(std::string_view name) {
  const auto at = std::find_if(kFeatures.begin(), kFeatures.end(),
                               [&](const TableFeature& feature) { return feature.name == name; });
  return at == kFeatures.end() ? nullptr : &*at;
}

Status refuse(std::string_view action, const std::vector<std::string>& names) {
  if (names.empty()) {
    return {};
  }
  return fail(ErrorCode::kUnsupported, fmt::format("the table uses the feature{} {}, which weir cannot {}",
                                                   names.size() > 1 ? "s" : "", join(names, ", "), action));
}
}  // namespace

std::span<const TableFeature> table_features() {
  return kFeatures;
}

Status check_can_read(const Protocol& protocol, const Metadata& metadata, const Schema& schema) {
  if (protocol.min_reader_version < 1 || protocol.min_reader_version > kReaderVersionMax) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the table needs reader version {} of the Delta protocol; weir knows 1 to {}",
                            protocol.min_reader_version, kReaderVersionMax));
  }
  std::vector<std::string> refused;
  for (const std::string& name : reader_features_of(protocol)) {
    const TableFeature* feature = find_feature(name);
    if (feature == nullptr || feature->read == Support::kNone ||
        (feature->read == Support::kInactive && feature->is_active(metadata, schema))) {
      refused.push_back(name);
    }
  }
  WEIR_TRY(refuse("read", refused));
  if (metadata.provider != "parquet") {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the data files are of the format \"{}\"; weir reads Parquet", metadata.provider));
  }
  return {};
}

Status check_can_write(const Protocol& protocol, const Metadata& metadata, const Schema& schema) {
  WEIR_TRY(check_can_read(protocol, metadata, schema));
  if (protocol.min_writer_version < 1 || protocol.min_writer_version > kWriterVersionMax) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("the table needs writer version {} of the Delta protocol; weir knows 1 to {}",
                            protocol.min_writer_version, kWriterVersionMax));
  }
  std::vector<std::string> refused;
  for (const std::string& name : writer_features_of(protocol)) {
    const TableFeature* feature = find_feature(name);
    if (feature == nullptr || feature->write == Support::kNone ||
        (feature->write == Support::kInactive && feature->is_active(metadata, schema))) {
      refused.push_back(name);
    }
  }
  return refuse("write", refused);
}

bool supports_writer_feature(const Protocol& protocol, std::string_view name) {
  const auto names = writer_features_of(protocol);
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool supports_reader_feature(const Protocol& protocol, std::string_view name) {
  const auto names = reader_features_of(protocol);
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<Protocol> protocol_for(const Schema& schema, const StringMap& properties) {
  return upgraded_protocol(Protocol{}, schema, properties);
}

Result<Protocol> upgraded_protocol(const Protocol& protocol, const Schema& schema, const StringMap& properties) {
  Metadata metadata;
  metadata.configuration = properties;
  std::vector<std::string> refused;
  Protocol out = protocol;
  for (const TableFeature& feature : kFeatures) {
    if (feature.is_active == nullptr || !feature.is_active(metadata, schema) || feature.name.ends_with("-preview")) {
      continue;
    }
    if (supports_writer_feature(out, std::string(feature.name) + "-preview")) {
      continue;  // the table has it under its older name
    }
    if (feature.write == Support::kFull) {
      out = protocol_with(std::move(out), feature.name);
    } else {
      refused.emplace_back(feature.name);
    }
  }
  WEIR_TRY(refuse("write", refused));
  return out;
}

Protocol protocol_with(Protocol protocol, std::string_view name) {
  const TableFeature* feature = find_feature(name);
  WEIR_ASSERT(feature != nullptr, "a feature of the table above");
  if (supports_writer_feature(protocol, name)) {
    return protocol;
  }
  if (feature->for_readers && protocol.min_reader_version < 3) {
    protocol.reader_features = reader_features_of(protocol);
    protocol.min_reader_version = 3;
  }
  if (protocol.min_writer_version < 7) {
    protocol.writer_features = writer_features_of(protocol);
    protocol.min_writer_version = 7;
  }
  if (feature->for_readers) {
    protocol.reader_features.emplace_back(name);
  }
  protocol.writer_features.emplace_back(name);
  return protocol;
}
}  // namespace weir::delta
