#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir::logs {
/// Bytes that come one after the other. One thread at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fills the front of `buffer` (not empty) and returns how many bytes; 0 only at the end. After an error the stream
  /// is not to be read again. Errors: kIo, kCorrupt.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

/// Reads a file descriptor, which stays the caller's. `read_bytes` counts what was taken from it; must outlive the
/// stream.
std::unique_ptr<ByteStream> make_descriptor_stream(int descriptor, std::atomic<std::uint64_t>& read_bytes);
/// Reads `bytes`, which must outlive the stream.
std::unique_ptr<ByteStream> make_memory_stream(std::string_view bytes);

/// How a file is stored, by its first bytes.
enum class Packing : std::uint8_t {
  kPlain,
  kUtf8Mark,  ///< plain, after a byte order mark of three bytes
  kUtf16,     ///< with a byte order mark
  kGzip,
  kZstd,
};
/// The number of bytes that packing_of wants to see.
inline constexpr std::size_t kPackingBytes = 4;
Packing packing_of(std::string_view first_bytes);

/// The text within `packed` as UTF-8 without a byte order mark: unpacks gzip (also of several members) and zstd (also
/// of several frames) and turns UTF-16 into UTF-8, all known by their first bytes. What is none of these comes as it
/// is. Packed text that ends too early gives all text up to there, then kCorrupt.
Result<std::unique_ptr<ByteStream>> unpack(std::unique_ptr<ByteStream> packed);
}  // namespace weir::logs
