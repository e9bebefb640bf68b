#pragma once

#include <filesystem>
#include <string_view>

#include "core/generator.h"
#include "core/result.h"

/// Files of any size, piece by piece, in the memory of one piece.
namespace weir {
struct LinesOptions {
  std::size_t line_bytes_max = 64U << 20U;  ///< a longer line is an Error
};

/// The lines of a file without their line ends (\n or \r\n); a last line without one counts. Each is valid until the next is
/// asked for. When the file cannot be read, or a line is too long, the last value is the Error:
/// kNotFound, kIo, kInvalid with the line's number.
///   for (const Result<std::string_view>& line : lines("access.log")) { WEIR_TRY(line); … }
generator<Result<std::string_view>> lines(std::filesystem::path file, LinesOptions options = {});

/// The bytes of a file in pieces of `chunk_bytes` (the last may be shorter). Errors as of `lines`.
generator<Result<std::string_view>> chunks(std::filesystem::path file, std::size_t chunk_bytes = 1U << 20U);
}  // namespace weir
