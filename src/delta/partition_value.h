#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/schema.h"

/// Values of partition columns, which stand in the log as texts and in paths as folders like `country=KR`.
///
///   type           text                                  type            text
///   string         as it is                              timestamp       2024-01-31T06:00:00.000000Z (2024-01-31
///   06:00:00 is read as UTC) numbers        1, -1.5                               timestamp_ntz   2024-01-31
///   06:00:00.000000 boolean        true, false                           binary          its bytes date 2024-01-31
///   null            null, or an empty text
namespace weir::delta {
/// The text for the log of a value that DuckDB printed; std::nullopt is null. An empty text becomes null too: Delta
/// knows no other. Errors: kInvalid for text that is no value of the type.
Result<std::optional<std::string>> partition_value_from_duck(const DataType& type,
                                                             const std::optional<std::string>& text);

/// The value of partition column `name` (physical) as a text, with empty texts as null.
std::optional<std::string> partition_value(const PartitionValues& values, std::string_view name);

/// The text that DuckDB casts to the column's type, whatever the session's time zone; std::nullopt is null.
/// Errors: kCorrupt for text that is no value of the type.
Result<std::optional<std::string>> partition_text_for_duck(const DataType& type,
                                                           const std::optional<std::string>& text);

/// `path` (of folders and a file, as on disk) as the URI that stands in an add action.
std::string encode_path(std::string_view path);
/// The other way.
std::string decode_path(std::string_view uri);
/// True for URIs with a scheme and for paths that begin with a slash.
bool is_absolute_path(std::string_view uri);
/// The file of this machine behind an absolute path or URI ("/a/b", "file:///a/b"), decoded; nothing for other stores.
std::optional<std::string> local_path_of(std::string_view uri);
}  // namespace weir::delta
