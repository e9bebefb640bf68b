#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "delta/actions.h"

namespace weir::delta {
/// The state of a table at one version in few numbers, as `<version>.crc` beside the commit has it:
///   {"txnId":"…","tableSizeBytes":841,"numFiles":1,"numMetadata":1,"numProtocol":1,"setTransactions":[],"domainMetadata":[],
///    "metadata":{…},"protocol":{…}}
/// Other engines open tables faster by it and find lost commits.
struct VersionChecksum {
  std::string txn_id;
  std::int64_t table_bytes = 0;
  std::int64_t files_count = 0;
  Protocol protocol;
  Metadata metadata;
  std::optional<std::int64_t> commit_time;  ///< the in-commit timestamp, in milliseconds since 1970
  std::map<std::string, TransactionId, std::less<>> transactions;
  std::map<std::string, DomainMetadata, std::less<>> domains;  ///< without removed ones
};
std::string checksum_json(const VersionChecksum& checksum);
/// Reads what weir compares: sizes, protocol, metadata. Errors: kCorrupt.
Result<VersionChecksum> parse_checksum(std::string_view text, std::string_view name);
}  // namespace weir::delta
