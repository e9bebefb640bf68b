#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/schema.h"

namespace weir::delta {
enum class Support : std::uint8_t {
  kNone,
  kInactive,  ///< only while the table does not make use of it
  kFull,
};

/// One feature of the protocol and what weir does with it.
struct TableFeature {
  std::string_view name;
  bool for_readers = false;  ///< readers must know it too
  Support read = Support::kFull;
  Support write = Support::kFull;
  /// Whether schema and properties make use of the feature. nullptr: they cannot tell.
  bool (*is_active)(const Metadata& metadata, const Schema& schema) = nullptr;
};

/// All features that weir knows of; the one place to change when support grows.
std::span<const TableFeature> table_features();

/// Errors: kUnsupported with the names of what weir cannot read (or write), kCorrupt for versions that cannot be.
Status check_can_read(const Protocol& protocol, const Metadata& metadata, const Schema& schema);
Status check_can_write(const Protocol& protocol, const Metadata& metadata, const Schema& schema);

/// True where `name` is listed, or implied by the versions before table features came.
bool supports_writer_feature(const Protocol& protocol, std::string_view name);
bool supports_reader_feature(const Protocol& protocol, std::string_view name);

/// The lowest protocol for a new table with this schema and these properties.
/// Errors: kUnsupported for a property that asks for a feature that weir cannot write.
Result<Protocol> protocol_for(const Schema& schema, const StringMap& properties);
/// `protocol`, raised to the feature, one of those above. Versions before table features become lists.
Protocol protocol_with(Protocol protocol, std::string_view name);
/// `protocol`, raised as far as the new schema and properties demand. Errors: as of protocol_for.
Result<Protocol> upgraded_protocol(const Protocol& protocol, const Schema& schema, const StringMap& properties);
}  // namespace weir::delta
