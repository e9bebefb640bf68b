#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "ingest/byte_stream.h"

/// The text of a file as UTF-8, whatever its encoding.
namespace weir::ingest {
/// Errors: kInvalid unless `name` is an encoding that can be read: "utf-8", "latin-1", "windows-1252", "utf-16", "shift_jis" …
Status check_encoding(std::string_view name, const Place& place);

/// One thread at a time.
class TextStream {
 public:
  /// `encoding` is a name that check_encoding accepts, or "auto": a byte order mark decides; zeros in every second byte are
  /// UTF-16; else it is UTF-8 up to the first byte that cannot be. When all before that was ASCII and what follows is no better,
  /// the file is read as windows-1252, of which latin-1 is a part. "unicode" leaves that last step out.
  /// Errors: as of ByteStream::open.
  static Result<std::unique_ptr<TextStream>> open(const std::filesystem::path& path, std::string_view encoding);
  virtual ~TextStream() = default;

  /// Appends about `size_bytes` bytes of text to `out`; nothing more at the end. Bytes that the encoding does not have come as
  /// 0xFF, those of broken UTF-8 as they are: check where that matters. The byte order mark is left out. Errors: kIo, kCorrupt.
  virtual Status read(std::string& out, std::size_t size_bytes) = 0;
  virtual bool at_end() const = 0;
  /// The encoding as far as known by now: "utf-8", "windows-1252", "utf-16le" …
  virtual std::string_view encoding() const = 0;
  /// How far it is in the file itself.
  virtual std::uint64_t file_bytes_read() const = 0;
};

/// The length of the longest front part of `text` that is whole, valid UTF-8.
std::size_t valid_utf8_length(std::string_view text);
/// `text` with bytes that are not UTF-8 as \xNN.
std::string escape_invalid_utf8(std::string_view text);
}  // namespace weir::ingest
