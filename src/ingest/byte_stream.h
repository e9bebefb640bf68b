#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

/// The bytes of a file from front to back, unpacked on the way.
namespace weir::ingest {
/// One thread at a time.
class ByteStream {
 public:
  /// Opens a file; gzip (also several members one after another) and Zstandard are known by their first bytes, whatever the name.
  /// Errors: kNotFound, kIo.
  static Result<std::unique_ptr<ByteStream>> open(const std::filesystem::path& path);
  virtual ~ByteStream() = default;
  /// Fills `out` as far as the file goes; fewer bytes mean that it ended. Errors: kIo, kCorrupt for a damaged or cut archive.
  virtual Result<std::size_t> read(std::span<char> out) = 0;
  /// How much of the file itself has been read: packed bytes.
  virtual std::uint64_t file_bytes_read() const = 0;
};
}  // namespace weir::ingest
