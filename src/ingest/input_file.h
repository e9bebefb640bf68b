#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace weir::ingest {
/// A file as it was when the load began.
struct InputFile {
  std::filesystem::path path;     ///< absolute
  std::string name;               ///< from the project's folder when below it, else absolute; what `_weir_source` and messages say
  std::uint64_t size_bytes = 0;
  std::int64_t modified_ms = 0;   ///< milliseconds since 1970
  bool operator==(const InputFile&) const = default;
};

/// The files that match one of `patterns` (see find_files in core/files.h), each once, by name. Opens none. Errors: kIo.
Result<std::vector<InputFile>> find_input_files(const std::filesystem::path& folder, const std::vector<std::string>& patterns);

/// A text that changes when a file is added, removed or written: 32 hex digits.
std::string files_digest(const std::vector<InputFile>& files);

/// Errors: kConflict when the file is not any more what it was when it was found.
Status check_unchanged(const InputFile& file);
}  // namespace weir::ingest
